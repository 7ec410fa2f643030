"""What feeds, sitemaps and lists of feeds hold: read apart, and fetched elsewhere."""

import datetime
from dataclasses import dataclass

from bot.library.reading import Block


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed. `id` is unique in its feed and stays; `hash` changes with title, text or address.

    `published` is in UTC, `day` the date as it is stated, in its own zone. `is_whole` tells that `blocks`
    are the whole text and no teaser. What the feed does not state is None.
    """

    id: str
    url: str | None
    title: str | None
    author: str | None
    publisher: str | None
    published: datetime.datetime | None
    day: datetime.date | None
    language: str | None
    categories: tuple[str, ...]
    blocks: tuple[Block, ...]
    is_whole: bool
    hash: str


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed holds just now, newest first; `home` is its site's address.

    `every` is how long it wishes to be left alone, in seconds, None if it has no wish.
    """

    title: str | None
    language: str | None
    home: str | None
    entries: tuple[Entry, ...]
    every: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page, or a further sitemap, as far as it is told; moments in UTC. What is not stated is None."""

    url: str
    changed: datetime.datetime | None = None
    title: str | None = None
    published: datetime.datetime | None = None
    publisher: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap names, newest first, then what has no date: pages, or further sitemaps."""

    pages: tuple[Page, ...] = ()
    sitemaps: tuple[Page, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed of a list: its address, what it is called there, its site, and the folders that it lies in."""

    address: str
    name: str | None = None
    home: str | None = None
    folders: tuple[str, ...] = ()
