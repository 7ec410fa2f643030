"""How common words are in English at large: the same for every library and every day."""

import math
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

PASSAGE = 63
"""Words of a typical passage."""

RAREST = 6.0
"""The highest rarity, that of a word in one of 400 passages: how much rarer a word is tells no more, and
lists of words do not hold today's names at all."""


@lru_cache(maxsize=1)
def english() -> Mapping[str, int]:
    """Return English words and how often they were counted (symspellpy's list: Google Books and SCOWL)."""
    listed = resources.files("symspellpy") / "frequency_dictionary_en_82_765.txt"
    told = listed.read_text(encoding="utf-8-sig").split()  # A word and its count a line.
    return dict(zip(told[::2], map(int, told[1::2]), strict=True))


@lru_cache(maxsize=200_000)
def rarity(*forms: str) -> float:
    """Return the inverse document frequency of a word in passages of English, 0 to RAREST.

    It is -ln of the share of passages that hold one of its *forms*, were words strewn at random.
    """
    count = sum(english().get(form, 0) for form in forms)
    if not count:
        return RAREST
    return min(RAREST, -math.log(-math.expm1(-PASSAGE * count / _counted())))


@lru_cache(maxsize=1)
def _counted() -> int:
    return sum(english().values())
