"""Which passages come first. One function, `rank`; every constant has its name and its source.

BM25 over stems (Tantivy, k1 1.2, b .75), a concept of the question counted as often as it was typed;
then the best are looked at more closely: what stands in order or near together counts more (Metzler and
Croft 2005), and so does how much of the question a passage covers. Equal scores are ordered by id.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import tantivy

from bot.document import Excerpt
from bot.library.sentences import only_asks
from bot.library.words import stem, words
from bot.search.entry import EPOCH
from bot.search.meaning import Alternative, Concept
from bot.search.snapshot import Snapshot, any_of, within

CANDIDATES = 100
"""Passages that are looked at more closely. More find nothing new: measured at 50, 100 and 200."""

ROUNDING = 1e-6
"""What adding single precision shares may lose."""

ORDERED = 0.3
"""What two concepts side by side in the question's order add, as a share of the rarer one's weight."""

NEAR = 0.3
"""What two concepts within a window add."""

WINDOW = 8
"""Words of that window."""

SATURATION = 1.2
"""How fast a pair that stands there again stops adding: BM25's k1."""

COVERAGE = 0.2
"""What covering the whole question adds, as a share of the score."""

OTHERS = 0.3
"""What further names of a concept count beside the one that counts most."""

FLOOR = 0.45
"""The least share of the question, weighted by rarity, that a passage must cover to be an answer."""

FEW, EASING = 3, 0.75
"""Beyond so many words the floor falls with this power of their number: no passage has all the words of
a long question, but the best has more of them than chance would have."""

TITLE = 0.4
"""What is covered by the document's title alone counts less: all its passages share it. Below FLOOR, so
that a title does not make each of them an answer to its words."""

OPEN_QUESTION = 0.5
"""What a passage of nothing but questions counts: it asks what others answer."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage that answers, and its score."""

    excerpt: Excerpt
    score: float


def rank(
    concepts: Sequence[Concept],
    phrases: Sequence[Sequence[str]],
    snapshot: Snapshot,
    *,
    musts: Sequence[tantivy.Query],
    nots: Sequence[tantivy.Query],
    preferred: Sequence[Concept] = (),
) -> list[Ranked]:
    """Return up to CANDIDATES passages that answer, best first. *musts* and *nots* narrow the search.

    Without *concepts* all that is left answers, and what has most of *preferred* comes first.
    """
    required = [*musts, *(snapshot.phrase(phrase) for phrase in phrases)]
    wanted = [_clause(concept, count, snapshot) for concept, count in Counter(concepts).items()]
    wanted += [snapshot.phrase(phrase) for phrase in phrases]
    counted = _counted(concepts)
    if not counted and not phrases:
        anything = tantivy.Query.const_score_query(tantivy.Query.all_query(), 0.0)
        wanted += [anything, *(_clause(concept, 1, snapshot) for concept in preferred)]
    query = within(any_of(wanted), required, nots)
    if not counted:
        answers = [Ranked(snapshot.excerpt(n), score) for score, n in snapshot.best(query, CANDIDATES)]
    else:
        # Who covers most of the question may not be among the best by BM25: candidates come from both.
        coverage = within(_coverage(counted, snapshot), required, nots)
        found = snapshot.best(query, CANDIDATES)
        covering = snapshot.best(coverage, CANDIDATES)
        shares = snapshot.scores(coverage, [n for _, n in found]) | {n: share for share, n in covering}
        scores = {n: score for score, n in found} | snapshot.scores(query, [n for _, n in covering])
        floor = _floor(len(set(counted))) - ROUNDING
        answers = [
            _looked_at(snapshot.excerpt(n), scores.get(n, 0.0), share, concepts)
            for n, share in shares.items()
            if share >= floor
        ]
    return sorted(answers, key=lambda answer: (-answer.score, answer.excerpt.id))[:CANDIDATES]


def count(
    concepts: Sequence[Concept],
    phrases: Sequence[Sequence[str]],
    snapshot: Snapshot,
    *,
    musts: Sequence[tantivy.Query],
    nots: Sequence[tantivy.Query],
) -> int:
    """Return how many passages answer, exactly."""
    required = [*musts, *(snapshot.phrase(phrase) for phrase in phrases)]
    concepts = _counted(concepts)
    if not concepts:
        return snapshot.count(within(tantivy.Query.all_query(), required, nots))
    coverage = within(_coverage(concepts, snapshot), required, nots)
    floor = _floor(len(set(concepts))) - ROUNDING
    limit = CANDIDATES
    while True:
        shares = [share for share, _ in snapshot.best(coverage, limit)]
        # They come by falling share: the first below the floor ends the count.
        if len(shares) < limit or shares[-1] < floor:
            return sum(share >= floor for share in shares)
        limit *= 10


def matching(
    concepts: Sequence[Concept],
    phrases: Sequence[Sequence[str]],
    snapshot: Snapshot,
    *,
    musts: Sequence[tantivy.Query],
    nots: Sequence[tantivy.Query],
    limit: int,
) -> list[Excerpt]:
    """Return up to *limit* passages that answer, in no order: those that `count` counts."""
    required = [*musts, *(snapshot.phrase(phrase) for phrase in phrases)]
    if concepts := _counted(concepts):
        wanted, floor = _coverage(concepts, snapshot), _floor(len(set(concepts))) - ROUNDING
    else:
        wanted, floor = tantivy.Query.const_score_query(tantivy.Query.all_query(), 1.0), 0.0
    found = snapshot.best(within(wanted, required, nots), limit)
    return [snapshot.excerpt(number) for share, number in found if share >= floor]


def newest(
    concepts: Sequence[Concept],
    phrases: Sequence[Sequence[str]],
    snapshot: Snapshot,
    *,
    musts: Sequence[tantivy.Query],
    nots: Sequence[tantivy.Query],
    limit: int,
    offset: int,
) -> list[Excerpt]:
    """Return *limit* of those that `count` counts, the last to arrive first, without the first *offset*."""
    if not _counted(concepts):
        required = [*musts, *(snapshot.phrase(phrase) for phrase in phrases)]
        return snapshot.newest(within(tantivy.Query.all_query(), required, nots), limit, offset=offset)
    most = count(concepts, phrases, snapshot, musts=musts, nots=nots)
    found = matching(concepts, phrases, snapshot, musts=musts, nots=nots, limit=max(most, 1))
    first = sorted(found, key=lambda one: (one.document.id, one.paragraph, one.id))
    first.sort(key=lambda one: one.added or EPOCH, reverse=True)
    return first[offset : offset + limit]


def _counted(concepts: Sequence[Concept]) -> list[Concept]:
    """Return those of which a passage has to cover enough to be an answer."""
    return [concept for concept in concepts if not concept.is_optional]


def _floor(length: int) -> float:
    """Return the floor for a question of *length* concepts."""
    easing: float = min(FEW / max(length, 1), 1.0) ** EASING
    return FLOOR * easing


def _clause(concept: Concept, times: int, snapshot: Snapshot) -> tantivy.Query:
    """Match one of the concept's alternatives; the best of them counts, and others a little."""
    return tantivy.Query.disjunction_max_query(
        [
            tantivy.Query.boost_query(_match(alternative, snapshot), alternative.weight * times)
            for alternative in concept.alternatives
        ],
        tie_breaker=OTHERS,
    )


def _match(alternative: Alternative, snapshot: Snapshot, field: str = "body") -> tantivy.Query:
    if len(alternative.words) == 1:
        return snapshot.term(field, stem(alternative.words[0]))
    return snapshot.phrase(alternative.words)


def _coverage(concepts: Sequence[Concept], snapshot: Snapshot) -> tantivy.Query:
    """Score each passage by the share of the question that it covers, 0 to 1."""
    distinct = set(concepts)
    total = sum(concept.weight for concept in distinct)
    ordered = sorted(distinct, key=lambda concept: concept.typed)
    return any_of(_share(concept, concept.weight / total, snapshot) for concept in ordered)


def _share(concept: Concept, share: float, snapshot: Snapshot) -> tantivy.Query:
    """Score *share* where a passage has the concept, less where only its title has it."""
    levels = [
        tantivy.Query.const_score_query(
            any_of([_match(one, snapshot, field) for one in concept.alternatives]), level * share
        )
        for field, level in (("own", 1.0), ("body", TITLE))
    ]
    return tantivy.Query.disjunction_max_query(levels)


def _looked_at(excerpt: Excerpt, score: float, share: float, concepts: Sequence[Concept]) -> Ranked:
    """Return the excerpt with all that its text tells beyond its words' frequencies."""
    score += _proximity(_places(excerpt, concepts), concepts)
    score *= 1 + COVERAGE * share
    if only_asks(excerpt.text):
        score *= OPEN_QUESTION
    return Ranked(excerpt, score)


@lru_cache(maxsize=5000)
def _stems(text: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in words(text))


def _places(excerpt: Excerpt, concepts: Sequence[Concept]) -> dict[Concept, list[int]]:
    """Return at which words of context and text each concept stands, in order."""
    stands: dict[str, list[int]] = defaultdict(list)
    for at, word in enumerate(_stems(f"{excerpt.context or ''}\n{excerpt.text}")):
        stands[word].append(at)
    return {
        concept: sorted(
            {at for alternative in concept.alternatives for at in stands.get(stem(alternative.words[0]), ())}
        )
        for concept in set(concepts)
    }


def _proximity(places: Mapping[Concept, Sequence[int]], concepts: Sequence[Concept]) -> float:
    """Return what neighbouring concepts of the question add where they stand together in the text."""
    added = 0.0
    for one, other in sorted(set(pairwise(concepts)), key=lambda pair: (pair[0].typed, pair[1].typed)):
        first, second = places[one], places[other]
        if one == other or not first or not second:
            continue
        weight = min(one.weight, other.weight)
        ordered = sum(_nearest(second, place + 1) in {place + 1, place + 2} for place in first)
        near = sum(abs(_nearest(second, place - WINDOW) - place) <= WINDOW for place in first)
        added += weight * (ORDERED * _saturated(ordered) + NEAR * _saturated(near))
    return added


def _nearest(places: Sequence[int], least: int) -> int:
    """Return the first of *places* that is not below *least*, or something far away."""
    at = bisect_left(places, least)
    return places[at] if at < len(places) else 1_000_000


def _saturated(count: int) -> float:
    return (SATURATION + 1) * count / (SATURATION + count)
