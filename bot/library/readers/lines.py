"""The lines of a text as it was copied from a page: which belong together, and what each one is."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum, auto

_BULLET = r"[-–—•*·‣▪●○◦]"
_LONE = re.compile(rf"(?:{_BULLET}|\(?\d{{1,3}}[.)])$")
_BULLETED = re.compile(rf"{_BULLET}\s+(?=\S)")
_NUMBERED = re.compile(r"\(?(\d{1,3})[.)]\s+\S")
_ENDS = re.compile(r"[.!?。！？…;；][\"'”’»)\]」』]*$")

LABEL_WORDS = 6
"""A label such as `Talent Pool:` has no more words."""

HEADING_WORDS = 14
"""Nor has a heading."""

HEADING_CHARACTERS = 120
"""Nor more characters, which counts where no spaces stand between words."""


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
    """A paragraph's worth of text, its bullet's mark taken away; `number` is a numbered item's."""

    text: str
    shape: Shape
    number: int = 0


def lines(text: str) -> list[Line]:
    """Return the paragraphs, items and headings of *text*, wrapped and broken lines joined."""
    return [_line(line) for line in _joined(_unwrapped(text))]


def _line(text: str) -> Line:
    bullet = _BULLETED.match(text)
    if bullet:
        return Line(text[bullet.end() :], Shape.BULLETED)
    numbered = _NUMBERED.match(text)
    if numbered:
        return Line(text, Shape.NUMBERED, int(numbered[1]))
    count = len(text.split())
    if text.endswith((":", "：")) and count <= LABEL_WORDS:
        return Line(text, Shape.LABEL)
    if text.endswith(("?", "？")) and count <= 2 * HEADING_WORDS:
        return Line(text, Shape.QUESTION)
    is_short = count <= HEADING_WORDS and len(text) <= HEADING_CHARACTERS
    if is_short and not _ENDS.search(text) and not text.endswith((",", ":", "，", "：")):
        return Line(text, Shape.SHORT)
    return Line(text, Shape.TEXT)


def _joined(pieces: Iterable[str]) -> Iterator[str]:
    """Join a bullet or number that stands alone with its item, and an item's label with its text."""
    waiting: list[str] = []
    for piece in pieces:
        waiting.append(piece)
        is_label = len(waiting) > 1 and piece.endswith(":") and len(piece.split()) <= LABEL_WORDS
        if not (_LONE.match(piece) or is_label):
            yield " ".join(waiting)
            waiting = []
    if waiting and not all(_LONE.match(piece) for piece in waiting):
        yield " ".join(waiting)


def _unwrapped(text: str) -> Iterator[str]:
    """Yield the lines of *text*, or its paragraphs where lines were broken at a column."""
    chunks = [
        [" ".join(line.split()) for line in chunk.split("\n") if line.strip()]
        for chunk in re.split(r"\n[^\S\n]*\n", text)
    ]
    is_wrapped = _is_wrapped(chunks)
    for chunk in chunks:
        yield from (_paragraphs(chunk) if is_wrapped else chunk)


def _is_wrapped(chunks: list[list[str]]) -> bool:
    """Tell whether lines end at a column and not where a paragraph does."""
    broken = [line for chunk in chunks for line in chunk[:-1]]
    longest = max((len(line) for chunk in chunks for line in chunk), default=0)
    if len(broken) < 2 or longest > 120:
        return False
    full = [line for line in broken if len(line) > longest * 0.6]
    return len(full) > len(broken) * 0.6 and sum(map(_breaks, full)) > len(full) * 0.6


def _breaks(line: str) -> bool:
    return not _ENDS.search(line)


def _paragraphs(chunk: list[str]) -> Iterator[str]:
    current: list[str] = []
    for line in chunk:
        begins_item = _BULLETED.match(line) or _NUMBERED.match(line) or _LONE.match(line)
        if current and begins_item:
            yield " ".join(current)
            current = []
        current.append(line)
    if current:
        yield " ".join(current)
