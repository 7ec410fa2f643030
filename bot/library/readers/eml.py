"""E-mail files: what their sender wrote, and the documents attached."""

import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import Message
from typing import BinaryIO

from bot.errors import ReadError
from bot.library.facts import LONGEST, language_in
from bot.library.readers import APART, READERS, reader
from bot.library.readers.eml_body import body_of, charset_of, content_of, is_attached, parts_of
from bot.library.readers.eml_header import day_of, headers_of, name_in, text_in
from bot.library.readers.whole import bytes_of
from bot.library.reading import Reading, Unreadable, number

Read = Callable[[BinaryIO, int], Iterator[Reading | Unreadable]]
"""A reader, as bot/library/readers lists them."""

DEEPEST = 2
"""How far down what is attached to what is attached is read."""

ATTACHMENTS = 50
"""Attachments of a file that are read, those of attached mails among them."""

CONTAINERS = 150
"""Parts of a mail that hold parts; Python's parser calls itself for each within another."""

LONGEST_FIELD = 4000
"""Bytes of a field that says what a part is; what Python needs to take it apart grows with its square."""

LONGEST_NAME = 150
"""Characters of an attachment's name."""

MAIL = ".eml"

# Python ends a line at a lone carriage return, too.
_CONTAINER = re.compile(rb"(?<![^\r\n])content-type[ \t]*:\s*(?:multipart|message)/", re.IGNORECASE)
_PART_FIELD = re.compile(
    rb"(?<![^\r\n])content-[\w-]+[ \t]*:[^\r\n]*(?:(?:\r\n?|\n)[ \t][^\r\n]*)*", re.IGNORECASE
)
_FIELDS = {"from", "subject", "date", "to", "message-id", "received", "mime-version", "content-type"}


def read(file: BinaryIO, most: int) -> Iterator[Reading | Unreadable]:
    """Yield the mail's reading, if it has a text, and those of what is attached.

    Raises ReadError for what is no mail, or locked, or says nothing.
    """
    return read_with(_reader, file, most)


def read_with(
    reader: Callable[[str], Read | None], file: BinaryIO, most: int
) -> Iterator[Reading | Unreadable]:
    """Read as `read` does; *reader* gives what reads an attachment, by the end of its name."""
    mail = _Mail(_parsed(bytes_of(file, most)), reader, most)
    told = False
    for part in mail.readings(depth=0):
        yield part
        told = True
    if not told:
        raise ReadError("holds no text of its sender's, and nothing attached that can be read")


def _reader(suffix: str) -> Read | None:
    return reader(suffix) if suffix in READERS or suffix in APART else None


def _parsed(data: bytes) -> Message:
    """Parse *data* by the old rules, whose headers are plain text: the new ones raise what mails provoke."""
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if not data.strip(b"\x00 \r\n\t"):
        raise ReadError("is empty: there is nothing to read")
    if len(_CONTAINER.findall(data)) > CONTAINERS:
        raise ReadError(f"has more than {CONTAINERS} parts that hold parts; no mail does")
    for said in _PART_FIELD.finditer(data):
        if len(said[0]) > LONGEST_FIELD:
            raise ReadError(f"has a header with a field of more than {LONGEST_FIELD:,} bytes; no mail does")
        if b"\x00" in said[0]:
            raise ReadError("is damaged: what its header says of a part holds a zero; save it anew")
    message: Message = message_from_bytes(data)
    if not _FIELDS & headers_of(message).keys():
        raise ReadError("is no e-mail: it has no header; name it by what it is")
    return message


@dataclass(slots=True)
class _Mail:
    """A mail, and how much of what is attached to it has been read."""

    message: Message
    reader: Callable[[str], Read | None]
    most: int
    count: int = 0
    names: set[str] = field(default_factory=set)

    def readings(self, depth: int) -> Iterator[Reading | Unreadable]:
        """Yield the mail's own reading, without a key, then those of what is attached, by their names."""
        headers = headers_of(self.message)
        charset = next(
            (charset_of(p) for p in self.message.walk() if p.get_content_maintype() == "text"), None
        )
        subject = text_in(headers.get("subject", ""), charset)
        if blocks := body_of(self.message, subject):
            yield Reading(
                number(blocks),
                title=subject if 0 < len(subject) <= LONGEST else None,
                author=name_in(headers.get("from", ""), charset),
                date=day_of(headers.get("date", "")),
                language=language_in(headers.get("content-language")),
            )
        if depth < DEEPEST:
            for part in _attached(self.message):
                yield from self._attachment(part, depth)

    def _attachment(self, part: Message, depth: int) -> Iterator[Reading | Unreadable]:
        name = _name(part)
        suffix = f".{name.rpartition('.')[2].lower()}"
        read = self.reader(suffix)
        if self.count > ATTACHMENTS or (read is None and suffix != MAIL):
            return
        self.count += 1
        if self.count > ATTACHMENTS:
            yield Unreadable("attachments", f"are more than {ATTACHMENTS}; the others are not read")
            return
        key = self._key(name)
        try:
            for made in self._read(part, suffix, read, depth):
                yield _placed(made, key)
        except ReadError as error:
            yield Unreadable(key, str(error))

    def _read(
        self, part: Message, suffix: str, read: Read | None, depth: int
    ) -> Iterable[Reading | Unreadable]:
        """Return what the attachment *part* holds."""
        if part.get_content_maintype() == "message" or suffix == MAIL:
            message = parts_of(part)[0] if parts_of(part) else _parsed(content_of(part))
            inner = _Mail(message, self.reader, self.most, self.count)
            try:
                yield from inner.readings(depth + 1)
            finally:
                self.count = inner.count
        elif read is not None:
            yield from read(io.BytesIO(content_of(part)), self.most)

    def _key(self, name: str) -> str:
        key, count = name, 1
        while key in self.names:
            count += 1
            key = f"{name} ({count})"
        self.names.add(key)
        return key


def _attached(message: Message) -> Iterator[Message]:
    """Yield the parts of *message* that are attached to it, not those of attached mails."""
    rest = [message]
    while rest:
        part = rest.pop()
        if part is not message and is_attached(part):
            yield part
        else:
            rest += reversed(parts_of(part))


def _name(part: Message) -> str:
    """Return the name of the attachment *part*, without a path; a mail's own if it has none."""
    name = text_in(part.get_filename("") or "", None)
    name = re.split(r"[/\\]", name)[-1].strip()[-LONGEST_NAME:]
    if name or part.get_content_maintype() != "message":
        return name
    subjects = [headers_of(held).get("subject", "") for held in parts_of(part)]
    return (text_in("".join(subjects), None)[:LONGEST_NAME] or "message") + MAIL


def _placed(made: Reading | Unreadable, key: str) -> Reading | Unreadable:
    """Return *made* as what is attached under *key*."""
    if isinstance(made, Reading):
        return replace(made, key=f"{key}/{made.key}" if made.key else key)
    return replace(made, where=f"{key}, {made.where}")
