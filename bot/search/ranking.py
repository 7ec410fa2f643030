"""Which passages answer, and which of them come first; every constant has its name and its source.

BM25 over stems (Tantivy, k1 1.2, b .75), titles counted several times, a concept of the question as often as
it was typed, finds the candidates; `closer` looks at them. Equal scores are ordered by arrival.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
import tantivy
from numpy.typing import NDArray

from bot.document import Excerpt
from bot.search import closer
from bot.search.concept import Alternative, Concept
from bot.search.entry import EPOCH
from bot.search.forward import Look
from bot.search.snapshot import Snapshot, all_of, any_of, both, everything, within

CANDIDATES = 48
"""Passages that are looked at more closely: nDCG@10 is .455 with 48 and with 64 of them, .456 with 100
(means of Cranfield, CISI, CACM and NPL)."""

ROUNDING = 1e-6
"""What adding single precision shares may lose."""

OTHERS = 0.3
"""What further names of a concept count beside the one that counts most."""

FLOOR = 0.45
"""The share of the question, weighted by rarity, that some passage must cover: else there is no answer."""

PART = 0.25
"""The share that others must cover then. To ask FLOOR of each loses what says it in other words: a tenth of
nDCG@10 where people ask with two to five words."""

FEW, EASING = 3, 0.75
"""Beyond so many words both fall with this power of their number: no passage has all the words of a long
question, but the best has more of them than chance would have."""

LEVELS = {"": 0.0, "body": closer.TITLE, "own": 1.0}
"""How much of a concept a passage covers, by the field of the index in which it stands."""

COUNTED = 1_000
"""Entries with a word of the question up to which all that answers is counted: that takes no time then."""

DEEPEST = 1000
"""Passages that can be paged through."""

DIGITS = 4
"""Of a score, behind the point: what single precision does not tell apart is equal."""

Found = tuple[float, tantivy.DocAddress]
"""A score by BM25 and where the passage stands in the index."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: concepts that rank, phrases that must be there, and what else narrows it."""

    concepts: Sequence[Concept]
    phrases: Sequence[Sequence[str]]
    musts: Sequence[tantivy.Query]
    nots: Sequence[tantivy.Query]
    is_strict: bool = False
    """Whether each passage must cover as much of the question as the best."""

    @property
    def floors(self) -> tuple[float, float]:
        """The least shares of the question that the best passage and that each must cover."""
        eased = min(FEW / max(len(set(self.counted)), 1), 1.0) ** EASING
        return FLOOR * eased - ROUNDING, (FLOOR if self.is_strict else PART) * eased - ROUNDING

    @property
    def counted(self) -> list[Concept]:
        """The concepts of which a passage has to cover enough to be an answer."""
        return [concept for concept in self.concepts if not concept.is_optional]

    def required(self, snapshot: Snapshot) -> list[tantivy.Query]:
        """Return what an entry must match whatever it says of the concepts."""
        return [*self.musts, *(snapshot.phrase(phrase) for phrase in self.phrases)]


class Ranked(NamedTuple):
    """A passage that answers: its number, where it stands, and its score with all that makes it.

    `bm25`, `together` and `kin` are as `closer` tells them; `share` is how much of the question it covers,
    and `smoothing` what its likeness to others changed. `copies` are passages that say the same.
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


def count(wanted: Wanted, snapshot: Snapshot, *, is_answered: bool = False) -> int:
    """Return how many passages answer, exactly; *is_answered* if it is known that some do."""
    required = wanted.required(snapshot)
    if not wanted.counted:
        return snapshot.count(within(everything(), required, wanted.nots))
    coverage = within(_coverage(wanted.counted, snapshot), required, wanted.nots)
    floor, part = wanted.floors
    if not is_answered and not any(share >= floor for share, _ in snapshot.best(coverage, 1)):
        return 0
    if len(set(wanted.counted)) <= FEW:
        return snapshot.count(within(_answering(wanted, snapshot), required, wanted.nots))
    limit = CANDIDATES
    while True:
        shares = [share for share, _ in snapshot.best(coverage, limit)]
        # They come by falling share: the first below the floor ends the count.
        if len(shares) < limit or shares[-1] < part:
            return sum(share >= part for share in shares)
        limit *= 10


def is_countable(wanted: Wanted, snapshot: Snapshot, workspace: str) -> bool:
    """Tell whether counting all answers takes no longer than finding the best."""
    concepts = set(wanted.counted)
    stems = {stem for concept in concepts for one in concept.alternatives for stem in one.stems[0]}
    return not concepts or (
        len(concepts) <= FEW and sum(snapshot.frequency("body", stem, workspace) for stem in stems) <= COUNTED
    )


def _answering(wanted: Wanted, snapshot: Snapshot) -> tantivy.Query:
    """Match what covers enough of the question: any of the least sets of concepts that do."""
    concepts = sorted(set(wanted.counted), key=lambda concept: concept.typed)
    weights = [concept.weight / sum(one.weight for one in concepts) for concept in concepts]
    _, part = wanted.floors
    enough = [
        levels
        for levels in product(LEVELS, repeat=len(concepts))
        if sum(weight * LEVELS[level] for weight, level in zip(weights, levels, strict=True)) >= part
    ]
    least = [levels for levels in enough if not any(_is_less(other, levels) for other in enough)]
    return any_of(
        all_of(
            _standing(concept, snapshot, level)
            for concept, level in zip(concepts, levels, strict=True)
            if level
        )
        for levels in least
    )


def _is_less(levels: Sequence[str], others: Sequence[str]) -> bool:
    """Tell whether *levels* ask for no more than *others* of any concept, and for less of some."""
    pairs = list(zip(levels, others, strict=True))
    return levels != others and all(LEVELS[one] <= LEVELS[other] for one, other in pairs)


def _standing(concept: Concept, snapshot: Snapshot, field: str) -> tantivy.Query:
    return any_of([match for one in concept.alternatives for match in _matches(one, snapshot, field)])


def matching(wanted: Wanted, snapshot: Snapshot, *, limit: int) -> list[Excerpt]:
    """Return up to *limit* passages that answer, in no order: those that `count` counts."""
    if concepts := wanted.counted:
        asked, (_, part) = _coverage(concepts, snapshot), wanted.floors
    else:
        asked, part = tantivy.Query.const_score_query(everything(), 1.0), 0.0
    found = snapshot.best(within(asked, wanted.required(snapshot), wanted.nots), limit)
    return [snapshot.excerpt(address) for share, address in found if share >= part]


def newest(wanted: Wanted, snapshot: Snapshot, *, limit: int, offset: int) -> list[Excerpt]:
    """Return *limit* of those that `count` counts, the last to arrive first, without the first *offset*."""
    if limit < 1:
        return []
    if not wanted.counted:
        narrowed = within(everything(), wanted.required(snapshot), wanted.nots)
        return snapshot.newest(narrowed, limit, offset=offset)
    many = count(wanted, snapshot)
    found = matching(wanted, snapshot, limit=many) if many else []
    first = sorted(found, key=lambda one: (one.document.id, one.paragraph, one.id))
    first.sort(key=lambda one: EPOCH if one.edited or not one.added else one.added, reverse=True)
    return first[offset : offset + limit]


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
        for match in _matches(alternative, snapshot)
    ]
    # A single term is left bare: Tantivy passes over what it cannot lift among the best.
    return (
        clauses[0] if len(clauses) == 1 else tantivy.Query.disjunction_max_query(clauses, tie_breaker=OTHERS)
    )


def _matches(alternative: Alternative, snapshot: Snapshot, field: str = "body") -> list[tantivy.Query]:
    if len(alternative.words) == 1:
        return [snapshot.term(field, stem) for stem in alternative.stems[0]]
    return [snapshot.phrase(alternative.words)]


def _coverage(concepts: Sequence[Concept], snapshot: Snapshot) -> tantivy.Query:
    """Score each passage by the share of the question that it covers, 0 to 1."""
    ordered = sorted(set(concepts), key=lambda concept: concept.typed)
    total = sum(concept.weight for concept in ordered)
    return any_of(_share(concept, concept.weight / total, snapshot) for concept in ordered)


def _share(concept: Concept, share: float, snapshot: Snapshot) -> tantivy.Query:
    """Score *share* where a passage has the concept, less where only its title has it."""
    levels = [
        tantivy.Query.const_score_query(_standing(concept, snapshot, field), level * share)
        for field, level in LEVELS.items()
        if field
    ]
    return tantivy.Query.disjunction_max_query(levels)


def _as_found(found: Sequence[Found], snapshot: Snapshot) -> list[Ranked]:
    """Return what is narrowed and not asked for in words, as it was found."""
    numbers = snapshot.numbers([address for _, address in found])
    documents = snapshot.forward.look(numbers).records["document"].tolist()
    return _sorted(
        Ranked(number, address, document, round(score, DIGITS), bm25=score)
        for (score, address), number, document in zip(found, numbers, documents, strict=True)
    )


def _with_covering(
    found: Sequence[Found], query: tantivy.Query, wanted: Wanted, snapshot: Snapshot
) -> list[Found]:
    """Return the *found* and those that cover most of the question, with their scores."""
    coverage = within(_coverage(wanted.counted, snapshot), wanted.required(snapshot), wanted.nots)
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
    scores[look.records["asks"] > 0] *= closer.OPEN_QUESTION
    kin = closer.kin(scores, look.records["document"])
    alike = closer.likeness(look, snapshot.forward)
    is_foreign = look.records["document"][:, None] != look.records["document"][None, :]
    final = closer.smoothed(scores + kin, alike * is_foreign)
    answers = map(
        Ranked,
        [view.numbers[at] for at in kept],
        [found[at][1] for at in kept],
        look.records["document"].tolist(),
        final.round(DIGITS).tolist(),
        view.bm25[kept].tolist(),
        together[kept].tolist(),
        view.share[kept].tolist(),
        kin.tolist(),
        (final - scores - kin).tolist(),
    )
    if not (alike >= closer.ALIKE).any():
        return _sorted(answers)
    return _sorted(_without_copies(list(answers), alike, look))


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


def _without_copies(answers: Sequence[Ranked], alike: NDArray[np.float32], look: Look) -> Iterator[Ranked]:
    """Yield *answers* but those that say the same as a better one, which bears them as its copies."""
    is_taken = [False] * len(answers)
    for row in sorted(range(len(answers)), key=lambda row: (-answers[row].score, answers[row].number)):
        if is_taken[row]:
            continue
        same = [other for other in closer.copies(look, alike, row) if not is_taken[other]]
        for other in (row, *same):
            is_taken[other] = True
        yield answers[row]._replace(copies=tuple(_sorted(answers[other] for other in same)))


def _sorted(answers: Iterable[Ranked]) -> list[Ranked]:
    return sorted(answers, key=lambda answer: (-answer.score, answer.number))
