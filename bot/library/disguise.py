"""A file is what the end of its name says; one that plainly is something else is refused.

What reads text would make sentences of a PDF's innards, and a page that asks to log in is often saved as
the report that it hides. Who gave the file knows what it is, and can name it so.
"""

import re
from typing import BinaryIO

from bot.errors import ReadError

LOOKED_AT = 1024
"""Bytes at a file's start; each kind shows itself in a few."""

# What may stand above the first tag is taken once, as far as it goes: no hostile start is slow.
_HTML = re.compile(
    rb"(?:<\?xml[^>]*+>|<!--(?:(?!-->).)*+-->|\s++)*+<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
_KINDS = (
    (re.compile(rb"%PDF-\d"), (".pdf",), "a PDF; name it .pdf"),
    (re.compile(rb"PK\x03\x04"), (".docx", ".epub"), "a ZIP archive; unpack it, or name it .docx or .epub"),
    (re.compile(rb"\x1f\x8b\x08"), (), "compressed; unpack it"),
    (re.compile(rb"\{\\rtf"), (), "rich text (RTF); save it as .docx"),
    (_HTML, (".html", ".htm", ".xhtml"), "a web page; name it .html"),
)
"""How each kind begins, the ends of names that it may have, and what to do if it has another."""


def undisguised(file: BinaryIO, suffix: str) -> None:
    """Look at how *file* begins. Raises ReadError if that is of another kind than *suffix* says."""
    start = file.read(LOOKED_AT).removeprefix(b"\xef\xbb\xbf").lstrip()
    file.seek(0)
    for begins, suffixes, told in _KINDS:
        if suffix not in suffixes and begins.match(start):
            raise ReadError(f"is {told}")
