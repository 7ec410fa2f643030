"""The lines of a text as it was copied from a page: which belong together, and what each one is."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum, auto

from bot.library.byline import is_byline

_BULLET = r"[-–—•*·‣▪●○◦]"
_LONE = re.compile(r"(?:[-–•*·‣▪●○◦]|\(?\d{1,3}[.)、．])$")
_DIVIDER = re.compile(r"(?:—+|[-–_*=~•·]{2,}|(?:[*•·-]\s+){2,}[*•·-]|⁂|❧)$")
_BULLETED = re.compile(rf"{_BULLET}\s+(?=\S)")
_NUMBERED = re.compile(r"\(?(\d{1,3})(?:[.)]\s+|[、．]\s*)(?=\S)")
_ENDS = re.compile(r"[.!?。！？…;；][\"'”’»)\]」』]*$")

LABEL_WORDS = 6
"""A label such as `Talent Pool:` has no more words."""

HEADING_WORDS = 14
"""Nor has a heading."""

HEADING_CHARACTERS = 120
"""Nor more characters, which counts where no spaces stand between words."""

LIST_LINES = 3
"""Short lines that stand together, from this many on, are a list without marks."""


class Shape(StrEnum):
    """What a line looks like on its own."""

    NUMBERED = auto()
    BULLETED = auto()
    LABEL = auto()
    QUESTION = auto()
    SHORT = auto()
    TEXT = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph's worth of text, its bullet's mark taken away; `number` is a numbered item's.

    `is_listed` tells that it stands in a block of nothing but short lines.
    """

    text: str
    shape: Shape
    number: int = 0
    is_listed: bool = False


def lines(text: str) -> list[Line]:
    """Return the paragraphs, items and headings of *text*, wrapped and broken lines joined."""
    found: list[Line] = []
    for block in _blocks(text):
        found += _listed([_line(piece) for piece in _joined(block)], is_first=not found)
    return found


def _listed(shaped: list[Line], *, is_first: bool) -> list[Line]:
    """Return a block's lines, told to be a list without marks where they are one.

    Below a label even two are. The first block may be a title with names and dates below it.
    """
    label, rest = shaped[:1], shaped[1:]
    is_labelled = label and label[0].shape is Shape.LABEL and len(rest) > 1
    if is_labelled and all(line.shape is Shape.SHORT for line in rest):
        return [replace(label[0], shape=Shape.TEXT), *(replace(line, is_listed=True) for line in rest)]
    is_front = is_first and any(is_byline(line.text) for line in shaped)
    is_list = len(shaped) >= LIST_LINES and all(line.shape is Shape.SHORT for line in shaped)
    return [replace(line, is_listed=is_list and not is_front) for line in shaped]


def _line(text: str) -> Line:
    bullet = _BULLETED.match(text)
    if bullet:
        return Line(text[bullet.end() :], Shape.BULLETED)
    numbered = _NUMBERED.match(text)
    if numbered:
        return Line(text, Shape.NUMBERED, int(numbered[1]))
    count = len(text.split())
    if _is_label(text):
        return Line(text, Shape.LABEL)
    if text.endswith(("?", "？")) and count <= 2 * HEADING_WORDS:
        return Line(text, Shape.QUESTION)
    is_short = count <= HEADING_WORDS and len(text) <= HEADING_CHARACTERS
    if is_short and not _ENDS.search(text) and not text.endswith((",", ":", "，", "：")):
        return Line(text, Shape.SHORT)
    return Line(text, Shape.TEXT)


def _is_label(text: str) -> bool:
    return text.endswith((":", "：")) and len(text.split()) <= LABEL_WORDS and len(text) <= HEADING_CHARACTERS


def _is_marked_label(text: str) -> bool:
    return _is_label(text) and _BULLETED.match(text) is not None


def _joined(pieces: Iterable[str]) -> Iterator[str]:
    """Join a bullet or number that stands alone with its item, and an item's label with its text."""
    waiting: list[str] = []
    for piece in pieces:
        waiting.append(piece)
        is_marked = len(waiting) > 1 or _BULLETED.match(piece) is not None
        is_label = is_marked and _is_label(piece)
        if not (_LONE.match(piece) or is_label):
            yield " ".join(waiting)
            waiting = []
    if waiting and not all(_LONE.match(piece) for piece in waiting):
        yield " ".join(waiting)


def _blocks(text: str) -> Iterator[list[str]]:
    """Yield the lines of *text* between blank lines, or paragraphs where lines were broken at a column.

    A mark or label at a block's end belongs to the next block.
    """
    chunks = [
        [" ".join(line.split()) for line in chunk.split("\n") if line.strip()]
        for chunk in re.split(r"\n[^\S\n]*\n", text)
    ]
    column = _column(chunks)
    held: list[str] = []
    for chunk in chunks:
        told = [line for line in chunk if not _DIVIDER.match(line)]
        block = list(_paragraphs(told, column)) if column else told
        end = len(block)
        while end and (_LONE.match(block[end - 1]) or _is_marked_label(block[end - 1])):
            end -= 1
        if end:
            yield held + block[:end]
            held = []
        held += block[end:]
    if held:
        yield held


def _column(chunks: Sequence[Sequence[str]]) -> int:
    """Return the column at which lines were broken, 0 if they end where paragraphs do."""
    broken = sorted(len(line) for chunk in chunks for line in chunk[:-1])
    if len(broken) < 2:
        return 0
    column = broken[len(broken) * 9 // 10]  # A long address or two break no rule.
    if not 30 < column <= 120:
        return 0
    full = [line for chunk in chunks for line in chunk[:-1] if 0.6 * column < len(line) <= column + 5]
    cut = [line for line in full if not _ENDS.search(line)]
    return column if len(full) > len(broken) * 0.6 and len(cut) > len(full) * 0.6 else 0


def _paragraphs(chunk: Sequence[str], column: int) -> Iterator[str]:
    """Yield the paragraphs of lines that were broken at *column*."""
    current: list[str] = []
    for line in chunk:
        begins_item = _BULLETED.match(line) or _NUMBERED.match(line) or _LONE.match(line)
        if current and begins_item:
            yield " ".join(current)
            current = []
        current.append(line)
        # A line that ends a sentence well before the column ends its paragraph.
        if len(line) < 0.6 * column and _ENDS.search(line):
            yield " ".join(current)
            current = []
    if current:
        yield " ".join(current)
