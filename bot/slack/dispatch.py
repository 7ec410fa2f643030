"""What Slack brings becomes the app's answer: one place for both ways, HTTP and Socket Mode."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.slack import answers
from bot.slack.answering import tell
from bot.slack.failures import NoAccessError, Unanswered, cause, readable, reported
from bot.slack.once import Once

WORDS = ("team_id", "event_id", "trigger_id", "command", "text", "user_id", "channel_id")
EVENT_WORDS = ("channel", "ts", "thread_ts", "text", "user", "channel_type", "subtype", "bot_id")
"""What is a string wherever Slack tells it, of a payload and of a message."""

GONE = "That is of an earlier Briefbot, which no longer does it."

PATIENCE = 2.0
"""Seconds that a word to who clicked may take, before the click is acknowledged."""

log = logging.getLogger(__name__)


class Dispatch:
    """Hands the app what is new to it and what it can read; everything else is acknowledged."""

    def __init__(self, app: AsyncApp, once: Once) -> None:
        self._app = app
        self._once = once

    async def answer(self, asked: AsyncBoltRequest) -> BoltResponse:
        """Return the app's answer; a status other than 200 means that Slack is to bring it again."""
        if not _is_readable(asked.body) or not self._once.is_new(asked.body):
            return BoltResponse(status=200)
        try:
            answer = await self._app.async_dispatch(asked)
        except Exception as error:  # Bolt looked into what it took for Slack's.
            reported(error)
            answer = BoltResponse(status=500)
        if answer.status != 200:
            self._once.forget(asked.body)
        return answer


def request_of(body: bytes | Mapping[str, Any], headers: Mapping[str, str]) -> AsyncBoltRequest | None:
    """Return what came over HTTP, or by an envelope, as Bolt knows it; None if it is not what Slack sends."""
    over_http = isinstance(body, bytes)
    try:
        asked = AsyncBoltRequest(
            body=_for_bolt(body.decode()) if isinstance(body, bytes) else dict(body),
            headers=dict(headers),
            mode="http" if over_http else "socket_mode",
        )
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return None  # Bolt looks into whatever it is given as if it were Slack's.
    if not isinstance(asked.body, dict):
        return None
    if not asked.context.get("team_id"):
        # Where an organization installed the app, Bolt looks for it where Slack names the organization alone.
        asked.context["team_id"] = asked.body.get("team_id")
    return asked


def _for_bolt(form: str) -> str:
    """Return *form* so that Bolt reads it: it takes any form with the word for one with that field."""
    return form if form.startswith(("payload=", "{")) else form.replace("payload", "%70ayload")


def _is_readable(body: Mapping[str, Any]) -> bool:
    """Tell whether what listeners look at has the form that Slack gives it."""
    kind = body.get("type")
    if not _are_words(body, WORDS) or not isinstance(kind, str | None):
        return False
    if kind == "event_callback":
        return _is_event(body.get("event"))
    if kind == "block_actions":
        actions = body.get("actions")
        return isinstance(actions, list) and bool(actions) and all(isinstance(one, dict) for one in actions)
    if kind == "message_action":
        return all(isinstance(body.get(part), dict) for part in ("message", "channel", "user"))
    view = body.get("view")
    return kind not in {"view_closed", "view_submission"} or (isinstance(view, dict) and "type" in view)


def _is_event(event: Any) -> bool:
    if not isinstance(event, dict) or not isinstance(event.get("type"), str):
        return False
    return event["type"] not in {"app_mention", "message"} or _are_words(event, EVENT_WORDS)


def _are_words(part: Mapping[str, Any], keys: tuple[str, ...]) -> bool:
    return all(isinstance(part.get(key), str | None) for key in keys)


def register(app: AsyncApp, command: str) -> None:
    """Take what no listener does: requests are acknowledged, errors logged without what was typed."""

    @app.error
    async def _last_resort(
        error: Exception, body: dict[str, Any], respond: AsyncRespond, client: AsyncWebClient
    ) -> BoltResponse:
        if isinstance(error, BoltUnhandledRequestError):
            if body.get("type") == "block_actions":
                await tell(body, answers.refusal(f"{GONE} {command} help tells what I do."), respond, client)
            return _acknowledged(body, command)
        if isinstance(error, NoAccessError):
            log.warning("%s is not answered: %s", body.get("team_id") or "a workspace", error)
            return await _refused(body, readable(error))
        if not isinstance(error, Unanswered):
            reported(error)
        return BoltResponse(status=500)


async def _refused(body: Mapping[str, Any], told: str) -> BoltResponse:
    """Tell who asked why there is no answer: it needs no token."""
    message = answers.refusal(told)
    if "command" in body:
        return BoltResponse(status=200, body=dict(message))
    url = body.get("response_url")
    if isinstance(url, str) and url:
        try:
            sending = AsyncWebhookClient(url, retry_handlers=[]).send_dict(dict(message))
            await asyncio.wait_for(sending, PATIENCE)
        except Exception as error:
            log.warning("who clicked could not be told: %s", cause(error))
    return BoltResponse(status=200)


def _acknowledged(body: Mapping[str, Any], command: str) -> BoltResponse:
    if body.get("type") == "block_suggestion":
        return BoltResponse(status=200, body={"options": []})
    if "command" in body:
        told = answers.refusal(f"That command is not one of mine. {command} help tells what I do.")
        return BoltResponse(status=200, body=dict(told))
    return BoltResponse(status=200)
