"""Dates that a page shows beside its title, to those who read it."""

import datetime
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from bot.library.byline import date_in, is_byline
from bot.library.readers.page_facts import day_of
from bot.library.readers.page_tree import text_in
from bot.library.readers.pieces import Piece, title_at

BESIDE = 14
"""Lines after the title in which a date is looked for."""

BEFORE = 3
"""And before it."""

LONGEST = 160
"""Characters of such a line; a longer one is text."""

_PUBLISHED = re.compile(
    r"publi(?:shed|cation|cado|cado)\b|publié|posted|released?\b|issued|release date|first (?:published"
    r"|posted)|date of issue|veröffentlicht"
    r"|发[布表文](?:时间|日期|于)?|发稿|成文日期|公開日?|掲載|投稿日|公布",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"updated?\b|modified|edited|revised|last (?:changed|reviewed)|received|accepted|retrieved|accessed"
    r"|copyright|©|更新|修改|修订|下载|收稿|Stand:",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"updated?\b|modified|edited|revised|last (?:changed|reviewed)|更新|修改|修订", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Shown:
    """The date of publication that is shown, and that of the last change."""

    published: datetime.date | None = None
    modified: datetime.date | None = None


def shown_dates(root: HtmlElement, pieces: Sequence[Piece], title: str | None) -> Shown:
    """Return the dates beside the *title* of a page, whose *pieces* are all that it shows."""
    at = title_at(pieces, title)
    below = list(itertools.takewhile(lambda p: len(p.text) <= 2 * LONGEST, pieces[at + 1 : at + 1 + BESIDE]))
    near = [*below, *pieces[max(0, at - BEFORE) : at]] if at >= 0 else pieces[:BESIDE]
    lines = [piece.text for piece in near if len(piece.text) <= LONGEST]
    elements = {around for piece in near for around in itertools.islice(_up(piece.element), 2)}
    times = [t for t in root.iter("time") if t.getparent() in elements or t in elements]
    published = _labelled(lines, _PUBLISHED) or _timed(times) or _bare(near)
    ends = [piece.text for piece in pieces[-BESIDE:] if len(piece.text) <= LONGEST]
    return Shown(published, _labelled([*lines, *ends], _CHANGED) or _changed(root))


def _up(element: HtmlElement) -> list[HtmlElement]:
    parent = element.getparent()
    return [element] if parent is None else [element, parent]


def _labelled(lines: Sequence[str], label: re.Pattern[str]) -> datetime.date | None:
    """Return the date that follows a label: `Received: 2 May 2023 / Published: 3 May 2024`."""
    for line in lines:
        if found := label.search(line):
            rest = line[found.end() :]
            stop = next((other.start() for other in _OTHER.finditer(rest)), len(rest))
            if day := date_in(rest[:stop]):
                return day
    return None


def _timed(times: Sequence[HtmlElement]) -> datetime.date | None:
    for time in times:
        parent = time.getparent()
        before = (parent.text or "") if parent is not None else ""
        around = f"{time.get('class', '')} {time.get('itemprop', '')} {before}"
        if not _OTHER.search(around) and (day := day_of(time.get("datetime") or text_in(time)[:100])):
            return day
    return None


def _changed(root: HtmlElement) -> datetime.date | None:
    for time in root.iter("time"):
        parent = time.getparent()
        around = f"{time.get('class', '')} {(parent.text or '') if parent is not None else ''}"
        if _CHANGED.search(around) and (day := day_of(time.get("datetime") or text_in(time)[:100])):
            return day
    return None


def _bare(near: Sequence[Piece]) -> datetime.date | None:
    """Return the date of a line that is no sentence, nor about a change."""
    for piece in near:
        text = piece.text
        is_line = is_byline(text) or (
            len(text) <= LONGEST and not piece.is_sentence and piece.link_share < 0.8
        )
        if is_line and not _OTHER.search(text) and (day := date_in(text)):
            return day
    return None
