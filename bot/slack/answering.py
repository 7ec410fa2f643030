"""How who clicked is answered: in a window, beside the message, or by direct message."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import answers
from bot.slack.blocks import Block, Message, modal
from bot.slack.failures import cause

log = logging.getLogger(__name__)

TITLE = "Briefbot"
"""What stands above an answer in a window."""

OPENING, ANSWERING = 1.5, 1.4
"""Seconds that a window may take to open, and an answer to reach Slack: less than the three that it waits."""

LATE = "That took Slack too long, and nothing was done; do it once more."

ONLY_IN_CHANNELS = frozenset({"passage_share", "digest_post"})
"""Actions that need a channel."""

CLOSED = "not_found"
"""Slack's code for a window that was closed: who closed it waits for nothing."""

NOT_TAKEN = range(400, 500)
"""HTTP's codes for an answer that was certainly not shown, as where its address is too old."""


async def tell(
    body: Mapping[str, Any],
    message: Message,
    respond: AsyncRespond,
    client: AsyncWebClient,
    *,
    replaces: bool = False,
) -> bool:
    """Answer a click in the window where it was made, or beside its message; *replaces* a private one.

    What was done at neither is answered by direct message. Returns False where Slack certainly took no answer
    where it belongs.
    """
    if body.get("view"):
        steps = _show(client, body, message, replaces=replaces)
    elif body.get("response_url"):
        steps = _respond(client, body, message, respond, replaces=replaces)
    else:
        steps = _write(client, body, message)
    try:
        return await asyncio.wait_for(steps, ANSWERING)
    except Exception as error:
        if cause(error) != CLOSED:
            log.warning("who clicked could not be answered: %s", cause(error))
        return True


async def _respond(
    client: AsyncWebClient,
    body: Mapping[str, Any],
    message: Message,
    respond: AsyncRespond,
    *,
    replaces: bool,
) -> bool:
    """Answer beside a message; in a window where Slack takes nothing more there."""
    container = body.get("container") or {}
    is_private = message["response_type"] == "ephemeral"
    answer = await respond(
        text=message["text"],
        blocks=message["blocks"],
        response_type=message["response_type"],
        replace_original=replaces and is_private and bool(container.get("is_ephemeral")),
        thread_ts=container.get("thread_ts"),
    )
    if answer.status_code == 200:
        return True
    log.warning("who clicked could not be answered beside the message: HTTP %d", answer.status_code)
    left = message if is_private else answers.refusal(LATE)  # What was for everybody stands nowhere now.
    try:
        await client.views_open(trigger_id=body["trigger_id"], view=in_window(left))
    except Exception as error:
        log.warning("nor could a window be opened: %s", cause(error))
    return answer.status_code not in NOT_TAKEN


async def _write(client: AsyncWebClient, body: Mapping[str, Any], message: Message) -> bool:
    """Answer by direct message who did something that was nowhere, as a global shortcut is."""
    told: dict[str, Any] = {name: message[name] for name in ("text", "blocks")}
    user = str((body.get("user") or {}).get("id") or "")
    await client.chat_postMessage(channel=user, mrkdwn=False, unfurl_links=False, unfurl_media=False, **told)
    return True


async def _show(client: AsyncWebClient, body: Mapping[str, Any], message: Message, *, replaces: bool) -> bool:
    """Answer in a window what was clicked in one or on Home; there by direct message if none opens."""
    try:
        await _open(client, body, in_window(message), replaces=replaces)
    except SlackApiError as error:
        if body["view"].get("type") == "modal":
            raise
        log.warning("a window could not be opened: %s", cause(error))
        return await _write(client, body, answers.refusal(LATE))
    return True


async def _open(
    client: AsyncWebClient, body: Mapping[str, Any], window: Block, *, replaces: bool = False
) -> None:
    """Open a window for who clicked: upon the one in which that was, in whose place where it *replaces*."""
    clicked_in = body.get("view") or {}
    if clicked_in.get("type") != "modal":
        await client.views_open(trigger_id=str(body.get("trigger_id") or ""), view=window)
    elif replaces or not await _is_pushed(client, body["trigger_id"], window):
        await client.views_update(view_id=clicked_in["id"], view=window)


async def _is_pushed(client: AsyncWebClient, trigger_id: str, window: Block) -> bool:
    """Put a window upon the one that is open; False where Slack does not, as on three, or after a while."""
    try:
        await client.views_push(trigger_id=trigger_id, view=window)
    except SlackApiError as error:
        log.info("a window takes another's place: %s", cause(error))
        return False
    return True


async def is_opened(
    client: AsyncWebClient, respond: AsyncRespond, body: Mapping[str, Any], window: Block
) -> bool:
    """Open a window; where that fails, say so where it was asked for."""
    try:
        await asyncio.wait_for(_open(client, body, window), OPENING)
    except Exception as error:
        log.warning("a window could not be opened: %s", cause(error))
        await tell(body, answers.refusal(LATE), respond, client)
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
