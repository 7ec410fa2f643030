"""What is clicked in a message: who clicked, what it carries, and the private answer."""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BotError
from bot.slack import answers
from bot.slack.blocks import Block, Message, modal
from bot.slack.command import Ask
from bot.slack.failures import cause, reported
from bot.slack.spoken import workspace_of

log = logging.getLogger(__name__)

Do = Callable[[Ask], Awaitable[Message]]

TITLE = "Briefbot"
"""What stands above an answer in a window."""

ONLY_IN_CHANNELS = frozenset({"passage_share", "digest_post"})
"""Actions that need a channel."""

CARRIES = "carries:"
"""What stands in a row's id before what its menus are about."""


def on(app: AsyncApp, action: str | re.Pattern[str], do: Do, command: str, *, replaces: bool = False) -> None:
    """Answer an *action* by what *do* returns; one in a message for one person alone *replaces* it.

    Why something cannot be done replaces nothing. Who belongs to another workspace may do none of it.
    """

    @app.action(action)
    async def _clicked(
        ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, client: AsyncWebClient
    ) -> None:
        await ack()
        is_done = False
        try:
            workspace_of(body)  # Which refuses who belongs to another one.
            message = await do(clicked(body))
            is_done = True
        except BotError as error:
            message = answers.refusal(str(error))
        except Exception as error:
            message = answers.apology(reported(error), command=command)
        if body.get("view"):
            await _show(client, body, message, replaces=replaces and is_done)
            return
        container = body.get("container") or {}
        is_private = message["response_type"] == "ephemeral"
        try:
            await respond(
                text=message["text"],
                blocks=message["blocks"],
                response_type=message["response_type"],
                replace_original=replaces and is_done and is_private and bool(container.get("is_ephemeral")),
                thread_ts=container.get("thread_ts"),
            )
        except Exception as error:
            log.warning("who clicked could not be answered: %s", cause(error))


async def _show(client: AsyncWebClient, body: Mapping[str, Any], message: Message, *, replaces: bool) -> None:
    """Answer in a window what was clicked in one, or on the Home tab."""
    window, clicked_in = in_window(message), body["view"]
    try:
        if clicked_in.get("type") != "modal":
            await client.views_open(trigger_id=body["trigger_id"], view=window)
        elif replaces or not await _is_pushed(client, body["trigger_id"], window):
            await client.views_update(view_id=clicked_in["id"], view=window)
    except Exception as error:
        log.warning("who clicked could not be answered: %s", cause(error))


async def _is_pushed(client: AsyncWebClient, trigger_id: str, window: Block) -> bool:
    """Put a window upon the one that is open; False where Slack takes no more of them."""
    try:
        await client.views_push(trigger_id=trigger_id, view=window)
    except SlackApiError as error:
        if cause(error) != "push_limit_reached":
            raise
        return False
    return True


def in_window(message: Message, title: str = TITLE) -> Block:
    """Return a message as a window shows it, where nothing can be posted: it is in no channel."""
    blocks = []
    for block in message["blocks"]:
        if block["type"] != "actions":
            blocks.append(block)
        elif left := [one for one in block["elements"] if one["action_id"] not in ONLY_IN_CHANNELS]:
            blocks.append({**block, "elements": left})
    return modal(title, blocks)


def offset_of(text: str) -> int:
    """Return from where a list goes on, as a button carries it; 0 if it carries none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def clicked(body: dict[str, Any]) -> Ask:
    """Return who clicked, and where, as verbs know it; `text` is what was clicked, chosen or set.

    What is chosen in a menu whose row carries something comes after that.
    """
    action = body["actions"][0]
    chosen = (action.get("selected_option") or {}).get("value") or action.get("selected_time")
    carried = str(action.get("block_id") or "").partition(CARRIES)[2]
    told = action.get("value") or chosen or ""
    user = body.get("user") or {}
    return Ask(
        text=f"{carried} {told}".strip() if carried and chosen else str(told),
        workspace=str((body.get("team") or {}).get("id") or ""),
        user=str(user.get("id") or ""),
        channel=str((body.get("channel") or {}).get("id") or ""),
        user_name=str(user.get("name") or user.get("username") or ""),
        message=str((body.get("container") or {}).get("message_ts") or ""),
    )
