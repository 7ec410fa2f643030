"""A question's misspelt words put right, each by what is likeliest beside the others."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.library.sentences import sentence_spans
from bot.library.words import stem
from bot.search.at_large import forms_of
from bot.search.query import Query
from bot.search.spelling import SAME_START, Candidate, Speller, may_be_misspelt
from bot.search.vocabulary import LEAST_LETTERS

THOROUGH = 8
"""Words of one question of which two edits are looked for thoroughly, at half a millisecond each: who has
more unknown ones has pasted something."""

OVERWHELMING = 200
"""How many times as frequent a word must be to replace a known one: it puts right 95% of the typing errors
that happen to be words, and harms .17% of the words that are none (a vocabulary of 211,000 words)."""

UNSEEN = 0.1
"""Excerpts that a word counts as being in which is in none, though a form of it is, and which is no English
word: most such forms are nobody's. From .5 to .05 no word of four collections' 5,900 was harmed."""

CLOSE = math.log(4)
"""Only what is so near to the likeliest may be taken in its place for its company: on four collections with
typing errors frequency is right where it is clear, and company often wrong."""

COMPANY = 0.3
"""What company counts beside frequency: the other words tell much the same, each again."""

LOOKS = 24
"""Times that one question looks which words stand together: counts of rare words, about .1 ms each."""

BESIDE, RARE = 3, 20_000
"""Other words of the question that a candidate is looked for with, and excerpts that each may stand in: the
rarest tell most and cost least, and what stands with common ones takes milliseconds to count."""

USUAL = 1.0
"""Excerpts that a candidate is given at the others' usual rate: few tell little (Dirichlet's prior)."""


FORMS = 3
"""English words that are tried as forms of a word of the library: each is looked up in the index."""


class Known(Protocol):
    """What a library knows of words."""

    @property
    def speller(self) -> Speller:
        """Its speller."""

    @property
    def size(self) -> int:
        """The number of its excerpts."""

    def is_right(self, word: str) -> bool:
        """Tell whether *word* stands somewhere in some form, or in two parts, or is a declared name."""

    def knows(self, word: str) -> bool:
        """Tell whether a form of *word* stands somewhere."""

    def together(self, word: str, other: str) -> int:
        """Return in how many excerpts forms of both stand."""


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A word that may be misspelt, and what it may stand for, the likeliest first."""

    word: str
    candidates: tuple[Candidate, ...]

    @property
    def lead(self) -> float:
        """How much likelier the first is than the second."""
        if len(self.candidates) < 2:
            return math.inf
        return self.candidates[0].likelihood - self.candidates[1].likelihood


def put_right(query: Query, known: Known) -> list[str]:
    """Return the words of *query*, misspelt ones as what they were most likely meant to be."""
    doubts, settled = _parted(query, known)
    is_hasty = _is_hasty(len(doubts), [query.words[at] for at in settled])
    beside: list[str] = []
    for at in settled:
        found = _instead(query.words[at], known, is_hasty=is_hasty)
        if found and not _is_written_as_name(query, at):
            doubts.append(_Doubt(query.words[at], tuple(found)))
        else:
            beside.append(query.words[at])
    if not doubts:
        return list(query.words)
    taken = _decided(doubts, beside, known)
    return [taken.get(word, word) for word in query.words]


def _is_hasty(misspelt: int, others: Iterable[str]) -> bool:
    """Tell whether so many *misspelt* words outnumber the others by two: English ones may be as well then."""
    return misspelt >= 2 + sum(len(word) > LEAST_LETTERS for word in others)


def _parted(query: Query, known: Known) -> tuple[list[_Doubt], list[int]]:
    """Return the unknown words with what they may stand for, and the places of all others."""
    doubts: list[_Doubt] = []
    settled: list[int] = []
    thorough = THOROUGH
    for at, word in _distinct(query.words):
        found: Sequence[Candidate] = ()
        if not known.is_right(word):
            found = _candidates(query, at, known, thorough=thorough > 0)
            thorough -= 1
        if found:
            doubts.append(_Doubt(word, tuple(found)))
        else:
            settled.append(at)
    return doubts, settled


def _distinct(words: Sequence[str]) -> Iterable[tuple[int, str]]:
    """Return the place of each word's first mention, and it."""
    return ((at, word) for at, word in enumerate(words) if word not in words[:at])


def _instead(word: str, known: Known, *, is_hasty: bool) -> list[Candidate]:
    """Return what a known word is all but certainly misspelt for; an English one only if all *is_hasty*."""
    if not may_be_misspelt(word, even_english=is_hasty):
        return []
    there = max(known.speller.frequency(word), UNSEEN)
    if there * OVERWHELMING > known.size or known.speller.is_name(word):
        return []
    found = known.speller.candidates(word, thorough=False, even_english=is_hasty)
    if found and stem(found[0].word) == stem(word):
        return []  # It finds the same as it stands.
    return [one for one in found if one.frequency >= there * OVERWHELMING]


def _candidates(query: Query, at: int, known: Known, *, thorough: bool) -> list[Candidate]:
    """Return what the word *at*, which is not known, may stand for, the likeliest first."""
    word, is_name = query.words[at], _is_written_as_name(query, at)
    found = known.speller.candidates(word, is_name=is_name, thorough=thorough)
    if is_name or (found and found[0].likelihood >= SAME_START):
        return found
    # It may be a form that the library lacks of a word that it has; none is likelier than SAME_START.
    forms = [form for form in forms_of(word, known.speller.folder)[:FORMS] if known.knows(form.word)]
    return sorted([*found, *forms], key=lambda one: (-one.likelihood, one.word))


def _is_written_as_name(query: Query, at: int) -> bool:
    written = query.written[at]
    is_name = written[1:] != written[1:].lower() or (written[:1].isupper() and not _is_first(query, at))
    return is_name and not query.text.isupper()


def _is_first(query: Query, at: int) -> bool:
    """Tell whether the word *at* begins a sentence, as what a telephone begins with a capital does."""
    if at == 0 and len(query.words) > 1:
        return True
    begins = (query.text[begin:end] for begin, end in sentence_spans(query.text))
    return at > 0 and any(told.startswith(query.written[at]) for told in begins)


def _decided(doubts: Iterable[_Doubt], beside: Sequence[str], known: Known) -> dict[str, str]:
    """Return what each word in doubt is taken for; the surest first, which then tell of the others."""
    company = _Company(known, beside)
    taken: dict[str, str] = {}
    for doubt in sorted(doubts, key=lambda doubt: -doubt.lead):
        taken[doubt.word] = company.best(doubt)
        company.add(taken[doubt.word])
    return taken


class _Company:
    """The words of a question that are settled: who stands with them is likelier meant."""

    def __init__(self, known: Known, words: Iterable[str]) -> None:
        self._known = known
        self._looks = LOOKS
        self._frequencies: dict[str, int] = {}
        for word in words:
            self.add(word)

    def add(self, word: str) -> None:
        """Count *word* among them."""
        self._frequencies[word] = self._known.speller.frequency(word)

    def best(self, doubt: _Doubt) -> str:
        """Return what *doubt* is likeliest about."""
        first = doubt.candidates[0]
        close = [one for one in doubt.candidates if one.likelihood > first.likelihood - CLOSE]
        rare = sorted((count, word) for word, count in self._frequencies.items() if 0 < count <= RARE)
        beside = rare[:BESIDE]
        if len(close) == 1 or len(close) * len(beside) > self._looks:
            return first.word
        self._looks -= len(close) * len(beside)
        return max(close, key=lambda one: one.likelihood + self._attraction(one, beside)).word

    def _attraction(self, candidate: Candidate, beside: Sequence[tuple[int, str]]) -> float:
        return COMPANY * sum(self._affinity(candidate, count, other) for count, other in beside)

    def _affinity(self, candidate: Candidate, count: int, other: str) -> float:
        """Return how much likelier *other*, which stands in *count* excerpts, is where *candidate* stands."""
        usual = count / self._known.size
        together = self._known.together(candidate.word, other)
        return math.log((together / usual + USUAL) / (candidate.frequency + USUAL))
