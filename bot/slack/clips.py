"""The verb `clips` and its buttons: what was added to the library, and taking it back."""

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.errors import BotError, StoreError
from bot.search.index import Index
from bot.slack import clip_views
from bot.slack.blocks import Message
from bot.slack.clicks import offset_of, on
from bot.slack.clip_views import PAGE, PER_PAGE, REMOVE
from bot.slack.command import ALONE, Ask, Verb
from bot.slack.members import Members
from bot.store.audit import Actor
from bot.store.clips import Clips
from bot.store.library import Library

WAYS = (("clips", "the messages and files that you added by Add to library, and taking them back"),)
"""What help tells of this verb."""

FOLLOWING = 1.0
"""Seconds that someone waits at most for a removed clip to leave the index; it leaves anyway."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Taking:
    """Lists clips and takes them back."""

    clips: Clips
    members: Members
    library: Library
    index: Index
    command: str
    now: Callable[[], datetime]

    def verbs(self) -> dict[str, Verb]:
        """Return the verb by its name."""
        return {"clips": Verb(lambda ask: self.page(ask.workspace, ask.user), takes=ALONE)}

    async def page(self, workspace: str, user: str, *, offset: int = 0, note: str = "") -> Message:
        """List what *user* may take back: own clips, or all of the workspace; its last page from there on."""
        is_all = await self.members.is_operator(workspace, user)

        def listed(offset: int) -> tuple[list[Any], int]:
            whose = None if is_all else user
            return self.clips.of(workspace, user=whose, limit=PER_PAGE, offset=offset)

        found, total = await asyncio.to_thread(listed, offset)
        if total and not found:
            offset = (total - 1) // PER_PAGE * PER_PAGE
            found, total = await asyncio.to_thread(listed, offset)
        return clip_views.clips(found, total, offset, note=note, is_all=is_all, command=self.command)

    async def remove(self, workspace: str, document_id: str, by: Actor) -> str:
        """Take a clip back; return what was done. Raises BotError where *by* may not."""
        clip = await asyncio.to_thread(self.clips.find, workspace, document_id=document_id)
        if clip and clip.added_by.id != by.id and not await self.members.is_operator(workspace, by.id):
            raise BotError(f"{clip.added_by.name} added that; only they or an operator can remove it.")
        if not clip or not await self._removed(workspace, document_id, by):
            return "That was removed already."
        await self._follow()
        return f"Removed: {clip.title}"

    async def _removed(self, workspace: str, document_id: str, by: Actor) -> bool:
        return await asyncio.to_thread(self.clips.remove, workspace, document_id, by, now=self.now())

    async def _follow(self) -> None:
        """Let this process find it no more at once; others follow within a second."""
        try:
            await asyncio.wait_for(asyncio.to_thread(self.index.follow, self.library), FOLLOWING)
        except (StoreError, TimeoutError) as error:
            log.warning("a removed clip leaves the index later: %s", error)


def register(app: AsyncApp, taking: Taking) -> None:
    """Answer the buttons of a list of clips."""

    async def removed(ask: Ask) -> Message:
        document_id, _, offset = ask.text.partition(" ")
        note = await taking.remove(ask.workspace, document_id, ask.actor)
        return await taking.page(ask.workspace, ask.user, offset=offset_of(offset), note=note)

    async def turned(ask: Ask) -> Message:
        return await taking.page(ask.workspace, ask.user, offset=offset_of(ask.text))

    on(app, REMOVE, removed, taking.command, replaces=True)
    on(app, re.compile(rf"{PAGE}_\w+"), turned, taking.command, replaces=True)
