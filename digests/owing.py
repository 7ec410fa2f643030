"""What falls due becomes a row of the ledger, once, and takes up what was missed: the SQL of it."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database, insert_new
from digests.content import forget_content, has_begun
from digests.delivery import OPEN
from digests.points import At, go_on
from digests.restoration import Restoration, is_recalled
from digests.rows import schedule_of
from digests.schedule import Kind, Schedule
from digests.slots import Slot
from digests.tables import delivery, schedule


def random_id() -> str:
    """Return an id that nobody has."""
    return uuid.uuid4().hex


class Owing:
    """Owes deliveries. Every datetime is UTC-aware; every method is one transaction."""

    def __init__(self, database: Database, *, at: At = go_on, new_id: Callable[[], str] = random_id) -> None:
        """*new_id* makes the ids of deliveries, whose order tells between equals."""
        self._database = database
        self._at = at
        self._new_id = new_id
        self.restoration = Restoration(database)

    def due(self, workspace: str, now: datetime, *, limit: int = 200) -> list[Schedule]:
        """Return schedules of which a slot has come."""
        wanted = (
            sa.select(schedule)
            .where(schedule.c.workspace == workspace, schedule.c.due_at <= now, schedule.c.ended_at.is_(None))
            .where(is_recalled(schedule))
            .order_by(schedule.c.due_at, schedule.c.id)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [schedule_of(row) for row in connection.execute(wanted)]

    def next_due(self, workspace: str, *, after: datetime, upto: datetime) -> datetime | None:
        """Return when the next slot of any schedule comes, None if none does *upto* then."""
        coming = sa.select(sa.func.min(schedule.c.due_at)).where(
            schedule.c.workspace == workspace,
            schedule.c.ended_at.is_(None),
            schedule.c.due_at > after,
            schedule.c.due_at <= upto,
        )
        with self._database.reading() as connection:
            due: datetime | None = connection.execute(coming).scalar_one()
            return due

    def instant(self, workspace: str, upto: int) -> list[Schedule]:
        """Return schedules of instant alerts that have not been looked at up to revision *upto*."""
        wanted = sa.select(schedule).where(
            schedule.c.workspace == workspace,
            schedule.c.cadence == "instant",
            schedule.c.ended_at.is_(None),
            schedule.c.covered_to < upto,
            is_recalled(schedule),
        )
        with self._database.reading() as connection:
            return [schedule_of(row) for row in connection.execute(wanted)]

    def looked(self, schedule_ids: Sequence[str], upto: int, *, now: datetime) -> None:
        """Remember that up to revision *upto* nothing calls for an alert."""
        with self._database.writing() as connection:
            connection.execute(
                schedule.update()
                .where(schedule.c.id == sa.bindparam("looked"), schedule.c.covered_to < upto)
                .values(covered_to=upto, covered_at=now),
                [{"looked": schedule_id} for schedule_id in schedule_ids],
            )

    def plan(
        self,
        scheduled: Schedule,
        come: Sequence[Slot],
        *,
        upto: int,
        now: datetime,
        following: Slot | None = None,
    ) -> bool:
        """Owe the newest of the slots that have *come*; older ones are merged into it.

        It covers what no delivery of the schedule covers, up to revision *upto*, and what open ones do.
        Returns False where it is planned already.
        """
        newest = come[-1]
        with self._database.writing() as connection:
            row = connection.execute(
                sa.select(schedule).where(schedule.c.id == scheduled.id).with_for_update()
            ).one()
            if row.ended_at is not None:
                return False
            # Who joined brings what went out to the others: an alert of that revision may come again.
            is_joined = scheduled.plan.when is None and row.covered_to < upto
            upto = max(upto, row.covered_to)
            owed = _owed(scheduled, newest, row.covered_to, upto, row.covered_at)
            ahead = following.due if following else None
            is_new = self._insert_once(connection, [{**owed, "state": "due"}])
            if not is_new and is_joined:
                owed |= {"slot": _again(connection, owed)}
                is_new = self._insert_once(connection, [{**owed, "state": "due"}])
            missed = [_owed(scheduled, slot, upto, upto, now) for slot in come[:-1]]
            if missed:
                reason = f"merged into {newest.name}"
                ends = {"state": "merged", "reason": reason, "ended_at": now}
                self._insert_once(connection, [{**slot, **ends} for slot in missed])
            if not is_new:
                # It is, or was before the schedule ended and began again: go on to the next slot.
                is_same = (schedule.c.id == scheduled.id) & (schedule.c.due_at == scheduled.due_at)
                connection.execute(schedule.update().where(is_same).values(due_at=ahead))
                return False
            _merge_open(connection, owed, now)
            _try_again(connection, scheduled)
            connection.execute(
                schedule.update()
                .where(schedule.c.id == scheduled.id)
                .values(
                    covered_to=upto,
                    covered_at=newest.due if scheduled.plan.kind is Kind.DIGEST else now,
                    due_at=ahead,
                )
            )
            self._at("planning")
        return True

    def owe_once(self, scheduled: Schedule, slot: Slot, *, covers: tuple[int, int], since: datetime) -> bool:
        """Owe what someone posts by hand; False where it was owed before, as by a second click."""
        with self._database.writing() as connection:
            owed = _owed(scheduled, slot, *covers, since)
            return self._insert_once(connection, [{**owed, "state": "due"}])

    def postpone(self, scheduled: Schedule, *, now: datetime, reason: str) -> None:
        """Leave a schedule that cannot be planned for an hour, visibly; the others go on."""
        with self._database.writing() as connection:
            this = schedule.update().where(schedule.c.id == scheduled.id)
            connection.execute(this.values(due_at=now + timedelta(hours=1), blocked=reason))

    def _insert_once(self, connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> bool:
        """Insert what is not there yet by its unique key; tell whether all of it was new."""
        insert = insert_new(connection, delivery).returning(delivery.c.id)
        made = [connection.execute(insert.values(id=self._new_id(), **row)).all() for row in rows]
        return all(made)


def _again(connection: sa.Connection, owed: Mapping[str, Any]) -> str:
    """Return the name of an alert's slot that comes again."""
    is_same = (delivery.c.slot == owed["slot"]) | delivery.c.slot.startswith(f"{owed['slot']}.")
    before = sa.select(sa.func.count()).where(delivery.c.schedule_id == owed["schedule_id"], is_same)
    return f"{owed['slot']}.{connection.execute(before).scalar_one()}"


def _owed(
    scheduled: Schedule, slot: Slot, covers_from: int, covers_to: int, since: datetime
) -> dict[str, Any]:
    return {
        "workspace": scheduled.plan.workspace,
        "audience": scheduled.plan.audience,
        "schedule_id": scheduled.id,
        "slot": slot.name,
        "due_at": slot.due,
        "covers_from": covers_from,
        "covers_to": covers_to,
        "covers_since": since,
        "is_chosen": False,
        "attempt": 0,
    }


def _merge_open(connection: sa.Connection, owed: dict[str, Any], now: datetime) -> None:
    """Let *owed* cover what the open deliveries right before it cover, and end them as merged."""
    is_held = (delivery.c.state == "sending") & (delivery.c.lease_until > now)
    before = sa.select(delivery).where(
        delivery.c.schedule_id == owed["schedule_id"],
        delivery.c.slot != owed["slot"],
        delivery.c.state.in_(OPEN),
        ~has_begun(),
        ~is_held,
    )
    covers_from, since, merged = owed["covers_from"], owed["covers_since"], []
    for row in connection.execute(
        before.order_by(delivery.c.covers_to.desc(), delivery.c.due_at.desc()).with_for_update()
    ):
        if row.covers_to == covers_from:
            covers_from, since = row.covers_from, row.covers_since
            merged.append(row.id)
    if not merged:
        return
    forget_content(connection, merged)
    connection.execute(
        delivery.update()
        .where(delivery.c.id.in_(merged))
        .values(
            state="merged",
            attempt=delivery.c.attempt + 1,
            reason=f"merged into {owed['slot']}",
            ended_at=now,
            lease_until=None,
            covers_from=delivery.c.covers_to,
        )
    )
    connection.execute(
        delivery.update()
        .where(delivery.c.schedule_id == owed["schedule_id"], delivery.c.slot == owed["slot"])
        .values(covers_from=covers_from, covers_since=since)
    )


def _try_again(connection: sa.Connection, scheduled: Schedule) -> None:
    """Make due what is blocked and could not be merged: its window is apart, or some of it was posted."""
    blocked = (delivery.c.schedule_id == scheduled.id) & (delivery.c.state == "blocked")
    connection.execute(delivery.update().where(blocked).values(state="due", not_before=None))
