"""One visit to a source on the net: it is fetched and read, its new items are stored, what fails is noted.

Each document is stored before its item is noted: killed in between, the next visit finds it unchanged.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

from bot.errors import BotError, FetchError, ReadError, StoreError
from bot.library.load import Clock
from bot.library.reading import Reading
from bot.net.answer import Fetched
from bot.source import Source
from bot.sources.item import Item
from bot.sources.patience import GONE, next_try, next_visit
from bot.sources.reading import Reader
from bot.sources.storing import Storing
from bot.sources.visited import Visited
from bot.store.followed import Followed
from bot.store.visits import Entry, Visit, Visits

PASSED_OVER = "older than what the first visit takes"
"""Why an item that was there before the first visit made no document."""

log = logging.getLogger(__name__)


class Visitor:
    """Visits sources on the net."""

    def __init__(
        self, visits: Visits, followed: Followed, storing: Storing, reader: Reader, *, now: Clock
    ) -> None:
        self._visits = visits
        self._followed = followed
        self._storing = storing
        self._reader = reader
        self._now = now

    async def visit(self, source: Source, before: Visit) -> Visited:
        """Visit *source*, claimed as *before*, and settle it. Raises StoreError where the store fails."""
        visited = Visited()
        try:
            fetched = await self._fetched(source, before)
            if fetched.status != HTTPStatus.NOT_MODIFIED:
                source, fetched = await self._known(source, fetched)
                await self._take(source, fetched, visited, is_first=before.succeeded_at is None)
        except StoreError:
            raise
        except BotError as error:
            visited.why = error.told
            after = self._failed(source, before, error)
        else:
            after = self._succeeded(source, before, fetched, visited)
        await asyncio.to_thread(self._visits.settle, after)
        return visited

    async def _fetched(self, source: Source, before: Visit) -> Fetched:
        """Fetch it, or learn that it is as it was, unless some of its items are to be tried again."""
        address = before.moved_to or source.address
        again = await asyncio.to_thread(
            self._visits.waiting, source.workspace, source.address, now=self._now()
        )
        etag, modified = (None, None) if again else (before.etag, before.modified)
        return await self._reader.fetch(source.kind, address, etag=etag, modified=modified)

    async def _known(self, source: Source, fetched: Fetched) -> tuple[Source, Fetched]:
        """Return a source as what it is, and what it holds: of the page of a site its feed."""
        kind = await self._reader.kind(source, fetched)
        if kind != source.kind:
            source = source.turned(kind)
            await asyncio.to_thread(self._followed.turn, source.workspace, source.address, kind)
        if kind == "feed" and (feeds := await self._reader.feeds(fetched)):
            fetched = replace(await self._reader.fetch("feed", feeds[0]), moved_to=feeds[0])
        return source, fetched

    async def _take(self, source: Source, fetched: Fetched, visited: Visited, *, is_first: bool) -> None:
        """Store what is new of a source."""
        items = await self._reader.items(source.kind, fetched)
        known = await asyncio.to_thread(
            self._visits.entries, source.workspace, source.address, [item.id for item in items]
        )
        fresh = [item for item in items if _is_fresh(item, known.get(item.id), self._now())]
        if is_first:
            await self._note(source, [_passed_over(item) for item in fresh[source.limit :]])
            fresh = fresh[: source.limit]
        # The oldest first: if it is killed, or the machine goes down, the newest are still new.
        for item in reversed(fresh):
            await self._take_one(source, item, known.get(item.id), visited)

    async def _take_one(self, source: Source, item: Item, before: Entry | None, visited: Visited) -> None:
        """Store one item, and note it."""
        failures = before.failures if before and before.hash == item.hash else 0
        try:
            reading = await self._reader.whole(item)
        except FetchError as error:
            due = next_try(failures + 1, now=self._now(), asked_for=error.retry_after)
            if error.is_passing and due is not None:
                visited.fail(_named(item), error.told)
                visited.again_at = min(visited.again_at or due, due)
                await self._note(source, [Entry(item.id, item.hash, failures + 1, due, error.told)])
                return
            await self._store(source, item, item.reading, error, visited)
        except ReadError as error:
            await self._store(source, item, item.reading, error, visited)
        else:
            await self._store(source, item, reading, None, visited)

    async def _store(
        self, source: Source, item: Item, reading: Reading | None, error: BotError | None, visited: Visited
    ) -> None:
        """Store *reading*, which is but what the source itself told where its page could not be read."""
        try:
            if reading is None or not reading.blocks:
                raise error or ReadError("holds no text")
            done = await asyncio.to_thread(
                self._storing.store, source, reading, key=f"{source.address}#{item.id}", address=item.address
            )
        except ReadError as refused:
            visited.fail(_named(item), refused.told)
            await self._note(source, [Entry(item.id, item.hash, 1, None, refused.told)])
            return
        visited.counts[done.outcome] += 1
        visited.passages += done.passages
        await self._note(source, [Entry(item.id, item.hash)])

    async def _note(self, source: Source, entries: Sequence[Entry]) -> None:
        await asyncio.to_thread(self._visits.note, source.workspace, source.address, entries, now=self._now())

    def _succeeded(self, source: Source, before: Visit, fetched: Fetched, visited: Visited) -> Visit:
        now = self._now()
        due = next_visit(source, 0, now=now)
        is_new = fetched.status != HTTPStatus.NOT_MODIFIED
        return replace(
            before,
            moved_to=fetched.moved_to or before.moved_to,
            etag=fetched.etag if is_new else before.etag,
            modified=fetched.modified if is_new else before.modified,
            due_at=min(due, visited.again_at or due),
            tried_at=now,
            succeeded_at=now,
            failures=0,
            why=None,
        )

    def _failed(self, source: Source, before: Visit, error: BotError) -> Visit:
        log.info("%s: %s", source.title, error.told)
        asked_for = error.retry_after if isinstance(error, FetchError) else None
        is_gone = isinstance(error, FetchError) and error.is_gone
        return failed(source, before, error.told, now=self._now(), asked_for=asked_for, is_gone=is_gone)


def failed(
    source: Source,
    before: Visit,
    why: str,
    *,
    now: datetime,
    asked_for: float | None = None,
    is_gone: bool = False,
) -> Visit:
    """Return how it stands with *source* after one more failure."""
    failures = before.failures + 1
    return replace(
        before,
        moved_to=None,  # Where it moved to may be what is wrong.
        due_at=now + GONE if is_gone else next_visit(source, failures, now=now, asked_for=asked_for),
        tried_at=now,
        failures=failures,
        why=why,
    )


def _is_fresh(item: Item, known: Entry | None, now: datetime) -> bool:
    """Tell whether an item is new, has changed, or is to be tried again."""
    if known is None or known.hash != item.hash:
        return known is None or known.why != PASSED_OVER
    return known.due_at is not None and known.due_at <= now


def _passed_over(item: Item) -> Entry:
    return Entry(item.id, item.hash, why=PASSED_OVER)


def _named(item: Item) -> str:
    title = item.reading.title if item.reading else None
    return title or item.address or item.id
