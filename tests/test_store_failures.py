"""Where the store fails people in Slack are told so, and never where it is; the log and the terminal say that."""

import asyncio
import re
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from conftest import NOW, Run, Write
from test_clipping import FERRY, choose, said, submit
from test_home import Person
from world import World, opened

from bot.app import Briefbot
from bot.errors import STORE_FAILS, StoreError
from bot.local_slack.draw import draw

Do = Callable[[World], str]


@pytest.fixture
def world(briefbot: Briefbot, write: Write) -> Iterator[World]:
    with opened(briefbot, write, NOW) as made:
        made.arrive("The factory has shipped its new semiconductor chips to buyers abroad.")
        yield made


LOST = r'(no such table: \w+|relation "\w+" does not exist)'
"""What the engines say of a table that is gone."""


def lose(world: World, *tables: str) -> None:
    """Take tables away, as a restore of half a backup would."""
    with world.briefbot.database.writing() as connection:
        for table in tables:
            connection.execute(sa.text(f"ALTER TABLE {table} RENAME TO lost_{table}"))


def types(world: World) -> str:
    lose(world, "subscription")
    return world.say("subscriptions")


def mentions(world: World) -> str:
    lose(world, "schedule")
    event = {"type": "app_mention", "channel": "C0POLICY", "user": "U0ANNA", "ts": "1.1"}
    asyncio.run(world.people.event({**event, "text": "<@U0BOT> digest stop here"}, attempts=1))
    return str(world.slack.messages[-1])


def opens_home(world: World) -> str:
    lose(world, "subscription")
    return Person(world).opens()


def taps_in_home(world: World) -> str:
    anna = Person(world)
    anna.opens()
    lose(world, "subscription")
    seen = anna.taps("Subscribe to chips")
    return draw(anna.modal.view, width=1000) + seen


def sends_a_form(world: World) -> str:
    world.say("subscribe chips daily 09:00")
    anna = Person(world)
    anna.opens()
    anna.taps("Change this subscription", beside="chips")
    lose(world, "subscription")
    return str(anna.submits("daily", "10:00").answer)


def adds_a_message(world: World) -> str:
    view = choose(world, said(world, FERRY))
    lose(world, "clip")
    submit(world, view)
    return draw(world.slack.views[view].view, width=1000)


@pytest.mark.parametrize("do", [types, mentions, opens_home, taps_in_home, sends_a_form, adds_a_message])
def test_people_are_not_told_where_the_store_is(world: World, do: Do, caplog: pytest.LogCaptureFixture):
    told = do(world)

    assert STORE_FAILS in told
    assert world.briefbot.database.name not in told
    assert "briefbot.db" not in told
    assert not re.search(LOST, told)
    references = re.findall(r"The log has the reason under (\w+)\.", told)
    assert references
    for reference in references:
        assert re.search(f"{reference}: {re.escape(world.briefbot.database.name)}: {LOST}", caplog.text)


def test_the_terminal_is_told(world: World, run: Run):
    lose(world, "question")

    done = run("questions")

    assert done.returncode == 1
    assert re.search(f"{re.escape(world.briefbot.database.name)}: {LOST}", done.stderr)


def test_of_postgresql_people_are_told_as_little():
    error = StoreError('the PostgreSQL of DATABASE_URL: connection to server at "10.0.0.7" failed')

    assert error.told == STORE_FAILS
