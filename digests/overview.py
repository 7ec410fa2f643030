"""The ledger as operators see it, and what they send again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.store.audit import Actor, Entry, record
from bot.store.database import Database
from bot.store.tables import audit, followed, question
from digests.schedule import is_channel
from digests.tables import delivery, part, schedule

LISTED_ID = 12
"""Characters of a delivery's id as operators see and type it."""

RETRIED = "tried again"
"""The reason for which a delivery is due that an operator sends again."""

DOUBTED = (
    sa.select(sa.literal(1))
    .where(part.c.delivery_id == delivery.c.id, part.c.doubt_since.is_not(None))
    .exists()
)
"""Whether nobody knows if a part of a delivery arrived."""

IN_DOUBT = "in doubt"
"""What operators read in place of the state of a delivery that may have arrived and is not settled yet."""

_IS_IN_DOUBT = delivery.c.state.in_(("due", "sending")) & DOUBTED


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

    def workspaces(self) -> list[str]:
        """Return the workspaces of which anything is known: what they get, asked, added or did."""
        known = [
            sa.select(table.c.workspace).where(table.c.workspace != "")
            for table in (schedule, question, followed, audit)
        ]
        with self._database.reading() as connection:
            return sorted(connection.scalars(sa.union(*known)))

    def counts(self, workspace: str | None = None) -> dict[str, int]:
        """Return how many deliveries there are in each state, of one *workspace* if it is given."""
        counted = sa.select(delivery.c.state, sa.func.count()).where(_of(workspace))
        with self._database.reading() as connection:
            rows = connection.execute(counted.group_by(delivery.c.state))
            return {state: int(count) for state, count in rows}

    def listed(self, *, limit: int, workspace: str | None = None) -> list[Listed]:
        """Return deliveries that have not ended well, and then the newest of the others."""
        is_open = delivery.c.state.in_(("due", "sending", "blocked", "left"))
        shown = delivery.c.state.in_(("due", "sending", "blocked", "left", "sent", "empty"))
        return self._listed(_of(workspace) & shown, is_open.desc(), limit=limit)

    def in_state(self, workspace: str, state: str, *, limit: int) -> list[Listed]:
        """Return deliveries of a workspace in one state, as operators read it, the newest first."""
        is_so = _IS_IN_DOUBT if state == IN_DOUBT else (delivery.c.state == state) & ~_IS_IN_DOUBT
        return self._listed(_of(workspace) & is_so, limit=limit)

    def all(self, workspace: str) -> list[Listed]:
        """Return all deliveries of a workspace, the newest first."""
        return self._listed(_of(workspace), limit=None)

    def failed(self, workspace: str, *, limit: int) -> list[Listed]:
        """Return deliveries of a workspace that failed, or of which nobody knows, the newest first."""
        return self._listed(_has_failed(workspace), limit=limit)

    def failures(self, workspace: str) -> int:
        """Return how many those are."""
        counted = sa.select(sa.func.count()).select_from(delivery).where(_has_failed(workspace))
        with self._database.reading() as connection:
            return int(connection.execute(counted).scalar_one())

    def _listed(
        self, which: sa.ColumnElement[bool], *first: sa.ColumnElement[bool], limit: int | None
    ) -> list[Listed]:
        wanted = (
            sa.select(delivery, schedule.c.kind, schedule.c.cadence, DOUBTED.label("is_doubted"))
            .join(schedule, schedule.c.id == delivery.c.schedule_id)
            .where(which)
            .order_by(*first, delivery.c.due_at.desc(), delivery.c.id)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [
                Listed(
                    id=row.id[:LISTED_ID],
                    due_at=row.due_at,
                    audience=row.audience,
                    what=f"{row.cadence} {row.kind}",
                    state=IN_DOUBT if row.is_doubted and row.state in {"due", "sending"} else row.state,
                    reason=row.reason,
                )
                for row in connection.execute(wanted)
            ]

    def retry(self, listed_id: str, by: Actor, *, now: datetime, workspace: str | None = None) -> str | None:
        """Make a delivery that was blocked or left due again; return its state before, None if there is none.

        A doubt that was left is taken for answered: whoever asks for it wants it sent.
        """
        this = delivery.c.id.startswith(listed_id, autoescape=True) & _of(workspace)
        with self._database.writing() as connection:
            rows = connection.execute(sa.select(delivery).where(this).limit(2).with_for_update()).all()
            if len(rows) != 1:
                return None
            [row] = rows
            state: str = row.state
            if state not in {"blocked", "left", "due"} or (state == "due" and row.reason == RETRIED):
                return state
            again = {"state": "due", "not_before": None, "reason": RETRIED, "ended_at": None}
            connection.execute(delivery.update().where(delivery.c.id == row.id).values(**again))
            if state == "left":
                parts = part.update().where(part.c.delivery_id == row.id, part.c.ts.is_(None))
                connection.execute(parts.values(doubt_since=None))
            record(connection, Entry(row.workspace, now, by, "delivery retried", _on(row)))
        return state


def _of(workspace: str | None) -> sa.ColumnElement[bool]:
    return sa.true() if workspace is None else delivery.c.workspace == workspace


def _has_failed(workspace: str) -> sa.ColumnElement[bool]:
    return _of(workspace) & (delivery.c.state.in_(("blocked", "left")) | _IS_IN_DOUBT)


def _on(row: sa.Row[Any]) -> str:
    """Name a delivery; for whom one of a person's is, is nobody's business."""
    told = f"{row.id[:LISTED_ID]}, due {row.due_at:%Y-%m-%d %H:%M}Z"
    return f"{row.audience}, {told}" if is_channel(row.audience) else told
