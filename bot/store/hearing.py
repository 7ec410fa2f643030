"""Waits for what other processes change in the library: PostgreSQL tells of it, SQLite is looked at."""

import logging
import threading
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

from bot.store.database import CHANNEL, Database

if TYPE_CHECKING:
    import psycopg

log = logging.getLogger(__name__)


class Hearing:
    """Listens on a connection of its own. While there is none, it waits as for SQLite."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: psycopg.Connection[Any] | None = None

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Wait until a change is heard of, or *seconds* have passed; return False where *stop* is set.

        What is committed before the first call is not heard of.
        """
        if self._database.path:
            return not stop.wait(seconds)
        from psycopg import Error  # noqa: PLC0415 - not where SQLite serves

        try:
            connection = self._connection or self._listen()
            next(connection.notifies(timeout=seconds, stop_after=1), None)
        except (Error, SQLAlchemyError) as error:
            # It is looked every while without it, and listened again with the next wait.
            log.debug("changes are not heard of: %s", type(error).__name__)
            self.close()
            stop.wait(seconds)
        return not stop.is_set()

    def close(self) -> None:
        """Listen no more."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _listen(self) -> "psycopg.Connection[Any]":
        raw = self._database.engine.raw_connection()
        connection: psycopg.Connection[Any] = raw.driver_connection  # type: ignore[assignment]
        raw.detach()  # It is not of the pool any more.
        connection.rollback()
        connection.autocommit = True
        connection.execute(b"LISTEN %b" % CHANNEL.encode())
        self._connection = connection
        return connection
