"""What a PDF says of itself in its description: title, author, language. Stated, never guessed."""

import ctypes
import re

import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument

from bot.library.decode import storable
from bot.library.facts import LONGEST, LONGEST_LANGUAGE

_NO_TITLE = re.compile(
    r"(?i:microsoft (?:word|powerpoint|excel)\b.*|untitled.*|no title|title|document ?\d*|slide \d+"
    r"|powerpoint presentation|presentation ?\d*|print(?:ing)?|(?:https?|file|about):.*|[\W\d_]*"
    r"|.*\.(?:docx?|pdf|pptx?|xlsx?|indd|qxd|tex|dvi|html?|rtf|odt|md|txt))"
)
_NO_AUTHOR = re.compile(
    r"(?i:anonymous|author|unknown|user|admin(?:istrator)?|owner|root|guest|default"
    r"|(?:microsoft )?office user|microsoft|hp|dell|pc|none|n/?a|[\W\d_]*|.*[@\\/].*)"
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


def title_in(document: PdfDocument) -> str | None:
    """Return the title in the description, None if it is the name of a file or of a program."""
    return _stated(document, "Title", _NO_TITLE)


def author_in(document: PdfDocument) -> str | None:
    """Return the author in the description, None if it is the name that a machine was given."""
    return _stated(document, "Author", _NO_AUTHOR)


def language_in(document: PdfDocument) -> str | None:
    """Return the language tag of the catalog, as `en-GB`."""
    length = pdfium.FPDFCatalog_GetLanguage(document.raw, None, 0)
    if not 2 < length <= 2 * (LONGEST_LANGUAGE + 1):
        return None
    told = ctypes.create_string_buffer(length)
    pdfium.FPDFCatalog_GetLanguage(document.raw, ctypes.cast(told, ctypes.POINTER(pdfium.FPDF_WCHAR)), length)
    tag = told.raw.decode("utf-16-le", "replace").rstrip("\0").strip()
    return tag if _LANGUAGE.fullmatch(tag) else None


def _stated(document: PdfDocument, key: str, none: re.Pattern[str]) -> str | None:
    text = " ".join(storable(document.get_metadata_value(key)).split())
    return text if text and len(text) <= LONGEST and not none.fullmatch(text) else None
