"""What an audience was sent in the time that a restore lost, recorded as its channel's history has it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from bot.document import new_id
from bot.store.database import Database, insert_new
from digests.content import choose_anew, lock_audience
from digests.delivery import OPEN, key_of
from digests.histories import Ours
from digests.restoration import Restored, restored_in, settle
from digests.rows import schedule_of
from digests.schedule import Cadence, Kind, Schedule
from digests.slots import slots
from digests.tables import delivery, part, schedule, told

ALERTS, PARTS = 500, 4
"""Lost alerts of one schedule, and parts of one, whose keys are tried where a message names no slot."""

FOUND = "found in the channel's history after a restore"
"""Why a delivery counts as sent that the backup did not know as such."""


def recollect(database: Database, workspace: str, audience: str, found: Iterable[Ours]) -> None:
    """Record what an audience was sent, in one transaction; nothing if another process has.

    Deliveries whose words the backup has go on where they broke off. Of the others, what they told is known
    from then on; of one that broke off, the next tells the rest.
    """
    with database.writing() as connection:
        lock_audience(connection, workspace, audience)
        lost = restored_in(connection)
        if lost is None or not settle(connection, workspace, audience, is_known=True):
            return
        whose = (schedule.c.workspace == workspace) & (schedule.c.audience == audience)
        owners = {row.id: schedule_of(row) for row in connection.execute(sa.select(schedule).where(whose))}
        sent = _deliveries(found, _keys(connection, owners.values(), lost))
        for unknown in {one.schedule_id for one in sent} - owners.keys():
            owners[unknown] = _lost_schedule(connection, unknown, workspace, audience, lost)
        broken = {one.schedule_id for one in sent if not one.is_whole}
        rows = [_row(connection, one) for one in sent]
        for one, row in zip(sent, rows, strict=True):
            if row is not None and row.is_chosen:
                _arrived(connection, row, one)
        # What is chosen and was not sent may have been told by what was.
        choose_anew(connection, list(owners))
        for one, row in zip(sent, rows, strict=True):
            owner, is_whole = owners[one.schedule_id], one.schedule_id not in broken
            if row is None:
                delivery_id = _write_new(connection, one, owner, lost, is_whole=is_whole)
            else:
                delivery_id = row.id
                if not row.is_chosen:
                    _write_known(connection, one, row, is_whole=is_whole)
            _tell(connection, one, owner, delivery_id)


@dataclass(frozen=True, slots=True)
class _Slot:
    """Which part of which delivery a message is."""

    schedule_id: str
    slot: str
    due: datetime
    number: int
    parts: int


@dataclass(frozen=True, slots=True)
class _Sent:
    """A delivery as it stands in a channel: its parts that were found, of so many."""

    schedule_id: str
    slot: str
    due: datetime
    parts: int
    found: Mapping[int, Ours]

    @property
    def is_whole(self) -> bool:
        """Tell whether all of it arrived."""
        return len(self.found) >= self.parts

    @property
    def ended(self) -> dict[str, Any]:
        """What the ledger holds of it."""
        last = max(float(one.ts) for one in self.found.values())
        ended = {"ended_at": datetime.fromtimestamp(last, UTC), "lease_until": None, "not_before": None}
        return {"state": "sent", "reason": FOUND, "is_chosen": True, **ended}


def _deliveries(found: Iterable[Ours], keys: Mapping[str, _Slot]) -> list[_Sent]:
    """Return what was sent, the earliest first."""
    placed = sorted(((_slot_of(one, keys), one) for one in found), key=_order)
    sent = []
    for (schedule_id, slot), pairs in groupby(placed, key=lambda pair: (pair[0].schedule_id, pair[0].slot)):
        members = list(pairs)
        parts = {place.number: one for place, one in reversed(members)}  # The earlier of two counts.
        first = members[0][0]
        sent.append(_Sent(schedule_id, slot, first.due, first.parts, parts))
    return sorted(sent, key=lambda one: (one.due, one.slot))


def _order(pair: tuple[_Slot, Ours]) -> tuple[str, str, int, float]:
    place, one = pair
    return place.schedule_id, place.slot, place.number, float(one.ts)


def _slot_of(one: Ours, keys: Mapping[str, _Slot]) -> _Slot:
    """Return which part it is, as its metadata say, or as its key does where they do not."""
    about = one.about
    try:
        due = datetime.fromisoformat(about["due"]).astimezone(UTC)
        number, parts = int(about["part"]), int(about["parts"])
        return _Slot(str(about["schedule"])[:16], str(about["slot"])[:32], due, number, parts)
    except (KeyError, TypeError, ValueError):
        at = datetime.fromtimestamp(float(one.ts), UTC)
        return keys.get(one.key) or _Slot(new_id("lost", one.channel), one.key[:32], at, 1, 1)


def _keys(connection: sa.Connection, owners: Iterable[Schedule], lost: Restored) -> dict[str, _Slot]:
    """Return the keys of what may have been sent: messages of earlier versions say no more."""
    keys = {}
    for owner in owners:
        is_open = (delivery.c.schedule_id == owner.id) & delivery.c.state.in_(OPEN)
        names = {
            row.slot: row.due_at
            for row in connection.execute(sa.select(delivery.c.slot, delivery.c.due_at).where(is_open))
        }
        if owner.plan.when:
            around = slots(owner.plan.when, lost.since - timedelta(days=1), lost.at)
            names |= {one.name: one.due for one in around}
        elif owner.plan.cadence is Cadence.INSTANT:
            names |= {f"r{lost.held + more}": lost.at for more in range(1, ALERTS)}
        for name, due in names.items():
            for number in range(1, PARTS + 1):
                keys[key_of(owner, name, number)] = _Slot(owner.id, name, due, number, 1)
    return keys


def _row(connection: sa.Connection, one: _Sent) -> sa.Row[Any] | None:
    this = (delivery.c.schedule_id == one.schedule_id) & (delivery.c.slot == one.slot)
    return connection.execute(sa.select(delivery).where(this).with_for_update()).one_or_none()


def _arrived(connection: sa.Connection, row: sa.Row[Any], one: _Sent) -> None:
    """Record which parts arrived of a delivery whose words the backup has; the others are still to come."""
    for number, ours in one.found.items():
        this = (part.c.delivery_id == row.id) & (part.c.number == number) & part.c.ts.is_(None)
        fact = {"channel": ours.channel, "ts": ours.ts, "doubt_since": None}
        connection.execute(part.update().where(this).values(fact))
    missing = sa.select(sa.func.count()).where(part.c.delivery_id == row.id, part.c.ts.is_(None))
    if row.state != "sent" and not connection.scalar(missing):
        connection.execute(delivery.update().where(delivery.c.id == row.id).values(one.ended))


def _write_new(
    connection: sa.Connection, one: _Sent, owner: Schedule, lost: Restored, *, is_whole: bool
) -> str:
    """Record a delivery that the backup does not know; return its id.

    One that is whole told what the backup holds: the next begins there.
    """
    this = schedule.c.id == owner.id
    covered = connection.execute(sa.select(schedule).where(this)).one()
    begins = covered.covered_to
    ends = max(begins, lost.held) if is_whole else begins
    values = {
        "id": new_id("found", owner.id, one.slot),
        "workspace": owner.plan.workspace,
        "audience": owner.plan.audience,
        "schedule_id": owner.id,
        "slot": one.slot,
        "due_at": one.due,
        "covers_from": begins,
        "covers_to": ends,
        "covers_since": covered.covered_at,
        "attempt": 0,
        **one.ended,
    }
    connection.execute(delivery.insert().values(values))
    _write_parts(connection, one, values["id"])
    if is_whole and owner.plan.kind is not Kind.ONCE:
        reached = {"covered_to": ends, "covered_at": max(covered.covered_at, one.due)}
        connection.execute(schedule.update().where(this).values(reached))
    return str(values["id"])


def _write_known(connection: sa.Connection, one: _Sent, row: sa.Row[Any], *, is_whole: bool) -> None:
    """Record a delivery of which the backup knows no words. If it broke off, its window is open again."""
    values = {**one.ended, "attempt": row.attempt + 1}
    if not is_whole:
        values |= {"covers_to": row.covers_from}
        later = (schedule.c.id == row.schedule_id) & (schedule.c.covered_to > row.covers_from)
        back = {"covered_to": row.covers_from, "covered_at": row.covers_since}
        connection.execute(schedule.update().where(later).values(back))
    connection.execute(delivery.update().where(delivery.c.id == row.id).values(values))
    _write_parts(connection, one, row.id)


def _write_parts(connection: sa.Connection, one: _Sent, delivery_id: str) -> None:
    parts = [
        {
            "delivery_id": delivery_id,
            "number": number,
            "message": ours.message,
            "sweeps": 0,
            "channel": ours.channel,
            "ts": ours.ts,
        }
        for number, ours in one.found.items()
    ]
    connection.execute(part.insert(), parts)


def _tell(connection: sa.Connection, one: _Sent, owner: Schedule, delivery_id: str) -> None:
    """Remember what its audience was told."""
    whose = {"workspace": owner.plan.workspace, "audience": owner.plan.audience, "delivery_id": delivery_id}
    for ours in one.found.values():
        tells = ours.about.get("tells")
        for excerpt_id, text_hash in tells.items() if isinstance(tells, dict) else ():
            row = {**whose, "text_hash": str(text_hash)[:64], "excerpt_id": str(excerpt_id)[:16]}
            connection.execute(insert_new(connection, told).values(row))


def _lost_schedule(
    connection: sa.Connection, lost_id: str, workspace: str, audience: str, lost: Restored
) -> Schedule:
    """Return what stands for a schedule that was set up in the lost time: one that has ended.

    Whoever sets the same up again begins it again.
    """
    values = {
        "id": lost_id,
        "workspace": workspace,
        "audience": audience,
        "kind": Kind.ONCE,
        "cadence": Cadence.ONCE,
        "zone": "UTC",
        "topics": [],
        "created_by": "",
        "created_name": "before a restore",
        "created_at": lost.at,
        "covered_to": lost.held,
        "covered_at": lost.since,
        "ended_at": lost.at,
    }
    connection.execute(insert_new(connection, schedule).values(values))
    return schedule_of(connection.execute(sa.select(schedule).where(schedule.c.id == lost_id)).one())
