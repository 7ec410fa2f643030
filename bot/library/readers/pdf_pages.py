"""The pages of a PDF with their lines, and what is wrong with those that cannot be read."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum, auto

import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument, PdfiumError, PdfPage

from bot.errors import ReadError
from bot.library.readers.pdf_lines import Line, pieces
from bot.library.readers.pdf_words import CHARACTERS_A_PAGE, canvas_of
from bot.library.reading import Unreadable

CHARACTERS = 20_000_000
"""A document has no more: five thousand pages of four thousand characters."""

PICTURED = 0.25
"""A page without text is a scan if a picture covers this share of it."""

STAMPED = 20
"""Characters that may stand on a scan: its number, or the name of what scanned it."""

FEW = 200
"""Pages with more characters are not asked for pictures: they are no scans, whatever stands there."""

PICTURES = 1_000
"""Things on a page that are looked at to find its pictures."""

UNKNOWN = 0.3
"""The share of a page's characters that may be unknown."""


class Fault(StrEnum):
    """Why a page is not read, or not all of it."""

    SCAN = auto()
    UNNAMED = auto()
    DAMAGED = auto()
    CUT = auto()


WHOLE = {
    Fault.SCAN: "is a scan: it has pictures of text and no text; run it through OCR first",
    Fault.UNNAMED: "has fonts that do not tell which letters they show; run it through OCR first",
    Fault.DAMAGED: "is damaged: none of its pages can be read; save it anew",
    Fault.CUT: "holds no text that can be read",
}
"""What is said of a document of which nothing can be read."""

_ONE = {
    Fault.SCAN: "is a picture without text (a scan); run it through OCR",
    Fault.UNNAMED: "has fonts that do not tell which letters they show; run it through OCR",
    Fault.DAMAGED: "is damaged; save the document anew",
    Fault.CUT: f"has more than {CHARACTERS_A_PAGE:,} characters; what is beyond is left out",
}
_SEVERAL = {
    Fault.SCAN: "are pictures without text (scans); run them through OCR",
    Fault.UNNAMED: "have fonts that do not tell which letters they show; run them through OCR",
    Fault.DAMAGED: "are damaged; save the document anew",
    Fault.CUT: f"have more than {CHARACTERS_A_PAGE:,} characters; what is beyond is left out",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: its number from 1, its size in points, and its lines as they were written."""

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]
    is_pictured: bool = False

    @property
    def is_scan(self) -> bool:
        """Tell whether it is a picture with a stamp at most."""
        return self.is_pictured and sum(len(line.text) for line in self.lines) <= STAMPED


def sheets_of(document: PdfDocument) -> tuple[list[Sheet], dict[int, Fault]]:
    """Return the pages of *document*, and by their numbers what is wrong with those that have a fault.

    Raises ReadError if they hold more than CHARACTERS.
    """
    sheets: list[Sheet] = []
    faults: dict[int, Fault] = {}
    count = 0
    for number in range(1, len(document) + 1):
        try:
            sheet, fault = _sheet(document, number)
        except PdfiumError:
            faults[number] = Fault.DAMAGED
            continue
        if fault:
            faults[number] = fault
        count += sum(len(line.text) for line in sheet.lines)
        if count > CHARACTERS:
            raise ReadError(f"has more than {CHARACTERS // 1_000_000} million characters; split it")
        sheets.append(sheet)
    return sheets, faults


def unreadable(faults: Mapping[int, Fault]) -> Iterator[Unreadable]:
    """Yield what is wrong with pages, those together that follow each other: `pages 3-5`."""
    numbered = enumerate(sorted(faults.items()))
    for (fault, _), group in itertools.groupby(numbered, lambda one: (one[1][1], one[1][0] - one[0])):
        numbers = [number for _, (number, _) in group]
        if len(numbers) == 1:
            yield Unreadable(f"page {numbers[0]}", _ONE[fault])
        else:
            yield Unreadable(f"pages {numbers[0]}-{numbers[-1]}", _SEVERAL[fault])


def _sheet(document: PdfDocument, number: int) -> tuple[Sheet, Fault | None]:
    page = document[number - 1]
    try:
        canvas = canvas_of(page)
        count = sum(len(word.text) for word in canvas.words)
        is_pictured = count < FEW and _is_pictured(page)
    finally:
        page.close()
    lines = tuple(replace(line, page=number) for line in pieces(canvas.words))
    if canvas.unknown > UNKNOWN * max(count, 1):
        return Sheet(number, canvas.width, canvas.height, ()), Fault.UNNAMED
    sheet = Sheet(number, canvas.width, canvas.height, lines, is_pictured)
    return sheet, Fault.CUT if canvas.is_cut else None


def _is_pictured(page: PdfPage) -> bool:
    """Tell whether pictures cover much of *page*."""
    left, bottom, right, top = page.get_bbox()
    covered = 0.0
    for thing in itertools.islice(page.get_objects(max_depth=3), PICTURES):
        if thing.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            here = thing.get_bounds()
            wide = min(here[2], right) - max(here[0], left)
            high = min(here[3], top) - max(here[1], bottom)
            covered += max(wide, 0.0) * max(high, 0.0)
    return bool(covered >= PICTURED * (right - left) * (top - bottom))
