"""What one process commits, the others hear of: PostgreSQL tells them, SQLite is looked at."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.store.database import Database, open_database
from bot.store.hearing import Hearing
from bot.store.writing import next_revision

LONG = 60.0
"""Seconds that nobody waits where a change is heard of."""


@pytest.fixture
def other(empty_postgresql: str, tmp_path: Path) -> Iterator[Database]:
    opened = open_database(empty_postgresql, tmp_path)
    yield opened
    opened.close()


@contextmanager
def listening(database: Database) -> Iterator[Hearing]:
    """Hear from now on: what comes before the first wait is not heard of."""
    hearing = Hearing(database)
    assert hearing.wait(0.0, threading.Event())
    yield hearing
    hearing.close()


def change(database: Database) -> None:
    with database.writing() as connection:
        next_revision(connection)


def heard(hearing: Hearing) -> bool:
    """Tell whether a change is heard of before a wait of a minute is over."""
    stop, done = threading.Event(), threading.Event()

    def wait() -> None:
        hearing.wait(LONG, stop)
        done.set()

    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(wait)
        is_heard = done.wait(3)
        if not is_heard:
            hearing.close()
        stop.set()
        waiting.result()
    return is_heard


def test_a_commit_of_another_process_is_heard_of_at_once(other: Database):
    with listening(other) as hearing:
        change(other)

        assert heard(hearing)


def test_what_is_not_committed_is_not_heard_of(other: Database):
    with listening(other) as hearing:
        with other.engine.connect() as connection:
            next_revision(connection)
            connection.rollback()

        assert not heard(hearing)


def test_a_lost_connection_is_listened_on_anew(other: Database):
    with listening(other) as hearing:
        ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
        with other.writing() as connection:
            assert len(connection.execute(sa.text(ends)).all()) == 1
        lost = hearing._connection
        while hearing._connection is lost:
            assert hearing.wait(0.1, threading.Event())
        assert hearing.wait(0.0, threading.Event())

        change(other)

        assert heard(hearing)


def test_a_database_that_is_away_is_waited_for_and_stopping_is_heard(tmp_path: Path):
    away = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    stop = threading.Event()
    hearing = Hearing(away)

    assert hearing.wait(0.01, stop)
    stop.set()
    assert not hearing.wait(LONG, stop)


def test_sqlite_is_looked_at_after_each_wait(tmp_path: Path):
    database = open_database("", tmp_path)
    stop = threading.Event()

    with listening(database) as hearing:
        assert hearing.wait(0.01, stop)
        stop.set()
        assert not hearing.wait(LONG, stop)
    database.close()
