"""JSON Feed, versions 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from collections.abc import Iterable
from typing import Any

from bot.errors import ReadError
from bot.library.readers.told import Channel, Said, Told

VERSION = "jsonfeed.org/version/1"


def channel_of(text: str) -> Channel:
    """Return what a feed tells. Raises ReadError if *text* is no JSON Feed."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReadError("is no feed: it begins as JSON and is none") from error
    if not isinstance(feed, dict) or VERSION not in (_text(feed.get("version")) or ""):
        raise ReadError("is no feed: its JSON states no version of JSON Feed")
    authors = _authors(feed)
    items = feed.get("items")
    return Channel(
        title=_said(feed.get("title")),
        home=_text(feed.get("home_page_url")),
        language=_text(feed.get("language")),
        entries=tuple(_told(item, authors) for item in _all(items) if isinstance(item, dict)),
    )


def _told(item: dict[str, Any], authors: tuple[str, ...]) -> Told:
    markup, plain = _said(item.get("content_html"), is_html=True), _said(item.get("content_text"))
    content = markup or plain
    return Told(
        id=_text(item.get("id")),
        link=_text(item.get("url")) or _text(item.get("external_url")),
        title=_said(item.get("title")),
        authors=_authors(item) or authors,
        published=_texts([item.get("date_published")]),
        updated=_text(item.get("date_modified")),
        language=_text(item.get("language")),
        categories=_texts(_all(item.get("tags"))),
        contents=(content,) if content else (),
        summary=_said(item.get("summary")),
    )


def _authors(told: dict[str, Any]) -> tuple[str, ...]:
    """Return the names of authors; version 1.0 has one."""
    people = [*_all(told.get("authors")), told.get("author")]
    return _texts(person.get("name") for person in people if isinstance(person, dict))


def _all(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _texts(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for value in values if (text := _text(value))))


def _text(value: Any) -> str | None:
    """Return *value* as text; ids are numbers in some feeds."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return str(value).strip() or None
    except ValueError:  # Python writes no integer of more than 4,300 digits.
        return None


def _said(value: Any, *, is_html: bool = False) -> Said | None:
    return Said(value, is_html) if isinstance(value, str) and value.strip() else None
