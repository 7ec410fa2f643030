"""The audit: who did what others notice, when, and on what."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.tables import audit


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: a person's id, or what acted in place of one, and the name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One act. `on` names what it was done to, never with what stands in it."""

    workspace: str
    at: datetime
    who: Actor
    what: str
    on: str


class Audit:
    """What was done. Every datetime is UTC-aware."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self, *, limit: int, workspace: str | None = None) -> list[Entry]:
        """Return the last *limit* acts, the newest first, of one workspace or of all."""
        wanted = sa.select(audit).order_by(audit.c.id.desc()).limit(limit)
        if workspace is not None:
            wanted = wanted.where(audit.c.workspace == workspace)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
        return [Entry(row.workspace, row.at, Actor(row.who, row.name), row.what, row.on) for row in rows]


def record(connection: sa.Connection, entry: Entry) -> None:
    """Write an act down in the transaction that does it."""
    connection.execute(
        audit.insert().values(
            workspace=entry.workspace,
            at=entry.at,
            who=entry.who.id,
            name=entry.who.name,
            what=entry.what,
            on=entry.on,
        )
    )
