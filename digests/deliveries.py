"""The ledger in the store: what is owed, being sent and sent, and the SQL of each step.

A delivery is `due`, `sending` while someone holds its lease, and ends as `sent`, `merged` into a later
slot, `empty`, `blocked` with a reason (a later slot takes it up again), or `left` in doubt.
Who claims it gets the next `attempt`; what an older attempt writes is refused, facts excepted.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database
from digests.content import forget_content, lock_audience, told_among, write_content
from digests.delivery import Content, Delivery, Part, Sweep
from digests.points import At, go_on
from digests.restoration import is_recalled
from digests.rows import delivery_of, part_of
from digests.tables import delivery, part, schedule, told


class Deliveries:
    """The ledger. Every datetime is UTC-aware; every method is one transaction."""

    def __init__(self, database: Database, *, at: At = go_on) -> None:
        self._database = database
        self._at = at

    def outcome(self, workspace: str, audience: str, *, slot: str) -> tuple[str, str | None] | None:
        """Return the state of an audience's delivery, and its reason; None if there is none."""
        this = (
            (delivery.c.workspace == workspace)
            & (delivery.c.audience == audience)
            & (delivery.c.slot == slot)
        )
        with self._database.reading() as connection:
            row = connection.execute(sa.select(delivery).where(this)).one_or_none()
        return (row.state, row.reason) if row else None

    def again(self, workspace: str, audience: str, *, slot: str) -> None:
        """Make an audience's delivery due again if it is blocked."""
        this = (
            (delivery.c.workspace == workspace)
            & (delivery.c.audience == audience)
            & (delivery.c.slot == slot)
        )
        with self._database.writing() as connection:
            blocked = delivery.update().where(this, delivery.c.state == "blocked")
            connection.execute(blocked.values(state="due", not_before=None))

    def told(self, workspace: str, audience: str, hashes: Sequence[str]) -> set[str]:
        """Return those of *hashes* whose text an audience was told."""
        with self._database.reading() as connection:
            return told_among(connection, workspace, audience, hashes)

    def claim(self, workspace: str, now: datetime, lease: timedelta) -> Delivery | None:
        """Take the oldest delivery that is free, for as long as *lease*; None if there is none."""
        is_free = (delivery.c.state == "due") | (
            (delivery.c.state == "sending") & (delivery.c.lease_until <= now)
        )
        is_time = delivery.c.not_before.is_(None) | (delivery.c.not_before <= now)
        oldest = (
            sa.select(delivery.c.id)
            .where(delivery.c.workspace == workspace, is_free, is_time, is_recalled(delivery))
            .order_by(delivery.c.due_at, delivery.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        with self._database.writing() as connection:
            found = connection.scalar(oldest)
            if found is None:
                return None
            connection.execute(
                delivery.update()
                .where(delivery.c.id == found)
                .values(state="sending", attempt=delivery.c.attempt + 1, lease_until=now + lease)
            )
            return delivery_of(connection, found)

    def fill(
        self,
        claim: Delivery,
        hashes: Sequence[str],
        lay_out: Callable[[set[str]], Content],
        *,
        now: datetime,
    ) -> Content | None:
        """Store what the delivery says, laid out by who knows which of *hashes* its audience was told.

        Returns None where the claim is lost. Nothing to say ends the delivery as empty.
        """
        plan = claim.schedule.plan
        with self._database.writing() as connection:
            # What two deliveries of an audience match is told by one.
            lock_audience(connection, plan.workspace, plan.audience)
            content = lay_out(told_among(connection, plan.workspace, plan.audience, hashes))
            ends: dict[str, Any] = {"is_chosen": True}
            if not content.messages:
                ends |= {"state": "empty", "reason": content.reason, "ended_at": now, "lease_until": None}
            if not self._fenced(connection, claim, **ends):
                return None
            write_content(connection, claim, content)
            self._at("filling")
        return content

    def about(self, claim: Delivery, one: Part) -> dict[str, Any]:
        """Return what a part tells beside its key, for who has lost this store: its slot, and what it told.

        `tells` has the text hash of each excerpt that it shows, by the excerpt's id.
        """
        wanted = sa.select(told.c.excerpt_id, told.c.text_hash).where(told.c.delivery_id == claim.id)
        with self._database.reading() as connection:
            shown = connection.execute(wanted).all()
        said, is_last = str(one.message), one.number == len(claim.parts)
        others = "" if not is_last else str([part.message for part in claim.parts[:-1]])
        tells = {
            row.excerpt_id: row.text_hash
            for row in shown
            if row.excerpt_id in said or (is_last and row.excerpt_id not in others)
        }
        return claim.about(one.number) | {"tells": tells}

    def intend(self, claim: Delivery, number: int, *, now: datetime, sweep_at: datetime | None) -> bool:
        """Say, before the call, that a part may be posted from *now* on; False where the claim is lost."""
        with self._database.writing() as connection:
            if not self._fenced(connection, claim):
                return False
            values = {"doubt_since": now} | ({"sweep_at": sweep_at, "sweeps": 0} if sweep_at else {})
            unsent = _is_part(claim.id, number) & part.c.ts.is_(None)
            return bool(connection.execute(part.update().where(unsent).values(**values)).rowcount)

    def posted(self, claim: Delivery, number: int, *, channel: str, ts: str) -> str:
        """Record the fact that a part was posted; return the `ts` that counts, which is the first told."""
        this = _is_part(claim.id, number)
        with self._database.writing() as connection:
            connection.execute(
                part.update()
                .where(this, part.c.ts.is_(None))
                .values(channel=channel, ts=ts, doubt_since=None)
            )
            first: str = connection.execute(sa.select(part.c.ts).where(this)).scalar_one()
            self._at("recording")
        return first

    def sent(self, claim: Delivery, *, now: datetime) -> bool:
        """Record the fact that all parts were posted; tell whether it was none before."""
        with self._database.writing() as connection:
            changed = connection.execute(
                delivery.update()
                .where(delivery.c.id == claim.id, delivery.c.state != "sent")
                .values(state="sent", ended_at=now, reason=None, lease_until=None)
            )
            connection.execute(
                schedule.update().where(schedule.c.id == claim.schedule.id).values(blocked=None)
            )
        return bool(changed.rowcount)

    def put_back(
        self, claim: Delivery, *, not_before: datetime | None, reason: str | None, denied: int | None = None
    ) -> None:
        """Give the lease back. *denied* is the part that was certainly not posted: no doubt is left of it."""
        with self._database.writing() as connection:
            back = {"state": "due", "lease_until": None, "not_before": not_before, "reason": reason}
            if self._fenced(connection, claim, **back) and denied is not None:
                _undoubt(connection, claim.id, denied)

    def block(self, claim: Delivery, *, reason: str, now: datetime, denied: int | None = None) -> None:
        """End it for now, visibly. *denied* is the part that was certainly not posted."""
        with self._database.writing() as connection:
            ends = {"state": "blocked", "lease_until": None, "reason": reason, "ended_at": now}
            if self._fenced(connection, claim, **ends):
                if denied is not None:
                    _undoubt(connection, claim.id, denied)
                blocked = schedule.update().where(schedule.c.id == claim.schedule.id)
                connection.execute(blocked.values(blocked=reason))

    def unblock(self, workspace: str, reasons: Sequence[str]) -> None:
        """Make due again what was blocked for one of *reasons*, which are no more."""
        with self._database.writing() as connection:
            blocked = (
                (delivery.c.workspace == workspace)
                & (delivery.c.state == "blocked")
                & delivery.c.reason.in_(reasons)
            )
            connection.execute(delivery.update().where(blocked).values(state="due", not_before=None))

    def leave(self, claim: Delivery, *, reason: str, now: datetime) -> None:
        """End it in doubt: nobody can tell whether it was posted, and it is not to be repeated."""
        with self._database.writing() as connection:
            ends = {"state": "left", "lease_until": None, "reason": reason, "ended_at": now}
            self._fenced(connection, claim, **ends)

    def drop(self, claim: Delivery, *, reason: str, now: datetime) -> None:
        """End it as empty: its schedule is no more, and nothing of it was posted."""
        with self._database.writing() as connection:
            ends = {"state": "empty", "lease_until": None, "reason": reason, "ended_at": now}
            if self._fenced(connection, claim, **ends):
                forget_content(connection, [claim.id])

    def sweeps(self, now: datetime, *, limit: int = 50) -> list[Sweep]:
        """Return parts that were posted again and are to be looked after."""
        wanted = sa.select(part).where(part.c.sweep_at <= now, part.c.ts.is_not(None)).limit(limit)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
            return [Sweep(delivery_of(connection, row.delivery_id), part_of(row), row.sweeps) for row in rows]

    def swept(self, sweep: Sweep, *, again_at: datetime | None, counts: bool = True) -> None:
        """Remember that a part was looked after, and when to do it *again*."""
        values = {"sweep_at": again_at, "sweeps": part.c.sweeps + int(counts)}
        with self._database.writing() as connection:
            connection.execute(
                part.update().where(_is_part(sweep.delivery.id, sweep.part.number)).values(**values)
            )

    def direct_channel(self, workspace: str, user: str) -> str | None:
        """Return the channel in which a person was reached before."""
        known = (
            sa.select(part.c.channel)
            .join(delivery, delivery.c.id == part.c.delivery_id)
            .where(delivery.c.workspace == workspace, delivery.c.audience == user)
            .where(part.c.channel.is_not(None))
            .limit(1)
        )
        with self._database.reading() as connection:
            channel: str | None = connection.scalar(known)
        return channel

    def _fenced(self, connection: sa.Connection, claim: Delivery, **values: Any) -> bool:
        """Change the delivery if the claim is still the newest; tell whether it is."""
        mine = (delivery.c.id == claim.id) & (delivery.c.state == "sending") & self._is_newest(claim)
        changed = delivery.update().where(mine).values(**(values or {"attempt": delivery.c.attempt}))
        return bool(connection.execute(changed).rowcount)

    def _is_newest(self, claim: Delivery) -> sa.ColumnElement[bool]:
        """The fence: who claimed later has a higher attempt."""
        return delivery.c.attempt == claim.attempt


def _undoubt(connection: sa.Connection, delivery_id: str, number: int) -> None:
    unsent = _is_part(delivery_id, number) & part.c.ts.is_(None)
    connection.execute(part.update().where(unsent).values(doubt_since=None))


def _is_part(delivery_id: str, number: int) -> sa.ColumnElement[bool]:
    return (part.c.delivery_id == delivery_id) & (part.c.number == number)
