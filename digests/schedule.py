"""Who hears when: a schedule, and the subscriptions that it carries."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.document import new_id
from bot.search.query import topic_query
from digests.slots import When


class Kind(StrEnum):
    """What a schedule sends."""

    SUBSCRIPTIONS = "subscriptions"  # what matches the audience's subscriptions of this cadence
    DIGEST = "digest"  # what is new in the whole library, topic by topic
    ONCE = "once"  # what someone posted by hand


class Cadence(StrEnum):
    """How often."""

    INSTANT = "instant"
    DAILY = "daily"
    WEEKLY = "weekly"
    ONCE = "once"


@dataclass(frozen=True, slots=True)
class Setter:
    """Who set something up: a person's id and name, or the file that says so."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a schedule is, apart from how far it has come: the same plan is the same schedule.

    A digest with `topics` tells of them alone, in whatever order they are named; one without of the
    whole library.
    """

    workspace: str
    audience: str
    kind: Kind
    cadence: Cadence
    zone: str
    when: When | None = None
    topics: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Its permanent id."""
        weekday, at = (self.when.weekday, self.when.at) if self.when else (None, None)
        told = (self.workspace, self.audience, self.kind, self.cadence, str(weekday), str(at), self.zone)
        return new_id("schedule", *told, *sorted(self.topics))

    @property
    def in_words(self) -> str:
        """How often and when, as it is typed."""
        return str(self.when) if self.when else str(self.cadence)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A plan and how far it has come.

    All up to revision `covered_to` is in its deliveries, or called for none. `due_at` is the moment of
    the next slot; None where only something new makes it due. `blocked` says why the last delivery did
    not arrive.
    """

    id: str
    plan: Plan
    setter: Setter
    created_at: datetime
    covered_to: int
    covered_at: datetime
    due_at: datetime | None
    blocked: str | None
    ended_at: datetime | None

    @property
    def due_here(self) -> datetime | None:
        """The next moment by the clocks of its zone."""
        return self.due_at.astimezone(ZoneInfo(self.plan.zone)) if self.due_at else None


@dataclass(frozen=True, slots=True)
class Subscription:
    """An audience's wish to hear what matches `query`, if it arrives after revision `since`.

    One that is paused hears of nothing until it is begun again, by its schedule's plan or another.
    """

    id: str
    query: str
    since: int
    setter: Setter
    created_at: datetime
    schedule: Schedule
    is_paused: bool = False

    @property
    def name(self) -> str:
        """What it is called: the topic alone, where it is nothing but a topic, else the query."""
        return topic_of(self.query) or self.query


GRAMMAR = 1
"""The version of the grammar in which saved queries are written."""


def topic_of(query: str) -> str | None:
    """Return the topic whose query this is, None if it asks for anything else."""
    name = query.removeprefix("topic:").strip('"')
    return name if query == topic_query(name) else None


CHANNELS = frozenset({"C", "G"})
"""How Slack's ids of channels begin; a person's begin with U or W."""


def is_channel(audience: str) -> bool:
    """Tell a channel from a person."""
    return audience[:1] in CHANNELS
