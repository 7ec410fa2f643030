"""In which order the parts of a PDF's page are read: what stands above first, then column by column."""

import itertools
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from bot.library.readers.pdf_lines import Line, rows
from bot.library.readers.pdf_tables import cells_in

NARROWEST_GUTTER = 0.7
"""Between two columns, in sizes of their type."""

NARROWEST_COLUMN = 7.0
"""In sizes of its type; what is narrower is a list's numbers or a table's figures."""

FEWEST_ROWS = 3
"""Of a column on either side of a gutter; one is enough where other pages have the gutter too."""

TRIED = 16
"""Places on a page where a gutter may be: those at which most lines begin."""

DEEPEST = 12
"""Cuts within cuts: no page has so many."""

FULL = 0.6
"""The lines of text fill their column at least so far, by half; the cells of a table seldom do."""

TABLE_LEADING = 1.5
"""The rows of a table stand at least so far apart, in sizes of their type."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """A gutter that ends at `at`, between two heights."""

    at: float
    top: float
    bottom: float


def areas(lines: Sequence[Line], gutters: Counter[int]) -> list[list[Line]]:
    """Return the lines of a page in areas, in the order in which they are read.

    *gutters* counts where pages had gutters; those of this one are added.
    """
    return list(_areas(list(lines), gutters, 0))


def _areas(lines: list[Line], gutters: Counter[int], depth: int) -> Iterator[list[Line]]:
    cut = _cut(lines, gutters) if depth < DEEPEST else None
    if cut is None:
        if lines:
            yield lines
        return
    gutters[round(cut.at / 4)] += 1
    within = [line for line in lines if cut.top < line.base < cut.bottom]
    parts = (
        [line for line in lines if line.base <= cut.top],
        [line for line in within if line.left < cut.at - 1],
        [line for line in within if line.left >= cut.at - 1],
        [line for line in lines if line.base >= cut.bottom],
    )
    for part in parts:
        yield from _areas(part, gutters, depth + 1)


def _cut(lines: list[Line], gutters: Counter[int]) -> _Cut | None:
    """Return the gutter with most text on its poorer side, None if the lines stand in one column."""
    if len(lines) < 2:
        return None
    best, found = 0, None
    begins = Counter(round(line.left) for line in lines)
    tables = cells_in(lines)
    for at, _ in begins.most_common(TRIED):
        for cut, worth in _bands(lines, float(at), gutters, tables):
            if worth > best:
                best, found = worth, cut
    return found


def _bands(
    lines: list[Line], at: float, gutters: Counter[int], tables: list[list[Line]]
) -> Iterator[tuple[_Cut, int]]:
    """Yield the stretches of a page that have columns on both sides of *at*, and what each is worth."""
    size = median(line.size for line in lines)
    gutter = at - NARROWEST_GUTTER * size
    through = [row[0].base for row in tables if row[0].left < at - 1 <= row[-1].left]
    crossed = [line.base for line in lines if line.left < at - 1 and line.right > gutter]
    crossed = sorted(crossed + through)
    reach = size / 2
    known = sum(gutters[round(at / 4) + n] for n in (-1, 0, 1))
    fewest = 1 if known else FEWEST_ROWS
    bands: dict[int, tuple[list[Line], list[Line]]] = {}
    for line in lines:
        n = bisect_left(crossed, line.base - reach)
        if n < len(crossed) and abs(crossed[n] - line.base) <= reach:
            continue
        left, right = bands.setdefault(n, ([], []))
        (right if line.left >= at - 1 else left).append(line)
    for n, (left, right) in bands.items():
        if min(len(left), len(right)) >= fewest and _are_columns(left, right, fewest):
            top = crossed[n - 1] + reach if n else -1e9
            bottom = crossed[n] - reach if n < len(crossed) else 1e9
            worth = min(sum(len(line.text) for line in side) for side in (left, right))
            yield _Cut(at, top, bottom), worth


def _are_columns(left: list[Line], right: list[Line], fewest: int) -> bool:
    """Tell whether two sides are columns of text, not a table's, nor a list's numbers and its items."""
    one, other = rows(left), rows(right)
    if min(len(one), len(other)) < fewest:
        return False
    size = median(line.size for line in left + right)
    if fewest > 1 and min(_width(left), _width(right)) < NARROWEST_COLUMN * size:
        return False
    bases = [row[0].base for row in other]
    paired = sum(_is_near(bases, row[0].base, 0.2 * size) for row in one)
    if paired < 0.8 * min(len(one), len(other)):
        return True
    heights = sorted(row[0].base for row in one)
    steps = [low - high for high, low in itertools.pairwise(heights)]
    is_open = bool(steps) and median(steps) >= TABLE_LEADING * size
    return not is_open and min(_fill(one, _width(left)), _fill(other, _width(right))) >= FULL


def _is_near(bases: list[float], base: float, reach: float) -> bool:
    n = bisect_left(bases, base - reach)
    return n < len(bases) and bases[n] <= base + reach


def _width(lines: list[Line]) -> float:
    """Return how wide a column is, whatever juts out of it here and there."""
    ends = sorted(line.right for line in lines)
    return ends[len(ends) * 9 // 10] - min(line.left for line in lines)


def _fill(found: list[list[Line]], width: float) -> float:
    """Return the share of the column's width that its rows fill, by half."""
    return median(row[-1].right - row[0].left for row in found) / max(width, 1.0)
