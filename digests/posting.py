"""The button under a digest's preview: what it shows is posted in the channel, once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.afterwards import Afterwards
from bot.slack.answering import ANSWERING, tell
from bot.slack.blocks import Message
from bot.slack.clicks import clicked, done
from bot.slack.command import Ask
from bot.slack.failures import cause
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
    afterwards = Afterwards()

    async def owe(ask: Ask) -> Message:
        by = setter_of(ask)
        await asyncio.to_thread(digests.owe, ask.workspace, ask.channel, ask.text, by, now=now())
        wake()
        return replies.said("It is on its way to this channel.")

    async def follow(ask: Ask, message: Message, respond: AsyncRespond) -> None:
        for _ in range(LOOKS):
            outcome = await asyncio.to_thread(digests.outcome, ask.workspace, ask.channel, ask.text)
            if outcome and outcome[0] == "sent":
                message = replies.said("The digest stands in this channel.")
                break
            if outcome and outcome[0] in {"blocked", "left"}:
                message = replies.said(f"The digest could not be posted: {outcome[1]}.")
                break
            await sleep(EVERY)
        await put(message, respond)

    async def put(message: Message, respond: AsyncRespond) -> None:
        try:
            putting = respond(text=message["text"], blocks=message["blocks"], replace_original=True)
            await asyncio.wait_for(putting, ANSWERING)
        except Exception as error:
            log.warning("who posted a digest could not be told of it: %s", cause(error))

    @app.action(POST)
    async def _clicked(
        ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, client: AsyncWebClient
    ) -> None:
        await ack()
        message, is_owed = await done(owe, body, command)
        if not is_owed:
            await tell(body, message, respond, client)
            return
        await put(message, respond)  # It may take the sender a few seconds.
        afterwards.do(follow(clicked(body), message, respond))
