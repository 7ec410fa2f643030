"""What the passages of one group share and all others hardly have: words that could stand for the group."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from digests.themes.counting import Counting, Folded, postings
from digests.themes.evenly import evenly
from digests.themes.evidence import LEAST, g2, null
from digests.themes.key_phrases import Background, key_phrases
from digests.themes.phrases import Key, Names, Phrase
from digests.themes.plain import is_common
from digests.themes.wording import WITHIN, holds, is_generic, wide, wordings

MOST_FOUND = 5000
"""Passages of a group in which phrases are found, evenly; they are counted in all."""

MOST_TOLD = 2000
"""Passages, evenly, that tell what all are about."""

LOOKED_AT = 60
"""Phrases, the best by score, of which the wording is looked at."""

IN_ERROR = 0.5
"""Phrases of a group that chance alone may bring, on average: a person looks at them before they serve."""

LIFT = 3.0
"""How many times the share of the others the share of the group must be."""

SAME = 0.5
"""The share of its passages from which on a phrase with a word of a better one says nothing besides it."""

SOURCES = 2
"""Independent sources that are evidence as LEAST documents are."""

EXAMPLES = 3
"""Ids of passages that are shown for a phrase."""


@dataclass(frozen=True, slots=True)
class Text:
    """A passage: its id, whose it is, who says it, and what it says."""

    id: str
    document: str
    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Shared:
    """A phrase that stands in `inside` passages of a group and in `outside` others.

    Those of the group are of `documents` documents and `sources` sources, `examples` are ids of some, and
    `g2` is the log-likelihood ratio of being the group's.
    """

    phrase: Phrase
    inside: int
    outside: int
    documents: int
    sources: int
    g2: float
    examples: tuple[str, ...]


class Sharing:
    """Passages in groups, which may overlap: each the places of its passages."""

    def __init__(
        self, passages: Sequence[Text], groups: Mapping[str, Sequence[int]], *, names: Names
    ) -> None:
        self._passages, self._groups, self._names = passages, groups, names
        self._folded: list[Folded] = [[names.folded(one.text)] for one in passages]
        self._found = {name: self._inside(places) for name, places in groups.items()}
        everywhere = Counting(chain.from_iterable(self._found.values()))
        for folded in self._folded:
            everywhere.add(folded)
        self._total = everywhere.documents

    def of(self, group: str, *, is_known: Callable[[Phrase], bool], limit: int) -> list[Shared]:
        """Return up to *limit* phrases that *group* shares and chance does not explain, best first.

        Those that *is_known* knows are left out, and generic ones.
        """
        places = self._groups[group]
        of_group, of_others = len(places), len(self._passages) - len(places)
        found, common = self._found[group], self._wide(group)
        counts = {key: (inside, self._total[key] - inside) for key, inside in found.items()}
        evidence = {key: g2(*count, of_now=of_group, of_before=of_others) for key, count in counts.items()}
        least = null(counts.values(), of_now=of_group, of_before=of_others, alarms=IN_ERROR)
        told = [
            key
            for key, (inside, outside) in counts.items()
            if evidence[key] >= least
            and inside * of_others >= LIFT * outside * of_group
            and not is_generic(key, common, {})
        ]
        order = sorted(told, key=lambda key: (-_score(evidence[key], *counts[key]), key))[:LOOKED_AT]
        standing = self._standing(order, places)
        phrases = self._phrases(order, standing, common)
        chosen: list[Key] = []
        for key, phrase in phrases.items():
            if not is_known(phrase) and not any(_is_same(key, one, standing) for one in chosen):
                chosen.append(key)
        shared = (self._shared(phrases[key], counts[key], evidence[key], standing[key]) for key in chosen)
        return [one for one in shared if _is_told(one)][:limit]

    def telling(self, *, limit: int) -> list[Shared]:
        """Return up to *limit* phrases that tell what all passages are about, best first: where no group
        has others to be compared with."""
        everywhere = range(len(self._passages))
        texts = [self._passages[place].text for place in evenly(everywhere, MOST_TOLD)]
        background = Background(texts, names=self._names)
        phrases = {one.phrase.key: one.phrase for one in key_phrases(texts, background, limit=LOOKED_AT)}
        standing = self._standing(list(phrases), everywhere)
        shared = (
            self._shared(phrase, (len(standing[key]), 0), 0.0, standing[key])
            for key, phrase in phrases.items()
        )
        return [one for one in shared if _is_told(one)][:limit]

    def _inside(self, places: Sequence[int]) -> dict[Key, int]:
        """Return the phrases of a group, and in how many of its passages each stands."""
        read = evenly(places, MOST_FOUND)
        found = postings([self._folded[place] for place in read], least=LEAST)
        if len(read) == len(places):
            return {key: len(held) for key, held in found.items()}
        counting = Counting(found)
        for place in places:
            counting.add(self._folded[place])
        return dict(counting.documents)

    def _wide(self, group: str) -> frozenset[str]:
        """Return the words that stand in many passages outside *group*."""
        outside = {
            key[0]: self._total[key] - count for key, count in self._found[group].items() if len(key) == 1
        }
        return wide(outside, len(self._passages) - len(self._groups[group]))

    def _standing(self, keys: Sequence[Key], places: Sequence[int]) -> dict[Key, list[int]]:
        """Return the places at which each of *keys* stands."""
        counting = Counting(keys)
        standing: dict[Key, list[int]] = {key: [] for key in keys}
        for place in places:
            for key in counting.found(self._folded[place]):
                standing[key].append(place)
        return standing

    def _phrases(
        self, order: Sequence[Key], standing: Mapping[Key, Collection[int]], common: frozenset[str]
    ) -> dict[Key, Phrase]:
        """Return how *order* is written, in order, without what is no phrase, too wide, or a part of one."""
        read = sorted(set(chain.from_iterable(standing.values())))
        seen = wordings((self._passages[place].text for place in read), order, self._names)
        phrases = {
            key: phrase
            for key in order
            if key in seen
            and not (len(key) == 1 and is_common(key[0]) and not seen[key].is_name(key, self._names))
            and not is_generic(key, common, seen)
            and (phrase := seen[key].phrase(key, self._names))
        }
        return {key: phrase for key, phrase in phrases.items() if not _is_within(key, phrases, standing)}

    def _shared(
        self, phrase: Phrase, count: tuple[int, int], evidence: float, places: Sequence[int]
    ) -> Shared:
        texts: dict[str, Text] = {}
        for place in places:  # What several documents copy is said once.
            texts.setdefault(self._passages[place].text, self._passages[place])
        held = texts.values()
        return Shared(
            phrase,
            *count,
            documents=len({one.document for one in held}),
            sources=len({one.source for one in held}),
            g2=evidence,
            examples=tuple(one.id for one in held)[:EXAMPLES],
        )


def _is_same(key: Key, other: Key, standing: Mapping[Key, Collection[int]]) -> bool:
    """Tell whether two phrases share a word and mostly stand in the same passages."""
    one, two = set(standing[key]), set(standing[other])
    return not set(key).isdisjoint(other) and len(one & two) >= SAME * min(len(one), len(two))


def _is_told(shared: Shared) -> bool:
    """Tell whether more than one voice has it."""
    return shared.documents >= LEAST or shared.sources >= SOURCES


def _score(evidence: float, inside: int, outside: int) -> float:
    """Return how well a phrase would stand for the group.

    Evidence alone prefers what is common: of the first five phrases for each of 12 topics of Reuters-21578,
    a third stand mostly in articles on the topic; of those that its own share weighs, two thirds.
    """
    return evidence * inside / (inside + outside)


def _is_within(key: Key, others: Mapping[Key, Phrase], standing: Mapping[Key, Collection[int]]) -> bool:
    """Tell whether *key* nearly always stands within a longer one."""
    return any(
        len(standing[other]) >= WITHIN * len(standing[key]) and holds(other, key)
        for other in others
        if len(other) > len(key)
    )
