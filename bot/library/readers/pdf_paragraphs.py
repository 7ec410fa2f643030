"""Paragraphs of a PDF, put together from the lines of one column."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum, auto

from bot.library.readers.pdf_lines import Line, is_wide

LOOSE = 1.3
"""Lines that stand further apart than so many of their area's steps belong to two paragraphs."""

INDENT = 0.8
"""How far a paragraph's first line is set in, in sizes of its type."""

SAME_SIZE = 0.06
"""By what share the sizes of one paragraph's lines may differ."""

LARGE = 1.1
"""A heading is larger than the text by this, or bolder."""

SMALL = 0.93
"""Notes and captions are smaller than the text by this."""

HEADING_WORDS, HEADING_CHARACTERS = 30, 200
"""A heading is no longer."""

_BULLET = r"[-–•*·‣▪▫■□●○◦◆➢➤✓✔❖⁃∙\uf0a7\uf0b7\uf0d8\uf0fc\uf02d\uf076]"
BULLETED = re.compile(rf"{_BULLET}\s+(?=\S)|[•▪■●○◦◆➢➤✓❖\uf0a7\uf0b7\uf0d8](?=\S)")
_NUMBERED = re.compile(
    r"(?:\(?(?:\d{1,3}|[a-z]|[ivx]{2,5})[.)]\s+|\[\d{1,3}\]\s*|[(（]?\d{1,3}[、．）]\s*)(?=\S)"
)
_CHAPTER = re.compile(
    r"(?:\d{1,2}\.)+\d{0,2}\s+\S|(?:[A-Z]|[IVX]+)\.\s+\S|第[一二三四五六七八九十\d]+[章节節部]"
)
_CAPTION = re.compile(
    r"(?:Fig(?:ure|\.)|Table|Chart|Box|图|圖|表|図)\s*[A-Z]?\d{1,3}(?:[.\-–]\d{1,3})*\b", re.IGNORECASE
)
ENDS = re.compile(r"[.!?。！？…:：;；][\"'”’»)\]」』）]*(?:\d{1,2}|\[\d{1,3}\])?$")
STOPS = re.compile(r"[.!?。！？…][\"'”’»)\]」』）]*(?:\d{1,2}|\[\d{1,3}\])?$")


class Role(StrEnum):
    """What a paragraph is on its page."""

    TEXT = auto()
    HEADING = auto()
    ITEM = auto()
    ROW = auto()
    APART = auto()
    """A note or a caption: text that others flow around."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together. `is_first` and `is_last` tell its place among its area's text."""

    lines: tuple[Line, ...]
    role: Role
    is_first: bool = field(default=False, compare=False)
    is_last: bool = field(default=False, compare=False)
    is_indented: bool = field(default=False, compare=False)

    @property
    def style(self) -> tuple[float, bool]:
        """The size and weight that tell a heading's level."""
        return round(self.lines[0].size * 2) / 2, self.lines[0].is_bold


@dataclass(frozen=True, slots=True)
class Type:
    """How a document's text is set: its size, and whether it is bold all along."""

    size: float
    is_bold: bool


def within(area: Sequence[Line], body: Type) -> list[Paragraph]:
    """Return the paragraphs of one area, from top to bottom."""
    lines = _with_edges(area)
    step = _step(lines)
    left = min(line.left for line in lines)
    runs: list[list[Line]] = []
    for at, line in enumerate(lines):
        after = lines[at + 1] if at + 1 < len(lines) else None
        if runs and not _begins(runs[-1], line, after, step, body):
            runs[-1].append(line)
        else:
            runs.append([line])
    found = [
        Paragraph(tuple(run), _role(run, body), is_indented=run[0].left > left + INDENT * run[0].size)
        for run in runs
    ]
    flows = [
        at for at, paragraph in enumerate(found) if paragraph.role in {Role.TEXT, Role.ITEM, Role.HEADING}
    ]
    ends = {*flows[:1]}, {*flows[-1:]}
    return [replace(one, is_first=at in ends[0], is_last=at in ends[1]) for at, one in enumerate(found)]


def _step(lines: Sequence[Line]) -> dict[float, float]:
    """Return how far apart the lines of each size stand: what the nearer half of them keeps."""
    steps: dict[float, list[float]] = {}
    for before, line in itertools.pairwise(lines):
        gap = line.base - before.base
        if 0 < gap < 2.6 * line.size and is_like(before, line):
            steps.setdefault(round(line.size), []).append(gap)
    return {size: sorted(gaps)[len(gaps) // 3] for size, gaps in steps.items()}


def _with_edges(area: Sequence[Line]) -> list[Line]:
    """Return the lines, each told where the lines of its kind around it end on the right."""
    widest = max(line.right for line in area)
    found: list[list[Line]] = []
    for line in area:
        last = found[-1][-1] if found else None
        is_with = last and is_like(last, line) and 0 < line.base - last.base < 3 * line.size
        if last and is_with and not line.is_row and line.left < last.right:
            found[-1].append(line)
        else:
            found.append([line])
    edges = [max(line.right for line in run) if len(run) > 2 else widest for run in found]
    return [replace(line, edge=edge) for run, edge in zip(found, edges, strict=True) for line in run]


def _begins(
    run: Sequence[Line], line: Line, after: Line | None, step: dict[float, float], body: Type
) -> bool:
    """Tell whether *line* begins a paragraph and does not go on with *run*."""
    last = run[-1]
    gap = line.base - last.base
    usual = step.get(round(line.size), 1.3 * line.size)
    if line.is_row or last.is_row or gap <= 0 or not is_like(last, line):
        return True
    if gap > LOOSE * usual and gap - usual > 0.2 * line.size:
        return True
    if last.is_bold != line.is_bold and not (is_full(last) and line.text[:1].islower()):
        return True
    if _is_marked(line) and (line.left <= run[0].left + line.size or _is_marked(run[0])):
        is_sure = line.text[0] not in "-–*" and _is_bulleted(line)
        return is_sure or ENDS.search(last.text) is not None or _is_marked(run[0]) or not is_full(last)
    if line.size >= LARGE * body.size or (line.is_bold and not body.is_bold):
        return _CHAPTER.match(line.text) is not None
    return _is_set_in(run, line, after) or _is_cut_short(last, line)


def _is_set_in(run: Sequence[Line], line: Line, after: Line | None) -> bool:
    """Tell whether the line's indent makes it a paragraph's first."""
    last, reach = run[-1], INDENT * line.size
    if _is_marked(run[0]):
        return line.left < run[0].left - 2 or (len(run) > 1 and abs(line.left - last.left) > reach)
    if line.left < last.left - reach:
        return len(run) > 1  # After a first line that is set in, the second is set out.
    if line.left <= last.left + reach:
        # First lines one below the other: paragraphs of a line each.
        return False
    hangs = len(run) == 1 and after is not None and abs(after.left - line.left) < 2 and is_like(line, after)
    return not hangs or (not is_full(last) and STOPS.search(last.text) is not None)


def _is_cut_short(last: Line, line: Line) -> bool:
    """Tell whether *last* ended though the next line's first word had found room in it."""
    first = line.text.split(" ", 1)[0]
    width = (
        2 * line.size if is_wide(first[0]) else (line.right - line.left) * (len(first) + 1) / len(line.text)
    )
    room = last.edge - last.right
    if room <= width or line.text[:1].islower():
        return False
    return STOPS.search(last.text) is not None or room > 0.4 * (last.edge - last.left)


def _role(run: Sequence[Line], body: Type) -> Role:
    first = run[0]
    text = " ".join(line.text for line in run)
    is_short = len(text) <= HEADING_CHARACTERS and len(text.split()) <= HEADING_WORDS
    is_large = first.size >= LARGE * body.size
    is_strong = first.is_bold and not body.is_bold and first.size >= SMALL * body.size
    is_worded = any(character.isalpha() for character in text)
    if first.is_row:
        return Role.ROW
    if _CAPTION.match(text) and not is_large:
        return Role.APART
    if (
        is_short
        and is_worded
        and not _is_bulleted(first)
        and (is_large or (is_strong and not _is_said(text)))
    ):
        return Role.HEADING
    if first.size <= SMALL * body.size:
        return Role.APART
    return Role.ITEM if _is_marked(first) else Role.TEXT


def _is_said(text: str) -> bool:
    """Tell whether a bold text is a sentence and no heading."""
    return text.endswith((".", ",", ";", "。", "，")) and len(text.split()) > 6


def is_full(line: Line) -> bool:
    """Tell whether a line goes to the end of its column."""
    return line.right >= line.edge - 2.5 * line.size


def is_like(one: Line, other: Line) -> bool:
    """Tell whether two lines are of one size."""
    return abs(one.size - other.size) <= SAME_SIZE * max(one.size, other.size) + 0.05


def _is_bulleted(line: Line) -> bool:
    return BULLETED.match(line.text) is not None


def _is_marked(line: Line) -> bool:
    return _is_bulleted(line) or _NUMBERED.match(line.text) is not None
