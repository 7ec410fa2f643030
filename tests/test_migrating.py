"""The schema is brought up while others are at work: nobody waits behind it, and what runs goes on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
import sqlalchemy as sa
from test_serve import eventually

from bot.errors import StoreError
from bot.store.database import Database
from bot.store.schema import LOCK_PAUSE, SCHEMA, TURN_PAUSE, migrate_within, migrating

READ = sa.text("SELECT count(*) FROM excerpt")

DOCUMENT = (
    "INSERT INTO document (id, workspace, topics, content_hash, made_by, added_at, changed_at, revision)"
    " VALUES ('d', '', '[]', 'h', 'm', now(), now(), 1)"
)

IS_VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('document_by_date')"


@pytest.fixture
def old(empty_postgresql: str) -> Iterator[Database]:
    """A PostgreSQL as the first version left it."""
    database = Database(empty_postgresql.replace("postgresql://", "postgresql+psycopg://", 1))
    with database.writing() as connection:
        migrate_within(connection, "0001")
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
    assert old.schema().version == SCHEMA


def test_one_that_never_gets_its_turn_says_so_and_stops_before_what_it_cannot_have(
    old: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bot.store.schema.LOCK_WAIT", 1)
    monkeypatch.setattr("bot.store.database.LOCK_SECONDS", 3 * LOCK_PAUSE)
    pauses: list[float] = []
    with old.engine.connect() as reading:
        reading.execute(READ)

        with pytest.raises(StoreError, match="holds its tables for minutes; end what does"):
            old.migrate(sleep=pauses.append)

    assert len(pauses) == 3
    assert old.schema().version == "0007"  # The next is the first that needs what is read.


def test_an_index_is_built_while_others_write_however_long_someone_reads(old: Database):
    with ThreadPoolExecutor() as threads:
        with old.reading() as reading:
            reading.execute(READ)
            migrating_ = threads.submit(old.migrate)
            eventually(lambda: told(old, "SELECT count(*) FROM pg_stat_progress_create_index") == 1)

            with old.writing() as connection:
                connection.execute(sa.text("SET LOCAL lock_timeout = '100ms'"))
                connection.execute(sa.text(DOCUMENT))
            assert not migrating_.done()
        migrating_.result()

    assert old.schema().version == SCHEMA
    assert told(old, "SELECT count(*) FROM document") == 1


def test_an_index_whose_building_was_killed_is_built_anew(old: Database):
    with old.writing() as connection:
        connection.execute(sa.text("CREATE INDEX document_by_date ON document (date)"))
        spoil = "UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass('document_by_date')"
        connection.execute(sa.text(spoil))

    old.migrate()

    assert told(old, IS_VALID) is True


def test_a_step_that_was_killed_behind_its_index_is_done_again(old: Database):
    with migrating(old.engine) as connection:
        migrate_within(connection, "0007")
    with old.writing() as connection:
        connection.execute(sa.text("ALTER TABLE source ADD COLUMN address TEXT"))
        connection.execute(sa.text("CREATE INDEX source_by_address ON source (address)"))

    old.migrate()

    assert old.schema().version == SCHEMA


def test_one_process_migrates_and_the_others_look_again(old: Database):
    pauses: list[float] = []
    with ExitStack() as other:
        other.enter_context(migrating(old.engine))

        def look_again(seconds: float) -> None:
            pauses.append(seconds)
            if len(pauses) == 3:
                other.close()

        old.migrate(sleep=look_again)

    assert pauses == [TURN_PAUSE] * 3
    assert old.schema().version == SCHEMA


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


def told(database: Database, question: str) -> object:
    with database.reading() as connection:
        return connection.scalar(sa.text(question))
