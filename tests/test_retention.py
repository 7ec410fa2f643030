"""What is old is forgotten little by little, and nothing that is still needed goes with it."""

import datetime
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from conftest import NOW, Write
from test_digest import TOPICS, click, report, seen
from world import World, opened

from bot.app import Briefbot, open_briefbot
from bot.config import Config
from bot.config import Retention as Days
from bot.errors import BotError
from bot.library.ingest import remove
from bot.store.audit import Actor, Audit, Entry, record
from bot.store.database import Database
from digests import retention
from digests.exhibit import exhibit
from digests.retention import Retention
from digests.sending import Sender
from digests.tables import delivery, part, theme, told

DAY, HOUR = datetime.timedelta(days=1), datetime.timedelta(hours=1)
YEAR = 366 * DAY
GONE = "That digest is kept no more."


@pytest.fixture
def config(config: Config, database_url: str) -> Config:
    return replace(config, database_url=database_url, topics=TOPICS)


@pytest.fixture
def world(config: Config, write: Write) -> Iterator[World]:
    briefbot: Briefbot = open_briefbot(config)
    with opened(briefbot, write, NOW) as made:
        yield made
    briefbot.close()


def forget(world: World) -> None:
    """Forget all that is old by now."""
    kept = Retention(world.briefbot.database, world.briefbot.config.retention)
    for _ in range(100):
        kept.forget(now=world.now)


def rows(database: Database, table: sa.Table, *which: sa.ColumnElement[bool]) -> int:
    with database.reading() as connection:
        return int(connection.scalar(sa.select(sa.func.count()).select_from(table).where(*which)) or 0)


def states(world: World) -> dict[str, int]:
    return world.sending.overview.counts()


@contextmanager
def heard(database: Database, hear: Callable[[str, int], None]) -> Iterator[None]:
    """Let *hear* have each statement that was executed, and how many rows it concerned."""

    def executed(_connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        hear(statement, cursor.rowcount)

    sa.event.listen(database.engine, "after_cursor_execute", executed)
    try:
        yield
    finally:
        sa.event.remove(database.engine, "after_cursor_execute", executed)


def test_what_was_told_is_not_told_again_once_its_words_are_forgotten(world: World):
    world.say("subscribe here chips daily 09:00", channel="C0CHIPS")
    world.say("digest here monday 09:00", channel="C0CHIPS")
    world.arrive(report(0))
    world.tick(days=7)
    before = len(world.sent("C0CHIPS"))
    world.now += YEAR
    assert rows(world.briefbot.database, part) == before

    forget(world)
    world.tick()
    remove(world.briefbot.library, str(world.write("0001.md", "")), now=world.now)
    world.arrive(report(0), report(1), title="Both")
    world.tick(days=8)

    assert rows(world.briefbot.database, part) == len(world.sent("C0CHIPS")) - before
    texts = [text for _, text in world.sent("C0CHIPS")]
    assert sum("Greyfell sent its first" in text for text in texts[:before]) == 1
    assert not any("Greyfell sent its first" in text for text in texts[before:])
    assert sum("Engineers in Osterholm" in text for text in texts) == 1


def test_a_digest_knows_what_its_channel_had_years_ago(world: World):
    themes = world.sending.chooser._themes
    themes._config = replace(
        world.briefbot.config, digests=replace(world.briefbot.config.digests, quiet_week="shelf")
    )
    world.arrive(report(0), report(1))
    world.arrive("The ferry to Varde leaves the quay at six, and brings whoever is late back at nine.")
    world.say("digest here monday 09:00", channel="C0POLICY")
    world.tick(days=7)
    known = rows(world.briefbot.database, theme)
    world.now += 2 * YEAR

    forget(world)
    world.tick(days=7)

    assert known
    assert "not had since 9 March 2026" in world.sent("C0POLICY")[-1][1]


def test_what_is_old_is_said_to_be_gone_and_what_is_young_opens(world: World):
    world.say("digest here monday 09:00", channel="C0POLICY")
    world.arrive(report(0))
    world.tick(days=7)
    world.say("digest past", channel="C0POLICY")
    listed = world.slack.visible("C0POLICY", user="U0ANNA")[-1]
    world.now += 365 * DAY - HOUR
    forget(world)
    young = seen(click(world, listed, "9 March 2026"))
    world.tick()
    world.now += 2 * HOUR

    forget(world)

    assert "Greyfell" in young
    assert GONE in seen(click(world, listed, "9 March 2026"))
    again = world.say("digest past", channel="C0POLICY")
    assert "*8 March 2027*" in again
    assert "*9 March 2026*" not in again
    with pytest.raises(BotError, match=GONE):
        exhibit(world.sending.digests, channel="C0POLICY", at="2026-03-09T09:00+01:00", now=world.now)
    assert [one.due_at.year for one in world.sending.past.of_channels(world.slack.team, limit=None)] == [2027]
    assert states(world)["sent"] == 2, "that it was sent is not forgotten"


def test_slots_of_which_nothing_was_sent_go_and_what_waits_for_someone_stays(world: World):
    world.say("subscribe here chips daily 09:00", channel="C0CHIPS")
    world.say("subscribe here harbours daily 09:00", channel="C0POLICY")
    world.tick(days=1)
    world.tick(days=3)
    world.slack.archive("C0POLICY")
    world.arrive("The ferry to Varde leaves the quay at six, and brings whoever is late back at nine.")
    world.tick(days=1)
    assert states(world).keys() == {"empty", "merged", "blocked"}
    world.now += YEAR

    forget(world)
    assert states(world) == {"blocked": 1}

    world.slack.unarchive("C0POLICY")
    world.tick()
    assert len(world.sent("C0POLICY")) == 1, "what was blocked is taken up"
    assert sum("quay at six" in text for _, text in world.sent("C0POLICY")) == 1
    assert states(world)["merged"], "what ended just now is young, whenever it was due"
    forget(world)
    assert states(world)["merged"]


def test_the_audit_is_kept_for_its_own_time(database: Database):
    with database.writing() as connection:
        for days in (800, 731, 729, 0):
            record(connection, Entry("T1", NOW - days * DAY, Actor("U1", "Ada"), "digest begun", str(days)))

    Retention(database, Days()).forget(now=NOW)

    assert [one.on for one in Audit(database).newest(limit=None)] == ["0", "729"]


def test_what_became_of_a_passage_is_told_years_later(world: World):
    world.arrive(report(0))
    found = next(excerpts[0].id for _, excerpts in world.briefbot.library.living())
    remove(world.briefbot.library, str(world.write("0001.md", "")), now=world.now)
    world.briefbot.index.follow(world.briefbot.library)
    world.now += 3 * YEAR

    forget(world)

    assert f"The passage {found} was removed with its document, Report 1" in world.say(f"show {found}")


def old_deliveries(world: World) -> None:
    """Send two digests, let slots pass of which nothing is sent, and let a year go by."""
    world.say("digest here daily 09:00", channel="C0POLICY")
    world.say("subscribe here chips daily 09:00", channel="C0CHIPS")
    world.arrive(report(0))
    world.tick(days=1)
    world.arrive(report(1))
    world.tick(days=1)
    world.tick(days=3)
    world.now += YEAR + 2 * YEAR


class Killed(Exception):  # noqa: N818 - no error of ours
    """What ends the process in the middle."""


def test_whatever_statement_kills_it_the_rest_is_whole_and_forgotten_later(world: World):
    old_deliveries(world)
    database = world.briefbot.database
    words = {row: n for row, n in _parts(database).items() if n}
    deaths = 0
    for at in range(1, 30):
        before = (_parts(database), rows(database, told), states(world))
        try:
            with heard(database, dying(at)):
                Retention(database, world.briefbot.config.retention).forget(now=world.now)
        except Killed:
            deaths += 1
        after = _parts(database)
        assert all(after[row] in {0, words[row]} for row in words), "of each delivery all words or none"
        assert rows(database, told) == before[1]
        assert states(world)["sent"] == before[2]["sent"]

    assert deaths > 5
    assert states(world).keys() == {"sent"}
    assert rows(database, part) == 0


def dying(at: int) -> Callable[[str, int], None]:
    """Return what dies once so many statements were executed."""
    executed = itertools.count(1)

    def hear(_statement: str, _rows: int) -> None:
        if next(executed) == at:
            raise Killed

    return hear


def _parts(database: Database) -> dict[str, int]:
    with database.reading() as connection:
        sent = connection.scalars(sa.select(delivery.c.id).where(delivery.c.state == "sent")).all()
    return {one: rows(database, part, part.c.delivery_id == one) for one in sent}


def test_it_goes_in_small_batches_from_tick_to_tick_and_rests_when_all_is_done(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    old_deliveries(world)
    database = world.briefbot.database
    monkeypatch.setattr(retention, "DELIVERIES", 1)
    monkeypatch.setattr(retention, "ROWS", 2)
    deleted: list[tuple[str, int]] = []

    def hear(statement: str, count: int) -> None:
        if statement.startswith("DELETE"):
            deleted.append((statement.split()[2], count))

    kept = Retention(database, Days(audit=30))
    with heard(database, hear):
        kept.forget(now=world.now)
        left = rows(database, part)
        for _ in range(20):
            kept.forget(now=world.now)
        done = len(deleted)
        kept.forget(now=world.now + HOUR / 2)
        rested = len(deleted)
        kept.forget(now=world.now + HOUR)

    largest = {table: max(n for of, n in deleted if of == table) for table, _ in deleted}
    assert largest["delivery"] == largest["audit"] == 2
    assert largest["part"] <= 3, "a digest's message and its thread"
    assert left > rows(database, part) == 0
    assert states(world).keys() == {"sent"}
    assert done == rested < len(deleted)


def test_a_part_that_is_still_looked_after_is_not_forgotten(world: World):
    old_deliveries(world)
    with world.briefbot.database.writing() as connection:
        first = connection.scalars(sa.select(part.c.delivery_id).order_by(part.c.delivery_id)).first()
        this = part.update().where(part.c.delivery_id == first, part.c.number == 1)
        connection.execute(this.values(sweep_at=world.now + HOUR))
        held = connection.scalar(sa.select(sa.func.count()).where(part.c.delivery_id == first))

    forget(world)

    assert rows(world.briefbot.database, part) == held


def test_alerts_that_came_again_stay_as_they_are_counted_by_name(world: World):
    old_deliveries(world)
    with world.briefbot.database.writing() as connection:
        one = connection.scalars(sa.select(delivery.c.id).where(delivery.c.state == "empty")).first()
        connection.execute(delivery.update().where(delivery.c.id == one).values(slot="r1.1"))

    forget(world)

    assert {name: count for name, count in states(world).items() if name != "sent"} == {"empty": 1}


def test_a_tick_forgets_and_goes_on_where_that_fails(world: World, caplog: pytest.LogCaptureFixture):
    class Whose:
        def tokens(self) -> dict[str, str]:
            return {world.slack.team: world.slack.bot_token}

    sender = Sender(world.sending, Whose(), now=lambda: world.now)
    old_deliveries(world)

    def lose(name: str, other: str) -> None:
        with world.briefbot.database.writing() as connection:
            connection.execute(sa.text(f"ALTER TABLE {name} RENAME TO {other}"))

    lose("audit", "lost")
    sender._plan()
    lose("lost", "audit")

    assert rows(world.briefbot.database, part) == 0
    assert "what is old is forgotten later" in caplog.text
    assert states(world)["due"] == 2, "what fell due is owed all the same"
