"""What all tests would make alike is made once in a process: an empty store's schema, the English words, a reader."""

import uuid
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import cache
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from bot.library.apart import Apart
from bot.search import at_large

MAKES = ("CREATE", "ALTER", "DROP", "INSERT", "UPDATE")
"""How statements begin that leave something behind."""

Statement = tuple[str, Any]
"""What was told the driver, and the values in it."""


class Reader(Apart):
    """Reads on in its process for whoever comes next, until it is ended."""

    def close(self) -> None:
        """Leave the process to the next."""

    def end(self) -> None:
        super().close()


READER = Reader()
"""What reads the documents of tests that are of other things."""


def make_once(patch: pytest.MonkeyPatch) -> None:
    """Let the first of these be made as ever, and all others be as it is."""
    patch.setattr(command, "upgrade", Upgrade(command.upgrade))
    patch.setattr(at_large, "_built", cache(at_large._built))


class Upgrade:
    """Alembic's: what it made of an empty store is made of others by the same statements, in a tenth of the time.

    Each store has an id of its own, and one that holds anything is left to Alembic.
    """

    def __init__(self, upgrade: Callable[[Config, str], None]) -> None:
        self.by_alembic = upgrade
        self._made: dict[str, Sequence[Statement]] = {}

    def __call__(self, config: Config, revision: str) -> None:
        connection: sa.Connection = config.attributes["connection"]
        engine, is_within = connection.dialect.name, connection.in_transaction()
        is_empty = not sa.inspect(connection).get_table_names()
        if not is_within:
            connection.rollback()  # It began with the look.
        if revision != "head" or not is_empty:
            self.by_alembic(config, revision)
        elif engine not in self._made:
            self._made[engine] = self._noted(config, connection)
        else:
            with nullcontext() if is_within else connection.begin():
                make(connection, self._made[engine])

    def _noted(self, config: Config, connection: sa.Connection) -> Sequence[Statement]:
        """Migrate, and return by what."""
        made: list[Statement] = []

        def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_told: Any) -> None:
            if statement.lstrip().startswith(MAKES):
                made.append((statement.replace(" CONCURRENTLY", ""), values))  # Nobody is kept waiting here.

        sa.event.listen(connection, "before_cursor_execute", note)
        try:
            self.by_alembic(config, "head")
        finally:
            sa.event.remove(connection, "before_cursor_execute", note)
        return made


def make(connection: sa.Connection, statements: Sequence[Statement]) -> None:
    """Make a store by *statements*; on PostgreSQL all that have no values go there at once."""
    plain = [statement for statement, values in statements if not values]
    if connection.dialect.name == "postgresql":
        plain = [";".join(plain)]
    for statement in plain:
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
    for statement, values in statements:
        if values:
            connection.exec_driver_sql(statement, values)
    connection.execute(sa.text("UPDATE library SET store_id = :id"), {"id": uuid.uuid4().hex})
