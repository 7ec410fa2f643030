"""What is said in a channel that Briefbot joins: what comes there and when, or how something is set up."""

import asyncio
import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Config
from bot.slack.blocks import Message, line, listed, message, run, small
from bot.slack.conversation import post
from bot.slack.failures import Unanswered
from bot.store.acts import Acts
from digests.replies import LIST_UNITS, comes, held_up
from digests.schedule import Kind, Schedule, Subscription, is_channel
from digests.subscriptions import Subscriptions


@dataclass(frozen=True, slots=True)
class Joining:
    """Says it, once for each time that it joins."""

    subscriptions: Subscriptions
    acts: Acts
    config: Config
    now: Callable[[], datetime.datetime]

    def told(self, workspace: str, channel: str) -> Message:
        """Return what a channel gets, or how it gets something."""
        whose = {"workspace": workspace, "audience": channel}
        digests = self.subscriptions.schedules(Kind.DIGEST, **whose)
        held = [one for one in self.subscriptions.of_audience(**whose) if not one.is_paused]
        return gets(digests, held, self.config.command) if digests or held else gets_nothing(self.config)

    def is_first(self, key: str) -> bool:
        """Tell whether what *key* names is heard of for the first time, by whatever process."""
        return self.acts.is_first(key, now=self.now())


def gets_nothing(config: Config) -> Message:
    """Say how a channel gets something."""
    command, topic = config.command, next(iter(config.topics), "TOPIC")
    who = "someone" if config.roles.schedule == "everyone" else "an operator"
    told = f"Briefbot is here. It posts nothing in this channel until {who} sets that up."
    ways = [
        ("digest here monday 09:00", "the themes of each week"),
        (f"subscribe here {topic} daily 09:00", f"what is new on {topic}"),
        ("WORDS", "asks; only you see the answer"),
    ]
    lines = [[run(f"{command} {way}", most=200, code=True), run(f"  {what}", most=200)] for way, what in ways]
    return message(told, [line(run(told)), listed(lines), small(f"{command} help tells more.")])


def gets(digests: Sequence[Schedule], held: Sequence[Subscription], command: str) -> Message:
    """Say what a channel gets, of which there is something."""
    told = [_line(one, one.setter.name) for one in digests]
    told += [_line(one.schedule, one.setter.name, one.name) for one in held]
    first, most = "Briefbot is here. This channel gets", LIST_UNITS // len(told)
    blocks = [
        line(run(f"{first}:")),
        listed([run(one, most=most)] for one in told),
        small(f"{command} subscriptions shows it, and how it ends."),
    ]
    return message(f"{first} {' '.join(told)}", blocks)


def _line(schedule: Schedule, setter: str, name: str = "") -> str:
    return f"{comes(schedule, name)} Set up by {setter}.{held_up(schedule)}"


def register(app: AsyncApp, joining: Joining) -> None:
    """Say it when Briefbot itself joins a channel."""

    @app.event("member_joined_channel")
    async def _joined(
        event: dict[str, Any], body: dict[str, Any], client: AsyncWebClient, context: dict[str, Any]
    ) -> None:
        channel = event.get("channel")
        if not isinstance(channel, str) or not is_channel(channel) or not _is_us(event, body, context):
            return
        told = await asyncio.to_thread(joining.told, str(context.get("team_id") or ""), channel)
        # Without the workspace: of a shared channel Slack tells by an event for each.
        key = f"joined {channel} {event['user']} {event.get('event_ts') or body.get('event_time')}"
        if not await asyncio.to_thread(joining.is_first, key):
            return
        try:
            await post(client, channel, None, told)
        except Unanswered:
            await asyncio.to_thread(joining.acts.undo, key)
            raise


def _is_us(event: Mapping[str, Any], body: Mapping[str, Any], context: Mapping[str, Any]) -> bool:
    """Tell whether the bot itself joined: its id is known from the installation, or stands in the event."""
    joined, known = event.get("user"), context.get("bot_user_id")
    if not isinstance(joined, str) or not joined:
        return False
    if known:
        return joined == str(known)
    told = body.get("authorizations")
    ours = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    return any(one.get("user_id") == joined and one.get("is_bot") is not False for one in ours)
