"""What is to have one effect, however often it is clicked and by whatever process it is heard of."""

import datetime

from bot.store.database import Database, insert_new
from bot.store.tables import act

REMEMBERED = datetime.timedelta(days=1)
"""After which the same may be done again."""


class Acts:
    """Remembers what was done."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def is_first(self, key: str, *, now: datetime.datetime) -> bool:
        """Tell whether what *key* names, up to 200 characters, is done for the first time since yesterday."""
        with self._database.writing() as connection:
            connection.execute(act.delete().where(act.c.done_at < now - REMEMBERED))
            done = insert_new(connection, act).values(key=key[:200], done_at=now).returning(act.c.key)
            return bool(connection.execute(done).all())

    def forget(self, key: str) -> None:
        """Let what *key* names be done again: it had no effect."""
        with self._database.writing() as connection:
            connection.execute(act.delete().where(act.c.key == key[:200]))
