"""When what failed is tried again."""

from datetime import datetime, timedelta

from bot.source import Source

FIRST, LONGEST = timedelta(minutes=10), timedelta(days=1)
"""What fails is tried again after ten minutes, then after twice as long each time, but at least once a day:
most come back, and nobody need wake them."""

GONE = timedelta(days=30)
"""After which a source that says it is gone for good (HTTP 410) is asked once more."""

GROWTH, MOST_TRIES = 4, 5
"""An item that fails is tried again after 10, 40 and 160 minutes, then after 11 hours, and then no more: what
cannot be fetched within half a day is seldom ever there."""


def next_visit(source: Source, failures: int, *, now: datetime, asked_for: float | None = None) -> datetime:
    """Return when *source* is due after *failures* in a row; its server *asked_for* so many seconds."""
    wait = source.interval
    if failures:
        wait = min(FIRST * 2 ** min(failures - 1, 10), max(LONGEST, source.interval))
    return now + max(wait, timedelta(seconds=asked_for or 0))


def next_try(failures: int, *, now: datetime, asked_for: float | None = None) -> datetime | None:
    """Return when an item is tried again after so many *failures*, None if it is no more."""
    if failures >= MOST_TRIES:
        return None
    wait: timedelta = FIRST * GROWTH ** (failures - 1)
    return now + max(wait, timedelta(seconds=asked_for or 0))
