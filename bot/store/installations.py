"""Where the app is installed by OAuth, each with its token sealed, and the SQL of it."""

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.install_tables import installation, organized


@dataclass(frozen=True, slots=True)
class Installation:
    """One installation. `owner` is the workspace's id, or the organization's where it is org-wide.

    `installed_at` is UTC-aware; `sealed_token` is the bot token as it is kept at rest.
    """

    owner: str
    enterprise: str | None
    name: str
    bot_user: str
    scopes: str
    installed_by: str
    installed_at: datetime
    sealed_token: str = field(repr=False)


class Installations:
    """Installations in the store. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, made: Installation) -> None:
        """Keep an installation, in place of an earlier one of the same owner."""
        with self._database.writing() as connection:
            _upsert(connection, installation, asdict(made))

    def find(self, workspace: str, enterprise: str = "", *, is_org_wide: bool = False) -> Installation | None:
        """Return the installation that *workspace* has itself, or else its organization; None if neither.

        With *is_org_wide* it is the organization's. That *workspace* is of *enterprise* is kept, as what is
        sent there later needs to know it.
        """
        with self._database.reading() as connection:
            same = sa.select(organized.c.enterprise).where(organized.c.workspace == workspace)
            known = connection.scalar(same)
            owners = [enterprise or known or ""] if is_org_wide else [workspace, enterprise or known or ""]
            found = _rows(connection, [owner for owner in owners if owner])
        first = next((found[owner] for owner in owners if owner in found), None)
        if first and workspace and enterprise and known != enterprise:
            self._organize(workspace, enterprise)
        return first

    def _organize(self, workspace: str, enterprise: str) -> None:
        with self._database.writing() as connection:
            _upsert(connection, organized, {"workspace": workspace, "enterprise": enterprise})

    def all(self) -> list[Installation]:
        """Return every installation."""
        with self._database.reading() as connection:
            return [_installation(row) for row in connection.execute(sa.select(installation))]

    def by_workspace(self) -> dict[str, Installation]:
        """Return the installation of each workspace that is known; its own goes before its organization's."""
        with self._database.reading() as connection:
            found = _rows(connection)
            members = connection.execute(sa.select(organized)).all()
        by_own = {owner: one for owner, one in found.items() if owner != one.enterprise}
        by_organization = {row.workspace: found[row.enterprise] for row in members if row.enterprise in found}
        return by_organization | by_own

    def remove(self, owner: str, *, until: datetime) -> bool:
        """Delete an installation, and with it its token, if it was made by *until*; tell whether it was."""
        gone = (installation.c.owner == owner) & (installation.c.installed_at <= until)
        with self._database.writing() as connection:
            return bool(connection.execute(installation.delete().where(gone)).rowcount)

    def leave(self, enterprise: str, workspaces: Sequence[str]) -> None:
        """Forget that *workspaces* are of *enterprise*, until one of them is heard of again."""
        gone = (organized.c.enterprise == enterprise) & organized.c.workspace.in_(workspaces)
        with self._database.writing() as connection:
            connection.execute(organized.delete().where(gone))

    def reseal(self, known: Installation, sealed_token: str) -> None:
        """Keep the token of *known* in another seal, unless it was installed anew meanwhile."""
        same = (installation.c.owner == known.owner) & (installation.c.sealed_token == known.sealed_token)
        with self._database.writing() as connection:
            connection.execute(installation.update().where(same).values(sealed_token=sealed_token))


def _upsert(connection: sa.Connection, table: sa.Table, values: dict[str, Any]) -> None:
    dialect = importlib.import_module(f"sqlalchemy.dialects.{connection.dialect.name}")
    insert = dialect.insert(table).values(**values)
    connection.execute(insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=values))


def _rows(connection: sa.Connection, owners: list[str] | None = None) -> Mapping[str, Installation]:
    wanted = sa.select(installation)
    if owners is not None:
        wanted = wanted.where(installation.c.owner.in_(owners))
    return {row.owner: _installation(row) for row in connection.execute(wanted)}


def _installation(row: Any) -> Installation:
    return Installation(**row._mapping)
