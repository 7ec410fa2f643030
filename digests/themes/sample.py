"""The passages of a window whose texts were read: who is independent of whom, and who stands for all."""

from collections.abc import Mapping, Sequence
from itertools import islice

from bot.document import Document
from bot.library.sentences import only_asks
from bot.library.topics import Topics
from digests.themes.alike import groups
from digests.themes.quotes import representative
from digests.themes.theme import Candidate

BEST, CANDIDATES = 100, 12
"""Passages of a theme, the best by score, among which CANDIDATES stand for it."""


class Sample:
    """Passages, each with the source that said it first."""

    def __init__(self, passages: Sequence[Candidate], topics: Topics) -> None:
        self.passages = passages
        self._topics = topics
        self._first: dict[str, Candidate] = {}
        self._scores: dict[str, Mapping[str, float]] = {}
        for copies in groups(one.excerpt.text for one in passages):
            for place in copies:
                self._first[passages[place].excerpt.id] = passages[copies[0]]

    def on(self, topic: str) -> list[Candidate]:
        """Return the passages on a topic."""
        return [one for one in self.passages if topic in one.excerpt.topics]

    def sources(self, held: Sequence[Candidate]) -> int:
        """Return how many independent sources say what *held* do: a reprint is none."""
        return len({source_of(self._first[one.excerpt.id].excerpt.document) for one in held})

    def best(self, held: Sequence[Candidate], topic: str = "") -> tuple[Candidate, ...]:
        """Return the passages that stand for *held*, the best first, near copies left out."""
        own = [one for one in held if self._first[one.excerpt.id] is one]
        told = (one for one in self._ranked(own, topic) if not only_asks(one.excerpt.text))
        ranked = list(islice(told, BEST))
        places = representative(
            [one.excerpt.text for one in ranked],
            CANDIDATES,
            source_of=lambda place: source_of(ranked[place].excerpt.document),
        )
        return tuple(ranked[place] for place in places)

    def _ranked(self, own: Sequence[Candidate], topic: str) -> list[Candidate]:
        return sorted(own, key=lambda one: -self._score(one, topic))

    def _score(self, one: Candidate, topic: str) -> float:
        """Return how strongly a passage speaks of a topic; 0 where none is asked for."""
        if not topic:
            return 0.0
        excerpt = one.excerpt
        if excerpt.id not in self._scores:
            beside = (excerpt.context or "", *excerpt.section)
            self._scores[excerpt.id] = self._topics.scored(excerpt.text, beside=beside)
        return self._scores[excerpt.id].get(topic, 0.0)


def source_of(document: Document) -> str:
    """Return who says what a document says, as far as that is known; else the document stands for itself."""
    return document.based_on or document.publisher or document.author or document.id
