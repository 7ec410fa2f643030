"""What a delivery shows: what arrived in its window and matches what its audience wants."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.config import Config, is_zone
from bot.errors import QueryError
from bot.search.index import Index
from bot.search.search import Searcher
from bot.store.library import Library
from bot.store.records import Arrival
from digests.delivery import Content, Delivery
from digests.news import news
from digests.schedule import Cadence, Kind, Schedule, Subscription
from digests.subscriptions import Subscriptions
from digests.telling import ThemeChooser, Themes

MOST_ARRIVALS = 5000
"""Excerpts of one window that are looked at, the newest; in a bulk import more than anybody reads."""

Matched = Sequence[tuple[Subscription, Sequence[Arrival]]]


@dataclass(frozen=True, slots=True)
class Matches:
    """What matches an audience's subscriptions, each excerpt under the first that it matches."""

    delivery: Delivery
    matched: Matched
    command: str

    @property
    def hashes(self) -> Sequence[str]:
        """The text hashes of all that may be shown."""
        return [one.text_hash for _, arrivals in self.matched for one in arrivals]

    def content(self, told: set[str]) -> Content:
        """Lay it out without what the audience was told."""
        fresh = [
            (subscription, [one for one in arrivals if one.text_hash not in told])
            for subscription, arrivals in self.matched
        ]
        fresh = [(subscription, arrivals) for subscription, arrivals in fresh if arrivals]
        if not fresh:
            return Content((), reason="nothing new matched")
        return news(self.delivery, fresh, command=self.command)


class LibraryChooser:
    """Chooses from the library, as far as the index has come."""

    def __init__(
        self,
        library: Library,
        index: Index,
        searcher: Searcher,
        subscriptions: Subscriptions,
        themes: ThemeChooser,
        *,
        config: Config,
    ) -> None:
        self._library = library
        self._themes = themes
        self._index = index
        self._searcher = searcher
        self._subscriptions = subscriptions
        self._config = config
        self._upto: int | None = None
        self.look_again()

    def look_again(self) -> None:
        """Bring the index up to the store, and forget what was read.

        Thousands of audiences share a window and a query: what they have is kept for a tick.
        """
        self._upto = self._index.revision if self._index.follow(self._library) else None
        self._arrived = lru_cache(maxsize=8)(self._arrivals)
        self._matched = lru_cache(maxsize=256)(self._matching)
        self._revision_at = lru_cache(maxsize=64)(self._library.revision_at)
        self._themes.look_again()

    def upto(self) -> int | None:
        """Return the revision that index and store had reached; None where the index lagged behind."""
        return self._upto

    def revision_at(self, moment: datetime.datetime) -> int:
        """Return the revision at a moment."""
        return self._revision_at(moment)

    def find(self, delivery: Delivery) -> Matches | Themes | None:
        """Return what may be shown; None where the index has not come so far."""
        plan = delivery.schedule.plan
        if self._index.revision < delivery.covers_to:
            return None
        if plan.kind is not Kind.SUBSCRIPTIONS:
            return self.digest(delivery)
        window = (delivery.covers_from, delivery.covers_to)
        matched = self._matches(
            delivery.schedule, self._subscriptions.of_schedule(delivery.schedule.id), window, delivery.due_at
        )
        return Matches(delivery, matched, self._config.command)

    def digest(self, delivery: Delivery) -> Themes | None:
        """Return what a digest may tell; None where the index has not come so far."""
        return self._themes.of(delivery) if self._index.revision >= delivery.covers_to else None

    def alerts(
        self, schedules: Sequence[Schedule], upto: int, now: datetime.datetime
    ) -> tuple[list[Schedule], list[Schedule]]:
        """Return those that something new calls for, and those for which there is nothing.

        Those in their quiet hours are neither: they are asked about again.
        """
        awake = [schedule for schedule in schedules if not self.is_quiet(schedule, now)]
        carried = self._subscriptions.of_schedules([schedule.id for schedule in awake])
        called: list[Schedule] = []
        idle: list[Schedule] = []
        for schedule in awake:
            window = (schedule.covered_to, upto)
            matches = self._matches(schedule, carried.get(schedule.id, []), window, now)
            (called if any(arrivals for _, arrivals in matches) else idle).append(schedule)
        return called, idle

    def is_quiet(self, schedule: Schedule, now: datetime.datetime) -> bool:
        """Tell whether an instant alert is to wait until the morning."""
        if schedule.plan.cadence is not Cadence.INSTANT or not is_zone(schedule.plan.zone):
            return False
        hours = self._config.digests.quiet_hours
        at = now.astimezone(ZoneInfo(schedule.plan.zone)).strftime("%H:%M")
        start, end = hours.start, hours.end
        return start <= at < end if start <= end else at >= start or at < end

    def _matches(
        self,
        schedule: Schedule,
        subscriptions: Sequence[Subscription],
        window: tuple[int, int],
        now: datetime.datetime,
    ) -> Matched:
        workspace, shown, matched = schedule.plan.workspace, set[str](), []
        arrivals = self._arrived(workspace, *window)
        for subscription in subscriptions:
            ids = self._matched(subscription.query, workspace, *window, now.date()) if arrivals else ()
            wanted = [
                one
                for one in arrivals
                if one.excerpt.id in ids and one.revision > subscription.since and one.text_hash not in shown
            ]
            shown |= {one.text_hash for one in wanted}
            matched.append((subscription, wanted))
        return matched

    def _arrivals(self, workspace: str, after: int, upto: int) -> list[Arrival]:
        return _once(self._library.arrived(workspace, after=after, upto=upto, limit=MOST_ARRIVALS))

    def _matching(
        self, query: str, workspace: str, after: int, upto: int, today: datetime.date
    ) -> frozenset[str]:
        ids = [one.excerpt.id for one in self._arrived(workspace, after, upto)]
        try:
            return frozenset(self._searcher.matching(query, among=ids, workspace=workspace, today=today))
        except QueryError:  # Its topic is declared no more; the list of subscriptions tells.
            return frozenset()


def _once(arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Return *arrivals* without second ones of the same text."""
    first: Mapping[str, Arrival] = {one.text_hash: one for one in reversed(arrivals)}
    return [one for one in arrivals if first[one.text_hash] is one]
