"""What a digest tells its audience: the window's themes, without what this audience had lately."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from bot.config import Config
from digests.delivery import Content, Delivery
from digests.digest import lay_out
from digests.footer import either
from digests.past import Past, Told
from digests.quiet import lay_out_quiet
from digests.schedule import Cadence
from digests.themes.theme import Theme, Week
from digests.themes.trend import CHANGE
from digests.themes.weeks import Weeks
from digests.themes.window import Window

RESTS = 3
"""Periods for which a phrase that was told of rests, unless it has risen by CHANGE since."""


NOTHING_NEW = "nothing new arrived"
"""Why nothing is sent of a quiet week that is skipped."""


@dataclass(frozen=True, slots=True)
class Themes:
    """What a digest tells of; `shelf` is a topic to look back to where nothing arrived.

    `skips` is why nothing is sent where `quiet_week` is to skip it.
    """

    delivery: Delivery
    week: Week
    quiet_week: str
    command: str
    shelf: Theme | None = None
    had: Mapping[str, Told] = field(default_factory=dict)
    skips: str = NOTHING_NEW

    @property
    def hashes(self) -> Sequence[str]:
        """The text hashes of all that may be quoted."""
        themes = [*self.week.themes, *([self.shelf] if self.shelf else [])]
        passages = [*self.week.passages, *(one for theme in themes for one in theme.passages)]
        return list(dict.fromkeys(one.text_hash for one in passages))

    def content(self, told: set[str]) -> Content:
        """Lay it out, quoting nothing that the audience was told."""
        if self.week.count:
            return lay_out(self.week, told, self.delivery, command=self.command)
        if self.quiet_week == "skip":
            return Content((), reason=self.skips)
        last = self.had.get(self.shelf.name) if self.shelf else None
        return lay_out_quiet(
            self.week,
            told,
            self.delivery,
            shelf=self.shelf,
            last_told=last.at if last else None,
            command=self.command,
        )


class ThemeChooser:
    """Chooses what digests tell; thousands of audiences may share a window, which is read once."""

    def __init__(self, weeks: Weeks, past: Past, config: Config) -> None:
        self._weeks = weeks
        self._past = past
        self._config = config
        self.look_again()

    def look_again(self) -> None:
        """Forget what was read."""
        self._week = lru_cache(maxsize=8)(self._weeks.week)

    def of(self, delivery: Delivery) -> Themes:
        """Return what a delivery may tell."""
        plan, quiet_week = delivery.schedule.plan, self._config.digests.quiet_week
        had = self._past.themes(plan.workspace, plan.audience, before=delivery.due_at)
        window = window_of(delivery, among=self._config.topics)
        if plan.topics and not window.topics:
            gone = f"{either(plan.topics)} is no topic of config.yml any more"
            return Themes(delivery, Week(window, 0, 0, 0), "skip", self._config.command, skips=gone)
        week = rested(self._week(window), had)
        shelf = None
        if not week.count and quiet_week == "shelf":
            shelf = self._weeks.shelf(week.window, {name: told.at for name, told in had.items()})
        return Themes(delivery, week, quiet_week, self._config.command, shelf, had)


def window_of(delivery: Delivery, *, among: Collection[str]) -> Window:
    """Return the window of a digest, which keeps to its topics *among* those that are declared."""
    plan = delivery.schedule.plan
    return Window(
        plan.workspace,
        delivery.covers_from,
        delivery.covers_to,
        since=delivery.covers_since,
        until=delivery.due_at,
        zone=plan.zone,
        days=1 if plan.cadence is Cadence.DAILY else 7,
        topics=tuple(topic for topic in plan.topics if topic in among),
    )


def rested(week: Week, had: Mapping[str, Told]) -> Week:
    """Return *week* with the phrases at rest that were told of lately and that rise no further."""
    period = datetime.timedelta(days=week.window.days)

    def rests(theme: Theme) -> bool:
        told = had.get(theme.name)
        if told is None or not told.evidence or told.at < week.window.until - RESTS * period:
            return False
        back = max(round((week.window.until - told.at) / period), 1)
        return theme.trend.last < CHANGE * max(theme.trend.counts[-1 - back : -1])

    resting = tuple(theme for theme in week.rising if rests(theme))
    return replace(week, rising=tuple(one for one in week.rising if one not in resting), resting=resting)
