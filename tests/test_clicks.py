"""Clicks that come late, twice, from elsewhere or from an earlier release: each has an answer to be seen."""

import asyncio
import datetime
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from conftest import Write
from test_home import Person
from world import World, opened

from bot.app import Briefbot
from bot.config import Config, Topic
from bot.local_slack.draw import draw
from bot.local_slack.limits import message_fault
from bot.local_slack.people import who
from bot.local_slack.server import Fault
from bot.local_slack.values import Message
from bot.local_slack.viewing import Viewing
from bot.slack import clip_views
from bot.store.audit import Actor
from bot.store.clips import Clip
from digests import panel

START = datetime.datetime(2026, 3, 4, 10, 0, tzinfo=datetime.UTC)


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, topics={"chips": Topic(keywords=("wafer", "foundry"))})


@pytest.fixture
def world(briefbot: Briefbot, write: Write) -> Iterator[World]:
    with opened(briefbot, write, START) as world:
        world.arrive("The foundry at Greyfell sent its first wafers.", "Chips of glass lay on the quay.")
        yield world


@pytest.fixture
def anna(world: World) -> Person:
    return Person(world)


def asked(world: World, text: str) -> Message:
    """Return what Anna sees when she asks in a channel."""
    world.say(text, channel="C0POLICY")
    return world.slack.visible("C0POLICY", user="U0ANNA")[-1]


def labelled(blocks: list[dict[str, Any]], label: str) -> dict[str, Any]:
    rows = (block["elements"] for block in blocks if block["type"] == "actions")
    return next(one for row in rows for one in row if (one.get("text") or {}).get("text") == label)


def told_of(world: World, message: Message, action: Mapping[str, Any], **other: Any) -> dict[str, Any]:
    """Return what Slack tells of a click of Anna's, but for what is *other*."""
    key = world.slack.new_response_url("U0ANNA", message.channel, message)
    return {
        "type": "block_actions",
        **who(world.slack, "U0ANNA"),
        "channel": {"id": message.channel},
        "container": {"type": "message", "message_ts": message.ts, "is_ephemeral": True},
        "trigger_id": world.slack.new_trigger(),
        "response_url": f"{world.server.address}/respond/{key}",
        "actions": [{"block_id": "b", **{name: action.get(name) for name in ("action_id", "value")}}],
        **other,
    }


def bring(world: World, body: dict[str, Any], kind: str = "interactive") -> None:
    assert asyncio.run(world._bring(kind, body, {})).status == 200


def beside(world: World, message: Message) -> str:
    """Return what stands last beside a message."""
    return world.slack.visible(message.channel, user="U0ANNA")[-1].text


def windows(world: World) -> list[str]:
    return [draw(view.view, width=1000) for view in world.slack.views.values()]


def expired(world: World) -> dict[str, str]:
    """Return a response_url of which Slack takes no more."""
    return {"response_url": f"{world.server.address}/respond/spent"}


def test_where_a_message_takes_no_more_answers_a_window_has_it(world: World):
    answer = asked(world, "foundry")

    bring(world, told_of(world, answer, labelled(answer.blocks, "Show around it"), **expired(world)))

    [window] = windows(world)
    assert "Chips of glass lay on the quay" in window


def test_what_could_not_be_shared_is_not_said_to_be(world: World):
    answer = asked(world, "foundry")

    bring(world, told_of(world, answer, labelled(answer.blocks, "Share here"), **expired(world)))

    [window] = windows(world)
    assert "do it once more" in window
    assert "shared a passage" not in window
    assert world.slack.visible("C0POLICY", user="U0BELA") == []


def test_where_no_window_opens_it_is_said_beside_the_message(world: World):
    usage = asked(world, "help")
    late = told_of(world, usage, labelled(usage.blocks, "Search by topic, source and days"), trigger_id="1.x")

    bring(world, late)

    assert "do it once more" in beside(world, usage)


def test_where_no_window_opens_at_all_it_is_said_by_direct_message(world: World):
    world.server.faults.append(Fault("429", "views.open"))

    assert asyncio.run(Viewing(world.slack, world._bring).choose("search_form", user="U0ANNA")).status == 200

    [told] = world.slack.visible(world.slack.direct("U0ANNA").id)
    assert "do it once more" in told.text


def test_where_no_window_opens_upon_another_its_place_is_taken(world: World, anna: Person):
    world.say("digest here monday 09:00", channel="C0POLICY")
    anna.opens()
    anna.taps("Preview this digest")
    world.server.faults.append(Fault("429", "views.push"))
    preview = anna.modal

    anna.taps("Show all 2", within=preview, at=preview)

    [window] = windows(world)
    assert "In its thread" not in window
    assert "2 passages" in window


@pytest.mark.parametrize("label", ["Change this digest", "Preview this digest"])
def test_where_no_window_opens_upon_home_it_is_said_there(world: World, anna: Person, label: str):
    world.say("digest here monday 09:00", channel="C0POLICY")
    anna.opens()
    world.server.faults.append(Fault("429", "views.open"))

    assert "Click once more" in anna.taps(label)
    assert not world.slack.views


def test_a_button_of_an_earlier_release_says_so(world: World, anna: Person):
    old = world.slack.post("C0POLICY", world.slack.bot.id, "of long ago")

    bring(world, told_of(world, old, {"action_id": "of_long_ago", "value": "1"}))

    assert "an earlier Briefbot" in beside(world, old)
    anna.opens()
    asyncio.run(anna.viewing.act(anna.home, {"action_id": "of_long_ago"}, user="U0ANNA"))
    assert "an earlier Briefbot" in windows(world)[0]


@pytest.mark.parametrize("value", ["", "zzz", "1 2 3 4 5", None])
def test_a_preview_that_tells_nothing_is_not_posted_and_says_so(world: World, value: str | None):
    preview = asked(world, "digest")
    post = {**labelled(preview.blocks, "Post it in this channel"), "value": value}

    bring(world, told_of(world, preview, post))

    assert "ask for a digest again" in beside(world, preview)


def test_who_posts_a_digest_is_told_at_once_that_it_is_on_its_way(world: World):
    preview = asked(world, "digest")

    bring(world, told_of(world, preview, labelled(preview.blocks, "Post it in this channel")))

    assert "on its way to this channel" in beside(world, preview)


@pytest.mark.parametrize(
    ("question", "label"),
    [("digest", "Post it in this channel"), ("help", "Search by topic, source and days")],
)
def test_a_stranger_posts_no_digest_and_opens_no_form(world: World, question: str, label: str):
    answer = asked(world, question)
    stranger = {"id": "U0ANNA", "team_id": "T0STRANGE", "name": "anna"}

    bring(world, told_of(world, answer, labelled(answer.blocks, label), user=stranger))
    world.tick(minutes=1)

    assert "another workspace" in beside(world, answer) + str(windows(world))
    assert world.slack.visible("C0POLICY", user="U0BELA") == []


def test_a_form_of_one_workspace_that_a_stranger_sends_finds_nothing_for_them(world: World):
    view = {"id": "V1", "type": "modal", "callback_id": "search_form", "hash": "1"}
    view |= {"app_installed_team_id": world.slack.team, "state": {"values": {}}, "blocks": []}
    words = {"form_words": {"form_words": {"type": "plain_text_input", "value": "foundry"}}}
    body = {
        "type": "view_submission",
        **who(world.slack, "U0ANNA"),
        "team": {"id": "T0STRANGE"},
        "user": {"id": "U0STRANGER", "team_id": "T0STRANGE"},
        "view": {**view, "state": {"values": words}},
    }

    outcome = asyncio.run(world._bring("interactive", body, {}))

    assert "another workspace" in json.dumps(outcome.answer)


def test_what_is_clicked_in_an_organizations_workspace_is_done_in_that_one(world: World, anna: Person):
    world.slack.enterprise, world.slack.is_org_wide = "E0ORG", True
    anna.opens()

    anna.taps("Subscribe to chips")
    answer = asked(world, "foundry")
    bring(world, told_of(world, answer, labelled(answer.blocks, "Subscribe to this search")))

    assert "2 of yours" in world.say("subscriptions")
    anna.opens()
    anna.taps("End this subscription", beside="chips")
    assert "1 of yours" in world.say("subscriptions")


def test_what_is_said_in_an_organizations_workspace_is_done_in_that_one(world: World):
    world.slack.enterprise, world.slack.is_org_wide = "E0ORG", True
    told = {"type": "app_mention", "channel": "C0POLICY", "user": "U0ANNA", "ts": "1.1"}

    asyncio.run(world.people.event({**told, "text": f"<@{world.slack.bot.id}> subscribe chips"}))

    assert "1 of yours" in world.say("subscriptions")


@pytest.mark.parametrize(
    ("told", "is_answered"),
    [
        ({"subtype": "file_share", "files": [{"id": "F1"}]}, True),
        ({"subtype": "thread_broadcast", "thread_ts": "1.0"}, True),
        ({"subtype": "message_changed"}, False),
        ({"user": "USLACKBOT"}, False),
        ({"bot_id": "B1"}, False),
    ],
)
def test_what_a_person_says_in_a_direct_message_is_answered_also_with_a_file(
    world: World, told: dict[str, Any], is_answered: bool
):
    direct = world.slack.direct("U0ANNA").id
    event = {"type": "message", "channel": direct, "channel_type": "im", "user": "U0ANNA", "ts": "1.1"}

    asyncio.run(world.people.event({**event, "text": "foundry", **told}))

    assert len(world.slack.visible(direct)) == int(is_answered)


def test_lists_that_go_on_both_ways_are_taken_by_slack(world: World):
    searcher, today = world.briefbot.searcher, START.date()
    found = searcher.newest("topic:chips", workspace=world.slack.team, limit=5, offset=0, today=today)
    clip = Clip("d", "A word", "#policy", Actor("U0ANNA", "anna"), START)

    behind = panel.listing(replace(found, total=15), "topic:chips", 5)
    added = clip_views.clips([clip], 30, 10, note="", is_all=False, command="/brief")

    for message, labels in ((behind, ("Previous", "Next 5")), (added, ("Previous clips", "Next clips"))):
        assert all(labelled(message["blocks"], label) for label in labels)
        assert message_fault(message) is None
