"""What a store that was restored knows of the time that it lost, and the SQL of it.

What the backup holds as due or unsent may have been sent before the loss, and so may what arrives anew.
Nothing goes to an audience until its channel's history told what it was sent; or until it is known that this
cannot be looked up.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.store.database import Database, insert_new
from bot.store.tables import audit, document, excerpt, library
from digests.delivery import OPEN, Delivery
from digests.schedule import Cadence, Kind, Schedule
from digests.tables import delivery, part, recalled, restored, schedule

LEAP = 1_000_000
"""By so much the revisions of a restored store go on later: no number stands for what it stood for once."""

AGAIN = timedelta(days=7)
"""Of two restores no further apart, the second looks back as far as the first."""

ANEW = timedelta(days=1)
"""How long after a restore what arrives may have arrived before: sources are visited anew."""

_MOMENTS = (
    excerpt.c.added_at,
    document.c.changed_at,
    audit.c.at,
    schedule.c.created_at,
    schedule.c.covered_at,
    delivery.c.ended_at,
    part.c.doubt_since,
)


def learn(connection: sa.Connection, *, now: datetime) -> None:
    """Let a store that is being restored know it: it is another store, and looks back before it sends."""
    known = [connection.scalar(sa.select(sa.func.max(column))) for column in _MOMENTS]
    since = min([now, max((moment for moment in known if moment), default=now)])
    before = connection.execute(sa.select(restored)).one_or_none()
    if before is not None and since - before.at < AGAIN:
        since = min(since, before.since)
    held = int(connection.execute(sa.select(library.c.revision)).scalar_one())
    connection.execute(library.update().values(store_id=uuid.uuid4().hex, revision=held + LEAP))
    connection.execute(recalled.delete())
    connection.execute(restored.delete())
    values = {"id": 1, "since": since, "at": now, "held": held, "revision": held + LEAP}
    connection.execute(restored.insert().values(values))


def is_recalled(owner: sa.Table) -> sa.ColumnElement[bool]:
    """Match rows of whose audience it is settled what it was sent before a restore, if there was one."""
    looked_up = (recalled.c.workspace == owner.c.workspace) & (recalled.c.audience == owner.c.audience)
    return ~sa.exists().where(restored.c.id == 1) | sa.exists().where(looked_up).correlate(owner)


def unrecalled() -> sa.Subquery:
    """Match audiences, with their workspaces, that are owed something and of whom it is not settled yet."""
    living = schedule.c.ended_at.is_(None) & ~is_recalled(schedule)
    owed = delivery.c.state.in_(OPEN) & ~is_recalled(delivery)
    return sa.union(
        sa.select(schedule.c.workspace, schedule.c.audience).where(living),
        sa.select(delivery.c.workspace, delivery.c.audience).where(owed),
    ).subquery()


@dataclass(frozen=True, slots=True)
class Restored:
    """When a store was restored (`at`), of what it knew last: `since`, and the revision that it `held`.

    It goes on with `revision`.
    """

    since: datetime
    at: datetime
    held: int
    revision: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """A delivery of which nobody can look up whether it repeats what was sent before a restore.

    `may_be_sent` tells that all of it may have been sent; else it may hold passages that were.
    """

    may_be_sent: bool


class Restoration:
    """What was lost and is known again. Every datetime is UTC-aware; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def current(self) -> Restored | None:
        """Return the last restore, None if there was none."""
        with self.database.reading() as connection:
            return restored_in(connection)

    def waiting(self, workspace: str) -> list[str]:
        """Return audiences that something is or will be owed to, and that were not looked up since."""
        asked = unrecalled()
        with self.database.reading() as connection:
            found = connection.scalars(sa.select(asked.c.audience).where(asked.c.workspace == workspace))
            return sorted(found)

    def give_up(self, workspace: str, audience: str) -> None:
        """Remember that what an audience was sent meanwhile cannot be looked up."""
        with self.database.writing() as connection:
            settle(connection, workspace, audience, is_known=False)

    def block(self, workspace: str, audience: str, *, reason: str) -> None:
        """Show why nothing is sent to an audience yet."""
        whose = (schedule.c.workspace == workspace) & (schedule.c.audience == audience)
        with self.database.writing() as connection:
            living = schedule.update().where(whose, schedule.c.ended_at.is_(None))
            connection.execute(living.values(blocked=reason))

    def limit(self, owner: Schedule, upto: int, *, due: datetime | None) -> int:
        """Return up to which revision a delivery goes that falls due at *due*; None stands for an alert.

        What may have been sent is not mixed with what certainly was not, where it cannot be looked up.
        """
        with self.database.reading() as connection:
            lost = restored_in(connection)
            if lost is None or owner.covered_to >= lost.revision or (due and due > lost.at):
                return upto
            is_known = _is_known(connection, owner.plan.workspace, owner.plan.audience)
        return upto if is_known else min(upto, lost.revision)

    def doubt(self, claim: Delivery, *, asked_for: str) -> Doubt | None:
        """Return why a delivery may be a repeat, None where it is none.

        One whose reason is *asked_for* is wanted by somebody, whatever was sent.
        """
        plan = claim.schedule.plan
        with self.database.reading() as connection:
            lost = restored_in(connection)
            if lost is None or _is_known(connection, plan.workspace, plan.audience):
                return None
            reason = connection.scalar(sa.select(delivery.c.reason).where(delivery.c.id == claim.id))
        is_by_hand = plan.kind is Kind.ONCE and claim.due_at > lost.at
        if is_by_hand or (claim.covers_from >= lost.revision and claim.covers_since >= lost.at + ANEW):
            return None
        is_alert = plan.cadence is Cadence.INSTANT
        may_be_sent = claim.covers_from < lost.revision if is_alert else claim.due_at <= lost.at
        return Doubt(may_be_sent and reason != asked_for)


def settle(connection: sa.Connection, workspace: str, audience: str, *, is_known: bool) -> bool:
    """Remember that an audience was looked up; tell whether this is new."""
    values = {"workspace": workspace, "audience": audience, "is_known": is_known}
    new = insert_new(connection, recalled).values(values).returning(recalled.c.audience)
    return bool(connection.execute(new).all())


def _is_known(connection: sa.Connection, workspace: str, audience: str) -> bool:
    this = (recalled.c.workspace == workspace) & (recalled.c.audience == audience)
    return bool(connection.scalar(sa.select(recalled.c.is_known).where(this)))


def restored_in(connection: sa.Connection) -> Restored | None:
    """Return the last restore, None if there was none."""
    row = connection.execute(sa.select(restored)).one_or_none()
    return Restored(row.since, row.at, row.held, row.revision) if row else None
