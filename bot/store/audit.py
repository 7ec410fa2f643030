"""The audit: who did what others notice, when, and on what."""

from collections.abc import Sequence
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

    @property
    def told(self) -> str:
        """The name with the id: names are chosen by those who bear them."""
        return f"{self.name} ({self.id})"


@dataclass(frozen=True, slots=True)
class Entry:
    """One act. `on` names what it was done to, never with what stands in it."""

    workspace: str
    at: datetime
    who: Actor
    what: str
    on: str


def told(entries: Sequence[Entry]) -> str:
    """Return a line for each act, as operators read it in a terminal."""
    lines = [
        f"{one.at:%Y-%m-%d %H:%M}Z  {one.workspace:<11}  {one.what:<14}  {one.who.told}  {one.on}"
        for one in entries
    ]
    # A name may hold what a terminal would obey.
    shown = ("".join(one if one.isprintable() else "�" for one in line) for line in lines)
    return "\n".join(shown) or "audit: nothing yet"


class Audit:
    """What was done. Every datetime is UTC-aware."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self, *, limit: int | None, workspace: str | None = None) -> list[Entry]:
        """Return the last *limit* acts, or all, the newest first, of one workspace or of all."""
        wanted = sa.select(audit).order_by(audit.c.id.desc()).limit(limit)
        if workspace is not None:
            wanted = wanted.where(audit.c.workspace == workspace)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
        return [Entry(row.workspace, row.at, Actor(row.who, row.name), row.what, row.on) for row in rows]

    def forget(self, *, before: datetime, most: int) -> int:
        """Forget the oldest acts that are from *before* a moment, *most* at once; return how many."""
        with self._database.writing() as connection:
            oldest = connection.execute(sa.select(audit.c.id, audit.c.at).order_by(audit.c.id).limit(most))
            ids = [row.id for row in oldest if row.at < before]
            return connection.execute(audit.delete().where(audit.c.id.in_(ids))).rowcount


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
