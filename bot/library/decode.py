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


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = None
    if text is not None and "\x00" not in text:
        return text
    return _guessed(data)


def _guessed(data: bytes) -> str:
    sample = data[:_SAMPLE]
    if b"\x00" in sample:
        # UTF-16 without its mark: most of our letters have a zero beside them, always on one side.
        even, odd = sample[0::2].count(0), sample[1::2].count(0)
        if max(even, odd) < len(sample) // 10 or min(even, odd) > max(even, odd) // 10:
            raise ReadError("is no text: it holds binary data")
        return data.decode("utf-16-be" if even > odd else "utf-16-le", errors="replace")
    from charset_normalizer import from_bytes  # noqa: PLC0415 - few files need it

    best = from_bytes(sample, cp_isolation=["gb18030", "big5", "shift_jis", "euc_kr", "cp1252"]).best()
    if best is None:
        raise ReadError("is no text in any known encoding; save it as UTF-8")
    return data.decode(best.encoding, errors="replace")
