"""Of a source that nobody follows any more it is forgotten what it held, and nothing comes twice for that."""

import datetime
from collections.abc import Iterator

import pytest
from feeds import edited
from following import rss, world_of
from test_serve import eventually
from test_sources import stories
from webserver import Conditional, Server, page

from bot.config import Config
from bot.source import Source
from bot.sources import watching
from bot.store.database import Database

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
YEAR = 366 * DAY


@pytest.fixture
def server() -> Iterator[Server]:
    with Server({"/robots.txt": page(status=404)}) as one:
        yield one


def test_a_source_that_nobody_follows_is_forgotten_and_brings_nothing_twice(
    database: Database, config: Config, server: Server
):
    told_ = stories(server, 6)
    server.handlers["/feed"] = Conditional(rss(told_))
    source = Source(feed=server.at("/feed"), limit=2)
    with world_of(database, config, source) as world:
        world.visit()
        taken = world.titles()
        world.now += 3 * YEAR
        world.collector.forget()
        assert len(world.visits.entries("", source.address)) == 6, "it was down, and is followed"
        world.visit()
        since = world.now
    with world_of(database, config) as world:
        world.now = since + 89 * DAY
        world.collector.forget()
        assert len(world.visits.entries("", source.address)) == 6, "it may be left out for a while"
        world.now = since + 91 * DAY
        with watching.collecting(world.collector, [], seconds=600):
            eventually(lambda: not world.visits.of([source]), 30)
        assert world.visits.entries("", source.address) == {}
        assert world.visits.of([source]) == {}
    with world_of(database, config, source) as world:
        world.now = since + 92 * DAY
        again = world.visit()[source.address]

        assert not again.counts["new"]
        assert world.titles() == taken == ["Story 4", "Story 5"]


def test_a_source_that_is_followed_again_while_it_is_forgotten_begins_anew(
    database: Database, config: Config, server: Server
):
    told_ = stories(server, 6)
    server.handlers["/feed"] = Conditional(rss(told_))
    source = Source(feed=server.at("/feed"), limit=2)
    with world_of(database, config, source) as world:
        world.visit()
        world.now += YEAR
        assert world.visits.forget_unfollowed([], before=world.now - DAY, most=4) == 4

        world.visit()
        assert world.titles() == ["Story 4", "Story 5"], "what was passed over stays so"
        assert len(world.visits.entries("", source.address)) == 6
        server.handlers["/feed"] = page(rss([edited(told_[0], title="Changed"), *told_[1:]]))
        world.visit(after=HOUR)
        assert world.titles() == ["Changed", "Story 4"]
        assert world.visits.forget_unfollowed([], before=world.now - DAY) == 0, "it was visited just now"


@pytest.mark.parametrize("database_url", [""])
def test_a_source_that_is_being_visited_is_not_forgotten(database: Database, config: Config, server: Server):
    server.handlers["/feed"] = page(rss(stories(server, 2)))
    source = Source(feed=server.at("/feed"))
    with world_of(database, config, source) as world:
        world.visit()
        world.now += YEAR
        world.visits.claim([source], now=world.now, until=world.now + HOUR, limit=1)

        assert world.visits.forget_unfollowed([], before=world.now - DAY) == 0
        assert len(world.visits.entries("", source.address)) == 2
