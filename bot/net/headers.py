"""What an answer's headers state, and nothing of what they might do."""

import codecs
import datetime
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

MOST_RETRY_SECONDS = 86_400.0
"""A server may ask for a day of peace; who asks for more is asked again after a day."""

MOST_AGE_SECONDS = 7 * 86_400
"""An answer is taken to hold for a week at most."""

MOST_VALIDATOR_CHARACTERS = 500
"""Longer ETags are not kept: they are sent back with each request."""

CHARSETS = frozenset(
    {"ascii", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "big5", "big5hkscs", "cp866", "cp874",
     "cp932", "cp949", "euc_jp", "euc_kr", "gb18030", "gb2312", "gbk", "hz", "iso2022_jp", "johab", "koi8-r",
     "koi8-u", "mac-roman", "mac-cyrillic", "shift_jis", "tis-620",
     *(f"cp{page}" for page in range(1250, 1259)), *(f"iso8859-{part}" for part in range(1, 17))}
)  # fmt: skip
"""Encodings of text on the web, as Python calls them. Others that it knows are no text (zip), or are slow on
purpose (punycode)."""

_MEDIA_TYPE = re.compile(r"\s*([\w!#$&^.+-]{1,60}/[\w!#$&^.+-]{1,60})\s*(?:;|,|$)", re.ASCII)
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:+-]{1,40})", re.ASCII | re.IGNORECASE)
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,18})", re.ASCII | re.IGNORECASE)
_NEVER = re.compile(r"(?:^|[,\s])no-(?:store|cache)\s*(?:,|$)", re.ASCII | re.IGNORECASE)
_VALIDATOR = re.compile(r"[\x20-\x7e]+")


def media_type(headers: Mapping[str, str]) -> str | None:
    """Return the media type in small letters, as `text/html`; None where none is stated."""
    found = _MEDIA_TYPE.match(headers.get("Content-Type", ""))
    return found[1].lower() if found else None


def charset(headers: Mapping[str, str]) -> str | None:
    """Return the stated encoding, as Python calls it; None for none, or one that is no text of the web."""
    found = _CHARSET.search(headers.get("Content-Type", ""))
    try:
        name = codecs.lookup(found[1]).name if found else ""
    except LookupError:
        return None
    return name if name in CHARSETS else None


def validator(headers: Mapping[str, str], name: str) -> str | None:
    """Return an ETag or a Last-Modified, to be sent back as it is; None for what cannot be."""
    stated = headers.get(name, "").strip()
    return stated if len(stated) <= MOST_VALIDATOR_CHARACTERS and _VALIDATOR.fullmatch(stated) else None


def max_age(headers: Mapping[str, str]) -> int | None:
    """Return for how many seconds the answer holds (Cache-Control); None where it does not say."""
    stated = headers.get("Cache-Control", "")
    if _NEVER.search(stated):
        return 0
    found = _MAX_AGE.search(stated)
    return min(int(found[1]), MOST_AGE_SECONDS) if found else None


def retry_after(headers: Mapping[str, str], now: datetime.datetime) -> float | None:
    """Return for how many seconds to stay away, counted or until a date; None for none."""
    stated = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,18}", stated, re.ASCII):
        return min(float(stated), MOST_RETRY_SECONDS)
    until = _date(stated)
    return None if until is None else min(max(0.0, (until - now).total_seconds()), MOST_RETRY_SECONDS)


def _date(stated: str) -> datetime.datetime | None:
    try:
        date = parsedate_to_datetime(stated)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date.replace(tzinfo=date.tzinfo or datetime.UTC)
