"""The body of a mail: the parts that are its text, each told as blocks."""

import re
from email.message import Message

from bot.errors import ReadError
from bot.library.decode import decode
from bot.library.readers.eml_quotes import is_forward, own, unflowed
from bot.library.readers.lines import Line, Shape, lines
from bot.library.readers.markup import Element, blocks_of, one_line
from bot.library.reading import Kind

Blocks = list[tuple[Kind, str, int]]
"""As `number` of bot/library/reading.py takes them."""

PLAIN, HTML = "text/plain", "text/html"

STUB = 4
"""Times as many words the HTML of a mail has where its plain text is but a stub."""

CAPITALS = 4
"""Letters of a heading in capitals; fewer may be an abbreviation."""

_LOCKED = {"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}
_QUOTES = re.compile(
    r"\b(?:gmail_quote|gmail_attr|yahoo_quoted|moz-cite-prefix|protonmail_quote|zmail_extra)\b"
)
_SIGNATURES = re.compile(r"\b(?:gmail_signature|moz-signature|protonmail_signature_block)\b")


def body_of(message: Message, subject: str) -> Blocks:
    """Return what the sender of *message* wrote. Raises ReadError if that is encrypted."""
    kind = message.get_content_type()
    if kind in _LOCKED and message.get_param("smime-type") != "signed-data":
        raise ReadError("is encrypted; save it decrypted")
    if not message.is_multipart():
        return _text(message, kind, subject)
    parts = [part for part in parts_of(message) if not is_attached(part)]
    told = [(part.get_content_type(), body_of(part, subject)) for part in parts]
    if kind == "multipart/alternative":
        return _chosen(told)
    return [block for _kind, blocks in told for block in blocks]


def parts_of(message: Message) -> list[Message]:
    """Return the parts of *message*; of one that is attached, the mail that it is."""
    held = message.get_payload() if message.is_multipart() else []
    return [part for part in held if isinstance(part, Message)]


def is_attached(part: Message) -> bool:
    """Tell whether *part* is attached to its mail, rather than of its text."""
    is_mail = part.get_content_maintype() == "message"
    return is_mail or part.get_content_disposition() == "attachment" or bool(part.get_filename())


def charset_of(part: Message) -> str | None:
    """Return the encoding that *part* states, None if it states none."""
    stated = part.get_content_charset()
    return str(stated) if stated else None


def content_of(part: Message) -> bytes:
    """Return the bytes of *part*, however they were sent."""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _chosen(told: list[tuple[str, Blocks]]) -> Blocks:
    """Return the plain text of what is there in several forms, unless that is but a stub."""
    plain = max((blocks for kind, blocks in told if kind == PLAIN), key=_words, default=[])
    rich = max((blocks for kind, blocks in told if kind != PLAIN), key=_words, default=[])
    return plain if plain and _words(plain) * STUB >= _words(rich) else rich


def _words(blocks: Blocks) -> int:
    return sum(len(text.split()) for _kind, text, _level in blocks)


def _text(part: Message, kind: str, subject: str) -> Blocks:
    content, charset = content_of(part), charset_of(part)
    if kind not in {PLAIN, HTML} or not content.strip(b"\x00 \r\n\t"):
        return []
    if kind == HTML:
        return _rich(decode(content, charset) if charset else content, subject)
    text = decode(content, charset)
    if str(part.get_param("format", "")).lower() == "flowed":
        text = unflowed(text, joins=str(part.get_param("delsp", "")).lower() == "yes")
    kept = [line for _at, line in own(text.split("\n"), subject)]
    found = lines("\n".join(kept))
    return [_block(line, is_last=line is found[-1]) for line in found]


def _block(line: Line, *, is_last: bool) -> tuple[Kind, str, int]:
    """Return *line* as what it surely is: greetings and names are short as headings are."""
    text = one_line(line.text)
    is_loud = text.isupper() and sum(letter.isalpha() for letter in text) >= CAPITALS
    if line.shape in {Shape.BULLETED, Shape.NUMBERED} or line.is_listed:
        return Kind.ITEM, text, 1
    return Kind.HEADING if is_loud and line.shape is Shape.SHORT and not is_last else Kind.PARAGRAPH, text, 1


def _rich(markup: bytes | str, subject: str) -> Blocks:
    blocks = blocks_of(markup, is_left=_is_signature if is_forward(subject) else _is_left)
    kept = own([text for _kind, text, _level in blocks], subject, marked=False)
    return [(blocks[at][0], text, blocks[at][2]) for at, text in kept]


def _is_left(element: Element) -> bool:
    is_cited = element.tag == "blockquote" and element.get("type") == "cite"
    return is_cited or bool(_QUOTES.search(element.get("class", ""))) or _is_signature(element)


def _is_signature(element: Element) -> bool:
    is_named = element.get("id") in {"Signature", "signature"}
    return is_named or bool(_SIGNATURES.search(element.get("class", "")))
