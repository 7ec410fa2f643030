"""The verbs `add` and `sources`: pages, feeds and sitemaps that people add, and how it stands with all."""

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from slack_bolt.async_app import AsyncApp

from bot.config import Roles
from bot.errors import BotError, StoreError
from bot.net.address import canonical, checked
from bot.search.index import Index
from bot.slack import source_views
from bot.slack.blocks import Message
from bot.slack.clicks import offset_of, on
from bot.slack.command import ALONE, Ask, Verb
from bot.slack.members import Members
from bot.slack.source_views import PAGE, PER_PAGE, REMOVE
from bot.slack.turning import beginning
from bot.source import Source
from bot.sources.collecting import Collector
from bot.sources.status import statuses
from bot.sources.visited import Visited
from bot.store.audit import Actor
from bot.store.followed import Followed
from bot.store.library import Library
from bot.store.visits import Visits

WAYS = (
    ("add https://...", "a page, a feed or a sitemap for the library of this workspace"),
    ("sources", "where the library's documents come from, and what fails"),
)
"""What help tells of these verbs."""

MOST = 200
"""Sources that one workspace may add."""

READING = 1.8
"""Seconds that a new source is waited for; Slack waits for three."""

_SCHEME = r"[a-z][a-z0-9+.-]*://"
TAKES = re.compile(rf"(?:<{_SCHEME}[^\s<>|]+(?:\|[^<>]*)?>|{_SCHEME}\S+)?", re.IGNORECASE)
"""An address of whatever kind, as it is typed or as Slack writes it, with a label or without."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Adding:
    """Adds sources, lists them and takes them back."""

    collector: Collector
    followed: Followed
    visits: Visits
    members: Members
    library: Library
    index: Index
    roles: Roles
    command: str
    now: Callable[[], datetime]

    def verbs(self) -> dict[str, Verb]:
        """Return the verbs by their names."""
        return {
            "add": Verb(self.add, takes=TAKES),
            "sources": Verb(lambda ask: self.page(ask.workspace, ask.user), takes=ALONE),
        }

    async def add(self, ask: Ask) -> Message:
        """Add the address that was typed. Raises BotError where it is none, or *ask*'s user may not."""
        await self._check(ask)
        if not ask.text:
            raise BotError(f"Which address? {self.command} add https://... adds a page, a feed or a sitemap.")
        typed = ask.text.strip("<>").partition("|")[0]
        checked(typed, self.collector.allowed)
        address = canonical(typed)
        source = Source(page=address, workspace=ask.workspace, is_added=True)
        if fault := source.fault():
            raise BotError(fault)
        known = {one.address: one for one in await asyncio.to_thread(self._seen, ask.workspace)}
        if held := known.get(source.address):
            (status,) = await asyncio.to_thread(statuses, [held], self.visits, self.library)
            return source_views.known(status, command=self.command)
        await asyncio.to_thread(self.followed.add, source, ask.actor, now=self.now())
        return source_views.added(source, await self._visited(source), command=self.command)

    async def page(self, workspace: str, user: str, *, offset: int = 0, note: str = "") -> Message:
        """List the sources that *workspace* sees, its last page from there on."""
        is_operator = await self.members.is_operator(workspace, user)
        found = await asyncio.to_thread(self._seen, workspace)
        offset = beginning(offset, len(found), per_page=PER_PAGE)
        shown = found[offset : offset + PER_PAGE]

        def told() -> Message:
            mine = [
                one.address
                for one in shown
                if is_operator or _is_by(self.followed.adder(workspace, one.address), user)
            ]
            return source_views.sources(
                statuses(shown, self.visits, self.library),
                len(found),
                offset,
                note=note,
                removable=mine,
                command=self.command,
            )

        return await asyncio.to_thread(told)

    async def remove(self, workspace: str, address: str, by: Actor) -> str:
        """Take a source back; return what was done. Raises BotError where *by* may not."""
        adder = await asyncio.to_thread(self.followed.adder, workspace, address)
        if adder is None:
            return "That was removed already."
        if adder.id != by.id and not await self.members.is_operator(workspace, by.id):
            raise BotError(f"{adder.name} added that; only they or an operator can remove it.")
        await asyncio.to_thread(self.followed.remove, workspace, address, by, now=self.now())
        return f"Removed: {address}"

    async def _check(self, ask: Ask) -> None:
        if self.roles.add == "operators" and not await self.members.is_operator(ask.workspace, ask.user):
            raise BotError("Here only operators add sources. Ask an admin, or whoever runs Briefbot.")
        if await asyncio.to_thread(self.followed.count, ask.workspace) >= MOST:
            raise BotError(
                f"This workspace has added {MOST} sources, which is the most;"
                f" {self.command} sources lists them, with buttons that remove them."
            )

    def _seen(self, workspace: str) -> list[Source]:
        return [one for one in self.collector.sources() if one.workspace in {"", workspace}]

    async def _visited(self, source: Source) -> Visited | None:
        """Return what came of visiting *source*, None if that takes longer, or another is at it."""
        visiting = asyncio.create_task(asyncio.to_thread(self.collector.collect, [source]))
        try:
            done = await asyncio.wait_for(asyncio.shield(visiting), READING)
            await asyncio.to_thread(self.index.follow, self.library)
        except TimeoutError:
            visiting.add_done_callback(_told)
            return None
        except StoreError as error:
            log.warning("a new source is read later: %s", error)
            return None
        return done[0].visited if done else None


def _told(visiting: "asyncio.Task[object]") -> None:
    if not visiting.cancelled() and (error := visiting.exception()):
        log.warning("a new source is read later: %s", error)


def _is_by(adder: Actor | None, user: str) -> bool:
    return adder is not None and adder.id == user


def register(app: AsyncApp, adding: Adding) -> None:
    """Answer the buttons of a list of sources."""

    async def removed(ask: Ask) -> Message:
        offset, _, address = ask.text.partition(" ")
        note = await adding.remove(ask.workspace, address, ask.actor)
        return await adding.page(ask.workspace, ask.user, offset=offset_of(offset), note=note)

    async def turned(ask: Ask) -> Message:
        return await adding.page(ask.workspace, ask.user, offset=offset_of(ask.text))

    on(app, REMOVE, removed, adding.command, replaces=True)
    on(app, re.compile(rf"{PAGE}_\w+"), turned, adding.command, replaces=True)
