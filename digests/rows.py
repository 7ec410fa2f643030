"""Schedules and subscriptions as their rows tell of them."""

from typing import Any

import sqlalchemy as sa

from digests.schedule import Cadence, Kind, Plan, Schedule, Setter, Subscription
from digests.slots import When


def schedule_of(row: sa.Row[Any]) -> Schedule:
    """Return the schedule that *row* of its table tells of."""
    when = When(row.weekday, row.at, row.zone) if row.at else None
    plan = Plan(row.workspace, row.audience, Kind(row.kind), Cadence(row.cadence), row.zone, when)
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


def subscription_of(row: sa.Row[Any], schedule: Schedule) -> Subscription:
    """Return the subscription that *row* of its table tells of."""
    setter = Setter(row.created_by, row.created_name)
    return Subscription(row.id, row.query, row.since, setter, row.created_at, schedule)
