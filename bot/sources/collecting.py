"""Whatever is due is collected: sources are claimed, visited and settled."""

import asyncio
import datetime
import ipaddress
import logging
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from bot.config import ROOT, Config
from bot.errors import ReadError, StoreError
from bot.library.apart import Apart
from bot.library.ingest import Ingest
from bot.library.load import Clock, Summary
from bot.net.background import Background
from bot.net.fetch import Fetcher
from bot.net.robots import Robots
from bot.source import Source
from bot.sources.folders import Sweeper
from bot.sources.reading import Reader
from bot.sources.storing import Storing
from bot.sources.taking import FAULT
from bot.sources.visited import Visited
from bot.sources.visiting import Visitor
from bot.store.followed import Followed
from bot.store.library import Library
from bot.store.visits import Visit, Visits

LEASE = datetime.timedelta(minutes=10)
"""How long a source is nobody else's: a first visit to a hundred pages of one host takes minutes."""

AT_ONCE = 16
"""Sources that are visited at the same time: each waits for its server most of its time."""


FREE = 4
"""Places that are free before further sources are claimed: to claim one by one would take as long as many
visits do."""

WAIT = 1.0
"""Seconds after which they are claimed for fewer: the others may all be slow."""

UNFOLLOWED = datetime.timedelta(days=90)
"""After so long without a visit nobody follows a source: it is not left out of `config.yml` for a while, or
in the settings of this process alone."""

ENDING = 5.0
"""Seconds that what is being read is waited for at the end; what is broken off then begins again."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a visit to a source."""

    source: Source
    visited: Visited


class Collector:
    """Visits the sources of `config.yml` and those that people added."""

    def __init__(
        self,
        library: Library,
        visits: Visits,
        followed: Followed,
        config: Config,
        *,
        now: Clock,
        fetcher: Callable[[], Fetcher] | None = None,
    ) -> None:
        self._visits = visits
        self._followed = followed
        self._config = config
        self._now = now
        self._background = Background()
        self.allowed = networks(config)
        self._fetcher = fetcher or (lambda: Fetcher(allowed=self.allowed))
        self._apart = Apart()
        ingest = Ingest(library, config, apart=self._apart)
        self._storing = Storing(library, ingest, now=now)
        self._sweeper = Sweeper(ingest, visits, now=now)
        self._opening = asyncio.Lock()
        self._visitor: Visitor | None = None
        self._is_closed = False

    def sources(self) -> list[Source]:
        """Return all sources: those of `config.yml` first."""
        own = list(self._config.library.sources)
        named = {(one.workspace, one.address) for one in own}
        return own + [one for one in self._followed.all() if (one.workspace, one.address) not in named]

    def collect(
        self,
        sources: Sequence[Source] | None = None,
        *,
        told: Callable[[Done], None] = lambda _done: None,
        is_over: Callable[[], bool] = lambda: False,
    ) -> list[Done]:
        """Visit those of *sources*, or of all, that are due; *told* hears of each as it is done.

        Nothing new begins once it *is_over*; what was begun comes to its end, unless it is closed.
        Raises StoreError where the store fails.
        """
        wanted = self.sources() if sources is None else sources
        by_address = {(one.workspace, one.address): one for one in wanted}
        done: list[Done] = []
        try:
            self._collect(by_address, done, told, is_over)
        finally:
            self._apart.close()  # Until something is due again nobody needs its memory.
        return done

    def _collect(
        self,
        by_address: Mapping[tuple[str, str], Source],
        done: list[Done],
        told: Callable[[Done], None],
        is_over: Callable[[], bool],
    ) -> None:
        running: set[Future[Done]] = set()

        def tell(one: Done) -> None:
            done.append(one)
            told(one)

        try:
            ended: set[Future[Done]] = set()
            while True:
                free = AT_ONCE - len(running)
                waits = bool(ended) and free < FREE
                mine = [] if waits or is_over() or self._is_closed else self._claimed(by_address, free)
                # Those on the net first: while they wait for their servers folders are read.
                running |= {self._background.start(self._visit(*one)) for one in mine if one[0].is_on_net}
                for source, visit in mine:
                    if not source.is_on_net:
                        tell(Done(source, self._swept(source, visit, is_over)))
                if not running and not mine:
                    return
                # Whoever is slow, or fails slowly, keeps nobody else waiting.
                ended, running = wait(running, WAIT, FIRST_COMPLETED)
                for future in ended:
                    with suppress(CancelledError):  # It was closed.
                        tell(future.result())
        except StoreError:
            wait(running)
            raise

    def _claimed(
        self, by_address: Mapping[tuple[str, str], Source], limit: int
    ) -> list[tuple[Source, Visit]]:
        """Take at most *limit* of the sources that are due."""
        now = self._now()
        claimed = self._visits.claim(by_address.values(), now=now, until=now + LEASE, limit=limit)
        return [(by_address[visit.workspace, visit.address], visit) for visit in claimed]

    def note(self, folders: Collection[Path], filled: Summary) -> None:
        """Take it that *folders* were just read, as *filled* says."""
        now = self._now()
        for source in self._config.library.sources:
            if not source.is_on_net and ROOT / source.folder in folders:
                self._sweeper.note(source, ROOT / source.folder, filled)
                for visit in self._visits.claim([source], now=now, until=now + LEASE, limit=1):
                    self._visits.settle(
                        replace(
                            visit,
                            due_at=now + source.interval,
                            tried_at=now,
                            succeeded_at=now,
                            failures=0,
                            why=None,
                        )
                    )

    def forget(self) -> None:
        """Forget, some of it at a time, what sources held that nobody follows any more."""
        self._visits.forget_unfollowed(self.sources(), before=self._now() - UNFOLLOWED)

    def wake_folders(self) -> None:
        """Let all folders be due now."""
        for source in self._config.library.sources:
            if not source.is_on_net:
                self._visits.wake(source.workspace, source.address, now=self._now())

    def close(self) -> None:
        """Break off what is being visited; it is due again at once."""
        self._is_closed = True
        self._background.close()
        # Its process ends with ours in any case.
        ending = threading.Thread(target=self._apart.close, daemon=True)
        ending.start()
        ending.join(ENDING)

    async def _visit(self, source: Source, before: Visit) -> Done:
        try:
            visitor = await self._opened()
            return Done(source, await visitor.visit(source, before))
        except (asyncio.CancelledError, StoreError):
            self._released(before)
            raise

    def _released(self, claimed: Visit) -> None:
        with suppress(StoreError):  # Then it is another's when the lease ends.
            self._visits.release(claimed)

    async def _opened(self) -> Visitor:
        async with self._opening:
            if self._visitor is None:
                fetcher = await self._background.held.enter_async_context(self._fetcher())
                robots = Robots(fetcher) if self._config.library.robots == "respect" else None
                most = self._config.limits.file_megabytes * 1_000_000
                reader = Reader(fetcher, robots, self._apart, most=most)
                self._visitor = Visitor(self._visits, self._followed, self._storing, reader, now=self._now)
            return self._visitor

    def _swept(self, source: Source, before: Visit, is_over: Callable[[], bool]) -> Visited:
        visited, why = Visited(), None
        try:
            visited = self._sweeper.sweep(source, ROOT / source.folder, is_over=is_over)
        except StoreError:
            self._released(before)
            raise
        except ReadError as error:
            visited.why = why = error.told
        except Exception:
            log.exception("%s cannot be swept", source.title)
            visited.why = why = FAULT
        now = self._now()
        after = replace(before, tried_at=now, due_at=now + source.interval, why=why)
        if why is not None:
            after = replace(after, failures=before.failures + 1)
        else:
            after = replace(after, failures=0, succeeded_at=now)
        self._visits.settle(replace(after, due_at=now) if is_over() else after)
        return visited


def networks(config: Config) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Return the networks inside one's own that may be fetched from."""
    return [ipaddress.ip_network(one) for one in config.library.allow]
