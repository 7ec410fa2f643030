"""A day of two hundred feeds, on the worst of servers: each item once, none lost, none twice.

The day is made of hours that the test sets; what the feeds hold at each, and what their servers do then, is
known to the letter. Processes are killed between storing an item and noting it, and others go on.
"""

import datetime
import gzip
import hashlib
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from feeds import Dialect, Item, Oddity, edited, written
from following import START, World, article, fetcher, hurried, story, world_of
from webserver import (
    Answer,
    Asked,
    Server,
    bomb,
    cut_off,
    head,
    packed,
    page,
    raw,
    redirect,
    reset,
    silence,
)

from bot.config import Config
from bot.net.fetch import Patience
from bot.source import Source
from bot.store.database import Database, open_database
from bot.store.visits import Entry, Visit, Visits

FEEDS, HOURS = 200, 24
PUBLISHED = (0, 0, 3, 7, 11, 15)
"""The hours at which a feed publishes its items."""

EDITED = {8: 0, 14: 2}
"""The hours at which items are edited, and which."""

KILLED = {0: 90, 3: 60, 7: 100, 11: 3, 15: 80}
"""The hours in which a process is killed, and after how many items."""

RESTARTED = (5, 13, 18)
DIALECTS = (Dialect.RSS_20, Dialect.ATOM_10, Dialect.RSS_091, Dialect.JSON_11)
PATIENCE = Patience(total=20, silence=1.0)


class Killed(BaseException):
    """What ends a process, as far as it sees."""


class Mortal(Visits):
    """The visits as a process keeps them that dies when it wants to note one item too many."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.left = 10**9

    def note(self, workspace: str, address: str, seen: Any) -> None:
        entries: list[Entry] = list(seen)
        self.left -= len(entries)
        self._live()
        super().note(workspace, address, entries)

    def settle(self, done: Visit) -> None:
        self._live()
        super().settle(done)

    def release(self, claimed: Visit) -> None:
        self._live()
        super().release(claimed)

    def _live(self) -> None:
        if self.left < 0:
            raise Killed


@dataclass
class Paper:
    """One feed: what it holds at each hour."""

    number: int
    server: Server
    oddity: str
    hour: int = 0
    asked: int = 0
    failed_pages: set[str] = field(default_factory=set)

    @property
    def host(self) -> str:
        return f"paper{self.number}.test"

    @property
    def source(self) -> Source:
        return Source(feed=self.server.at("/feed", host=self.host))

    def items(self) -> list[Item]:
        """What is published by now, the newest first, as it reads now."""
        told = []
        for at, hour in enumerate(PUBLISHED):
            if hour <= self.hour:
                item = story(
                    self.number * 100 + at, self.server.at(f"/story/{at}", host=self.host), sentences=4
                )
                told.append(self._edited(item, at))
        return told[::-1]

    def _edited(self, item: Item, at: int) -> Item:
        if self.oddity not in {"edited items", "a new dialect"}:
            return item
        times = [hour for hour, which in EDITED.items() if which == at and hour <= self.hour]
        return (
            edited(item, last=f"Corrected at {times[-1]}: the figures were {item.title}'s.")
            if times
            else item
        )

    def body(self, *, dialect: Dialect = Dialect.RSS_20, oddities: Sequence[Oddity] = ()) -> bytes:
        return written(self.items(), dialect, oddities=oddities)

    def good(self, asked: Asked, body: bytes = b"") -> Answer:
        """The feed as a server answers that knows its ETags."""
        body = body or self.body()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if asked.headers.get("if-none-match") == etag:
            return Answer([head(304, {"ETag": etag})], keeps=True)
        return page(body, headers={"ETag": etag})

    def __call__(self, asked: Asked) -> Answer:
        self.asked += 1
        return ODDITIES[self.oddity](self, asked)


def _at(hours: range, bad: Callable[[Paper], Answer]) -> Callable[[Paper, Asked], Answer]:
    """What goes wrong at some *hours*, and is well at all others."""
    return lambda paper, asked: bad(paper) if paper.hour in hours else paper.good(asked)


def _moved(paper: Paper, asked: Asked) -> Answer:
    if asked.path == "/feed" and paper.hour >= 4:
        return redirect(paper.server.at("/moved", host=paper.host), status=301)
    return paper.good(asked)


def _led_elsewhere(paper: Paper, asked: Asked) -> Answer:
    if asked.path == "/feed":
        return redirect(paper.server.at("/moved", host=paper.host), status=307)
    return paper.good(asked)


def _moved_and_back(paper: Paper, asked: Asked) -> Answer:
    """It moves at four, and what it moved to is gone at nine."""
    if asked.path == "/feed" and 4 <= paper.hour < 9:
        return redirect(paper.server.at("/moved", host=paper.host), status=308)
    if asked.path == "/moved" and paper.hour >= 9:
        return page(status=404)
    return paper.good(asked)


def _dated(paper: Paper, asked: Asked) -> Answer:
    """It knows when it changed, and no ETag."""
    last = max(hour for hour in PUBLISHED if hour <= paper.hour)
    date = f"Mon, 02 Mar 2026 {last:02}:00:00 GMT"
    if asked.headers.get("if-modified-since") == date:
        return Answer([head(304, {})], keeps=True)
    return page(paper.body(), headers={"Last-Modified": date})


def _shuffled(paper: Paper, _asked: Asked) -> Answer:
    told = paper.items()
    random.Random(paper.hour).shuffle(told)  # noqa: S311 - an order, no secret
    return page(written(told, Dialect.RSS_20))


def _touched(paper: Paper, _asked: Asked) -> Answer:
    oddities = [[], [Oddity.PIXELS], [Oddity.MODIFIED], [Oddity.MEDIA, Oddity.PIXELS]][paper.hour % 4]
    return page(paper.body(oddities=oddities))


def _alike(paper: Paper, asked: Asked) -> Answer:
    """All items have the same guid."""
    ids = [item.id.encode() for item in paper.items()]
    body = paper.body()
    for one in ids:
        body = body.replace(b">" + one + b"<", b">the same<")
    return paper.good(asked, body)


def _dialect(paper: Paper, asked: Asked) -> Answer:
    return paper.good(asked, paper.body(dialect=DIALECTS[paper.hour // 6 % len(DIALECTS)]))


def _short(paper: Paper) -> Answer:
    """Fewer bytes are stated than come: the last item is cut."""
    body = paper.body()
    return raw(head(200, {"Content-Length": str(len(body) - 300)}), body)


def _slow(paper: Paper, asked: Asked) -> Answer:
    body = paper.body()
    half = len(body) // 2
    return raw(head(200, {"Content-Length": str(len(body))}), body[:half], 0.1, body[half:])


def _teasers(paper: Paper, asked: Asked) -> Answer:
    return paper.good(asked, paper.body(oddities=[Oddity.TEASERS]))


def _packed(paper: Paper, _asked: Asked) -> Answer:
    return packed(gzip.compress(paper.body()))


def _busy(status: int, seconds: int) -> Callable[[Paper], Answer]:
    return lambda _paper: page(b"later", status=status, headers={"Retry-After": str(seconds)})


EVER = range(10, HOURS + 1)
ODDITIES: dict[str, Callable[[Paper, Asked], Answer]] = {
    "an ETag": lambda paper, asked: paper.good(asked),
    "a date": _dated,
    "moved": _moved,
    "led elsewhere": _led_elsewhere,
    "moved and back": _moved_and_back,
    "slow": _slow,
    "silent": _at(range(4, 6), lambda _paper: silence(30)),
    "cut off": _at(range(4, 7), lambda paper: cut_off(paper.body()[:500], of=9999)),
    "packed": _packed,
    "a bomb": _at(range(4, 7), lambda _paper: bomb(20)),
    "a wrong length": _at(range(3, 9), _short),
    "asked too much": _at(range(6, 7), _busy(429, 7200)),
    "busy": _at(range(3, 6), _busy(503, 5400)),
    "reset": _at(range(3, 6), lambda _paper: reset()),
    "another order": _shuffled,
    "touched items": _touched,
    "edited items": lambda paper, asked: paper.good(asked),
    "the same guid": _alike,
    "a new dialect": _dialect,
    "teasers": _teasers,
    "a page for once": _at(range(6, 8), lambda _paper: page(b"<html><body><p>We are back soon.</p></body></html>")),
    "gone": _at(EVER, lambda _paper: page(status=410)),
    "not found": _at(EVER, lambda _paper: page(status=404)),
    "a page for good": _at(EVER, lambda _paper: page(b"<html><body><p>Buy this name.</p></body></html>")),
    "inward": _at(EVER, lambda _paper: redirect("http://10.0.0.1/feed")),
}  # fmt: skip
"""What is odd about a feed's server, or about the feed."""

FAILING = {
    "gone": "410 (Gone)",
    "not found": "404 (Not Found)",
    "a page for good": "is no feed",
    "inward": "inside a network",
}
"""What is told of those that fail in the end."""


@pytest.fixture
def papers() -> Iterator[list[Paper]]:
    with Server({"/robots.txt": page(status=404)}) as server:
        names = list(ODDITIES)
        made = [Paper(number, server, names[number % len(names)]) for number in range(FEEDS)]
        for paper in made:
            server.handlers |= {f"{paper.host}/feed": paper, f"{paper.host}/moved": paper}
            for at in range(len(PUBLISHED)):
                server.handlers[f"{paper.host}/story/{at}"] = _page(paper, at)
        yield made


def _page(paper: Paper, at: int) -> Callable[[Asked], Answer]:
    """The page of an item, which fails when first it is asked for."""

    def answered(asked: Asked) -> Answer:
        if at % 2 and asked.path not in paper.failed_pages:
            paper.failed_pages.add(asked.path)
            return page(status=503)
        return page(article(paper.items()[::-1][at]))

    return answered


def _expected(paper: Paper) -> dict[str, Item]:
    """All items that were published while the feed worked, by address, as they read in the end."""
    if paper.oddity in FAILING:
        return {item.url: item for item in paper.items() if item in _until(paper, EVER.start)}
    return {item.url: item for item in paper.items()}


def _until(paper: Paper, hour: int) -> list[Item]:
    return Paper(paper.number, paper.server, paper.oddity, hour=hour - 1).items()


def _pass_an_hour(world: World, papers: Sequence[Paper], hour: int) -> None:
    """Visit all that is due at *hour*, in a process that may be killed, and others after it."""
    for paper in papers:
        paper.hour = hour
    world.now = START + datetime.timedelta(hours=hour)
    visits = world.visits
    assert isinstance(visits, Mortal)
    if hour in KILLED:
        visits.left = KILLED[hour]
        with pytest.raises(Killed):
            world.visit()
        world.restart()
        visits.left = 10**9
    elif hour in RESTARTED:
        world.restart()
    world.visit()


def test_each_item_of_two_hundred_feeds_is_there_once_after_a_day(
    papers: list[Paper], tmp_path: Path, config: Config
):
    database = hurried(open_database("", tmp_path / "data"))
    ids: dict[str, str] = {}
    with world_of(database, config, *(paper.source for paper in papers)) as world:
        world.fetcher = lambda: fetcher(patience=PATIENCE)
        world.visits = Mortal(database)
        world.restart()
        for hour in range(HOURS + 1):
            _pass_an_hour(world, papers, hour)

            texts = world.texts()
            counted = Counter(document.url for document in texts)
            assert [url for url, times in counted.items() if times > 1] == [], f"twice at hour {hour}"
            for document in texts:
                assert ids.setdefault(str(document.url), document.id) == document.id, f"another id at {hour}"

        expected = {url: item for paper in papers for url, item in _expected(paper).items()}
        found = {str(document.url): text for document, text in texts.items()}
        faults = {paper.number: world.status(paper.source).fault for paper in papers}
    database.close()

    assert found.keys() == expected.keys()
    assert [
        url for url, item in expected.items() if found[url].split() != " ".join(item.paragraphs).split()
    ] == []
    for paper in papers:
        if paper.oddity in FAILING:
            assert FAILING[paper.oddity] in str(faults[paper.number])
        else:
            assert faults[paper.number] is None, paper.oddity
