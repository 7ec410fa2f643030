"""What a document says of itself in front matter or JSON, checked and named as Reading names it."""

import re
import urllib.parse
from collections.abc import Mapping
from typing import Any

from bot.errors import ReadError
from bot.library.byline import date_in
from bot.library.decode import storable

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_TEXTS = ("title", "author", "publisher", "based_on", "url", "language")

LONGEST = 1000
"""Characters of a title, name or address; a longer one is some other text."""

LONGEST_DATE = 40
"""Characters of a date, or of a topic's name."""

LONGEST_LANGUAGE = 35
"""Characters of a language tag (RFC 5646, 4.4.1)."""


def facts_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of Reading that *values* state; other keys are nobody's business.

    Raises ReadError for a date that is none, an address that is no web page's, a list for a text.
    """
    facts: dict[str, Any] = {}
    for key in _TEXTS:
        text = values.get(key)
        if text is None or text == "":
            continue
        if isinstance(text, bool) or not isinstance(text, str | int) or len(str(text)) > LONGEST:
            raise ReadError(f"{key}: is no text of up to {LONGEST} characters")
        facts[key] = " ".join(storable(str(text)).split())
    if "url" in facts and not _is_web_address(facts["url"]):
        raise ReadError(f"url: {facts['url'][:60]!r} is no web address; write https://...")
    if len(facts.get("language", "")) > LONGEST_LANGUAGE:
        raise ReadError(f"language: {facts['language'][:60]!r} is no language; write en, zh or another tag")
    if day := values.get("date"):
        facts["date"] = date_in(day) if isinstance(day, str) and len(day) <= LONGEST_DATE else None
        if facts["date"] is None:
            raise ReadError(f"date: {str(day)[:60]!r} is no date; write 2024-07-06")
    if topics := values.get("topics"):
        topics = [topics] if isinstance(topics, str) else topics
        if not isinstance(topics, list) or not all(isinstance(topic, str) for topic in topics):
            raise ReadError("topics: is no list of names; write [chips, policy]")
        facts["topics"] = tuple(storable(topic)[:LONGEST_DATE] for topic in topics)
    return facts


def _is_web_address(text: str) -> bool:
    try:
        parts = urllib.parse.urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def language_in(text: str | None) -> str | None:
    """Return the language tag that *text* is, None if it is none: `und` says that nobody knows."""
    tag = (text or "").strip().replace("_", "-")
    is_tag = _LANGUAGE.fullmatch(tag) and len(tag) <= LONGEST_LANGUAGE and tag.lower() != "und"
    return tag if is_tag else None
