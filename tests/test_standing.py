"""How deliveries stand, on both engines."""

import datetime
from datetime import timedelta
from typing import Any

import pytest
from conftest import NOW

from bot.store.database import Database
from digests.delivery import QUIET
from digests.standing import STATES, Standing, figures, standing
from digests.tables import delivery, part, schedule


@pytest.fixture
def ledger(database: Database) -> Database:
    """A store with a schedule of which nothing was owed."""
    values = {
        "workspace": "T1", "audience": "C1", "kind": "digest", "cadence": "weekly", "zone": "UTC",
        "topics": [], "created_by": "U1", "created_name": "anna", "created_at": NOW, "covered_to": 0,
        "covered_at": NOW,
    }  # fmt: skip
    with database.writing() as connection:
        connection.execute(schedule.insert().values(id="s", **values))
    return database


def owe(ledger: Database, slot: str, state: str, *, due: datetime.datetime, **other: Any) -> None:
    values = {"workspace": "T1", "audience": "C1", "schedule_id": "s", "covers_from": 0, "covers_to": 0}
    values |= {"covers_since": NOW, "is_chosen": False, "attempt": 0, "due_at": due, "state": state}
    with ledger.writing() as connection:
        connection.execute(delivery.insert().values(id=slot, slot=slot, **values, **other))


def doubt(ledger: Database, slot: str, number: int, since: datetime.datetime) -> None:
    with ledger.writing() as connection:
        row = {"delivery_id": slot, "number": number, "message": {}, "doubt_since": since, "sweeps": 0}
        connection.execute(part.insert().values(**row))


def test_where_nothing_was_owed_every_state_is_there_and_nothing_waits(database: Database):
    found = standing(database, now=NOW)

    assert found == Standing(dict.fromkeys(STATES, 0), None, 0, None, 0, 0)
    assert [one.value for one in figures(found, now=NOW)] == [dict.fromkeys(STATES, 0), 0.0, 0, 0.0]


def test_the_delivery_that_has_been_due_longest_and_is_not_done_is_the_oldest(ledger: Database):
    owe(ledger, "sent", "sent", due=NOW - timedelta(days=9))
    owe(ledger, "blocked", "blocked", due=NOW - timedelta(days=8))
    owe(ledger, "sending", "sending", due=NOW - timedelta(hours=2), lease_until=NOW + timedelta(seconds=9))
    owe(ledger, "due", "due", due=NOW - timedelta(hours=1))

    found = standing(ledger, now=NOW)

    assert found.due_since == NOW - timedelta(hours=2)
    assert found.counts == dict.fromkeys(STATES, 0) | {"sent": 1, "blocked": 1, "sending": 1, "due": 1}
    assert found.expired == 0


def test_what_waits_for_quiet_hours_to_end_is_not_waiting_unless_nobody_looks_after_it(ledger: Database):
    night = NOW - timedelta(hours=8)
    owe(ledger, "quiet", "due", due=night, reason=QUIET, not_before=NOW + timedelta(minutes=1))
    assert standing(ledger, now=NOW).due_since is None

    assert standing(ledger, now=NOW + timedelta(hours=1)).due_since == night


def test_a_delivery_in_doubt_counts_once_since_its_oldest_doubt(ledger: Database):
    owe(ledger, "a", "due", due=NOW)
    owe(ledger, "b", "sending", due=NOW, lease_until=NOW)
    owe(ledger, "left", "left", due=NOW)
    doubt(ledger, "a", 1, NOW - timedelta(minutes=20))
    doubt(ledger, "a", 2, NOW - timedelta(minutes=10))
    doubt(ledger, "b", 1, NOW - timedelta(minutes=5))
    doubt(ledger, "left", 1, NOW - timedelta(days=5))

    found = standing(ledger, now=NOW)

    assert (found.in_doubt, found.doubted_since) == (2, NOW - timedelta(minutes=20))


def test_a_claim_that_was_over_long_ago_is_told(ledger: Database):
    owe(ledger, "just", "sending", due=NOW, lease_until=NOW - timedelta(minutes=9))
    owe(ledger, "long", "sending", due=NOW, lease_until=NOW - timedelta(minutes=10))

    assert standing(ledger, now=NOW).expired == 1
