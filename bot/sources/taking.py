"""The items of a source are taken: what is new or has changed is stored, what fails is noted.

Each document is stored before its item is noted: killed in between, the next visit finds it unchanged.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.errors import BotError, FetchError, ReadError, StoreError
from bot.library.load import Clock
from bot.library.reading import Reading
from bot.source import Source
from bot.sources.item import Item
from bot.sources.patience import LONGEST, next_try
from bot.sources.reading import Reader
from bot.sources.storing import Storing
from bot.sources.visited import Visited
from bot.store.visits import Entry, Visits

PASSED_OVER = "older than what the first visit takes"
"""Why an item that was there before the first visit made no document."""

FAULT = "Briefbot itself fails at it; its log tells how"
"""Why something made no document where that is a bug."""

LONGEST_VISIT = timedelta(minutes=5)
"""After which a visit leaves the rest to the next one, which is due at once: others are waiting, and the
source is claimed for twice as long."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Taking:
    """One visit's work on the items of one source."""

    source: Source
    visits: Visits
    storing: Storing
    reader: Reader
    now: Clock
    visited: Visited = field(default_factory=Visited)
    _listed: frozenset[str] = frozenset()
    _known_waiting: list[Entry] | None = None

    async def take(self, items: Sequence[Item], *, is_first: bool) -> None:
        """Store what is new of *items*, which come the newest first, for as long as a visit may last."""
        began, self._listed = self.now(), frozenset(item.id for item in items)
        await self._let_go()
        known = await asyncio.to_thread(
            self.visits.entries, self.source.workspace, self.source.address, [item.id for item in items]
        )
        fresh = [item for item in items if _is_fresh(item, known.get(item.id), began)]
        if is_first:
            await self._note([_passed_over(item) for item in fresh[self.source.limit :]])
            fresh = fresh[: self.source.limit]
        # The oldest first: if it is killed, or the machine goes down, the newest are still new.
        for at, item in enumerate(reversed(fresh)):
            if at and self.now() - began > LONGEST_VISIT:
                self.visited.is_cut = True
                return
            await self._take(item, known.get(item.id))

    async def waiting(self) -> list[datetime]:
        """Return when those items are due that are to be tried again."""
        return [entry.due_at for entry in await self._waiting() if entry.due_at]

    async def _let_go(self) -> None:
        """Wait no more for what the source has not listed for long: nobody knows its address."""
        late = self.now() - LONGEST
        gone = [
            entry
            for entry in await self._waiting()
            if entry.id not in self._listed and entry.due_at and entry.due_at < late
        ]
        await self._note([replace(entry, due_at=None) for entry in gone])

    async def _take(self, item: Item, before: Entry | None) -> None:
        """Store one item, and note it: nothing that is wrong with it costs another."""
        failures = 1 + (before.failures if before and before.hash == item.hash else 0)
        try:
            entry = await self._stored(item, before, failures)
        except StoreError:
            raise
        except BotError as error:
            entry = Entry(item.id, item.hash, failures, None, error.told)
        except Exception:
            log.exception("%s: %s cannot be taken", self.source.title, _named(item))
            entry = Entry(item.id, item.hash, failures, next_try(failures, now=self.now()), FAULT)
        if entry.why is not None:
            self.visited.fail(_named(item), entry.why)
        await self._note([entry])

    async def _stored(self, item: Item, before: Entry | None, failures: int) -> Entry:
        """Store all of an item, or what its source told of it where its page cannot be had; return its note.

        Where that may pass it is tried again, as it may have left the source by then.
        Raises FetchError or ReadError where there is nothing to store.
        """
        reading, error = await self._whole(item)
        has_text = reading is not None and bool(reading.blocks)
        noted = Entry(item.id, item.hash)
        due = _again(error, failures, self.now())
        if error is not None and due is not None:
            noted = replace(noted, failures=failures, due_at=due)
            if before is not None and before.why is None:
                return noted  # What stands is of an earlier time, but may be all of the text.
            if not has_text:
                return replace(noted, why=error.told)
        if reading is None or not has_text:
            raise error or ReadError("holds no text")
        done = await asyncio.to_thread(self.storing.store, self.source, item, reading, listed=self._listed)
        self.visited.counts[done.outcome] += 1
        self.visited.passages += done.passages
        return noted

    async def _whole(self, item: Item) -> tuple[Reading | None, BotError | None]:
        """Return all of an item's text, or what its source told and why it is no more."""
        try:
            return await self.reader.whole(item), None
        except (FetchError, ReadError) as error:
            return item.reading, error

    async def _waiting(self) -> list[Entry]:
        if self._known_waiting is None:
            own = (self.source.workspace, self.source.address)
            self._known_waiting = await asyncio.to_thread(self.visits.waiting, *own)
        return self._known_waiting

    async def _note(self, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        self._known_waiting = None
        await asyncio.to_thread(self.visits.note, self.source.workspace, self.source.address, entries)


def _is_fresh(item: Item, known: Entry | None, now: datetime) -> bool:
    """Tell whether an item is new, has changed, or is to be tried again."""
    if known is None or known.hash != item.hash:
        return known is None or known.why != PASSED_OVER
    return known.due_at is not None and known.due_at <= now


def _again(error: BotError | None, failures: int, now: datetime) -> datetime | None:
    """Return when an item that failed is tried again, None if it is no more."""
    if not isinstance(error, FetchError) or not error.is_passing:
        return None
    return next_try(failures, now=now, asked_for=error.retry_after)


def _passed_over(item: Item) -> Entry:
    return Entry(item.id, item.hash, why=PASSED_OVER)


def _named(item: Item) -> str:
    title = item.reading.title if item.reading else None
    return title or item.address or item.id
