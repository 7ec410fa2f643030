"""What is kept about a person is shown, exported and deleted, and nobody else's."""

import datetime
import json
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from conftest import Write
from test_clipping import add, said
from test_reading import asked, click, drawn
from world import World, opened

from bot.app import Briefbot
from bot.store.tables import question
from digests.tables import delivery, metadata

START = datetime.datetime(2026, 3, 2, 15, 0, tzinfo=datetime.UTC)


@pytest.fixture
def world(briefbot: Briefbot, write: Write) -> Iterator[World]:
    with opened(briefbot, write, START) as world:
        world.arrive("The port of Ystad was dredged.")
        yield world


def everything(world: World) -> str:
    """Return all that stands in the tables that have to do with people."""
    with world.briefbot.database.reading() as connection:
        tables = (question, *metadata.tables.values())
        return json.dumps([list(map(str, connection.execute(sa.select(one)).all())) for one in tables])


def lived(world: World) -> None:
    """Let Anna and Bela do all that leaves a trace."""
    for user in ("U0ANNA", "U0BELA"):
        world.say('subscribe "dredged"', user=user)
        world.say("zeppelins", user=user)
    world.say("digest here monday 09:00", channel="C0POLICY")
    world.say('subscribe here "ballast"', channel="C0POLICY")
    world.arrive("Once more a harbour was dredged, at Lund.")
    world.tick(minutes=1)
    world.tick(minutes=1)


def test_what_is_kept_is_shown_and_can_be_taken_elsewhere(world: World):
    lived(world)

    shown = world.say("my data")

    assert "1 message\n" in shown
    assert "dredged" in shown
    assert "zeppelins" in shown
    assert "U0BELA" not in shown
    start = shown.index("{")
    kept = json.loads(
        "".join(line.removeprefix("    ") for line in shown[start : shown.rindex("}") + 1].split("\n"))
    )
    assert [one["text"] for one in kept["questions"]] == ["zeppelins"]
    assert {one["for"] for one in kept["subscriptions"]} == {"U0ANNA", "C0POLICY"}


def test_who_is_forgotten_leaves_nothing_and_takes_nothing_of_others(world: World):
    lived(world)
    message = asked(world, "forget me", channel=world.slack.direct("U0ANNA").id)
    assert "U0ANNA" in everything(world)

    (done,) = click(world, message, "Delete all of it")

    assert "It is deleted" in drawn(done)
    assert "U0ANNA" not in everything(world)
    assert "U0BELA" in everything(world)
    assert "ballast" in world.say("subscriptions", channel="C0POLICY"), "what a channel has goes on"
    assert "zeppelins" in world.say("my data", user="U0BELA")
    world.arrive("And again one was dredged, at Pori.")
    world.tick(minutes=1)
    assert "Pori" in str(world.sent(world.slack.direct("U0BELA").id))
    assert "Pori" not in str(world.sent(world.slack.direct("U0ANNA").id))
    assert "Nothing is kept about you" in world.say("my data")


def test_who_is_forgotten_can_begin_again(world: World):
    lived(world)
    click(world, asked(world, "forget me", channel=world.slack.direct("U0ANNA").id), "Delete all of it")

    world.say('subscribe "dredged"')
    world.arrive("The last was dredged, at Kiel.")
    world.tick(minutes=1)

    assert "Kiel" in str(world.sent(world.slack.direct("U0ANNA").id))


def test_while_a_message_is_on_its_way_nothing_is_deleted(world: World):
    lived(world)
    mine = delivery.c.audience == "U0ANNA"
    with world.briefbot.database.writing() as connection:
        connection.execute(delivery.update().where(mine).values(state="sending"))

    (told_,) = click(
        world, asked(world, "forget me", channel=world.slack.direct("U0ANNA").id), "Delete all of it"
    )

    assert "on its way" in drawn(told_)
    assert "U0ANNA" in everything(world)


def test_what_was_clipped_goes_too(world: World):
    mine = add(world, said(world, "The northern ferry runs twice a day."))
    add(world, said(world, "The southern ferry rests on Mondays."), user="U0BELA")
    assert "in the library" in mine
    message = asked(world, "my data", channel=world.slack.direct("U0ANNA").id)
    assert "northern" in drawn(message)

    click(world, message, "Delete all of it")
    world.briefbot.index.follow(world.briefbot.library)

    assert "Nothing on" in world.say('"northern ferry"')
    assert "southern ferry" in world.say('"southern ferry"'), "what others added stays"


def test_the_same_person_elsewhere_is_another(world: World, briefbot: Briefbot):
    lived(world)
    briefbot.questions.note("airships", workspace="T0OTHER", user="U0ANNA", is_found=False, now=START)

    click(world, asked(world, "forget me", channel=world.slack.direct("U0ANNA").id), "Delete all of it")

    assert [one.text for one in briefbot.questions.of("T0OTHER", "U0ANNA")] == ["airships"]


def test_who_is_unknown_is_told_so(world: World):
    assert "Nothing is kept about you" in world.say("my data", user="U0CLEO")
    assert "Nothing is kept about you" in world.say("forget me", user="U0CLEO")
    assert "my data" in world.say("help")
