"""The same verbs without a slash: to who mentions the bot, in threads as well, and in direct messages."""

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.command import Ask, Verb, answered, plain

_MENTION = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>")


def register(app: AsyncApp, command: str, verbs: Mapping[str, Verb], search: Verb) -> None:
    """Answer in the thread where the bot is mentioned, and in direct messages."""

    async def answer(event: dict[str, Any], client: AsyncWebClient, context: dict[str, Any]) -> None:
        ask = Ask(
            text=plain(_MENTION.sub(" ", str(event.get("text") or ""))),
            workspace=str(context.get("team_id") or ""),
            user=str(event.get("user") or ""),
            channel=str(event["channel"]),
        )
        message = await answered(ask, verbs, search, command)
        is_direct = event.get("channel_type") == "im"
        await client.chat_postMessage(
            channel=ask.channel,
            thread_ts=event.get("thread_ts") or (None if is_direct else event["ts"]),
            text=message["text"],
            blocks=message["blocks"],
            mrkdwn=False,
            unfurl_links=False,
            unfurl_media=False,
        )

    @app.event("app_mention")
    async def _mentioned(event: dict[str, Any], client: AsyncWebClient, context: dict[str, Any]) -> None:
        await answer(event, client, context)

    @app.event("message")
    async def _written_to(event: dict[str, Any], client: AsyncWebClient, context: dict[str, Any]) -> None:
        # What is edited, deleted or another bot's is not addressed to us.
        is_said = not event.get("subtype") and not event.get("bot_id")
        if is_said and event.get("channel_type") == "im":
            await answer(event, client, context)
