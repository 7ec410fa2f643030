"""What stands between an article's title and its text: who wrote it, and when. Stated, never guessed."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = r"(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_DATES = (
    re.compile(rf"(?<![A-Za-z])?{_MONTH}\s+{_DAY},?\s+(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE),
    re.compile(rf"\b{_DAY}\s+{_MONTH},?\s+(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE),
    re.compile(r"\b(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?)\b"),
    re.compile(r"(?P<year>(?:19|20)\d\d)年(?P<month>\d\d?)月(?P<day>\d\d?)日"),
)

READ_TIME = re.compile(r"\b\d{1,3}[\s-]*min(?:ute)?s?\s*read", re.IGNORECASE)
BY = re.compile(r"(?:by|written by|author:)\s+(?P<who>[^\W\d_][^|·,\n]{1,60})", re.IGNORECASE)
PUBLISHED = re.compile(r"(?:published|posted|updated|last updated|date)\b\s*(?:on|:)?", re.IGNORECASE)

FRONT_LINES = 8
"""How far down a byline is looked for."""


@dataclass(frozen=True, slots=True)
class Front:
    """What the lines above the text say; `lines` are those that say nothing else."""

    author: str | None = None
    date: datetime.date | None = None
    lines: tuple[str, ...] = ()


def front_of(texts: Sequence[str], *, has_title: bool) -> Front:
    """Return what the first lines of an article, from its title on, say of author and date."""
    author, day = None, None
    found: list[str] = []
    for at, text in enumerate(texts[:FRONT_LINES]):
        if at == 0 and has_title:
            continue
        if len(text.split()) > 15:
            break
        if by := BY.fullmatch(text):
            author = author or by["who"].strip()
        elif not _tells_when(text):
            continue
        elif READ_TIME.search(text) and author is None and has_title and at == 2:
            # Title, name, reading time: how a blog's page begins when it is copied.
            author = texts[1] if _is_name(texts[1]) else None
            found += [texts[1]] if author else []
        found.append(text)
        day = day or date_in(text)
    return Front(author, day, tuple(found))


def date_in(text: str) -> datetime.date | None:
    """Return the date that *text* states in full, if it does; `06/07/2024` could be two."""
    for pattern in _DATES:
        match = pattern.search(text)
        if match:
            month = match["month"][:3].lower()
            number = _MONTHS.index(month) + 1 if month in _MONTHS else int(match["month"])
            try:
                return datetime.date(int(match["year"]), number, int(match["day"]))
            except ValueError:
                continue
    return None


def _tells_when(text: str) -> bool:
    """Tell whether a line says when or how long to read, and nothing else."""
    rest = text
    for pattern in (*_DATES, READ_TIME, PUBLISHED):
        rest = pattern.sub("", rest)
    return rest != text and len(re.findall(r"[^\W_]{2,}", rest)) <= 2


def _is_name(text: str) -> bool:
    names = text.split()
    return 0 < len(names) <= 5 and all(name[0].isupper() or len(name) <= 3 for name in names)
