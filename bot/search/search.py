"""A question answered: parsed, understood, ranked; with an honest answer where there is nothing."""

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.config import ROOT, Config
from bot.document import Excerpt
from bot.errors import QueryError
from bot.library.words import words
from bot.search.answer import Answer, Hit
from bot.search.arrange import arranged
from bot.search.concept import Meaning
from bot.search.covering import Wanted, count, is_countable, matching, newest
from bot.search.facets import Facets, facets_of
from bot.search.guarding import guarded
from bot.search.index import Index
from bot.search.likewise import around, more_like
from bot.search.marks import Marker
from bot.search.meaning import Dictionary
from bot.search.nearest import nearest
from bot.search.query import Query, parse
from bot.search.ranking import CANDIDATES, DEEPEST, Ranked, Ranking, rank
from bot.search.snapshot import Snapshot

if TYPE_CHECKING:
    from bot.search.semantic import Semantics

OWN_CHARACTERS = 2000
"""Characters of a question that Briefbot writes itself: what a button in Slack can carry."""

BEGUN = 2000
"""Words that beginnings may stand for in one question where any of them counts: they take 10 ms."""

AT_ONCE = 1000
"""Excerpts that are named in one question to the index."""


class Searcher:
    """Answers questions from the index, as it stands at each."""

    def __init__(self, index: Index, config: Config) -> None:
        self._index = index
        self._config = config
        self._dictionaries: dict[str, tuple[Snapshot, Dictionary]] = {}
        self._semantics = _semantics(config)

    @guarded
    def search(
        self,
        text: str,
        *,
        workspace: str = "",
        limit: int = 5,
        offset: int = 0,
        today: datetime.date,
        is_strict: bool = False,
    ) -> Answer:
        """Return the best *limit* passages for *text* that *workspace* sees, without the first *offset*.

        With *is_strict* they are those that `matching` takes, which a subscription hears of.
        Raises QueryError for a question that cannot be asked.
        """
        query = self.parsed(text, today=today)
        snapshot, dictionary = self._dictionary(workspace)
        _refuse_too_many(query.beginnings, snapshot)
        meaning = dictionary.meaning(query)
        wanted = _wanted(query, meaning, snapshot, workspace, is_strict=is_strict)
        preferred = [dictionary.topic(topic) for group in query.topics for topic in group]
        ranking = rank(wanted, snapshot, preferred=preferred, depth=offset + limit)
        if self._semantics and wanted.counted:
            ranking = self._semantics.reordered(ranking, _subject(query, meaning), _texts(ranking, snapshot))
        marker = Marker(wanted.concepts, wanted.phrases)
        shown = arranged(ranking.answers)[offset : offset + limit]
        total, is_exact = _total(ranking, wanted, snapshot, workspace)
        undated, is_undated_exact = self._undated(query, meaning, snapshot, workspace)
        return Answer(
            query,
            hits=tuple(self._hit(one, marker, snapshot) for one in shown),
            total=total,
            is_exact=is_exact,
            corrections=meaning.corrections,
            subject=_subject(query, meaning),
            nearest=() if total else nearest(meaning, query, dictionary),
            undated=undated,
            is_undated_exact=is_undated_exact,
            documents=0 if total else snapshot.documents(workspace),
            concepts=meaning.concepts,
        )

    def _hit(self, one: Ranked, marker: Marker, snapshot: Snapshot) -> Hit:
        excerpt = snapshot.excerpt(one.address)
        also_in = {snapshot.excerpt(copy.address).document for copy in one.copies} - {excerpt.document}
        others = tuple(sorted(also_in, key=lambda document: document.id))
        return Hit(excerpt, one.score, marker.marks_in(excerpt), others, one)

    @guarded
    def shown(self, text: str, ids: Sequence[str], *, workspace: str, today: datetime.date) -> Answer:
        """Return the answer to *text* with the passages *ids* as its hits, in this order, if they are there.

        Raises QueryError for a question that cannot be asked.
        """
        answer = self.search(text, workspace=workspace, limit=1, today=today)
        marker = Marker(answer.concepts, answer.query.phrases)
        found = [self._index.snapshot.by_id(one, workspace) for one in ids]
        hits = tuple(Hit(one, 0.0, marker.marks_in(one)) for one in found if one)
        return replace(answer, hits=hits)

    @guarded
    def count(self, text: str, *, workspace: str, today: datetime.date) -> int:
        """Return how many passages answer *text*, as `search` counts them.

        Raises QueryError for a question that cannot be asked.
        """
        query = self._own(text, today)
        snapshot, dictionary = self._dictionary(workspace)
        return count(_wanted(query, dictionary.meaning(query), snapshot, workspace), snapshot)

    @guarded
    def newest(
        self, text: str, *, workspace: str, today: datetime.date, limit: int, offset: int = 0
    ) -> Answer:
        """Return *limit* of all passages that answer *text*, the last to arrive first, from *offset* on.

        Raises QueryError for a question that cannot be asked.
        """
        query = self._own(text, today)
        snapshot, dictionary = self._dictionary(workspace)
        meaning = dictionary.meaning(query)
        wanted = _wanted(query, meaning, snapshot, workspace)
        marker = Marker(wanted.concepts, wanted.phrases)
        excerpts = newest(wanted, snapshot, limit=limit, offset=offset)
        return Answer(
            query,
            hits=tuple(Hit(one, 0.0, marker.marks_in(one)) for one in excerpts),
            total=count(wanted, snapshot),
            corrections=meaning.corrections,
            subject=_subject(query, meaning),
        )

    @guarded
    def last(self, text: str, *, workspace: str, today: datetime.date, limit: int) -> list[Excerpt]:
        """Return the first *limit* passages of `newest`, and nothing else of them.

        Raises QueryError for a question that cannot be asked.
        """
        query = self._own(text, today)
        snapshot, dictionary = self._dictionary(workspace)
        wanted = _wanted(query, dictionary.meaning(query), snapshot, workspace)
        return newest(wanted, snapshot, limit=limit, offset=0)

    def parsed(self, text: str, *, today: datetime.date) -> Query:
        """Return the question that *text* asks. Raises QueryError for one that cannot be asked."""
        most = self._config.limits.query_characters
        return parse(text, topics=self._config.topics, today=today, most=most)

    def _own(self, text: str, today: datetime.date) -> Query:
        """Return the question that *text* asks, one that Briefbot wrote itself."""
        return parse(text, topics=self._config.topics, today=today, most=OWN_CHARACTERS)

    @guarded
    def matching(self, text: str, *, among: Sequence[str], workspace: str, today: datetime.date) -> set[str]:
        """Return which of the excerpts with the ids *among* answer *text*, every word taken as it is typed.

        Raises QueryError for a question that cannot be asked.
        """
        query = self.parsed(text, today=today)
        snapshot, dictionary = self._dictionary(workspace)
        meaning = dictionary.meaning(query, literal=True)
        wanted = _wanted(query, meaning, snapshot, workspace, is_strict=True)
        matched: set[str] = set()
        for start in range(0, len(among), AT_ONCE):
            some = among[start : start + AT_ONCE]
            these = replace(wanted, musts=[*wanted.musts, snapshot.among(some)])
            matched |= {excerpt.id for excerpt in matching(these, snapshot, limit=len(some))}
        return matched

    def suspect(self) -> None:
        """Let the index's files be checked soon, all of them."""
        self._index.suspect()

    @property
    def snapshot(self) -> Snapshot:
        """The state of the index that answers; another object once it has changed."""
        return self._index.snapshot

    def counts(self, workspace: str = "") -> Mapping[str, int]:
        """Return how many passages each declared topic has, in the order of `config.yml`."""
        snapshot, _ = self._dictionary(workspace)
        seen = snapshot.seen_by(workspace)
        return {topic: snapshot.count(snapshot.term("topic", topic), seen) for topic in self._config.topics}

    def size(self, workspace: str = "") -> tuple[int, int]:
        """Return how many documents and passages *workspace* sees."""
        snapshot, _ = self._dictionary(workspace)
        return snapshot.documents(workspace), snapshot.count(snapshot.seen_by(workspace))

    @guarded
    def whole(self) -> tuple[int, int]:
        """Return how many documents and passages there are, of all workspaces together."""
        snapshot = self._index.snapshot
        return snapshot.count(snapshot.term("first", "first")), snapshot.size

    @guarded
    def around(self, excerpt_id: str, *, workspace: str, beside: int = 1) -> list[Excerpt]:
        """Return an excerpt with so many of its document's before and behind it; none if there is no such."""
        snapshot = self._index.snapshot
        excerpt = snapshot.by_id(excerpt_id, workspace)
        return around(excerpt, snapshot, beside=beside) if excerpt else []

    @guarded
    def more_like(self, excerpt_id: str, *, workspace: str, limit: int = 5) -> tuple[Hit, ...]:
        """Return up to *limit* passages like an excerpt, likest first; `score` is how much, 0 to 1."""
        snapshot = self._index.snapshot
        excerpt = snapshot.by_id(excerpt_id, workspace)
        if excerpt is None:
            return ()
        found = more_like(excerpt, snapshot, workspace=workspace, limit=limit)
        return tuple(Hit(one, score, ()) for one, score in found)

    @guarded
    def facets(self, text: str, *, workspace: str, today: datetime.date) -> Facets:
        """Return what the best answers to *text*, up to DEEPEST, are spread over.

        Raises QueryError for a question that cannot be asked.
        """
        query = self.parsed(text, today=today)
        snapshot, dictionary = self._dictionary(workspace)
        wanted = _wanted(query, dictionary.meaning(query), snapshot, workspace)
        ranking = rank(wanted, snapshot, depth=DEEPEST)
        told = (snapshot.excerpt(answer.address) for answer in ranking.answers)
        return facets_of(told, is_all=ranking.is_all)

    @guarded
    def excerpt(self, excerpt_id: str, workspace: str = "") -> Excerpt | None:
        """Return the excerpt with this id, if *workspace* sees it and the index has it."""
        return self._index.snapshot.by_id(excerpt_id, workspace)

    @guarded
    def beginning(self, start: str, workspace: str, most: int) -> list[str]:
        """Return up to *most* words that *workspace* sees and that begin so, the commonest first."""
        return self._index.snapshot.beginning(start, workspace, most)

    def examples(self, workspace: str = "") -> list[str]:
        """Return questions that this library answers: its largest topic, two together, a phrase."""
        counts = {topic: count for topic, count in self.counts(workspace).items() if count}
        ranked = sorted(counts, key=lambda topic: -counts[topic])
        examples = ranked[:1]
        if len(ranked) > 1:
            within = f'"{ranked[1]}"' if " " in ranked[1] else ranked[1]
            examples.append(f"{ranked[0]} topic:{within}")
        return [*examples, *self._phrase(workspace)]

    def _phrase(self, workspace: str) -> list[str]:
        """Return the longest keyword of several words that stands in some passages, quoted."""
        _, dictionary = self._dictionary(workspace)
        keywords = [word for topic in self._config.topics.values() for word in topic.keywords]
        there = [keyword for keyword in keywords if " " in keyword and dictionary.count(words(keyword)) > 1]
        return [f'"{max(there, key=len)}"'] if there else []

    def _dictionary(self, workspace: str) -> tuple[Snapshot, Dictionary]:
        """Return the index as it stands, and what it knows of words; kept until it changes."""
        snapshot = self._index.snapshot
        kept = self._dictionaries.get(workspace)
        if kept is None or kept[0] is not snapshot:
            kept = snapshot, Dictionary(snapshot, workspace, self._config)
            # What others keep of an older index is let go of, and so are its files.
            current = {other: one for other, one in self._dictionaries.items() if one[0] is snapshot}
            self._dictionaries = {**current, workspace: kept}
        return kept

    def _undated(
        self, query: Query, meaning: Meaning, snapshot: Snapshot, workspace: str
    ) -> tuple[int, bool]:
        """Return how many passages would answer if their documents stated a date, and if that is exact."""
        if not (query.after or query.before):
            return 0, True
        anytime = snapshot.narrowed(query, workspace, dated=False)
        wanted = _wanted(query, meaning, snapshot, workspace)
        without = replace(wanted, musts=[*anytime, snapshot.undated()])
        return _total(rank(without, snapshot), without, snapshot, workspace)


def _semantics(config: Config) -> "Semantics | None":
    if not config.search.semantic:
        return None
    from bot.search.semantic import Semantics  # noqa: PLC0415 - only where it is asked for

    return Semantics.load(ROOT / config.search.semantic)


def _texts(ranking: Ranking, snapshot: Snapshot) -> list[str]:
    """Return the texts of the best by their words."""
    return [snapshot.excerpt(answer.address).text for answer in ranking.answers[:CANDIDATES]]


def _wanted(
    query: Query, meaning: Meaning, snapshot: Snapshot, workspace: str, *, is_strict: bool = False
) -> Wanted:
    narrowed, excluded = snapshot.narrowed(query, workspace), snapshot.excluded(query)
    return Wanted(meaning.concepts, query.phrases, narrowed, excluded, is_strict)


def _refuse_too_many(beginnings: Iterable[str], snapshot: Snapshot) -> None:
    """Raise QueryError where *beginnings* that are required or left out stand for more words than BEGUN.

    Only who asks is told: a question that was saved goes on, however the library grows.
    """
    many = {start: len(snapshot.begun(start)) for start in sorted(beginnings)}
    if sum(many.values()) > BEGUN:
        widest = max(many, key=lambda start: many[start])
        raise QueryError(f"{widest}* is too much at once, as many words begin so. Type more of its letters.")


def _total(ranking: Ranking, wanted: Wanted, snapshot: Snapshot, workspace: str) -> tuple[int, bool]:
    """Return how many passages answer and whether that is exact, or only the least there are."""
    found = sum(1 + len(answer.copies) for answer in ranking.answers)
    if ranking.is_all:
        return found, True
    if is_countable(wanted, snapshot, workspace):
        return count(wanted, snapshot, is_answered=bool(found)), True
    return found, False


def _subject(query: Query, meaning: Meaning) -> str:
    """Return what is asked for, misspelt words put right; what narrows it, if there is nothing else."""
    subject = query.subject or query.text
    for correction in meaning.corrections:
        subject = re.sub(rf"(?i)\b{re.escape(correction.typed)}\b", correction.taken, subject)
    return subject
