"""When: days, periods and moments, as they are typed after `after:`, `before:` and `added:`."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.errors import QueryError

_PERIOD = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?")
_AGO = re.compile(
    r"(\d{1,4}|an?|one)\s*(d|days?|w|weeks?|m|mo|months?|y|years?)(?:\s+ago)?\s*", re.IGNORECASE
)
_NAMED = re.compile(r"(today|yesterday)|(this|last)\s+(week|month|year)", re.IGNORECASE)
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?Z?", re.IGNORECASE)
_INSTANT = timedelta(microseconds=1)
_DAY = timedelta(days=1)


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
    unit = _unit(value.strip())
    if unit in {"day", "week"}:
        return first + (7 * _DAY if unit == "week" else _DAY)
    return _months_on(first, 12 if unit == "year" else 1)


def _unit(value: str) -> str:
    """Return how long the period *value* is, which is one: a day, week, month or year."""
    if named := _NAMED.fullmatch(value):
        return (named[3] or "day").lower()
    period = _PERIOD.fullmatch(value)
    if period is None or period[3]:
        return "day"
    return "month" if period[2] else "year"


def _months_on(first: date, months: int) -> date:
    """Return the first day of the month that comes *months* later."""
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1)


def day_of(name: str, value: str, today: date) -> date:
    """Return the day on which the period *value* begins, or that lies *value* back, as typed after *name*.

    Raises QueryError where it is no date.
    """
    value = value.strip()
    try:
        if ago := _AGO.fullmatch(value):
            count = int(ago[1]) if ago[1].isdigit() else 1
            return today - timedelta(days=count * _DAYS[ago[2][0].lower()])
        if named := _NAMED.fullmatch(value.lower()):
            return _named(named, today)
        if period := _PERIOD.fullmatch(value):
            return date(int(period[1]), int(period[2] or 1), int(period[3] or 1))
    except (ValueError, OverflowError):
        pass  # The 31st of February, or before the year 1.
    raise _no_date(name, value)


def _named(named: re.Match[str], today: date) -> date:
    """Return the first day of what is named: weeks begin on Monday."""
    back = int("last" in named[0])
    if named[1]:
        return today - int(named[1] == "yesterday") * _DAY
    if named[3] == "week":
        return today - timedelta(days=today.weekday() + 7 * back)
    if named[3] == "year":
        return date(today.year - back, 1, 1)
    return _months_on(today, -back)


def _no_date(name: str, value: str) -> QueryError:
    span = f", {name}:2024-07-01..2024-07-14" if name == "added" else ""
    return QueryError(
        f"{name}:{value[:60]} is no date. Write {name}:2024, {name}:2024-07, {name}:2024-07-06{span},"
        f' {name}:30d for the last 30 days, {name}:yesterday or {name}:"last week".'
    )
