"""The schema of a store: which one it has, whether this program can work with it, and how it is brought up.

Migrations expand: an older program goes on beside a newer one, as at each deploy. One that contracts says in
`library.oldest` from which schema on programs still work with the store.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from bot.errors import StoreError

SCHEMA = "0011"
"""The newest migration, which this version of the program needs."""

LOCK_WAIT, LOCK_PAUSE, LOCK_SECONDS = 200, 2.0, 600
"""Milliseconds that a step waits for a table, seconds until it tries again, and for how many it does.

No step takes more than three tables from others, so that nobody waits for one over a second."""

TURN_PAUSE = 0.1
"""Seconds after which a process looks again whether another still migrates."""

MIGRATING = 7262015
"""The number of the lock that a migration holds on PostgreSQL: any, but always the same."""

LOCKED_OUT = frozenset({"55P03", "40P01"})
"""What PostgreSQL calls a lock that did not come in time, and a deadlock that it has broken."""


class LockedOutError(StoreError):
    """Others hold what a migration needs: it is to be tried again after a *pause* of seconds."""

    def __init__(self, pause: float) -> None:
        super().__init__("others hold what the migration needs")
        self.pause = pause


@dataclass(frozen=True, slots=True)
class Schema:
    """The migration that a store has, None for an empty one, and the oldest whose programs work with it."""

    version: str | None
    oldest: str

    @property
    def lacks(self) -> bool:
        """Whether this program has to bring it up first."""
        return self.version is None or self.version < SCHEMA

    @property
    def is_strange(self) -> bool:
        """Whether a newer program has changed what this one relies on."""
        return not self.lacks and self.oldest > SCHEMA


def schema_of(connection: sa.Connection) -> Schema:
    """Return the schema of the store behind *connection*."""
    version = version_of(connection)
    if version is None or version <= SCHEMA:
        return Schema(version, "")
    return Schema(version, connection.scalar(sa.text("SELECT oldest FROM library")) or "")


def version_of(connection: sa.Connection) -> str | None:
    """Return the schema's migration, None where there is none."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return version


def refuse_newer(version: str | None, name: str) -> None:
    """Raise StoreError where what is called *name* has a schema that this version does not know."""
    if version is not None and version > SCHEMA:
        raise StoreError(
            f"{name}: was written by a newer Briefbot (schema {version}, this one knows "
            f"{SCHEMA}); upgrade Briefbot"
        )


@contextmanager
def migrating(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection to PostgreSQL in no transaction, the only one that migrates there.

    Raises LockedOutError where there is another, or where others hold a table for too long.
    """
    with engine.connect() as connection:
        try:
            connection.execute(sa.text(f"SET lock_timeout = {LOCK_WAIT}"))
            connection.execute(sa.text("SET statement_timeout = 0"))
            # It does not wait within a statement: what builds an index would wait for that one in turn.
            if not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(MIGRATING))):
                raise LockedOutError(TURN_PAUSE)
            connection.commit()
            yield connection
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") in LOCKED_OUT:
                raise LockedOutError(LOCK_PAUSE) from error
            raise
        finally:
            connection.invalidate()  # What is set and held here ends with the session.


def migrate_within(connection: sa.Connection, upto: str = "head") -> None:
    """Bring the schema *upto* a migration: in *connection*'s transaction, or else in one for each step."""
    from alembic import command  # noqa: PLC0415 - half a second that only a migration is worth
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    config.attributes["is_alone"] = connection.in_transaction()
    command.upgrade(config, upto)
