"""The schema is brought up while others are at work: nobody waits behind it, and what runs goes on."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from bot.config import ROOT
from bot.errors import StoreError
from bot.store.database import SCHEMA, Database

READ = sa.text("SELECT count(*) FROM excerpt")


@pytest.fixture
def old(empty_postgresql: str) -> Iterator[Database]:
    """A PostgreSQL as the first version left it."""
    database = Database(empty_postgresql.replace("postgresql://", "postgresql+psycopg://", 1))
    config = Config()
    config.set_main_option("script_location", str(ROOT / "bot" / "store" / "migrations"))
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    yield database
    database.close()


def test_who_reads_for_long_is_waited_for_and_others_read_meanwhile(old: Database):
    pauses = []
    reading = old.engine.connect()
    reading.execute(READ)

    def meanwhile(seconds: float) -> None:
        """While the migration has given up, everyone reads and writes as before."""
        pauses.append(seconds)
        with old.writing() as connection:
            connection.execute(sa.text("SET LOCAL lock_timeout = '100ms'"))
            connection.execute(READ)
            connection.execute(sa.text("UPDATE library SET revision = revision"))
        if len(pauses) == 3:
            reading.close()

    old.migrate(sleep=meanwhile)

    assert len(pauses) == 3
    assert old.version() == SCHEMA


def test_one_that_never_gets_its_turn_says_so_and_changes_nothing(
    old: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bot.store.database.LOCK_WAIT", 1)
    monkeypatch.setattr("bot.store.database.LOCK_ATTEMPTS", 3)
    pauses: list[float] = []
    with old.engine.connect() as reading:
        reading.execute(READ)

        with pytest.raises(StoreError, match="holds its tables for minutes; end what does"):
            old.migrate(sleep=pauses.append)

    assert len(pauses) == 3
    assert old.version() == "0001"


def test_what_the_generation_before_writes_has_its_place_in_the_new_schema(old: Database):
    before = needed(old)

    old.migrate()

    after = needed(old)
    assert {table: after[table] - before[table] for table in before} == {table: set() for table in before}


def needed(database: Database) -> dict[str, set[str]]:
    """Return the columns of each table that whoever writes a row must name."""
    inspector = sa.inspect(database.engine)
    return {
        table: {
            column["name"]
            for column in inspector.get_columns(table)
            if not column["nullable"] and column["default"] is None and not column.get("autoincrement")
        }
        for table in inspector.get_table_names()
    }
