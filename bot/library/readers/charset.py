"""The bytes of a page to text: by its mark, by what the server said, by what the page says of itself."""

import codecs
import re

from bot.library.decode import BAD_SHARE, decode

LOOKED_AT = 4096
"""Bytes at a page's start in which it may state its charset; the HTML standard says 1,024."""

STRAY = 20
"""Of so many bytes one may be NUL in a page that is not UTF-16, whose every mark has one."""

_STATED = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{2,30})""", re.IGNORECASE)
_XML = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{2,30})""", re.IGNORECASE)
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_READ_AS = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
    "euc_kr": "cp949", "big5": "big5hkscs", "iso8859-9": "cp1254", "tis-620": "cp874", "utf-16": "utf-8",
    "utf-16-le": "utf-8", "utf-16-be": "utf-8", "utf-7": "cp1252",
}  # fmt: skip
"""What browsers read in place of the encoding that is named (WHATWG Encoding, 4.2). What names UTF-16 in
letters of one byte is not that."""


def text_of(data: bytes, charset: str | None = None) -> str:
    """Return the text of a page, *charset* being what came with it. Raises ReadError for what is no text."""
    if 0 < data.count(0) * STRAY < len(data):
        data = data.replace(b"\x00", b"")
    if data.startswith(_MARKS) or b"\x00" in data:
        return decode(data)
    for named in (charset, _found(_XML, data), _found(_STATED, data)):
        if named and (text := _read_as(data, named)) is not None:
            return decode(text.encode("utf-8", "replace"))
    return decode(data)


def _found(pattern: re.Pattern[bytes], data: bytes) -> str | None:
    found = pattern.search(data[:LOOKED_AT])
    return found[1].decode("ascii", "replace") if found else None


def _read_as(data: bytes, named: str) -> str | None:
    """Return *data* in the encoding that is *named*, None where it is plainly not in it."""
    try:
        name = codecs.lookup(named.strip().replace("x-sjis", "shift_jis")).name
        name = _READ_AS.get(name, name)
        text = data.decode(name, errors="replace")
    except (LookupError, ValueError, UnicodeError, RuntimeError):
        return None
    if text.count("\ufffd") * BAD_SHARE > len(text):
        return None
    # Servers say Latin-1 of everything; what holds as UTF-8, and is not all ASCII, is that.
    if name.startswith(("cp12", "iso8859")) and not data.isascii() and _is_utf8(data):
        return None
    return text


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
