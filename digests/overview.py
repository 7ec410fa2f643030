"""The ledger as operators see it, and what they send again."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.store.database import Database
from digests.tables import delivery, part, schedule

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


class Overview:
    """Looks at the ledger. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

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
