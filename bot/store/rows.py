"""Many rows into a table at once: what SQLAlchemy does for each takes longer than what the database does."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

Value = Callable[[Any], Any]


def insert_rows(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert *rows*, which all have the same columns, two at least."""
    if not rows:
        return
    names = [column.name for column in table.c if column.name in rows[0]]  # The order of an insertion's.
    columns: list[Iterable[Any]] = list(zip(*map(itemgetter(*names), rows), strict=True))
    for at, name in enumerate(names):
        if as_driver := _for_driver(table.c[name].type, connection.dialect):
            columns[at] = map(as_driver, columns[at])
    told = list(zip(*columns, strict=True))
    if connection.dialect.name == "postgresql":
        _copy(connection, table, names, told)
    else:
        insertion = table.insert().compile(dialect=connection.dialect, column_keys=names)
        connection.exec_driver_sql(str(insertion), told)


def _copy(
    connection: sa.Connection, table: sa.Table, names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Send *rows* to PostgreSQL in one stream: a statement for each takes far longer."""
    quoted = connection.dialect.identifier_preparer.quote
    statement = f"COPY {quoted(table.name)} ({', '.join(map(quoted, names))}) FROM STDIN"
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except connection.dialect.loaded_dbapi.Error as error:
        raise sa.exc.DBAPIError(statement, None, error) from error


def _for_driver(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Value | None:
    """Return what makes of a value what the driver takes; None where that is the value itself."""
    if isinstance(kind, sa.JSON):
        return _json
    is_stored_otherwise = dialect.name == "sqlite" and isinstance(kind, sa.TypeDecorator | sa.Date)
    bound = kind.dialect_impl(dialect).bind_processor(dialect) if is_stored_otherwise else None
    return lru_cache(maxsize=64)(bound) if bound else None  # All of a batch came at the same moment.


def _json(value: Any) -> str:
    return json.dumps(value) if value else "[]"
