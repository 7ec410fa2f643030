"""What a question means in this library: its words, what else they are called, what was misspelt."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.config import Config
from bot.library.words import is_cjk, stem, words
from bot.search.correcting import put_right
from bot.search.query import Query
from bot.search.snapshot import Snapshot
from bot.search.spelling import Speller
from bot.search.vocabulary import Vocabulary

OTHER_NAME = 0.3
"""What another name of a topic counts beside the word that was typed, if that is known."""

KEYWORD = 0.5
"""What a topic's keyword counts beside its names, if the library lacks the word that was typed."""

LEAST_PART = 3
"""Letters of each part of a word that is taken apart: open and source, deep and seek."""

LONGEST_NAME = 6
"""Words of the longest name of a topic that is looked for in a question."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to say it: a word in any form, or several side by side as they are; and what it counts."""

    words: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that is asked for. `weight` is its rarity: how much a passage that has it tells."""

    typed: str
    alternatives: tuple[Alternative, ...]
    weight: float
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Correction:
    """A word that was taken for another."""

    typed: str
    taken: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """The concepts of a question in order, and what was taken for something else."""

    concepts: tuple[Concept, ...]
    corrections: tuple[Correction, ...]


class Dictionary:
    """What a workspace's library knows of words: its vocabulary, and the names of topics."""

    def __init__(self, snapshot: Snapshot, workspace: str, config: Config) -> None:
        self._snapshot = snapshot
        self._seen = snapshot.seen_by(workspace)
        self._workspace = workspace
        self._topics = config.topics
        topics = config.topics
        self._same: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
        for names in config.names:
            group = [tuple(words(name)) for name in names]
            for name in group:
                self._same[tuple(map(stem, name))] = [other for other in group if other != name]
        self._names = [name for names in config.names for name in names]
        for topic, declared in topics.items():
            self._names += [topic, *declared.aliases]
        self._by_name = {
            tuple(map(stem, words(name))): topic
            for topic, declared in topics.items()
            for name in (*declared.aliases, topic)
        }
        self._size = snapshot.count(self._seen)
        self._speller: Speller | None = None

    @property
    def speller(self) -> Speller:
        """The speller over the words that the workspace sees and the names of the configuration."""
        if self._speller is None:
            frequencies = dict(self._snapshot.vocabulary("words", self._workspace))
            written = [word for word, _ in self._snapshot.vocabulary("names", self._workspace)]
            names = [(name, word) for name in self._names for word in words(name)]
            self._speller = Speller(
                Vocabulary.of(frequencies, written),
                lambda word: frequencies.get(word, 0),
                Vocabulary.of(
                    (word for _, word in names), (word for name, word in names if name != name.lower())
                ),
            )
        return self._speller

    @property
    def size(self) -> int:
        """The number of excerpts that the workspace sees."""
        return self._size

    def is_right(self, word: str) -> bool:
        """Tell whether *word* stands somewhere in some form, or in two parts, or is a declared name."""
        return self.knows(word) or self._is_name(word) or self._parts(word) is not None

    def meaning(self, query: Query, *, literal: bool = False) -> Meaning:
        """Return what *query*'s words mean, misspelt ones put right first, if it is not meant *literal*."""
        right = list(query.words) if literal else put_right(query, self)
        corrections = [
            Correction(typed, taken)
            for typed, taken in zip(query.words, right, strict=True)
            if typed != taken
        ]
        concepts: list[Concept] = []
        known: dict[tuple[str, ...], tuple[int, Concept]] = {}
        at = 0
        while at < len(right):
            beside = (right[at - 1] if at else "", *right[at : at + LONGEST_NAME])
            if beside not in known:
                known[beside] = self._name_at(right, at) or (1, self._concept(right, at))
            length, concept = known[beside]
            concepts.append(concept)
            at += length
        return Meaning(tuple(concepts), tuple(corrections))

    def topic(self, name: str) -> Concept:
        """Return what a declared topic is about."""
        return self._named((), name)

    def forms(self, word: str) -> int:
        """Return in how many excerpts that the workspace sees a form of *word* stands."""
        return self._snapshot.count(self._snapshot.term("own", stem(word)), self._seen)

    def knows(self, word: str) -> bool:
        """Tell whether a form of *word* stands in an excerpt that the workspace sees, or in its title."""
        return self._snapshot.count(self._snapshot.term("body", stem(word)), self._seen) > 0

    def together(self, word: str, other: str) -> int:
        """Return in how many excerpts that the workspace sees forms of both words stand."""
        both = [self._snapshot.term("body", stem(one)) for one in (word, other)]
        return self._snapshot.count(*both, self._seen)

    def count(self, phrase: Sequence[str]) -> int:
        """Return in how many excerpts that the workspace sees *phrase* stands as it is."""
        return self._snapshot.count(self._snapshot.phrase(phrase), self._seen)

    def rarity(self, frequency: int) -> float:
        """Return the inverse document frequency of BM25 (Robertson and Zaragoza 2009, 3.1)."""
        absent = max(self._size - frequency, 0)
        return math.log(1 + (absent + 0.5) / (frequency + 0.5))

    def _name_at(self, typed: Sequence[str], at: int) -> tuple[int, Concept] | None:
        """Return the longest name at *at* that has others, how many words it has and what it means.

        A topic's name counts only where the library lacks it: else its words tell more.
        """
        for length in range(min(LONGEST_NAME, len(typed) - at), 0, -1):
            name = tuple(typed[at : at + length])
            stems = tuple(map(stem, name))
            if stems in self._same:
                return length, self._same_as(name, self._same[stems])
            if topic := self._by_name.get(stems):
                is_there = self.knows(name[0]) if length == 1 else self.count(name) > 0
                return None if is_there else (length, self._named(name, topic))
        return None

    def _same_as(self, name: tuple[str, ...], others: Sequence[tuple[str, ...]]) -> Concept:
        """Return what goes by *name* and by *others* alike."""
        alternatives = tuple(Alternative(one) for one in (name, *others))
        most = max(self._frequency(one.words) for one in alternatives)
        return Concept(" ".join(name), alternatives, self.rarity(most), is_known=most > 0)

    def _frequency(self, name: Sequence[str]) -> int:
        return self.forms(name[0]) if len(name) == 1 else self.count(name)

    def _is_name(self, word: str) -> bool:
        return any((stem(word),) in names for names in (self._by_name, self._same))

    def _concept(self, typed: Sequence[str], at: int) -> Concept:
        """Return what the word *at* stands for."""
        word = typed[at]
        if self.knows(word):
            return self._known(word, typed, at)
        if parts := self._parts(word):
            return Concept(word, (Alternative(parts),), self.rarity(self.count(parts)))
        return Concept(word, (Alternative((word,)),), self.rarity(0), is_known=False)

    def _known(self, word: str, typed: Sequence[str], at: int) -> Concept:
        """Return a word of the library with its other forms: joined, apart, another name."""
        alternatives = [Alternative((word,))]
        pairs = (typed[at : at + 2], typed[max(at - 1, 0) : at + 1])
        joined = ["".join(pair) for pair in pairs if len(pair) == 2]
        alternatives += [Alternative((word_,)) for word_ in joined if self.count([word_])]
        if parts := self._parts(word):
            alternatives.append(Alternative(parts))
        if topic := self._by_name.get((stem(word),)):
            alternatives += self._names_of(topic, OTHER_NAME, besides=(word,))
        return Concept(word, tuple(alternatives), self.rarity(self.forms(word)))

    def _named(self, typed: Sequence[str], topic: str) -> Concept:
        """Return a topic that was asked for by a name that the library lacks."""
        keywords = [tuple(words(keyword)) for keyword in self._topics[topic].keywords]
        alternatives = [
            *self._names_of(topic, 1.0, besides=typed),
            *(Alternative(words_, self._kinship(words_, typed)) for words_ in keywords if words_),
        ]
        marked = self._snapshot.count(self._snapshot.term("topic", topic), self._seen)
        return Concept(" ".join(typed), tuple(alternatives), self.rarity(marked))

    def _kinship(self, keyword: Sequence[str], typed: Sequence[str]) -> float:
        """A keyword that shares a word with the name that was typed is as good as a name."""
        return 1.0 if set(map(stem, keyword)) & set(map(stem, typed)) else KEYWORD

    def _names_of(self, topic: str, weight: float, *, besides: Sequence[str]) -> list[Alternative]:
        names = [tuple(words(name)) for name in (topic, *self._topics[topic].aliases)]
        return [Alternative(name, weight) for name in names if name and name != tuple(besides)]

    def _parts(self, word: str) -> tuple[str, str] | None:
        """Return the two words that *word* joins, if they stand side by side somewhere."""
        if not word.isalpha() or is_cjk(word):
            return None
        for at in range(LEAST_PART, len(word) - LEAST_PART + 1):
            left, right = word[:at], word[at:]
            is_there = self.speller.frequency(left) and self.speller.frequency(right)
            if is_there and self.count((left, right)):
                return left, right
        return None
