"""A day of two hundred feeds that do all that feeds do: each new item once, none lost, none twice."""

import datetime
import gzip
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from email.utils import format_datetime

import feeds
import pytest
from conftest import NOW
from feeds import Dialect, Oddity
from gathered import Gathering
from webserver import (
    Answer,
    Asked,
    Conditional,
    Server,
    bomb,
    chunks,
    cut_off,
    page,
    redirect,
    reset,
    silence,
)

from bot.app import Briefbot
from bot.source import Source
from bot.sources.status import statuses
from bot.store.visits import Visits

FEEDS, ROUNDS = 200, 12
"""So many feeds, and visits to each in a day."""

STEP = datetime.timedelta(hours=2)

DIALECTS = (Dialect.RSS_20, Dialect.ATOM_10, Dialect.RSS_10, Dialect.JSON_11, Dialect.ATOM_03)


@dataclass
class Publisher:
    """One feed: what it has published by each round, and how it answers. `kind` is what is odd about it."""

    number: int
    round: int = 0
    edits: int = 0
    told: list[feeds.Item] = field(default_factory=list)

    def __post_init__(self) -> None:
        chance = random.Random(self.number)  # noqa: S311 - texts, not secrets
        items = feeds.items(6, seed=self.number)
        self.told = [
            replace(item, url=f"{item.url}&n={self.number}", paragraphs=(_words(chance), _words(chance)))
            for item in items
        ]

    @property
    def kind(self) -> int:
        return self.number % 10

    def published(self, at: int) -> list[feeds.Item]:
        """Return the items of a round, the newest first: three at first, then one every fourth round."""
        return self.told[3 - at // 4 :]

    def body(self) -> bytes:
        """Return the feed as it is written just now."""
        items, odd = self.published(self.round), []
        if self.kind == 2:
            random.Random(self.round).shuffle(items)  # noqa: S311
        if self.kind == 3:
            odd = [[Oddity.PIXELS], [Oddity.MEDIA], []][self.round % 3]
        if self.kind == 4 and self.round >= 4:
            items = [*items[:-1], feeds.edited(items[-1], last="It was corrected at noon.")]
        return feeds.written(items, self.dialect, oddities=odd)

    @property
    def dialect(self) -> Dialect:
        """The dialect; some change it in the middle of the day."""
        return DIALECTS[(self.number // 10 + (self.kind == 3 and self.round > 6)) % len(DIALECTS)]

    def fails(self, at: int) -> bool:
        """Tell whether nothing can be had of it in a round."""
        return (
            (self.kind == 6 and at % 3 == 1)
            or (self.kind == 8 and at >= 6)
            or (self.kind == 9 and at % 4 == 2)
        )

    def __call__(self, asked: Asked) -> Answer:
        """Answer as it does."""
        later = {"Retry-After": "60"}
        if self.kind == 8 and self.fails(self.round):
            return page(status=410)
        if self.fails(self.round):
            worst = [page(status=503, headers=later), reset(), cut_off(self.body(), of=10**6), silence(),
                     page(status=429, headers=later), page(b"<html>down</html>"), chunks(b"1", ending=b"zz")]  # fmt: skip
            return bomb(60) if self.kind == 9 else worst[(self.number // 10) % len(worst)]
        if self.kind == 5 and not asked.path.endswith("moved"):
            return redirect(f"{asked.path}/moved", status=(301, 302, 307, 308)[self.number // 10 % 4])
        if self.kind == 7:
            return page(gzip.compress(self.body()), headers={"Content-Encoding": "gzip"})
        if self.kind == 1:
            changed = NOW + self.round // 4 * STEP
            return Conditional(self.body(), f'"{self.number}-{self.round // 4}"', changed)(asked)
        return page(self.body(), headers={"Date": format_datetime(NOW, usegmt=True)})


def _words(chance: random.Random) -> str:
    """Return a paragraph of words that no other has."""
    sounds = ("ka", "ro", "mi", "ten", "lu", "sta", "ver", "no", "pli", "ga", "dor", "esh")
    words = ("".join(chance.choices(sounds, k=chance.randint(2, 4))) for _ in range(110))
    return f"{' '.join(words).capitalize()}."


@pytest.fixture
def publishers() -> list[Publisher]:
    return [Publisher(number) for number in range(FEEDS)]


@pytest.fixture
def server(publishers: list[Publisher]) -> Iterator[Server]:
    handlers = {f"/{one.number}": one for one in publishers}
    with Server({**handlers, **{f"{path}/moved": one for path, one in handlers.items()}}) as served:  # type: ignore[arg-type]
        yield served


def test_each_new_item_comes_once_and_none_is_lost(
    briefbot: Briefbot, server: Server, publishers: list[Publisher], monkeypatch: pytest.MonkeyPatch
):
    sources = [
        Source(feed=server.at(f"/{one.number}"), every=120, name=f"Feed {one.number}") for one in publishers
    ]
    gathering = Gathering(briefbot, server, sources, NOW)
    added: dict[str, str] = {}

    for at in range(ROUNDS):
        for one in publishers:
            one.round = at
        if at in {3, 7}:
            gathering.collector.close()
            gathering.restart()
        with monkeypatch.context() as patched:
            if at == 4:
                patched.setattr(Visits, "note", _killed_now_and_then(Visits.note))
            gathering.collect()
        for document, _ in briefbot.library.added("T1", limit=10_000):
            added.setdefault(document.id, str(document.url))
        gathering.now += STEP

    gathering.collector.close()
    expected = {item.url for one in publishers for item in _worked(one)}
    urls = sorted(str(document.url) for document, _ in briefbot.library.added("T1", limit=10_000))
    assert urls == sorted(expected)
    assert sorted(added.values()) == sorted(expected)  # None was there under another id for a while.
    texts = [one.text for _topics, excerpts in briefbot.library.living() for one in excerpts]
    edited = [one for one in publishers if one.kind == 4]
    assert sum("It was corrected at noon." in text for text in texts) == len(edited)
    faults = [one.fault for one in statuses(gathering.collector.sources(), gathering.visits)]
    for one, fault in zip(publishers, faults, strict=True):
        assert bool(fault) == one.fails(ROUNDS - 1), (one.number, fault)
        assert one.kind != 8 or "410" in str(fault)


def _worked(one: Publisher) -> set[feeds.Item]:
    """Return the items that could be had in some round."""
    return {item for at in range(ROUNDS) if not one.fails(at) for item in one.published(at)}


def _killed_now_and_then(note: Callable[..., None]) -> Callable[..., None]:
    """Return *note* as it is where the process ends between storing and noting, for each third of them."""
    count = 0

    def killed(*told: object, **more: object) -> None:
        nonlocal count
        count += 1
        if count % 3 == 0:
            raise RuntimeError("killed")
        note(*told, **more)

    return killed
