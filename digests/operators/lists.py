"""What the operators' page lists of one workspace, and the same as files, which hold all of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.config import Config
from bot.errors import BotError
from bot.sources.collecting import Collector
from bot.sources.status import Status, reported, statuses
from bot.store.audit import Audit, Entry
from bot.store.installations import Installations
from bot.store.library import Library
from bot.store.questions import Questions, Told
from bot.store.visits import Visits
from bot.web.export import Row
from digests.digests import Digests
from digests.overview import IN_DOUBT, Listed, Overview
from digests.past import GONE, Past, PastDigest, Sent
from digests.schedule import Kind, Schedule, is_channel
from digests.subscriptions import Subscriptions


@dataclass(frozen=True, slots=True)
class Lists:
    """Reads them. What people set up for themselves is counted, and shown to nobody else."""

    overview: Overview
    past: Past
    digests: Digests
    subscriptions: Subscriptions
    library: Library
    questions: Questions
    audit: Audit
    installations: Installations
    collector: Collector
    visits: Visits
    config: Config

    def workspaces(self) -> dict[str, str]:
        """Return the workspaces of which anything is known, by id: what each is called."""
        names = {one.owner: one.name for one in self.installations.all()}
        return {one: names.get(one, "") for one in self.overview.workspaces()}

    def coming(self, workspace: str) -> tuple[list[Schedule], int]:
        """Return the digests that channels will get, the next first; and how many people get."""
        running = self.subscriptions.schedules(Kind.DIGEST, workspace=workspace)
        of_channels = [one for one in running if is_channel(one.plan.audience)]
        return sorted(of_channels, key=_next), len(running) - len(of_channels)

    def channels_digest(self, workspace: str, delivery_id: str) -> PastDigest:
        """Return a digest that a channel was sent. Raises BotError where there is none."""
        one = self.past.digest(workspace, delivery_id)
        if not is_channel(one.audience):
            raise BotError(GONE)
        return one

    def channels_schedule(self, workspace: str, schedule_id: str) -> Schedule:
        """Return a digest that a channel will get. Raises BotError where there is none."""
        one = self.digests.running(schedule_id, workspace=workspace)
        if not is_channel(one.plan.audience):
            raise BotError("That digest is a person's own.")
        return one

    def sources(self, workspace: str) -> list[Status]:
        """Return how it stands with the sources of a workspace and of all, those first that fail."""
        seen = [one for one in self.collector.sources() if one.workspace in {"", workspace}]
        return sorted(statuses(seen, self.visits, self.library), key=lambda one: one.fault is None)

    def states(self, workspace: str) -> dict[str, int]:
        """Return how many deliveries of a workspace there are in each state, as operators read it."""
        counts = self.overview.counts(workspace)
        doubts = self.overview.failures(workspace) - counts.get("blocked", 0) - counts.get("left", 0)
        return counts | ({IN_DOUBT: doubts} if doubts else {})

    def deliveries(self, workspace: str, state: str, *, limit: int) -> list[Listed]:
        """Return deliveries in one *state*; for '', those that have not ended well, then the newest."""
        if state:
            return self.overview.in_state(workspace, state, limit=limit)
        return self.overview.listed(workspace=workspace, limit=limit)

    def sent(self, workspace: str, *, limit: int | None) -> list[Sent]:
        """Return the digests that channels were sent, the last first."""
        return self.past.of_channels(workspace, limit=limit)

    def unanswered(self, workspace: str, *, limit: int | None) -> Sequence[Told]:
        """Return what was asked in vain, by most people first."""
        return self.questions.unanswered(workspace, limit=limit)

    def acts(self, workspace: str, *, limit: int | None) -> list[Entry]:
        """Return who did what, the newest first."""
        return self.audit.newest(limit=limit, workspace=workspace)


@dataclass(frozen=True, slots=True)
class File:
    """A list as a file: its columns, and what reads its rows of a workspace."""

    columns: tuple[str, ...]
    rows: Callable[[Lists, str], Sequence[Row]]


def _sent(lists: Lists, workspace: str) -> list[Row]:
    return [asdict(one) for one in lists.sent(workspace, limit=None)]


def _coming(lists: Lists, workspace: str) -> list[Row]:
    return [
        {
            "id": one.id,
            "channel": one.plan.audience,
            "next": one.due_at,
            "when": one.plan.in_words,
            "zone": one.plan.zone,
            "topics": one.plan.topics,
            "set_up_by": one.setter.name,
            "held_up": one.blocked,
        }
        for one in lists.coming(workspace)[0]
    ]


def _sources(lists: Lists, workspace: str) -> list[Row]:
    return [{**reported(one), "topics": one.source.topics} for one in lists.sources(workspace)]


def _deliveries(lists: Lists, workspace: str) -> list[Row]:
    return [asdict(one) for one in lists.overview.all(workspace)]


def _questions(lists: Lists, workspace: str) -> list[Row]:
    return [asdict(one) for one in lists.unanswered(workspace, limit=None)]


def _acts(lists: Lists, workspace: str) -> list[Row]:
    return [
        {"at": one.at, "who": one.who.id, "name": one.who.name, "what": one.what, "on": one.on}
        for one in lists.acts(workspace, limit=None)
    ]


FILES: Mapping[str, File] = {
    "digests-sent": File(("id", "due_at", "channel", "what", "says", "set_up_by"), _sent),
    "digests-to-come": File(
        ("id", "channel", "next", "when", "zone", "topics", "set_up_by", "held_up"), _coming
    ),
    "sources": File(
        (
            "name", "kind", "address", "moved_to", "topics", "documents", "failed",
            "last_success", "next_visit", "failures_in_a_row", "why",
        ),
        _sources,
    ),
    "deliveries": File(("id", "due_at", "audience", "what", "state", "reason"), _deliveries),
    "questions": File(("text", "people", "last"), _questions),
    "acts": File(("at", "who", "name", "what", "on"), _acts),
}  # fmt: skip
"""The files by their names, which stand in their addresses."""


def _next(one: Schedule) -> tuple[bool, Any, str]:
    return one.due_at is None, one.due_at, one.id
