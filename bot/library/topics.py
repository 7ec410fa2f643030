"""Which topics a passage is about: those whose keywords or other names weigh enough in it.

A topic's score is that of BM25 (Robertson and Zaragoza 2009) over its keywords, without a norm of length.
How rare a keyword is comes from English at large, never from the library: a passage's topics depend on its
own words alone, and stay what they are as the library grows. Micro-F1 is .85 on Reuters-21578 (12 topics) and
.92 on BBC news (5), where any mention makes .76 and .67; SHARE from .7 to .9 and DENSE from 4 to 6 change
either by .01 at most.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain

from bot.config import Topic
from bot.library.english import PASSAGE, RAREST, rarity
from bot.library.words import LONGEST_KEPT, bare, pieces, read, singular, words

SCORING = 2
"""The version of these rules: with a higher one, the library's passages are marked anew."""

KEPT = 200_000
"""Pieces between white space whose comparable words are kept, in 40 MB."""

SATURATION = 1.2
"""BM25's k1: how soon a further mention of the same keyword adds little; its usual value."""

FLOOR = 2.5
"""The least score: one mention of a word that stands in one of 12 passages. Commoner ones need a second."""

SHARE = 0.8
"""The share of the best topic's score at which another is a subject as well, and no passing mention."""

DENSE = 5.0
"""Rarity of all mentions in every 63 words at which a passage is about a topic whatever else it is about: one
mention of a fairly rare keyword in a short passage, two in a long one. Articles hardly reach it."""


@dataclass(frozen=True, slots=True)
class _Keyword:
    """One name of one topic, its words without plurals."""

    words: tuple[str, ...]
    topic: str


class Topics:
    """The declared topics, ready to be looked for in many passages."""

    def __init__(self, declared: Mapping[str, Topic]) -> None:
        self.declared = declared
        named = (
            _Keyword(folded, name)
            for name, topic in declared.items()
            for phrase in (name, *topic.keywords, *topic.aliases)
            if (folded := comparable(phrase))
        )
        self._keywords: dict[str, list[_Keyword]] = defaultdict(list)
        for keyword in dict.fromkeys(named):
            self._keywords[keyword.words[0]].append(keyword)
        self._named: dict[tuple[str, ...], str] = {}
        for name, topic in declared.items():
            for known in (name, *topic.aliases):
                self._named.setdefault(comparable(known), name)
        self._rarities: dict[str, float] = {}
        self._comparable = _Comparable()

    @property
    def mark(self) -> str:
        """What changes when the declared topics do, or the rules of this module."""
        told = {name: asdict(topic) for name, topic in self.declared.items()}
        return hashlib.sha256(json.dumps([SCORING, told]).encode()).hexdigest()

    def named(self, name: str) -> str:
        """Return the declared topic that *name* is a name of, or *name* as it is."""
        return self._named.get(comparable(name), name)

    def with_keyword(self, phrase: str) -> frozenset[str]:
        """Return the declared topics that have *phrase* for a name or a keyword."""
        folded = comparable(phrase)
        return (
            frozenset(one.topic for one in self._keywords.get(folded[0], ()) if one.words == folded)
            if folded
            else frozenset()
        )

    def of(self, text: str, *, beside: Sequence[str] = ()) -> tuple[str, ...]:
        """Return the names of the topics that *text* is about, in the order of `config.yml`.

        *beside* is what stands over it and counts as it does: a title, headings, a list's lead-in.
        """
        folded = [self._comparable.words(part) for part in (text, *beside) if part]
        if all(map(self._keywords.keys().isdisjoint, folded)):
            return ()  # As of most texts.
        mentions = self._mentions(folded)
        scores = self._scores(mentions)
        least = SHARE * max(scores.values(), default=0)
        passages = max(1, sum(map(len, folded)) / PASSAGE)
        about = {
            name
            for name, score in scores.items()
            if score >= FLOOR and (score >= least or self._weight(mentions[name]) >= DENSE * passages)
        }
        return tuple(name for name in self.declared if name in about)

    def scored(self, text: str, *, beside: Sequence[str] = ()) -> Mapping[str, float]:
        """Return how strongly *text* speaks of each topic that it mentions: above 0, higher is more."""
        return self._scores(self._mentions([comparable(part) for part in (text, *beside)]))

    def keywords_in(self, text: str, *, beside: Sequence[str] = ()) -> frozenset[tuple[str, ...]]:
        """Return the keywords and other names of topics that stand there, each as its comparable words."""
        parts = map(comparable, (text, *beside))
        return frozenset(keyword.words for part in parts for keyword in self._found(part))

    def _mentions(self, parts: Sequence[Sequence[str]]) -> Mapping[str, Counter[_Keyword]]:
        """Return how often each keyword stands in *parts*, by topic."""
        mentions: dict[str, Counter[_Keyword]] = defaultdict(Counter)
        for folded in parts:
            for keyword in self._found(folded):
                mentions[keyword.topic][keyword] += 1
        return mentions

    def _found(self, folded: Sequence[str]) -> Iterator[_Keyword]:
        for at, word in enumerate(folded):
            for keyword in self._keywords.get(word, ()):
                if tuple(folded[at : at + len(keyword.words)]) == keyword.words:
                    yield keyword

    def _scores(self, mentions: Mapping[str, Counter[_Keyword]]) -> dict[str, float]:
        return {
            name: sum(
                self._rarity(keyword) * times * (SATURATION + 1) / (times + SATURATION)
                for keyword, times in counted.items()
            )
            for name, counted in mentions.items()
        }

    def _weight(self, counted: Counter[_Keyword]) -> float:
        return sum(self._rarity(keyword) * times for keyword, times in counted.items())

    def _rarity(self, keyword: _Keyword) -> float:
        """Return the rarity of *keyword*; a phrase's is the sum of its words', as if they met by chance."""
        return min(RAREST, sum(map(self._rarity_of, keyword.words)))

    def _rarity_of(self, word: str) -> float:
        if word not in self._rarities:
            self._rarities[word] = rarity(*_forms(word))
        return self._rarities[word]


class _Comparable(dict[str, tuple[str, ...]]):
    """The comparable words of pieces between white space, read when they are first asked for."""

    def words(self, text: str) -> tuple[str, ...]:
        """Return those of a text: `comparable`, in a third of the time."""
        return tuple(chain.from_iterable(map(self.__getitem__, pieces(text))))

    def __missing__(self, piece: str) -> tuple[str, ...]:
        if len(self) > KEPT:
            self.clear()
        word = bare(piece)
        made = (singular(word.lower()),) if word else tuple(map(singular, read(piece)))
        if len(piece) <= LONGEST_KEPT:
            self[piece] = made
        return made


def comparable(text: str) -> tuple[str, ...]:
    """Return the words of *text* in order, as keywords are compared: without plurals."""
    return tuple(map(singular, words(text)))


def _forms(word: str) -> Iterator[str]:
    """Yield the words that fold into *word*."""
    for form in (word, f"{word}s", f"{word}es", f"{word[:-1]}ies"):
        if singular(form) == word:
            yield form
