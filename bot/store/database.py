"""The database behind the store: one engine, two kinds of transaction, and errors in plain words."""

import importlib
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.errors import StoreError
from bot.store.causes import BUSY_SECONDS, DAMAGED, explained
from bot.store.schema import (
    LOCK_SECONDS,
    LockedOutError,
    Schema,
    migrate_within,
    migrating,
    refuse_newer,
    schema_of,
)

CHANNEL = "briefbot_library"
"""Where PostgreSQL tells who listens that the library has changed."""

POOL = 4
"""Connections to PostgreSQL that a process keeps, and as many more at its busiest: small plans have 20."""

SQLITE = "briefbot.db"
"""SQLite's file in the folder of data."""

RESTORING = "restoring"
"""A table that stands in PostgreSQL while a backup is restored there."""

REACHED: Mapping[str, int] = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""What is asked of PostgreSQL's driver, in seconds and the last in milliseconds: a server that has gone from
the net without a word is given up after a minute, and not after hours. DATABASE_URL may say otherwise."""

CHECKED_BYTES = 64_000_000
"""SQLite files up to this size are checked whole when they are opened: a few milliseconds at most."""


class Database:
    """SQLite or PostgreSQL. Every method raises StoreError where the database fails."""

    def __init__(self, url: str | sa.URL, *, path: Path | None = None) -> None:
        """Connect lazily to *url*; *path* is SQLite's file."""
        self.path = path
        self.name = str(path) if path else "the PostgreSQL of DATABASE_URL"
        pool: dict[str, Any] = (
            {} if path else {"pool_pre_ping": True, "pool_size": POOL, "max_overflow": POOL}
        )
        reached = {} if path else {"connect_args": _unsaid(REACHED, url)}
        self.engine = sa.create_engine(url, json_deserializer=msgspec.json.decode, **pool, **reached)
        if path:
            sa.event.listen(self.engine, "connect", _set_up_sqlite)
            sa.event.listen(self.engine, "begin", _begin_sqlite)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One consistent view of the store."""
        with self._transaction(writes=False) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """All that is done within is committed at its end, or nothing of it."""
        with self._transaction(writes=True) as connection:
            yield connection

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[sa.Connection]:
        options: dict[str, bool | str] = {"writes": writes}
        if not writes and not self.path:
            options["isolation_level"] = "REPEATABLE READ"  # As SQLite's are by nature.
        with (
            self._told(),
            self.engine.connect().execution_options(**options) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell what fails within in plain words."""
        try:
            yield
        except SQLAlchemyError as error:
            cause = str(error.orig) if isinstance(error, DBAPIError) else str(error)
            raise explained(self.name, cause) from error

    def schema(self) -> Schema:
        """Return the schema that it has."""
        with self.reading() as connection:
            return schema_of(connection)

    def now(self) -> datetime | None:
        """Return the time by the server's clock; None for SQLite, which has this machine's."""
        if self.path:
            return None
        with self.reading() as connection:
            told: datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
            return told

    def migrate(self, *, sleep: Callable[[float], None] = time.sleep) -> None:
        """Bring the schema to this version of the program; does nothing where it is there already.

        On PostgreSQL others go on meanwhile: each step is a transaction of its own, and as whoever waits for
        a table makes all others wait behind, a step gives up soon and tries again. What a killed one has not
        done is done by the next.
        """
        waited = 0.0
        while waited < LOCK_SECONDS:
            try:
                return self._migrate()
            except LockedOutError as error:
                sleep(error.pause)
                waited += error.pause
        raise StoreError(
            f"{self.name}: the schema cannot be brought up, as something holds its tables for minutes; end"
            " what does (pg_stat_activity shows it), then run python -m bot migrate again"
        )

    def _migrate(self) -> None:
        with self.reading() as connection:
            schema = schema_of(connection)
            if not self.path and sa.inspect(connection).has_table(RESTORING):
                raise StoreError(f"{self.name}: a restore has begun there and not ended; run it again")
        if schema.is_strange:
            refuse_newer(schema.version, self.name)
        if not schema.lacks:
            return
        with self._told(), self.writing() if self.path else migrating(self.engine) as connection:
            migrate_within(connection)

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def insert_new(connection: sa.Connection, table: sa.Table) -> Any:
    """Return an insertion into *table* that passes over what is there already by a unique key.

    Ask it to return a column: PostgreSQL's driver does not count what was inserted.
    """
    dialect = importlib.import_module(f"sqlalchemy.dialects.{connection.dialect.name}")
    return dialect.insert(table).on_conflict_do_nothing()


def open_database(url: str, data: Path) -> Database:
    """Return the migrated database at *url*, or SQLite's in the folder *data* where *url* is ''."""
    database = connected(url, data)
    database.migrate()
    return database


def connected(url: str, data: Path) -> Database:
    """Return the same database, of whatever version it is: SQLite's file is made and checked, no more."""
    return Database(_postgresql(url)) if url else sqlite_database(_sqlite_file(data))


def as_it_stands(url: str, data: Path) -> Database:
    """Return it so that not even SQLite's file is made, as it may be where a backup is to stand."""
    return Database(_postgresql(url)) if url else sqlite_database(data / SQLITE)


def sqlite_database(path: Path) -> Database:
    """Return the database in a file of SQLite's."""
    return Database(sa.URL.create("sqlite", database=str(path)), path=path)


def _postgresql(url: str) -> str:
    """Return *url* for psycopg 3, as platforms write it or not."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in {"postgres", "postgresql", "postgresql+psycopg"}:
        raise StoreError("DATABASE_URL: is not PostgreSQL's; write postgresql://user@host/name")
    try:
        options = sa.make_url(f"postgresql+psycopg://{rest}").query
    except (SQLAlchemyError, ValueError) as error:
        raise StoreError("DATABASE_URL: cannot be read; write postgresql://user@host:5432/name") from error
    for name in options.keys() - _options():
        raise StoreError(f"DATABASE_URL: {name} is no option of PostgreSQL's; leave it out")
    return f"postgresql+psycopg://{rest}"


def _options() -> set[str]:
    """Return what an address may say behind its `?`: libpq's own, as the driver's are not text."""
    from psycopg import pq  # noqa: PLC0415 - PostgreSQL alone

    return {one.keyword.decode() for one in pq.Conninfo.get_defaults()}


def _unsaid(asked: Mapping[str, int], url: str | sa.URL) -> dict[str, int]:
    """Return what is *asked* of the driver and *url* does not say."""
    said = sa.make_url(url).query
    return {name: value for name, value in asked.items() if name not in said}


def _sqlite_file(data: Path) -> Path:
    path = data / SQLITE
    try:
        data.mkdir(parents=True, exist_ok=True)
        is_new = not path.exists() or path.stat().st_size == 0
    except OSError as error:
        raise StoreError(
            f"{data}: cannot hold the store ({error.strerror}); set BRIEFBOT_DATA to another folder"
        ) from error
    if path.is_dir():
        raise StoreError(f"{path}: is a folder where the store's file should be; move it away")
    if not is_new and path.stat().st_size <= CHECKED_BYTES:
        _check_sqlite(path)
    return path


def _check_sqlite(path: Path) -> None:
    try:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
        try:
            sound = connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
        finally:
            connection.close()
    except sqlite3.OperationalError:
        return  # Read-only or locked: not damaged, and the work to come will tell.
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        raise StoreError(f"{path}: {DAMAGED}")


def _set_up_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # We say BEGIN ourselves.
    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    connection.execute("PRAGMA foreign_keys = ON")
    _use_wal(connection)
    # NORMAL would lose confirmed commits at a power cut.
    connection.execute("PRAGMA synchronous = FULL")


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log: SQLite refuses at once, without waiting, while another does the same."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that reads first and writes later cannot wait for another writer.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
