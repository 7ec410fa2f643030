"""The one command: its first word may be a verb, everything else is a question."""

import asyncio
import inspect
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.errors import BotError
from bot.measure import UNMEASURED, Measures
from bot.slack import answers
from bot.slack.afterwards import Afterwards
from bot.slack.blocks import Message
from bot.slack.failures import readable, reported
from bot.slack.text import one_line
from bot.store.audit import Actor


@dataclass(frozen=True, slots=True)
class Ask:
    """What someone typed after the command, or after one of its verbs, and where.

    `message` is the one (its ts) in which something was clicked.
    """

    text: str
    workspace: str
    user: str
    channel: str
    user_name: str = ""
    message: str = ""

    @property
    def actor(self) -> Actor:
        """Who asks, by the name that Slack tells."""
        return Actor(self.user, one_line(self.user_name) or "A member")


@dataclass(frozen=True, slots=True)
class Nothing:
    """An answer that says that there is nothing."""

    message: Message


@dataclass(frozen=True, slots=True)
class Verb:
    """A word that does something else than search; *takes* is what may follow it."""

    act: Callable[[Ask], Message | Nothing | Awaitable[Message]]
    takes: re.Pattern[str]


ALONE = re.compile(r"")
"""What a verb takes that stands alone: `help` is one, `help wanted` a question."""

PATIENCE = 2.0
"""Seconds after which a command is answered, whatever comes: Slack tells of a failure after three."""

TAKES_LONGER = (
    "This takes longer than Slack waits, as when the store does not answer. It goes on, and may still be"
    " done; ask again in a minute whether it was."
)

_afterwards = Afterwards()
"""Holds what is not waited for any more."""

_json = msgspec.json.Encoder().encode

FORCED = "search"
"""The word that makes a question of whatever follows."""


def register(
    app: AsyncApp,
    command: str,
    verbs: Mapping[str, Verb],
    search: Verb,
    *,
    measures: Measures = UNMEASURED,
) -> None:
    """Answer *command* in the acknowledgement itself: one round trip, no call to Slack."""

    @app.command(command)
    async def _answer(body: dict[str, Any]) -> BoltResponse:
        ask = Ask(
            text=plain(body.get("text")),
            workspace=str(body.get("team_id") or ""),
            user=str(body.get("user_id") or ""),
            channel=str(body.get("channel_id") or ""),
            user_name=str(body.get("user_name") or ""),
        )
        message = await answered(ask, verbs, search, command, measures=measures, patience=PATIENCE)
        # Bolt would write it with Python's own json, which takes longer than the search.
        return BoltResponse(status=200, body=_json(message).decode())


async def answered(
    ask: Ask,
    verbs: Mapping[str, Verb],
    search: Verb,
    command: str,
    *,
    measures: Measures = UNMEASURED,
    patience: float | None = None,
) -> Message:
    """Return the answer to what was typed: what its verb says, why that cannot be done, or an apology.

    After *patience* seconds it is said that it takes longer, and goes on.
    """
    began = time.perf_counter()
    verb, ask = read(ask, verbs, search)
    outcome = "found" if verb is search else "done"
    try:
        acted = verb.act(ask)
        told = await _waited_for(acted, patience) if inspect.isawaitable(acted) else acted
        if isinstance(told, Nothing):
            outcome, message = "nothing", told.message
        else:
            message = told
    except BotError as error:
        outcome, message = "refused", answers.refusal(readable(error))
    except Exception as error:
        outcome, message = "failed", answers.apology(reported(error), command=command)
    measures.answered(outcome, time.perf_counter() - began)
    return message


async def _waited_for(answer: Awaitable[Message], patience: float | None) -> Message:
    """Return an answer. Raises BotError for one that takes longer than *patience*."""
    coming = asyncio.ensure_future(answer)
    await asyncio.wait([coming], timeout=patience)
    if coming.done():
        return coming.result()
    _afterwards.do(_ended(coming))
    raise BotError(TAKES_LONGER)


async def _ended(late: "asyncio.Future[Message]") -> None:
    """Wait for an answer that nobody is told; only what is a bug is of interest."""
    with suppress(BotError):
        await late


def read(ask: Ask, verbs: Mapping[str, Verb], search: Verb) -> tuple[Verb, Ask]:
    """Return which verb is meant, and what is asked of it."""
    first, _, rest = ask.text.partition(" ")
    word, rest = first.lower(), rest.strip()
    if word == FORCED and rest:
        return search, replace(ask, text=rest)
    if not ask.text:
        return verbs["help"], ask
    verb = verbs.get(word)
    if verb and verb.takes.fullmatch(rest):
        return verb, replace(ask, text=rest)
    return search, ask


def plain(text: object) -> str:
    """Return what was typed as it was typed: Slack writes three characters as entities."""
    typed = str(text or "").encode("utf-8", "replace").decode().replace("\0", "")  # Half a character is none.
    return " ".join(entities_read(typed).split())


def entities_read(text: str) -> str:
    """Return *text* with the three characters that Slack writes as entities."""
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return text
