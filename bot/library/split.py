"""Passages: contiguous, word for word, at paragraph and sentence ends, none across a heading or a gap."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.document import Passage
from bot.library.reading import Block, Kind, Left
from bot.library.sentences import sentences
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
    paragraph: int
    is_item: bool = False
    lead_in: str | None = None

    @property
    def words(self) -> int:
        return _count(self.text)


def split(cleaned: Sequence[Block | Left]) -> list[Passage]:
    """Return the passages of a cleaned document, in order."""
    passages: list[Passage] = []
    section: list[Block] = []
    run: list[Block] = []
    for block in [*cleaned, Left("", "end", 0)]:
        if isinstance(block, Block) and block.kind is not Kind.HEADING:
            run.append(block)
            continue
        passages += _passages(run, tuple(heading.text for heading in section))
        run = []
        if isinstance(block, Block):
            section = [heading for heading in section if heading.level < block.level] + [block]
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
    count = math.ceil(_size(group) / MOST)
    wanted = _size(group) / count
    part: list[_Unit] = []
    for unit in group:
        is_lead_in = len(part) == 1 and not part[0].is_item
        if part and not is_lead_in and _size(part) + unit.words / 2 > wanted:
            yield part
            part = []
        part.append(unit)
    yield part


def _size(units: Sequence[_Unit]) -> int:
    return sum(unit.words for unit in units)


def _units(run: Sequence[Block]) -> list[_Unit]:
    units: list[_Unit] = []
    lead_in: str | None = None
    for block in run:
        is_item = block.kind is Kind.ITEM
        if not is_item:
            lead_in = sentences(block.text)[-1][-CONTEXT_CHARACTERS:]
        units += [
            _Unit(part, block.paragraph, is_item, lead_in if is_item else None) for part in _parts(block.text)
        ]
    return units


def _passage(units: Sequence[_Unit], section: tuple[str, ...]) -> Passage:
    first = units[0]
    text = "\n".join(f"- {u.text}" if u.is_item and not _numbered(u.text) else u.text for u in units)
    return Passage(text, section, first.paragraph, first.lead_in)


def _numbered(text: str) -> bool:
    return re.match(r"\(?\d{1,3}[.)]\s", text) is not None


def _parts(text: str) -> list[str]:
    """Return *text*, or its parts of about equal length where it is too long for one passage."""
    count = math.ceil(_count(text) / MOST)
    if count == 1:
        return [text]
    wanted = _count(text) / count
    parts = [""]
    for piece in _pieces(text):
        if parts[-1] and _count(parts[-1]) + _count(piece) / 2 > wanted:
            parts.append(piece)
        else:
            parts[-1] = _beside(parts[-1], piece, text)
    return parts


def _beside(before: str, piece: str, text: str) -> str:
    """Return the two as they stand in *text*: with a space between, or without."""
    if not before:
        return piece
    return before + piece if before + piece in text else f"{before} {piece}"


def _pieces(text: str) -> Iterator[str]:
    """Yield sentences, and what is too long for one in parts that end at a space if there is any."""
    for sentence in sentences(text):
        rest = sentence
        while _count(rest) > MOST:
            end = _end_within(rest)
            yield rest[:end].rstrip()
            rest = rest[end:].lstrip()
        if rest:
            yield rest


def _end_within(text: str) -> int:
    """Return where to cut *text*, which is too long for a passage: at a space if there is one."""
    end = min(CHARACTERS, len(text))
    while _count(text[:end]) > MOST:
        end -= max(end // 20, 1)
    space = text.rfind(" ", end // 2, end)
    return space if space > 0 else end


def _count(text: str) -> int:
    """Count words; two characters make one in scripts without spaces, and so many at most elsewhere."""
    by_length = math.ceil(len(text) * MOST / CHARACTERS)
    if text.isascii():
        return max(len(text.split()), by_length)
    characters = len(_CJK.findall(text))
    return max(len(_CJK.sub(" ", text).split()) + math.ceil(characters / 2), by_length)
