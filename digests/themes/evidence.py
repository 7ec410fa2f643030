"""Whether a phrase stands in more documents than chance would have it."""

import math
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

LEAST = 3
"""Documents of now below which a phrase is not looked at."""

EMPTY_WEEKS_IN_ERROR = 0.03
"""The share of weeks without news in which something is called rising."""


def g2(now: int, before: int, *, of_now: int, of_before: int) -> float:
    """Return Dunning's log-likelihood ratio for *now* of *of_now* against *before* of *of_before* documents.

    Natural logarithms, the four cells of the table (Dunning 1993). 0 where the share did not grow.
    """
    if not of_now or not of_before or now * of_before <= before * of_now:
        return 0.0
    both, of_both = now + before, of_now + of_before
    cells = (
        (now, both * of_now / of_both),
        (before, both * of_before / of_both),
        (of_now - now, (of_both - both) * of_now / of_both),
        (of_before - before, (of_both - both) * of_before / of_both),
    )
    return 2 * sum(seen * math.log(seen / expected) for seen, expected in cells if seen > 0 and expected > 0)


def null(
    counts: Iterable[tuple[int, int]],
    *,
    of_now: int,
    of_before: int,
    alarms: float = EMPTY_WEEKS_IN_ERROR,
) -> float:
    """Return the G2 that chance alone reaches in so many *alarms* a week: phrases in error, on average.

    *counts* are the documents of now and before of every phrase that was looked at. Had the documents
    been dealt to now and before blindly, a phrase of k documents would have a hypergeometric number of
    them now; given that it is at least LEAST, else nobody would have looked, the chance to reach a G2
    follows. The chances of all phrases add up to the false alarms to be expected, whatever their number is.
    """
    totals = Counter(now + before for now, before in counts)
    low, high = 0.0, 100.0
    while high - low > 0.05:
        middle = (low + high) / 2
        expected = sum(
            phrases * _chance(total, _needed(total, middle, of_now, of_before), of_now, of_before)
            for total, phrases in totals.items()
        )
        low, high = (middle, high) if expected > alarms else (low, middle)
    return high


def _needed(total: int, level: float, of_now: int, of_before: int) -> int:
    """Return how many of *total* documents must be of now for a G2 of *level*; more than all if none do."""
    low, high = 0, min(total, of_now) + 1
    while low < high:
        middle = (low + high) // 2
        reached = g2(middle, total - middle, of_now=of_now, of_before=of_before) >= level
        low, high = (low, middle) if reached else (middle + 1, high)
    return low


@lru_cache(maxsize=50_000)
def _chance(total: int, needed: int, of_now: int, of_before: int) -> float:
    """Return the chance that at least *needed* of *total* documents are of now, given that LEAST are."""
    looked_at = _tail(total, LEAST, of_now, of_before)
    return _tail(total, max(needed, LEAST), of_now, of_before) / looked_at if looked_at else 0.0


@lru_cache(maxsize=50_000)
def _tail(total: int, least: int, of_now: int, of_before: int) -> float:
    """Return the chance that at least *least* of *total* documents are of now (hypergeometric)."""
    if least <= total * of_now / (of_now + of_before):
        fewest = max(0, total - of_before)
        return 1 - sum(_exactly(now, total, of_now, of_before) for now in range(fewest, least))
    chance = 0.0
    for now in range(max(least, total - of_before), min(total, of_now) + 1):
        term = _exactly(now, total, of_now, of_before)
        chance += term
        if term < chance * 1e-6:  # Beyond what is expected they only shrink.
            break
    return chance


def _exactly(now: int, total: int, of_now: int, of_before: int) -> float:
    return math.exp(
        _log_choose(of_now, now)
        + _log_choose(of_before, total - now)
        - _log_choose(of_now + of_before, total)
    )


def _log_choose(many: int, few: int) -> float:
    return math.lgamma(many + 1) - math.lgamma(few + 1) - math.lgamma(many - few + 1)
