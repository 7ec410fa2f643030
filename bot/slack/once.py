"""What Slack brings twice is done once: events and clicks have ids of their own.

A command is not among them: Slack never brings one again.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

REMEMBERED_SECONDS = 3600
"""Slack brings an event again for up to an hour where it hears nothing."""


class Once:
    """Remembers what this process was brought."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._seen: dict[str, float] = {}

    def is_new(self, body: Mapping[str, Any]) -> bool:
        """Tell whether *body* is brought for the first time."""
        key = _key(body)
        if not key:
            return True
        self._forget()
        if key in self._seen:
            return False
        self._seen[key] = self._now()
        return True

    def forget(self, body: Mapping[str, Any]) -> None:
        """Take *body* for new when it is brought again: it could not be done."""
        self._seen.pop(_key(body), None)

    def _forget(self) -> None:
        """Let go of what Slack brings no more; the oldest stand first."""
        while self._seen:
            oldest = next(iter(self._seen))
            if self._seen[oldest] > self._now() - REMEMBERED_SECONDS:
                return
            del self._seen[oldest]


def _key(body: Mapping[str, Any]) -> str:
    """Return what tells an event or a click from all others; '' for a command."""
    return str(body.get("event_id") or body.get("trigger_id") or "") if "type" in body else ""
