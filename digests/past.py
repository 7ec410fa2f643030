"""The digests that an audience had: what they said, and of which themes they told."""

import html
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.errors import BotError
from bot.store.database import Database
from digests.content import has_words
from digests.schedule import CHANNELS
from digests.tables import delivery, part, schedule, theme

GONE = "That digest is kept no more."
"""What is said of one that was forgotten."""

LATELY = timedelta(weeks=3)
"""How far back evidence is remembered."""


@dataclass(frozen=True, slots=True)
class Told:
    """When a theme was last told of, and the greatest evidence for its rise in the past weeks."""

    at: datetime
    evidence: float


@dataclass(frozen=True, slots=True)
class PastDigest:
    """A digest that was sent."""

    id: str
    audience: str
    slot: str
    due_at: datetime
    messages: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """A digest that a channel was sent, as a list tells of it: `says` is its first message in short."""

    id: str
    due_at: datetime
    channel: str
    what: str
    says: str
    set_up_by: str


class Past:
    """Past digests in the store. Every datetime is UTC-aware."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def themes(self, workspace: str, audience: str, *, before: datetime) -> dict[str, Told]:
        """Return the themes of an audience's digests that fell due before a moment."""
        lately = delivery.c.due_at >= before - LATELY
        evidence = sa.func.max(sa.case((lately, theme.c.evidence), else_=0.0))
        wanted = (
            sa.select(theme.c.name, sa.func.max(delivery.c.due_at), evidence)
            .join(delivery, delivery.c.id == theme.c.delivery_id)
            .where(_whose(workspace, audience), delivery.c.due_at < before)
            .group_by(theme.c.name)
        )
        with self._database.reading() as connection:
            return {name: Told(at, evidence) for name, at, evidence in connection.execute(wanted)}

    def digests(self, workspace: str, audience: str, *, limit: int = 20) -> list[PastDigest]:
        """Return the newest digests that an audience was sent, the last first."""
        wanted = (
            sa.select(delivery)
            .join(schedule, schedule.c.id == delivery.c.schedule_id)
            .where(_whose(workspace, audience), delivery.c.state == "sent", has_words())
            .where(schedule.c.kind.in_(("digest", "once")))
            .order_by(delivery.c.due_at.desc(), delivery.c.id)
            .limit(limit)
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
            return [self._digest(connection, row) for row in rows]

    def of_channels(self, workspace: str, *, limit: int | None) -> list[Sent]:
        """Return the newest digests that channels of a workspace were sent, the last first."""
        newest = (
            sa.select(delivery, schedule.c.kind, schedule.c.cadence, schedule.c.created_name)
            .join(schedule, schedule.c.id == delivery.c.schedule_id)
            .where(delivery.c.workspace == workspace, delivery.c.state == "sent")
            .where(sa.func.substr(delivery.c.audience, 1, 1).in_(CHANNELS))
            .where(schedule.c.kind.in_(("digest", "once")))
            .order_by(delivery.c.due_at.desc(), delivery.c.id)
            .limit(limit)
            .subquery()  # Else each message there is would be read to find the newest.
        )
        says = part.c.message["text"].as_string().label("says")
        wanted = (
            sa.select(newest, says)
            .join(part, (part.c.delivery_id == newest.c.id) & (part.c.number == 1))
            .order_by(newest.c.due_at.desc(), newest.c.id)
        )
        with self._database.reading() as connection:
            return [
                Sent(
                    row.id,
                    row.due_at,
                    row.audience,
                    "posted by hand" if row.kind == "once" else f"{row.cadence} {row.kind}",
                    html.unescape(row.says),  # Which is kept as Slack parses it.
                    row.created_name,
                )
                for row in connection.execute(wanted)
            ]

    def digest(self, workspace: str, delivery_id: str) -> PastDigest:
        """Return a digest that was sent. Raises BotError where it is not known, or its words are not."""
        this = (delivery.c.workspace == workspace) & (delivery.c.id == delivery_id)
        with self._database.reading() as connection:
            row = connection.execute(sa.select(delivery).where(this, has_words())).one_or_none()
            if row is None:
                raise BotError(GONE)
            return self._digest(connection, row)

    def at(self, workspace: str, audience: str, due_at: datetime) -> PastDigest | None:
        """Return what an audience was sent, or is to be sent, for a moment.

        Raises BotError where it was sent and its words are kept no more.
        """
        wanted = (
            sa.select(delivery)
            .join(schedule, schedule.c.id == delivery.c.schedule_id)
            .where(_whose(workspace, audience), delivery.c.due_at == due_at, delivery.c.is_chosen)
            .where(schedule.c.kind == "digest")
            .limit(1)
        )
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
            kept = self._digest(connection, row) if row else None
        if row and kept and row.state == "sent" and not kept.messages:
            raise BotError(GONE)
        return kept

    def workspace_of(self, audience: str) -> str:
        """Return the workspace in which an audience is known, '' if in none."""
        known = sa.select(schedule.c.workspace).where(schedule.c.audience == audience).limit(1)
        with self._database.reading() as connection:
            return connection.scalar(known) or ""

    def _digest(self, connection: sa.Connection, row: sa.Row[Any]) -> PastDigest:
        said = sa.select(part.c.message).where(part.c.delivery_id == row.id).order_by(part.c.number)
        return PastDigest(row.id, row.audience, row.slot, row.due_at, tuple(connection.scalars(said)))


def _whose(workspace: str, audience: str) -> sa.ColumnElement[bool]:
    return (delivery.c.workspace == workspace) & (delivery.c.audience == audience)
