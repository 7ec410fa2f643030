"""The form for a search: opened, filled in with suggestions, and answered in its window."""

import asyncio
import datetime
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from conftest import Write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from world import World, opened

from bot.app import Briefbot
from bot.config import Config, Topic
from bot.document import Document, Passage
from bot.local_slack.draw import draw
from bot.local_slack.limits import view_fault
from bot.slack.form import asked, form
from bot.store.records import Draft

START = datetime.datetime(2026, 3, 2, 15, 0, tzinfo=datetime.UTC)


@pytest.fixture
def config(config: Config) -> Config:
    topics = {"ports": Topic("Harbours", keywords=("harbour",)), "prices": Topic("Money")}
    return replace(config, topics=topics, names=(("Gdynia Works", "GW"),))


@pytest.fixture
def world(briefbot: Briefbot, write: Write) -> Iterator[World]:
    with opened(briefbot, write, START) as world:
        for number, (publisher, workspace) in enumerate(
            [("Baltic Ledger", ""), ("Harbour Gazette", ""), ("Secret Bulletin", "T0OTHER")]
        ):
            document = Document("", workspace, f"Told {number}", publisher=publisher, date=START.date())
            text = (
                f"The harbour number {number} was dredged, wrote its dredgers{' in secret' * (number == 2)}."
            )
            draft = Draft(document, f"t:{number}", (), (Passage(text),), text, "1")
            world.briefbot.library.put(draft, now=START)
        world.briefbot.index.follow(world.briefbot.library)
        yield world


def bring(world: World, kind: str, **told: Any) -> dict[str, Any]:
    """Bring what Slack does, from Anna; return the app's answer."""
    user = {"id": "U0ANNA", "team_id": world.slack.team, "name": "anna"}
    body = {"type": kind, "team": {"id": world.slack.team}, "user": user, **told}
    outcome = asyncio.run(world._bring("interactive", body, {}))
    assert outcome.status == 200
    return outcome.answer


def open_form(world: World) -> Mapping[str, Any]:
    bring(world, "shortcut", callback_id="search_form", trigger_id=world.slack.new_trigger())
    (view,) = world.slack.views.values()
    return view.view


def send(world: World, **filled: Any) -> dict[str, Any]:
    """Send the form with these fields."""
    values = {name: {name: value} for name, value in filled.items()}
    view = {**form(world.briefbot.config), "id": "V1", "hash": "1", "state": {"values": values}}
    return bring(world, "view_submission", view=view, trigger_id=world.slack.new_trigger())


def suggestions(world: World, action: str, typed: str) -> list[str]:
    container = {"type": "view", "view_id": "V1"}
    answer = bring(
        world, "block_suggestion", action_id=action, block_id=action, value=typed, container=container
    )
    return [option["text"]["text"] for option in answer["options"]]


def option(value: str) -> dict[str, Any]:
    return {"selected_option": {"text": {"type": "plain_text", "text": value}, "value": value}}


def test_the_shortcut_opens_the_form(world: World):
    shown = open_form(world)

    labels = [block["label"]["text"] for block in shown["blocks"]]
    assert labels == ["Words to look for", "Or pick what the library has", "Topic", "Source", "From", "Up to"]
    assert view_fault(shown) is None


def test_the_button_of_help_opens_it_too(world: World):
    assert "Search by topic, source and days" in world.say("help")
    action = {"action_id": "search_open", "block_id": "b", "value": "form"}
    message = world.slack.visible(world.slack.direct("U0ANNA").id, user="U0ANNA")[-1]

    asyncio.run(world.people.click(action, user="U0ANNA", channel=message.channel, ts=message.ts))

    assert len(world.slack.views) == 1


def test_what_it_finds_stands_in_its_window(world: World):
    answer = send(world, form_words={"value": "harbour dredged"}, form_source=option("Baltic Ledger"))

    assert answer["response_action"] == "push"
    assert view_fault(answer["view"]) is None
    shown = draw(answer["view"], width=1000).replace("*", "")
    assert "The harbour number 0 was dredged" in shown
    assert "number 1" not in shown
    assert "Share here" not in shown, "a window is in no channel"
    assert "Show around it" in shown


def test_days_are_counted_whole(world: World):
    day = START.date().isoformat()
    within = send(world, form_words={"value": "harbour"}, form_upto={"selected_date": day})
    before = send(world, form_words={"value": "harbour"}, form_after={"selected_date": "2026-03-03"})

    assert "2 passages" in draw(within["view"])
    assert "Nothing on" in draw(before["view"])


@pytest.mark.parametrize(
    ("filled", "told"),
    [({}, "Type what to look for"), ({"form_words": {"value": "the of"}}, "stand everywhere")],
)
def test_what_cannot_be_asked_is_told_at_the_field(world: World, filled: Any, told: str):
    answer = send(world, **filled)

    assert answer["response_action"] == "errors"
    assert told in answer["errors"]["form_words"]


def test_what_is_clicked_in_the_window_is_answered_in_one(world: World):
    shown = send(world, form_words={"value": "harbour dredged"})["view"]
    first = next(block for block in shown["blocks"] if block["type"] == "actions")["elements"][0]
    bring(
        world,
        "block_actions",
        container={"type": "view", "view_id": "V1"},
        view={**shown, "id": "V1", "hash": "1"},
        trigger_id=world.slack.new_trigger(view=open_id(world)),
        actions=[{"action_id": first["action_id"], "block_id": "b", "value": first["value"]}],
    )

    (around,) = [view.view for view in world.slack.views.values() if "Around" in json.dumps(view.view)]
    assert view_fault(around) is None


def open_id(world: World) -> str:
    open_form(world)
    return next(iter(world.slack.views))


def test_suggestions_go_on_from_what_was_typed(world: World):
    assert suggestions(world, "form_picked", "po") == ["po", "ports"]
    assert "harbour dredged" in suggestions(world, "form_picked", "harbour dred")
    assert suggestions(world, "form_picked", "gd") == ["gd", "Gdynia Works"]
    assert suggestions(world, "form_source", "gazette") == ["Harbour Gazette"]
    assert suggestions(world, "form_source", "zzz") == []


def test_nothing_of_another_workspace_is_suggested_or_found(world: World):
    assert suggestions(world, "form_source", "secret") == []
    assert "secret" not in suggestions(world, "form_picked", "secr")
    assert "in secret" not in json.dumps(send(world, form_words={"value": "harbour dredged"}))


def test_new_sources_are_suggested(world: World):
    assert suggestions(world, "form_source", "nordic") == []
    document = Document("", title="New", publisher="Nordic Post")
    draft = Draft(document, "t:new", (), (Passage("Ships came."),), "Ships came.", "1")
    world.briefbot.library.put(draft, now=START)
    world.briefbot.index.follow(world.briefbot.library)

    assert suggestions(world, "form_source", "nordic") == ["Nordic Post"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=300), picked=st.text(min_size=1, max_size=150))
def test_whatever_is_typed_is_answered(world: World, text: str, picked: str):
    answer = send(world, form_words={"value": text}, form_picked=option(picked))
    assert answer["response_action"] in {"errors", "push"}
    if answer["response_action"] == "push":
        assert view_fault(answer["view"]) is None
    for action in ("form_picked", "form_source"):
        assert all(0 < len(one) <= 75 for one in suggestions(world, action, text))


def test_a_question_is_read_back_from_what_was_filled_in():
    values = {
        "form_words": {"form_words": {"value": " chips  export "}},
        "form_topic": {"form_topic": option("export controls")},
        "form_source": {"form_source": {"selected_option": None}},
        "form_upto": {"form_upto": {"selected_date": "2024-12-31"}},
    }

    assert asked({"state": {"values": values}}) == 'chips export topic:"export controls" before:2025-01-01'
