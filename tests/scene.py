"""Anna in front of a real Slack over HTTP: what she does can be brought as often and as late as a test likes."""

import asyncio
import datetime
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from conftest import Write
from hosting import Host, hosted, open_to_all
from once import READER
from test_home import element

from bot.app import Briefbot, sending_of
from bot.config import Topic
from bot.library.ingest import Ingest
from bot.local_slack.draw import draw
from bot.local_slack.people import Outcome, People, request, sign, who, written
from bot.local_slack.server import Server
from bot.local_slack.state import Workspace
from bot.local_slack.values import Message, View
from bot.local_slack.viewing import Viewing
from bot.slack.clip_views import ADD
from bot.store.audit import Audit
from digests.sending import Sending

ANNA, CHANNEL = "U0ANNA", "C0POLICY"

TOPICS = {"ports": Topic("Harbours", keywords=("harbour", "port"))}
"""What is declared there."""

Body = tuple[str, dict[str, Any]]
"""The kind of a payload, and what it holds."""


@dataclass
class Scene:
    """Anna in front of Slack: what she does is kept, and brought as often and as late as a test likes."""

    slack: Workspace
    host: Host
    briefbot: Briefbot
    sending: Sending
    acts: list[Body] = field(default_factory=list)
    late: float = 0.0

    async def _kept(self, kind: str, body: dict[str, Any], _headers: Mapping[str, str]) -> Outcome:
        self.acts.append((kind, body))
        return Outcome(0, {})

    @property
    def people(self) -> People:
        return People(self.slack, self._kept, address=self.slack.address)

    @property
    def viewing(self) -> Viewing:
        return Viewing(self.slack, self._kept)

    def done(self, acting: Any) -> Body:
        """Return what Slack brings when someone does something; it is not brought yet."""
        asyncio.run(acting)
        return self.acts.pop()

    def signed(self, act: Body) -> tuple[bytes, dict[str, str]]:
        content, content_type = written(*act)
        return content, {"content-type": content_type, **sign(self.slack, content)}

    def bring(self, *acts: Body) -> list[Outcome]:
        """Bring all of it at once, and show what is answered in the acknowledgement."""
        return self.send(*map(self.signed, acts))

    def send(self, *requests: tuple[bytes, dict[str, str]]) -> list[Outcome]:
        async def all_() -> list[Outcome]:
            return await asyncio.gather(
                *(request(f"{self.host.address}/slack/events", *one) for one in requests)
            )

        return asyncio.run(all_())

    def typed(self, text: str) -> Body:
        return self.done(self.people.command(text, user=ANNA, channel=CHANNEL))

    def say(self, text: str) -> Message:
        """Type a command and return what Anna sees."""
        [outcome] = self.bring(self.typed(text))
        return self.slack.show(outcome.answer, user=ANNA, channel=CHANNEL)

    def click(self, message: Message, label: str) -> Body:
        block = {"type": "home", "blocks": message.blocks}
        action = {**element(View("", "", "", block), label, ""), "block_id": "b"}
        return self.done(self.people.click(action, user=ANNA, channel=CHANNEL, ts=message.ts))

    def home(self) -> View:
        self.bring(self.done(self.viewing.open_home(ANNA)))
        return self.slack.homes[ANNA]

    def tap(self, label: str) -> Body:
        home = self.home()
        return self.done(self.viewing.act(home, element(home, label, ""), user=ANNA))

    def offered(self, text: str = "The northern ferry runs twice a day.") -> View:
        """Choose Add to library on a message; return the modal."""
        message = self.slack.post(CHANNEL, "U0BELA", text)
        self.bring(self.done(self.people.shortcut(ADD, user=ANNA, channel=CHANNEL, ts=message.ts)))
        return list(self.slack.views.values())[-1]

    def submitted(self, view: View) -> Body:
        return self.done(self._submit(view))

    async def _submit(self, view: View) -> None:
        body = {"type": "view_submission", **who(self.slack, ANNA), "trigger_id": self.slack.new_trigger()}
        shown = {**view.view, "id": view.id, "hash": view.hash, "state": {"values": {}}}
        await self._kept("interactive", {**body, "view": shown}, {})

    def seen(self) -> str:
        """All that Anna sees, wherever: messages, windows, Home."""
        messages = [one.blocks for one in self.slack.messages if one.seen_by in {None, ANNA}]
        views = [one.view["blocks"] for one in [*self.slack.views.values(), *self.slack.homes.values()]]
        return "\n".join(draw({"blocks": blocks}, width=1000) for blocks in [*messages, *views])

    def posted(self) -> list[Message]:
        """What all see in the channel of what Briefbot posted, threads left out."""
        seen = self.slack.visible(CHANNEL)
        return [one for one in seen if one.user == self.slack.bot.id and not one.thread_ts]

    def mine(self) -> list[str]:
        """Anna's subscriptions."""
        of_anna = self.sending.subscriptions.of_audience(self.slack.team, ANNA)
        return [f"{one.name}{' paused' if one.is_paused else ''}" for one in of_anna]

    def audited(self) -> list[str]:
        return [entry.what for entry in Audit(self.briefbot.database).newest(limit=99)]

    def clips(self) -> int:
        return self.sending.clips.of(self.slack.team, user=None, limit=9)[1]

    def kept(self) -> int:
        return len(self.say("my data").blocks)


@contextmanager
def staged(briefbot: Briefbot, write: Write) -> Iterator[Scene]:
    """Set the scene: one channel, a library of two passages on ports."""
    slack = Workspace(scopes=("commands", "chat:write", "users:read"), rates=False)
    people = [slack.add_user(name) for name in ("anna", "bela")]
    slack.add_channel("policy", slack.bot, *people)
    path = write(
        "ports.md", "# Ports\n\n## A\n\nThe port of Ystad was dredged.\n\n## B\n\nThe harbour rests.\n"
    )
    Ingest(briefbot.library, briefbot.config, apart=READER).run(
        [path], now=lambda: datetime.datetime.now(datetime.UTC)
    )
    briefbot.index.follow(briefbot.library)
    with Server(slack).running() as server:
        ready = open_to_all(briefbot, server)
        settings = replace(
            ready.config.slack, client_id="", client_secret="", keys=(), bot_token=slack.bot_token
        )
        ready = replace(ready, config=replace(ready.config, slack=settings))
        with hosted(ready, server) as host:
            made = Scene(slack, host, ready, sending_of(ready))
            slack.now = lambda: time.time() + made.late
            yield made
