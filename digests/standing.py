"""How deliveries stand: what waits and since when, of what nobody knows, what was claimed and not done."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.measure import Figure
from bot.store.database import Database
from digests.delivery import QUIET
from digests.restoration import unrecalled
from digests.schedule import is_channel
from digests.tables import delivery, part, schedule

STATES = ("due", "sending", "sent", "merged", "empty", "blocked", "left")
"""The states of deliveries, as `deliveries` tells what they mean."""

QUIET_SLACK = timedelta(minutes=5)
"""For how long after it was last put off for quiet hours a delivery is not said to wait: it is put off a
minute at a time while anything sends."""

EXPIRED = timedelta(minutes=10)
"""How long a claim has been over that any tick would have taken up since."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the deliveries of all workspaces stand. Every datetime is UTC-aware, None where there is none.

    `counts` has every state. `due_since` is when the one that waits longest fell due; quiet hours are no
    waiting. `doubted_since` is when the oldest doubt began, of `in_doubt`. `expired` claims were over for
    EXPIRED and nobody took them up. `unrecalled` audiences wait until their channels told what they were sent
    before a restore.
    """

    counts: Mapping[str, int]
    due_since: datetime | None
    in_doubt: int
    doubted_since: datetime | None
    expired: int
    unrecalled: int


def standing(database: Database, *, now: datetime) -> Standing:
    """Return how deliveries stand, read in one transaction."""
    is_open = delivery.c.state.in_(("due", "sending"))
    is_quiet = (sa.func.coalesce(delivery.c.reason, "") == QUIET) & (
        sa.func.coalesce(delivery.c.not_before, delivery.c.due_at) > now - QUIET_SLACK
    )
    counted = sa.select(delivery.c.state, sa.func.count()).group_by(delivery.c.state)
    waiting = sa.select(sa.func.min(delivery.c.due_at)).where(is_open, ~is_quiet)
    doubted = (
        sa.select(sa.func.count(delivery.c.id.distinct()), sa.func.min(part.c.doubt_since))
        .join(part, part.c.delivery_id == delivery.c.id)
        .where(is_open, part.c.doubt_since.is_not(None))
    )
    is_expired = (delivery.c.state == "sending") & (delivery.c.lease_until <= now - EXPIRED)
    with database.reading() as connection:
        counts = {state: int(count) for state, count in connection.execute(counted)}
        due_since: datetime | None = connection.execute(waiting).scalar_one()
        in_doubt, doubted_since = connection.execute(doubted).one()
        expired = connection.scalar(sa.select(sa.func.count()).select_from(delivery).where(is_expired))
        unknown = connection.scalar(sa.select(sa.func.count()).select_from(unrecalled()))
    every = {state: counts.get(state, 0) for state in STATES}
    return Standing(every, due_since, int(in_doubt), doubted_since, int(expired or 0), int(unknown or 0))


def channels(database: Database, workspaces: Collection[str]) -> list[tuple[str, str]]:
    """Return the channels that *workspaces* send to, each with its workspace, the soonest first."""
    first = sa.func.min(sa.func.coalesce(schedule.c.due_at, schedule.c.covered_at))
    sent_to = (
        sa.select(schedule.c.workspace, schedule.c.audience)
        .where(schedule.c.workspace.in_(workspaces), schedule.c.ended_at.is_(None))
        .group_by(schedule.c.workspace, schedule.c.audience)
        .order_by(first, schedule.c.audience)
    )
    with database.reading() as connection:
        return [(team, audience) for team, audience in connection.execute(sent_to) if is_channel(audience)]


def figures(found: Standing, *, now: datetime) -> list[Figure]:
    """Return what who watches is told of it."""
    return [
        Figure("briefbot_deliveries", "Deliveries by state", found.counts, label="state"),
        Figure(
            "briefbot_oldest_pending_seconds",
            "Since when the delivery that waits longest has been due; 0 where none waits",
            age(found.due_since, now),
        ),
        Figure(
            "briefbot_deliveries_in_doubt", "Deliveries of which nobody knows if they arrived", found.in_doubt
        ),
        Figure(
            "briefbot_oldest_doubt_seconds",
            "Since when the oldest of them is in doubt; 0 where none is",
            age(found.doubted_since, now),
        ),
    ]


def age(since: datetime | None, now: datetime) -> float:
    """Return the seconds *since* then, 0 where there is no then or it is ahead."""
    return max(0.0, (now - since).total_seconds()) if since else 0.0
