"""XML as text, from its outermost element on: of what stands above that nothing is kept."""

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html.entities import html5
from xml.sax.saxutils import escape

from bot.errors import ReadError
from bot.library.decode import as_stated, decode

_STATED = re.compile(rb"""<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{1,40})""")
_DECLARES = re.compile(r"<!DOCTYPE[^<>]*\[|<!ENTITY", re.IGNORECASE)
_ABOVE = re.compile(
    r"<\?.*?(?:\?>|\Z)|<!--.*?(?:-->|\Z)|<!DOCTYPE[^<>]*>|[^<]+|<(?![A-Za-z_])", re.DOTALL | re.IGNORECASE
)
_ELEMENT = re.compile(r"<((?:[\w.-]+:)?([\w.-]+))")
_REFERENCE = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:(#[0-9]+|#[xX][0-9a-fA-F]+|\w{1,40});)?", re.DOTALL)
_NUMBER = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
_WESTERN = {"iso-8859-1", "iso-8859-15", "latin1", "latin-1", "ascii", "us-ascii", "cp1252", "windows-1252"}
_OF_XML = {"lt", "gt", "amp", "quot", "apos"}

PRESCAN = 1000
"""Bytes within which XML states its encoding: it has to be the first thing there, or nearly so."""


@dataclass(frozen=True, slots=True)
class Outermost:
    """The outermost element: its local name in small letters, the name as it is written, and its text.

    `is_cut` tells that its end is missing; what stands behind its end is left out.
    """

    name: str
    written: str
    text: str
    is_cut: bool


def outermost(data: bytes, charset: str | None = None) -> Outermost:
    """Return the outermost element of *data*, whose encoding HTTP names *charset*.

    Raises ReadError for what is no XML, and for XML that declares entities, which may grow without
    end or name files: no feed needs any.
    """
    return outermost_of(text_of(data, charset))


def text_of(data: bytes, charset: str | None = None) -> str:
    """Return *data* as text; what XML says of its own encoding goes before *charset*.

    Servers name one for all that they send. What is UTF-8 is that, whatever either says.
    """
    found = _STATED.search(data[:PRESCAN])
    stated = [name.lower() for name in (found and found[1].decode("ascii"), charset) if name]
    return decode(data, _likely(data, stated))


def _likely(data: bytes, stated: Sequence[str]) -> str | None:
    """Return which of the encodings *stated* is believed; Western European only where it may be that.

    It is named by default, and any bytes are text in it; but its accented letters mostly stand alone,
    which half a character of Chinese never does. Unicode need not be named to be found.
    """
    told = next((name for name in stated if name not in _WESTERN and _is_known(name)), None)
    if b"\0" in data[:PRESCAN] or not data.decode("utf-8", "ignore").isascii():
        return told  # Some UTF-16, or some UTF-8.
    runs = _BEYOND_ASCII.findall(data)
    is_western = sum(len(run) == 1 for run in runs) * 2 > sum(map(len, runs))
    if is_western and (told is None or as_stated(data, told) is None):
        return "cp1252"
    return told


def _is_known(name: str) -> bool:
    """Tell whether *name* is one of an encoding other than Unicode's, which show themselves."""
    try:
        return not codecs.lookup(name).name.startswith("utf")
    except (LookupError, ValueError):
        return False


def outermost_of(text: str) -> Outermost:
    """Return the outermost element of *text*, as `outermost` does."""
    at = 0
    while at < len(text):
        if _DECLARES.match(text, at):
            raise ReadError(
                "declares entities (a DOCTYPE with more than a name), which are not read; leave them out"
            )
        above = _ABOVE.match(text, at)
        if above is None:
            break
        at = above.end()
    found = _ELEMENT.match(text, at)
    if found is None:
        raise ReadError("is no XML")
    end = text.rfind(f"</{found[1]}", at)
    closed = text.find(">", end) + 1 if end >= 0 else 0
    return Outermost(found[2].lower(), found[1], text[at : closed or None], is_cut=not closed)


def mended(text: str) -> str:
    """Return XML without references that it does not know: HTML's become characters, a lone & is one.

    Numbers of no character are left out everywhere, for a broken tag may hide what is marked as text.
    """
    return _REFERENCE.sub(_mended, _NUMBER.sub(_numbered, text))


def _mended(found: re.Match[str]) -> str:
    name = found[1]
    if name is None:
        return found[0] if found[0].startswith("<") else "&amp;"
    if name in _OF_XML or name.startswith("#"):
        return found[0]
    known = html5.get(f"{name};")
    return escape(known) if known else f"&amp;{name};"


def _numbered(found: re.Match[str]) -> str:
    base, digits = (16, found[1]) if found[1] else (10, found[2])
    digits = digits.lstrip("0")
    return found[0] if len(digits) <= 7 and _is_character(int(digits or "0", base)) else ""


def _is_character(code: int) -> bool:
    """Tell whether XML 1.0 has a character of this number (section 2.2)."""
    return (
        code in {0x9, 0xA, 0xD}
        or 0x20 <= code <= 0xD7FF
        or 0xE000 <= code <= 0xFFFD
        or 0x10000 <= code <= 0x10FFFF
    )
