"""What someone sees of the workspace, as a page: the true blocks, drawn by templates."""

import datetime
import hashlib
import json
import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined
from markupsafe import Markup

from bot.local_slack.state import Workspace
from bot.local_slack.values import Channel, Message, View
from bot.local_slack.views import values
from bot.web.playground.mrkdwn import link, mention, mrkdwn
from bot.web.playground.places import Part, named
from bot.web.playground.refusal import Refusals
from bot.web.playground.stage import CHANNELS, channels_of, people_of
from bot.web.templating import templates

HERE = Path(__file__).resolve().parent

SHOWN = 60
"""Messages of a channel at once; earlier ones are there when they are asked for."""

DRAWN = 2000
"""Messages whose drawing is kept, as most of them do not change from one look to the next."""

HOME = "home"
"""Where the app's Home is shown in place of a channel."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What page someone wants: whose part is taken, the channel's id or HOME, a thread, how many messages."""

    person: str
    place: str
    thread: str = ""
    shown: int = SHOWN


@dataclass
class Showing:
    """Draws pages. `commands` are what is suggested while someone types: each a text and what it does."""

    workspace: Workspace
    timezone: str
    shortcuts: Sequence[Part]
    commands: Sequence[tuple[str, str]]
    refusals: Refusals
    _drawn: dict[tuple[str, str], Markup] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._templates = templates(HERE / "templates")
        self._templates.undefined = ChainableUndefined  # Blocks leave out what they do not need.
        self._templates.filters["named"] = named
        self._templates.globals |= {
            "link": link,
            "mention": mention,
            "mrkdwn": lambda text: mrkdwn(text, self.name),
            "name": self.name,
            "moment": self._moment,
        }
        self._message = self._templates.get_template("message.html")
        self._page = self._templates.get_template("page.html")

    def page(self, wanted: Wanted, *, seen: str, operators: str) -> str:
        """Return the page; *seen* is the state that it shows, *operators* the address of admins' own."""
        workspace, person = self.workspace, wanted.person
        channels = channels_of(workspace, person)
        channel = next((one for one in channels if one.id == wanted.place), None)
        messages = workspace.visible(channel.id, user=person) if channel else []
        top = [one for one in messages if one.thread_ts in {None, one.ts}]
        thread = [one for one in messages if wanted.thread and wanted.thread in {one.ts, one.thread_ts}]
        home = workspace.homes.get(person)
        return self._page.render(
            seen=seen,
            operators=operators,
            you=workspace.users[person],
            people=people_of(workspace),
            now=self._zoned(workspace.now()),
            channels=[(one, self._newest(one, person)) for one in channels],
            channel=channel,
            purpose=CHANNELS.get(channel.name, "") if channel else "",
            is_member=channel is not None and workspace.bot.id in channel.members,
            messages=list(self._lines(top[-wanted.shown :], messages)),
            earlier=max(0, len(top) - wanted.shown),
            shown=wanted.shown,
            refused=[one for one in self.refusals.kept if channel and one.message.channel == channel.id][-5:],
            thread_ts=wanted.thread if thread else "",
            thread=self._lines(thread, messages, in_thread=True),
            home=self.view(home) if home else None,
            modal=next((self.view(one) for one in reversed(workspace.modals(person))), None),
            global_shortcuts=[one for one in self.shortcuts if one["type"] == "global"],
            commands=self.commands,
            bot=workspace.bot,
            place=wanted.place,
            person=person,
        )

    def view(self, view: View) -> dict[str, Any]:
        """Return what templates need of a modal or Home: with what stands in each field."""
        return {
            "place": f"view:{view.id}",
            "id": view.id,
            "is_filled": {
                f"{block}/{action}": told for block, of in values(view).items() for action, told in of.items()
            },
            "channels": [one for one in channels_of(self.workspace, view.user) if not one.is_im],
            **view.view,
        }

    def name(self, kind: str, named_id: str) -> str:
        """Return what a person or a channel is called; those that are not known are called by their id."""
        known: Mapping[str, Any] = self.workspace.users if kind == "user" else self.workspace.channels
        found = known.get(named_id)
        return str(found.name or "direct message") if found else named_id

    def _lines(
        self, shown: Sequence[Message], of: Sequence[Message], *, in_thread: bool = False
    ) -> Iterator[dict[str, Any]]:
        """Yield each message drawn, with the day that begins with it."""
        replies: dict[str, list[Message]] = {}
        for one in of:
            if one.thread_ts and one.thread_ts != one.ts:
                replies.setdefault(one.thread_ts, []).append(one)
        day = ""
        for one in shown:
            today = f"{self._zoned(float(one.ts)):%A, %-d %B %Y}"
            yield {
                "day": today if today != day and not in_thread else "",
                **self._line(one, len(replies.get(one.ts, ())), in_thread=in_thread),
            }
            day = today

    def _line(self, message: Message, replies: int, *, in_thread: bool) -> dict[str, Any]:
        told = [message.text, message.blocks, message.files, message.is_edited, replies, in_thread]
        mark = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
        key = f"{message.channel}:{message.ts}:{message.seen_by}", mark
        if key not in self._drawn:
            while len(self._drawn) >= DRAWN:
                del self._drawn[next(iter(self._drawn))]
            self._drawn[key] = Markup(self._draw(message, replies, in_thread=in_thread))  # noqa: S704 - drawn by a template, which escapes
        return {"id": f"{'t' if in_thread else 'm'}-{message.ts}", "html": self._drawn[key]}

    def _draw(self, message: Message, replies: int, *, in_thread: bool) -> str:
        return self._message.render(
            message=message,
            by=self.workspace.users.get(message.user),
            replies=replies,
            in_thread=in_thread,
            at=self._zoned(float(message.ts)),
            place=f"message:{message.channel}:{message.ts}",
            shortcuts=[one for one in self.shortcuts if one["type"] == "message"],
        )

    def _newest(self, channel: Channel, person: str) -> str:
        """Return the ts of the last message that *person* sees and did not write."""
        seen = self.workspace.visible(channel.id, user=person)
        return next((one.ts for one in reversed(seen) if one.user != person), "")

    def _zoned(self, seconds: float) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(seconds, zoneinfo.ZoneInfo(self.timezone))

    def _moment(self, seconds: float) -> str:
        return f"{self._zoned(seconds):%-d %B %Y, %H:%M}"
