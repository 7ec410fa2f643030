"""What is clicked: who clicked, what it carries, and what is done."""

import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BotError
from bot.slack import answers
from bot.slack.afterwards import Afterwards
from bot.slack.answering import tell
from bot.slack.blocks import Message
from bot.slack.command import Ask
from bot.slack.failures import readable, reported
from bot.slack.spoken import place_of, workspace_of

log = logging.getLogger(__name__)

Do = Callable[[Ask], Awaitable[Message]]
Then = Callable[[AsyncWebClient, Ask], Coroutine[Any, Any, None]]
Undo = Callable[[Ask], Awaitable[None]]

CARRIES = "carries:"
"""What stands in a row's id before what its menus are about."""


def on(
    app: AsyncApp,
    action: str | re.Pattern[str],
    do: Do,
    command: str,
    *,
    replaces: bool = False,
    then: Then | None = None,
    undo: Undo | None = None,
) -> None:
    """Answer an *action* by what *do* returns; one in a message for one person alone *replaces* it.

    Why something cannot be done replaces nothing. Who belongs to another workspace may do none of it.
    *then* comes afterwards, in a window, where it was done. Where Slack does not take the answer, what was
    done is taken back by *undo*.
    """

    afterwards = Afterwards()

    @app.action(action)
    async def _clicked(
        ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, client: AsyncWebClient
    ) -> None:
        await ack()
        message, is_done = await done(do, body, command)
        is_taken = await tell(body, message, respond, client, replaces=replaces and is_done)
        if then and is_done and body.get("view"):
            afterwards.do(then(client, clicked(body)))
        if undo and is_done and not is_taken:
            await undo(clicked(body))


async def done(do: Do, body: dict[str, Any], command: str) -> tuple[Message, bool]:
    """Return what *do* answers to a click, or why it was not done; and whether it was."""
    try:
        return await do(asker(body)), True
    except BotError as error:
        return answers.refusal(readable(error)), False
    except Exception as error:
        return answers.apology(reported(error), command=command), False


def offset_of(text: str) -> int:
    """Return from where a list goes on, as a button carries it; 0 if it carries none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def asker(body: dict[str, Any]) -> Ask:
    """Return what `clicked` does. Raises BotError as `workspace_of` does, for who may do nothing here."""
    workspace_of(body)
    return clicked(body)


def clicked(body: dict[str, Any]) -> Ask:
    """Return who clicked, and where, as verbs know it; `text` is what was clicked, chosen or set.

    What is chosen in a menu whose row carries something comes after that. Of who sent a form it is ''.
    """
    action = (body.get("actions") or [{}])[0]
    chosen = (action.get("selected_option") or {}).get("value") or action.get("selected_time")
    carried = str(action.get("block_id") or "").partition(CARRIES)[2]
    told = action.get("value") or chosen or ""
    user = body.get("user") or {}
    return Ask(
        text=f"{carried} {told}".strip() if carried and chosen else str(told),
        workspace=place_of(body),
        user=str(user.get("id") or ""),
        channel=str((body.get("channel") or {}).get("id") or ""),
        user_name=str(user.get("name") or user.get("username") or ""),
        message=str((body.get("container") or {}).get("message_ts") or ""),
    )
