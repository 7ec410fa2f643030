"""Running headers, footers and page numbers: what stands at the edge of pages and is no text."""

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from bot.library.readers.pdf_lines import Line, body_size, joined, rows
from bot.library.readers.pdf_pages import Sheet

EDGE = 0.15
"""The share of a page's height at its top, and at its bottom, where furniture stands."""

SAME_PLACE = 3.0
"""Points by which the place of the same furniture may differ from page to page."""

PAGES = 2
"""Furniture stands on so many pages."""

NUMBERED_PAGES = 3
"""Numbers that grow with the pages number them from so many on."""

CLOSE = 0.2
"""What stands close to the text is furniture if it stands on this share of the pages."""

LARGE = 1.15
"""What is larger than the text by this is a heading, though it stand on many pages."""

APART = 1.8
"""How far a page's number stands from the text at least, in sizes of its type."""

LONGEST_NUMBER = 5
"""Digits of a page's number."""

NUMBER_CHARACTERS = 40
"""Of a page's number and what stands around it."""

_BARE = " #-–—|·.,/()[]"
_ROMAN = re.compile(r"\b[ivxlc]{1,7}\b")
_DIGITS = re.compile(r"\d+")
_OF = r"(?:\s*(?:/|of|von|de|из)\s*\d{1,4})?"
_NUMBER = re.compile(
    rf"\W*(?:(?:page|p\.?|seite|pág(?:ina)?\.?|стр\.?)\s*)?(?:\d{{1,4}}|[ivxl]{{1,7}}){_OF}\W*"
    r"|\W*第?\s*\d{1,4}\s*[页頁쪽]?(?:\s*[,，/]?\s*共?\s*\d{1,4}\s*[页頁쪽])?\W*",
    re.IGNORECASE,
)

_Sign = tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Row:
    """The lines of one height at a page's edge.

    `place` is how far they are from it, in SAME_PLACE, below 0 at the foot; `is_apart` that the next row
    towards the middle is not near.
    """

    lines: tuple[Line, ...]
    place: int
    is_apart: bool

    @property
    def look(self) -> _Sign:
        """The size of its type and its place."""
        return str(round(self.lines[0].size * 2)), self.place

    def signs(self, page: int) -> set[_Sign]:
        """Return what tells this row and its parts from text where other pages have them too."""
        return {(_sign(line, page), self.place) for line in (joined(self.lines), *self.lines)}


def without_furniture(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Return the pages without what repeats at their edges up to its digits, and without their numbers.

    Where it stands on some pages, others may have another text of the same size: that is furniture too.
    """
    largest = LARGE * body_size(line for sheet in sheets for line in sheet.lines)
    edges = [(sheet, edge) for sheet in sheets for edge in _edges(sheet, largest)]
    close = max(NUMBERED_PAGES, CLOSE * len(sheets))
    seen: Counter[_Sign] = Counter()
    for sheet, edge in edges:
        seen.update({sign for row in edge for sign in row.signs(sheet.number)})
    repeated = [
        row for sheet, edge in edges for row in _outer(edge, sheet.number, seen, frozenset(), close=close)
    ]
    looks = frozenset(row.look for row in repeated if row.is_apart)
    dropped: dict[int, set[Line]] = {}
    for sheet, edge in edges:
        furniture = _outer(edge, sheet.number, seen, looks, close=close)
        dropped.setdefault(sheet.number, set()).update(line for row in furniture for line in row.lines)
    return [
        replace(sheet, lines=tuple(line for line in sheet.lines if line not in dropped[sheet.number]))
        for sheet in sheets
    ]


def _edges(sheet: Sheet, largest: float) -> tuple[list[_Row], list[_Row]]:
    """Return the rows at the page's top and at its foot that may be furniture, the outermost first."""
    reach = EDGE * sheet.height
    above = rows(line for line in sheet.lines if line.base < 2 * reach)
    below = rows(line for line in sheet.lines if line.base > sheet.height - 2 * reach)[::-1]
    return _edge(above, 0.0, reach, largest), _edge(below, sheet.height, reach, largest)


def _edge(found: Sequence[Sequence[Line]], edge: float, reach: float, largest: float) -> list[_Row]:
    told = []
    for at, row in enumerate(found):
        base, size = row[0].base, row[0].size
        if abs(base - edge) > reach or size > largest:
            break
        gap = abs(found[at + 1][0].base - base) if at + 1 < len(found) else reach
        told.append(_Row(tuple(row), round((base - edge) / SAME_PLACE), gap > APART * size))
    return told


def _outer(
    edge: Sequence[_Row], page: int, seen: Counter[_Sign], looks: AbstractSet[_Sign], *, close: float
) -> list[_Row]:
    """Return the rows at an edge that are furniture; none stands further in than text.

    Of a row that is not apart only what repeats is furniture: the rest may be a column's last line.
    """
    told: list[_Row] = []
    for row in edge:
        whole, repeating = _repeating(row, page, seen, fewest=PAGES if row.is_apart else close)
        text = joined(row.lines).text
        is_number = row.is_apart and len(text) <= NUMBER_CHARACTERS and _NUMBER.fullmatch(text)
        if whole or is_number or (row.is_apart and (repeating or row.look in looks)):
            told.append(row)
            continue
        if repeating:
            told.append(replace(row, lines=repeating))
        break
    return told


def _repeating(row: _Row, page: int, seen: Counter[_Sign], *, fewest: float) -> tuple[bool, tuple[Line, ...]]:
    """Tell whether the whole row stands on *fewest* pages at least, and which of its lines do."""
    whole, *told = [_count(line, row.place, page, seen) >= fewest for line in (joined(row.lines), *row.lines)]
    return whole, tuple(itertools.compress(row.lines, told))


def _count(line: Line, place: int, page: int, seen: Counter[_Sign]) -> int:
    """Return on how many pages a line stands at this place."""
    sign = _sign(line, page)
    count = sum(seen[sign, place + n] for n in (-1, 0, 1)) if sign else 0
    return count if count >= NUMBERED_PAGES or not sign.startswith("page ") else 0


def _sign(line: Line, page: int) -> str:
    """Return what tells a line from text where other pages have it too, '' if nothing does."""
    folded = _ROMAN.sub("#", _DIGITS.sub("#", line.text.casefold()))
    if folded.strip(_BARE):
        return folded
    bare = line.text.strip(_BARE)
    return f"page {int(bare) - page}" if bare.isdecimal() and len(bare) <= LONGEST_NUMBER else ""
