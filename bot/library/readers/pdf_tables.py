"""Tables of a PDF, where their columns are plain to see: a row is one line, its cells parted by bars."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.library.readers.pdf_lines import WIDEST_SPACE, Line, joined, rows

FEWEST_CELLS = 3
"""Of a row that may stand alone."""

FEWEST_OF_TABLE = 6
"""Cells of a table: two rows of three, or three rows of two."""

WIDEST_CELL = 10.0
"""Of a table that is told from columns of text, in sizes of its type."""

SPARSE = 0.5
"""No more of its width is filled in a row that stands alone."""

EVEN = 0.2
"""By how much the spaces of one line of text may differ, in sizes of its type."""

WRAPPED = 1.4
"""How near a cell's second line stands to its first, in sizes of its type."""

_MARK = re.compile(r"(?:\W|\[?\(?\w{1,4}[.)\]、])$")
"""A bullet or an item's number: what stands beside it is no cell."""


@dataclass(frozen=True, slots=True)
class _Cells:
    """A row of a table as its cells, and where they stand."""

    lines: list[Line]
    base: float


def with_rows(lines: Sequence[Line]) -> list[Line]:
    """Return an area's lines from top to bottom, each row of its tables as one."""
    found = [_cells(row) for row in rows(lines)]
    width = max(line.right for line in lines) - min(line.left for line in lines)
    told: list[Line] = []
    at = 0
    while at < len(found):
        end, columns = _table(found, at)
        if end > at and _is_table(found[at:end], columns):
            told += _told(found[at:end], columns)
        else:
            end = at + 1
            told.append(_lone(found[at].lines, width))
        at = end
    return told


def cells_in(lines: Sequence[Line]) -> list[list[Line]]:
    """Return the rows of a page that are those of a table of narrow cells: no gutter goes through them."""
    found = rows(lines)
    are_cells = [len(row) >= FEWEST_CELLS and all(map(_is_narrow, row)) for row in found]
    told: list[list[Line]] = []
    for at, row in enumerate(found):
        beside = [n for n in (at - 1, at + 1) if 0 <= n < len(found) and are_cells[n]]
        below = found[at + 1 : at + 3]
        is_head = len(below) == 2 and at + 1 in beside and _is_aligned(*below)
        if are_cells[at] and (is_head or any(_is_aligned(row, found[n]) for n in beside)):
            told.append(row)
    return told


def _is_narrow(cell: Line) -> bool:
    return cell.right - cell.left < WIDEST_CELL * cell.size


def _is_aligned(row: Sequence[Line], other: Sequence[Line]) -> bool:
    """Tell whether the cells of the shorter row stand below or above cells of the other."""
    short, long = sorted((row, other), key=len)
    return all(any(_is_above(cell, one) for one in long) for cell in short)


def _is_above(cell: Line, other: Line) -> bool:
    """Tell whether two cells begin, end or have their middle in the same place."""
    left, right = cell.left - other.left, cell.right - other.right
    return min(abs(left), abs(right), abs(left + right) / 2) < 0.3 * cell.size


def is_stretched(row: Sequence[Line]) -> bool:
    """Tell whether words stand far apart only to fill their line: all as far, but for one gutter."""
    gaps = sorted(line.left - before.right for before, line in itertools.pairwise(row))
    if len(gaps) > 2:
        gaps.pop()
    return len(gaps) > 1 and gaps[-1] - gaps[0] < EVEN * row[0].size


def _lone(cells: Sequence[Line], width: float) -> Line:
    """Return a row that stands alone as one line: of a table if little stands in it, far apart."""
    line = joined(cells)
    filled = sum(cell.right - cell.left for cell in cells)
    if len(cells) < FEWEST_CELLS or filled > SPARSE * width or is_stretched(cells) or _is_marked(cells):
        return line
    return replace(line, text=" | ".join(cell.text for cell in cells), is_row=True)


def _is_marked(cells: Sequence[Line]) -> bool:
    return _MARK.match(cells[0].text) is not None


def _cells(row: list[Line]) -> _Cells:
    """Return a row's lines with those joined that are too near to be cells."""
    cells: list[list[Line]] = []
    for line in row:
        if cells and line.left - cells[-1][-1].right <= WIDEST_SPACE * line.size:
            cells[-1].append(line)
        else:
            cells.append([line])
    return _Cells([joined(cell) for cell in cells], row[0].base)


def _table(found: Sequence[_Cells], at: int) -> tuple[int, list[tuple[float, float]]]:
    """Return where the table ends that begins with row *at*, and its columns from left to right."""
    columns = [(cell.left, cell.right) for cell in found[at].lines]
    end = at
    while len(columns) > 1 and end < len(found):
        row = found[end]
        size = row.lines[0].size
        if end > at and row.base - found[end - 1].base > 3 * size:
            break
        wider = _merged([*columns, *((cell.left, cell.right) for cell in row.lines)])
        places = {_place(wider, cell) for cell in row.lines}
        is_wrapped = row.base - found[end - 1].base <= WRAPPED * size
        if len(wider) < len(columns) or len(places) < len(row.lines) or (len(places) == 1 and not is_wrapped):
            break
        columns, end = wider, end + 1
    return end, columns


def _merged(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for left, right in sorted(spans):
        if found and left <= found[-1][1]:
            found[-1] = (found[-1][0], max(right, found[-1][1]))
        else:
            found.append((left, right))
    return found


def _place(columns: Sequence[tuple[float, float]], cell: Line) -> int:
    return next(n for n, (left, right) in enumerate(columns) if left <= cell.left <= right)


def _is_table(found: Sequence[_Cells], columns: Sequence[tuple[float, float]]) -> bool:
    full = [row for row in found if len(row.lines) > 1 and not is_stretched(row.lines)]
    marked = [row for row in full if _is_marked(row.lines)]
    many = sum(len(row.lines) for row in full)
    return len(full) > 1 and len(columns) > 1 and many >= FEWEST_OF_TABLE and len(marked) < len(full) / 2


def _told(found: Sequence[_Cells], columns: Sequence[tuple[float, float]]) -> Iterator[Line]:
    """Yield the table's rows, the further lines of a cell joined to its first."""
    table: list[dict[int, list[Line]]] = []
    last = 0.0
    for row in found:
        cells = {_place(columns, cell): cell for cell in row.lines}
        is_further = bool(table) and 0 not in cells and row.base - last <= WRAPPED * row.lines[0].size
        if not is_further:
            table.append({})
        for place, cell in cells.items():
            table[-1].setdefault(place, []).append(cell)
        last = row.base
    for cells_of in table:
        lines = [line for place in sorted(cells_of) for line in cells_of[place]]
        texts = [" ".join(line.text for line in cells_of[place]) for place in sorted(cells_of)]
        yield replace(joined(lines), text=" | ".join(texts), is_row=len(texts) > 1)
