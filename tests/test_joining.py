"""What is said in a channel that Briefbot joins: once, and nothing else."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import NOW, Write
from hosting import Browser, hosted, open_to_all
from limits import check
from world import World, opened

from bot.app import Briefbot
from bot.local_slack.people import Outcome
from bot.local_slack.server import Fault, Server
from bot.local_slack.state import Workspace

CHANNEL = "C0ELSEWHERE"


@pytest.fixture
def world(briefbot: Briefbot, write: Write) -> Iterator[World]:
    with opened(briefbot, write, NOW) as made:
        yield made


def join(world: World, *, attempts: int = 1, **told: Any) -> Outcome:
    """Invite Briefbot; Slack tells of it."""
    world.slack.invite(CHANNEL)
    event = {
        "type": "member_joined_channel",
        "user": "U0BOT",
        "channel": CHANNEL,
        "channel_type": "C",
        "team": world.slack.team,
        "inviter": "U0ANNA",
        "event_ts": f"{world.slack.now():.6f}",
    }
    return asyncio.run(world.people.event({**event, **told}, attempts=attempts))


def said(world: World) -> list[str]:
    for message in world.slack.visible(CHANNEL):
        check({"text": message.text, "blocks": message.blocks, "mrkdwn": False})
    return [message.text for message in world.slack.visible(CHANNEL)]


def test_where_nothing_is_set_up_it_says_how(world: World):
    join(world)

    [told] = said(world)
    assert told == "Briefbot is here. It posts nothing in this channel until someone sets that up."
    blocks = str(world.slack.visible(CHANNEL)[0].blocks)
    assert "/brief digest here monday 09:00" in blocks
    assert "/brief subscribe here chips daily 09:00" in blocks


def test_what_is_set_up_is_told_with_its_next_time_and_who_set_it_up(world: World):
    world.slack.invite(CHANNEL)
    world.say("digest here chips monday 09:00 Europe/Berlin", channel=CHANNEL, user="U0BELA")
    world.say("subscribe here policy daily 08:00 UTC", channel=CHANNEL)
    world.say("digest here friday 09:00 UTC", channel="C0CHIPS")
    world.slack.kick(CHANNEL)
    world.slack.messages.clear()

    join(world)

    [told] = said(world)
    assert told == (
        "Briefbot is here. This channel gets a digest of what is new on chips every Monday at 09:00"
        " (Europe/Berlin). Next: Monday 9 March 2026, 09:00. Set up by bela."
        " what is new on policy every day at 08:00 (UTC). Next: Tuesday 3 March 2026, 08:00. Set up by anna."
    )


def test_others_who_join_are_not_its_business(world: World):
    for told in ({"user": "U0ANNA"}, {"user": None}, {"user": ""}, {"channel": None}, {"channel": "D0ANNA"}):
        assert join(world, **told).status == 200

    assert said(world) == []
    assert not world.slack.calls["chat.postMessage"]


def test_the_same_join_is_told_of_once_also_by_another_process(
    world: World, briefbot: Briefbot, write: Write
):
    join(world)
    join(world)
    with opened(briefbot, write, NOW) as other:
        join(other)

        assert said(other) == []
    assert len(said(world)) == 1


def test_who_invites_it_again_later_is_told_again(world: World):
    join(world)
    world.slack.kick(CHANNEL)
    world.tick(hours=1)
    join(world)

    assert len(said(world)) == 2


def test_what_slack_certainly_did_not_post_is_said_when_it_is_brought_again(world: World):
    world.server.faults.append(Fault("429", "chat.postMessage"))
    assert join(world).status == 500
    assert said(world) == []

    join(world)

    assert len(said(world)) == 1


def test_where_nobody_knows_whether_it_was_posted_it_is_not_said_twice(world: World):
    world.server.faults.append(Fault("drop_after", "chat.postMessage"))
    join(world)
    join(world)

    assert len(said(world)) == 1


def test_a_shared_channel_of_two_workspaces_hears_it_once(briefbot: Briefbot):
    first = Workspace(rates=False)
    second = first.beside("T0OTHER", token="xoxb-other-token")  # noqa: S106
    for workspace in (first, second):
        workspace.add_channel("shared", workspace.add_user("anna"), workspace.bot)
        workspace.is_installed = False
    event = {"type": "member_joined_channel", "user": "U0BOT", "channel": "C0SHARED", "event_ts": "1.2"}
    with (
        Server(first, second).running() as slack,
        hosted(open_to_all(briefbot, slack), slack) as host,
    ):
        for workspace in (first, second):
            Browser().install(host, workspace)
        for workspace in (first, second, first):
            assert slack.run(host.people(workspace).event({**event, "team": workspace.team})).status == 200
        slack.run(host.people(first).event({**event, "user": "U0ANNA", "event_ts": "1.3"}))

        told = [len(workspace.visible("C0SHARED")) for workspace in (first, second)]

    assert told == [1, 0]
