"""A digest outside Slack: as text, as JSON, as a page, and its chart as a picture."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bot.errors import BotError
from bot.local_slack.draw import draw as drawn
from bot.slack.blocks import Block, Message
from bot.web.page import page
from digests.chart import KIND, Chart, draw, without_charts
from digests.digest import chart_of
from digests.digests import Digests
from digests.footer import day_in_words
from digests.schedule import Setter
from digests.telling import Themes
from digests.themes.figures import questions
from digests.themes.theme import Theme, Week

PREVIEW = Setter("", "you")
"""Who posts what is only looked at."""

YEARS = range(1900, 9999)
"""In which a digest is looked at: the periods before it and after it have dates too."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """What a digest says, or said, at a moment; `reason` tells why it says nothing.

    `themes` is what it was made from, None for one of the past.
    """

    channel: str
    at: datetime
    messages: tuple[Message, ...]
    reason: str | None = None
    themes: Themes | None = None

    def text(self, *, width: int, color: bool) -> str:
        """Return it as a terminal shows it: the message, and its thread below."""
        if not self.messages:
            return f"Nothing is sent: {self.reason}."
        blocks = [without_charts(message["blocks"]) for message in self.messages]
        first, *thread = (drawn({"blocks": some}, width=width, color=color) for some in blocks)
        return "\n\n".join([first, *(["In its thread:"] if thread else []), *thread])

    def json(self) -> str:
        """Return it as one JSON object: its figures, each with what finds its passages, and its messages."""
        told: dict[str, Any] = {"channel": self.channel, "at": self.at.astimezone(UTC).isoformat()}
        if self.themes:
            told |= _week_told(self.themes.week)
        return json.dumps(
            told | {"reason": self.reason, "messages": self.messages}, indent=2, ensure_ascii=False
        )

    def html(self) -> str:
        """Return it as a page that stands by itself. Raises BotError where its chart cannot be drawn."""
        title = f"Digest of {day_in_words(self.at.date())}"
        if not self.messages:
            return page(title, [], note=f"Nothing is sent: {self.reason}.")
        return page(title, [_pictured(message["blocks"]) for message in self.messages], note=self.channel)

    def png(self) -> bytes:
        """Return its chart. Raises BotError where it has none."""
        chart = chart_of(self.themes.week) if self.themes else _kept(self.messages)
        if chart is None:
            raise BotError("There is nothing to draw: no theme has passages in these periods.")
        return draw(chart)


def exhibit(digests: Digests, *, channel: str, at: str, now: datetime) -> Exhibit:
    """Return the digest of *channel* ('' for any) for the moment *at*, as it is typed; '' is *now*.

    Raises BotError where *at* is no moment, or the index is behind the library.
    """
    workspace, zone = digests.place(channel)
    moment = _moment(at, zone) if at else now
    kept = digests.past.at(workspace, channel, moment) if channel else None
    if kept:
        return Exhibit(channel, moment, kept.messages)
    themes, content = digests.content(workspace, channel, PREVIEW, now=moment)
    seen = moment.astimezone(ZoneInfo(zone))
    return Exhibit(channel, seen, content.messages, content.reason, themes)


def _moment(typed: str, zone: str) -> datetime:
    """Return the moment that is typed, by the clocks of *zone* if it names none; a day is its beginning."""
    try:
        if len(typed) == len("2026-11-23"):
            told = datetime.combine(date.fromisoformat(typed), time())
        else:
            told = datetime.fromisoformat(typed)
        moment = (told if told.tzinfo else told.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BotError(f"--at: {typed!r} is no moment; write 2026-11-23T09:00") from error
    if moment.year not in YEARS:
        raise BotError(f"--at: {typed!r} is not in the years {YEARS[0]} to {YEARS[-1]}")
    return moment


def _pictured(blocks: Sequence[Block]) -> list[Block]:
    """Return *blocks* with their charts as pictures."""
    return [_picture(Chart.of_json(block["chart"])) if block["type"] == KIND else block for block in blocks]


def _picture(chart: Chart) -> Block:
    picture = base64.b64encode(draw(chart)).decode()
    return {"type": "image", "image_url": f"data:image/png;base64,{picture}", "alt_text": chart.alt_text}


def _kept(messages: Sequence[Message]) -> Chart | None:
    charts = [block["chart"] for message in messages for block in message["blocks"] if block["type"] == KIND]
    return Chart.of_json(charts[0]) if charts else None


def _week_told(week: Week) -> dict[str, Any]:
    return {
        "since": week.window.since.isoformat(),
        "query": week.window.query,
        "new": week.count,
        "documents": week.documents,
        "sources": week.sources,
        "periods": [first.isoformat() for first, _ in week.window.periods],
        "themes": [_theme_told(week, theme) for theme in week.themes],
    }


def _theme_told(week: Week, theme: Theme) -> dict[str, Any]:
    return {
        "name": theme.name,
        "is_topic": theme.is_topic,
        "new": theme.count,
        "sources": theme.sources,
        "trend": list(theme.trend.counts),
        "usual": week.usual(theme),
        "rises_by": round(theme.evidence, 2),
        "terms": list(theme.terms),
        "queries": dict(questions(week, theme)),
    }
