"""A message of ours as it stands in a channel, and how a channel's history is gone through for them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

EVENT_TYPE = "briefbot_delivery"
"""The type of the metadata that carries a part's key."""

PAGE, PAGES = 200, 50
"""Messages of one page of a channel's history, and pages that are gone through."""


class TooLongError(Exception):
    """There are more messages than are gone through."""


@dataclass(frozen=True, slots=True)
class Ours:
    """One part of a delivery in a channel: its key, what its metadata say besides, and what it says."""

    channel: str
    ts: str
    key: str
    about: Mapping[str, Any]
    message: dict[str, Any]

    @property
    def parts(self) -> int:
        """Of how many parts it is one, as far as it says so."""
        parts = self.about.get("parts")
        return parts if isinstance(parts, int) else 1


def ours_in(
    call: Callable[..., Any],
    channel: str,
    *,
    oldest: float,
    latest: float | None = None,
    thread_ts: str | None = None,
) -> Iterator[Ours]:
    """Yield our messages of a channel or a thread, between two moments in seconds since 1970.

    *call* asks Slack. Raises TooLongError, and what *call* raises.
    """
    method = "conversations.replies" if thread_ts else "conversations.history"
    asked: dict[str, Any] = {"channel": channel, "oldest": f"{oldest:.6f}", "limit": PAGE}
    asked |= {"ts": thread_ts} if thread_ts else {}
    asked |= {"latest": f"{latest:.6f}"} if latest else {}
    cursor = ""
    for _ in range(PAGES):
        more = {"cursor": cursor} if cursor else {}
        answer = call(method, include_all_metadata=True, **asked, **more)
        for message in answer["messages"]:
            if one := _ours(channel, message):
                yield one
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return
    raise TooLongError


def _ours(channel: str, message: Mapping[str, Any]) -> Ours | None:
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    if metadata.get("event_type") != EVENT_TYPE or not payload.get("key"):
        return None
    said = {"text": message.get("text") or "", "blocks": message.get("blocks") or []}
    return Ours(channel, str(message["ts"]), str(payload["key"]), payload, said)
