"""The ledger in the store: what is owed, being sent and sent, and the SQL of each step.

A delivery is `due`, `sending` while someone holds its lease, and ends as `sent`, `merged` into a later
slot, `empty`, `blocked` with a reason (a later slot takes it up again), or `left` in doubt.
Who claims it gets the next `attempt`; what an older attempt writes is refused, facts excepted.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.document import new_id
from bot.store.database import Database
from digests.rows import schedule_of
from digests.schedule import Schedule
from digests.slots import Slot
from digests.tables import delivery, part, schedule, told

At = Callable[[str], None]
"""Called with the name of each point at which a process may die; does nothing but in tests."""

OPEN = ("due", "sending", "blocked")
"""States that a later slot may take up."""


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
    """What one attempt is to send. `is_late` tells that it covers more than its own slot."""

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

    def key(self, number: int) -> str:
        """Return the key of one part, the same whoever sends it."""
        plan = self.schedule.plan
        return new_id("part", plan.workspace, plan.audience, self.schedule.id, self.slot, number)


@dataclass(frozen=True, slots=True)
class Content:
    """What a delivery says: its messages, and the (text hash, excerpt id) that they show.

    Without messages, `reason` tells why there is nothing to say.
    """

    messages: tuple[dict[str, Any], ...]
    shows: tuple[tuple[str, str], ...] = ()
    reason: str | None = None


LISTED_ID = 12
"""Characters of a delivery's id as operators see and type it."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A delivery as operators see it."""

    id: str
    due_at: datetime
    audience: str
    what: str
    state: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Sweep:
    """A part that was posted again after a doubt: others with its key are to go."""

    delivery: Delivery
    part: Part
    sweeps: int


def _random_id() -> str:
    return uuid.uuid4().hex


class Deliveries:
    """The ledger. Every datetime is UTC-aware; every method is one transaction."""

    def __init__(
        self, database: Database, *, at: At = lambda _point: None, new_id: Callable[[], str] = _random_id
    ) -> None:
        """*new_id* makes the ids of deliveries, whose order tells between equals."""
        self._database = database
        self._at = at
        self._new_id = new_id

    def due(self, workspace: str, now: datetime, *, limit: int = 200) -> list[Schedule]:
        """Return schedules of which a slot has come."""
        wanted = (
            sa.select(schedule)
            .where(schedule.c.workspace == workspace, schedule.c.due_at <= now, schedule.c.ended_at.is_(None))
            .order_by(schedule.c.due_at, schedule.c.id)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [schedule_of(row) for row in connection.execute(wanted)]

    def instant(self, workspace: str, upto: int) -> list[Schedule]:
        """Return schedules of instant alerts that have not been looked at up to revision *upto*."""
        wanted = sa.select(schedule).where(
            schedule.c.workspace == workspace,
            schedule.c.cadence == "instant",
            schedule.c.ended_at.is_(None),
            schedule.c.covered_to < upto,
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
            upto = max(upto, row.covered_to)
            owed = _owed(scheduled, newest, row.covered_to, upto, row.covered_at)
            ahead = following.due if following else None
            if not self._insert_once(connection, [{**owed, "state": "due"}]):
                # It is, or was before the schedule ended and began again: go on to the next slot.
                is_same = (schedule.c.id == scheduled.id) & (schedule.c.due_at == scheduled.due_at)
                connection.execute(schedule.update().where(is_same).values(due_at=ahead))
                return False
            missed = [_owed(scheduled, slot, upto, upto, now) for slot in come[:-1]]
            if missed:
                reason = f"merged into {newest.name}"
                ends = {"state": "merged", "reason": reason, "ended_at": now}
                self._insert_once(connection, [{**slot, **ends} for slot in missed])
            _merge_open(connection, owed, now)
            _try_again(connection, scheduled)
            connection.execute(
                schedule.update()
                .where(schedule.c.id == scheduled.id)
                .values(
                    covered_to=upto,
                    covered_at=now,
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

    def counts(self) -> dict[str, int]:
        """Return how many deliveries there are in each state."""
        counted = sa.select(delivery.c.state, sa.func.count()).group_by(delivery.c.state)
        with self._database.reading() as connection:
            return {state: int(count) for state, count in connection.execute(counted)}

    def listed(self, *, limit: int) -> list[Listed]:
        """Return deliveries that have not ended well, and then the newest of the others."""
        is_open = delivery.c.state.in_(("due", "sending", "blocked", "left"))
        doubts = (
            sa.select(sa.literal(1))
            .where(part.c.delivery_id == delivery.c.id, part.c.doubt_since.is_not(None))
            .exists()
        )
        wanted = (
            sa.select(delivery, schedule.c.kind, schedule.c.cadence, doubts.label("is_doubted"))
            .join(schedule, schedule.c.id == delivery.c.schedule_id)
            .where(delivery.c.state.in_(("due", "sending", "blocked", "left", "sent", "empty")))
            .order_by(is_open.desc(), delivery.c.due_at.desc(), delivery.c.id)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [
                Listed(
                    id=row.id[:LISTED_ID],
                    due_at=row.due_at,
                    audience=row.audience,
                    what=f"{row.cadence} {row.kind}",
                    state="in doubt" if row.is_doubted and row.state in {"due", "sending"} else row.state,
                    reason=row.reason,
                )
                for row in connection.execute(wanted)
            ]

    def retry(self, listed_id: str) -> str | None:
        """Make a delivery that was blocked or left due again; return its state before, None if there is none.

        A doubt that was left is taken for answered: whoever asks for it wants it sent.
        """
        this = delivery.c.id.startswith(listed_id, autoescape=True)
        with self._database.writing() as connection:
            rows = connection.execute(sa.select(delivery).where(this).limit(2)).all()
            if len(rows) != 1:
                return None
            state: str = rows[0].state
            if state in {"blocked", "left", "due"}:
                again = {"state": "due", "not_before": None, "reason": "tried again", "ended_at": None}
                connection.execute(delivery.update().where(delivery.c.id == rows[0].id).values(**again))
            if state == "left":
                parts = part.update().where(part.c.delivery_id == rows[0].id, part.c.ts.is_(None))
                connection.execute(parts.values(doubt_since=None))
        return state

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
            return _told(connection, workspace, audience, hashes)

    def postpone(self, scheduled: Schedule, *, now: datetime, reason: str) -> None:
        """Leave a schedule that cannot be planned for an hour, visibly; the others go on."""
        with self._database.writing() as connection:
            this = schedule.update().where(schedule.c.id == scheduled.id)
            connection.execute(this.values(due_at=now + timedelta(hours=1), blocked=reason))

    def claim(self, workspace: str, now: datetime, lease: timedelta) -> Delivery | None:
        """Take the oldest delivery that is free, for as long as *lease*; None if there is none."""
        is_free = (delivery.c.state == "due") | (
            (delivery.c.state == "sending") & (delivery.c.lease_until <= now)
        )
        is_time = delivery.c.not_before.is_(None) | (delivery.c.not_before <= now)
        oldest = (
            sa.select(delivery.c.id)
            .where(delivery.c.workspace == workspace, is_free, is_time)
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
            return _delivery(connection, found)

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
            content = lay_out(_told(connection, plan.workspace, plan.audience, hashes))
            ends: dict[str, Any] = {"is_chosen": True}
            if not content.messages:
                ends |= {"state": "empty", "reason": content.reason, "ended_at": now, "lease_until": None}
            if not self._fenced(connection, claim, **ends):
                return None
            _write(connection, claim, content)
            self._at("filling")
        return content

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

    def sent(self, claim: Delivery, *, now: datetime) -> None:
        """Record the fact that all parts were posted."""
        with self._database.writing() as connection:
            connection.execute(
                delivery.update()
                .where(delivery.c.id == claim.id, delivery.c.state != "sent")
                .values(state="sent", ended_at=now, reason=None, lease_until=None)
            )
            connection.execute(
                schedule.update().where(schedule.c.id == claim.schedule.id).values(blocked=None)
            )

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
            return [Sweep(_delivery(connection, row.delivery_id), _part(row), row.sweeps) for row in rows]

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

    def _insert_once(self, connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> bool:
        """Insert what is not there yet by its unique key; tell whether all of it was new."""
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        # What was inserted comes back: PostgreSQL's driver does not count it.
        insert = dialect.insert(delivery).on_conflict_do_nothing().returning(delivery.c.id)
        made = [connection.execute(insert.values(id=self._new_id(), **row)).all() for row in rows]
        return all(made)

    def _fenced(self, connection: sa.Connection, claim: Delivery, **values: Any) -> bool:
        """Change the delivery if the claim is still the newest; tell whether it is."""
        mine = (delivery.c.id == claim.id) & (delivery.c.state == "sending") & self._is_newest(claim)
        changed = delivery.update().where(mine).values(**(values or {"attempt": delivery.c.attempt}))
        return bool(connection.execute(changed).rowcount)

    def _is_newest(self, claim: Delivery) -> sa.ColumnElement[bool]:
        """The fence: who claimed later has a higher attempt."""
        return delivery.c.attempt == claim.attempt


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
    in_hand = (
        sa.select(sa.literal(1))
        .where(part.c.delivery_id == delivery.c.id, part.c.doubt_since.is_not(None) | part.c.ts.is_not(None))
        .exists()
    )
    is_held = (delivery.c.state == "sending") & (delivery.c.lease_until > now)
    before = sa.select(delivery).where(
        delivery.c.schedule_id == owed["schedule_id"],
        delivery.c.slot != owed["slot"],
        delivery.c.state.in_(OPEN),
        ~in_hand,
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


def forget_content(connection: sa.Connection, delivery_ids: Sequence[str]) -> None:
    """Take back what deliveries were to say, of which nothing was posted: others may tell it."""
    connection.execute(told.delete().where(told.c.delivery_id.in_(delivery_ids)))
    connection.execute(part.delete().where(part.c.delivery_id.in_(delivery_ids)))


def choose_anew(connection: sa.Connection, schedule_ids: Sequence[str]) -> None:
    """Let what was chosen for schedules, and of which nothing was posted, be chosen again."""
    begun = (
        sa.select(sa.literal(1))
        .where(part.c.delivery_id == delivery.c.id, part.c.doubt_since.is_not(None) | part.c.ts.is_not(None))
        .exists()
    )
    chosen = delivery.c.schedule_id.in_(schedule_ids) & delivery.c.is_chosen & ~begun
    waiting = sa.select(delivery.c.id).where(chosen, delivery.c.state.in_(OPEN)).with_for_update()
    if ids := list(connection.scalars(waiting)):
        forget_content(connection, ids)
        # Who holds one of them has its claim no more.
        anew = {"is_chosen": False, "attempt": delivery.c.attempt + 1, "state": "due", "lease_until": None}
        connection.execute(delivery.update().where(delivery.c.id.in_(ids)).values(**anew))


def lock_audience(connection: sa.Connection, workspace: str, audience: str) -> None:
    """Let one at a time change what an audience has and is told. (SQLite's writers wait anyway.)"""
    if connection.dialect.name == "postgresql":
        key = sa.func.hashtext(f"{workspace} {audience}")
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


def _told(connection: sa.Connection, workspace: str, audience: str, hashes: Sequence[str]) -> set[str]:
    known: set[str] = set()
    for start in range(0, len(hashes), 500):
        some = list(hashes[start : start + 500])
        wanted = sa.select(told.c.text_hash).where(
            told.c.workspace == workspace, told.c.audience == audience, told.c.text_hash.in_(some)
        )
        known |= set(connection.scalars(wanted))
    return known


def _write(connection: sa.Connection, claim: Delivery, content: Content) -> None:
    plan = claim.schedule.plan
    if content.messages:
        parts = [
            {"delivery_id": claim.id, "number": number, "message": message, "sweeps": 0}
            for number, message in enumerate(content.messages, start=1)
        ]
        connection.execute(part.insert(), parts)
    if content.shows:
        whose = {"workspace": plan.workspace, "audience": plan.audience, "delivery_id": claim.id}
        connection.execute(
            told.insert(),
            [{**whose, "text_hash": text, "excerpt_id": excerpt} for text, excerpt in content.shows],
        )


def _undoubt(connection: sa.Connection, delivery_id: str, number: int) -> None:
    unsent = _is_part(delivery_id, number) & part.c.ts.is_(None)
    connection.execute(part.update().where(unsent).values(doubt_since=None))


def _is_part(delivery_id: str, number: int) -> sa.ColumnElement[bool]:
    return (part.c.delivery_id == delivery_id) & (part.c.number == number)


def _delivery(connection: sa.Connection, delivery_id: str) -> Delivery:
    row = connection.execute(sa.select(delivery).where(delivery.c.id == delivery_id)).one()
    owner = connection.execute(sa.select(schedule).where(schedule.c.id == row.schedule_id)).one()
    parts = sa.select(part).where(part.c.delivery_id == delivery_id).order_by(part.c.number)
    return Delivery(
        id=row.id,
        schedule=schedule_of(owner),
        slot=row.slot,
        due_at=row.due_at,
        covers_from=row.covers_from,
        covers_to=row.covers_to,
        covers_since=row.covers_since,
        is_chosen=row.is_chosen,
        attempt=row.attempt,
        parts=tuple(_part(one) for one in connection.execute(parts)),
    )


def _part(row: sa.Row[Any]) -> Part:
    is_repeated = row.sweep_at is not None
    return Part(row.number, row.message, row.doubt_since, row.channel, row.ts, is_repeated)
