"""All of a store as lines of JSON, and a store from them: the way from one engine to the other.

The first line tells the format, the schema, the revision and how many rows each table has; each other line is
a row. Values are as they are kept, tokens sealed. An import is one transaction: all of it, or nothing.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.errors import StoreError
from bot.store.beside import beside, put, put_new, refuse_existing
from bot.store.contents import Contents, Progress, contents, is_empty
from bot.store.database import Database
from bot.store.restore import Learn
from bot.store.schema import SCHEMA, refuse_newer
from bot.store.tables import Moment

FORMAT = "briefbot 1"
"""What the first line says first; rows that are written otherwise get another number."""

BATCH = 500
"""Rows that are read and written at once."""

LARGEST = 2**63 - 1
"""What a column of either engine holds."""

Tables = Sequence[sa.Table]
"""All tables of a store, those that others refer to first."""


def export(database: Database, path: Path, tables: Tables, *, replaces: bool, progress: Progress) -> Contents:
    """Write all rows of *tables* to *path* in one consistent view; return what the store holds.

    Raises StoreError where there is a file already, unless it *replaces* that, and where the store is of
    another version.
    """
    if not replaces or path.is_dir():
        refuse_existing(path)
    if database.path and not database.path.exists():
        raise StoreError(f"{database.path}: there is no store to export")
    with database.reading() as connection, beside(path) as part:
        held = contents(connection, name=database.name)
        refuse_newer(held.schema, database.name)
        if held.schema != SCHEMA:
            raise StoreError(f"{database.name}: has schema {held.schema}; run `python -m bot migrate` first")
        counts = {table.name: _count(connection, table) for table in tables}
        head = {"format": FORMAT, "schema": held.schema, "revision": held.revision, "rows": counts}
        written, total = 0, sum(counts.values())
        with part.open("w", encoding="utf-8", newline="\n") as file:
            part.chmod(0o600)
            file.write(f"{json.dumps(head)}\n")
            for table in tables:
                for row in _rows(connection, table):
                    file.write(f"{json.dumps(row, ensure_ascii=False, default=_told)}\n")
                    written += 1
                    if written % BATCH == 0:
                        progress("export", written, total)
        (put if replaces else put_new)(part, path)
    return held


def import_(path: Path, database: Database, tables: Tables, *, learn: Learn, progress: Progress) -> Contents:
    """Fill the store *database*, which is migrated and empty, from an export; return what it holds.

    It learns that it was restored. Raises StoreError, and nothing has been done, where the file is none or
    not whole, and where the store is not empty.
    """
    with path.open(encoding="utf-8", newline="\n") as file:
        head = _head(next(iter(_some(enumerate(islice(file, 1)), path)), (0, ""))[1], path)
        with database.writing() as connection:
            # Of two at once the second waits here, and finds what the first has brought.
            connection.execute(sa.text("UPDATE library SET revision = revision"))
            if not is_empty(connection):
                raise StoreError(f"{database.name}: is not empty; import into a new one")
            for table in reversed(tables):
                connection.execute(table.delete())
            _fill(connection, file, tables, head, path=path, progress=progress)
            _go_on_counting(connection, tables)
            _check(connection, tables, head["rows"], path)
            held = contents(connection, name=str(path))
            learn(connection)
    return held


def _count(connection: sa.Connection, table: sa.Table) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def _rows(connection: sa.Connection, table: sa.Table) -> Iterator[dict[str, Any]]:
    """Yield a table's rows in the order of their keys, few of them in memory at once."""
    wanted = sa.select(table).order_by(*table.primary_key.columns)
    with connection.execution_options(yield_per=BATCH).execute(wanted) as found:
        for row in found.mappings():
            yield {"table": table.name, **{name: value for name, value in row.items() if value is not None}}


def _told(value: object) -> str:
    """Return what JSON has no way to write."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is kept in no table")


def _head(line: str, path: Path) -> dict[str, Any]:
    try:
        head: dict[str, Any] = json.loads(line)
        if head["format"] == FORMAT and all(isinstance(count, int) for count in head["rows"].values()):
            refuse_newer(head["schema"], str(path))
            if head["schema"] == SCHEMA:
                return head
            raise StoreError(
                f"{path}: is of schema {head['schema']}, this is {SCHEMA}; export it by this version"
            )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(f"{path}: is no export of Briefbot's") from error
    raise StoreError(f"{path}: is an export of another format ({head['format']}); upgrade Briefbot")


def _fill(
    connection: sa.Connection,
    lines: Iterator[str],
    tables: Tables,
    head: Mapping[str, Any],
    *,
    path: Path,
    progress: Progress,
) -> None:
    known, total, done = {table.name: table for table in tables}, sum(head["rows"].values()), 0
    numbered = enumerate(lines, start=2)
    while some := _some(numbered, path):
        rows = [_row(line, number, known, path) for number, line in some]
        for name, group in groupby(rows, key=lambda row: row[0]):
            connection.execute(known[name].insert(), [values for _, values in group])
        done += len(rows)
        progress("import", done, total)


def _some(numbered: Iterator[tuple[int, str]], path: Path) -> list[tuple[int, str]]:
    try:
        return list(islice(numbered, BATCH))
    except UnicodeDecodeError as error:
        raise StoreError(f"{path}: is damaged: not all of it is text; nothing was imported") from error


def _row(line: str, number: int, known: Mapping[str, sa.Table], path: Path) -> tuple[str, dict[str, Any]]:
    """Return a line's table and its values, each column with one."""
    try:
        told = json.loads(line)
        table = known[told.pop("table")]
        values = {column.name: _value(column, told.pop(column.name, None)) for column in table.columns}
        if told:
            raise KeyError(next(iter(told)))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(
            f"{path}: line {number} is no row that this version knows; nothing was imported"
        ) from error
    if "\\u0000" in line and _holds_nul(values):
        raise StoreError(f"{path}: line {number} holds the character NUL; nothing was imported")
    return table.name, values


def _value(column: sa.Column[Any], told: Any) -> Any:
    """Return *told* as the driver takes it. Raises ValueError or TypeError where that cannot be."""
    if told is None:
        if not column.nullable:
            raise ValueError(column.name)
        return sa.null() if isinstance(column.type, sa.JSON) else None
    if isinstance(column.type, Moment):
        return datetime.fromisoformat(told)
    if isinstance(column.type, sa.Date):
        return date.fromisoformat(told)
    if not isinstance(column.type, sa.JSON) and not isinstance(told, column.type.python_type):
        raise TypeError(column.name)
    if isinstance(told, int) and abs(told) > LARGEST:
        raise ValueError(column.name)
    if isinstance(told, str):
        told.encode()  # Half of a pair is no character, and UnicodeEncodeError a ValueError.
    return told


def _holds_nul(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_nul, [*value, *value.values()]))
    return (
        "\0" in value if isinstance(value, str) else isinstance(value, list) and any(map(_holds_nul, value))
    )


def _go_on_counting(connection: sa.Connection, tables: Tables) -> None:
    """Let PostgreSQL's numbers go on after those that were imported."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        column = table.autoincrement_column
        if column is not None and isinstance(column.autoincrement, bool) and column.autoincrement:
            last = connection.scalar(sa.select(sa.func.max(column)))
            sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
            connection.execute(sa.select(sa.func.setval(sequence, last or 1, last is not None)))


def _check(connection: sa.Connection, tables: Tables, told: Mapping[str, int], path: Path) -> None:
    for table in tables:
        count, wanted = _count(connection, table), told.get(table.name, 0)
        if count != wanted:
            raise StoreError(
                f"{path}: is not whole: {table.name} has {count} rows of {wanted}; nothing was imported"
            )
