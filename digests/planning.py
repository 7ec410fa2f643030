"""What falls due is owed: slots that have come, and alerts that something new calls for."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from bot.errors import BotError
from bot.slack.failures import reported
from digests.delivery import Content, Delivery
from digests.owing import Owing
from digests.points import At, go_on
from digests.schedule import Kind, Schedule
from digests.slots import Slot, next_slot, slot_at, slots


class Found(Protocol):
    """What a delivery may show."""

    @property
    def hashes(self) -> Sequence[str]:
        """The text hashes of all excerpts that it may show."""

    def content(self, told: set[str]) -> Content:
        """Lay it out without those that its audience was *told*."""


class Chooser(Protocol):
    """Decides what is said."""

    def upto(self) -> int | None:
        """Return the revision up to which can be chosen; None where that cannot be told now."""

    def revision_at(self, moment: datetime) -> int:
        """Return the revision at a moment."""

    def find(self, delivery: Delivery) -> Found | None:
        """Return what matches in the delivery's window; None where that cannot be told now."""

    def is_quiet(self, schedule: Schedule, now: datetime) -> bool:
        """Tell whether an instant alert is to wait until the morning."""

    def alerts(
        self, schedules: Sequence[Schedule], upto: int, now: datetime
    ) -> tuple[list[Schedule], list[Schedule]]:
        """Return those that something new calls for, and those for which there is nothing."""


class Planning:
    """Owes what is due to one workspace, in any number of processes at once."""

    def __init__(
        self, owing: Owing, chooser: Chooser, workspace: str, *, now: Callable[[], datetime], at: At = go_on
    ) -> None:
        self._owing = owing
        self._chooser = chooser
        self._workspace = workspace
        self._now = now
        self._at = at

    def plan_due(self, is_stopping: Callable[[], bool] = lambda: False) -> int:
        """Owe what has fallen due; return how many deliveries are new."""
        planned = 0
        upto = self._chooser.upto()
        if upto is None:
            return 0
        while schedules := self._owing.due(self._workspace, self._now()):
            for schedule in schedules:
                if is_stopping():
                    return planned
                try:
                    planned += self._plan(schedule, upto)
                except BotError:  # The store's: it concerns all.
                    raise
                except Exception as error:
                    self._owing.postpone(schedule, now=self._now(), reason=bug(error))
        return planned + self._plan_alerts(upto)

    def _plan(self, schedule: Schedule, upto: int) -> bool:
        when, due_at = schedule.plan.when, schedule.due_at
        if when is None or due_at is None:
            return False
        now = self._now()
        # When it was last planned it was to fall due at that moment, whatever the zone's rules say since.
        first = slot_at(when, due_at)
        come = [first, *(slot for slot in slots(when, due_at, now) if slot.name != first.name)]
        following = next_slot(when, come[-1].due)
        if schedule.plan.kind is Kind.DIGEST:  # It tells what there was when it fell due, however late it is.
            upto = min(upto, self._chooser.revision_at(come[-1].due))
        upto = self._owing.restoration.limit(schedule, upto, due=come[-1].due)
        self._at("due")
        is_new = self._owing.plan(schedule, come, upto=upto, now=now, following=following)
        self._at("planned")
        return is_new

    def _plan_alerts(self, upto: int) -> int:
        now, planned = self._now(), 0
        called, idle = self._chooser.alerts(self._owing.instant(self._workspace, upto), upto, now)
        for schedule in called:
            self._at("due")
            to = self._owing.restoration.limit(schedule, upto, due=None)
            planned += self._owing.plan(schedule, [Slot(f"r{to}", now)], upto=to, now=now)
            self._at("planned")
        if idle:
            self._owing.looked([schedule.id for schedule in idle], upto, now=now)
        return planned


def bug(error: Exception) -> str:
    """Log a bug; return what operators read of it."""
    return f"a bug of Briefbot's; the log has it under {reported(error)}"
