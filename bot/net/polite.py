"""How often one host is asked: so seldom that nobody minds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.net.clock import Clock

AT_ONCE = 2
"""Requests to one host at the same time, as HTTP/1.1 once asked of browsers (RFC 2616, section 8.1.4)."""

INTERVAL_SECONDS = 1.0
"""From the beginning of one request to a host to that of the next."""

MOST_INTERVAL_SECONDS = 30.0
"""A robots.txt may ask for hours between two requests; more than this we do not wait."""

_MANY = 1_000
"""Hosts that are remembered before those are let go of whom nobody is waiting for."""


@dataclass(slots=True)
class _Queue:
    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    free_at: float = 0.0
    waiting: int = 0


class Turns:
    """Gives each request its turn at its host."""

    def __init__(self, clock: Clock, *, interval: float = INTERVAL_SECONDS) -> None:
        self._clock = clock
        self._interval = interval
        self._queues: dict[str, _Queue] = {}

    @asynccontextmanager
    async def turn(self, host: str, *, interval: float = 0.0) -> AsyncIterator[None]:
        """Wait for a place at *host*, at least *interval* seconds after the last, and hold it."""
        queue = self._queue(host)
        queue.waiting += 1
        try:
            async with queue.places:
                await self._wait(queue, min(max(interval, self._interval), MOST_INTERVAL_SECONDS))
                yield
        finally:
            queue.waiting -= 1

    async def _wait(self, queue: _Queue, interval: float) -> None:
        now = self._clock.passed()
        begins = max(now, queue.free_at)
        # Before waiting: who comes meanwhile waits for the turn after this one.
        queue.free_at = begins + interval
        if begins > now:
            await self._clock.sleep(begins - now)

    def _queue(self, host: str) -> _Queue:
        if len(self._queues) >= _MANY:
            now = self._clock.passed()
            kept = {name: one for name, one in self._queues.items() if one.waiting or one.free_at > now}
            self._queues = kept
        return self._queues.setdefault(host, _Queue())
