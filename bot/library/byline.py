"""What stands between an article's title and its text: who wrote it, and when. Stated, never guessed."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_DATES = (
    # A page's `5 min read` and its date are one word when they are copied.
    re.compile(rf"(?:(?<![A-Za-z])|(?<=read)){_MONTH}\s+{_DAY},?\s+{_YEAR}", re.IGNORECASE),
    re.compile(rf"(?<!\d){_DAY}\s+{_MONTH},?\s+{_YEAR}", re.IGNORECASE),
    re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?)(?!\d)"),
    re.compile(r"(?P<year>(?:19|20)\d\d)年(?P<month>\d\d?)月(?P<day>\d\d?)日"),
)
_READ_TIME = re.compile(r"\b\d{1,3}[\s-]*min(?:ute)?s?\s*read", re.IGNORECASE)
_CLOCK = re.compile(
    r"\b\d{1,2}[:.]\d\d(?:\s*[ap]\.?m\.?)?|\b(?:[A-Z]{2}T|GMT|UTC|BST|am|pm|at|on)\b"
    r"|\b(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"\b(?:(?:first|last|originally)\s+)?(?:published|posted|updated|date)\b:?", re.IGNORECASE
)
_NAME = r"(?:[^\W\d_a-z][\w.'’-]*)(?:\s+(?:[^\W\d_a-z][\w.'’-]*|and|de|del|der|van|von|la|&)){0,5}"
_BY = re.compile(
    rf"(?:By|BY|[Ww]ritten by|[Ww]ords by|Author|AUTHOR)(?:\s+|:\s*)(?P<who>{_NAME})(?:,.{{0,60}})?"
)
_CHINESE_BY = re.compile(r"(?:作者|文|撰文|记者)\s*[：:/／]\s*(?P<who>\S{1,20})")
_NO_NAME = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|June|July|August|September"
    r"|October|November|December|Published|Posted|Updated"
)
_PARTS = re.compile(r"\s*[|·•∙]\s*|\s+[–—-]\s+")

FRONT_LINES = 8
"""How far down a byline is looked for."""

LONGEST_LINE = 200
"""Characters of a byline; a longer line is text."""


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
        if len(text) > LONGEST_LINE or len(text.split()) > 25:
            break
        if not is_byline(text):
            continue
        found.append(text)
        stated = date_in(text)
        # Title, name, reading time with a date: how a blog's page begins when it is copied.
        is_blog = has_title and at == 2 and author is None and bool(stated and _READ_TIME.search(text))
        if is_blog and re.fullmatch(_NAME, texts[1]):
            author = texts[1]
            found.append(texts[1])
        author = author or _author_in(text)
        day = day or stated
    return Front(author, day, tuple(found))


def is_byline(text: str) -> bool:
    """Tell whether *text* says who wrote it, when, or how long it takes to read, and nothing else."""
    if len(text) > LONGEST_LINE:
        return False
    parts = [part for part in _PARTS.split(text) if part]
    return bool(parts) and all(_names_author(part) or _tells_when(part) for part in parts)


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


def _author_in(text: str) -> str | None:
    for part in _PARTS.split(text):
        if found := _BY.fullmatch(_timeless(part)) or _CHINESE_BY.fullmatch(part):
            return str(found["who"]).strip()
    return None


def _names_author(part: str) -> bool:
    bare = _timeless(part)
    found = _BY.fullmatch(bare) or _CHINESE_BY.fullmatch(part)
    return found is not None and not _NO_NAME.match(found["who"])


def _timeless(part: str) -> str:
    """Return *part* without the time that ends it: `By Ann Lee Updated 3 May 2024`."""
    if not any(pattern.search(part) for pattern in _DATES):
        return part
    for pattern in (*_DATES, _READ_TIME, _PUBLISHED):
        part = pattern.sub("", part)
    return part.strip(" ,")


def _tells_when(part: str) -> bool:
    rest = part
    for pattern in (*_DATES, _READ_TIME):
        rest = pattern.sub("", rest)
    if rest == part:
        return False
    for pattern in (_PUBLISHED, _CLOCK):
        rest = pattern.sub("", rest)
    return re.search(r"[^\W_]", rest) is None
