"""Which texts are near copies of others: reprints, wire stories, the same paragraph in two reports.

Two texts are alike where the shorter one's runs of three words stand in the other one to one half: the
containment of Broder (1997). Unlike the Jaccard index that MinHash estimates, it still finds a copy that was
cut, or got a sentence more. Texts that tell the same in other words are not alike.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from functools import lru_cache

from bot.library.words import words

RUN = 3
"""Words of a shingle."""

ALIKE = 0.5
"""Containment from which two texts are alike: F1 .96 to .98 on paragraphs of BBC news with edited copies;
light rewriting has a median of .53 (Clough and Stevenson 2011)."""

WHOLE = 8
"""Shorter texts, in words, are alike only if all words are the same: half of a few shingles is chance."""

COMMON = 100
"""Originals with the same shingle from which it brings no two texts together: it is a newsletter's foot. So
5,000 passages that share a sentence are compared in two seconds, and not in seven."""


class Seen:
    """Texts that came one after the other, and the originals among them.

    A text is compared with originals only: copies of copies do not drift away from what is copied.
    """

    def __init__(self) -> None:
        self._count = 0
        self._originals: dict[int, frozenset[Hashable]] = {}
        self._holders: dict[Hashable, list[int]] = defaultdict(list)

    def add(self, text: str) -> int | None:
        """Remember *text*, and return the number of the earlier one that it is a near copy of.

        Texts are numbered from 0 as they come. Of several originals it is the one most alike, then the first.
        """
        shingles = _shingles(text)
        number = self._count
        self._count += 1
        if (original := self._original(shingles)) is not None:
            return original
        self._originals[number] = shingles
        for shingle in shingles:
            if len(holders := self._holders[shingle]) <= COMMON:
                holders.append(number)
        return None

    def _original(self, shingles: frozenset[Hashable]) -> int | None:
        held = (self._holders.get(shingle, ()) for shingle in shingles)
        near = {number for holders in held if len(holders) <= COMMON for number in holders}
        found = [(-_containment(self._originals[number], shingles), number) for number in near]
        most, number = min(found, default=(0.0, 0))
        return number if -most >= ALIKE else None


def groups(texts: Iterable[str]) -> list[list[int]]:
    """Return the places of *texts* by what they are copies of: each group its original first, in order."""
    seen = Seen()
    found: dict[int, list[int]] = {}
    for number, text in enumerate(texts):
        original = seen.add(text)
        found.setdefault(number if original is None else original, []).append(number)
    return list(found.values())


def are_alike(one: str, other: str) -> bool:
    """Tell whether one of two texts is a near copy of the other."""
    return _containment(_shingles(one), _shingles(other)) >= ALIKE


def _containment(one: frozenset[Hashable], other: frozenset[Hashable]) -> float:
    return len(one & other) / min(len(one), len(other))


@lru_cache(maxsize=500)
def _shingles(text: str) -> frozenset[Hashable]:
    told = words(text) or [text.strip()]
    if len(told) < WHOLE:
        return frozenset([("", *told)])  # The empty word keeps it apart from the runs of longer texts.
    return frozenset(zip(*(told[at:] for at in range(RUN)), strict=False))
