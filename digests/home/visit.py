"""What is read for one person's Home: what one has, what there is to have, what the library holds."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.config import Config
from bot.document import Document
from bot.search.search import Searcher
from bot.store.library import Library
from bot.store.timeline import Timeline
from digests.schedule import Kind, Schedule, Subscription, is_channel
from digests.subject import Subjects
from digests.subscriptions import Subscriptions

LAST_ADDED = 5
"""Documents that are shown as added last."""


@dataclass(frozen=True, slots=True)
class Visit:
    """All that a Home tells. `topics` are counts of passages; `filled` is None while nothing has arrived.

    `channels` are the subscriptions of channels that the person may change.

    `gone` are the ids of subscriptions and digests whose topics are declared no more; `zone` is the one in
    which moments of the library are told.
    """

    subscriptions: Sequence[Subscription]
    channels: Sequence[Subscription]
    digests: Sequence[Schedule]
    gone: Collection[str]
    topics: Mapping[str, int]
    descriptions: Mapping[str, str]
    added: Sequence[tuple[Document, datetime.datetime]]
    documents: int
    passages: int
    filled: datetime.datetime | None
    examples: Sequence[str]
    zone: str


@dataclass(frozen=True, slots=True)
class Visits:
    """Reads them, from store and index."""

    subscriptions: Subscriptions
    searcher: Searcher
    library: Library
    timeline: Timeline
    config: Config

    def of(
        self, workspace: str, user: str, *, is_guest: bool, is_operator: bool, today: datetime.date
    ) -> Visit:
        """Return what a person of a workspace may see: one's own, the channels' digests, the library.

        Of the channels' subscriptions it is those that the person set up, all for an operator.
        """
        subscriptions = self.subscriptions.of_audience(workspace, user)
        channels = self.subscriptions.of_channels(workspace, setter=None if is_operator else user)
        digests = [
            one
            for one in self.subscriptions.schedules(Kind.DIGEST, workspace=workspace)
            if sees(user, one, is_guest=is_guest)
        ]
        documents, passages = self.searcher.size(workspace)
        return Visit(
            subscriptions,
            channels,
            digests,
            gone=self._gone([*subscriptions, *channels], digests, today),
            topics=self.searcher.counts(workspace),
            descriptions={name: topic.description for name, topic in self.config.topics.items()},
            added=self.library.added(workspace, limit=LAST_ADDED),
            documents=documents,
            passages=passages,
            filled=self.timeline.last_arrival(workspace, upto=self.library.state().revision),
            examples=self.searcher.examples(workspace),
            zone=self.config.digests.weekly.timezone,
        )

    def _gone(
        self, subscriptions: Sequence[Subscription], digests: Sequence[Schedule], today: datetime.date
    ) -> set[str]:
        subjects, topics = Subjects(self.searcher, self.config), self.config.topics.keys()
        gone = {one.id for one in subscriptions if not subjects.can_be_asked(one.query, today=today)}
        return gone | {one.id for one in digests if one.plan.topics and topics.isdisjoint(one.plan.topics)}


def sees(user: str, digest: Schedule, *, is_guest: bool) -> bool:
    """Tell whether someone may see and change a digest: a guest, of channels', what that guest set up."""
    if not is_channel(digest.plan.audience):
        return digest.plan.audience == user
    return not is_guest or digest.setter.id == user
