"""Home tabs and modals in the local Slack: what it takes of an app, and what people can do in them."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from bot.local_slack.methods import call
from bot.local_slack.people import Outcome
from bot.local_slack.state import Workspace
from bot.local_slack.values import Refused, View
from bot.local_slack.viewing import Viewing
from bot.slack.manifest import manifest

TITLE = {"type": "plain_text", "text": "Hi"}
FIELD = {
    "type": "input",
    "block_id": "name",
    "label": TITLE,
    "element": {"type": "plain_text_input", "action_id": "name"},
}
FORM = {"type": "modal", "title": TITLE, "submit": TITLE, "callback_id": "form", "blocks": [FIELD]}
HOME: dict[str, Any] = {"type": "home", "blocks": [], "private_metadata": "kept"}


@pytest.fixture
def workspace() -> Workspace:
    made = Workspace(now=lambda: 1000.0)
    made.add_user("anna")
    return made


def called(workspace: Workspace, method: str, **arguments: Any) -> dict[str, Any]:
    return call(workspace, method, workspace.bot_token, arguments)


def opened(workspace: Workspace, view: dict[str, Any]) -> View:
    told = called(workspace, "views.open", trigger_id=workspace.new_trigger(), view=view)
    return workspace.views[told["view"]["id"]]


def test_a_home_is_no_modal_and_a_modal_no_home(workspace: Workspace):
    trigger = workspace.new_trigger()

    assert called(workspace, "views.publish", user_id="U0ANNA", view=FORM)["error"] == "invalid_arguments"
    assert called(workspace, "views.open", trigger_id=trigger, view=HOME)["error"] == "invalid_arguments"
    assert workspace.homes == {}
    assert workspace.views == {}


def test_an_app_whose_manifest_has_no_home_publishes_none(workspace: Workspace):
    told = manifest("/brief")
    told["features"]["app_home"]["home_tab_enabled"] = False
    workspace.create_app(told)
    assert called(workspace, "views.publish", user_id="U0ANNA", view=HOME)["error"] == "not_enabled"

    workspace.create_app(manifest("/brief"))
    assert called(workspace, "views.publish", user_id="U0ANNA", view=HOME)["ok"]


def test_a_home_that_is_opened_again_is_told_with_its_hash(workspace: Workspace):
    brought = Brought()
    viewing = Viewing(workspace, brought)
    asyncio.run(viewing.open_home("U0ANNA"))
    called(workspace, "views.publish", user_id="U0ANNA", view=HOME)
    asyncio.run(viewing.open_home("U0ANNA"))

    first, second = (body["event"] for body in brought.bodies)
    assert "view" not in first
    assert second["view"]["hash"] == workspace.homes["U0ANNA"].hash
    assert second["view"]["private_metadata"] == "kept"


def test_what_is_clicked_in_a_view_comes_without_a_response_url(workspace: Workspace):
    brought = Brought()
    view = opened(workspace, FORM)
    asyncio.run(Viewing(workspace, brought).act(view, {"action_id": "a"}, user="U0ANNA"))

    [body] = brought.bodies
    assert "response_url" not in body
    assert body["view"]["id"] == view.id
    told = called(workspace, "views.push", trigger_id=body["trigger_id"], view=FORM)
    assert workspace.views[told["view"]["id"]].depth == 2


def test_what_was_filled_in_stays_where_a_field_stays_and_is_told(workspace: Workspace):
    brought = Brought()
    viewing, view = Viewing(workspace, brought), opened(workspace, FORM)
    assert asyncio.run(viewing.fill(view, "name", {"value": "typed"}, user="U0ANNA")) is None

    heard = {**FORM, "blocks": [{**FIELD, "dispatch_action": True}]}
    called(workspace, "views.update", view_id=view.id, view=heard)
    asyncio.run(viewing.act(view, {"action_id": "a"}, user="U0ANNA"))
    asyncio.run(viewing.fill(view, "name", {"value": "typed on"}, user="U0ANNA"))
    called(workspace, "views.update", view_id=view.id, view={**FORM, "blocks": []})
    asyncio.run(viewing.act(view, {"action_id": "a"}, user="U0ANNA"))

    first, second, last = brought.bodies
    assert first["view"]["state"]["values"]["name"]["name"]["value"] == "typed"
    assert second["actions"][0]["value"] == "typed on", "the app asked to hear of it"
    assert last["view"]["state"]["values"] == {}


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ({}, 0),
        ({"response_action": "clear"}, 0),
        ({"response_action": "errors", "errors": {"name": "no"}}, 1),
        ({"response_action": "update", "view": {**FORM, "private_metadata": "changed"}}, 1),
    ],
)
def test_a_form_that_is_submitted_becomes_what_the_app_answers(
    workspace: Workspace, answer: dict[str, Any], left: int
):
    view = opened(workspace, FORM)

    asyncio.run(Viewing(workspace, Brought(answer)).submit(view, {}, user="U0ANNA"))

    assert len(workspace.views) == left
    if answer.get("response_action") == "update":
        assert view.view["private_metadata"] == "changed"


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"elsewhere": "no"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "update", "view": {**FORM, "title": {"type": "plain_text", "text": "x" * 25}}},
        {"response_action": "vanish"},
    ],
)
def test_an_answer_to_a_form_that_slack_does_not_take_fails(workspace: Workspace, answer: dict[str, Any]):
    view = opened(workspace, FORM)

    with pytest.raises(Refused):
        asyncio.run(Viewing(workspace, Brought(answer)).submit(view, {}, user="U0ANNA"))


class Brought:
    """Takes what is brought to an app, and answers as it is told."""

    def __init__(self, answer: dict[str, Any] | None = None) -> None:
        self.bodies: list[dict[str, Any]] = []
        self._answer = answer or {}

    async def __call__(self, _kind: str, body: dict[str, Any], _headers: Mapping[str, str]) -> Outcome:
        self.bodies.append(body)
        return Outcome(200, self._answer)
