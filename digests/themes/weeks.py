"""A window's themes from the library: topics and phrases, with their counts, their course and passages."""

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bot.config import Config
from bot.library.topics import Topics
from bot.search.query import topic_query
from bot.search.search import Searcher
from bot.store.records import Marked
from bot.store.timeline import Timeline
from digests.themes.evenly import evenly
from digests.themes.judging import PART, checked, is_more, is_old, overlap, stories, telling, topic_evidence
from digests.themes.key_phrases import Background, key_phrases
from digests.themes.phrases import Names, Phrase
from digests.themes.published import Periods
from digests.themes.rising import rising
from digests.themes.sample import Sample, source_of
from digests.themes.theme import Candidate, Theme, Week
from digests.themes.trend import Trend
from digests.themes.window import PERIODS, Window, moment

MOST_READ = 3000
"""Passages whose text is read; of more, an even sample."""

RISING, PHRASES, TERMS = 5, 20, 3
"""How many phrases that rise, that stand out, and that are new in a topic are looked for."""

LISTED = 200
"""Passages of a phrase, the newest, of which the best are taken."""


class Weeks:
    """Reads windows from the store and the index."""

    def __init__(self, timeline: Timeline, searcher: Searcher, config: Config) -> None:
        self._timeline = timeline
        self._searcher = searcher
        self._topics = Topics(config.topics)
        self._names = Names(config.names)

    def week(self, window: Window) -> Week:
        """Return what a window is made of."""
        arrived = self._timeline.arrived(window.workspace, after=window.after, upto=window.upto)
        marked = [one for one in arrived if window.holds(one.topics)]
        last = self._timeline.last_arrival(window.workspace, upto=window.after)
        documents = self._timeline.documents({one.document_id for one in marked})
        week = Week(
            window,
            count=len(marked),
            documents=len(documents),
            sources=len({source_of(document) for document in documents.values()}),
            is_first=last is None,
            elsewhere=len(arrived) - len(marked),
            last_arrival=last,
        )
        try:
            return self._reading(window).of(week, marked) if marked else week
        finally:
            self._names.forget()

    def shelf(self, window: Window, last: Mapping[str, datetime.datetime]) -> Theme | None:
        """Return the topic with passages that an audience was told of *last* longest ago, or never."""
        counts = self._searcher.counts(window.workspace)
        wanted = [topic for topic in counts if counts[topic] and topic in (window.topics or counts)]
        if not wanted:
            return None
        never = datetime.datetime.min.replace(tzinfo=datetime.UTC)
        topic = min(wanted, key=lambda one: (last.get(one, never), -counts[one]))
        return self._reading(window).shelf(topic, counts[topic])

    def _reading(self, window: Window) -> "_Reading":
        return _Reading(self._timeline, self._searcher, self._topics, self._names, window)


class _Reading:
    """One window while it is read."""

    def __init__(
        self, timeline: Timeline, searcher: Searcher, topics: Topics, names: Names, window: Window
    ) -> None:
        self._timeline = timeline
        self._searcher = searcher
        self._topics = topics
        self._names = names
        self._window = window
        self._sample = Sample([], topics)
        self._periods: Periods
        self._background: Background
        self._small: frozenset[str] = frozenset()
        """Words that are written small somewhere: in capitals they are no names, but begin something."""
        self._told: list[str] = []

    def of(self, week: Week, marked: Sequence[Marked]) -> Week:
        """Return *week* with its themes."""
        ids = [one.excerpt_id for one in evenly(marked, MOST_READ)]
        read = [Candidate(excerpt, text_hash) for excerpt, text_hash in self._timeline.excerpts(ids)]
        self._sample = Sample(read, self._topics)
        self._periods = periods = Periods(self._timeline, self._window)
        risen = rising(periods.now, periods.before(), names=self._names, limit=RISING)
        week = self._dated(replace(week, read=len(read)))
        texts = [one.excerpt.text for one in read]
        self._small = frozenset(word for text in texts for word in text.split() if word.islower())
        self._background = Background((*texts, *periods.compared), names=self._names)
        told = Counter(name for one in marked for name in one.topics)
        names = tuple(self._window.topics or self._topics.declared)
        found = [self._topic(week, name, told[name]) for name in names if told[name]]
        topics = [checked(week, theme, periods.passages) for theme in found]
        evident = stories([one for one in risen if is_old(week) and one.is_evident])
        phrases = [self._phrase(week, one.phrase, one.g2) for one in evident]
        phrases = [checked(week, theme, periods.passages) for theme in phrases if theme.count]
        rises = [theme for theme in phrases if theme.is_rising and not self._is_part(week, theme, topics)]
        fallen = [replace(theme, evidence=0.0) for theme in phrases if theme not in rises]
        self._told = [theme.name for theme in phrases]
        topics = sorted(topics, key=lambda theme: telling(week, theme))
        topics = [replace(theme, terms=self._terms(week, theme.name)) for theme in topics]
        others = list(self._others(week, texts))
        return replace(
            week,
            rising=tuple(rises),
            topics=tuple(topics),
            silent=tuple(name for name in names if not told[name]),
            phrases=tuple(sorted([*fallen, *others], key=lambda theme: (-theme.count, theme.name))),
            passages=self._sample.best(read),
        )

    def _dated(self, week: Week) -> Week:
        """Return *week* with where its past begins: by publication, or by arrival if nothing is dated."""
        if self._periods.begins == PERIODS:
            return replace(week, by_publication=False, begins=self._arrivals_begin())
        recent = self._count(f"{self._window.query} {self._window.published_in(-1)}")
        return replace(week, begins=self._periods.begins, recent=recent)

    def shelf(self, topic: str, count: int) -> Theme:
        """Return a topic by all that the library has on it."""
        query = topic_query(topic)
        self._sample = Sample(self._listed(query), self._topics)
        held = self._sample.passages
        trend = Trend(topic, (0,) * PERIODS)
        sources = self._sample.sources(held)
        return Theme(topic, query, count, sources, trend, passages=self._sample.best(held, topic))

    def _topic(self, week: Week, name: str, count: int) -> Theme:
        query, held = topic_query(name), self._sample.on(name)
        counts = self._periods.by_topic[name] if week.by_publication else self._counts(week, query)
        return Theme(
            name,
            query,
            count,
            self._sample.sources(held),
            Trend(name, tuple(counts), week.begins),
            topic_evidence(self._periods, name) if is_old(week) else 0.0,
            passages=self._sample.best(held, name),
        )

    def _is_part(self, week: Week, phrase: Theme, topics: Sequence[Theme]) -> bool:
        """Tell whether a phrase is but a part of a rising topic: a keyword, or under half of its growth."""
        known = self._topics.with_keyword(phrase.name)
        return any(
            (topic.name in known or 2 * week.growth(phrase) < week.growth(topic))
            and self._count(f"{phrase.query} {topic.query} {self._window.added}") >= PART * phrase.count
            for topic in topics
            if topic.is_rising
        )

    def _others(self, week: Week, texts: Sequence[str]) -> Iterator[Theme]:
        """Yield phrases that stand out of the library's common talk, and are not told of yet."""
        for one in key_phrases(texts, self._background, limit=PHRASES, least=2):
            name = one.phrase.surface
            is_plain = name == name.lower() and self._topics.with_keyword(name)
            if is_plain or not self._is_untold(one.phrase):
                continue
            theme = self._phrase(week, one.phrase)
            if theme.count > 1 and is_more(week, theme, theme.count, week.count, self._periods.passages):
                self._told.append(name)
                yield theme

    def _is_untold(self, phrase: Phrase) -> bool:
        """Tell whether a phrase stands for itself (a name, or several words) and was not told of yet."""
        name = phrase.surface
        is_name = " " in name or not (name == name.lower() or name.lower() in self._small)
        if not is_name or any(overlap(name, other) for other in self._told):
            return False
        return self._topics.named(name) not in self._topics.declared

    def _terms(self, week: Week, topic: str) -> tuple[str, ...]:
        """Return what is said in a topic's passages, and was not in the library before; in the first
        digest, what is said in them most. What is told of another topic already is left to that."""
        texts = [one.excerpt.text for one in self._sample.on(topic)]
        found = key_phrases(texts, self._background, limit=2 * TERMS, least=2)
        before = f"added:..{moment(week.window.since)}"
        terms: list[str] = []
        for one in found:
            name = one.phrase.surface
            if overlap(name, topic) or not self._is_untold(one.phrase):
                continue
            if week.is_first or not self._count(f'"{name}" {before}'):
                self._told.append(name)
                terms.append(name)
            if len(terms) == TERMS:
                break
        return tuple(terms)

    def _phrase(self, week: Week, phrase: Phrase, evidence: float = 0.0) -> Theme:
        query = f"{self._window.scope} {self._asked(phrase)}".strip()
        passages = self._listed(f"{query} {self._window.added}")
        own = Sample(passages, self._topics)
        return Theme(
            phrase.surface,
            query,
            self._count(f"{query} {self._window.added}"),
            own.sources(passages),
            Trend(phrase.surface, self._counts(week, query), week.begins),
            evidence,
            passages=own.best(passages),
            is_topic=False,
        )

    def _asked(self, phrase: Phrase) -> str:
        """Return a phrase as it is asked for: quoted, but one that goes by several names as one of them."""
        return phrase.surface if self._names.printed(phrase.key) else f'"{phrase.surface}"'

    def _counts(self, week: Week, query: str) -> tuple[int, ...]:
        """Return how many passages answer *query*, period by period."""
        between = self._window.published if week.by_publication else self._window.arrived
        before = min(week.begins, PERIODS - 1)  # There is nothing of these periods.
        return (0,) * before + tuple(
            self._count(f"{query} {between(at, at)}") for at in range(before, PERIODS)
        )

    def _count(self, query: str) -> int:
        today = self._window.until.date()
        return self._searcher.count(query, workspace=self._window.workspace, today=today)

    def _listed(self, query: str) -> list[Candidate]:
        today = self._window.until.date()
        found = self._searcher.last(query, workspace=self._window.workspace, today=today, limit=LISTED)
        ids = [one.id for one in found]
        return [Candidate(excerpt, text_hash) for excerpt, text_hash in self._timeline.excerpts(ids)]

    def _arrivals_begin(self) -> int:
        """Return the first period in which something arrived."""
        arrived = (self._count(self._window.arrived(at, at)) for at in range(PERIODS))
        return next((at for at, count in enumerate(arrived) if count), PERIODS - 1)
