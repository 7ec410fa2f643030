"""Why a passage stands where it stands, in words a person understands."""

from collections import Counter
from collections.abc import Iterator, Sequence

from bot.document import Excerpt
from bot.library.sentences import only_asks
from bot.library.words import stem, words
from bot.search.closer import COVERAGE
from bot.search.concept import Concept
from bot.search.language import stemmed_in
from bot.search.ranking import Ranked

SLIGHT = 0.005
"""The share of a score below which a part of it is not worth a line."""

COMMON, RARE = 2.0, 5.0
"""Rarities: that of a word in one of seven passages, and of one in 150."""


def explained(excerpt: Excerpt, ranked: Ranked, concepts: Sequence[Concept]) -> list[str]:
    """Return sentences, the weightiest first, on why *excerpt* has its place among answers on *concepts*."""
    asked = list(dict.fromkeys(concepts))
    if not asked:
        return ["It fits what narrows the question; no words were asked for."]
    return [*_on_words(excerpt, asked), *_on_score(ranked, is_question=only_asks(excerpt.text))]


def _on_words(excerpt: Excerpt, asked: Sequence[Concept]) -> Iterator[str]:
    own = _stems(excerpt, " ".join((excerpt.context or "", *excerpt.section, excerpt.text)))
    title = _stems(excerpt, excerpt.document.title or "")
    has: list[str] = []
    lacks: list[str] = []
    for concept in sorted(asked, key=lambda concept: -concept.weight):
        times, where = _times(concept, own), ""
        if not times and (times := _times(concept, title)):
            where = " in its document's title alone"
        told = f"{concept.typed} ({_rarity(concept.weight)}) {_often(times)}{where}"
        (has if times else lacks).append(told if times else concept.typed)
    if has:
        yield f"It has {', '.join(has)}."
    if lacks:
        yield f"It lacks {', '.join(lacks)}."


def _on_score(ranked: Ranked, *, is_question: bool) -> Iterator[str]:
    whole = ranked.score or 1.0
    covering = (ranked.bm25 + ranked.together) * COVERAGE * ranked.share
    covered = min(round(100 * ranked.share), 100)
    yield (
        f"That is {covered}% of the question, its words weighed by how rare they are: {covering:+.2f} of"
        f" {whole:.2f} points."
    )
    yield f"How often its words stand here and how rarely elsewhere: {ranked.bm25:+.2f} points."
    if is_question:
        yield "It only asks, and asks what others answer: what it has so far counts half."
    for points, gained, lost in (
        (ranked.together, "Words that stand together as they were asked for", ""),
        (ranked.kin, "Other passages of this document that answer, too", ""),
        (
            ranked.smoothing,
            "It is like others that answer well",
            "It is less like the best answers than others are",
        ),
        (
            ranked.meaning,
            "The sentence model finds it near in meaning",
            "The sentence model finds others nearer in meaning",
        ),
    ):
        if abs(points) >= SLIGHT * whole:
            yield f"{gained if points > 0 else lost}: {points:+.2f} points."
    if ranked.copies:
        yield f"{len(ranked.copies)} more say the same and are not shown."


def _stems(excerpt: Excerpt, text: str) -> Counter[str]:
    language = stemmed_in(excerpt.document.language)
    return Counter(stem(word, language) for word in words(text))


def _times(concept: Concept, told: Counter[str]) -> int:
    """Return how often *concept* stands there; of a name of several words, as often as its rarest word."""
    return max(
        (min(sum(told[one] for one in stems) for stems in name.stems) for name in concept.alternatives),
        default=0,
    )


def _often(times: int) -> str:
    return {1: "once", 2: "twice"}.get(times, f"{times} times")


def _rarity(weight: float) -> str:
    if weight < COMMON:
        return "common here"
    return "rare here" if weight > RARE else "fairly rare here"
