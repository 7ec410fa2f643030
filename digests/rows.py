"""Schedules, subscriptions and deliveries as their rows tell of them."""

from typing import Any

import sqlalchemy as sa

from digests.delivery import QUIET, Delivery, Part
from digests.schedule import Cadence, Kind, Plan, Schedule, Setter, Subscription
from digests.slots import When
from digests.tables import delivery, part, schedule


def schedule_of(row: sa.Row[Any]) -> Schedule:
    """Return the schedule that *row* of its table tells of."""
    when = When(row.weekday, row.at, row.zone) if row.at else None
    plan = Plan(
        row.workspace, row.audience, Kind(row.kind), Cadence(row.cadence), row.zone, when, tuple(row.topics)
    )
    return Schedule(
        id=row.id,
        plan=plan,
        setter=Setter(row.created_by, row.created_name),
        created_at=row.created_at,
        covered_to=row.covered_to,
        covered_at=row.covered_at,
        due_at=row.due_at,
        blocked=row.blocked,
        ended_at=row.ended_at,
    )


def subscription_of(row: sa.Row[Any], owner: Schedule) -> Subscription:
    """Return the subscription that *row* of its table tells of."""
    setter = Setter(row.created_by, row.created_name)
    return Subscription(
        row.id, row.query, row.since, setter, row.created_at, owner, is_paused=row.paused_at is not None
    )


def delivery_of(connection: sa.Connection, delivery_id: str) -> Delivery:
    """Return a delivery with its schedule and its parts."""
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
        parts=tuple(part_of(one) for one in connection.execute(parts)),
        held_until=row.not_before if row.reason == QUIET else None,
    )


def part_of(row: sa.Row[Any]) -> Part:
    """Return the part that *row* of its table tells of."""
    is_repeated = row.sweep_at is not None
    return Part(row.number, row.message, row.doubt_since, row.channel, row.ts, is_repeated)
