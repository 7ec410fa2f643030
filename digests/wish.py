"""What someone types after `subscribe` and `digest`: for whom, about what, how often and when."""

import re
from dataclasses import dataclass
from typing import TypeVar

from bot.config import DAYS, is_zone
from bot.errors import BotError
from digests.schedule import Cadence

CADENCES = {
    "instant": Cadence.INSTANT,
    "instantly": Cadence.INSTANT,
    "immediately": Cadence.INSTANT,
    "daily": Cadence.DAILY,
    "weekly": Cadence.WEEKLY,
}
_FILLERS = {"at", "on", "every", "each"}
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{1,2}))?(am|pm)?", re.IGNORECASE)
Told = TypeVar("Told")
LIKE_TIME = re.compile(r"\d{1,2}(?:[:.h]\d{0,3}(?:am|pm)?|am|pm)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed: `at` is HH:MM, `weekday` counts from Monday as 0; None where it was not said."""

    subject: str
    is_here: bool = False
    cadence: Cadence | None = None
    weekday: int | None = None
    at: str | None = None
    zone: str | None = None


def read_wish(text: str) -> Wish:
    """Read *text*. Raises BotError for a time of day that is none, or cadences that contradict.

    The words at its end tell how often and when; `here` as the first or last of the rest is for whom.
    """
    tokens = text.split()
    is_here = False
    for at in (0, -1):
        if tokens and tokens[at].lower() == "here" and not is_here:
            is_here = True
            del tokens[at]
    start = _ending(tokens)
    ending, rest = tokens[start:], tokens[:start]
    if not is_here and rest and rest[-1].lower() == "here":
        is_here = True
        rest.pop()
    return _told(ending, Wish(" ".join(rest), is_here))


def _ending(tokens: list[str]) -> int:
    """Return where the words begin that tell how often and when."""
    start = len(tokens)
    while start and _is_ending(tokens[start - 1]):
        start -= 1
    said = {token.lower() for token in tokens[start:]}
    tells = (
        any(_weekday(token) is not None or token in CADENCES for token in said) or {"every", "day"} <= said
    )
    return start if tells or any(LIKE_TIME.fullmatch(token) for token in said) else len(tokens)


def _is_ending(token: str) -> bool:
    word = token.lower()
    known = word in CADENCES or word in _FILLERS or word == "day" or _weekday(word) is not None
    return known or bool(LIKE_TIME.fullmatch(word)) or _is_zone(token)


def _is_zone(token: str) -> bool:
    return token.upper() == "UTC" or ("/" in token and is_zone(token))


def _told(ending: list[str], wish: Wish) -> Wish:
    cadence, weekday, at, zone = wish.cadence, wish.weekday, wish.at, wish.zone
    for token in ending:
        word = token.lower()
        if word in _FILLERS:
            continue
        if word in CADENCES or word == "day":
            cadence = _one(cadence, CADENCES.get(word, Cadence.DAILY), "how often")
        elif (day := _weekday(word)) is not None:
            weekday = _one(weekday, day, "which day")
        elif _is_zone(token):
            zone = _one(zone, "UTC" if word == "utc" else token, "which time zone")
        else:
            at = _one(at, time_of_day(token), "when")
    if weekday is not None:
        cadence = _one(cadence, Cadence.WEEKLY, "how often")
    if at is not None and cadence is None:
        cadence = Cadence.DAILY
    if cadence is Cadence.INSTANT and at is not None:
        raise BotError(
            "What comes at once comes at no time of day. Write daily 09:00, or leave the time out."
        )
    return Wish(wish.subject, wish.is_here, cadence, weekday, at, zone)


def _one(before: Told | None, told: Told, what: str) -> Told:
    if before is not None and before != told:
        raise BotError(f"That says {what} twice. Write it once, as in: weekly monday 09:00")
    return told


def _weekday(word: str) -> int | None:
    """Return the day that *word* names, also in three letters or in the plural."""
    name = word.lower().rstrip(",")
    for number, day in enumerate(DAYS):
        if name in {day, f"{day}s", day[:3]}:
            return number
    return None


def time_of_day(text: str) -> str:
    """Return a time of day as HH:MM. Raises BotError if it is none."""
    told = _TIME.fullmatch(text)
    hour, minute = (int(told[1]), int(told[2] or 0)) if told else (-1, 0)
    half = (told[3] or "").lower() if told else ""
    if half:
        hour = hour % 12 + 12 * (half == "pm") if 1 <= hour <= 12 else -1
    if not 0 <= hour <= 23 or not 0 <= minute <= 59:
        raise BotError(f"{text} is no time of day. Write HH:MM, as 09:00.")
    return f"{hour:02}:{minute:02}"
