"""Which of a week's themes are said to rise, what is a part of what, and in what order they are told."""

import math
from collections.abc import Sequence
from dataclasses import replace

from bot.library.words import words
from digests.themes.evidence import g2, null
from digests.themes.published import Periods
from digests.themes.rising import OLD_ENOUGH, Rising
from digests.themes.theme import Theme, Week
from digests.themes.window import PERIODS
from digests.themes.wording import holds

GROWTH = 2.0
"""How many times its usual share a theme must have: of the documents a topic, of the passages a phrase."""

PART = 0.8
"""The share of a phrase that stands in a story from which on it is a part of it."""

SEVERAL = 3
"""Independent sources from which more make a topic no surer."""


def is_old(week: Week) -> bool:
    """Tell whether the library reaches back far enough to know what is usual."""
    return week.by_publication and week.begins < PERIODS - OLD_ENOUGH


def topic_evidence(periods: Periods, topic: str) -> float:
    """Return the G2 of a topic's rise by its documents; 0 where chance alone may reach it."""
    of_now, of_before = periods.documents()
    counts = periods.documents_by_topic()
    now, before = counts.get(topic, (0, 0))
    if now * of_before < GROWTH * before * of_now:
        return 0.0
    found = g2(now, before, of_now=of_now, of_before=of_before)
    return found if found >= null(counts.values(), of_now=of_now, of_before=of_before) else 0.0


def checked(week: Week, theme: Theme, passages: Sequence[int]) -> Theme:
    """Return *theme*, rising only where several sources say it, more of it than in the period before.

    *passages* are those of each period. Where the documents of now are longer than others, more of them
    hold any word: the share of passages must have grown as well.
    """
    last, before = theme.trend.last, theme.trend.counts[-2]
    is_told = theme.sources >= min(2, week.sources) and last > before
    rises = is_told and is_more(week, theme, last, passages[-1], passages)
    return theme if rises else replace(theme, evidence=0.0)


def is_more(week: Week, theme: Theme, count: int, of: int, passages: Sequence[int]) -> bool:
    """Tell whether *count* *of* so many passages are GROWTH times a theme's usual share, if that is known."""
    held = sum(passages[week.begins : -1])
    if not is_old(week) or not held:
        return True
    usual = sum(theme.trend.counts[week.begins : -1]) / held
    return count >= GROWTH * usual * of


def stories(risen: Sequence[Rising]) -> list[Rising]:
    """Return *risen* without what stands mostly in the documents of a better one, as its part."""
    chosen: list[Rising] = []
    for one in risen:
        own = set(one.documents)
        if all(len(own.intersection(other.documents)) < PART * len(own) for other in chosen):
            chosen.append(one)
    return chosen


def overlap(one: str, other: str) -> bool:
    """Tell whether one of two names holds the other."""
    first, second = tuple(words(one)), tuple(words(other))
    return holds(first, second) or holds(second, first)


def telling(week: Week, theme: Theme) -> tuple[float, int, int, int, str]:
    """Order topics: first what rises, then by change, independent sources, and what is told of most.

    Changes are in whole standard deviations of a Poisson count, so that what hardly changed is alike.
    """
    change = round(week.growth(theme) / math.sqrt(1 + (week.usual(theme) or 0))) if week.has_past else 0
    return -theme.evidence, -change, -min(theme.sources, SEVERAL), -theme.count, theme.name
