"""Who is about to install the app: a state is good once, in one browser, for ten minutes, in any process.

Only hashes are kept: who reads the store cannot install with what stands there.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import Enum

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.install_tables import install_state

LIFE = timedelta(minutes=10)
"""How long someone may take between our page and Slack's answer."""

MOST = 10_000
"""States that are open at once; the oldest make room."""


class Spent(Enum):
    """What came of a state that was brought back."""

    GOOD = "good"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    ELSEWHERE = "elsewhere"


class InstallStates:
    """States in the store. Every datetime is UTC-aware; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def issue(self, browser: str, *, now: datetime) -> str:
        """Return a new state for who holds the secret *browser*."""
        state = secrets.token_urlsafe(32)
        with self._database.writing() as connection:
            # What expired a while ago is told apart from what never was; then it goes.
            connection.execute(install_state.delete().where(install_state.c.expires_at <= now - LIFE))
            connection.execute(
                install_state.insert().values(
                    state=_hash(state), browser=_hash(browser), expires_at=now + LIFE
                )
            )
            newest = sa.select(install_state.c.state).order_by(install_state.c.expires_at.desc())
            over = list(connection.scalars(newest.offset(MOST).limit(MOST)))
            if over:
                connection.execute(install_state.delete().where(install_state.c.state.in_(over)))
        return state

    def spend(self, state: str, browser: str, *, now: datetime) -> Spent:
        """Use a state up. One that is brought by another browser stays good for its own."""
        this = install_state.c.state == _hash(state)
        own = install_state.delete().where(this, install_state.c.browser == _hash(browser))
        with self._database.writing() as connection:
            # One statement: of two who bring it at once, one gets it.
            expires_at = connection.scalar(own.returning(install_state.c.expires_at))
            if expires_at is not None:
                return Spent.GOOD if now < expires_at else Spent.EXPIRED
            is_known = connection.scalar(sa.select(install_state.c.state).where(this))
            return Spent.ELSEWHERE if is_known else Spent.UNKNOWN


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
