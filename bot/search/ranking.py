"""Which passages come first; every constant has its name and its source.

BM25 over stems (Tantivy, k1 1.2, b .75), titles counted several times, a concept of the question as often as
it was typed, finds the candidates; `closer` looks at them. Equal scores are ordered by arrival.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import tantivy
from numpy.typing import NDArray

from bot.search import closer
from bot.search.concept import Alternative, Concept
from bot.search.covering import Wanted, coverage_of, matches_of
from bot.search.forward import Look
from bot.search.snapshot import Snapshot, any_of, both, everything, within

CANDIDATES = 32
"""Passages that are looked at more closely: with 24 to 100 of them nDCG@10 is .454 to .456 (means of
Cranfield, CISI, CACM and NPL)."""

RAREST = 16
"""Concepts of a long question by which those are found that cover most of it: they weigh most."""

OTHERS = 0.3
"""What further names of a concept count beside the one that counts most."""

DEEPEST = 1000
"""Passages that can be paged through."""

DIGITS = 4
"""Of a score, behind the point: what single precision does not tell apart is equal."""

Found = tuple[float, tantivy.DocAddress]
"""A score by BM25 and where the passage stands in the index."""


class Ranked(NamedTuple):
    """A passage that answers: its number, where it stands, and its score with all that makes it.

    `bm25`, `together` and `kin` are as `closer` tells them; `share` is how much of the question it covers,
    and `smoothing` what its likeness to others changed; `meaning` what a sentence model did, where there is
    one. `copies` are passages that say the same.
    """

    number: int
    address: tantivy.DocAddress
    document: int
    score: float
    bm25: float = 0.0
    together: float = 0.0
    share: float = 1.0
    kin: float = 0.0
    smoothing: float = 0.0
    meaning: float = 0.0
    copies: tuple["Ranked", ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """Passages that answer, best first, and whether they are all there are."""

    answers: list[Ranked]
    is_all: bool


def rank(wanted: Wanted, snapshot: Snapshot, *, preferred: Sequence[Concept] = (), depth: int = 0) -> Ranking:
    """Return the passages that answer, best first: CANDIDATES are looked at, up to *depth* follow.

    Without concepts all that is left answers, and what has most of *preferred* comes first.
    """
    query = _query(wanted, snapshot, preferred)
    if not wanted.counted:
        most = min(max(CANDIDATES, depth), DEEPEST)
        found = snapshot.best(query, most)
        return Ranking(_as_found(found, snapshot), is_all=len(found) < most)
    found = snapshot.best(query, CANDIDATES)
    is_all = len(found) < CANDIDATES
    answers = _closely(found, wanted, snapshot)
    if not is_all and not answers:
        # Who covers most of the question may not be among the best by BM25: then candidates come from both.
        found = _with_covering(found, query, wanted, snapshot)
        answers = _closely(found, wanted, snapshot)
    if not is_all and answers and depth > len(answers):
        deep = snapshot.best(query, DEEPEST)
        seen = {(at.segment_ord, at.doc) for _, at in found}
        others = [(score, at) for score, at in deep if (at.segment_ord, at.doc) not in seen]
        answers += _beyond(others, answers[-1].score, wanted, snapshot)
        is_all = len(deep) < DEEPEST
    return Ranking(answers, is_all)


def _query(wanted: Wanted, snapshot: Snapshot, preferred: Sequence[Concept]) -> tantivy.Query:
    clauses = [_clause(concept, times, snapshot) for concept, times in Counter(wanted.concepts).items()]
    if not wanted.counted and not wanted.phrases:
        anything = tantivy.Query.const_score_query(everything(), 0.0)
        clauses += [anything, *(_clause(concept, 1, snapshot) for concept in preferred)]
    phrases = [snapshot.phrase(phrase) for phrase in wanted.phrases]
    if phrases:  # They must be there, and count for how often they are.
        asked = [any_of(clauses)] if wanted.counted else []
        return within(both([*asked, *phrases], [] if asked else clauses), wanted.musts, wanted.nots)
    return within(any_of(clauses), wanted.musts, wanted.nots)


def _clause(concept: Concept, times: int, snapshot: Snapshot) -> tantivy.Query:
    """Match one of the concept's alternatives; the best of them counts, and others a little."""
    clauses = [
        tantivy.Query.boost_query(match, alternative.weight * times)
        for alternative in concept.alternatives
        for match in matches_of(alternative, snapshot)
    ]
    # A single term is left bare: Tantivy passes over what it cannot lift among the best.
    return (
        clauses[0] if len(clauses) == 1 else tantivy.Query.disjunction_max_query(clauses, tie_breaker=OTHERS)
    )


def _as_found(found: Sequence[Found], snapshot: Snapshot) -> list[Ranked]:
    """Return what is narrowed and not asked for in words, as it was found."""
    numbers = snapshot.numbers([address for _, address in found])
    documents = snapshot.forward.look(numbers).records["document"].tolist()
    answers = (
        Ranked(number, address, document, round(score, DIGITS), bm25=score)
        for (score, address), number, document in zip(found, numbers, documents, strict=True)
    )
    return sorted(answers, key=lambda answer: (-answer.score, answer.number))


def _with_covering(
    found: Sequence[Found], query: tantivy.Query, wanted: Wanted, snapshot: Snapshot
) -> list[Found]:
    """Return the *found* and those that cover most of the question, with their scores."""
    rarest = sorted(set(wanted.counted), key=lambda concept: (-concept.weight, concept.typed))[:RAREST]
    coverage = within(coverage_of(rarest, snapshot), wanted.required(snapshot), wanted.nots)
    covering = snapshot.numbers([address for _, address in snapshot.best(coverage, CANDIDATES)])
    scored = snapshot.best(within(query, [snapshot.numbered(covering)], []), CANDIDATES)
    there = {(at.segment_ord, at.doc): (score, at) for score, at in [*found, *scored]}
    return list(there.values())


def _closely(found: Sequence[Found], wanted: Wanted, snapshot: Snapshot) -> list[Ranked]:
    """Return those of the *found* that answer, in the order that a closer look gives them."""
    view = _View.of(found, wanted, snapshot, is_first=True)
    kept = view.answering
    if not len(kept):
        return []
    together = closer.together(wanted.concepts, view.where)
    scores = ((view.bm25 + together) * (1 + closer.COVERAGE * view.share))[kept]
    look = view.look if len(kept) == len(found) else snapshot.forward.look([view.numbers[at] for at in kept])
    documents = look.records["document"]
    is_same = documents[:, None] == documents
    scores[look.records["asks"] > 0] *= closer.OPEN_QUESTION
    kin = closer.kin(scores, is_same)
    alike = closer.likeness(look, snapshot.forward)
    final = closer.smoothed(scores + kin, alike * ~is_same)
    rounded = final.round(DIGITS)
    numbers = np.array(view.numbers)[kept]
    order = np.lexsort((numbers, -rounded))
    rows = kept[order]
    answers = map(
        Ranked,
        numbers[order].tolist(),
        [found[at][1] for at in rows.tolist()],
        documents[order].tolist(),
        rounded[order].tolist(),
        view.bm25[rows].tolist(),
        together[rows].tolist(),
        view.share[rows].tolist(),
        kin[order].tolist(),
        (final - scores - kin)[order].tolist(),
    )
    if not (alike >= closer.ALIKE).any():
        return list(answers)
    return list(_without_copies(list(answers), order.tolist(), alike, look))


def _beyond(found: Sequence[Found], lowest: float, wanted: Wanted, snapshot: Snapshot) -> list[Ranked]:
    """Return those of the *found* that answer, in this order, behind those that were looked at closely."""
    if not found:
        return []
    view = _View.of(found, wanted, snapshot, is_first=False)
    documents = view.look.records["document"]
    return [
        Ranked(
            view.numbers[at],
            found[at][1],
            int(documents[at]),
            round(min(float(view.bm25[at]), lowest), DIGITS),
            bm25=float(view.bm25[at]),
            share=float(view.share[at]),
        )
        for at in view.answering.tolist()
    ]


@dataclass(frozen=True, slots=True)
class _View:
    """Some passages with what they have of the question, an array item each."""

    numbers: list[int]
    look: Look
    where: closer.Standing
    bm25: NDArray[np.float64]
    share: NDArray[np.float64]
    answering: NDArray[np.intp]

    @classmethod
    def of(cls, found: Sequence[Found], wanted: Wanted, snapshot: Snapshot, *, is_first: bool) -> "_View":
        numbers = snapshot.numbers([address for _, address in found])
        look = snapshot.forward.look(numbers)

        def is_there(alternative: Alternative, rows: Sequence[int]) -> list[int]:
            """Stems in a row are not always the words themselves: the index knows."""
            there = snapshot.which(snapshot.phrase(alternative.words), [numbers[row] for row in rows])
            return [row for row in rows if numbers[row] in there]

        where = closer.standing(look, list(dict.fromkeys(wanted.concepts)), is_there)
        weights = np.array([0.0 if one.is_optional else one.weight for one in where.concepts])
        share = weights @ where.covered / weights.sum()
        floor, part = wanted.floors
        answering = np.flatnonzero(share >= (floor if is_first and share.max(initial=0.0) < floor else part))
        return cls(numbers, look, where, np.array([score for score, _ in found]), share, answering)


def _without_copies(
    answers: Sequence[Ranked], rows: Sequence[int], alike: NDArray[np.float32], look: Look
) -> Iterator[Ranked]:
    """Yield *answers* but those that say the same as a better one, which bears them as its copies.

    The answers stand in the *rows* of the others.
    """
    left = dict(zip(rows, answers, strict=True))
    for row in rows:
        if answer := left.pop(row, None):
            same = set(closer.copies(look, alike, row)) & left.keys()
            copies = [left.pop(other) for other in list(left) if other in same]
            yield answer._replace(copies=tuple(copies))
