"""What a process claimed and never came back to, as when it was killed and no other was there."""

from datetime import datetime

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.tables import awaited, visit


def forsaken(database: Database, *, before: datetime) -> tuple[int, int]:
    """Return how many files and sources have a claim that was over *before* then, and are not taken up."""
    files = sa.select(sa.func.count()).select_from(awaited).where(awaited.c.claimed_until < before)
    sources = sa.select(sa.func.count()).select_from(visit).where(visit.c.claimed_until < before)
    with database.reading() as connection:
        return int(connection.scalar(files) or 0), int(connection.scalar(sources) or 0)
