"""A chart of themes over the past periods: what it shows, in words as well; and its picture.

The picture is drawn by a process of its own (digests/drawing.py), so that matplotlib's memory and its
start are never those of the process that answers people.
"""

import functools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import BotError
from bot.slack.blocks import Block
from bot.slack.text import shown
from digests.themes.trend import Trend

MOST = 6
"""Themes of one picture: more cannot be read on a phone."""

DRAW_SECONDS = 30.0
"""How long drawing may take; about one is usual."""

KIND = "chart"
"""The type of the block that stands for a picture until its message is posted; Slack has no such type."""

ALT_TEXT, TITLE, NAME, PERIOD = 2000, 150, 120, 40
"""Characters of a picture's words (Slack takes 2,000), and what we let a title, a name and a period have."""

PNG = b"\x89PNG\r\n\x1a\n"
"""How every PNG begins (RFC 2083, 3.1)."""

KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT", "WINDIR", "LOCALAPPDATA", "XDG_DATA_HOME")
"""What who draws gets of our environment: what finds programs and fonts, and no secret."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Themes and their counts in the same periods, oldest first; the first MOST are drawn.

    Raises ValueError where there is nothing to draw, or counts that are not one a period.
    """

    title: str
    periods: tuple[str, ...]
    trends: tuple[Trend, ...]

    def __post_init__(self) -> None:
        if not self.periods or not self.trends:
            raise ValueError("a chart has a theme and a period at least")
        if any(len(trend.counts) != len(self.periods) for trend in self.trends):
            raise ValueError("a chart has a count for each period of each theme")

    @property
    def alt_text(self) -> str:
        """The same in words, for who does not see the picture: each theme's last count and its course."""
        span = f"{self.periods[0]} to {self.periods[-1]}"
        told = [
            f"{shown(self.title, TITLE)}, {shown(span, 2 * PERIOD)}.",
            *map(self._told, self.trends[:MOST]),
        ]
        return shown(" ".join(told), ALT_TEXT)

    def _told(self, trend: Trend) -> str:
        told = f"{shown(trend.name, NAME)}: {trend.last}, {trend.course}"
        most = max(trend.counts)
        if most > trend.last:
            told += f", at most {most} ({shown(self.periods[trend.counts.index(most)], PERIOD)})"
        return f"{told}."

    def as_json(self) -> dict[str, Any]:
        """Return what `of_json` reads: what is drawn, and no more."""
        return {
            "title": shown(self.title, TITLE),
            "periods": [shown(period, PERIOD) for period in self.periods],
            "trends": [
                {
                    "name": shown(trend.name, NAME),
                    "counts": list(trend.counts),
                    "begins": trend.begins,
                }
                for trend in self.trends[:MOST]
            ],
        }

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> "Chart":
        """Return the chart that `as_json` told. Raises BotError for what is none."""
        try:
            trends = tuple(
                Trend(str(one["name"]), tuple(int(count) for count in one["counts"]), int(one["begins"]))
                for one in told["trends"]
            )
            return cls(str(told["title"]), tuple(str(period) for period in told["periods"]), trends)
        except (KeyError, TypeError, ValueError) as error:
            raise BotError("the stored chart is none; the next digest has one of its own") from error


def chart_block(chart: Chart) -> Block:
    """Return what stands for *chart* in a message until it is posted, as a picture or not at all."""
    return {"type": KIND, "chart": chart.as_json()}


def without_charts(blocks: Sequence[Block]) -> list[Block]:
    """Return *blocks* as they are shown where no picture can be: in previews, and without the scope."""
    return [block for block in blocks if block["type"] != KIND]


def draw(
    chart: Chart,
    *,
    seconds: float = DRAW_SECONDS,
    command: Sequence[str] = (sys.executable, "-P", "-m", "digests.drawing"),
) -> bytes:
    """Return a PNG of *chart*, the same bytes for the same chart, drawn by *command* within *seconds*.

    Raises BotError, which says what to do, where that fails.
    """
    try:
        folder = _folder()
        done = subprocess.run(  # noqa: S603 - our own module by our own Python
            command,
            input=json.dumps(chart.as_json()).encode(),
            capture_output=True,
            timeout=seconds,
            check=False,
            cwd=folder,
            env=_environment(folder),
        )
    except subprocess.TimeoutExpired as error:
        advice = "if it stays so, give the machine more room or take files:write back"
        raise BotError(f"the chart was not drawn within {seconds:.0f} s; {advice}") from error
    except OSError as error:
        advice = "free some memory and disk, or report it"
        raise BotError(f"the chart cannot be drawn ({type(error).__name__}); {advice}") from error
    if done.returncode or not done.stdout.startswith(PNG):
        raise BotError(f"the chart cannot be drawn: {_reason(done)}")
    return done.stdout


@functools.cache
def _held() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="briefbot-chart-")


def _folder() -> str:
    """Return a folder of this process's: matplotlib lists the fonts there once, and finds no settings."""
    folder = _held().name
    Path(folder).mkdir(mode=0o700, exist_ok=True)  # Some machines sweep what is temporary.
    return folder


def _environment(folder: str) -> dict[str, str]:
    root = str(Path(__file__).resolve().parent.parent)
    ours = {"MPLCONFIGDIR": folder, "MPLBACKEND": "Agg", "PYTHONPATH": root, "PYTHONIOENCODING": "utf-8"}
    return {name: os.environ[name] for name in KEPT if name in os.environ} | ours


def _reason(done: "subprocess.CompletedProcess[bytes]") -> str:
    """Return what to do: a traceback's last line tells what kind of error it was."""
    last = (done.stderr.decode("utf-8", "replace").strip().splitlines() or [""])[-1]
    if last.startswith(("ModuleNotFoundError", "ImportError")):
        return "matplotlib is missing or damaged; run pip install -r requirements.txt"
    kind = last.partition(":")[0] if last.partition(":")[0].isidentifier() else "no reason told"
    return f"its process ended with {done.returncode} ({kind}); free some memory and disk, or report it"
