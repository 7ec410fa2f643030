"""The button under a digest's preview: what it shows is posted in the channel, once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond

from bot.errors import BotError
from bot.slack import answers
from bot.slack.blocks import Message
from bot.slack.clicks import clicked
from bot.slack.failures import cause, reported
from bot.slack.spoken import workspace_of
from digests import replies
from digests.digests import POST, Digests
from digests.sending import Now
from digests.verbs import setter_of

LOOKS, EVERY = 20, 0.5
"""How often the outcome is looked for, and seconds between."""

log = logging.getLogger(__name__)


def register(
    app: AsyncApp,
    digests: Digests,
    wake: Callable[[], None],
    *,
    command: str,
    now: Now,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Post what a preview showed, and tell who clicked what became of it."""
    telling: set[asyncio.Task[None]] = set()

    async def tell(button: str, workspace: str, channel: str, respond: AsyncRespond) -> None:
        told = "It is on its way to this channel."
        for _ in range(LOOKS):
            outcome = await asyncio.to_thread(digests.outcome, workspace, channel, button)
            if outcome and outcome[0] == "sent":
                told = "The digest stands in this channel."
                break
            if outcome and outcome[0] in {"blocked", "left"}:
                told = f"The digest could not be posted: {outcome[1]}."
                break
            await sleep(EVERY)
        await answer(respond, replies.said(told), replaces=True)

    async def answer(respond: AsyncRespond, message: Message, *, replaces: bool = False) -> None:
        try:
            await respond(text=message["text"], blocks=message["blocks"], replace_original=replaces)
        except Exception as error:
            log.warning("who posted a digest could not be told of it: %s", cause(error))

    @app.action(POST)
    async def _clicked(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        ask = clicked(body)
        try:
            workspace_of(body)  # Which refuses who belongs to another one.
            whose = (ask.workspace, ask.channel, ask.text, setter_of(ask))
            await asyncio.to_thread(digests.owe, *whose, now=now())
        except BotError as error:
            await answer(respond, answers.refusal(str(error)))
            return
        except Exception as error:
            await answer(respond, answers.apology(reported(error), command=command))
            return
        wake()
        task = asyncio.create_task(tell(ask.text, ask.workspace, ask.channel, respond))
        telling.add(task)
        task.add_done_callback(telling.discard)
