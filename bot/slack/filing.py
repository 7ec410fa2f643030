"""Files that people add are read into the library: at once, and by the tick where a process ended meanwhile.

Each is a row of the store until somebody was told what came of it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.errors import BotError, StoreError
from bot.library.apart import Apart
from bot.library.clip import draft_of_file, reading_of
from bot.library.ingest import Ingest
from bot.slack.afterwards import Afterwards
from bot.slack.attached import Brought
from bot.slack.failures import cause, reported
from bot.slack.files import Files
from bot.slack.telling import Telling
from bot.store.awaited import Awaited, AwaitedFiles
from bot.store.clips import Attached, Clips

LEASE = timedelta(minutes=10)
"""How long a file is one reader's: to have it and to read it takes two minutes, and others may come first."""

TRIES = 3
"""How often a file is begun; what ends its process each time is not begun once more."""

READING = 1.0
"""Seconds for which a window waits for its files; Slack waits for three."""

TICK = 30.0
"""Seconds between looks at what was left over: one cheap statement each."""

BROKEN_OFF = "could not be read: Briefbot was stopped each time it began"
FAULT = "could not be read: Briefbot itself fails at it, and its log tells how, under {}"

Told = Callable[[Sequence[Brought]], Awaitable[None]]
"""Tells who added files what came of them."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Filing:
    """Reads what waits, one document at a time."""

    files: Files
    telling: Telling
    awaited: AwaitedFiles
    clips: Clips
    ingest: Ingest
    apart: Apart
    most: int
    now: Callable[[], datetime]
    _afterwards: Afterwards = field(default_factory=Afterwards)

    async def promptly(self, ones: Sequence[Awaited], told: Told) -> Sequence[Brought]:
        """Read *ones*; return what came of each, or that they are being read: then *told* hears of it.

        Raises StoreError where the store fails.
        """
        early: asyncio.Future[Sequence[Brought]] = asyncio.get_running_loop().create_future()
        self._afterwards.do(self._read_and_tell(ones, told, early))
        try:
            brought = await asyncio.wait_for(early, READING)
        except TimeoutError:
            return [Brought(one.file.name) for one in ones]
        await asyncio.to_thread(self.awaited.settle, ones)
        return brought

    async def read(self, ones: Sequence[Awaited]) -> list[Brought]:
        """Return what came of each of *ones*; nothing yet of those that are somebody else's by now."""
        try:
            brought = [await self._read(one) for one in ones]
        except BaseException:
            with suppress(StoreError):  # Then they are another's when the lease ends.
                self.awaited.release(ones, now=self.now())
            raise
        # Until another one is there nobody needs its memory.
        self._afterwards.do(asyncio.to_thread(self.apart.close))
        return brought

    async def read_left_over(self) -> None:
        """Read whatever waits and is nobody's, and write to who added it.

        Raises StoreError where the store fails.
        """
        while one := await asyncio.to_thread(self.awaited.claim, now=self.now(), until=self.now() + LEASE):
            [brought] = await self.read([one])
            if brought.is_done:
                await self._written(one, brought)

    async def keep_reading(self) -> None:
        """Look again and again for what was left over, until this is cancelled."""
        while True:
            try:
                await self.read_left_over()
            except BotError as error:
                log.warning("files are read later: %s", error)
            except Exception as error:
                reported(error)
            await asyncio.sleep(TICK)

    async def close(self) -> None:
        """Break off what is being read: it is read by the next process."""
        await self._afterwards.end()
        await asyncio.to_thread(self.apart.break_off)

    async def _read_and_tell(
        self, ones: Sequence[Awaited], told: Told, early: "asyncio.Future[Sequence[Brought]]"
    ) -> None:
        """Read *ones*; give *early* what came of each, or tell it where nobody waits for that any more."""
        try:
            brought = await self.read(ones)
        except BotError as error:
            log.warning("files are read later: %s", error)
            if not early.done():
                early.set_exception(error)
            return
        if not early.done():
            early.set_result(brought)
            return
        await told(brought)
        await asyncio.to_thread(self.awaited.settle, ones)

    async def _written(self, one: Awaited, brought: Brought) -> None:
        """Write to who added a file what came of it; where Slack does not take that, it is tried again."""
        try:
            await self.telling.write(one.said.workspace, one.by.id, [brought])
        except Exception as error:
            log.warning("who added a file could not be told what came of it: %s", cause(error))
            if one.tries <= TRIES:
                return
        await asyncio.to_thread(self.awaited.settle, [one])

    async def _read(self, one: Awaited) -> Brought:
        """Return what came of a file, whatever goes wrong. Raises StoreError where the store fails."""
        name = one.file.name
        if one.tries > TRIES:
            return Brought(name, why=BROKEN_OFF)
        try:
            if not await asyncio.to_thread(self._keep, one):
                return Brought(name)
            file, data = await self.files.get(one.said.workspace, one.file)
            return await asyncio.to_thread(self._stored, one, file, data)
        except StoreError:
            raise
        except BotError as error:
            return Brought(name, why=error.told)
        except Exception as error:
            return Brought(name, why=FAULT.format(reported(error)))

    def _keep(self, one: Awaited) -> bool:
        return self.awaited.keep(one, until=self.now() + LEASE)

    def _stored(self, one: Awaited, file: Attached, data: bytes) -> Brought:
        reading, left = reading_of(data, file, self.most, self.apart)
        draft = draft_of_file(reading, file, one.said, self.ingest, url=one.url)
        if not self._keep(one):
            return Brought(file.name)  # As where who added it has asked to be forgotten.
        clip, is_new = self.clips.add(draft, one.said.place, one.by, offer_id="", now=self.now())
        return Brought(file.name, clip, is_new, left)
