"""Feeds: RSS, Atom and JSON Feed of all versions, each entry a document."""

import datetime
from collections.abc import Iterator
from typing import BinaryIO

from bot.errors import ReadError
from bot.library.listing import Entry, Feed
from bot.library.readers import dialects, jsonfeed
from bot.library.readers.entry import address_of, entries_of, language_of, plain
from bot.library.readers.prolog import outermost_of, text_of
from bot.library.readers.told import Channel
from bot.library.readers.whole import bytes_of
from bot.library.reading import Reading, Unreadable


def read(file: BinaryIO, most: int) -> Iterator[Reading | Unreadable]:
    """Yield each entry's reading, or why it has none. Raises ReadError if *file* is no feed."""
    feed = feed_of(bytes_of(file, most))
    for entry in feed.entries:
        if entry.blocks:
            yield _reading(entry, feed)
        else:
            yield Unreadable(f"entry {entry.id[:100]!r}", "has no text")


def feed_of(
    data: bytes,
    address: str | None = None,
    *,
    charset: str | None = None,
    now: datetime.datetime | None = None,
) -> Feed:
    """Return the feed that *data* is, which was fetched from *address* where HTTP named *charset*.

    What is broken is read as far as it goes. Dates more than a day after *now* (else the clock's) are
    not believed. Raises ReadError for what is no feed, and for XML that declares entities.
    """
    channel = _channel(text_of(data, charset), address or "")
    home = address_of(channel.home, address)
    language = language_of(channel.language)
    homes = [place for place in (address, home) if place]
    moment = now or datetime.datetime.now(datetime.UTC)
    entries = entries_of(channel.entries, homes=homes, language=language, now=moment)
    return Feed(plain(channel.title), language, home, entries, channel.every)


def _channel(text: str, address: str) -> Channel:
    if text.lstrip().startswith(("{", "[")):
        return jsonfeed.channel_of(text)
    outermost = outermost_of(text)
    if outermost.name not in dialects.ROOTS:
        raise ReadError(f"is no feed: its outermost element is <{outermost.written[:60]}>")
    return dialects.channel_of(outermost, address)


def _reading(entry: Entry, feed: Feed) -> Reading:
    return Reading(
        entry.blocks,
        key=entry.id,
        title=entry.title,
        author=entry.author,
        publisher=entry.publisher or feed.title,
        url=entry.url,
        date=entry.day,
        language=entry.language,
        topics=(),
    )
