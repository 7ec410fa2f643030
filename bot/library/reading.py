"""What a reader makes of a file: readings, each a document's own words in blocks."""

import datetime
from dataclasses import dataclass
from enum import StrEnum

LONGEST_HEADING = 300
"""Characters of a heading; a longer one is text."""


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph or list item, verbatim but for white space and the bullet's mark.

    `level` is a heading's depth, from 1. `paragraph` counts paragraphs and items from 1; a heading
    bears the number of the paragraph before it. `page` counts pages from 1, where there are any.
    """

    kind: Kind
    text: str
    paragraph: int
    level: int = 1
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """A passage that was left out, and by which rule. No excerpt reaches across it."""

    text: str
    rule: str
    paragraph: int


@dataclass(frozen=True, slots=True)
class Reading:
    """One document of a file. `key` tells it from the file's others, '' if it is the only one.

    `front` are the lines of its text that say who wrote it and when, and nothing else.
    """

    blocks: tuple[Block, ...]
    key: str = ""
    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    based_on: str | None = None
    url: str | None = None
    date: datetime.date | None = None
    language: str | None = None
    topics: tuple[str, ...] = ()
    front: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A part of a file that is no document, and why; the others are not concerned."""

    where: str
    why: str


def number(blocks: list[tuple[Kind, str, int]]) -> tuple[Block, ...]:
    """Return blocks from (kind, text, level), their paragraphs counted."""
    numbered = []
    paragraph = 0
    for kind, text, level in blocks:
        paragraph += kind is not Kind.HEADING
        numbered.append(Block(kind, text, paragraph, level))
    return tuple(numbered)
