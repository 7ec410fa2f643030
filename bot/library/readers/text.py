"""Plain text: an article as it is copied from a page, without marks for what its lines are."""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from bot.library.byline import FRONT_LINES, front_of, is_byline
from bot.library.readers.lines import HEADING_WORDS, LIST_LINES, Line, Shape, lines
from bot.library.readers.whole import read_whole
from bot.library.reading import Kind, Reading, number

QUESTION_LEVEL = 2
"""Questions stand below the heading above them, as `FAQ`."""

_LABELLED = re.compile(r"[^\W_][^.:?!。：]{1,60}[:：]\s*\S")

# What stands above a title on some pages, and is none.
_FURNITURE = re.compile(
    r"^https?://|\s\|\s|^(?i:photo|image|share|subscribe|sign|advertisement|menu|home|skip|\d+ comments?)\b"
    r"|^(?:来源|责任编辑|编辑)\s*[:：]"
)

_ITEMS = (Shape.BULLETED, Shape.NUMBERED)


def read(file: BinaryIO, most: int) -> Iterator[Reading]:
    """Yield the one reading of *file*."""
    yield reading_of(read_whole(file, most))


def reading_of(text: str) -> Reading:
    """Return *text* in blocks, with the title, author and date that it states."""
    found = lines(text)
    title = _title(found)
    above = [line.text for line in itertools.takewhile(lambda line: line.shape not in _ITEMS, found)]
    front = front_of(above, has_title=title is not None)
    blocks = number(_blocks(found, is_titled=title is not None))
    return Reading(blocks, title=title, author=front.author, date=front.date, front=front.lines)


def _title(found: Sequence[Line]) -> str | None:
    """The first line is the title if it could be one; what follows it must be more than its like."""
    if len(found) < 2 or found[0].shape in {*_ITEMS, Shape.LABEL}:
        return None
    first = found[0]
    could_be = first.shape in {Shape.SHORT, Shape.QUESTION} and not first.is_listed
    return (
        first.text if could_be and not is_byline(first.text) and not _FURNITURE.search(first.text) else None
    )


def _blocks(found: Sequence[Line], *, is_titled: bool) -> list[tuple[Kind, str, int]]:
    blocks: list[tuple[Kind, str, int]] = []
    label = ""
    in_question = False  # Whether the last heading is one.
    for at, line in enumerate(found):
        if at == 0 and is_titled:
            blocks.append((Kind.HEADING, line.text, 0))
            continue
        kind = _kind(found, at, in_question=in_question)
        if line.shape is Shape.LABEL and at + 1 < len(found) and found[at + 1].shape is Shape.TEXT:
            # `Talent Pool:` begins the paragraph that follows.
            label += line.text if line.text.endswith("：") else f"{line.text} "
            continue
        text = line.text.rstrip(":：") if kind is Kind.HEADING else label + line.text
        if kind is Kind.PARAGRAPH and blocks and _continues_list(text, blocks[-1]):
            kind = Kind.ITEM
        blocks.append((kind, text, QUESTION_LEVEL if line.shape is Shape.QUESTION else 1))
        if kind is Kind.HEADING:
            in_question = line.shape is Shape.QUESTION
        label = ""
    return blocks


def _kind(found: Sequence[Line], at: int, *, in_question: bool) -> Kind:
    line = found[at]
    after = found[at + 1].shape if at + 1 < len(found) else None
    match line.shape:
        case Shape.BULLETED:
            kind = Kind.ITEM
        case Shape.NUMBERED:
            kind = Kind.ITEM if _is_listed(found, at) else Kind.HEADING
        case Shape.LABEL if after in _ITEMS and _is_titled(line.text):
            kind = Kind.HEADING
        case Shape.QUESTION if after in {Shape.TEXT, Shape.LABEL} or (in_question and after in _ITEMS):
            kind = Kind.HEADING  # Above its answer; above bullets it leads them in.
        case Shape.SHORT if line.is_listed or _short_lines_around(found, at) > LIST_LINES:
            kind = Kind.ITEM  # Short lines in a row are a list without marks.
        case Shape.SHORT if after is not None:
            kind = Kind.HEADING
        case _:
            kind = Kind.PARAGRAPH
    return kind


def _is_titled(label: str) -> bool:
    """`Key Takeaways:` is a heading, `The following factors help the model:` a lead-in."""
    told = label.split()
    return len(told) <= 3 or sum(word[0].isupper() for word in told) > len(told) / 2


def _short_lines_around(found: Sequence[Line], at: int) -> int:
    """Count the short lines in a row in which the line *at* stands, but for those above the text."""
    if at < FRONT_LINES:
        return 1
    below = itertools.takewhile(lambda line: line.shape is Shape.SHORT, found[at : at + LIST_LINES + 1])
    above = itertools.takewhile(
        lambda line: line.shape is Shape.SHORT, found[max(at - 1, 0) : max(at - LIST_LINES - 1, 0) : -1]
    )
    return sum(1 for _ in below) + sum(1 for _ in above)


def _continues_list(text: str, before: tuple[Kind, str, int]) -> bool:
    """`Talent: ...` below a lead-in that ends in a colon, or below another such item, is an item."""
    kind, above, _ = before
    is_led_in = kind is Kind.PARAGRAPH and above.endswith((":", "："))
    is_beside = kind is Kind.ITEM and _LABELLED.match(above)
    return bool(_LABELLED.match(text) and (is_led_in or is_beside))


def _is_listed(found: Sequence[Line], at: int) -> bool:
    """A numbered line stands in a list, unless it is short and text stands below: `2. Outlook`."""
    line = found[at]
    beside = [found[n] for n in (at - 1, at + 1) if 0 <= n < len(found)]
    numbers = [other.number for other in beside if other.shape is Shape.NUMBERED]
    is_sentence = len(line.text.split()) > HEADING_WORDS or line.text.endswith((".", "?", "!", ";", ","))
    return is_sentence or at + 1 == len(found) or {line.number - 1, line.number + 1} & {*numbers} != set()
