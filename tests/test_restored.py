"""After a restore nothing that was sent comes again, and nothing is lost: each channel's history is asked first."""

import datetime
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from conftest import Write
from slack_sdk.web.client import WebClient
from world import SCOPES, TIMES, World

from bot.app import Briefbot, open_briefbot
from bot.config import Config
from bot.keeping import back_up_store, restore_store
from bot.local_slack.server import Server
from bot.local_slack.state import Workspace
from bot.store.database import open_database
from digests.deliveries import Deliveries
from digests.digests import POST
from digests.ledger import Ledger
from digests.owing import Owing
from digests.points import POINTS, At
from digests.post import WebSlack
from digests.repeats import AFTER_RESTORE
from digests.schedule import Setter
from digests.tables import delivery

MONDAY = datetime.datetime(2026, 3, 2, 12, 0, tzinfo=datetime.UTC)
SETTER = Setter("U0ANNA", "anna")
NO_HISTORY = ("commands", "chat:write", "users:read", "im:write")
MARK = AFTER_RESTORE.split(":", maxsplit=1)[0]

Empty = Callable[[], None]


@pytest.fixture
def config(config: Config, database_url: str, postgresql_tools: str) -> Config:
    return replace(config, database_url=database_url, postgresql_tools=postgresql_tools)


@pytest.fixture
def lose(config: Config, request: pytest.FixtureRequest, tmp_path: Path) -> Empty:
    """Lose the machine: the store, and the index with it."""

    def lose_() -> None:
        config.data.rename(tmp_path / f"lost-{len(list(tmp_path.iterdir()))}")
        if config.database_url:
            engine = sa.create_engine(
                config.database_url.replace("postgresql://", "postgresql+psycopg://", 1)
            )
            with engine.begin() as connection:
                connection.execute(sa.text("DROP SCHEMA public CASCADE"))
                connection.execute(sa.text("CREATE SCHEMA public"))
            engine.dispose()

    return lose_


class Life:
    """One Slack, and the machines that Briefbot runs on one after the other."""

    def __init__(self, config: Config, write: Write, lose: Empty, file: Path) -> None:
        self.config, self.write, self.lose, self.file = config, write, lose, file
        self.workspace = Workspace(scopes=SCOPES, rates=False)
        people = [self.workspace.add_user(name, tz="UTC") for name in ("anna", "bela", "cleo")]
        for name in ("policy", "chips"):
            self.workspace.add_channel(name, self.workspace.bot, *people)

    @contextmanager
    def running(self, at: datetime.datetime) -> Iterator[World]:
        """Run on the machine as it is, from a moment on."""
        briefbot: Briefbot = open_briefbot(self.config)
        with Server(self.workspace).running() as server:
            yield World(briefbot, server, self.write, at)
        briefbot.close()

    def back_up(self) -> None:
        back_up_store(self.config, self.file, replaces=True)

    def restore(self, now: datetime.datetime) -> None:
        """Lose the machine and restore the backup on another."""
        self.lose()
        restore_store(self.config, self.file, replaces=False, now=now)

    def told(self, *words: str, marked: bool = False) -> Counter[tuple[str, str]]:
        """Return how often each word stands in each channel, messages with the mark counted in if *marked*."""
        counts: Counter[tuple[str, str]] = Counter()
        for message in self.workspace.messages:
            said = json.dumps(message.blocks)
            for word in words if message.metadata and (marked or MARK not in said) else ():
                counts[message.channel, word] += said.count(f"{word} ") > 0
        return counts

    def keys(self) -> Counter[str]:
        found = [m.metadata["event_payload"]["key"] for m in self.workspace.messages if m.metadata]
        return Counter(found)


@pytest.fixture
def life(config: Config, write: Write, lose: Empty, tmp_path: Path) -> Life:
    return Life(config, write, lose, tmp_path / "backup")


def passage(word: str) -> str:
    return (
        f"{word} factories have shipped their new semiconductor chips and processors to buyers abroad, as the"
        f" {word} report on chips says, and computing power from {word} grows with each quarter of the year."
    )


def begin(world: World) -> None:
    """Anna hears daily, Bela at once; one channel has a digest, the other hears daily."""
    world.say("subscribe chips daily 09:00", user="U0ANNA")
    world.say("subscribe chips", user="U0BELA")
    world.say("digest here tuesday 10:00", user="U0ANNA", channel="C0POLICY")
    world.say("subscribe here chips daily 09:30", user="U0ANNA", channel="C0CHIPS")
    world.ledger.send_due()


def arrive(world: World, *words: str) -> None:
    for word in words:
        world.arrive(passage(word), title=f"{word} report")


BEFORE, LOST, NEW = ("Alder", "Birch"), ("Cedar", "Dogwood"), ("Elm", "Fir")
EVERY = (*BEFORE, *LOST, *NEW)
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


def live(life: Life) -> None:
    """A backup on Monday; more arrives and all is sent; lost on Wednesday, restored, and read in anew."""
    with life.running(MONDAY) as world:
        begin(world)
        arrive(world, *BEFORE)
        life.back_up()
        world.tick(minutes=1)
        arrive(world, LOST[0])
        world.run_until(MONDAY + 22 * HOUR, minutes=120)
        arrive(world, LOST[1])
        world.run_until(MONDAY + 46 * HOUR, minutes=60)
        restored_at = world.now
    life.restore(restored_at)
    with life.running(restored_at) as world:
        world.documents = len(BEFORE)
        arrive(world, *LOST)
        world.run_until(restored_at + HOUR)
        arrive(world, *NEW)
        world.run_until(MONDAY + 8 * DAY, minutes=120)


def audiences(life: Life) -> tuple[str, ...]:
    """Return where what people subscribed to stands: with Anna, with Bela, in a channel."""
    return life.workspace.direct("U0ANNA").id, life.workspace.direct("U0BELA").id, "C0CHIPS"


def test_after_a_restore_nothing_is_sent_twice_and_nothing_is_lost(life: Life):
    live(life)

    told = life.told(*EVERY)
    assert {told[audience, word] for audience in audiences(life) for word in EVERY} == {1}
    assert max(told.values()) == 1
    assert max(life.keys().values()) == 1
    assert len([m for m in life.workspace.visible("C0POLICY") if m.metadata and not m.thread_ts]) >= 2


@pytest.mark.parametrize("in_doubt", ["repeat", "leave"])
def test_what_cannot_be_looked_up_is_repeated_with_a_mark_or_left(life: Life, in_doubt: str):
    life.config = replace(life.config, digests=replace(life.config.digests, in_doubt=in_doubt))
    life.workspace.scopes = set(NO_HISTORY)

    live(life)

    assert max(life.told(*EVERY).values()) == 1
    with_marks = life.told(*EVERY, marked=True)
    assert all(with_marks[audience, word] for audience in audiences(life) for word in EVERY)
    states = Counter(row.state for row in rows(life, delivery))
    assert bool(states["left"]) == (in_doubt == "leave")


def test_messages_of_earlier_versions_are_known_by_their_keys(life: Life):
    with life.running(MONDAY) as world:
        world.say("subscribe chips daily 09:00", user="U0ANNA")
        arrive(world, *BEFORE)
        life.back_up()
        world.run_until(MONDAY + 22 * HOUR, minutes=60)
        lost_at = world.now
    for message in life.workspace.messages:
        if message.metadata:
            key = message.metadata["event_payload"]["key"]
            message.metadata = {**message.metadata, "event_payload": {"key": key}}
    life.restore(lost_at)

    with life.running(lost_at) as world:
        world.run_until(lost_at + 2 * DAY, minutes=60)

    assert set(life.told(*BEFORE).values()) == {1}


def test_what_broke_off_in_its_thread_is_told_to_its_end(life: Life):
    words = [f"Harbour{letter}" for letter in "ABCDEFGHIJKL"]
    with life.running(MONDAY) as world:
        world.say("subscribe chips daily 09:00", user="U0ANNA")
        arrive(world, *words)
        life.back_up()
        world.now = MONDAY + 21 * HOUR + datetime.timedelta(minutes=1)
        world.ledger = ledger(world, dies_at("recorded", after=1))
        with pytest.raises(Lost):
            world.tick()
        lost_at = world.now
    assert len(life.keys()) == 2
    life.restore(lost_at + HOUR)

    with life.running(lost_at + HOUR) as world:
        world.run_until(lost_at + 2 * DAY, minutes=60)

    told = life.told(*words)
    assert {told[life.workspace.direct("U0ANNA").id, word] for word in words} == {1}


@pytest.mark.parametrize("point", sorted(POINTS.keys() - {"doubted", "looked", "sweeping", "swept"}))
@pytest.mark.parametrize("database_url", [""])
def test_wherever_a_backup_catches_a_delivery_it_comes_once(life: Life, point: str):
    words = [f"Harbour{letter}" for letter in "ABCDEFG"]
    made = []

    def back_up(reached: str) -> None:
        if reached == point and not made:
            made.append(reached)
            life.back_up()

    with life.running(MONDAY) as world:
        world.say("subscribe chips daily 09:00", user="U0ANNA")
        arrive(world, *words)
        world.ledger = ledger(world, back_up)
        world.run_until(MONDAY + 22 * HOUR, minutes=120)
        lost_at = world.now
    assert made
    life.restore(lost_at)

    with life.running(lost_at) as world:
        world.run_until(lost_at + 2 * DAY, minutes=60)

    told = life.told(*words)
    assert {told[life.workspace.direct("U0ANNA").id, word] for word in words} == {1}
    assert max(life.keys().values()) == 1
    assert {row.state for row in rows(life, delivery)} <= {"sent", "merged", "empty"}


def test_what_the_backup_had_chosen_and_another_slot_has_told_is_not_told_again(life: Life):
    bot, members = life.workspace.bot.id, life.workspace.channels["C0CHIPS"].members
    with life.running(MONDAY) as world:
        world.say("subscribe here chips daily 09:30", channel="C0CHIPS")
        arrive(world, *BEFORE)
        members.discard(bot)
        world.run_until(MONDAY + 22 * HOUR, minutes=120)
        life.back_up()
        members.add(bot)
        world.run_until(MONDAY + 46 * HOUR, minutes=120)
        lost_at = world.now
    assert life.told(*BEFORE)["C0CHIPS", "Alder"] == 1
    life.restore(lost_at)

    with life.running(lost_at) as world:
        world.run_until(lost_at + 2 * DAY, minutes=120)

    assert set(life.told(*BEFORE).values()) == {1}


def test_a_preview_that_was_posted_in_the_lost_time_is_not_posted_by_a_second_click(life: Life):
    with life.running(MONDAY) as world:
        arrive(world, *BEFORE)
        begin(world)
        life.back_up()
        button = _post_by_hand(world)
        lost_at = world.now
    before = len(life.keys())
    life.restore(lost_at)

    with life.running(lost_at) as world:
        world.tick(minutes=10)
        world.sending.digests.owe(world.slack.team, "C0POLICY", button, SETTER, now=world.now)
        world.tick(minutes=10)

    posted = [m for m in life.workspace.visible("C0POLICY") if m.metadata and not m.thread_ts]
    assert len(posted) == 1
    assert len(life.keys()) >= before


def _post_by_hand(world: World) -> str:
    digests, team = world.sending.digests, world.slack.team
    shown = digests.preview(team, "C0POLICY", SETTER, now=world.now)
    [button] = [
        element["value"]
        for block in shown["blocks"]
        for element in block.get("elements", [])
        if isinstance(element, dict) and element.get("action_id") == POST
    ]
    digests.owe(team, "C0POLICY", button, SETTER, now=world.now)
    world.tick(minutes=1)
    return str(button)


def test_a_channel_that_cannot_be_looked_at_yet_says_why_and_is_sent_to_afterwards(life: Life):
    with life.running(MONDAY) as world:
        begin(world)
        arrive(world, *BEFORE)
        life.back_up()
        lost_at = world.now
    life.restore(lost_at)
    life.workspace.channels["C0CHIPS"].members.discard(life.workspace.bot.id)

    with life.running(lost_at) as world:
        world.run_until(lost_at + DAY, minutes=60)
        assert not life.told(*BEFORE)["C0CHIPS", "Alder"]
        assert "Briefbot is not in the channel" in world.say("subscriptions", channel="C0CHIPS")
        life.workspace.channels["C0CHIPS"].members.add(life.workspace.bot.id)
        world.run_until(lost_at + 2 * DAY, minutes=60)

    assert life.told(*BEFORE)["C0CHIPS", "Alder"] == 1


def test_nothing_is_sent_before_what_the_lost_process_posted_last_can_be_seen(life: Life):
    with life.running(MONDAY) as world:
        begin(world)
        life.back_up()
        lost_at = world.now
    life.restore(lost_at)

    with life.running(lost_at) as world:
        arrive(world, *BEFORE)
        world.tick(seconds=60)
        assert not life.keys()
        world.tick(seconds=61)

    assert life.told(*BEFORE)[life.workspace.direct("U0BELA").id, "Alder"] == 1


class Lost(BaseException):
    """The machine is lost."""


def dies_at(point: str, *, after: int) -> At:
    """Lose the machine when *point* is reached the next time after so many."""
    reached = []

    def at(name: str) -> None:
        reached.extend([name] * (name == point))
        if len(reached) > after:
            raise Lost

    return at


def ledger(world: World, at: At) -> Ledger:
    """Return a ledger in which *at* is called at each point."""
    database = world.briefbot.database
    client = WebClient(world.slack.bot_token, base_url=world.server.api_url, retry_handlers=[])
    return Ledger(
        Owing(database, at=at),
        Deliveries(database, at=at),
        world.sending.chooser,
        WebSlack(client),
        world.slack.team,
        now=lambda: world.now,
        times=TIMES,
        at=at,
    )


def rows(life: Life, table: sa.Table) -> list[sa.Row[Any]]:
    with (
        closing(open_database(life.config.database_url, life.config.data)) as database,
        database.reading() as c,
    ):
        return list(c.execute(sa.select(table)).all())
