"""One playground: the real bot beside a local Slack, and a clock that both go by and that can be moved on."""

import asyncio
import datetime
import secrets
import threading
import time
import zoneinfo
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from bot.app import Briefbot, collector_of, open_briefbot, operators_page, sending_of, utc_now
from bot.config import Config, Slack
from bot.gathering import refill
from bot.local_slack.people import People, by_http
from bot.local_slack.server import Server
from bot.local_slack.viewing import Viewing
from bot.serve import web_app
from bot.slack.http import PATH
from bot.slack.manifest import FEATURES, manifest
from bot.store.contents import sqlite_copy, sqlite_read
from bot.store.database import SQLITE
from bot.web.listening import listening_on
from bot.web.playground.acting import Acting
from bot.web.playground.choosing import Unchosen
from bot.web.playground.face import Face
from bot.web.playground.refusal import Refusals
from bot.web.playground.showing import Showing
from bot.web.playground.stage import TEAM, people_of, set_up
from digests.owing import Owing
from digests.sending import Sender

STEPS = {
    "hour": datetime.timedelta(hours=1),
    "day": datetime.timedelta(days=1),
    "week": datetime.timedelta(weeks=1),
}
"""By how much the clock can be moved on."""

MONDAY_AT = datetime.time(9)
"""When the channel's digest comes that a colleague has set up."""


class Clock:
    """The clock of the workspace: as fast as ours, and ahead of it by as much as it was moved."""

    def __init__(self) -> None:
        self._ahead = datetime.timedelta(0)

    def now(self) -> datetime.datetime:
        """Return what time it is there."""
        return utc_now() + self._ahead

    def set(self, moment: datetime.datetime) -> None:
        """Let it be *moment*; it never goes back."""
        self._ahead = max(self._ahead, moment - utc_now())


@dataclass(frozen=True, slots=True)
class Time:
    """Moves the clock on. `app` is the bot as `serve` runs it, `zone` that of the workspace."""

    clock: Clock
    owing: Owing
    app: Starlette
    zone: zoneinfo.ZoneInfo

    async def move(self, to: str) -> None:
        """Move on by a step or to the next `monday`; what falls due on the way is sent when it does.

        Raises Unchosen for anything else.
        """
        target = self._target(to)
        while due := await asyncio.to_thread(self._next_due, target):
            self.clock.set(due)
            await asyncio.to_thread(self._tick)
        self.clock.set(target)
        await asyncio.to_thread(self._tick)

    def _target(self, to: str) -> datetime.datetime:
        now = self.clock.now()
        if to in STEPS:
            return now + STEPS[to]
        if to != "monday":
            raise Unchosen(to)
        today = now.astimezone(self.zone).date()
        monday = today - datetime.timedelta(days=today.weekday())
        this, following = (
            datetime.datetime.combine(monday + datetime.timedelta(weeks=weeks), MONDAY_AT, self.zone)
            for weeks in (0, 1)
        )
        return this if this > now else following

    def _next_due(self, target: datetime.datetime) -> datetime.datetime | None:
        return self.owing.next_due(TEAM, after=self.clock.now(), upto=target)

    def _tick(self) -> None:
        sender: Sender = self.app.state.sender
        sender.tick.run()


@dataclass(frozen=True, slots=True)
class Playground:
    """A playground that runs: its page, the bot's parts, and the token of the operators' page."""

    face: Face
    briefbot: Briefbot
    operators_token: str


@contextmanager
def playing(config: Config, folder: Path) -> Iterator[Playground]:
    """Let a playground run, on what *config* tells of, with all that it keeps in *folder*.

    The library is a copy of what SQLite holds already, or filled from the folders of the configuration.
    """
    clock, zone = Clock(), config.digests.weekly.timezone
    workspace = set_up(lambda: clock.now().timestamp(), timezone=zone)
    workspace.create_app(manifest(config.command, features=FEATURES))
    refusals = Refusals(workspace)
    slack = Server(workspace, refusing=refusals.hear)
    with slack.running(), _opened(_settings(config, folder, slack), config.data) as briefbot:
        app = web_app(briefbot, now=clock.now, collects=True)
        with _serving(app) as address:
            bring = by_http(workspace, f"{address}{PATH}", now=time.time)
            people = People(workspace, bring, address=slack.address)
            shortcuts = manifest(config.command)["features"]["shortcuts"]
            showing = Showing(workspace, zone, shortcuts, _commands(briefbot), refusals)
            acting = Acting(workspace, people, Viewing(workspace, bring), shortcuts, refusals)
            going = Time(clock, Owing(briefbot.database), app, zoneinfo.ZoneInfo(zone))
            slack.run(_set_going(acting, config.command))
            token = secrets.token_hex(16)  # Not that of the configuration, which opens other pages too.
            with closing(collector_of(briefbot, now=clock.now)) as collector:
                wake, sending = app.state.sender.tick.wake, sending_of(briefbot)
                operators = operators_page(briefbot, sending, collector, token, wake=wake, now=clock.now)
                face = Face(slack, showing, acting, going.move, operators)
                yield Playground(face, briefbot, token)


def _settings(config: Config, folder: Path, slack: Server) -> Config:
    """Return *config* for the local Slack and a store of its own."""
    workspace = slack.workspace
    there = Slack(
        signing_secret=workspace.signing_secret, bot_token=workspace.bot_token, api_url=slack.api_url
    )
    weekly = replace(config.digests.weekly, channels=())  # Which are another workspace's.
    digests = replace(config.digests, weekly=weekly)
    return replace(config, data=folder, database_url="", slack=there, digests=digests, operators_token="")


@contextmanager
def _opened(config: Config, data: Path) -> Iterator[Briefbot]:
    """Open the store, with a copy of what stands in *data*; one that is empty is filled."""
    if (data / SQLITE).is_file():
        with sqlite_read(data / SQLITE) as store:
            sqlite_copy(store, config.data / SQLITE, lambda *_: None)
    briefbot = open_briefbot(config)
    try:
        if briefbot.library.state().revision == 0:
            with closing(collector_of(briefbot)) as collector:
                refill(briefbot, collector)
        yield briefbot
    finally:
        briefbot.close()


@contextmanager
def _serving(app: Starlette) -> Iterator[str]:
    """Serve the bot to this machine alone, in a thread of its own, and yield its address."""
    with listening_on("127.0.0.1", 0) as listening:
        server = uvicorn.Server(
            uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="bot")
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def _commands(briefbot: Briefbot) -> Sequence[tuple[str, str]]:
    """Return what is suggested: each a command and what it does."""
    command, topic = briefbot.config.command, next(iter(briefbot.config.topics), "TOPIC")
    counts, more = briefbot.searcher.counts(""), briefbot.searcher.examples()
    ask = next((name for name in briefbot.config.topics if " " in name and counts.get(name)), "help")
    told = [
        (ask, "the passages that answer, word for word"),
        (f"subscribe {topic}", "hear of what arrives on it"),
        ("topics", "what there is, and how much on each"),
        ("digest", "what a digest would say now"),
        ("help", "all that can be asked"),
        *((one, "another question") for one in more),
        ("subscriptions", "yours, and this channel's"),
        (f"subscribe here {topic} weekly monday 09:00", "the same for this channel"),
        ("digest here monday 09:00", "the week's themes in this channel"),
        ("digest past", "those that were sent"),
        ("add https://", "a page or a feed for this workspace's library"),
        ("sources", "where documents come from, and what fails"),
        ("clips", "messages that you added to the library"),
        ("my data", "what is kept about you"),
    ]
    return [(f"{command} {text}", what) for text, what in told]


async def _set_going(acting: Acting, command: str) -> None:
    """Let a colleague set up the digest of the first channel, which tells of it there."""
    channel = next(iter(acting.workspace.channels))
    colleague = people_of(acting.workspace)[-1].id
    text = f"{command} digest here monday {MONDAY_AT:%H:%M}"
    await acting.act("say", {"channel": channel, "text": text}, colleague)
