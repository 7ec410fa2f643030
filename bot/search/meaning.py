"""What a question means in this library: its words, what else they are called, what was misspelt."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import groupby

from bot.config import Config
from bot.library.words import STOP_WORDS, is_cjk, stem, words
from bot.search.concept import Alternative, Concept, Correction, Meaning
from bot.search.correcting import put_right
from bot.search.parts import AnyOf, Part, Phrase, Prefix, Word, is_one_thing, things
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

COMPLETIONS = 32
"""Words that a beginning stands for where it ranks, the commonest ones."""

PLENTY = 320
"""Excerpts with a word beyond which it is looked for as it is typed alone: ten times what is looked at."""

KEPT = 10_000
"""Words whose frequencies are kept while the index stays as it is."""

LONGEST_NAME = 6
"""Words of the longest name of a topic that is looked for in a question."""


class Dictionary:
    """What a workspace's library knows of words: its vocabulary, and the names of topics."""

    def __init__(self, snapshot: Snapshot, workspace: str, config: Config) -> None:
        self._snapshot = snapshot
        self._limits = snapshot.limits(workspace)
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
        self._size = snapshot.count(*self._limits) if self._limits else snapshot.size
        self._openings = {stems[0] for stems in (*self._same, *self._by_name) if stems}
        self._speller: Speller | None = None
        self._frequencies: dict[tuple[str, str], int] = {}
        self._forms: dict[str, int] = {}

    @property
    def speller(self) -> Speller:
        """The speller over the words that the workspace sees and the names of the configuration."""
        if self._speller is None:
            names = [(name, word) for name in self._names for word in words(name)]
            capital = [word for name, word in names if name != name.lower()]
            self._speller = Speller(
                self._snapshot.words,
                self._as_written,
                Vocabulary.of((word for _, word in names), capital),
            )
        return self._speller

    @property
    def size(self) -> int:
        """The number of excerpts that the workspace sees."""
        return self._size

    def is_right(self, word: str) -> bool:
        """Tell whether *word* stands somewhere in some form, or in two parts, or is a declared name."""
        return (
            self.forms(word) > 0 or self.knows(word) or self._is_name(word) or self._parts(word) is not None
        )

    def meaning(self, query: Query, *, literal: bool = False) -> Meaning:
        """Return what *query*'s words mean, misspelt ones put right first, if it is not meant *literal*."""
        softly = list(_softly(query.parts))
        # What is required is looked for as it is typed.
        typed = [one for one in things(filter(is_one_thing, softly)) if isinstance(one, Word)]
        told = [word.word for word in typed]
        right = told if literal else put_right(replace(query, parts=tuple(typed)), self)
        taken = dict(zip(told, right, strict=True))
        concepts: list[Concept] = []
        for is_group, parts in groupby(softly, key=lambda part: not isinstance(part, Word)):
            if is_group:
                concepts += [concept for part in parts for concept in self._asked(part, taken)]
            else:
                concepts += self._said([taken[part.word] for part in parts if isinstance(part, Word)])
        changed = [(one, other) for one, other in zip(told, right, strict=True) if one != other]
        told_in_all = tuple(map(self._in_languages, concepts))
        return Meaning(told_in_all, tuple(Correction(*pair) for pair in changed))

    def _in_languages(self, concept: Concept) -> Concept:
        """Return *concept* with the forms of its words in all languages that there are."""
        languages = self._snapshot.languages
        if len(languages) == 1:
            return concept
        told = (replace(alternative, languages=languages) for alternative in concept.alternatives)
        return replace(concept, alternatives=tuple(told))

    def _said(self, right: Sequence[str]) -> list[Concept]:
        """Return what words mean that stand one after the other."""
        concepts: dict[int, Concept] = {}
        known: dict[tuple[str, ...], tuple[int, Concept]] = {}
        at = 0
        right = self._without_seams(right)
        while at < len(right):
            beside = (right[at - 1] if at else "", *right[at : at + LONGEST_NAME])
            if beside not in known:
                known[beside] = self._name_at(right, at) or (1, self._concept(right, at))
            length, concepts[at] = known[beside]
            at += length
        for name, others in self._elsewhere(right):
            if concepts.keys() >= set(name):  # Else it was taken for the name already.
                concepts |= {at: _or_else(concepts[at], others) for at in name}
        return list(concepts.values())

    def _elsewhere(self, right: Sequence[str]) -> Iterator[tuple[range, list[Alternative]]]:
        """Yield where names of topics stand that have several words, and what else these are called.

        Such words are looked for one by one, and none of them stands in what is written in another script.
        """
        if not self._foreign and not any(map(is_cjk, right)):
            return
        for name in self._names_in(right):
            typed = right[name.start : name.stop]
            topic = self._by_name.get(tuple(map(stem, typed)))
            if topic and len(typed) > 1:
                names = self._names_of(topic, OTHER_NAME, besides=typed)
                is_other = is_cjk(typed[0])  # A name in English finds those in English by its words.
                told = [one for one in names if is_other or is_cjk(one.words[0])]
                yield name, [one for one in told if self._has(one.words)]

    def _names_in(self, right: Sequence[str]) -> Iterator[range]:
        """Yield where declared names stand, the longest that begins at each place."""
        for at, word in enumerate(right):
            if stem(word) in self._openings:
                for length in range(min(LONGEST_NAME, len(right) - at), 0, -1):
                    stems = tuple(map(stem, right[at : at + length]))
                    if stems in self._same or stems in self._by_name:
                        yield range(at, at + length)
                        break

    def _has(self, name: tuple[str, ...]) -> bool:
        return self.knows(name[0]) if len(name) == 1 else self.count(name) > 0

    @cached_property
    def _foreign(self) -> bool:
        """Whether the library has a topic's name that is written without spaces."""
        return any(is_cjk(name[0]) and self._is_there(name[0]) for name in self._by_name if name)

    def _without_seams(self, right: Sequence[str]) -> Sequence[str]:
        """Leave out pairs of characters that no text has: the seams of a question's words make some."""
        if not any(map(is_cjk, right)):
            return right
        named = {at for name in self._names_in(right) for at in name}
        is_known = [at in named or not is_cjk(word) or self.knows(word) for at, word in enumerate(right)]
        return [
            word
            for at, word in enumerate(right)
            if is_known[at]
            or not any(
                is_known[near] and is_cjk(right[near]) and set(right[near]) & set(word)
                for near in (at - 1, at + 1)
                if 0 <= near < len(right)
            )
        ]

    def _asked(self, part: Part, taken: Mapping[str, str]) -> list[Concept]:
        """Return what a group means: what is one thing however it is called, or each thing that it names.

        Where the group is required it does not count how much of it a passage has.
        """
        if isinstance(part, Prefix):
            return [self._beginning(part)]
        is_required = not is_one_thing(part) or all(isinstance(one, Phrase) for one in things([part]))
        telling = [thing for thing in things([part]) if not _is_common(thing)]
        groups = [telling] if is_one_thing(part) else [[thing] for thing in telling]
        each = [self._any_of(group, taken) for group in groups if group]
        return [replace(concept, is_optional=is_required) for concept in each]

    def _any_of(self, parts: Sequence[Word | Prefix | Phrase], taken: Mapping[str, str]) -> Concept:
        """Return one thing that goes by each of *parts*; it is as rare as the commonest of them."""
        names = [self._thing(part, taken) for part in parts]
        known = [name for name in names if name.is_known] or names
        best: dict[tuple[str, ...], float] = {}
        for alternative in (one for name in names for one in name.alternatives):
            best[alternative.words] = max(alternative.weight, best.get(alternative.words, 0.0))
        return Concept(
            " OR ".join(name.typed for name in names),
            tuple(Alternative(*pair) for pair in best.items()),
            min(name.weight for name in known),
            is_known=any(name.is_known for name in names),
        )

    def _thing(self, part: Word | Prefix | Phrase, taken: Mapping[str, str]) -> Concept:
        match part:
            case Word():
                return self._said([taken.get(part.word, part.word)])[0]
            case Prefix():
                return self._beginning(part)
            case Phrase():
                there = self.count(part.words)
                return Concept(
                    " ".join(part.words), (Alternative(part.words),), self.rarity(there), is_known=there > 0
                )

    def _beginning(self, part: Prefix) -> Concept:
        """Return what any word is that begins so: its commonest COMPLETIONS, each in any form."""
        found = self._snapshot.beginning(part.start, self._workspace, 4 * COMPLETIONS)
        by_stem = {stem(word): word for word in reversed(found)}
        told = [word for word in found if by_stem[stem(word)] == word][:COMPLETIONS]
        most = max(map(self.forms, told), default=0)
        alternatives = tuple(Alternative((word,)) for word in told or [part.start])
        return Concept(part.written, alternatives, self.rarity(most), is_known=most > 0)

    def topic(self, name: str) -> Concept:
        """Return what a declared topic is about."""
        return self._in_languages(self._named((), name))

    def forms(self, word: str) -> int:
        """Return in how many excerpts that the workspace sees a form of *word* stands."""
        found = self._forms.get(word)
        if found is None:
            if len(self._forms) > KEPT:
                self._forms.clear()
            found = self._forms[word] = max(self._in_field("own", word))
        return found

    def knows(self, word: str) -> bool:
        """Tell whether a form of *word* stands in an excerpt that the workspace sees, or in its title."""
        return any(self._in_field("body", word))

    def _in_field(self, field: str, word: str) -> list[int]:
        """Return how many excerpts that the workspace sees have each of the stems of *word* in *field*."""
        return [self._frequency_of(field, stem) for stem in self._snapshot.stems(word)]

    def _as_written(self, word: str) -> int:
        """Return how many excerpts that the workspace sees have *word* in this form."""
        return self._frequency_of("words", word)

    def _is_there(self, word: str) -> bool:
        """Tell whether *word* stands in this form: most that are put together or taken apart are nowhere."""
        return self._snapshot.has(word) and self._as_written(word) > 0

    def _frequency_of(self, field: str, value: str) -> int:
        found = self._frequencies.get((field, value))
        if found is None:
            if len(self._frequencies) > KEPT:
                self._frequencies.clear()
            found = self._frequencies[field, value] = self._snapshot.frequency(field, value, self._workspace)
        return found

    def together(self, word: str, other: str) -> int:
        """Return in how many excerpts that the workspace sees forms of both words stand."""
        both = [self._snapshot.term("body", stem(one)) for one in (word, other)]
        return self._snapshot.count(*both, *self._limits)

    def count(self, phrase: Sequence[str]) -> int:
        """Return in how many excerpts that the workspace sees *phrase* stands as it is."""
        if len(phrase) == 1:
            return self._as_written(phrase[0])
        return self._snapshot.count(self._snapshot.phrase(phrase), *self._limits)

    def rarity(self, frequency: int) -> float:
        """Return the inverse document frequency of BM25 (Robertson and Zaragoza 2009, 3.1)."""
        absent = max(self._size - frequency, 0)
        return math.log(1 + (absent + 0.5) / (frequency + 0.5))

    def _name_at(self, typed: Sequence[str], at: int) -> tuple[int, Concept] | None:
        """Return the longest name at *at* that has others, how many words it has and what it means.

        A topic's name counts only where the library lacks it: else its words tell more.
        """
        if stem(typed[at]) not in self._openings:
            return None
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
        if self.forms(word) or self.knows(word):
            return self._known(word, typed, at)
        if parts := self._parts(word):
            return Concept(word, (Alternative(parts),), self.rarity(self.count(parts)))
        return Concept(word, (Alternative((word,)),), self.rarity(0), is_known=False)

    def _known(self, word: str, typed: Sequence[str], at: int) -> Concept:
        """Return a word of the library with its other forms: joined, apart, another name."""
        alternatives = [Alternative((word,))]
        there = self.forms(word)
        pairs = (typed[at : at + 2], typed[max(at - 1, 0) : at + 1])
        joined = ["".join(pair) for pair in pairs if len(pair) == 2]
        alternatives += [Alternative((word_,)) for word_ in joined if self._is_there(word_)]
        if (
            there > PLENTY
        ):  # Who asks for it has enough of it: its other forms and names would change nothing.
            return Concept(word, tuple(alternatives), self.rarity(there))
        if parts := self._parts(word):
            alternatives.append(Alternative(parts))
        if topic := self._by_name.get((stem(word),)):
            alternatives += self._names_of(topic, OTHER_NAME, besides=(word,))
        return Concept(word, tuple(alternatives), self.rarity(there))

    def _named(self, typed: Sequence[str], topic: str) -> Concept:
        """Return a topic that was asked for by a name that the library lacks."""
        keywords = [tuple(words(keyword)) for keyword in self._topics[topic].keywords]
        alternatives = [
            *self._names_of(topic, 1.0, besides=typed),
            *(Alternative(words_, self._kinship(words_, typed)) for words_ in keywords if words_),
        ]
        marked = self._snapshot.frequency("topic", topic, self._workspace)
        return Concept(" ".join(typed), tuple(alternatives), self.rarity(marked))

    def _kinship(self, keyword: Sequence[str], typed: Sequence[str]) -> float:
        """A keyword that shares a word with the name that was typed is as good as a name."""
        return 1.0 if set(map(stem, keyword)) & set(map(stem, typed)) else KEYWORD

    def _names_of(self, topic: str, weight: float, *, besides: Sequence[str]) -> list[Alternative]:
        names = [tuple(words(name)) for name in (topic, *self._topics[topic].aliases)]
        told = [name for name in names if name and name != tuple(besides)]
        return [Alternative(name, weight) for name in told if self._foreign or not is_cjk(name[0])]

    def _parts(self, word: str) -> tuple[str, str] | None:
        """Return the two words that *word* joins, if they stand side by side somewhere."""
        if not word.isalpha() or is_cjk(word):
            return None
        for at in range(LEAST_PART, len(word) - LEAST_PART + 1):
            left, right = word[:at], word[at:]
            if self._is_there(left) and self._is_there(right) and self.count((left, right)):
                return left, right
        return None


def _or_else(concept: Concept, others: Iterable[Alternative]) -> Concept:
    """Return *concept* with other ways to say it."""
    return replace(concept, alternatives=(*concept.alternatives, *others))


def _is_common(thing: Word | Prefix | Phrase) -> bool:
    """Tell whether *thing* is but words that stand everywhere: it may be required, and ranks nothing."""
    return isinstance(thing, Phrase) and STOP_WORDS.issuperset(thing.words)


def _softly(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield what a question is about: its words, beginnings and groups; phrases and fields are required."""
    return (part for part in parts if isinstance(part, Word | Prefix | AnyOf))
