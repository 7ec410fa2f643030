"""How often Slack lets an app call each method."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

T1, T2, T3, T4 = 1, 20, 50, 100
"""Slack's tiers: calls a minute of one method."""

MANY = 300
"""Calls a minute of what Slack puts in no tier, and says only that hundreds are fine."""

POST = "chat.postMessage"
POSTS_A_SECOND, POSTS_AT_ONCE = 1.0, 4
"""Messages to one channel: how many a second, and how many in a short burst."""

A_MINUTE: Mapping[str, int] = {
    "auth.test": MANY,
    "chat.delete": T3,
    "chat.deleteScheduledMessage": T3,
    "chat.getPermalink": MANY,
    "chat.postEphemeral": T4,
    "chat.scheduleMessage": T3,
    "chat.scheduledMessages.list": T3,
    "chat.update": T3,
    "conversations.history": T3,
    "conversations.info": T3,
    "conversations.open": T3,
    "conversations.replies": T3,
    "files.completeUploadExternal": T4,
    "files.getUploadURLExternal": T4,
    "oauth.v2.access": T4,
    "users.conversations": T3,
    "users.info": T4,
    "users.list": T2,
    "views.open": T4,
    "views.publish": T4,
    "views.push": T4,
    "views.update": T4,
    "apps.connections.open": T3,
}

_NEARLY = 1e-6
"""Clocks are no exact numbers: who waited as long as he was told is let in."""


class Limited(Exception):  # noqa: N818 - it is no error of ours
    """Slack lets nobody in for `retry_after` whole seconds; over HTTP that is status 429 and a header."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"ratelimited; retry after {retry_after} s")
        self.retry_after = retry_after


@dataclass(slots=True)
class Bucket:
    """Holds *most* tokens at once and gets *a_second* new ones; a call takes one."""

    most: float
    a_second: float
    held: float
    filled: float

    def take(self, now: float) -> float:
        """Take a token and return 0, or return how many seconds there will be none."""
        self.held = min(self.most, self.held + max(0.0, now - self.filled) * self.a_second)
        self.filled = now
        if self.held >= 1 - _NEARLY:
            self.held -= 1
            return 0.0
        return (1 - self.held) / self.a_second


class Rates:
    """Counts the calls of one app; *now* is in seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def count(self, method: str, channel: str = "") -> None:
        """Count a call. Raises Limited, and counts nothing, where it is one too many."""
        now = self._now()
        key = (method, channel if method == POST else "")
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _full(method, now)
        if wait := bucket.take(now):
            raise Limited(max(1, math.ceil(wait - _NEARLY)))


def _full(method: str, now: float) -> Bucket:
    if method == POST:
        return Bucket(POSTS_AT_ONCE, POSTS_A_SECOND, POSTS_AT_ONCE, now)
    calls = A_MINUTE.get(method, T3)
    return Bucket(calls, calls / 60, calls, now)
