"""Which words are an edit or two from another: those that share a form with a letter left out.

Words within one edit (optimal string alignment: a letter left out, added, replaced, or two swapped) are the
same once each has lost at most one letter (Mor and Fraenkel 1982; Garbe 2012). So a word is found under the
hashes of its forms with one letter left out. Arrays hold them, in memory or mapped from a file.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from bot.search import hashing
from bot.search.hashing import Codes, Hashes

MOST = 5_000
"""Words that are looked at for one: a hundred times what a million English-like words have near any."""

MANY = 100
"""Hashes from which it pays to look them up all at once."""

_NONE = np.empty(0, dtype=np.uint32)
_NOWHERE = np.empty(0, dtype=np.intp)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A word, how many edits away it is, and whether it was seen written as a name."""

    word: str
    edits: int
    is_name: bool


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Words, n of them, numbered by their hashes' order.

    `own` (n) are those hashes. `shortened` (about 9 n), in order, are the hashes of all forms with one letter
    left out, `numbers` says of which word each is, and `shelves` where those with the same first bits begin.
    The word with number i is the UTF-8 of `letters` from `ends[i]` to `ends[i + 1]`; `names` (n) tells
    whether it is a name.
    """

    own: Hashes
    shortened: Hashes
    numbers: NDArray[np.uint32]
    shelves: NDArray[np.uint32]
    ends: NDArray[np.uint32]
    names: NDArray[np.uint8]
    letters: NDArray[np.uint8]

    @classmethod
    def of(cls, words: Mapping[str, bool]) -> "Neighbours":
        """Return those of *words*, 1 to LONGEST letters each; the values tell which are names."""
        groups = _by_length(words)
        own = np.concatenate([_NONE, *(hashing.hashes(codes) for _, codes in groups)])
        order = np.argsort(own, kind="stable")
        ends, names, letters = _spelt([word for group, _ in groups for word in group], words, order)
        shortened, numbers = _sorted_forms([codes for _, codes in groups], order)
        return cls(own[order], shortened, numbers, _shelves(shortened), ends, names, letters)

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self.own)

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return the arrays by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def word(self, number: int) -> str:
        """Return the word with this *number*."""
        return self.letters[self.ends[number] : self.ends[number + 1]].tobytes().decode()

    def known(self, words: Iterable[str]) -> dict[str, bool]:
        """Return those of *words* that are among them, and which are names."""
        found: dict[str, bool] = {}
        for group, codes in _by_length(words):
            hashes = hashing.hashes(codes)
            firsts = np.searchsorted(self.own, hashes).tolist()
            for word, first, own in zip(group, firsts, hashes.tolist(), strict=True):
                found.update(self._at(word, first, own))
        return found

    def is_name(self, word: str) -> bool | None:
        """Return whether *word* is a name; None if it is not among them."""
        own = hashing.hash_of(word)
        return self._at(word, int(self.own.searchsorted(np.uint32(own))), own).get(word)

    def near(self, word: str, *, edits: int) -> Iterator[Neighbour]:
        """Yield all words within one edit of *word*, in no order; and if *edits* is 2, some within two."""
        if len(self):
            keys = _keys(word)
            yield from self._verified(word, edits, own=keys, shortened=keys)

    def far(self, word: str) -> Iterator[Neighbour]:
        """Yield the words that are two edits from *word*, but for those with two letters replaced.

        Of words with letters other than a to z more may be missing.
        """
        if not len(self):
            return iter(())
        codes = hashing.codes_of([word])
        twice = np.append(hashing.shortened(hashing.fewer(codes)), hashing.shortened(hashing.swapped(codes)))
        once = [hashing.hashes(edited) for edited in (hashing.swapped(codes), hashing.replaced(codes))]
        keys = np.concatenate([*once, hashing.lengthened(codes), twice])
        found = self._verified(word, 2, own=hashing.distinct(twice), shortened=hashing.distinct(keys))
        return (neighbour for neighbour in found if neighbour.edits == 2)

    def _at(self, word: str, first: int, own: int) -> dict[str, bool]:
        """Return *word* if it is among those with the hash *own*, which begin at *first*."""
        for number in range(first, len(self)):
            if self.own[number] != own:
                break
            if self.word(number) == word:
                return {word: bool(self.names[number])}
        return {}

    def _verified(self, word: str, edits: int, *, own: Hashes, shortened: Hashes) -> Iterator[Neighbour]:
        """Yield the words within *edits* of *word* that stand under these hashes."""
        whole = _places(self.own, _NONE, own)
        formed = _places(self.shortened, self.shelves, shortened)
        if not len(whole) and not len(formed):
            return
        numbers = np.append(whole, self.numbers[formed])
        for number in sorted(set(numbers.tolist()))[:MOST]:
            known = self.word(number)
            distance = OSA.distance(word, known, score_cutoff=edits)
            if 0 < distance <= edits:
                yield Neighbour(known, distance, bool(self.names[number]))


@lru_cache(maxsize=100)
def _keys(word: str) -> Hashes:
    """Return the hashes of *word* and of what it is without each of its letters."""
    codes = hashing.codes_of([word])
    return np.append(hashing.shortened(codes), hashing.hashes(codes))


def _by_length(words: Iterable[str]) -> list[tuple[list[str], Codes]]:
    """Return *words* of each length, and their codes."""
    groups: dict[int, list[str]] = defaultdict(list)
    for word in words:
        groups[len(word)].append(word)
    return [(group, hashing.codes_of(group)) for _, group in sorted(groups.items())]


def _spelt(
    told: Sequence[str], words: Mapping[str, bool], order: NDArray[np.intp]
) -> tuple[NDArray[np.uint32], NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the `ends`, `names` and `letters` of the words *told*, in another *order*."""
    ordered = [told[at] for at in order.tolist()]
    letters = "".join(ordered).encode()
    sizes = (
        map(len, ordered) if len(letters) == sum(map(len, ordered)) else (len(w.encode()) for w in ordered)
    )
    ends = np.zeros(len(ordered) + 1, dtype=np.uint32)
    np.cumsum(np.fromiter(sizes, dtype=np.uint32, count=len(ordered)), out=ends[1:])
    names = np.fromiter((words[word] for word in ordered), dtype=np.uint8, count=len(ordered))
    return ends, names, np.frombuffer(letters, dtype=np.uint8)


def _sorted_forms(groups: Sequence[Codes], order: NDArray[np.intp]) -> tuple[Hashes, NDArray[np.uint32]]:
    """Return the hashes of all words with a letter left out, in order, and the number of each one's word."""
    numbers = np.empty(len(order), dtype=np.uint64)
    numbers[order] = np.arange(len(order), dtype=np.uint64)
    keys = np.empty(sum(codes.size for codes in groups), dtype=np.uint64)
    filled = first = 0
    for codes in groups:
        forms = keys[filled : filled + codes.size].reshape(codes.shape)
        forms[:] = hashing.shortened(codes)
        forms <<= np.uint64(32)
        forms |= numbers[first : first + len(codes), None]
        first, filled = first + len(codes), filled + codes.size
    keys.sort()
    halves = keys.view("<u4").reshape(-1, 2)
    return halves[:, 1].copy(), halves[:, 0].copy()


def _shelves(hashes: Hashes) -> NDArray[np.uint32]:
    """Return where in *hashes* those with each first bits begin, about a hundred to a shelf."""
    bits = min(max(len(hashes).bit_length() - 7, 0), 16)
    begin = np.arange(2**bits, dtype=np.uint64) << np.uint64(32 - bits)
    return np.append(np.searchsorted(hashes, begin.astype(np.uint32)), len(hashes)).astype(np.uint32)


def _places(hashes: Hashes, shelves: NDArray[np.uint32], keys: Hashes) -> NDArray[np.intp]:
    """Return the places in *hashes*, which are in order, of all that equal one of *keys*."""
    if not len(hashes):
        return _NOWHERE
    first = _first(hashes, shelves, keys)
    there = hashes[np.minimum(first, len(hashes) - 1)] == keys
    if not there.any():
        return _NOWHERE
    last = np.searchsorted(hashes, keys[there], side="right")
    runs = [np.arange(begin, end) for begin, end in zip(first[there].tolist(), last.tolist(), strict=True)]
    return np.concatenate(runs)


def _first(hashes: Hashes, shelves: NDArray[np.uint32], keys: Hashes) -> NDArray[np.intp]:
    """Return what `searchsorted` does; of many *keys* each on its shelf and all at once, in half the time."""
    if len(keys) < MANY or len(shelves) <= 2:
        return hashes.searchsorted(keys)
    shelf = keys >> np.uint32(33 - len(shelves).bit_length())
    low, high = shelves[shelf].astype(np.intp), shelves[shelf + 1].astype(np.intp)
    for _ in range(int((high - low).max()).bit_length()):
        middle = (low + high) >> 1
        is_below = (middle < high) & (hashes[np.minimum(middle, len(hashes) - 1)] < keys)
        low, high = np.where(is_below, middle + 1, low), np.where(is_below, high, middle)
    places: NDArray[np.intp] = low
    return places
