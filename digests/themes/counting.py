"""In which documents phrases stand: found in the few texts of now, counted in the many of before."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, pairwise

from digests.themes.phrases import LONGEST_NAME, Key

Folded = Sequence[Sequence[str]]
"""The texts of one document, each as the words that phrases count."""


def postings(documents: Sequence[Folded], *, least: int) -> dict[Key, list[int]]:
    """Return the phrases that stand in at least *least* of *documents*, and in which (their places).

    Longer ones are made of shorter ones that are as frequent (Agrawal and Srikant 1994, Apriori).
    """
    found: dict[Key, list[int]] = {}
    kept: set[Key] = set()
    for length in range(1, LONGEST_NAME + 1):
        frequent = _frequent(_of_length(documents, length, kept), least)
        if not frequent:
            break
        found |= frequent
        kept = set(frequent)
    return found


def _frequent(documents: Iterator[set[Key]], least: int) -> dict[Key, list[int]]:
    """Return in which *documents* the phrases stand that at least *least* of them have.

    Most phrases come once: they are kept as a number, and not in a list, which takes a third of the memory.
    """
    first: dict[Key, int] = {}
    again: dict[Key, list[int]] = defaultdict(list)
    for place, keys in enumerate(documents):
        for key in keys:
            if first.setdefault(key, place) != place:
                again[key].append(place)
    found = first if least <= 1 else again
    return {key: [first[key], *again.get(key, ())] for key in found if len(again.get(key, ())) + 1 >= least}


def _of_length(documents: Sequence[Folded], length: int, kept: set[Key]) -> Iterator[set[Key]]:
    """Yield the phrases of *length* of each document; the shorter ones within them are *kept*."""
    if length == 1:
        yield from (_single(document) for document in documents)
    elif length == 2:
        words = {word for (word, *_) in kept}
        yield from (_pairs(document, words) for document in documents)
    else:
        yield from (_longer(document, length, kept) for document in documents)


def _single(document: Folded) -> set[Key]:
    return {(word,) for word in set(chain.from_iterable(document)) if word}


def _pairs(document: Folded, kept: set[str]) -> set[Key]:
    return {pair for words in document for pair in pairwise(words) if pair[0] in kept and pair[1] in kept}


def _longer(document: Folded, length: int, kept: set[Key]) -> set[Key]:
    keys: set[Key] = set()
    for words in document:
        shorter = list(zip(*(words[at:] for at in range(length - 1)), strict=False))
        is_kept = [key in kept for key in shorter]
        keys.update(
            (*shorter[at], words[at + length - 1])
            for at in range(len(shorter) - 1)
            if is_kept[at] and is_kept[at + 1]
        )
    return keys


class Counting:
    """Counts given phrases, and what they are made of, in documents that come one by one and are not kept."""

    def __init__(self, phrases: Iterable[Key]) -> None:
        self.documents: Counter[Key] = Counter()
        self.passages: Counter[str] = Counter()
        self._words: set[str] = set()
        self._by_length: dict[int, set[Key]] = defaultdict(set)
        for key in phrases:
            if len(key) == 1:
                self._words.add(key[0])
            else:
                self._by_length[len(key)].add(key)
        self.held = 0

    def add(self, document: Folded) -> None:
        """Count the phrases of one more document, and the passages in which its words stand."""
        self.documents.update(self.found(document))
        self.held += len(document)

    def found(self, document: Folded) -> Collection[Key]:
        """Return which of the phrases stand in a document."""
        single: set[str] = set()
        longer: set[Key] = set()
        for words in document:
            here = self._words.intersection(words)
            self.passages.update(here)
            single |= here
            for length in sorted(self._by_length):
                keys = self._by_length[length].intersection(
                    zip(*(words[at:] for at in range(length)), strict=False)
                )
                if not keys:  # What is longer holds what is shorter.
                    break
                longer |= keys
        return longer.union((word,) for word in single)
