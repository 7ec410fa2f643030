"""What a digest tells of: a topic or a discovered phrase, with its counts and its passages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.document import Excerpt
from digests.themes.trend import Trend
from digests.themes.window import PERIODS, Window


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that a digest may quote; the same text has the same hash."""

    excerpt: Excerpt
    text_hash: str


@dataclass(frozen=True, slots=True)
class Theme:
    """A topic, or a phrase where not `is_topic`; `query` finds all of it, whenever it arrived.

    `count` passages of `sources` independent sources arrived in the window. `trend` counts what was
    published in each period. `evidence` is the G2 of its rise, 0 where it does not rise. `terms` are what
    is said in it now and not else; of `passages`, the best come first.
    """

    name: str
    query: str
    count: int
    sources: int
    trend: Trend
    evidence: float = 0.0
    terms: tuple[str, ...] = ()
    passages: tuple[Candidate, ...] = ()
    is_topic: bool = True

    @property
    def is_rising(self) -> bool:
        """Whether there is evidence that it rises."""
        return self.evidence > 0


@dataclass(frozen=True, slots=True)
class Week:
    """What a window of arrivals is made of; it may be a day's, or that of several weeks.

    `count` passages from `documents` documents and `sources` sources arrived; the texts of `read` of them
    were looked at. `rising` are phrases with evidence, `resting` those of which the audience was told
    lately, `topics` the declared ones that something arrived on, the most telling first, `phrases` others
    that stand out. `begins` is the first of the periods of which the library has anything. `recent` of the
    passages were published in the last period. `passages` are the best of all, whatever their theme.
    `elsewhere` counts what arrived on other topics than the window's; on `silent` ones nothing did.
    """

    window: Window
    count: int
    documents: int
    sources: int
    read: int = 0
    recent: int = 0
    rising: tuple[Theme, ...] = ()
    resting: tuple[Theme, ...] = ()
    topics: tuple[Theme, ...] = ()
    phrases: tuple[Theme, ...] = ()
    begins: int = PERIODS - 1
    by_publication: bool = True
    is_first: bool = False
    elsewhere: int = 0
    silent: tuple[str, ...] = ()
    last_arrival: datetime | None = None
    passages: tuple[Candidate, ...] = ()

    @property
    def has_past(self) -> bool:
        """Whether the library has anything of the periods before."""
        return self.begins < PERIODS - 1

    @property
    def themes(self) -> Sequence[Theme]:
        """All of them, each once, in the order in which they are told."""
        return (*self.rising, *self.topics, *self.resting, *self.phrases)

    def usual(self, theme: Theme) -> float | None:
        """Return the mean of a theme's earlier periods; None while the library has none."""
        return theme.trend.usual if self.has_past else None

    def growth(self, theme: Theme) -> float:
        """Return how many more of a theme there are in the last period than usually."""
        return theme.trend.last - (self.usual(theme) or 0.0)
