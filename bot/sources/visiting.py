"""One visit to a source on the net: it is fetched and read, its items are taken, and how it went is kept."""

import asyncio
import logging
from dataclasses import replace
from http import HTTPStatus

from bot.errors import BotError, FetchError, StoreError
from bot.library.load import Clock
from bot.net.answer import Fetched
from bot.source import Source
from bot.sources.patience import GONE, next_visit
from bot.sources.reading import Reader, is_home
from bot.sources.storing import Storing
from bot.sources.taking import FAULT, Taking
from bot.sources.visited import Visited
from bot.store.followed import Followed
from bot.store.visits import Visit, Visits

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
        taking = Taking(source, self._visits, self._storing, self._reader, self._now)
        try:
            fetched = await self._fetched(before, taking)
            if fetched.status != HTTPStatus.NOT_MODIFIED:
                fetched = await self._take(fetched, taking, is_first=before.succeeded_at is None)
            after = await self._succeeded(before, fetched, taking)
        except StoreError:
            raise
        except BotError as error:
            log.info("%s: %s", source.title, error.told)
            after = self._failed(taking.source, before, error, error.told)
        except Exception as error:
            log.exception("%s cannot be visited", source.title)
            after = self._failed(taking.source, before, error, FAULT)
        taking.visited.why = after.why or taking.visited.why
        await asyncio.to_thread(self._visits.settle, after)
        return taking.visited

    async def _fetched(self, before: Visit, taking: Taking) -> Fetched:
        """Fetch it, or learn that it is as it was, unless some of its items are to be tried again."""
        source, now = taking.source, self._now()
        again = any(due <= now for due in await taking.waiting())
        etag, modified = (None, None) if again else (before.etag, before.modified)
        address = before.moved_to or source.address
        return await self._reader.fetch(source.kind, address, etag=etag, modified=modified)

    async def _take(self, fetched: Fetched, taking: Taking, *, is_first: bool) -> Fetched:
        """Take what a source holds; return what it was taken from, which may be the feed of a site."""
        source = taking.source
        kind = await self._reader.kind(source, fetched)
        if kind != source.kind:
            await asyncio.to_thread(self._followed.turn, source.workspace, source.address, kind)
            taking.source = source.turned(kind)
        # A feed whose server shows a page for once is not to become another feed that the page names.
        if kind == "feed" and (is_first or is_home(source.address)):
            fetched = await self._discovered(fetched)
        await taking.take(await self._reader.items(kind, fetched), is_first=is_first)
        return fetched

    async def _discovered(self, fetched: Fetched) -> Fetched:
        """Return the feed that a page names, or else what was fetched."""
        feeds = await self._reader.feeds(fetched)
        return replace(await self._reader.fetch("feed", feeds[0]), moved_to=feeds[0]) if feeds else fetched

    async def _succeeded(self, before: Visit, fetched: Fetched, taking: Taking) -> Visit:
        now = self._now()
        waiting = [due for due in await taking.waiting() if due > now]
        is_new = fetched.status != HTTPStatus.NOT_MODIFIED
        etag, modified = (fetched.etag, fetched.modified) if is_new else (before.etag, before.modified)
        if taking.visited.is_cut:  # It is to be fetched again, though it does not change.
            etag, modified, waiting = None, None, [now]
        return replace(
            before,
            moved_to=fetched.moved_to or before.moved_to,
            etag=etag,
            modified=modified,
            due_at=min([next_visit(taking.source, 0, now=now), *waiting]),
            tried_at=now,
            succeeded_at=now,
            failures=0,
            why=None,
        )

    def _failed(self, source: Source, before: Visit, error: Exception, why: str) -> Visit:
        now = self._now()
        failures = before.failures + 1
        asked_for = error.retry_after if isinstance(error, FetchError) else None
        due = next_visit(source, failures, now=now, asked_for=asked_for)
        if isinstance(error, FetchError) and error.is_gone:
            due = now + GONE
        after = replace(before, due_at=due, tried_at=now, failures=failures, why=why)
        if before.moved_to:
            # Where it moved to may be what is wrong, and what that said of itself is not true of another.
            after = replace(after, moved_to=None, etag=None, modified=None)
        return after
