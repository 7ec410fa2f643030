"""Sources that people add while Briefbot runs, beside those of `config.yml`."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.source import Source
from bot.store.audit import Actor, Entry, record
from bot.store.database import Database, insert_new
from bot.store.tables import entry, followed, visit


class Followed:
    """What was added. Every method is one transaction and writes into the audit what it does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Source]:
        """Return what all workspaces added, in order of address."""
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(followed).order_by(followed.c.address)).all()
        return [_source(row) for row in rows]

    def count(self, workspace: str) -> int:
        """Return how many a workspace added."""
        wanted = sa.select(sa.func.count()).select_from(followed).where(followed.c.workspace == workspace)
        with self._database.reading() as connection:
            return int(connection.scalar(wanted) or 0)

    def adder(self, workspace: str, address: str) -> Actor | None:
        """Return who added a source, None if it is none that was added."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(followed).where(_is(workspace, address))).one_or_none()
        return Actor(row.added_by, row.added_name) if row else None

    def add(self, source: Source, by: Actor, *, now: datetime) -> bool:
        """Follow *source*; tell whether it was not followed before."""
        values = {
            "workspace": source.workspace,
            "address": source.address,
            "kind": source.kind,
            "name": source.name,
            "added_by": by.id,
            "added_name": by.name,
            "added_at": now,
        }
        with self._database.writing() as connection:
            wanted = insert_new(connection, followed).values(**values).returning(followed.c.address)
            if connection.execute(wanted).one_or_none() is None:
                return False
            record(connection, Entry(source.workspace, now, by, "source added", source.address))
        return True

    def turn(self, workspace: str, address: str, kind: str) -> None:
        """Remember what an added source is: its first visit tells."""
        with self._database.writing() as connection:
            connection.execute(followed.update().where(_is(workspace, address)).values(kind=kind))

    def remove(self, workspace: str, address: str, by: Actor, *, now: datetime) -> bool:
        """Follow a source no more; tell whether it was followed. Its documents stay."""
        with self._database.writing() as connection:
            if not connection.execute(followed.delete().where(_is(workspace, address))).rowcount:
                return False
            for table, column in ((visit, visit.c.address), (entry, entry.c.source)):
                connection.execute(table.delete().where(table.c.workspace == workspace, column == address))
            record(connection, Entry(workspace, now, by, "source removed", address))
        return True


def _is(workspace: str, address: str) -> Any:
    return (followed.c.workspace == workspace) & (followed.c.address == address)


def _source(row: sa.Row[Any]) -> Source:
    return Source(
        name=row.name,
        workspace=row.workspace,
        is_added=True,
        **{"folder": "", row.kind: row.address},
    )
