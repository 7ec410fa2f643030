"""Who may set up, change and stop what a channel gets, by whatever way it is asked for."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from conftest import NOW, Write
from test_home import Person, element
from world import World, opened

from bot.app import Briefbot
from bot.errors import ConfigError
from bot.loading import load
from bot.local_slack.draw import draw
from bot.store.audit import Audit
from digests import panel
from digests.schedule import Kind

CHANNEL = "C0CHIPS"
REFUSED = (
    "Here only operators set up what a channel gets, and change what others set up. Ask an admin of this"
    " workspace, or whoever runs Briefbot."
)


@pytest.fixture
def world(briefbot: Briefbot, write: Write) -> Iterator[World]:
    """A workspace where only operators schedule: Anna is one; Bela set something up before it was so."""
    with opened(briefbot, write, NOW) as before:
        before.say("digest here monday 09:00", channel="C0POLICY", user="U0BELA")
        before.say("subscribe here policy daily 09:00", channel="C0POLICY", user="U0BELA")
    roles = replace(briefbot.config.roles, schedule="operators")
    with opened(replace(briefbot, config=replace(briefbot.config, roles=roles)), write, NOW) as made:
        made.slack.users["U0ANNA"].is_admin = True
        yield made


def acts(world: World) -> list[tuple[str, str]]:
    return [(one.who.name, one.what) for one in Audit(world.briefbot.database).newest(limit=9)]


SET_UP = ("digest here friday 10:00", "subscribe here chips", 'subscribe here "wafer lot" daily 09:00')
CHANGE = (
    "digest stop here",
    "unsubscribe here policy",
    "unsubscribe all here",
    "subscribe here policy weekly friday 10:00",
)


@pytest.mark.parametrize("text", SET_UP + CHANGE)
def test_others_change_nothing_by_typing_and_are_told_whom_to_ask(world: World, text: str):
    before = acts(world)

    told = world.say(text, channel="C0POLICY", user="U0CLEO")

    assert REFUSED in told
    assert "/brief subscribe TOPIC, without here, sends it to you alone." in told
    assert acts(world) == before
    assert len(world.slack.visible("C0POLICY", user="U0BELA")) == 0


@pytest.mark.parametrize("text", SET_UP + CHANGE)
def test_operators_do_all_of_it(world: World, text: str):
    assert REFUSED not in world.say(text, channel="C0POLICY")


@pytest.mark.parametrize("text", CHANGE)
def test_everyone_changes_what_they_set_up_themselves(world: World, text: str):
    assert REFUSED not in world.say(text, channel="C0POLICY", user="U0BELA")


def test_everyone_subscribes_for_themselves_and_looks_at_everything(world: World):
    for text in ("subscribe chips", "unsubscribe chips", "digest here monday 09:00", "digest stop here"):
        assert REFUSED not in world.say(text, user="U0CLEO"), text
    for text in ("subscriptions", "digest", "digest past"):
        assert REFUSED not in world.say(text, channel="C0POLICY", user="U0CLEO"), text


def test_a_mention_is_no_way_around(world: World):
    event = {"type": "app_mention", "channel": "C0POLICY", "user": "U0CLEO", "ts": "1.1"}
    told = {**event, "text": "<@U0BOT> digest here friday 10:00"}
    asyncio.run(world.people.event(told, attempts=1))

    assert REFUSED in world.slack.messages[-1].text


@pytest.mark.parametrize(
    "action",
    [
        {"action_id": panel.STOP, "type": "button"},
        {"action_id": f"{panel.MOVE}_day", "type": "static_select", "selected_option": {"value": "friday"}},
    ],
)
def test_the_buttons_of_a_digest_are_no_way_around(world: World, action: dict[str, Any]):
    [schedule] = world.sending.subscriptions.schedules(Kind.DIGEST, workspace=world.slack.team)
    world.say("digest", channel="C0POLICY", user="U0CLEO")
    shown = world.slack.visible("C0POLICY", user="U0CLEO")[-1]
    carried = {"value": schedule.id} if action["type"] == "button" else {"block_id": f"carries:{schedule.id}"}

    asyncio.run(world.people.click({**action, **carried}, user="U0CLEO", channel="C0POLICY", ts=shown.ts))

    assert REFUSED in world.slack.visible("C0POLICY", user="U0CLEO")[-1].text
    assert [schedule] == world.sending.subscriptions.schedules(Kind.DIGEST, workspace=world.slack.team)


def test_home_offers_a_change_to_those_who_may_alone(world: World):
    offers = "[ Change this digest ]  [ Stop this digest ]"

    assert offers in Person(world).opens()
    assert offers in Person(world, "U0BELA").opens()
    seen = Person(world, "U0CLEO").opens()
    assert "[ Preview this digest ]" in seen
    assert offers not in seen


def test_a_home_that_is_open_still_is_no_way_around(world: World):
    cleo, anna = Person(world, "U0CLEO"), Person(world)
    anna.opens()
    cleo.opens()
    for label in ("Stop this digest", "Change this digest"):
        button = element(anna.home, label, "")
        cleo._run(cleo.viewing.act(cleo.home, button, user=cleo.id))
        assert REFUSED in draw(cleo.modal.view, width=1000)
    anna.taps("Change this digest")
    form = anna.modal
    outcome = cleo.submits("friday", "10:00")

    assert REFUSED in str(outcome.answer)
    assert form.id in world.slack.views
    assert "weekly monday 09:00" in world.say("subscriptions", channel="C0POLICY")


def test_as_shipped_everyone_schedules_and_it_is_written_down(briefbot: Briefbot, write: Write):
    with opened(briefbot, write, NOW) as world:
        for text in (
            "subscribe here chips daily 09:00",
            "subscribe here chips daily 10:00",
            'subscribe here "secret merger" daily 10:00',
            "unsubscribe here chips",
        ):
            assert REFUSED not in world.say(text, channel=CHANNEL, user="U0CLEO")

        entries = Audit(briefbot.database).newest(limit=9)

    assert [(one.what, one.on) for one in reversed(entries)] == [
        ("subscription begun", "C0CHIPS, daily 09:00 on chips"),
        ("subscription moved", "C0CHIPS, daily 10:00 on chips"),
        ("subscription begun", "C0CHIPS, daily 10:00 on a question"),
        ("subscription ended", "C0CHIPS, daily 10:00 on chips"),
    ]
    assert {one.who.id for one in entries} == {"U0CLEO"}


def test_an_unknown_rule_is_told(write: Write):
    path = write("config.yml", "roles:\n  schedule: admins\n")

    with pytest.raises(ConfigError, match=r"roles\.schedule: 'admins' is unknown; write everyone or operat"):
        load({"BRIEFBOT_CONFIG": str(path)})
