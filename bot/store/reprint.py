"""Which texts are reprints of others: the same report with another dateline, tail or headline.

Most runs of the shorter text stand in the longer one (the containment of Broder 1997), which is not much
longer; and what stands in place of each other, between words that both have, names no other figure, name or
thing. So this week's figures in last week's words are a report of their own.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from bot.store.wording import LONGEST, Word, Wording, wording

CONTAINED = 0.8
"""The share of the shorter text's runs that the longer one has: every word in twenty may be another."""

COMPARABLE = 0.6
"""The share of the longer text's words that the shorter one has at least: what quotes it says more."""

KIN = 0.5
"""The share of runs from which one text is a version of the other, if both state to be the same page."""

DAYS = timedelta(days=4)
"""What lies between two dates of the same report at most: what comes every week has another."""

ANCHOR = 3
"""Words that both texts have in a row, on either side of what stands in place of each other."""

SWAPPED = 6
"""Words that stand in place of each other at most; more are a passage that was written anew."""

SHARED = 0.6
"""The share of words that two tables or tails have in common whose figures have to be the same."""

SPELLING = 0.7
"""How much of a word another spelling keeps: organise and organize."""

SHORT_FORM = 4
"""Letters of the longest short form: Sept., Corp."""


class _Swap(NamedTuple):
    """Words of one text, and those of the other that stand in their place."""

    one: Sequence[Word]
    other: Sequence[Word]
    is_within: bool
    """Whether both texts go on in the same words behind them."""


@dataclass(frozen=True, slots=True)
class Report:
    """A text, and what its document states beside it."""

    wording: Wording
    title: str | None = None
    day: date | None = None

    def is_of_another_day(self, other: "Report", *, within: timedelta = DAYS) -> bool:
        """Tell whether both state their days, and these are not *within* so much of each other."""
        return self.day is not None and other.day is not None and abs(self.day - other.day) > within

    def has_title_of(self, other: "Report") -> bool:
        """Tell whether both have the same title, or none."""
        return wording((self.title or "",)).told == wording((other.title or "",)).told


def is_reprint(one: Report, other: Report) -> bool:
    """Tell whether two texts are the same report, whichever was first.

    Short ones are it only if they say the same, under the same title.
    """
    if one.is_of_another_day(other):
        return False
    mine, theirs = one.wording, other.wording
    if mine.is_short or theirs.is_short or mine.told == theirs.told:
        return mine.told == theirs.told and (not mine.is_short or one.has_title_of(other))
    fewer, more = sorted((len(mine.told), len(theirs.told)))
    if more > LONGEST or fewer < COMPARABLE * more:
        return False
    return containment(mine, theirs) >= CONTAINED and not _differ(mine, theirs)


def is_version(one: Report, other: Report) -> bool:
    """Tell whether two texts of the same page are versions of each other: a summary, an update.

    A page on which all entries of a feed stand has other titles and days for each.
    """
    if one.is_of_another_day(other, within=timedelta()):
        return False
    is_titled = bool(one.title) and one.has_title_of(other)
    return is_titled or containment(one.wording, other.wording) >= KIN


def containment(one: Wording, other: Wording) -> float:
    """Return the share of the shorter text's runs that the other one has."""
    return len(one.runs & other.runs) / min(len(one.runs), len(other.runs))


def _differ(one: Wording, other: Wording) -> bool:
    """Tell whether the texts report of different figures, names or things in the same words."""
    swaps = list(_swaps(one, other))
    if any(map(_other_figures, swaps)):
        return True
    short = [swap for swap in swaps if swap.is_within and max(map(len, swap[:2])) <= SWAPPED]
    if any(_other_names(swap) for swap in short):
        return True
    here, there = set(one.told), set(other.told)
    own = [(_lacking(swap.one, there), _lacking(swap.other, here)) for swap in short]
    again = Counter((_told(mine), _told(theirs)) for mine, theirs in own if mine and theirs)
    capital = {(_told(mine), _told(theirs)) for mine, theirs in own if _capitals(mine) and _capitals(theirs)}
    return any((times > 1 or pair in capital) and not _is_spelling(*pair) for pair, times in again.items())


def _swaps(one: Wording, other: Wording) -> Iterator[_Swap]:
    """Yield what stands in place of each other: within, at the end, and before what both go on with."""
    same = [(0, 0, 0, 0), *_anchors(one, other)]
    ends = len(one.told), len(one.told), len(other.told), len(other.told)
    for left, right in pairwise([*same, ends]):
        mine, theirs = one.words[left[1] : right[0]], other.words[left[3] : right[2]]
        is_end = right is ends
        # A dateline ends before a sentence: another one says nothing.
        if mine and theirs and (left[1] or is_end or one.words[right[0]].is_small):
            yield _Swap(mine, theirs, is_within=not is_end)


def _anchors(one: Wording, other: Wording) -> Iterator[tuple[int, int, int, int]]:
    """Yield where words stand that both have in a row: in one from and up to, in the other from and up to."""
    for same in Levenshtein.opcodes(one.told, other.told):
        if same.tag == "equal" and same.src_end - same.src_start >= ANCHOR:
            yield same.src_start, same.src_end, same.dest_start, same.dest_end


def _other_figures(swap: _Swap) -> bool:
    """Tell whether each side has a figure that the other lacks, of the same things."""
    mine, theirs = (Counter(word.text for word in side if word.is_figure) for side in swap[:2])
    if mine <= theirs or theirs <= mine:
        return False
    if swap.is_within and max(map(len, swap[:2])) <= SWAPPED:
        return True
    things = [Counter(word.text for word in side if not word.is_figure) for side in swap[:2]]
    fewest = min(thing.total() for thing in things)
    return (things[0] & things[1]).total() >= SHARED * fewest


def _other_names(swap: _Swap) -> bool:
    """Tell whether each side has a name that the other lacks, short forms not counted."""
    mine, theirs = ({word.text for word in side if word.is_name} for side in swap[:2])
    return bool(mine and theirs and not mine & theirs) and not _is_short_form(
        _told(swap.one), _told(swap.other)
    )


def _lacking(side: Sequence[Word], words: set[str]) -> list[Word]:
    return [word for word in side if word.text not in words]


def _capitals(side: Sequence[Word]) -> bool:
    return any(word.has_capital for word in side)


def _told(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _is_spelling(one: str, other: str) -> bool:
    is_like = Levenshtein.normalized_similarity(one, other) >= SPELLING
    return is_like or _is_short_form(one, other)


def _is_short_form(one: str, other: str) -> bool:
    """Tell whether one is short for the other, as Feb. and Corp. are."""
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) <= SHORT_FORM and longer.startswith(shorter)
