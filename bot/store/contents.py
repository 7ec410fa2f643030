"""What a store holds, in short, and how SQLite's file is looked at without being changed."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from bot.errors import StoreError
from bot.store.causes import explained
from bot.store.schema import version_of

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is, 0 where nobody knows."""

PAGES = 2000
"""Of SQLite's file, copied from one word of progress to the next: 8 MB."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The schema of a store, its revision, and how many documents it has."""

    schema: str
    revision: int
    documents: int


def contents(connection: sa.Connection, *, name: str) -> Contents:
    """Return what a store holds. Raises StoreError where what is called *name* is no store of Briefbot's."""
    schema = version_of(connection)
    if schema is None or not sa.inspect(connection).has_table("library"):
        raise StoreError(f"{name}: is no store of Briefbot's")
    revision = connection.scalar(sa.text("SELECT revision FROM library"))
    living = sa.text("SELECT count(*) FROM document WHERE removed_at IS NULL")
    return Contents(schema, int(revision or 0), int(connection.scalar(living) or 0))


def is_empty(connection: sa.Connection) -> bool:
    """Tell whether nothing has been put into a store, if it is one: its tables may be there."""
    inspector = sa.inspect(connection)
    there = set(inspector.get_table_names())
    if there and not {"alembic_version", "library"} <= there:
        return False
    if "library" in there and connection.scalar(sa.text("SELECT revision FROM library")):
        return False
    held = (sa.table(name) for name in there - {"alembic_version", "library"})
    one = (sa.select(sa.literal(1)).select_from(table).limit(1) for table in held)
    return not any(connection.execute(some).first() for some in one)


@contextmanager
def sqlite_read(path: Path) -> Iterator[sqlite3.Connection]:
    """Open SQLite's file to read, in one consistent view. Raises StoreError where it is none or damaged."""
    try:
        with closing(_opened(path)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise explained(str(path), str(error)) from error


def _opened(path: Path) -> sqlite3.Connection:
    for how in ("mode=ro", "immutable=1"):
        # In a folder that may not be written the file is read as it is, if nobody writes it.
        if how != "mode=ro" and path.with_name(f"{path.name}-wal").exists():
            break
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, isolation_level=None)
        try:
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM sqlite_master")  # From here on the view stands still.
        except sqlite3.OperationalError as error:
            connection.close()
            if "unable to open" not in str(error) and "readonly" not in str(error):
                raise
        except sqlite3.Error:
            connection.close()
            raise
        else:
            return connection
    raise StoreError(f"{path}: cannot be read; run this as the user that Briefbot runs as")


def sqlite_copy(source: sqlite3.Connection, path: Path, progress: Progress) -> None:
    """Copy what *source* sees into a new file at *path*, which is whole in itself, and check it."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as target:
            source.backup(
                target,
                pages=PAGES,
                progress=lambda _status, left, total: progress("copy", total - left, total),
                sleep=0.01,
            )
            target.execute("PRAGMA journal_mode = DELETE")  # No second file beside it.
            progress("check", 0, 0)
            check(target, str(path.name))
    except sqlite3.Error as error:
        raise explained(str(path), str(error)) from error


def check(connection: sqlite3.Connection, name: str) -> None:
    """Raise StoreError where SQLite finds what is called *name* damaged."""
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise StoreError(f"{name}: is damaged ({' '.join(found.split())})")
