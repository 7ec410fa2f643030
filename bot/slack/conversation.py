"""The same verbs without a slash: to who mentions the bot, in threads as well, and in direct messages."""

import logging
import re
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.measure import UNMEASURED, Measures
from bot.slack import answers
from bot.slack.blocks import Message
from bot.slack.command import Ask, Verb, answered, plain
from bot.slack.failures import SLACK_FAILS, Unanswered, cause, is_undone, new_reference
from bot.slack.spoken import STRANGER, is_stranger

log = logging.getLogger(__name__)

SAID = (None, "file_share", "thread_broadcast")
"""The subtypes of what someone says: plainly, with a file, and in a thread and the conversation at once."""

SLACKBOT = "USLACKBOT"
"""Who reminds people, in the direct message in which they asked for it."""

_MENTION = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>")


def register(
    app: AsyncApp,
    command: str,
    verbs: Mapping[str, Verb],
    search: Verb,
    *,
    measures: Measures = UNMEASURED,
) -> None:
    """Answer in the thread where the bot is mentioned, and in direct messages."""

    async def answer(event: dict[str, Any], client: AsyncWebClient, context: dict[str, Any]) -> None:
        if not event.get("channel") or not event.get("ts"):
            return  # There is nowhere to answer.
        ask = Ask(
            text=plain(_MENTION.sub(" ", str(event.get("text") or ""))),
            workspace=str(context.get("team_id") or ""),
            user=str(event.get("user") or ""),
            channel=str(event["channel"]),
        )
        message = (
            answers.refusal(STRANGER)
            if _is_stranger(event, context)
            else await answered(ask, verbs, search, command, measures=measures)
        )
        is_direct = event.get("channel_type") == "im"
        await post(
            client, ask.channel, event.get("thread_ts") or (None if is_direct else event["ts"]), message
        )

    @app.event("app_mention")
    async def _mentioned(event: dict[str, Any], client: AsyncWebClient, context: dict[str, Any]) -> None:
        await answer(event, client, context)

    @app.event("message")
    async def _written_to(event: dict[str, Any], client: AsyncWebClient, context: dict[str, Any]) -> None:
        if event.get("channel_type") == "im" and _is_said(event):
            await answer(event, client, context)


def _is_said(event: Mapping[str, Any]) -> bool:
    """Tell whether a person says something: what is edited, deleted or a bot's is not addressed to us."""
    return event.get("subtype") in SAID and not event.get("bot_id") and event.get("user") != SLACKBOT


def _is_stranger(event: Mapping[str, Any], context: Mapping[str, Any]) -> bool:
    """Tell whether who wrote belongs to another workspace, as people in a shared channel may."""
    own = str(event.get("user_team") or event.get("source_team") or "")
    return is_stranger(own, str(context.get("team_id") or ""), str(context.get("enterprise_id") or ""))


async def post(client: AsyncWebClient, channel: str, thread_ts: str | None, message: Message) -> None:
    """Post an answer. Raises Unanswered where it was certainly not taken, and may be a little later.

    In doubt it stays as it is: an answer that is missing is asked for again, a second one disturbs.
    """
    try:
        await client.chat_postMessage(
            channel=channel,
            thread_ts=thread_ts,
            text=message["text"],
            blocks=message["blocks"],
            mrkdwn=False,
            unfurl_links=False,
            unfurl_media=False,
        )
    except SLACK_FAILS as error:
        log.warning("%s: Slack did not take an answer (%s)", new_reference(), cause(error))
        if is_undone(error):
            raise Unanswered from None
