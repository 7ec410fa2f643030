"""What the tests make once stands for what each of them would make."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from conftest import emptied
from once import Upgrade

from bot.store.database import open_database


def migrated(url: str, folder: Path) -> Mapping[str, Sequence[Any]]:
    """Migrate an empty store; return what stands in each of its tables, and what these are."""
    database = open_database(url, folder)
    schema = sa.MetaData()
    with database.reading() as connection:
        schema.reflect(connection)
        made = {
            name: [
                [(one.name, str(one.type), one.nullable, default_of(one)) for one in table.columns],
                sorted(str((one.name, one.unique, one.columns.keys())) for one in table.indexes),
                sorted(str((one.name, type(one), one.columns.keys())) for one in table.constraints),
                [row._asdict() for row in connection.execute(sa.select(table))],
            ]
            for name, table in schema.tables.items()
        }
    database.close()
    return made


def default_of(column: sa.Column[Any]) -> str:
    """Return what the server puts where nothing is given."""
    return str(column.server_default.arg) if isinstance(column.server_default, sa.DefaultClause) else ""


def test_a_store_made_by_the_same_statements_is_what_migrations_make(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assert isinstance(command.upgrade, Upgrade)
    monkeypatch.setattr(command, "upgrade", Upgrade(command.upgrade.by_alembic))
    first = migrated(database_url, tmp_path / "first")
    if database_url:
        emptied(database_url)

    second = migrated(database_url, tmp_path / "second")

    ids = [made["library"][-1][0].pop("store_id") for made in (first, second)]
    assert ids[0] != ids[1]
    assert first == second
    assert len(first) > 20
