"""The time, as what is fetched needs it."""

import asyncio
import datetime
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


def _utc() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """How time passes: *passed* counts seconds, *sleep* waits for some, *now* is UTC-aware."""

    passed: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    now: Callable[[], datetime.datetime] = _utc
