"""Bytes to text, whatever the encoding."""

import codecs
import re

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

_SAMPLE = 100_000
"""Bytes that are looked at to tell an encoding."""


def decode(data: bytes) -> str:
    """Return *data* as text, lines ended by `\\n`, control characters left out.

    Raises ReadError for what is empty or no text.
    """
    text = _LINE_END.sub("\n", _decoded(data))
    text = _CONTROL.sub("", text)
    if not text.strip():
        raise ReadError("is empty: there is nothing to read")
    return text


def storable(text: str) -> str:
    """Return *text* without what no store takes: halves of characters, and controls."""
    return _CONTROL.sub(" ", text.encode("utf-8", "replace").decode())


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if b"\x00" in data[:_SAMPLE]:
        return _utf16(data)
    text = data.decode("utf-8", errors="replace")
    # A bad byte here and there, or a character cut in two at the end, makes it no other encoding.
    if text.count("\ufffd") * BAD_SHARE <= len(text):
        return text
    return _guessed(data)


def _utf16(data: bytes) -> str:
    """Decode UTF-16 without its mark: most of our letters have a zero beside them, always on one side."""
    even, odd = data[:_SAMPLE][0::2].count(0), data[:_SAMPLE][1::2].count(0)
    if max(even, odd) < len(data[:_SAMPLE]) // 10 or min(even, odd) > max(even, odd) // 10:
        raise ReadError("is no text: it holds binary data")
    return data.decode("utf-16-be" if even > odd else "utf-16-le", errors="replace")


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
