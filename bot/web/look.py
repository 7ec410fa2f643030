"""A look at what may never answer: bounded in time, and one at a time however many ask."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

Seen = TypeVar("Seen")


class Look(Generic[Seen]):
    """Lets *look* look in a thread of its own; what it saw is good for *kept* seconds.

    Who asks while a look is under way waits for that one. Nothing waits for its thread, neither the event
    loop nor the end of the process: a database that hangs holds up one thread. For one event loop.
    """

    def __init__(
        self, look: Callable[[], Seen], *, kept: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._look = look
        self._kept = kept
        self._monotonic = monotonic
        self._under_way: Future[Seen] | None = None
        self._seen_at = 0.0

    async def seen(self, *, within: float) -> Seen:
        """Return what is seen. Raises TimeoutError where that takes longer than *within* seconds."""
        if self._under_way is None or (self._under_way.done() and self._is_old()):
            self._under_way = self._begun()
        return await asyncio.wait_for(asyncio.wrap_future(self._under_way), within)

    def _is_old(self) -> bool:
        return self._monotonic() >= self._seen_at + self._kept

    def _begun(self) -> Future[Seen]:
        done: Future[Seen] = Future()
        done.set_running_or_notify_cancel()  # Who waits no longer does not cancel it for the others.
        threading.Thread(target=self._run, args=(done,), name="look", daemon=True).start()
        return done

    def _run(self, done: Future[Seen]) -> None:
        try:
            seen = self._look()
        except BaseException as error:
            self._seen_at = self._monotonic()
            done.set_exception(error)
        else:
            self._seen_at = self._monotonic()
            done.set_result(seen)
