"""A backup is restored: into a store that is empty, whole or not at all, and the store learns of it.

What the file is tells the file itself. SQLite's is made ready beside its place and put there by one step.
PostgreSQL's is restored in one transaction; from before it to the end a table stands there that keeps
everybody else away.
"""

import os
import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from bot.errors import StoreError
from bot.store.backup import contents_of
from bot.store.beside import beside, put, unwritable
from bot.store.causes import explained
from bot.store.contents import Contents, Progress, check, contents, is_empty, sqlite_copy, sqlite_read
from bot.store.database import RESTORING, Database, sqlite_database
from bot.store.postgresql import Tools, run_tool, server_of
from bot.store.schema import migrate_within, refuse_newer

Learn = Callable[[sa.Connection], None]
"""Lets a store know, in a transaction, that it was restored."""

HEADS = {b"SQLite format 3\x00": "SQLite", b"PGDMP": "PostgreSQL", b'{"format"': "export"}
"""How the files begin that Briefbot writes."""

RESTORES = 7262016
"""The number of the lock that a restore into PostgreSQL holds: any, but always the same."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a backup held, and under which name that is kept which was there before, if anything was."""

    contents: Contents
    kept: Path | None = None


def kind_of(path: Path) -> str:
    """Return whose file it is: SQLite's, PostgreSQL's or an export. Raises StoreError where it is none."""
    try:
        with path.open("rb") as file:
            head = file.read(64)
    except OSError as error:
        raise StoreError(f"{path}: cannot be read ({error.strerror})") from error
    for begins, kind in HEADS.items():
        if head.startswith(begins):
            return kind
    raise StoreError(f"{path}: is no backup of Briefbot's")


def restore(
    path: Path,
    database: Database,
    *,
    replaces: bool,
    now: datetime,
    learn: Learn,
    tools: Tools,
    progress: Progress,
) -> Restored:
    """Restore the backup at *path* to where *database* is, which is not opened yet.

    Where SQLite's is not empty and the backup *replaces* it, what was there is kept beside. Raises
    StoreError, and nothing is touched, where the file is none of Briefbot's, damaged or newer than this
    program, and where the store is not empty.
    """
    kind = kind_of(path)
    if kind == "export":
        raise StoreError(f"{path}: is an export; `python -m bot import` takes it")
    if database.path:
        _refuse_other(path, kind, "SQLite")
        return _put(path, database.path, replaces=replaces, now=now, learn=learn, progress=progress)
    _refuse_other(path, kind, "PostgreSQL")
    return Restored(_loaded(path, database, learn, tools, progress))


def _refuse_other(path: Path, kind: str, wanted: str) -> None:
    if kind != wanted:
        where = "unset DATABASE_URL" if kind == "SQLite" else "set DATABASE_URL to an empty PostgreSQL"
        raise StoreError(
            f"{path}: is a backup of {kind}'s, the store here is {wanted}; {where} and restore it there;"
            " `export` and `import` go from one to the other"
        )


def _put(
    path: Path, store: Path, *, replaces: bool, now: datetime, learn: Learn, progress: Progress
) -> Restored:
    if store.exists() and path.samefile(store):
        raise StoreError(f"{path}: is the store itself; name a backup")
    with sqlite_read(path) as source:
        progress("check", 0, 0)
        check(source, str(path))
        refuse_newer(contents_of(path, name=str(path)).schema, str(path))
        is_used = _is_used(store)
        if is_used and not replaces:
            raise StoreError(f"{store}: is not empty; with --force it is kept beside under another name")
        try:
            store.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(store.parent, error) from error
        with beside(store) as part:
            sqlite_copy(source, part, progress)
            held = contents_of(part, name=str(path))
            _make_ready(part, learn)
            kept = _keep(store, now) if is_used else None
            put(part, store)
    return Restored(held, kept)


def _make_ready(part: Path, learn: Learn) -> None:
    """Migrate what is restored and let it know; it is one file then."""
    database = sqlite_database(part)
    try:
        database.migrate()
        with database.writing() as connection:
            learn(connection)
    finally:
        database.close()


def _is_used(store: Path) -> bool:
    """Tell whether there is anything in SQLite's file, which nobody may have open; it is one file then."""
    if not store.exists():
        return _has_log(store)
    if store.stat().st_size == 0:
        return False
    _fold(store)
    database = sqlite_database(store)
    try:
        with database.reading() as connection:
            used = not is_empty(connection)
    except StoreError:  # It is damaged: that is why one restores.
        used = True
    finally:
        database.close()
    return used


def _keep(store: Path, now: datetime) -> Path:
    """Keep what is there under a name of its own."""
    kept = store.with_name(f"{store.name}.before-{now:%Y%m%dT%H%M%SZ}")
    try:
        if store.exists():
            os.link(store, kept)
        for end in ("-wal", "-shm"):  # Left by who died; another file's log would spoil what comes.
            left = store.with_name(f"{store.name}{end}")
            if left.exists():
                left.rename(kept.with_name(f"{kept.name}{end}"))
    except OSError as error:
        raise unwritable(kept, error) from error
    return kept


def _fold(store: Path) -> None:
    """Fold the log beside SQLite's file into it, which SQLite does where nobody else has it open."""
    try:
        with closing(sqlite3.connect(store, timeout=1, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise StoreError(f"{store}: is in use; stop Briefbot first") from error
        raise explained(str(store), str(error)) from error
    except sqlite3.DatabaseError:
        return  # It is damaged: that is why one restores.


def _has_log(store: Path) -> bool:
    return store.with_name(f"{store.name}-wal").exists()


def _loaded(path: Path, database: Database, learn: Learn, tools: Tools, progress: Progress) -> Contents:
    with database.reading() as connection:
        tool = tools.find("pg_restore", server=server_of(connection))
    progress("check", 0, 0)
    entries = [line for line in run_tool([tool, "--list", path]).splitlines() if not _is_beside(line)]
    refuse_newer(_version(tool, path), str(path))
    run_tool([tool, "--file=/dev/null", path])  # All of it is read: what is cut off or damaged is noticed.
    with _alone(database):
        _begin(database)
        _fill(path, entries, database, tool, progress)
        with database.reading() as connection:
            held = contents(connection, name=str(path))
        with database.writing() as connection:
            migrate_within(connection)
            learn(connection)
            connection.execute(sa.text(f"DROP TABLE {RESTORING}"))
    return held


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    """Keep other restores away. Raises StoreError where one is under way."""
    with database.reading() as connection:
        connection.execute(sa.text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        if not connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(RESTORES))):
            raise StoreError(f"{database.name}: another restore is under way there; wait for it to end")
        yield


def _fill(path: Path, entries: list[str], database: Database, tool: str, progress: Progress) -> None:
    """Let pg_restore bring back the *entries* of its list that are the store's, in one transaction."""
    try:
        with tempfile.NamedTemporaryFile("w") as wanted:
            wanted.write("\n".join(entries))
            wanted.flush()
            run_tool(
                [
                    tool,
                    "--single-transaction",
                    "--exit-on-error",
                    "--no-owner",
                    "--no-privileges",
                    "--no-password",
                    f"--use-list={wanted.name}",
                    "--dbname=",  # Which one it is it learns as it does all the rest.
                    path,
                ],
                database,
                look=lambda: progress("restore", 0, 0),
            )
    except StoreError as error:
        if not _is_let_go(database):
            raise StoreError(
                f"{database.name}: a restore that was killed was still at work there; run this one again"
            ) from error
        raise


def _is_let_go(database: Database) -> bool:
    """Take the mark away where nothing was restored; where another was at it all is left for the next."""
    with database.writing() as connection:
        is_alone = sa.inspect(connection).get_table_names() == [RESTORING]
        if is_alone:
            connection.execute(sa.text(f"DROP TABLE {RESTORING}"))
    return is_alone


def _is_beside(entry: str) -> bool:
    """Tell whether an entry of pg_dump's list is of what is in every database already."""
    return any(told in entry for told in (" SCHEMA - ", " COMMENT - ", " EXTENSION - ", f" {RESTORING} "))


def _version(tool: str, path: Path) -> str:
    """Return the schema of a dump. Raises StoreError where it is of something else."""
    told = run_tool([tool, "--data-only", "--table=alembic_version", "--file=-", path])
    found = re.search(r"^COPY \S*alembic_version .*\n(\S+)$", told, re.MULTILINE)
    if not found:
        raise StoreError(f"{path}: is no store of Briefbot's")
    return found[1]


def _begin(database: Database) -> None:
    """Keep everybody else away from an empty store, without tables from here on."""
    with database.writing() as connection:
        there = sa.inspect(connection).get_table_names()
        # What stands beside the mark is of a restore that was killed.
        if RESTORING not in there and not is_empty(connection):
            raise StoreError(f"{database.name}: is not empty; restore into a new database")
        for name in there:
            connection.execute(sa.text(f'DROP TABLE "{name}" CASCADE'))
        connection.execute(sa.text(f"CREATE TABLE {RESTORING} (id integer)"))
