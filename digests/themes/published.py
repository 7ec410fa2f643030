"""What was published in a window's periods: how often each topic came up, and the documents to compare."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from itertools import groupby

from bot.store.records import Published
from bot.store.timeline import Timeline
from digests.themes.rising import Told
from digests.themes.window import PERIODS, Window

MOST_COMPARED = 5000
"""Passages of earlier periods, the newest, that tell which words are common."""


class Periods:
    """The periods of a window: read once, `now` first and `before` as it is asked for."""

    def __init__(self, timeline: Timeline, window: Window) -> None:
        self._timeline = timeline
        self._window = window
        self.passages = [0] * PERIODS
        self.by_topic: dict[str, list[int]] = defaultdict(lambda: [0] * PERIODS)
        self._documents: Counter[tuple[bool, str]] = Counter()
        self._documents_by_topic: dict[str, Counter[tuple[bool, str]]] = defaultdict(Counter)
        self.compared: deque[str] = deque(maxlen=MOST_COMPARED)
        self.now = list(self._read(PERIODS - 1, PERIODS - 1))
        """The documents of the current period."""

    def before(self) -> Iterator[Told]:
        """Yield the documents of the earlier periods; all counts are whole once it has ended."""
        return self._read(0, PERIODS - 2)

    @property
    def begins(self) -> int:
        """The first period in which something was published; PERIODS if there is none."""
        return next((at for at, count in enumerate(self.passages) if count), PERIODS)

    def documents(self) -> tuple[int, int]:
        """Return how many documents there are of now and of before; see `documents_by_topic`."""
        return self._of_known(self._documents)

    def documents_by_topic(self) -> dict[str, tuple[int, int]]:
        """Return how many documents of now and of before are on each topic.

        Of now only those of sources that published before: of others, it is the source that is new.
        """
        return {topic: self._of_known(counts) for topic, counts in self._documents_by_topic.items()}

    def _of_known(self, counts: Counter[tuple[bool, str]]) -> tuple[int, int]:
        now = sum(
            count
            for (is_now, source), count in counts.items()
            if is_now and (not source or (False, source) in self._documents)
        )
        return now, sum(count for (is_now, _), count in counts.items() if not is_now)

    def _read(self, first: int, last: int) -> Iterator[Told]:
        periods = self._window.periods
        since, before = periods[first][0], periods[last][1]
        found = self._timeline.published(
            self._window.workspace, since=since, before=before, upto=self._window.upto
        )
        wanted = (one for one in found if self._window.holds(one.topics))
        for document_id, passages in groupby(wanted, key=lambda one: one.document_id):
            some = list(passages)
            period = (some[0].day - periods[0][0]).days // self._window.days
            self._count(some, period)
            yield Told(
                document_id, tuple(one.text for one in some), some[0].source or "", PERIODS - 1 - period
            )

    def _count(self, passages: list[Published], period: int) -> None:
        is_now = period == PERIODS - 1
        self.passages[period] += len(passages)
        told = is_now, passages[0].source or ""
        self._documents[told] += 1
        for topic in {topic for one in passages for topic in one.topics}:
            self._documents_by_topic[topic][told] += 1
        for one in passages:
            for topic in one.topics:
                self.by_topic[topic][period] += 1
            if not is_now:
                self.compared.append(one.text)
