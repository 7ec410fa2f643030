"""Which passages answer: those that cover enough of the question, weighted by how rare its words are."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import tantivy

from bot.document import Excerpt
from bot.search import closer
from bot.search.concept import Alternative, Concept
from bot.search.entry import EPOCH
from bot.search.snapshot import Snapshot, all_of, any_of, everything, within

ROUNDING = 1e-6
"""What adding single precision shares may lose."""

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

FIRST = 100
"""Passages by coverage that are read at first where all are counted; ten times as many each time after."""


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


def count(wanted: Wanted, snapshot: Snapshot, *, is_answered: bool = False) -> int:
    """Return how many passages answer, exactly; *is_answered* if it is known that some do."""
    required = wanted.required(snapshot)
    if not wanted.counted:
        return snapshot.count(within(everything(), required, wanted.nots))
    coverage = within(coverage_of(wanted.counted, snapshot), required, wanted.nots)
    floor, part = wanted.floors
    if not is_answered and not any(share >= floor for share, _ in snapshot.best(coverage, 1)):
        return 0
    if len(set(wanted.counted)) <= FEW:
        return snapshot.count(within(_answering(wanted, snapshot), required, wanted.nots))
    limit = FIRST
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


def matching(wanted: Wanted, snapshot: Snapshot, *, limit: int) -> list[Excerpt]:
    """Return up to *limit* passages that answer, in no order: those that `count` counts."""
    if concepts := wanted.counted:
        asked, (_, part) = coverage_of(concepts, snapshot), wanted.floors
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


def matches_of(alternative: Alternative, snapshot: Snapshot, field: str = "body") -> list[tantivy.Query]:
    """Return what matches *alternative* in *field*: one of its stems, or its words side by side."""
    if len(alternative.words) == 1:
        return [snapshot.term(field, stem) for stem in alternative.stems[0]]
    return [snapshot.phrase(alternative.words)]


def coverage_of(concepts: Sequence[Concept], snapshot: Snapshot) -> tantivy.Query:
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
    return any_of([match for one in concept.alternatives for match in matches_of(one, snapshot, field)])
