"""Which phrases rise: those that stand in more documents now than the earlier periods lead to expect."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from digests.themes.counting import Counting, postings
from digests.themes.evidence import LEAST, g2, null
from digests.themes.phrases import Key, Names, Phrase
from digests.themes.wording import WITHIN, Wording, is_generic, most_within, wide, wordings

GROWTH = 2.5
"""How many times the usual share of documents it must be."""

OLD_ENOUGH = 4
"""Earlier periods that must hold documents: with fewer nobody knows what is usual."""

LOOKED_AT = 400
"""Phrases, the best by score, of which the wording is looked at."""

REPEATED = 0.5
"""How much it counts that a document says the phrase again: what a text is about comes back in it."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one document tells in a period: its passages. `source` is its publisher, '' where unknown.

    `period` counts back from now, which is 0. A document comes in one piece.
    """

    id: str
    texts: tuple[str, ...]
    source: str = ""
    period: int = 0


@dataclass(frozen=True, slots=True)
class Rising:
    """A phrase that stands in more documents than usual.

    `documents` are the ids of those of now, `usual` how many there are in an earlier period on average,
    `g2` the log-likelihood ratio of its growth, `null` what chance alone reaches.
    """

    phrase: Phrase
    documents: tuple[str, ...]
    usual: float
    g2: float
    null: float
    score: float

    @property
    def is_evident(self) -> bool:
        """Whether chance does not explain it."""
        return self.g2 >= self.null


def rising(now: Sequence[Told], before: Iterable[Told], *, names: Names, limit: int = 10) -> list[Rising]:
    """Return up to *limit* phrases that may be rising, best first; call rising only what `is_evident`.

    *before* is read once. Documents of a source that had none before are no evidence: it is the source
    that is new. Nothing rises when fewer than four earlier periods hold documents.
    """
    found = postings([[names.folded(text) for text in told.texts] for told in now], least=LEAST)
    usual = _usual(found, before, names)
    if len(usual.periods) < OLD_ENOUGH:
        return []
    known = [not told.source or told.source in usual.sources for told in now]
    if not all(known):
        found = {key: [place for place in places if known[place]] for key, places in found.items()}
        found = {key: places for key, places in found.items() if len(places) >= LEAST}
    return _Rise(now, found, usual, of_now=sum(known), names=names).best(limit)


@dataclass(frozen=True, slots=True)
class _Usual:
    """What the earlier periods hold."""

    counting: Counting
    documents: int
    periods: frozenset[int]
    sources: frozenset[str]


def _usual(found: Iterable[Key], before: Iterable[Told], names: Names) -> _Usual:
    counting = Counting(found)
    documents = 0
    periods: set[int] = set()
    sources: set[str] = set()
    for told in before:
        counting.add([names.folded(text) for text in told.texts])
        documents += 1
        periods.add(told.period)
        sources.add(told.source)
    return _Usual(counting, documents, frozenset(periods), frozenset(sources))


class _Rise:
    """The phrases of now against the usual."""

    def __init__(
        self,
        now: Sequence[Told],
        found: Mapping[Key, list[int]],
        usual: _Usual,
        *,
        of_now: int,
        names: Names,
    ) -> None:
        self._now, self._found, self._usual, self._of_now, self._names = now, found, usual, of_now, names
        self._wide = wide(usual.counting.passages, usual.counting.held)
        before = usual.counting.documents
        # Phrases that stand in the same documents are looked at once.
        told = {(tuple(places), before[key]) for key, places in found.items()}
        counts = ((len(places), count) for places, count in told)
        self._null = null(counts, of_now=of_now, of_before=usual.documents)

    def best(self, limit: int) -> list[Rising]:
        """Return the best, one of each story."""
        scores = self._scores()
        order = sorted(scores, key=lambda key: (-scores[key], key))[:LOOKED_AT]
        seen = self._seen(order)
        phrases = self._phrases(order, seen)
        for key in phrases:
            scores[key] *= math.pow(seen[key].seen / len(self._found[key]), REPEATED)
        order = sorted(phrases, key=lambda key: (-scores[key], key))
        chosen: list[Key] = []
        for key in order:
            if not any(self._is_same(key, other) for other in chosen):
                chosen.append(key)
            if len(chosen) == limit:
                break
        return [self._rising(key, phrases[key], scores[key]) for key in chosen]

    def _scores(self) -> dict[Key, float]:
        scores = {
            key: self._score(key)
            for key in self._found
            if self._growth(key) >= GROWTH and not is_generic(key, self._wide, {})
        }
        return {key: score for key, score in scores.items() if score > 0}

    def _score(self, key: Key) -> float:
        before = self._usual.counting.documents[key]
        rarity = math.log((self._usual.documents + 1) / (before + 0.5))
        return self._g2(key) * rarity

    def _g2(self, key: Key) -> float:
        before = self._usual.counting.documents[key]
        return g2(len(self._found[key]), before, of_now=self._of_now, of_before=self._usual.documents)

    def _growth(self, key: Key) -> float:
        before = (self._usual.counting.documents[key] + 0.5) / (self._usual.documents + 1)
        return len(self._found[key]) / self._of_now / before

    def _seen(self, order: Sequence[Key]) -> dict[Key, Wording]:
        places = sorted(set(chain.from_iterable(self._found[key] for key in order)))
        texts = (text for place in places for text in self._now[place].texts)
        return wordings(texts, order, self._names)

    def _phrases(self, order: Sequence[Key], seen: Mapping[Key, Wording]) -> dict[Key, Phrase]:
        told = {key: seen[key].phrase(key, self._names) for key in order if key in seen}
        phrases = {
            key: phrase for key, phrase in told.items() if phrase and not is_generic(key, self._wide, seen)
        }
        # What nearly always stands within a longer one is left to it.
        within = most_within({key: len(self._found[key]) for key in phrases})
        return {
            key: phrase
            for key, phrase in phrases.items()
            if within.get(key, 0) < WITHIN * len(self._found[key])
        }

    def _is_same(self, key: Key, other: Key) -> bool:
        """Tell whether two phrases are of one story: they stand in the same documents."""
        one, two = set(self._found[key]), set(self._found[other])
        both = len(one & two)
        if not set(key).isdisjoint(other):
            return both >= 0.5 * min(len(one), len(two))
        return both >= 0.8 * len(one | two)

    def _rising(self, key: Key, phrase: Phrase, score: float) -> Rising:
        before = self._usual.counting.documents[key]
        return Rising(
            phrase,
            tuple(self._now[place].id for place in self._found[key]),
            before / len(self._usual.periods),
            self._g2(key),
            self._null,
            score,
        )
