"""A chart as a table of a page: bars in any width, and the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from digests.chart import MOST, Chart
from digests.themes.trend import Trend, short

HIGH, STEP, WIDE = 40, 12, 9
"""The highest bar, the way from one to the next, and how wide each is, in no unit: they are stretched."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A period's bar, from its upper left corner, and what it counts in words."""

    x: int
    y: float
    height: float
    told: str


@dataclass(frozen=True, slots=True)
class Line:
    """A theme of the chart: its bars, the oldest first, and its last count beside what is usual."""

    name: str
    bars: Sequence[Bar]
    last: str
    beside: str
    course: str

    @property
    def width(self) -> int:
        """How far the bars reach."""
        return STEP * len(self.bars) - (STEP - WIDE)


def lines(chart: Chart) -> list[Line]:
    """Return the themes that a picture of *chart* would show."""
    return [
        Line(trend.name, _bars(trend, chart.periods), short(trend.last), trend.beside, trend.course)
        for trend in chart.trends[:MOST]
    ]


def _bars(trend: Trend, periods: Sequence[str]) -> list[Bar]:
    most = max((*trend.counts, 1))
    heights = [round(max(count, 0) / most * HIGH, 2) for count in trend.counts]
    return [
        Bar(STEP * at, round(HIGH - height, 2), height, f"{period}: {count}")
        for at, (period, count, height) in enumerate(zip(periods, trend.counts, heights, strict=True))
    ]
