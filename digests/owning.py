"""The verbs about what is kept of a person: `my data`, `forget me`."""

import asyncio
import datetime
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.slack.blocks import Message, actions, button, line, listed, message, preformatted, run, small
from bot.slack.clicks import on
from bot.slack.command import Ask, Verb
from bot.slack.text import pieces, shown
from digests.own import OwnData

FORGET = "own_forget"
"""The action of the button that deletes."""

PIECES, PIECE_UNITS = 3, 3000
"""Pieces of what is kept that one message shows, and characters of each."""

LOOKED_AT = 10_000
"""Characters that are cut into pieces: more than one message shows."""

WAYS = (("my data", "what is kept about you, and its deletion"),)
"""What help tells of these verbs."""

ASKS = (
    "Your subscriptions end, and what is kept of you is deleted, for good. What was posted stays in Slack.",
    "Delete it",
)


class Owning:
    """The verbs, with what they work on."""

    def __init__(self, own: OwnData, command: str, now: Callable[[], datetime.datetime]) -> None:
        self._own = own
        self._command = command
        self._now = now

    def verbs(self) -> dict[str, Verb]:
        """Return them by name."""
        return {
            "my": Verb(self.show, takes=re.compile("data", re.IGNORECASE)),
            "forget": Verb(self.show, takes=re.compile("me", re.IGNORECASE)),
        }

    def register(self, app: AsyncApp) -> None:
        """Answer the button that deletes."""
        on(app, FORGET, self.forget, self._command, replaces=True)

    async def show(self, ask: Ask) -> Message:
        """Tell what is kept of who asks, as it can be taken elsewhere, with a button that deletes it."""
        kept = await asyncio.to_thread(self._own.kept, ask.workspace, ask.user)
        return what_is_kept(kept)

    async def forget(self, ask: Ask) -> Message:
        """Delete it."""
        await asyncio.to_thread(self._own.forget, ask.workspace, ask.user, now=self._now())
        told = "It is deleted. Only the audit still tells what you did that others noticed."
        return message(told, [line(run(told))])


def what_is_kept(kept: Mapping[str, Sequence[Mapping[str, Any]]]) -> Message:
    """Return what is kept of someone, by kinds."""
    if not any(kept.values()):
        return message("Nothing is kept about you.", [line(run("Nothing is kept about you."))])
    counts = [
        f"{len(some)} {name.replace('_', ' ').removesuffix('s' * (len(some) == 1))}"
        for name, some in kept.items()
        if some
    ]
    told = "What is kept about you"
    text = json.dumps(kept, indent=1, ensure_ascii=False)
    told_in = pieces(shown(text[:LOOKED_AT], 2 * LOOKED_AT), PIECE_UNITS)
    blocks = [line(run(told, bold=True)), listed([[run(count)] for count in counts])]
    blocks += [preformatted(piece, most=PIECE_UNITS) for piece in told_in[:PIECES]]
    if len(told_in) > PIECES:
        blocks.append(small(f"That is its beginning; it has {len(text)} characters."))
    return message(f"{told}: {', '.join(counts)}", [*blocks, _deletes()])


def _deletes() -> dict[str, object]:
    return actions(button("Delete all of it", FORGET, "all", asks=ASKS))
