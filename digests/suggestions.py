"""What the library suggests to whoever declares topics: keywords that lack, and some that do not serve."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.config import Config, Topic
from bot.library.topics import Topics, comparable
from bot.search.query import topic_query
from bot.search.search import Searcher
from bot.store.records import Marked
from bot.store.timeline import Timeline
from digests.subject import PAST
from digests.themes.evenly import evenly
from digests.themes.phrases import Key, Names, Phrase
from digests.themes.sample import source_of
from digests.themes.shared import Shared, Sharing, Text
from digests.themes.wording import holds

MOST_READ = 20_000
"""Passages whose text is read; of more, an even sample."""

KEYWORDS, THEMES = 5, 10
"""Phrases that are suggested for a topic, and for what is on none."""

TOO_WIDE = 1 / 3
"""The share of passages above which a keyword tells no topic from the rest."""

FEWEST = 20
"""Passages below which no share of them tells anything."""

NONE = ""
"""The name of the group of passages on no topic."""


@dataclass(frozen=True, slots=True)
class OfTopic:
    """A declared topic: how much there is on it, and what its keywords lack and do not need.

    `recent` passages arrived in the last 30 days. `read` is how many of its passages were read for
    `lacking`. `absent` keywords stand in no passage, `wide` ones in a large share, given with each.
    """

    name: str
    passages: int
    documents: int
    recent: int
    read: int
    lacking: tuple[Shared, ...]
    absent: tuple[str, ...]
    wide: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """All of them. The texts of `read` of all `passages` were looked at, `untold` of those on no topic.

    `on_none` counts all passages on no declared topic; `shared` is what they share.
    """

    passages: int
    documents: int
    read: int
    topics: tuple[OfTopic, ...]
    on_none: int
    untold: int
    shared: tuple[Shared, ...]


def suggestions(timeline: Timeline, searcher: Searcher, config: Config, *, today: date) -> Suggestions:
    """Return what the library suggests: the same for the same library, whatever the day but for `recent`."""
    return _Suggesting(timeline, searcher, config, today).all()


class _Suggesting:
    """The library, its passages read."""

    def __init__(self, timeline: Timeline, searcher: Searcher, config: Config, today: date) -> None:
        self._searcher, self._declared, self._today = searcher, config.topics, today
        self._held = timeline.held("")
        read = evenly(self._held, MOST_READ)
        passages, self._stands = _read(timeline, read, Topics(config.topics))
        self._read = len(read)
        self._groups = _groups(read, config.topics)
        self._known = _Known(config)
        self._sharing = Sharing(passages, self._groups, names=self._known.names)

    def all(self) -> Suggestions:
        """Return all that there is to suggest."""
        known = self._known.by(*self._declared)
        return Suggestions(
            passages=len(self._held),
            documents=len({one.document_id for one in self._held}),
            read=self._read,
            topics=tuple(map(self._topic, self._declared)),
            on_none=sum(self._declared.keys().isdisjoint(one.topics) for one in self._held),
            untold=len(self._groups[NONE]),
            shared=tuple(
                self._sharing.of(NONE, is_known=known, limit=THEMES)
                if self._declared
                else self._sharing.telling(limit=THEMES)
            ),
        )

    def _topic(self, name: str) -> OfTopic:
        marked = [one for one in self._held if name in one.topics]
        stands = {word: self._stands[comparable(word)] for word in self._declared[name].keywords}
        return OfTopic(
            name,
            passages=len(marked),
            documents=len({one.document_id for one in marked}),
            recent=self._count(f"{topic_query(name)} {PAST}"),
            read=len(self._groups[name]),
            lacking=tuple(self._sharing.of(name, is_known=self._known.by(name), limit=KEYWORDS)),
            absent=tuple(word for word, count in stands.items() if not count and self._is_absent(word)),
            wide=_wide(stands, self._read),
        )

    def _is_absent(self, keyword: str) -> bool:
        """Tell whether *keyword*, which stands in no passage that was read, stands in none at all."""
        if self._known.is_variant(keyword):
            return False
        quoted = keyword.replace('"', " ")
        return self._read == len(self._held) or not self._count(f'"{quoted}"')

    def _count(self, query: str) -> int:
        return self._searcher.count(query, workspace="", today=self._today)


class _Known:
    """What the topics are called already."""

    def __init__(self, config: Config) -> None:
        self.names = Names(config.names)
        self._named = {
            topic: [told for name in _names(topic, declared) if (told := comparable(name))]
            for topic, declared in config.topics.items()
        }
        self._all = {name for names in self._named.values() for name in names}
        named = (name for topic, declared in config.topics.items() for name in _names(topic, declared))
        self._variants = {comparable(name) for names in config.names for name in names}
        self._keys: set[Key] = {tuple(word for word in self.names.folded(name) if word) for name in named}

    def is_variant(self, keyword: str) -> bool:
        """Tell whether *keyword* is one of several names: where one stands, the others need not."""
        return comparable(keyword) in self._variants

    def by(self, *topics: str) -> Callable[[Phrase], bool]:
        """Return what tells whether a phrase is a name of any topic, or holds one of *topics*."""
        own = [name for topic in topics for name in self._named[topic]]

        def is_known(phrase: Phrase) -> bool:
            told = comparable(phrase.surface)
            return told in self._all or phrase.key in self._keys or any(holds(told, name) for name in own)

        return is_known


def _names(topic: str, declared: Topic) -> Sequence[str]:
    return (topic, *declared.keywords, *declared.aliases)


def _read(
    timeline: Timeline, read: Sequence[Marked], topics: Topics
) -> tuple[list[Text], Counter[tuple[str, ...]]]:
    """Return the passages, and in how many of them each keyword stands."""
    passages: list[Text] = []
    stands: Counter[tuple[str, ...]] = Counter()
    for excerpt, _hash in timeline.excerpts([one.excerpt_id for one in read]):
        passages.append(Text(excerpt.id, excerpt.document.id, source_of(excerpt.document), excerpt.text))
        stands.update(topics.keywords_in(excerpt.text, beside=(excerpt.context or "", *excerpt.section)))
    return passages, stands


def _groups(read: Sequence[Marked], topics: Mapping[str, Topic]) -> dict[str, list[int]]:
    """Return the places of the passages on each topic, and of those on none."""
    groups: dict[str, list[int]] = {name: [] for name in (*topics, NONE)}
    for place, one in enumerate(read):
        for name in [topic for topic in one.topics if topic in topics] or [NONE]:
            groups[name].append(place)
    return groups


def _wide(keywords: Mapping[str, int], read: int) -> tuple[tuple[str, float], ...]:
    if read < FEWEST:
        return ()
    return tuple((word, count / read) for word, count in keywords.items() if count > TOO_WIDE * read)
