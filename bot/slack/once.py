"""What Slack brings twice is done once: events and clicks have ids of their own.

A message of a channel that workspaces share may come once for each of them, by events of different ids. A
command is not among them: Slack never brings one again.
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
        self._seen: dict[str, tuple[float, str]] = {}

    def is_new(self, body: Mapping[str, Any]) -> bool:
        """Tell whether *body* is brought for the first time."""
        key, message, team = _key(body), _message(body), str(body.get("team_id") or "")
        if not key:
            return True
        self._forget()
        is_of_another = message in self._seen and self._seen[message][1] != team
        if key in self._seen or is_of_another:
            return False
        self._seen |= {one: (self._now(), team) for one in (key, message) if one}
        return True

    def forget(self, body: Mapping[str, Any]) -> None:
        """Take *body* for new when it is brought again: it could not be done."""
        for key in (_key(body), _message(body)):
            self._seen.pop(key, None)

    def _forget(self) -> None:
        """Let go of what Slack brings no more; the oldest stand first."""
        while self._seen:
            oldest = next(iter(self._seen))
            if self._seen[oldest][0] > self._now() - REMEMBERED_SECONDS:
                return
            del self._seen[oldest]


def _key(body: Mapping[str, Any]) -> str:
    """Return what tells an event or a click from all others; '' for a command."""
    return str(body.get("event_id") or body.get("trigger_id") or "") if "type" in body else ""


def _message(body: Mapping[str, Any]) -> str:
    """Return what tells the message of an event from all others; '' for what is none."""
    event = body.get("event")
    if not isinstance(event, dict) or event.get("type") not in {"app_mention", "message"}:
        return ""
    return f"{event['type']} {event.get('channel')} {event.get('ts')}"
