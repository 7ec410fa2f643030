"""What a group of texts is about, against the rest of the library."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from digests.themes.counting import postings
from digests.themes.phrases import Key, Names, Phrase
from digests.themes.plain import weight
from digests.themes.wording import FEWEST, WITHIN, Wording, is_generic, most_within, wide, wordings

LOOKED_AT = 40
"""How many phrases are looked at for each one wanted, the best by their words."""

RETURNS = 3
"""Places from which on a phrase of several words is taken for a fixed one."""

LENGTHS = (1.0, 0.8, 0.7, 0.6)
LENGTHS_THAT_RETURN = (1.0, 1.4, 1.6)
"""What phrases of one, two, three words weigh: chosen on half of 500N-KPCrowd, where .8 and 1.4 made 3%."""

EARLY = 1500
"""Characters from a text's begin within which what it is about is said."""


class Background:
    """How many passages of the library each word stands in."""

    def __init__(self, texts: Iterable[str], *, names: Names) -> None:
        self.names = names
        self._passages: Counter[str] = Counter()
        self._rarities: dict[str, float] = {}
        self.held = 0
        for text in texts:
            self._passages.update(set(names.folded(text)) - {""})
            self.held += 1

    def rarity(self, word: str) -> float:
        """Return the inverse document frequency of *word*, natural logarithm."""
        if word not in self._rarities:
            self._rarities[word] = math.log((self.held + 1) / (self._passages[word] + 0.5))
        return self._rarities[word]

    def wide(self) -> frozenset[str]:
        """Return the words of the whole library."""
        return wide(self._passages, self.held)


@dataclass(frozen=True, slots=True)
class KeyPhrase:
    """A phrase, how many texts of the group it stands in, and how much it tells of them."""

    phrase: Phrase
    texts: int
    score: float


def key_phrases(
    texts: Sequence[str], background: Background, *, limit: int, least: int = 1
) -> list[KeyPhrase]:
    """Return up to *limit* phrases of *least* texts or more that tell what *texts* are about, best first.

    Weighed by tf-idf (Salton and Buckley 1988): occurrences^0.8 x the mean rarity of the words, in the
    library and in English, x a factor for length and one for early places. What nearly always stands
    within a longer phrase is left to it.
    """
    names, common = background.names, background.wide()
    found = postings(
        [[names.folded(text)] for text in texts], least=least if len(texts) < FEWEST else max(least, 2)
    )
    told = [key for key in found if not is_generic(key, common, {})]
    rarities = {key: _rarity(key, background) for key in told}
    order = sorted(told, key=lambda key: (-(len(found[key]) ** 0.8) * rarities[key], key))
    seen = wordings(texts, order[: LOOKED_AT * limit], names)
    within = most_within({key: wording.seen for key, wording in seen.items()})
    scored = [
        KeyPhrase(phrase, len(found[key]), _told(key, seen[key]) * rarities[key])
        for key in seen
        if key in rarities
        and not is_generic(key, common, seen)
        and (phrase := seen[key].phrase(key, names))
        and within.get(key, 0) < WITHIN * seen[key].seen
    ]
    return sorted(scored, key=lambda one: (-one.score, one.phrase.key))[:limit]


def _rarity(key: Key, background: Background) -> float:
    return sum(background.rarity(word) * math.sqrt(weight(word)) for word in key) / len(key)


def _told(key: Key, wording: Wording) -> float:
    """Return how much the texts say it: often, early, and as a name of several words if it comes back."""
    lengths = LENGTHS_THAT_RETURN if wording.seen >= RETURNS else LENGTHS
    length = lengths[min(len(key), len(lengths)) - 1]
    return math.pow(wording.seen, 0.8) * length * (1 + math.exp(-wording.first / EARLY))
