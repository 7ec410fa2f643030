"""What is seen of the best passages on a closer look, beyond how often they have the question's words.

All of it comes from the forward index, in a few operations on arrays for all of them at once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.search.concept import Alternative, Concept
from bot.search.forward import Forward, Look

ORDERED, NEAR = 0.2, 0.2
"""What two concepts side by side in the question's order, or within a window, add: shares of the rarer one's
weight (Metzler and Croft 2005). From .1 to .3 the four development collections are level."""

WINDOW = 8
"""Words of that window, stop words left out (Metzler and Croft 2005)."""

REACH = 3
"""Words of the question that follow one in a passage and are looked at with it: in a window there are few."""

SATURATION = 1.2
"""How fast a pair that stands there again stops adding: BM25's k1."""

COVERAGE = 0.2
"""What covering the whole question adds, as a share of the score."""

TITLE = 0.2
"""What is covered by the document's title alone counts less: all its passages share it. Below what an answer
covers, so that a title does not make each of them an answer to its words."""

OPEN_QUESTION = 0.5
"""What a passage of nothing but questions counts: it asks what others answer."""

KIN, KIN_COUNTED = 0.1, 3
"""What others of the same document among the best add, as a share of their scores, and how many of them: a
passage tells more in a document that keeps to the subject (Callan 1994)."""

SMOOTHING, NEIGHBOURS = 0.3, 10
"""The share of a passage's score that comes from the nearest passages of other documents: what is alike is
relevant alike (Diaz 2005, local score regularization). More of it favours what has many relevant passages."""

FEEDBACK, MODELS = 0.1, 8
"""The share that comes from likeness to so many of the best (Rocchio 1971), which count by their scores'
squares. More costs the first hits."""

AHEAD = 1e-3
"""By what share the first passage stays before one that smoothing would have put first."""

ALIKE, SAME = 0.7, 0.9
"""The likeness from which two passages may say the same, titles counted, and the share of their own terms
that they then have in common; one with another figure says something else, however alike the rest."""

OWNERS = 1 << 8
"""More than the passages that are looked at together."""

FEW = 16
"""Terms that are faster compared one by one than looked up together."""

STRIDE = 1 << 20
"""Places between those of two passages in one sequence: more than any has terms."""

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Places:
    """Where one alternative or concept stands: `keys`, in order, of passage and place; see STRIDE."""

    keys: NDArray[np.intp]

    @property
    def owners(self) -> NDArray[np.intp]:
        """The passages, one for each place."""
        return self.keys // STRIDE


@dataclass(frozen=True, slots=True)
class Terms:
    """The places at which a question's terms stand, found once for all its concepts."""

    terms: NDArray[np.uint32]
    keys: NDArray[np.intp]

    def of(self, wanted: Sequence[int]) -> Places:
        """Return where one of the *wanted* terms stands."""
        return Places(self.keys[_is_one_of(self.terms, wanted)])


def terms_in(look: Look, concepts: Sequence[Concept]) -> Terms:
    """Return where terms of *concepts* stand in the passages that *look* shows."""
    wanted = {
        term for concept in concepts for one in concept.alternatives for terms in one.terms for term in terms
    }
    at = np.flatnonzero(np.isin(look.terms, np.array(sorted(wanted), dtype=np.uint32)))
    owner, place = look.owner[at], look.place[at]
    # A title stands apart from the text: what ends one is not beside what begins the other.
    is_title = place >= look.records["own"].astype(np.intp)[owner]
    return Terms(look.terms[at], owner * STRIDE + place + is_title * (STRIDE // 2))


def _is_one_of(terms: NDArray[np.uint32], wanted: Collection[int]) -> Mask:
    """Tell of each of *terms* whether it is one of the *wanted*."""
    if len(wanted) > FEW:
        return np.isin(terms, np.array(list(wanted), dtype=np.uint32))
    found = np.zeros(len(terms), dtype=bool)
    for term in wanted:
        found |= terms == term
    return found


def places_of(concept: Concept, terms: Terms) -> list[tuple[Alternative, Places]]:
    """Return where each alternative of *concept* stands; of several words, where their stems do in a row."""
    found = []
    for alternative in concept.alternatives:
        first, *others = (terms.of(words) for words in alternative.terms)
        for offset, other in enumerate(others):
            first = Places(first.keys[_contained(first.keys + offset + 1, other.keys)])
        found.append((alternative, first))
    return found


def covered(places: Places, many: int) -> Floats:
    """Return how much of a concept each of so *many* passages covers: all, a title's part, or nothing."""
    share = np.zeros(many)
    owners = places.owners
    in_title = places.keys % STRIDE >= STRIDE // 2
    share[owners[in_title]] = TITLE
    share[owners[~in_title]] = 1.0
    return share


def together(concepts: Sequence[Concept], places: dict[Concept, Places], many: int) -> Floats:
    """Return what concepts that are neighbours in the question add where they stand together in the text."""
    pairs = list({(one, other): None for one, other in pairwise(concepts) if one != other})
    if not pairs:
        return np.zeros(many)
    order = {concept: at for at, concept in enumerate(places)}
    pair_of = np.full((len(order), len(order)), -1)
    for at, (one, other) in enumerate(pairs):
        pair_of[order[one], order[other]] = at
    keys = np.concatenate([some.keys for some in places.values()])
    told = np.repeat(np.arange(len(order)), [len(some.keys) for some in places.values()])
    by_place = np.argsort(keys, kind="stable")
    ordered, near = _pairs_in(keys[by_place], told[by_place], pair_of, many)
    weights = np.array([min(one.weight, other.weight) for one, other in pairs])
    added: Floats = weights @ (ORDERED * _saturated(ordered) + NEAR * _saturated(near))
    return added


def _pairs_in(
    keys: NDArray[np.intp], told: NDArray[np.intp], pair_of: NDArray[np.intp], many: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return how often each pair stands side by side, and in a window, in each passage: pairs by passages.

    *keys* are in order, *told* whose concept's each is. Of the question's words in a passage each is looked
    at with the REACH that follow it.
    """
    size = (pair_of.max() + 1) * many
    near, ordered = np.zeros(size, dtype=np.intp), np.zeros(size, dtype=np.intp)
    either = np.maximum(pair_of, pair_of.T)
    for reach in range(1, min(REACH, len(keys) - 1) + 1):
        distance = keys[reach:] - keys[:-reach]
        pair = either[told[:-reach], told[reach:]]
        at = np.flatnonzero((distance <= WINDOW) & (pair >= 0))
        near += np.bincount(pair[at] * many + keys[at] // STRIDE, minlength=size)
        if reach == 1:
            at = at[(distance[at] == 1) & (pair_of[told[at], told[at + 1]] == pair[at])]
            ordered += np.bincount(pair[at] * many + keys[at] // STRIDE, minlength=size)
    return ordered.reshape(-1, many), near.reshape(-1, many)


def kin(scores: Floats, documents: NDArray[np.uint32]) -> Floats:
    """Return what the best others of the same document add to each passage."""
    same = documents[:, None] == documents[None, :]
    np.fill_diagonal(same, val=False)
    if not same.any():
        return np.zeros(len(scores))
    others = np.where(same, scores[None, :], 0.0)
    added: Floats = KIN * np.sort(others, axis=1)[:, -KIN_COUNTED:].sum(axis=1)
    return added


def likeness(look: Look, forward: Forward) -> NDArray[np.float32]:
    """Return how alike each two passages are: the cosine of their terms, weighted by rarity; 0 with itself.

    Of a term so many bits are looked at that one number holds it and its passage, and one sort brings those
    of the same term together; two terms may be taken for one now and then.
    """
    many = len(look.records)
    keys = np.sort((look.terms & ~np.uint32(OWNERS - 1)) | look.owner.astype(np.uint32))
    starts = np.flatnonzero(_is_new(keys))
    times = np.diff(starts, append=len(keys))
    terms, owner = (
        keys[starts] & ~np.uint32(OWNERS - 1),
        (keys[starts] & np.uint32(OWNERS - 1)).astype(np.intp),
    )
    weight = forward.rarities(terms) * (1 + np.log(times)).astype(np.float32)
    norms = np.sqrt(np.bincount(owner, weight * weight, minlength=many))
    weight /= np.maximum(norms, 1e-9).astype(np.float32)[owner]
    is_first = _is_new(terms)
    # What stands in one passage alone makes it like no other.
    is_shared = ~(is_first & np.append(is_first[1:], True))
    column = np.cumsum(is_first[is_shared]) - 1
    matrix = np.zeros((many, int(column[-1]) + 1 if len(column) else 0), dtype=np.float32)
    matrix[owner[is_shared], column] = weight[is_shared]
    alike: NDArray[np.float32] = matrix @ matrix.T
    np.fill_diagonal(alike, 0.0)
    return alike


def copies(look: Look, alike: NDArray[np.float32], row: int) -> list[int]:
    """Return which say the same as the passage of *row*: the same words but for a few, the same figures."""
    near = np.flatnonzero(alike[row] >= ALIKE).tolist()
    own = _own_terms(look, row) if near else set()
    told = {other: _own_terms(look, other) for other in near}
    return [
        other
        for other, terms in told.items()
        if len(own & terms) >= SAME * len(own | terms) and not any(term & 1 for term in own ^ terms)
    ]


def _own_terms(look: Look, row: int) -> set[int]:
    own: list[int] = look.terms[(look.owner == row) & (look.place < look.records["own"][row])].tolist()
    return set(own)


def smoothed(scores: Floats, alike: NDArray[np.float32]) -> Floats:
    """Return *scores* with the part of neighbours and of likeness to the best, which stays first."""
    best = scores.max(initial=0.0)
    if len(scores) < 3 or best <= 0:
        return scores
    relative = scores / best
    count = min(NEIGHBOURS, len(scores) - 1)
    nearest = np.argpartition(-alike, count - 1, axis=1)[:, :count]
    weights = np.take_along_axis(alike, nearest, axis=1)
    around = (weights * relative[nearest]).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9)
    models = np.argsort(-relative, kind="stable")[:MODELS]
    modelled = alike[:, models] @ (relative[models] ** 2)
    modelled /= max(modelled.max(), 1e-9)
    mixed = (1 - FEEDBACK) * ((1 - SMOOTHING) * relative + SMOOTHING * around) + FEEDBACK * modelled
    if mixed[models[0]] < mixed.max():
        mixed[models[0]] = mixed.max() * (1 + AHEAD)
    final: Floats = best * mixed
    return final


def _contained(keys: NDArray[np.intp], among: NDArray[np.intp]) -> Mask:
    """Tell for each of *keys* whether it is one of *among*, which are in order."""
    if not len(among):
        return np.zeros(len(keys), dtype=bool)
    at = np.minimum(np.searchsorted(among, keys), len(among) - 1)
    found: Mask = among[at] == keys
    return found


def _is_new(values: NDArray[np.uint32]) -> Mask:
    """Tell of each of *values* whether it differs from the one before it."""
    is_new = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=is_new[1:])
    return is_new


def _saturated(counts: NDArray[np.intp]) -> Floats:
    saturated: Floats = (SATURATION + 1) * counts / (SATURATION + counts)
    return saturated


def merged(places: Sequence[Places]) -> Places:
    """Return all *places* in one order."""
    if len(places) == 1:
        return places[0]
    return Places(np.unique(np.concatenate([some.keys for some in places])))
