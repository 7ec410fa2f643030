"""Words that nobody wrote are taken for the nearest that somebody did. RapidFuzz tells how near."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.library.english import english
from bot.library.words import STOP_WORDS

LEAST_LETTERS = 4
"""Shorter words are left alone; what has so many may be a longer one, or its own with two swapped."""

TWO_EDITS_FROM = 7
"""Letters from which a word may be two edits away; a shorter one would turn into something else."""

EDIT_COST = 3.0
"""What a second edit costs, in natural logarithms of frequency: it is far rarer than one."""

SAME_START = 1.5
"""What the same first letter is worth: few typing errors fall on it (Pollock and Zamora 1984)."""

SWAPPED = 0.7
"""What it is worth that the letters are the same ones: swapped keys are the commonest single error."""


class Speller:
    """Finds the library's words that a misspelt one may stand for."""

    def __init__(self, frequencies: Mapping[str, int], names: Iterable[str]) -> None:
        """Take the library's words with the number of their excerpts, and those that are names."""
        self._frequencies = frequencies
        self._names = frozenset(names)
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in frequencies:
            if word.isalpha() and word not in STOP_WORDS:
                self._by_length[len(word)].append(word)

    def candidates(self, word: str, *, is_name: bool = False, most: int = 3) -> list[str]:
        """Return up to *most* words that *word* may stand for, the likeliest first.

        None for short words, figures, and English words that are spelt right: the library just does not
        have those. What is written as a name becomes another name or nothing.
        """
        if not _may_be_misspelt(word):
            return []
        lengths = range(len(word) - _edits(word), len(word) + _edits(word) + 1)
        near = [known for length in lengths for known in self._by_length.get(length, ())]
        if is_name:
            near = [known for known in near if known in self._names]
        found = _near(word, near)
        found.sort(key=lambda hit: (-self._likelihood(word, *hit), hit[0]))
        return [known for known, _distance in found][:most]

    def similar(self, word: str, *, least: float = 0.7, most: int = 3) -> list[str]:
        """Return up to *most* of the library's words that look like *word*, nearest first."""
        alike = process.extract(
            word,
            [known for known in self._frequencies if len(known) > LEAST_LETTERS],
            scorer=OSA.normalized_similarity,
            score_cutoff=least,
            limit=most,
        )
        return [known for known, _score, _at in alike]

    def _likelihood(self, word: str, known: str, distance: float) -> float:
        return (
            math.log(self._frequencies[known])
            - EDIT_COST * (distance - 1)
            + SAME_START * (word[0] == known[0])
            + SWAPPED * (sorted(word) == sorted(known))
        )


def forms_of(word: str, *, is_name: bool = False) -> list[str]:
    """Return the English words that the misspelt *word* may stand for, in order."""
    if is_name or not _may_be_misspelt(word):
        return []
    lengths = range(len(word) - _edits(word), len(word) + _edits(word) + 1)
    near = [known for length in lengths for known in _english_by_length().get(length, ())]
    return sorted(known for known, _distance in _near(word, near))


def _may_be_misspelt(word: str) -> bool:
    return len(word) >= LEAST_LETTERS and word.isalpha() and word not in english()


def _edits(word: str) -> int:
    return 2 if len(word) >= TWO_EDITS_FROM else 1


def _near(word: str, known: Iterable[str]) -> list[tuple[str, float]]:
    """Return the *known* words that *word* may be, with their distances."""
    found = process.extract(word, list(known), scorer=OSA.distance, score_cutoff=_edits(word), limit=None)
    # Short words have neighbours everywhere: they may have lost a letter, or have two swapped.
    return [
        (near, distance)
        for near, distance, _at in found
        if len(near) > LEAST_LETTERS or sorted(near) == sorted(word)
    ]


@lru_cache(maxsize=1)
def _english_by_length() -> dict[int, list[str]]:
    by_length: dict[int, list[str]] = defaultdict(list)
    for word in sorted(english()):
        by_length[len(word)].append(word)
    return by_length
