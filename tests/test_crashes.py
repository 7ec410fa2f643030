"""No digest is lost and none stands twice, wherever a process dies; each guard is why."""

from collections.abc import Mapping

import pytest
from benchmarks.crash import crashed

from bot.store.database import Database
from digests.points import GUARDS, POINTS

ENOUGH: Mapping[str, int] = {"fence": 400, "intent": 50, "settle": 200, "unique": 200, "retries": 100}
"""Crashes in which a guard is missed, with the seed below."""

SEED = 3


def test_wherever_it_crashes_nothing_is_lost_and_nothing_stands_twice(database: Database):
    report = crashed(database, 250, seed=SEED)

    assert report["lost"] == report["duplicated"] == 0
    assert report["points"].keys() == POINTS.keys()
    assert min(report["points"].values()) >= 250 // 50
    assert report["posted"] > 50


@pytest.mark.parametrize("guard", GUARDS)
@pytest.mark.parametrize("database_url", [""])
def test_without_any_of_its_guards_something_is_lost_or_stands_twice(database: Database, guard: str):
    report = crashed(database, ENOUGH[guard], seed=SEED, without=guard)

    assert report["lost"] + report["duplicated"] > 0
