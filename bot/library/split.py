"""Passages: contiguous, word for word, at paragraph and sentence ends, none across a heading or a gap."""

import math
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.document import Passage
from bot.library.reading import Block, Kind, Left
from bot.library.sentences import sentence_spans, sentences
from bot.library.words import CJK

LEAST = 40
"""Words that a passage should have: shorter paragraphs are joined with the next."""

MOST = 120
"""Words that a passage should not exceed: longer paragraphs are divided at sentence ends."""

CHARACTERS = 1500
"""Characters of MOST words at most: where words are longer, or none can be told, these count."""

CONTEXT_CHARACTERS = 300
"""Characters of a lead-in that are kept beside the items of its list."""

_CJK = re.compile(f"[{CJK}]")


@dataclass(frozen=True, slots=True)
class _Unit:
    """A paragraph, an item or a part of one, that is never divided."""

    text: str
    words: int
    paragraph: int
    page: int | None = None
    is_item: bool = False
    lead_in: str | None = None


def split(cleaned: Sequence[Block | Left]) -> list[Passage]:
    """Return the passages of a cleaned document, in order."""
    passages: list[Passage] = []
    section: list[Block] = []
    run: list[Block] = []
    is_bare = False  # The last heading has nothing below it yet.
    for block in [*cleaned, Left("", "end", 0)]:
        if isinstance(block, Block) and block.kind is not Kind.HEADING:
            run.append(block)
            is_bare = False
            continue
        passages += _passages(run, tuple(heading.text for heading in section))
        run = []
        if isinstance(block, Block):
            # A heading right below one of its level stands within it: no words are lost.
            keeps = is_bare and section[-1].level == block.level
            section = [h for h in section if h.level < block.level or (keeps and h is section[-1])] + [block]
            is_bare = True
    if is_bare:
        *above, last = section
        passages.append(
            Passage(last.text, tuple(h.text for h in above), max(last.paragraph, 1), page=last.page)
        )
    return passages


def _passages(run: Sequence[Block], section: tuple[str, ...]) -> Iterator[Passage]:
    """Yield the passages of blocks that stand together: lists in equal parts, short paragraphs joined."""
    pending: list[_Unit] = []
    for group in _groups(_units(run)):
        is_list = group[-1].is_item
        held = _size(pending)
        if pending and (is_list or held >= LEAST or held + _size(group) > MOST):
            yield _passage(pending, section)
            pending = []
        if is_list:
            yield from (_passage(part, section) for part in _divided(group))
        else:
            pending += group
    if pending:
        yield _passage(pending, section)


def _groups(units: Sequence[_Unit]) -> Iterator[list[_Unit]]:
    """Yield paragraphs one by one, and lists whole, each with its lead-in if that is short or fits."""
    at = 0
    while at < len(units):
        end = at + 1
        while end < len(units) and units[end].is_item:
            end += 1
        group = list(units[at:end])
        if not group[0].is_item and group[0].words >= LEAST and _size(group) > MOST:
            yield group[:1]
            del group[0]
        if group:
            yield group
        at = end


def _divided(group: Sequence[_Unit]) -> Iterator[list[_Unit]]:
    """Yield a list in parts of about equal length, as few as passages can hold."""
    wanted = _size(group) / math.ceil(_size(group) / MOST)
    part: list[_Unit] = []
    held = 0
    for unit in group:
        is_lead_in = len(part) == 1 and not part[0].is_item
        if part and not is_lead_in and held + unit.words / 2 > wanted:
            yield part
            part, held = [], 0
        part.append(unit)
        held += unit.words
    yield part


def _size(units: Sequence[_Unit]) -> int:
    return sum(unit.words for unit in units)


def _units(run: Sequence[Block]) -> list[_Unit]:
    units: list[_Unit] = []
    lead_in: str | None = None
    for at, block in enumerate(run, start=1):
        is_item = block.kind is Kind.ITEM
        if not is_item and at < len(run) and run[at].kind is Kind.ITEM:
            lead_in = sentences(block.text)[-1][-CONTEXT_CHARACTERS:]
        units += [
            _Unit(part, _count(part), block.paragraph, block.page, is_item, lead_in if is_item else None)
            for part in _parts(block.text)
        ]
    return units


def _passage(units: Sequence[_Unit], section: tuple[str, ...]) -> Passage:
    first = units[0]
    text = "\n".join(f"- {u.text}" if u.is_item and not _numbered(u.text) else u.text for u in units)
    return Passage(text, section, first.paragraph, first.lead_in, page=first.page)


def _numbered(text: str) -> bool:
    return re.match(r"\(?\d{1,3}[.)]\s", text) is not None


def _parts(text: str) -> list[str]:
    """Return *text*, or its parts of about equal length where it is too long for one passage."""
    size = _count(text)
    if size <= MOST:
        return [text]
    wanted = size / math.ceil(size / MOST)
    parts: list[tuple[int, int]] = []
    held = 0
    for begin, end in _pieces(text):
        count = _count(text[begin:end])
        if parts and (held + count / 2 <= wanted and held + count <= 1.5 * MOST):
            parts[-1] = (parts[-1][0], end)
            held += count
        else:
            parts.append((begin, end))
            held = count
    return [text[begin:end].strip() for begin, end in parts]


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield where sentences stand, and parts of those that are too long, cut at a space if there is any."""
    for begin, end in sentence_spans(text):
        at = begin
        while at < end:
            piece = text[at : min(end, at + CHARACTERS + 1)]
            length = len(piece) if _count(piece) <= MOST else _end_within(piece)
            yield at, at + length
            at += length


def _end_within(text: str) -> int:
    """Return where to cut *text*, which is too long for a passage: at a space if there is one."""
    end = bisect_right(range(1, min(CHARACTERS, len(text)) + 1), MOST, key=lambda n: _count(text[:n]))
    space = text.rfind(" ", end // 2, end)
    return space if space > 0 else end


def _count(text: str) -> int:
    """Count words; two characters make one in scripts without spaces, and so many at most elsewhere."""
    by_length = math.ceil(len(text) * MOST / CHARACTERS)
    if text.isascii() or not _CJK.search(text):
        return max(len(text.split()), by_length)
    characters = len(_CJK.findall(text))
    return max(len(_CJK.sub(" ", text).split()) + math.ceil(characters / 2), by_length)
