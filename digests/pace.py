"""Slack takes one message a second to a channel; who has more for it sends to others meanwhile."""

import math
from collections.abc import Callable

MANY = 1000
"""Channels whose last message is remembered before those of long ago are forgotten."""


class Pace:
    """Tells one process, all its threads, when a channel takes its next message. Times are in seconds."""

    def __init__(
        self, every: float, *, monotonic: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self._every = every
        self._monotonic = monotonic
        self._sleep = sleep
        self._last: dict[str, float] = {}
        self._soon = math.inf

    def pause(self, channel: str) -> float:
        """Return the seconds until something may be posted to *channel*; 0 takes the turn."""
        now = self._monotonic()
        pause = max(self._last.get(channel, -math.inf) + self._every - now, 0.0)
        if pause:
            self._soon = min(self._soon, now + pause)
            return pause
        if len(self._last) > MANY:
            self._last = {known: at for known, at in self._last.items() if at > now - self._every}
        self._last[channel] = now
        return 0.0

    def wait(self) -> bool:
        """Wait until the first channel that was to pause takes its message; False where none is to."""
        pause, self._soon = self._soon - self._monotonic(), math.inf
        if pause == math.inf:
            return False
        self._sleep(max(pause, 0.0))
        return True
