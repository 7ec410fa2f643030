"""What Slack brings and nobody expects: acknowledged, without effect, and never in a log."""

import asyncio
import json
import logging
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import Briefbot, collector_of, filing_of, sending_of
from bot.local_slack.server import Fault, Server
from bot.local_slack.state import Workspace
from bot.serve import slack_app
from bot.slack.dispatch import Dispatch, request_of
from bot.slack.installed import OwnToken
from bot.slack.once import Once

HIDDEN = "canary-tender-offer"
MENTION = {"type": "app_mention", "channel": "C0POLICY", "user": "U0ANNA", "text": HIDDEN, "ts": "1.1"}
WORDS = ("channel", "ts", "user", "text", "thread_ts", "subtype", "channel_type")

Bring = Callable[[Any], BoltResponse | None]


@pytest.fixture
def slack() -> Iterator[Server]:
    workspace = Workspace()
    anna = workspace.add_user("anna")
    workspace.add_channel("policy", anna, workspace.bot)
    with Server(workspace).running() as server:
        yield server


@pytest.fixture
def app(slack: Server, briefbot: Briefbot) -> AsyncApp:
    token = slack.workspace.bot_token
    config = replace(briefbot.config, slack=replace(briefbot.config.slack, bot_token=token))
    client = AsyncWebClient(token, base_url=slack.api_url, retry_handlers=[])
    opened = replace(briefbot, config=config)
    filing = filing_of(opened, client, OwnToken(token))
    return slack_app(opened, client, sending_of(opened), collector_of(opened), filing)


@pytest.fixture(params=["http", "socket"])
def bring(request: pytest.FixtureRequest, app: AsyncApp) -> Bring:
    """Bring a payload as either way does; None where it is not what Slack sends."""
    dispatch = Dispatch(app, Once())

    def bring_(body: Any) -> BoltResponse | None:
        written = json.dumps(body).encode() if request.param == "http" else body
        asked = request_of(written, {"content-type": "application/json"})
        return asyncio.run(dispatch.answer(asked)) if asked else None

    return bring_


def event(told: Any, event_id: str = "Ev1") -> dict[str, Any]:
    return {"type": "event_callback", "team_id": "T1", "event_id": event_id, "event": told}


def heard(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What any part, Slack's libraries as well, told at WARNING and above."""
    return [caplog.handler.format(r) for r in caplog.records if r.levelno >= logging.WARNING]


@pytest.mark.parametrize(
    "told",
    [None, [], "x", 5, {}, {"type": 5}, {"type": ["app_mention"]}, {"type": "message", "channel_type": "im"}]
    + [{key: value for key, value in MENTION.items() if key != left_out} for left_out in ("channel", "ts")]
    + [{**MENTION, key: odd} for key in WORDS for odd in (5, {}, ["x"])],
)
def test_an_event_of_an_odd_shape_has_no_effect(
    bring: Bring, slack: Server, caplog: pytest.LogCaptureFixture, told: Any
):
    answer = bring(event(told))

    assert answer is None or answer.status == 200
    assert slack.workspace.messages == []
    assert heard(caplog) == []


@pytest.mark.parametrize(
    "body",
    [
        {"type": "event_callback", "event_id": ["Ev1"], "event": MENTION},
        {"type": "event_callback", "team_id": {}, "event": MENTION},
        {"type": "event_callback", "authorizations": 5, "event": MENTION},
        {"type": "block_actions", "actions": None, "team": [], "user": "U"},
        {"type": "block_actions", "actions": [], "view": []},
        {"type": "block_actions", "actions": [5]},
        {"type": "view_submission", "view": None},
        {"type": "view_closed", "view": {}},
        {"type": "view_submission", "view": {"callback_id": HIDDEN}},
        {"type": "view_submission", "view": {"type": "modal", "callback_id": HIDDEN}},
        {"type": ["event_callback"]},
        {"type": "message_action", "team": None, "user": None},
        {"type": "dialog_submission", "callback_id": HIDDEN, "submission": {"a": HIDDEN}},
        {"type": "block_suggestion", "value": HIDDEN},
        {"type": "app_rate_limited"},
        {"command": 5, "text": HIDDEN},
        {"command": "/other", "text": HIDDEN},
        {"ssl_check": "1"},
        {},
    ],
)
def test_a_payload_that_nobody_handles_has_no_effect(
    bring: Bring, slack: Server, caplog: pytest.LogCaptureFixture, body: dict[str, Any]
):
    answer = bring(body)

    assert answer is None or answer.status == 200
    assert slack.workspace.messages == []
    assert heard(caplog) == []


def test_an_answer_that_slack_refuses_is_told_in_one_line(
    bring: Bring, slack: Server, caplog: pytest.LogCaptureFixture
):
    slack.workspace.archive("C0POLICY")

    answer = bring(event(MENTION))

    assert answer
    assert answer.status == 200, "it would be refused again"
    [line] = heard(caplog)
    assert "is_archived" in line
    assert "\n" not in line
    assert HIDDEN not in line


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [("429", 500, "ratelimited"), ("drop_after", 200, "ServerDisconnectedError"), ("500", 200, "")],
)
def test_an_answer_is_brought_again_only_where_it_certainly_did_not_arrive(
    bring: Bring, slack: Server, caplog: pytest.LogCaptureFixture, kind: str, status: int, code: str
):
    slack.faults.append(Fault(kind, "chat.postMessage"))

    answers = [bring(event(MENTION)) for _ in range(2)]

    assert [answer and answer.status for answer in answers] == [status, 200]
    [line] = heard(caplog)
    assert code in line
    assert "\n" not in line
    assert len(slack.workspace.messages) == (0 if kind == "500" else 1)


def test_a_bug_is_logged_by_where_it_happened_and_not_by_what_was_typed(
    bring: Bring, app: AsyncApp, caplog: pytest.LogCaptureFixture
):
    @app.action("broken")
    async def _broken(body: dict[str, Any]) -> None:
        raise RuntimeError(body["actions"][0]["value"])

    answer = bring({"type": "block_actions", "actions": [{"action_id": "broken", "value": HIDDEN}]})

    assert answer
    assert answer.status == 500
    [line] = heard(caplog)
    assert "RuntimeError" in line
    assert "in _broken" in line
    assert HIDDEN not in line


def test_what_bolt_itself_stumbles_over_is_logged_like_a_bug(caplog: pytest.LogCaptureFixture):
    class Stumbling(AsyncApp):
        async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
            raise KeyError(req.body["text"])

    asked = request_of({"text": HIDDEN}, {})
    assert asked

    answer = asyncio.run(Dispatch(Stumbling(authorize=nobody), Once()).answer(asked))

    assert answer.status == 500
    [line] = heard(caplog)
    assert "KeyError" in line
    assert HIDDEN not in line


async def nobody() -> None:
    """Authorize no one."""


def test_an_unknown_command_is_answered_in_private(app: AsyncApp):
    body = urllib.parse.urlencode({"command": "/other", "text": HIDDEN}).encode()
    asked = request_of(body, {"content-type": "application/x-www-form-urlencoded"})
    assert asked

    answer = asyncio.run(Dispatch(app, Once()).answer(asked))

    assert answer.status == 200
    told = json.loads(answer.body)
    assert told["response_type"] == "ephemeral"
    assert "/brief help" in told["text"]


ODD = (None, 5, ["x"], {"id": ["x"]})
CHOSEN = {
    "type": "message_action",
    "callback_id": "add_to_library",
    "team": {"id": "T1"},
    "user": {"id": "U0ANNA", "name": "anna"},
    "channel": {"id": "C0POLICY", "name": "policy"},
    "message": {"ts": "1772441999.000100", "user": "U0ANNA", "text": HIDDEN},
}
SENT = {
    "type": "view_submission",
    "team": {"id": "T1"},
    "user": {"id": "U0ANNA", "name": "anna"},
    "view": {"type": "modal", "callback_id": "add_to_library", "private_metadata": "a b", "state": {}},
}


@pytest.mark.parametrize(
    "body",
    [{**CHOSEN, part: odd} for part in ("user", "channel", "message", "team") for odd in ODD]
    + [
        {**CHOSEN, "message": {**CHOSEN["message"], part: odd}}  # type: ignore[dict-item]
        for part in ("ts", "user", "text", "bot_id", "files")
        for odd in ODD
    ]
    + [{**SENT, part: odd} for part in ("user", "team", "view") for odd in ODD]
    + [
        {**SENT, "view": {**SENT["view"], part: odd}}  # type: ignore[dict-item]
        for part in ("private_metadata", "state")
        for odd in ODD
    ],
)
def test_a_shortcut_or_modal_of_an_odd_shape_adds_nothing(
    bring: Bring, slack: Server, briefbot: Briefbot, caplog: pytest.LogCaptureFixture, body: dict[str, Any]
):
    answer = bring(body)

    assert answer is None or answer.status == 200
    assert briefbot.library.state().revision == 0
    assert all(HIDDEN not in line for line in heard(caplog))
    assert all(record.levelno < logging.ERROR for record in caplog.records)
