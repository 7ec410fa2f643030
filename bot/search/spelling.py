"""What a misspelt word may stand for: words of the library that are near, by how likely each is.

A noisy channel (Kernighan, Church and Gale 1990): how common a word is, times how likely it is to be mistyped
so. Likelihoods are natural logarithms throughout. RapidFuzz tells how near words are.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import OSA

from bot.library.english import english
from bot.search.hashing import LONGEST
from bot.search.neighbours import Neighbour
from bot.search.vocabulary import LEAST_LETTERS, Vocabulary

TWO_EDITS_FROM = 7
"""Letters from which a word may be two edits away; a shorter one would turn into something else."""

SECOND_EDIT = 4.0
"""What a second edit costs: one misspelt word in ten or twenty has another error (Pollock and Zamora 1984),
and that has some places to be in. From 3 to 5 it makes no difference on four collections."""

SAME_START = 1.5
"""What the same first letter is worth: few typing errors fall on it (Pollock and Zamora 1984)."""

ANY_LETTER = math.log(16)
"""What a replaced or an added letter costs beside one left out, doubled or swapped. Each happens about as
often, but those in one way and these in 25, or in eight if only the keys beside it were hit: between them."""

ALIKE = 0.7
"""The least similarity (one less the share of letters to edit) of a term that is offered as near."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word that a misspelt one may stand for, its likelihood (not normalized), and its excerpts."""

    word: str
    likelihood: float
    frequency: int


class Speller:
    """Finds the words of a library that a misspelt one may stand for, as far as somebody sees them."""

    def __init__(self, vocabulary: Vocabulary, frequency: Callable[[str], int], names: Vocabulary) -> None:
        """Take the words, in how many excerpts each is seen (0: it does not count), and further names."""
        self._vocabulary = vocabulary
        self._frequency = frequency
        self._names = names

    @property
    def folder(self) -> Path:
        """Where its words stand, the index's folder."""
        return self._vocabulary.folder

    def frequency(self, word: str) -> int:
        """Return in how many excerpts *word* is seen."""
        return self._frequency(word)

    def is_name(self, word: str) -> bool:
        """Tell whether *word* was seen written as a name, or is of a name that was declared."""
        return bool(self._vocabulary.known(word)) or self._names.known(word) is not None

    def candidates(
        self,
        word: str,
        *,
        is_name: bool = False,
        most: int = 3,
        thorough: bool = True,
        even_english: bool = False,
    ) -> list[Candidate]:
        """Return up to *most* words that *word* may stand for, the likeliest first.

        What is written as a name becomes another name or nothing. If nothing is one edit away, a *thorough*
        look finds more of what is two away, in ten times the time. English words are spelt right, if not told
        otherwise.
        """
        if not may_be_misspelt(word, even_english=even_english):
            return []
        found = self._weighed(word, self._near(word), is_name=is_name)
        if not found and thorough and len(word) >= TWO_EDITS_FROM:
            found = self._weighed(word, self._vocabulary.far(word), is_name=is_name)
        found.sort(key=lambda one: (-one.likelihood, one.word))
        return found[:most]

    def similar(self, word: str, *, most: int = 3) -> list[str]:
        """Return up to *most* of the library's words that look like *word*, nearest first."""
        if not LEAST_LETTERS <= len(word) <= LONGEST:
            return []
        near = [*self._vocabulary.near(word, edits=2), *self._vocabulary.far(word)]
        alike = {one.word: one.edits for one in near if _is_alike(word, one.word)}
        alike = {word: 0, **alike}
        there = [(edits, -self._frequency(known), known) for known, edits in alike.items()]
        return [known for _, rare, known in sorted(there) if rare][:most]

    def _near(self, word: str) -> Iterable[Neighbour]:
        edits = 2 if len(word) >= TWO_EDITS_FROM else 1
        yield from self._names.near(word, edits=edits)
        yield from self._vocabulary.near(word, edits=edits)

    def _weighed(self, word: str, near: Iterable[Neighbour], *, is_name: bool) -> list[Candidate]:
        found: dict[str, Candidate] = {}
        for one in near:
            if one.word in found or (is_name and not one.is_name) or not is_enough(word, one.word):
                continue
            frequency = self._frequency(one.word) or int(self._names.known(one.word) is not None)
            if frequency:
                likelihood = math.log(frequency) + channel(one.word, word, one.edits)
                found[one.word] = Candidate(one.word, likelihood, frequency)
        return list(found.values())


def channel(meant: str, typed: str, edits: int) -> float:
    """Return how likely *meant* is typed as *typed*, which is so many *edits* away."""
    return (
        SAME_START * (meant[0] == typed[0])
        - SECOND_EDIT * (edits - 1)
        - ANY_LETTER * (len(typed) >= len(meant) and not _is_slip(meant, typed))
    )


def may_be_misspelt(word: str, *, even_english: bool = False) -> bool:
    """Tell whether *word* could be: no short word, no figure, and no English word that is spelt right."""
    is_word = LEAST_LETTERS <= len(word) <= LONGEST and word.isalpha()
    return is_word and (even_english or word not in english())


def _is_slip(meant: str, typed: str) -> bool:
    """Tell whether *typed* has two letters swapped or one doubled."""
    if len(typed) == len(meant):
        return sorted(typed) == sorted(meant)
    doubled = [at for at in range(1, len(typed)) if typed[at] == typed[at - 1]]
    return any(typed[:at] + typed[at + 1 :] == meant for at in doubled)


def is_enough(word: str, known: str) -> bool:
    """Short words have neighbours everywhere: they may have lost a letter, or have two swapped."""
    return len(known) > LEAST_LETTERS or sorted(known) == sorted(word)


def _is_alike(word: str, known: str) -> bool:
    return len(known) > LEAST_LETTERS and OSA.normalized_similarity(word, known) >= ALIKE
