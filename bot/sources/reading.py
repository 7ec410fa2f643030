"""What is fetched becomes items and readings; hostile formats are read in a process apart."""

import asyncio
import io
import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from bot.errors import FetchError, ReadError
from bot.library.apart import Apart
from bot.library.listing import Entry, Feed, Page, Sitemap
from bot.library.readers import reader
from bot.library.reading import Reading, Unreadable
from bot.net.address import canonical
from bot.net.answer import Fetched
from bot.net.fetch import Fetcher
from bot.net.robots import Robots
from bot.source import Source
from bot.sources.item import Item, completed, key_of

FEED_BYTES = 50_000_000
"""A sitemap has at most 50 MB (sitemaps.org); feeds are far smaller."""

CHILDREN = 20
"""Sitemaps of an index that are looked at, the newest."""

SUFFIXES = {
    "application/pdf": ".pdf",
    "application/epub+zip": ".epub",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "message/rfc822": ".eml",
    "text/markdown": ".md",
    "text/plain": ".txt",
}
"""How what is no page is read, by its media type."""

SNIFFED = 2000
"""Bytes by which a feed is told from a page."""

_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]|\"version\"\s*:\s*\"https?://jsonfeed\.org")
_SITEMAP = re.compile(rb"<(?:urlset|sitemapindex)[\s>]")
_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_UNTOLD = frozenset({None, "application/octet-stream"})

ACCEPTS = {
    "feed": "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9,"
    " text/xml;q=0.9, */*;q=0.5",
    "sitemap": "application/xml, text/xml;q=0.9, text/plain;q=0.8, */*;q=0.5",
    "page": "text/html, application/xhtml+xml, application/pdf;q=0.9, */*;q=0.5",
}

log = logging.getLogger(__name__)


class Reader:
    """Fetches and reads what sources name, *most* bytes of a document."""

    def __init__(self, fetcher: Fetcher, robots: Robots | None, apart: Apart, *, most: int) -> None:
        """Take what fetches and reads; without *robots* no robots.txt is heeded."""
        self._fetcher = fetcher
        self._robots = robots
        self._apart = apart
        self._most = most

    async def fetch(
        self, kind: str, address: str, *, etag: str | None = None, modified: str | None = None
    ) -> Fetched:
        """Fetch a source. Raises FetchError.

        A feed or a sitemap that somebody named is there for machines: no robots.txt is asked.
        """
        most, permit = FEED_BYTES, None
        if kind == "page":
            most, permit = self._most, self._robots.permit if self._robots else None
        return await self._fetcher.fetch(
            address, most=most, accept=ACCEPTS[kind], etag=etag, modified=modified, permit=permit
        )

    async def items(self, kind: str, fetched: Fetched) -> list[Item]:
        """Return what a source holds, the newest first. Raises ReadError where it is no such source."""
        if kind == "feed":
            feed = await self._feed(fetched)
            return [_item(entry, feed) for entry in feed.entries]
        if kind == "sitemap":
            return await self._listed(fetched)
        reading = await self._page(fetched)
        hashed = key_of(fetched.body)
        return [Item(key_of(fetched.address), hashed, fetched.address, reading, is_whole=True)]

    async def whole(self, item: Item) -> Reading:
        """Return all of an item's text, fetched where its source has but a part.

        Of what the page says and what the source itself held the longer counts: pages may be walled off.
        Raises ReadError, FetchError.
        """
        told = item.reading
        if told is not None and (item.is_whole or not item.address):
            return told
        page = completed(await self._page(await self.fetch("page", item.address or "")), told)
        if told is not None and _size(told) > _size(page):
            return told
        return page

    async def kind(self, source: Source, fetched: Fetched) -> str:
        """Return what was fetched: of a page that was added nobody said what it is."""
        if source.kind != "page" or not source.is_added:
            return source.kind
        head = fetched.body[:SNIFFED].lstrip(b"\xef\xbb\xbf \t\r\n")
        if _SITEMAP.search(head):
            return "sitemap"
        is_feed = _FEED.search(head) or fetched.media_type == "application/feed+json"
        is_home = urlsplit(fetched.address).path in {"", "/"}
        return "feed" if is_feed or (is_home and await self.feeds(fetched)) else "page"

    async def feeds(self, fetched: Fetched) -> list[str]:
        """Return the addresses of the feeds that a page names."""
        if fetched.media_type not in _PAGES:
            return []
        return await asyncio.to_thread(
            self._apart.call, "discovered", list[str], fetched.body, address=fetched.address
        )

    async def _feed(self, fetched: Fetched) -> Feed:
        return await asyncio.to_thread(
            self._apart.call, "feed", Feed, fetched.body, address=fetched.address, charset=fetched.charset
        )

    async def _listed(self, fetched: Fetched) -> list[Item]:
        """Return the pages of a sitemap, and of the newest that it names; one that fails costs no other."""
        sitemap = await self._sitemap(fetched)
        listed = list(sitemap.pages)
        for child in sitemap.sitemaps[:CHILDREN]:
            try:
                listed += (await self._sitemap(await self.fetch("sitemap", child.url))).pages
            except (FetchError, ReadError) as error:
                log.info("%s: %s", child.url, error.told)
        return [_of_page(page) for page in sorted(listed, key=_moment, reverse=True)]

    async def _sitemap(self, fetched: Fetched) -> Sitemap:
        return await asyncio.to_thread(
            self._apart.call, "sitemap", Sitemap, fetched.body, address=fetched.address
        )

    async def _page(self, fetched: Fetched) -> Reading:
        """Return the one document that was fetched."""
        suffix = _suffix(fetched)
        if suffix is None:
            return await asyncio.to_thread(
                self._apart.call,
                "html",
                Reading,
                fetched.body,
                address=fetched.address,
                charset=fetched.charset,
            )
        parts = await asyncio.to_thread(self._read, suffix, fetched.body)
        readings = [part for part in parts if isinstance(part, Reading)]
        if not readings:
            raise ReadError(
                next((part.why for part in parts if isinstance(part, Unreadable)), "holds no text")
            )
        return replace(readings[0], url=readings[0].url or fetched.address)

    def _read(self, suffix: str, data: bytes) -> Sequence[Reading | Unreadable]:
        if self._apart.reads(suffix):
            return self._apart.read(suffix, data, self._most)
        return list(reader(suffix)(io.BytesIO(data), self._most))


def _item(entry: Entry, feed: Feed) -> Item:
    reading = Reading(
        entry.blocks,
        title=entry.title,
        author=entry.author,
        publisher=entry.publisher or feed.title,
        url=entry.url,
        date=entry.day,
        language=entry.language,
    )
    address = canonical(entry.url) if entry.url else None
    return Item(key_of(entry.id), key_of(entry.hash), address, reading, is_whole=entry.is_whole)


def _of_page(page: Page) -> Item:
    told = Reading((), title=page.title, publisher=page.publisher, date=_day(page), language=page.language)
    changed = str(page.changed or page.published or "")
    return Item(key_of(page.url), key_of(changed), canonical(page.url), told)


def _day(page: Page) -> date | None:
    return page.published.date() if page.published else None


def _moment(page: Page) -> datetime:
    return page.changed or page.published or datetime.min.replace(tzinfo=UTC)


def _suffix(fetched: Fetched) -> str | None:
    """Return how what was fetched is read, None if it is a page."""
    if fetched.media_type in _PAGES:
        return None
    known = SUFFIXES.get(fetched.media_type or "")
    suffix = PurePosixPath(urlsplit(fetched.address).path).suffix.lower()
    if known or suffix in SUFFIXES.values():
        return known or suffix
    if fetched.media_type in _UNTOLD:
        return None
    raise ReadError(f"is {fetched.media_type}, which is not read")


def _size(reading: Reading) -> int:
    return sum(len(block.text) for block in reading.blocks)
