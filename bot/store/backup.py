"""A backup: the whole store in one file as it was at one moment, whatever is written meanwhile.

SQLite's is copied by its online backup and checked, PostgreSQL's dumped by its own pg_dump.
"""

from pathlib import Path

import sqlalchemy as sa

from bot.errors import StoreError
from bot.store.beside import beside, put, put_new, refuse_existing
from bot.store.contents import Contents, Progress, contents, sqlite_copy, sqlite_read
from bot.store.database import Database
from bot.store.postgresql import Tools, run_tool, server_of


def back_up(database: Database, path: Path, *, replaces: bool, tools: Tools, progress: Progress) -> Contents:
    """Write a backup of *database* to *path*; return what it holds.

    The file is there whole or not at all, for its owner alone. Raises StoreError where there is one already,
    unless it *replaces* that, and where anything fails.
    """
    if not replaces or path.is_dir():
        refuse_existing(path)
    if database.path:
        _refuse_own(database.path, path)
    with beside(path) as part:
        if database.path:
            with sqlite_read(database.path) as source:
                sqlite_copy(source, part, progress)
            held = contents_of(part, name=database.name)
        else:
            held = _dumped(database, part, tools, progress)
        part.chmod(0o600)
        (put if replaces else put_new)(part, path)
    return held


def _refuse_own(store: Path, path: Path) -> None:
    if not store.exists():
        raise StoreError(f"{store}: there is no store to back up")
    own = {store, *(store.with_name(f"{store.name}{end}") for end in ("-wal", "-shm"))}
    if path.resolve() in {one.resolve() for one in own}:
        raise StoreError(f"{path}: is the store itself; name another file")


def contents_of(path: Path, *, name: str) -> Contents:
    """Return what SQLite's file holds, which is nobody else's."""
    engine = sa.create_engine(f"sqlite:///file:{path}?mode=ro&immutable=1&uri=true")
    try:
        with engine.connect() as connection:
            return contents(connection, name=name)
    finally:
        engine.dispose()


def _dumped(database: Database, part: Path, tools: Tools, progress: Progress) -> Contents:
    with database.reading() as connection:
        held = contents(connection, name=database.name)
        dump = tools.find("pg_dump", server=server_of(connection))
        connection.execute(sa.text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        view = str(connection.scalar(sa.text("SELECT pg_export_snapshot()")))
        own = ["--format=custom", "--no-owner", "--no-privileges", "--no-password"]
        run_tool(
            [dump, *own, f"--snapshot={view}", f"--file={part}"],
            database,
            look=lambda: progress("dump", part.stat().st_size if part.exists() else 0, 0),
        )
    return held
