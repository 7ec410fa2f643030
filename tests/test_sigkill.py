"""No digest is lost and none stands twice when the processes that send them are killed."""

from benchmarks.sigkill import sigkilled

from bot.store.database import Database


def test_whoever_is_killed_nothing_is_lost_and_nothing_stands_twice(database: Database):
    run = sigkilled(database, kills=25, posts=25, seed=1)

    assert run.report["lost"] == run.report["duplicated"] == 0
    assert run.report["kills"] >= 25
    assert run.report["posted"] >= 25
    assert sum(count for point, count in run.points.items() if point) >= 1, "the kills fell between the work"
