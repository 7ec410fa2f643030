"""How often a theme came up, period by period, as bars of text and in words."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

BARS = "▁▂▃▄▅▆▇█"
"""The eight heights that text has for a bar."""

CHANGE = 1.25
"""By how much the last count must differ from the usual one, as a factor, to be called a change."""


@dataclass(frozen=True, slots=True)
class Trend:
    """A theme's counts, one a period, oldest first; never none. Those before `begins` tell nothing."""

    name: str
    counts: tuple[int, ...]
    begins: int = 0

    @property
    def last(self) -> int:
        """What the newest period counts."""
        return self.counts[-1]

    @property
    def usual(self) -> float:
        """The mean of the periods before; 0 where there are none."""
        return statistics.fmean(self.counts[self.begins : -1] or (0,))

    @property
    def course(self) -> str:
        """Where the last count stands against those before, in words."""
        usual = rounded(self.usual)
        if not any(self.counts[:-1]):
            return "new" if self.last else "none in this time"
        if self.last >= self.usual + 1 and self.last > self.usual * CHANGE:
            return f"up from a usual {usual}"
        if self.last <= self.usual - 1 and self.last * CHANGE < self.usual:
            return f"down from a usual {usual}"
        return f"about the usual {usual}"

    @property
    def beside(self) -> str:
        """What a chart tells beside the last count."""
        if not any(self.counts[:-1]):
            return "new" if self.last else ""
        return f"usually {short(self.usual)}"


def sparkline(counts: Sequence[int]) -> str:
    """Return a bar of text for each count, scaled to their maximum; only zero is the lowest bar."""
    most = max((*counts, 1))
    steps = len(BARS) - 1
    # Rounded up: what came up once in a loud theme is still no nothing.
    return "".join(BARS[-(-max(count, 0) * steps // most)] for count in counts)


def short(count: float) -> str:
    """Return *count* in five characters at most, as far as anybody counts."""
    if count < 10_000:
        return rounded(count)
    return f"{count // 1000:.0f}k" if count < 1_000_000 else f"{count // 1_000_000:.0f}M"


def rounded(usual: float) -> str:
    """Return a mean as it is read: 2, 2.3, 17."""
    return f"{usual:.0f}" if usual >= 10 or usual == round(usual) else f"{usual:.1f}"
