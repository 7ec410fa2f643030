"""When: days, periods and moments, as they are typed after `after:`, `before:` and `added:`."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.errors import QueryError

_PERIOD = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_AGO = re.compile(r"(\d{1,4})\s*(d|w|m|y)(?:ays?|eeks?|onths?|ears?)?", re.IGNORECASE)
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?Z?", re.IGNORECASE)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A time later than `after`, up to and with `upto`; None is without end. Both are UTC-aware."""

    after: datetime | None = None
    upto: datetime | None = None


def span_of(value: str, today: date) -> Span:
    """Return the time since *value*, `from..to` or `..to`: days count whole, moments (UTC) as they are.

    Raises QueryError where it is no date.
    """
    first, _, last = value.partition("..")
    if not first and not last:
        raise _no_date("added", value)
    try:
        after = _moment(first) or _midnight(day_of("added", first, today)) if first else None
        upto = _moment(last) or _midnight(_end("added", last, today)) if last else None
    except (ValueError, OverflowError) as error:  # The 25th hour, or the last day of the year 9999.
        raise _no_date("added", value) from error
    return Span(after, upto)


def _midnight(day: date) -> datetime:
    """Return the last instant before *day*."""
    return datetime.combine(day, time(), UTC) - _INSTANT


def _moment(value: str) -> datetime | None:
    if not _MOMENT.fullmatch(value):
        return None
    return datetime.fromisoformat(value.upper().removesuffix("Z")).replace(tzinfo=UTC)


def _end(name: str, value: str, today: date) -> date:
    """Return the day after the period *value*."""
    first = day_of(name, value, today)
    dashes = value.count("-")
    if _AGO.fullmatch(value) or dashes == 2:
        return first + timedelta(days=1)
    months = 12 if dashes == 0 else 1
    return date(first.year + (first.month + months - 1) // 12, (first.month + months - 1) % 12 + 1, 1)


def day_of(name: str, value: str, today: date) -> date:
    """Return the day on which the period *value* begins, or that lies *value* back, as typed after *name*.

    Raises QueryError where it is no date.
    """
    ago = _AGO.fullmatch(value)
    period = _PERIOD.fullmatch(value)
    try:
        if ago:
            return today - timedelta(days=int(ago[1]) * _DAYS[ago[2].lower()])
        if period:
            return date(int(period[1]), int(period[2] or 1), int(period[3] or 1))
    except (ValueError, OverflowError):
        pass  # The 31st of February, or before the year 1.
    raise _no_date(name, value)


def _no_date(name: str, value: str) -> QueryError:
    span = f", {name}:2024-07-01..2024-07-14" if name == "added" else ""
    return QueryError(
        f"{name}:{value} is no date. Write {name}:2024, {name}:2024-07, {name}:2024-07-06{span}"
        f" or {name}:30d for the last 30 days."
    )
