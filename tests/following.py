"""Sources that are visited over a real web server, at a time that the test sets."""

import datetime
import ipaddress
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from html import escape

import feeds
import sqlalchemy as sa
from webserver import Names

from bot.config import Config
from bot.document import Document
from bot.net.fetch import Fetcher, Patience
from bot.source import Source
from bot.sources.collecting import Collector
from bot.sources.status import Status, statuses
from bot.sources.visited import Visited
from bot.store.database import Database
from bot.store.followed import Followed
from bot.store.library import Library
from bot.store.visits import Visit, Visits

START = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC)
LOOPBACK = [ipaddress.ip_network("127.0.0.1/32")]
"""What may be asked of our own network: where the server is, and no other of its addresses."""

MOST = 10_000


def fetcher(*, patience: Patience | None = None) -> Fetcher:
    """What asks our server, however often, by whatever name."""
    return Fetcher(interval=0, resolver=Names(), allowed=LOOPBACK, patience=patience)


@dataclass
class World:
    """A library and its sources; it is `now` until the test says otherwise."""

    database: Database
    config: Config
    now: datetime.datetime = START
    fetcher: Callable[[], Fetcher] = fetcher
    collector: Collector = field(init=False)

    def __post_init__(self) -> None:
        self.library, self.followed = Library(self.database), Followed(self.database)
        self.visits: Visits = Visits(self.database)
        self.collector = self._collector()

    def restart(self) -> None:
        """Begin with another process."""
        self.collector.close()
        self.collector = self._collector()

    def _collector(self) -> Collector:
        def fetcher_of_now() -> Fetcher:
            return self.fetcher()

        own = (self.library, self.visits, self.followed, self.config)
        return Collector(*own, now=lambda: self.now, fetcher=fetcher_of_now)

    def visit(self, *sources: Source, after: float | datetime.timedelta = 0) -> dict[str, Visited]:
        """Let minutes pass and collect what is due of *sources*, or of all; return what came of each."""
        self.now += after if isinstance(after, datetime.timedelta) else datetime.timedelta(minutes=after)
        done = self.collector.collect(sources or None)
        return {one.source.address: one.visited for one in done}

    def texts(self) -> dict[Document, str]:
        """All documents, with their texts."""
        return {
            held[0].document: "\n".join(excerpt.text for excerpt in held)
            for _topics, held in self.library.living()
            if held
        }

    def titles(self) -> list[str]:
        """The titles of all documents, in order."""
        return sorted(str(document.title) for document in self.texts())

    def status(self, source: Source) -> Status:
        [found] = statuses([source], self.visits, self.library)
        return found

    def visited(self, source: Source) -> Visit:
        """How it stands with a source that was visited."""
        found = self.status(source).visit
        assert found is not None
        return found


def hurried(database: Database) -> Database:
    """Return *database* so that it does not wait for its disk: tests kill processes and not the machine."""
    sa.event.listen(database.engine, "connect", lambda own, _record: own.execute("PRAGMA synchronous = OFF"))
    database.close()
    return database


@contextmanager
def world_of(database: Database, config: Config, *sources: Source) -> Iterator[World]:
    """A world whose `config.yml` names *sources*."""
    world = World(database, replace(config, library=replace(config.library, sources=sources)))
    try:
        yield world
    finally:
        world.collector.close()


_WORDS = (
    ("The harbour master", "A small foundry", "The ministry", "Every second mill", "Our laboratory", "The plant"),
    ("measured", "bought back", "postponed", "repaired", "described", "gave away"),
    ("copper wafers", "tidal turbines", "a ledger", "research budgets", "solar cells", "sea cables"),
    ("before the winter", "for less than expected", "without a word", "in Zürich", "at half the price"),
)  # fmt: skip


def story(number: int, url: str, *, sentences: int = 8) -> feeds.Item:
    """A short item, another for each *number*."""
    chance = random.Random(number)  # noqa: S311 - texts, no secrets
    said = [f"{' '.join(map(chance.choice, _WORDS))} {chance.randrange(10**6)}." for _one in range(sentences)]
    return feeds.Item(
        id=f"tag:{number}",
        url=url,
        title=f"Story {number}",
        author="Renée Old",
        published=START - datetime.timedelta(days=9) + number % 1000 * datetime.timedelta(minutes=1),
        categories=(),
        paragraphs=(" ".join(said[: sentences // 2]), " ".join(said[sentences // 2 :])),
        language="en",
    )


def article(item: feeds.Item, *, head: str = "") -> bytes:
    """The page of an item."""
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in item.paragraphs)
    return (
        f'<!doctype html><html lang="en"><head><title>{escape(item.title)}</title>{head}</head><body>'
        f"<nav><a href='/'>Home</a></nav><article><h1>{escape(item.title)}</h1>{body}</article></body></html>"
    ).encode()


def rss(told: Sequence[feeds.Item], *oddities: feeds.Oddity) -> bytes:
    """A feed of RSS 2.0."""
    return feeds.written(told, feeds.Dialect.RSS_20, oddities=oddities)


def sitemap(pages: Iterable[tuple[str, str]]) -> bytes:
    """A sitemap of addresses and days."""
    urls = "".join(f"<url><loc>{escape(url)}</loc><lastmod>{day}</lastmod></url>" for url, day in pages)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()


def sitemap_index(addresses: Iterable[str]) -> bytes:
    maps = "".join(f"<sitemap><loc>{escape(one)}</loc></sitemap>" for one in addresses)
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{maps}</sitemapindex>'.encode()
