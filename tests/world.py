"""A workspace, its people, and Briefbot in it, by a clock that the test sets."""

import asyncio
import datetime
import ipaddress
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from conftest import Write
from limits import check
from once import READER
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.client import WebClient
from webserver import Internet

from bot.app import Briefbot, collector_of, filing_of, sending_of
from bot.library.ingest import Ingest
from bot.local_slack.draw import draw
from bot.local_slack.people import Outcome, People, answer_of, written
from bot.local_slack.server import Server
from bot.local_slack.state import Workspace
from bot.net.fetch import Fetcher
from bot.serve import slack_app
from bot.slack.dispatch import request_of
from bot.slack.installed import OwnToken
from digests.ledger import Ledger
from digests.times import Times

SCOPES = (
    "commands", "chat:write", "users:read", "channels:history", "groups:history", "im:history", "im:write",
)  # fmt: skip


TIMES = Times(pace=datetime.timedelta(0))


class World:
    """What is typed goes through Bolt; what is sent goes over HTTP to the local Slack."""

    def __init__(self, briefbot: Briefbot, server: Server, write: Write, start: datetime.datetime) -> None:
        self.now = start
        self.server = server
        self.slack = server.workspace
        self.slack.now = lambda: self.now.timestamp()  # noqa: PLW0108 - `now` is replaced as time passes
        self.write = write
        config = replace(
            briefbot.config, slack=replace(briefbot.config.slack, bot_token=self.slack.bot_token)
        )
        self.briefbot = replace(briefbot, config=config)
        self.sending = sending_of(self.briefbot)
        client = AsyncWebClient(self.slack.bot_token, base_url=server.api_url, retry_handlers=[])
        self.web_port = 1  # Of the web server that stands for all of the net; at 1 there is none.
        self.collector = collector_of(
            self.briefbot,
            now=lambda: self.now,
            fetcher=lambda: Fetcher(
                allowed=[ipaddress.ip_network("127.0.0.1")],
                interval=0,
                resolver=Internet(lambda: self.web_port),
            ),
        )
        self.filing = filing_of(self.briefbot, client, OwnToken(self.slack.bot_token), now=lambda: self.now)
        self.app = slack_app(
            self.briefbot, client, self.sending, self.collector, self.filing, now=lambda: self.now
        )
        self.people = People(self.slack, self._bring, address=server.address)
        self.ledger = self.new_ledger()
        self.documents = 0

    def new_ledger(self, times: Times = TIMES) -> Ledger:
        """Return what a process that starts now sends with."""
        client = WebClient(self.slack.bot_token, base_url=self.server.api_url, retry_handlers=[])
        return self.sending.ledger(self.slack.team, client, now=lambda: self.now, times=times)

    async def _bring(self, kind: str, body: dict[str, Any], headers: Mapping[str, str]) -> Outcome:
        content, content_type = written(kind, body)
        asked = request_of(content, {"content-type": content_type, **headers})
        assert asked
        answer = await self.app.async_dispatch(asked)
        return Outcome(answer.status, answer_of(answer.body))

    def say(self, text: str, *, user: str = "U0ANNA", channel: str = "") -> str:
        """Type a text after the command, in a direct message unless a channel is named; return what is seen."""
        self.now += datetime.timedelta(seconds=1)
        here = channel or self.slack.direct(user).id
        outcome = asyncio.run(self.people.command(text, user=user, channel=here))
        assert outcome.status == 200
        check(outcome.answer)
        return draw(outcome.answer, width=1000)

    def arrive(self, *paragraphs: str, title: str = "") -> None:
        """Let a document arrive, each paragraph of it a section and so a passage of its own."""
        self.documents += 1
        text = "\n\n".join(f"## Part {at}\n\n{told}" for at, told in enumerate(paragraphs, start=1))
        path = self.write(f"{self.documents:04}.md", f"# {title or f'Report {self.documents}'}\n\n{text}\n")
        summary = Ingest(self.briefbot.library, self.briefbot.config, apart=READER).run(
            [path], now=lambda: self.now
        )
        assert summary.counts["new"] + summary.counts["changed"] == 1, summary
        self.briefbot.index.follow(self.briefbot.library)

    def tick(self, **later: float) -> None:
        """Let time pass, as timedelta's arguments tell, and do what a tick does."""
        self.now += datetime.timedelta(**later)
        self.sending.chooser.look_again()
        self.sending.digests.follow_config(self.slack.team, now=self.now)
        self.ledger.recall()
        self.ledger.plan_due()
        self.ledger.send_due()
        self.ledger.sweep()

    def run_until(self, end: datetime.datetime, *, minutes: int = 30) -> None:
        """Tick every *minutes* until *end*."""
        while self.now < end:
            self.tick(minutes=minutes)

    def sent(self, channel: str, *, zone: str = "UTC") -> list[tuple[str, str]]:
        """Return what stands in a channel, threads included: local time and text."""
        return [
            (f"{moment_of(message.ts, zone):%a %Y-%m-%d %H:%M}", json.dumps(message.blocks))
            for message in self.slack.visible(channel)
            if message.metadata
        ]


def moment_of(ts: str, zone: str) -> datetime.datetime:
    """Return a message's moment by the clocks of *zone*."""
    return datetime.datetime.fromtimestamp(float(ts), ZoneInfo(zone))


@contextmanager
def opened(briefbot: Briefbot, write: Write, start: datetime.datetime) -> Iterator[World]:
    """A world with a local Slack of its own: Anna, Bela and Cleo, and two channels."""
    workspace = Workspace(scopes=SCOPES, rates=False)
    people = [
        workspace.add_user(name, tz=zone)
        for name, zone in (
            ("anna", "Europe/Berlin"), ("bela", "America/New_York"), ("cleo", "Australia/Lord_Howe"),
        )
    ]  # fmt: skip
    workspace.add_channel("policy", workspace.bot, *people)
    workspace.add_channel("chips", workspace.bot, *people)
    workspace.add_channel("elsewhere", *people)
    with Server(workspace).running() as server:
        yield World(briefbot, server, write, start)
