"""What is quoted of a theme: the passages that stand for it, and the sentences of a passage that do."""

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from operator import mul

from bot.library.english import rarity
from bot.library.sentences import sentence_spans
from bot.library.words import STOP_WORDS, stem, stems, words

RELEVANCE = 0.7
"""The lambda of maximal marginal relevance (Carbonell and Goldstein 1998): what nearness to the middle counts
against likeness to what is chosen already. With it, three sentences of a BBC article make ROUGE-2 .51
against an extractive reference, its first three .29."""

LEANING = frozenset(
    """he she it they we i you his her its their him them this that these those such both another which who
    however but and or so yet also moreover furthermore therefore thus hence nevertheless nonetheless
    additionally besides meanwhile instead then otherwise consequently similarly likewise there here
    然而 但是 因此 所以 此外 同时 他们 她们 它们 这些 那些 这种""".split()  # noqa: SIM905 - long
)
"""First words of sentences that lean on the one before."""

_ENDS = re.compile(r"[.!?。！？][\"'”’)\]」』）]*$")
_CLAUSE = re.compile(r"[,;:](?=\s)|\s[—–-](?=\s)|[，；：、]")
_SPACE = re.compile(r"\s+")

Weight = Callable[[str], float]
"""How much a word counts; 0 for one that says nothing."""

Vector = Mapping[str, float]


def representative(
    passages: Sequence[str],
    limit: int,
    *,
    source_of: Callable[[int], Hashable] = lambda place: place,
    background: Weight = rarity,
) -> list[int]:
    """Return the places of up to *limit* passages that stand for all of them, the best first.

    They are near the middle of all and unlike each other. No source, as *source_of* tells it of a place,
    comes again before every other has come. *background* tells how much a word counts: as it is rare in
    English, if not told.
    """
    vectors = [_vector(passage, background) for passage in passages]
    middle = _unit(_sum(vectors))
    units = [_unit(vector) for vector in vectors]
    relevance = [_product(unit, middle) for unit in units]
    likeness = [0.0] * len(units)  # To the most alike of those that are chosen.
    used: Counter[Hashable] = Counter()
    left = list(range(len(units)))
    chosen: list[int] = []
    while left and len(chosen) < limit:
        fewest = min(used[source_of(place)] for place in left)
        fresh = [place for place in left if used[source_of(place)] == fewest]
        best = max(fresh, key=lambda place: RELEVANCE * relevance[place] - (1 - RELEVANCE) * likeness[place])
        chosen.append(best)
        left.remove(best)
        used[source_of(best)] += 1
        for place in left:
            likeness[place] = max(likeness[place], _product(units[place], units[best]))
    return chosen


def quotation(text: str, *, most: int = 300, about: Collection[str] = ()) -> str:
    """Return the best run of whole sentences of *text* in *most* characters, as it stands there.

    Best is what leans on nothing before it, says most of the words *about*, and comes first. A sentence that
    alone is longer is cut at the end of a clause or a word, and ends in an ellipsis.
    """
    wanted = frozenset(stems(word for phrase in about for word in words(phrase)))
    runs = list(_runs(text, most))
    return max(runs, key=lambda run: run.rank(wanted)).text if runs else ""


@dataclass(frozen=True, slots=True)
class _Run:
    """Sentences that follow each other, the place of the first, and how they are quoted."""

    first: int
    text: str

    def rank(self, wanted: frozenset[str]) -> tuple[bool, int, bool, int, int]:
        """Return what is higher for a better quotation."""
        said = words(self.text)
        leans = bool(said) and said[0] in LEANING
        ends = _ENDS.search(self.text) is not None  # A heading does not, nor what leads in, nor what is cut.
        return not leans, len(wanted.intersection(stems(said))), ends, -self.first, len(self.text)


def _runs(text: str, most: int) -> Iterator[_Run]:
    """Yield all runs of whole sentences in *most* characters, and the longer sentences cut to it."""
    spans = sentence_spans(text)
    for first, (begin, own_end) in enumerate(spans):
        sentence = text[begin:own_end].strip()
        if len(sentence) > most:
            yield _Run(first, _cut(sentence, most))
            continue
        for _, end in spans[first:]:
            quoted = text[begin:end].strip()
            if len(quoted) > most:
                break
            yield _Run(first, quoted)


def _cut(sentence: str, most: int) -> str:
    """Return the start of *sentence* in *most* characters, the ellipsis among them."""
    room = most - 1
    clauses = [match.start() for match in _CLAUSE.finditer(sentence, room // 2, room + 1)]
    spaces = [match.start() for match in _SPACE.finditer(sentence, 0, room + 1)]
    end = max([at for at in clauses if at <= room] or spaces or [room])
    return sentence[:end].rstrip() + "…"


@lru_cache(maxsize=500)  # A passage may be on several topics.
def _vector(text: str, weight: Weight) -> Vector:
    vector: dict[str, float] = {}
    for word in words(text):
        if word not in STOP_WORDS:
            stemmed = stem(word)
            vector[stemmed] = vector.get(stemmed, 0) + weight(word)
    return vector


def _sum(vectors: Sequence[Vector]) -> Vector:
    total: dict[str, float] = {}
    for vector in vectors:
        for word, weight in vector.items():
            total[word] = total.get(word, 0) + weight
    return total


def _unit(vector: Vector) -> Vector:
    length = math.hypot(*vector.values())
    return {word: weight / length for word, weight in vector.items()} if length else {}


def _product(one: Vector, other: Vector) -> float:
    total: float = sum(map(mul, one.values(), map(other.get, one, repeat(0.0))))
    return total
