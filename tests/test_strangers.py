"""People of other workspaces, in channels that two share: they read what is posted, and do nothing."""

import asyncio
import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import Write
from test_reading import asked
from world import World, opened

from bot.app import Briefbot

START = datetime.datetime(2026, 3, 2, 15, 0, tzinfo=datetime.UTC)


@pytest.fixture
def world(briefbot: Briefbot, write: Write) -> Iterator[World]:
    with opened(briefbot, write, START) as world:
        world.arrive("The port of Ystad was dredged.")
        yield world


def mention(world: World, **told: Any) -> str:
    event = {
        "type": "app_mention",
        "channel": "C0POLICY",
        "user": "U0ANNA",
        "text": "<@U0BOT> port",
        "ts": "1.1",
    }
    asyncio.run(world.people.event({**event, **told}, attempts=1))
    return world.slack.messages[-1].text


def test_a_stranger_who_mentions_it_is_told_kindly(world: World):
    assert "another workspace" in mention(world, user_team="T0STRANGE")
    assert "Ystad" in mention(world, user_team=world.slack.team)
    assert "Ystad" in mention(world)


@pytest.mark.parametrize(("own", "is_answered"), [("E0ORG", True), ("T0SISTER", True), ("E0OTHER", False)])
def test_who_is_of_another_organization_is_a_stranger_to_ours(world: World, own: str, is_answered: bool):
    world.slack.enterprise = "E0ORG"

    assert ("Ystad" in mention(world, user_team=own)) is is_answered


@pytest.mark.parametrize(
    "label", ["Share here", "Show around it", "Subscribe to this search", "This was useful"]
)
def test_a_stranger_who_clicks_is_told_kindly_and_nothing_is_done(world: World, label: str):
    answer = asked(world, "port Ystad")
    before = len(world.slack.visible("C0POLICY", user="U0BELA"))
    buttons = [one for block in answer.blocks if block["type"] == "actions" for one in block["elements"]]
    clicked = next(one for one in buttons if one["text"]["text"] == label)
    body = {
        "type": "block_actions",
        "team": {"id": world.slack.team},
        "user": {"id": "U0ANNA", "team_id": "T0STRANGE", "name": "anna"},
        "channel": {"id": "C0POLICY"},
        "container": {"type": "message", "message_ts": answer.ts, "is_ephemeral": True},
        "trigger_id": world.slack.new_trigger(),
        "response_url": f"{world.server.address}/respond/{world.slack.new_response_url('U0ANNA', 'C0POLICY')}",
        "actions": [{"action_id": clicked["action_id"], "block_id": "b", "value": clicked["value"]}],
    }

    asyncio.run(world._bring("interactive", body, {}))

    assert "another workspace" in world.slack.visible("C0POLICY", user="U0ANNA")[-1].text
    assert len(world.slack.visible("C0POLICY", user="U0BELA")) == before
    world.briefbot.questions.write()
    assert world.briefbot.questions.verdicts() == (0, 0)
    assert "You have no subscriptions" in world.say("subscriptions")
