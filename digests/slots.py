"""When a schedule falls due: a time of day in a time zone, every day or on one weekday."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.config import DAYS


@dataclass(frozen=True, slots=True)
class When:
    """`weekday` counts from Monday as 0 and is None for every day; `at` is HH:MM by the clocks of `zone`."""

    weekday: int | None
    at: str
    zone: str

    def __str__(self) -> str:
        """In the words in which it can be typed."""
        return f"daily {self.at}" if self.weekday is None else f"weekly {DAYS[self.weekday]} {self.at}"


@dataclass(frozen=True, slots=True)
class Slot:
    """One moment at which a schedule falls due, named by its local date."""

    name: str
    due: datetime


def slot_at(when: When, due: datetime) -> Slot:
    """Return the slot that falls due at a moment."""
    exact = next_slot(when, due - timedelta(microseconds=1))
    if exact.due == due:
        return exact
    return Slot(due.astimezone(ZoneInfo(when.zone)).date().isoformat(), due)


def next_slot(when: When, after: datetime) -> Slot:
    """Return the first slot after a moment."""
    return next(_slots(when, after))


def slots(when: When, after: datetime, until: datetime) -> Iterator[Slot]:
    """Yield the slots after one moment, up to and with another, in order."""
    for slot in _slots(when, after):
        if slot.due > until:
            return
        yield slot


def _slots(when: When, after: datetime) -> Iterator[Slot]:
    # Two days early: a zone's clocks may be a day beside UTC's, or have been.
    day = after.astimezone(ZoneInfo(when.zone)).date() - timedelta(days=2)
    if when.weekday is not None:
        day += timedelta(days=(when.weekday - day.weekday()) % 7)
    step = timedelta(days=1 if when.weekday is None else 7)
    while True:
        due = _due(day, when.at, when.zone)
        # Who crosses the date line leaves a day out: it has no slot of its own.
        if due > after and due < _due(day + step, when.at, when.zone):
            yield Slot(day.isoformat(), due)
        day += step


@lru_cache(maxsize=4096)
def _due(day: date, at: str, zone: str) -> datetime:
    """Return the moment in UTC.

    A time that the clocks leave out is moved on by as much; of a time that they show twice, it is the first.
    """
    local = datetime.combine(day, time.fromisoformat(at), tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)
