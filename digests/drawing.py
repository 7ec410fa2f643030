"""Draws a chart: its JSON on standard input, a PNG on standard output. A process of its own.

Small multiples, a row a theme: name, a bar a period, the last one in colour with its count. Rows tell
themes apart without colour, and every row has a scale of its own, as its course is what it shows.
"""

import json
import sys
import unicodedata
from collections.abc import Iterator

from matplotlib import font_manager, rcParams
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from wcwidth import iter_graphemes

from digests.chart import Chart
from digests.themes.trend import Trend, short

WIDTH, ROW, HEAD, FOOT = 900, 116, 18, 62
"""Pixels: phones show the picture at some 375, so what is 36 high here is read as 15 there."""

LEFT, NAMES, BARS_AT, BARS_END, COUNTS = 24, 350, 384, 696, 718
"""Where names begin and end, bars begin and end, and counts begin."""

BAR, GAP = 70, 8
"""How high the highest bar is, and the space between two."""

BLUE, PALE, INK, GREY = "#0072B2", "#B9C4CD", "#1D1C1D", "#5E5D60"
"""Okabe and Ito's blue, which all kinds of colour vision see (Color Universal Design, 2008); greys beside it
that differ from it and from white in lightness too, the texts' by a contrast of 6.5 and more."""

FAMILIES = (
    "DejaVu Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Source Han Sans SC",
    "Droid Sans Fallback", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "PingFang SC", "Hiragino Sans GB",
    "Heiti TC", "Microsoft YaHei", "SimHei", "Arial Unicode MS", "Noto Emoji", "Segoe UI Emoji", "Symbola",
)  # fmt: skip
"""Fonts in the order in which a character is looked for; the first comes with matplotlib."""


JOINERS = "\u200d\ufe0e\ufe0f"
"""What joins and colours emoji, of which at most the parts are drawn."""


class Sheet:
    """A white page in pixels, from its upper left corner."""

    def __init__(self, height: int) -> None:
        self.figure = Figure(figsize=(WIDTH / 100, height / 100), dpi=100, facecolor="white")
        FigureCanvasAgg(self.figure)
        self._axes = self.figure.add_axes((0, 0, 1, 1))
        self._axes.set(xlim=(0, WIDTH), ylim=(height, 0))
        self._axes.set_axis_off()
        known = {font.name for font in font_manager.fontManager.ttflist}
        families = [name for name in FAMILIES if name in known]
        rcParams["font.family"] = families
        fonts = [font_manager.findfont(FontProperties(family=name, weight="bold")) for name in families]
        self._has = {code for font in fonts for code in FT2Font(font).get_charmap()}

    def bar(self, x: float, y: float, width: float, height: float, color: str) -> None:
        """Fill a rectangle, given by its upper left corner."""
        self._axes.add_patch(Rectangle((x, y), width, height, facecolor=color, linewidth=0))

    def text(
        self, x: float, y: float, told: str, size: int, color: str, *, side: str = "left", bold: bool = False
    ) -> Text:
        """Write one line, *size* pixels high, from its baseline; nothing in it is a formula."""
        return self._axes.text(
            x, y, told, color=color, ha=side, va="baseline", parse_math=False,
            fontsize=size * 0.72, fontweight="bold" if bold else "normal",
        )  # fmt: skip

    def width(self, told: str, size: int, *, bold: bool = False) -> float:
        """Return how wide a line would be."""
        written = self.text(0, 0, told, size, INK, bold=bold)
        wide = written.get_window_extent().width
        written.remove()
        return float(wide)

    def readable(self, told: str) -> str:
        """Return *told* on one line, without signs that no font has, and a box for letters that none has."""
        return " ".join("".join(map(self._drawn, told)).split())

    def _drawn(self, character: str) -> str:
        kind = unicodedata.category(character)
        if kind == "Cc":
            return " "
        if character in JOINERS:
            return ""
        if ord(character) in self._has:
            return character
        return "□" if kind[0] in "LN" else ""

    def cut(self, told: str, room: float, size: int, *, bold: bool = False) -> str:
        """Return as much of *told* as fits into *room*, ended by an ellipsis where that is not all."""
        if self.width(told, size, bold=bold) <= room:
            return told
        kept = ""
        for character in iter_graphemes(told):
            if self.width(f"{kept}{character}…", size, bold=bold) > room:
                break
            kept += character
        return f"{kept.rstrip()}…"

    def lines(self, told: str, room: float, size: int, *, bold: bool = False) -> list[str]:
        """Return *told* on one line or two, broken between words where that can be."""
        if self.width(told, size, bold=bold) <= room:
            return [told]
        first = ""
        for head in _heads(told):
            if self.width(head, size, bold=bold) > room:
                break
            first = head
        first = first or self.cut(told, room, size, bold=bold)[:-1]
        rest = told[len(first) :].strip()
        return [first.rstrip(), self.cut(rest, room, size, bold=bold)] if rest else [first]


def _heads(told: str) -> Iterator[str]:
    """Yield what may stand on a first line, ever more: up to each space, and between Chinese characters."""
    for at in range(1, len(told)):
        if told[at] == " " or "\u3000" <= told[at - 1] <= "\u9fff":
            yield told[:at]


def drawn(chart: Chart) -> Figure:
    """Return the picture of *chart*."""
    sheet = Sheet(HEAD + ROW * len(chart.trends) + FOOT)
    for number, trend in enumerate(chart.trends):
        _row(sheet, trend, HEAD + ROW * number)
    _axis(sheet, chart.periods, HEAD + ROW * len(chart.trends))
    return sheet.figure


def _row(sheet: Sheet, trend: Trend, top: int) -> None:
    """Draw a theme: its name, its bars, its last count and what is usual."""
    ground = top + ROW - 24
    names = sheet.lines(sheet.readable(trend.name) or "?", NAMES - LEFT, 34, bold=True)
    first = ground - 24 - (20 if len(names) > 1 else 0)
    for number, name in enumerate(names):
        sheet.text(LEFT, first + 40 * number, name, 34, INK, bold=True)
    step = (BARS_END - BARS_AT + GAP) / len(trend.counts)
    most = max((*trend.counts, 1))
    sheet.bar(BARS_AT, ground, BARS_END - BARS_AT, 2, PALE)
    for number, count in enumerate(trend.counts):
        is_last = number == len(trend.counts) - 1
        height = max(count, 0) / most * BAR
        sheet.bar(BARS_AT + step * number, ground - height, step - GAP, height, BLUE if is_last else PALE)
    sheet.text(COUNTS, ground - 26, short(trend.last), 50, BLUE if trend.last else GREY, bold=True)
    sheet.text(COUNTS, ground + 4, trend.beside, 27, GREY)


def _axis(sheet: Sheet, periods: tuple[str, ...], top: int) -> None:
    """Name the first period and the last one, below their bars."""
    room = (BARS_END - BARS_AT) / 2
    first, last = (sheet.cut(sheet.readable(told), room, 27) for told in (periods[0], periods[-1]))
    if len(periods) > 1:
        sheet.text(BARS_AT, top + 26, first, 27, GREY)
    sheet.text(BARS_END, top + 26, last, 27, BLUE, side="right")


def main() -> None:
    """Read, draw, write."""
    chart = Chart.of_json(json.load(sys.stdin.buffer))
    # Without the program's version, which would make another picture of the same chart.
    drawn(chart).savefig(sys.stdout.buffer, format="png", metadata={"Software": None})


if __name__ == "__main__":
    main()
