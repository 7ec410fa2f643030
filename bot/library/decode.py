"""Bytes to text, whatever the encoding."""

import codecs
import re
from collections import Counter

from bot.errors import ReadError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_LINE_END = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")

ENCODINGS = ("cp1252", "gb18030", "big5", "shift_jis", "euc_kr", "cp1250", "cp1251", "cp1253", "cp1254")
"""What is not Unicode is one of these, Western European first."""

BAD_SHARE = 200
"""Of so many characters one may be bad for a text to count as UTF-8."""

SURE = 4
"""Characters of UTF-8 that are none by chance: of those of GB18030 about one in six looks like it."""

_MEANT = {
    "latin1": "cp1252", "latin-1": "cp1252", "iso-8859-1": "cp1252",
    "iso-8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030", "gb-2312": "gb18030", "big5": "cp950",
    "shift-jis": "cp932", "x-sjis": "cp932", "sjis": "cp932", "euc-kr": "cp949", "ks-c-5601-1987": "cp949",
    "unicode-1-1-utf-7": "utf-7",
}  # fmt: skip
# What is named so has been written in what is a little more: https://encoding.spec.whatwg.org/#names-and-labels

_NAMED = re.compile(
    r"(?:unicode-1-1-)?utf-?(?:7|8|16|32)(?:-?[lb]e)?|(?:us-)?ascii|latin-?\d+|(?:iso-?8859|cp|ibm|windows|hz)-?[\w-]*"
    r"|iso-2022-[\w-]+|(?:x-)?s(?:hift-)?jis|euc-?\w+|koi8-\w+|gb[\w-]*|big5[\w-]*|ks-c-5601-1987|tis-620|mac[\w-]*"
)
"""Encodings of texts; Python knows others, some of them slow."""

_OF_MANY_BYTES = re.compile(r"gb|big5|.*jis|euc|ks-c|cp9[345]|windows-31j|utf-?(?:16|32)")

WIDE_SHARE = 100
"""Of so many bytes of UTF-16 at least one is none of a letter's."""

_NO_LETTERS = tuple(bytes([byte]) for byte in range(0x20) if byte not in b"\t\n\f\r\x1b")
_PRINTABLE = bytes(range(0x20, 0x7F)) + b"\r\n\t"
_KNOWN = re.compile("[\t\n\r -\u052f\u2000-\u206f\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff00-\uffef]")
# The scripts of most texts; what is no UTF-16 reads as letters of all of them.

_SAMPLE = 100_000
"""Bytes that are looked at to tell an encoding."""


def decode(data: bytes, stated: str | None = None) -> str:
    """Return *data* as text, lines ended by `\\n`, control characters left out.

    *stated* is the encoding that whatever brought the text names: it holds where the text bears it out.
    Raises ReadError for what is empty or no text.
    """
    text = _LINE_END.sub("\n", as_stated(data, stated) or _decoded(data))
    text = _CONTROL.sub("", text)
    if not text.strip():
        raise ReadError("is empty: there is nothing to read")
    return text


def storable(text: str) -> str:
    """Return *text* without what no store takes: halves of characters, and controls."""
    return _CONTROL.sub(" ", text.encode("utf-8", "replace").decode())


def as_stated(data: bytes, stated: str | None) -> str | None:
    """Return *data* in the encoding *stated*, None if it is in another, or if that is none."""
    name = (stated or "").strip().lower().replace("_", "-")
    if not _NAMED.fullmatch(name) or any(data.startswith(mark) for mark, _encoding in _MARKS):
        return None
    if _is_unicode(data, characters=SURE if _OF_MANY_BYTES.match(name) else 1):
        return None  # What is UTF-8 is that, as many a page and mail is that states another.
    try:
        return data.decode(_MEANT.get(name, name)) or None
    except (LookupError, UnicodeError):
        return None


def _is_unicode(data: bytes, characters: int) -> bool:
    """Tell whether *data* is UTF-8, with at least so many *characters* that are not ASCII."""
    if data.isascii():
        return False
    try:
        return sum(character > "\x7f" for character in data.decode()) >= characters
    except UnicodeError:
        return False


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    sample = data[:_SAMPLE]
    text = data.decode("utf-8", errors="replace")
    # A bad byte here and there, or a character cut in two at the end, makes it no other encoding.
    if b"\x00" not in sample and text.count("\ufffd") * BAD_SHARE <= len(text):
        return text
    if wide := _wide(sample):
        return data.decode(wide, errors="replace")
    if b"\x00" in sample:
        raise ReadError("is no text: it holds binary data")
    return _guessed(data)


def _wide(sample: bytes) -> str | None:
    """Return which UTF-16 without its mark *sample* is in, None if in none."""
    even, odd = sample[0::2], sample[1::2]
    zeros = even.count(0), odd.count(0)
    # Most of our letters have a zero beside them, always on one side.
    if max(zeros) >= len(sample) // 10 and min(zeros) <= max(zeros) // 10 and max(zeros):
        return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    # Others have any byte on one side, with it those that no text has, and few or one on the other side.
    if len(sample) < 2 * SURE or sum(map(sample.count, _NO_LETTERS)) * WIDE_SHARE < len(sample):
        return None
    ascii_bytes = len(sample) - len(sample.translate(None, _PRINTABLE))
    commonest = max(Counter(side).most_common(1)[0][1] / len(side) for side in (even, odd))
    if ascii_bytes > 0.7 * len(sample) and commonest < 0.3:
        return None  # Two letters of ASCII make one of Chinese.
    known = {
        name: len(_KNOWN.findall(sample[: len(sample) // 2 * 2].decode(name, "replace")))
        for name in ("utf-16-le", "utf-16-be")
    }
    likely = max(known, key=lambda name: known[name])
    return likely if known[likely] >= 0.97 * (len(sample) // 2) else None


def _guessed(data: bytes) -> str:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - few files need it

    matches = from_bytes(data[:_SAMPLE], cp_isolation=list(ENCODINGS))
    best = matches.best()
    if best is None:
        raise ReadError("is no text in any known encoding; save it as UTF-8")
    # Where Western European reads no worse, it is that: it is by far the commonest.
    western = next((match for match in matches if match.encoding == ENCODINGS[0]), best)
    likely = western if western.chaos <= best.chaos else best
    return data.decode(likely.encoding, errors="replace")
