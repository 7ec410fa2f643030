"""Dates and times as feeds and sitemaps write them. What cannot be read is none: nothing is guessed."""

import datetime
import re
from collections.abc import Iterable

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?"
_ZONE = r"(?P<zone>[A-Za-z]{1,5}(?![A-Za-z+-])|(?:GMT|UTC?)?[+-]\d{1,2}:?(?:\d\d)?)"
_TIME = rf"(?:[\sT,]+(?:at\s+)?{_CLOCK}\s*(?P<half>[ap]m)?\s*{_ZONE}?)?"

_YEAR = r"(?P<year>\d{4})"
_WEEKDAY = r"(?:[a-z]+\.?,?\s+)?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_CHINESE_DAY = rf"{_YEAR}\s*年\s*(?P<month>\d\d?)\s*月\s*(?P<day>\d\d?)\s*日(?:\s*(?:星期|周)\S)?"
_CHINESE_CLOCK = r"(?P<hour>\d\d?)\s*[:：时点]\s*(?P<minute>\d\d)?(?:\s*[:：分]\s*(?P<second>\d\d)?)?"
_SHORT_CLOCK = r"(?P<hour>\d\d):?(?P<minute>\d\d):?(?P<second>\d\d)"

_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_YEAR}([-/.])(?P<month>\d\d?)\2(?P<day>\d\d?)(?!\d){_TIME}",
        rf"{_YEAR}(?P<month>\d\d)(?P<day>\d\d)(?!\d)(?:T{_SHORT_CLOCK}\s*{_ZONE}?)?",
        rf"{_CHINESE_DAY}\s*(?P<part>上午|下午|晚上|凌晨|中午)?\s*(?:{_CHINESE_CLOCK})?",
        rf"{_WEEKDAY}{_DAY}[\s-]+{_MONTH}[\s,-]+(?P<year>\d{{4}}|\d\d)(?!\d){_TIME}",
        rf"{_WEEKDAY}{_MONTH}\s+{_DAY},?\s+{_YEAR}(?!\d){_TIME}",
        rf"{_WEEKDAY}{_MONTH}\s+{_DAY}\s+{_CLOCK}\s+(?:{_ZONE}\s+)?{_YEAR}",
    )
)

_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "bst": 60, "west": 60, "cet": 60, "met": 60, "cest": 120,
    "mest": 120, "eet": 120, "sast": 120, "eest": 180, "msk": 180, "ist": 330, "hkt": 480, "sgt": 480,
    "awst": 480, "jst": 540, "kst": 540, "aest": 600, "aedt": 660, "nzst": 720, "nzdt": 780,
    "edt": -240, "est": -300, "cdt": -300, "cst": -360, "mdt": -360, "mst": -420, "pdt": -420, "pst": -480,
    "adt": -180, "ast": -240, "akdt": -480, "akst": -540, "hst": -600, "brt": -180, "art": -180,
}  # fmt: skip
"""Minutes east of Greenwich; America's are those of RFC 822, section 5."""

_CHINA = 480

UNSET = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
"""What programs write where they know no date: the zero of their clocks."""

LONGEST = 100
"""Characters of a date; a longer text is none."""

AHEAD = datetime.timedelta(days=1)
"""By so much may a date be ahead: clocks and zones are set wrong, but nothing is written next year."""

FIRST = 1800
"""No feed tells of anything written before."""


def moment_of(text: str | None, language: str | None = None) -> datetime.datetime | None:
    """Return the moment that *text* states, in the zone that it states; UTC where it states none.

    `CST` is China's time where the *language* is Chinese, else America's.
    """
    text = " ".join((text or "")[: LONGEST + 1].split())
    if len(text) > LONGEST:
        return None
    for form in _FORMS:
        if found := form.match(text):
            return _moment(found.groupdict(), (language or "").lower().startswith("zh"))
    return None


def first_of(
    stated: Iterable[str | None], language: str | None, now: datetime.datetime
) -> datetime.datetime | None:
    """Return the first of the dates *stated* that can be read and believed *now*."""
    moments = (moment_of(text, language) for text in stated)
    return next((moment for moment in moments if moment and moment <= now + AHEAD), None)


def _moment(told: dict[str, str | None], is_chinese: bool) -> datetime.datetime | None:
    year, hour = _number(told["year"]), _hour(told)
    minute, second = _number(told.get("minute")), _number(told.get("second"))
    if len(told["year"] or "") == 2:
        year += 1900 if year >= 70 else 2000  # As RFC 2822 does from 50 on; feeds are younger.
    zone = datetime.timezone(datetime.timedelta(minutes=_offset(told.get("zone"), is_chinese)))
    if hour > 24 or minute > 59 or second > 60:
        return None
    try:
        day = datetime.datetime(year, _month(told["month"] or ""), _number(told["day"]), tzinfo=zone)
        moment = day + datetime.timedelta(hours=hour, minutes=minute, seconds=second)
    except (ValueError, OverflowError):
        return None
    return None if moment == UNSET or moment.year < FIRST else moment


def _number(text: str | None) -> int:
    return int(text or 0)


def _month(text: str) -> int:
    return int(text) if text.isdecimal() else _MONTHS.index(text[:3].lower()) + 1


def _hour(told: dict[str, str | None]) -> int:
    hour, half, part = _number(told.get("hour")), (told.get("half") or "").lower(), told.get("part")
    if half == "am" and hour == 12:
        return 0
    is_late = half == "pm" or part in {"下午", "晚上"}
    return hour + 12 if is_late and hour < 12 else hour


def _offset(zone: str | None, is_chinese: bool) -> int:
    """Return the minutes east of Greenwich, 0 for a zone that nobody knows."""
    name = (zone or "").lower()
    if name == "cst" and is_chinese:
        return _CHINA
    if name in _ZONES:
        return _ZONES[name]
    found = re.fullmatch(r"(?:gmt|utc?)?([+-])(\d\d?):?(\d\d)?", name)
    if found is None:
        return 0
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    return (minutes if found[1] == "+" else -minutes) if minutes < 24 * 60 else 0
