"""The lines of a PDF's page: words that stand side by side."""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from bot.library.readers.pdf_words import Word
from bot.library.words import CJK

WIDEST_SPACE = 1.2
"""Between the words of a line, in sizes of its type. What stands further apart may be another column's."""

SAME_BASE = 0.45
"""How far apart the letters of one line may stand, in sizes: a raised number belongs to its line."""

NO_SPACE = 0.15
"""What stands nearer, in sizes, is the same word where no space is written."""

_WIDE = re.compile(f"[{CJK}\u3000-\u303f\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Line:
    """Words that stand side by side on a page, in points from its left and top; `base` is their foot.

    `is_spaced` tells that a space ends it. `is_row` tells that it is the row of a table.
    `edge` is where the lines around it end on the right, 0 where that is not known.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    is_bold: bool = False
    is_spaced: bool = False
    is_row: bool = False
    page: int = 0
    edge: float = field(default=0.0, compare=False)


def pieces(words: Iterable[Word]) -> list[Line]:
    """Return the runs of *words* that were written one after the other and stand side by side."""
    found: list[Line] = []
    run: list[Word] = []
    for word in words:
        if run and not _is_beside(run[-1], word):
            found.append(_piece(run))
            run = []
        run.append(word)
    if run:
        found.append(_piece(run))
    return found


def rows(lines: Iterable[Line]) -> list[list[Line]]:
    """Return *lines* from top to bottom, those of one height together from left to right."""
    found: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.base, line.left)):
        last = found[-1][-1] if found else None
        if last and abs(line.base - last.base) <= SAME_BASE * max(line.size, last.size):
            found[-1].append(line)
        else:
            found.append([line])
    return [sorted(row, key=lambda line: line.left) for row in found]


def joined(row: Sequence[Line]) -> Line:
    """Return the lines of one height as one."""
    if len(row) == 1:
        return row[0]
    first, last = row[0], row[-1]
    text = first.text
    for before, line in itertools.pairwise(row):
        gap = line.left - before.right
        is_near = gap <= NO_SPACE * line.size and not before.is_spaced
        text += line.text if is_near or _is_loose(before.text, line.text, gap, line.size) else f" {line.text}"
    widest = max(row, key=lambda line: len(line.text))
    return replace(
        widest,
        text=text,
        left=first.left,
        right=max(line.right for line in row),
        is_bold=all(line.is_bold for line in row),
        is_spaced=last.is_spaced,
    )


def body_size(lines: Iterable[Line]) -> float:
    """Return the size in which most of the text is set."""
    counts: dict[float, int] = {}
    for line in lines:
        size = round(line.size * 2) / 2
        counts[size] = counts.get(size, 0) + len(line.text)
    return max(counts, key=lambda size: counts[size], default=10.0)


def is_wide(character: str) -> bool:
    """Tell whether *character* is of a script that is written without spaces, or its punctuation."""
    return _WIDE.match(character) is not None


def _is_beside(before: Word, word: Word) -> bool:
    size = max(before.size, word.size)
    gap = word.left - before.right
    return abs(before.base - word.base) <= SAME_BASE * size and -0.5 * size <= gap <= WIDEST_SPACE * size


def _piece(run: Sequence[Word]) -> Line:
    text = run[0].text
    for before, word in itertools.pairwise(run):
        gap = word.left - before.right
        is_near = not before.is_apart and gap <= NO_SPACE * word.size
        is_loose = not before.is_spaced and _is_loose(before.text, word.text, gap, word.size)
        text += word.text if is_near or is_loose else f" {word.text}"
    sizes = [word.size for word in run for _ in word.text]
    size = median(sizes)
    base = next((word.base for word in run if word.size >= 0.95 * size), run[0].base)
    is_bold = all(word.is_bold for word in run)
    return Line(
        text, run[0].left, max(word.right for word in run), base, size, is_bold, is_spaced=run[-1].is_spaced
    )


def _is_loose(before: str, after: str, gap: float, size: float) -> bool:
    """Tell whether a gap is that of a line of Chinese set to its column's width, and no space."""
    return gap < 0.8 * size and is_wide(before[-1]) and is_wide(after[0])
