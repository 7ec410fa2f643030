"""A delivery and its parts, as the ledger knows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.document import new_id
from digests.schedule import Schedule

OPEN = ("due", "sending", "blocked")
"""States that a later slot may take up."""


QUIET = "quiet hours"
"""The reason of a delivery that waits for them to end."""


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a delivery; `ts` once it was posted, `doubt_since` while that is not known.

    `is_repeated` tells that it was posted once more after a doubt.
    """

    number: int
    message: dict[str, Any]
    doubt_since: datetime | None
    channel: str | None
    ts: str | None
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one attempt is to send: what arrived in a window of revisions, the first left out.

    `held_until` is when its quiet hours were over, None where it was not put off for them.
    """

    id: str
    schedule: Schedule
    slot: str
    due_at: datetime
    covers_from: int
    covers_to: int
    covers_since: datetime
    is_chosen: bool
    attempt: int
    parts: tuple[Part, ...]
    held_until: datetime | None = None

    @property
    def wanted_at(self) -> datetime:
        """From when on it is late."""
        return self.held_until or self.due_at

    def key(self, number: int) -> str:
        """Return the key of one part, the same whoever sends it."""
        return key_of(self.schedule, self.slot, number)

    def about(self, number: int) -> dict[str, Any]:
        """Return what a part tells of itself beside its key, where nobody sees it."""
        where = {"schedule": self.schedule.id, "slot": self.slot, "due": self.due_at.isoformat()}
        return {**where, "part": number, "parts": len(self.parts)}


def key_of(schedule: Schedule, slot: str, number: int) -> str:
    """Return the key of a part of what a schedule sends for a slot: it can be told without the delivery."""
    plan = schedule.plan
    return new_id("part", plan.workspace, plan.audience, schedule.id, slot, number)


@dataclass(frozen=True, slots=True)
class Content:
    """What a delivery says: its messages, and the (text hash, excerpt id) that they show.

    `themes` are those that it tells of, with the evidence that they rise, 0 where there is none.
    Without messages, `reason` tells why there is nothing to say.
    """

    messages: tuple[dict[str, Any], ...]
    shows: tuple[tuple[str, str], ...] = ()
    reason: str | None = None
    themes: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sweep:
    """A part that was posted again after a doubt: others with its key are to go."""

    delivery: Delivery
    part: Part
    sweeps: int
