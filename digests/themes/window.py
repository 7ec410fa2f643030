"""What a digest looks at: what arrived in a stretch of time, and the periods it is compared with."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.search.query import topic_query

PERIODS = 8
"""Periods of a trend, the current one counted in."""


@dataclass(frozen=True, slots=True)
class Window:
    """Arrivals after revision `after`, up to and with `upto`: of the time from `since` until `until`.

    Its periods have so many `days` each; the current one ends with `last`, a day by the clocks of `zone`.
    With `topics`, only passages on one of them count.
    """

    workspace: str
    after: int
    upto: int
    since: datetime
    until: datetime
    zone: str
    days: int = 7
    topics: tuple[str, ...] = ()

    @property
    def last(self) -> date:
        """The last whole day before its end."""
        return self.until.astimezone(ZoneInfo(self.zone)).date() - timedelta(days=1)

    @property
    def periods(self) -> tuple[tuple[date, date], ...]:
        """The first day of each period and the day after it, oldest first."""
        ends = [self.last + timedelta(days=1 - self.days * back) for back in range(PERIODS)]
        return tuple((end - timedelta(days=self.days), end) for end in reversed(ends))

    @property
    def added(self) -> str:
        """What finds all that arrived in it."""
        return f"added:{moment(self.since)}..{moment(self.until)}"

    @property
    def scope(self) -> str:
        """What keeps a question to its topics, '' where it has none."""
        return topic_query(",".join(self.topics)) if self.topics else ""

    @property
    def query(self) -> str:
        """What finds all that counts in it."""
        return f"{self.scope} {self.added}".strip()

    def holds(self, topics: Collection[str]) -> bool:
        """Tell whether what is on *topics* is within its scope."""
        return not self.topics or not set(self.topics).isdisjoint(topics)

    def published(self, first: int, last: int) -> str:
        """Return what finds all that was published from one of its periods to another, as it stood then."""
        since, before = self.periods[first][0], self.periods[last][1]
        return f"after:{since} before:{before} added:..{moment(self.until)}"

    def published_in(self, at: int) -> str:
        """Return what finds all that was published in one of its periods."""
        since, before = self.periods[at]
        return f"after:{since} before:{before}"

    def arrived(self, first: int, last: int) -> str:
        """Return what finds all that arrived from one of its periods to another."""
        length = timedelta(days=self.days)
        since = self.until - length * (PERIODS - first % PERIODS)
        upto = self.until - length * (PERIODS - 1 - last % PERIODS)
        return f"added:{moment(since)}..{moment(upto)}"


def moment(at: datetime) -> str:
    """Return a moment as it is typed after `added:`."""
    told = at.astimezone(UTC).replace(tzinfo=None)
    is_minute = not (told.second or told.microsecond)
    return f"{told.isoformat(timespec='minutes' if is_minute else 'auto')}Z"
