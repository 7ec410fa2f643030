"""What is seen of the best passages on a closer look, beyond how often they have the question's words.

All of it comes from the forward index, in a few operations on arrays for all of them at once.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.library.words import STOP_WORDS
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

NEAR_BITS = 12
"""First bits of a term by which most of those that are not looked for are told at once."""

_OWNER = np.uint32(OWNERS - 1)

STRIDE = 1 << 20
"""Places between those of two passages in one sequence: more than any has terms."""

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]


IsThere = Callable[[Alternative, Sequence[int]], Collection[int]]
"""Tells in which of some passages, by their rows, the words of an alternative stand side by side."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where `concepts` stand in `many` passages: `keys` of passage and place, in order.

    `told` is whose each is, by the place among `concepts`.
    """

    concepts: Sequence[Concept]
    many: int
    keys: NDArray[np.intp]
    told: NDArray[np.intp]

    @property
    def covered(self) -> Floats:
        """What of each concept each passage covers, concepts by passages: all, a title's part, nothing."""
        is_title = self.keys % STRIDE >= STRIDE // 2
        at = self.told * self.many + self.keys // STRIDE
        share = np.zeros(len(self.concepts) * self.many)
        share[at[is_title]] = TITLE
        share[at[~is_title]] = 1.0
        return share.reshape(len(self.concepts), self.many)


def standing(look: Look, concepts: Sequence[Concept], is_there: IsThere) -> Standing:
    """Return where *concepts* stand in the passages that *look* shows."""
    numbered: dict[int, list[int]] = {}
    several: list[tuple[int, Alternative]] = []
    for at, concept in enumerate(concepts):
        for alternative in concept.alternatives:
            if len(alternative.words) > 1:
                several.append((at, alternative))
            else:
                for term in alternative.terms[0]:
                    numbered.setdefault(term, []).append(at)
    wanted = {*numbered, *(term for _, one in several for terms in one.terms for term in terms)}
    terms, keys = _found(look, wanted)
    known = np.array(sorted(numbered), dtype=np.uint32)
    all_keys, all_told = [], []
    for layer in range(max(map(len, numbered.values()), default=0)):
        # Mostly one: a word that is part of two concepts has a second.
        whose = np.array([[*numbered[term], *[-1] * layer][layer] for term in known.tolist()])
        nearest = np.minimum(np.searchsorted(known, terms), len(known) - 1)
        told = np.where(known[nearest] == terms, whose[nearest], -1)
        all_keys.append(keys[told >= 0])
        all_told.append(told[told >= 0])
    for number, alternative in several:
        # Of nothing but stop words it may stand anywhere: no terms are kept of those.
        anywhere = STOP_WORDS.issuperset(alternative.words)
        begins = np.arange(len(look.records)) * STRIDE if anywhere else _in_a_row(alternative, terms, keys)
        rows = set(is_there(alternative, sorted(set((begins // STRIDE).tolist())))) if len(begins) else set()
        begins = begins[np.isin(begins // STRIDE, list(rows))]
        begins = np.where(
            begins % STRIDE >= STRIDE // 2, begins - STRIDE // 2, begins
        )  # A name tells by itself.
        all_keys.append(begins)
        all_told.append(np.full(len(begins), number))
    return _in_order(concepts, len(look.records), all_keys, all_told)


def _found(look: Look, wanted: Collection[int]) -> tuple[NDArray[np.uint32], NDArray[np.intp]]:
    """Return the *wanted* terms that stand there and their keys, in order."""
    kinds = np.array(sorted(wanted), dtype=np.uint32)
    is_near = np.zeros(1 << NEAR_BITS, dtype=bool)
    is_near[kinds >> (32 - NEAR_BITS)] = True
    at = np.flatnonzero(is_near[look.terms >> (32 - NEAR_BITS)])
    at = at[_contained(look.terms[at], kinds)]
    owner, place = look.owner[at], look.place[at]
    # A title stands apart from the text: what ends one is not beside what begins the other.
    is_title = place >= look.records["own"].astype(np.intp)[owner]
    return look.terms[at], owner * STRIDE + place + is_title * (STRIDE // 2)


def _in_a_row(
    alternative: Alternative, terms: NDArray[np.uint32], keys: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Return the keys at which stems of all words of *alternative* stand in a row."""
    first, *others = (keys[_is_one_of(terms, words)] for words in alternative.terms)
    for offset, other in enumerate(others, start=1):
        first = first[_contained(first + offset, other)]
    return first


def _in_order(
    concepts: Sequence[Concept], many: int, keys: Sequence[NDArray[np.intp]], told: Sequence[NDArray[np.intp]]
) -> Standing:
    if len(keys) == 1:
        return Standing(concepts, many, keys[0], told[0])
    joined = np.concatenate(keys) if keys else np.empty(0, dtype=np.intp)
    whose = np.concatenate(told) if told else np.empty(0, dtype=np.intp)
    order = np.lexsort((whose, joined))
    joined, whose = joined[order], whose[order]
    is_new = np.ones(len(joined), dtype=bool)
    is_new[1:] = (joined[1:] != joined[:-1]) | (whose[1:] != whose[:-1])
    return Standing(concepts, many, joined[is_new], whose[is_new])


def _is_one_of(terms: NDArray[np.uint32], wanted: Collection[int]) -> Mask:
    """Tell of each of *terms* whether it is one of the *wanted*."""
    found = np.zeros(len(terms), dtype=bool)
    for term in wanted:
        found |= terms == term
    return found


def together(question: Sequence[Concept], where: Standing) -> Floats:
    """Return what concepts that are neighbours in the *question* add where they stand together."""
    pairs = list({(one, other): None for one, other in pairwise(question) if one != other})
    if not pairs or len(where.keys) < 2:
        return np.zeros(where.many)
    number = {concept: at for at, concept in enumerate(where.concepts)}
    pair_of = np.full((len(number), len(number)), -1)
    for at, (one, other) in enumerate(pairs):
        pair_of[number[one], number[other]] = at
    ordered, near = _saturated(_pairs_in(where, pair_of))
    weights = np.array([min(one.weight, other.weight) for one, other in pairs])
    added: Floats = weights @ (ORDERED * ordered + NEAR * near)
    return added


def _pairs_in(where: Standing, pair_of: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return how often each pair stands side by side in order, and in a window: 2 by pairs by passages.

    Of the question's words in a passage each is looked at with the REACH that follow it.
    """
    keys, told = where.keys, where.told
    size = (int(pair_of.max()) + 1) * where.many
    after = np.arange(1, REACH + 1)[:, None] + np.arange(len(keys))
    is_there = after < len(keys)
    after = np.minimum(after, len(keys) - 1)
    distance = keys[after] - keys
    pair = np.maximum(pair_of, pair_of.T)[told[after], told]
    reach, first = np.nonzero((distance <= WINDOW) & (pair >= 0) & is_there)
    pair, second = pair[reach, first], after[reach, first]
    bins = pair * where.many + keys[first] // STRIDE
    in_order = (reach == 0) & (distance[reach, first] == 1) & (pair_of[told[first], told[second]] == pair)
    counts = np.bincount(np.concatenate([bins[in_order], bins + size]), minlength=2 * size)
    return counts.reshape(2, -1, where.many)


def kin(scores: Floats, is_same: Mask) -> Floats:
    """Return what the best others of the same document, as *is_same* tells them, add to each passage."""
    others = np.where(is_same, scores, 0.0)
    np.fill_diagonal(others, 0.0)
    others.partition(max(len(scores) - KIN_COUNTED, 0), axis=1)
    added: Floats = KIN * others[:, -KIN_COUNTED:].sum(axis=1)
    return added


def likeness(look: Look, forward: Forward) -> NDArray[np.float32]:
    """Return how alike each two passages are: the cosine of their terms, weighted by rarity; 0 with itself.

    Of a term so many bits are looked at that one number holds it and its passage, and one sort brings those
    of the same term together; two terms may be taken for one now and then.
    """
    many = len(look.records)
    keys = (look.terms & ~_OWNER) | look.owner.astype(np.uint32)
    keys.sort()
    is_start = _is_new(keys)
    starts = is_start.nonzero()[0]
    firsts = keys[starts]
    terms, owner = firsts & ~_OWNER, (firsts & _OWNER).astype(np.intp)
    weight = forward.rarities(terms)
    if len(starts) < len(keys):
        times = np.empty_like(starts)
        times[:-1], times[-1] = starts[1:], len(keys)
        times -= starts
        often = (times > 1).nonzero()[0]
        weight[often] *= 1 + np.log(times[often]).astype(np.float32)
    norms = np.sqrt(np.bincount(owner, weight * weight, minlength=many))
    weight /= np.maximum(norms, 1e-9).astype(np.float32)[owner]
    is_first = _is_new(terms)
    is_alone = is_first.copy()
    is_alone[:-1] &= is_first[1:]
    shared = (~is_alone).nonzero()[0]  # What stands in one passage alone makes it like no other.
    column = is_first[shared].cumsum() - 1
    width = int(column[-1]) + 1 if len(column) else 0
    flat = np.zeros(many * width, dtype=np.float32)
    flat[owner[shared] * width + column] = weight[shared]
    matrix = flat.reshape(many, width)
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
    last = max(len(scores) - NEIGHBOURS, 0)
    farthest = np.partition(alike, last, axis=1)[:, last, None]
    weights = np.where(alike >= farthest, alike, 0.0)
    around = (weights @ relative) / np.maximum(weights.sum(axis=1), 1e-9)
    models = np.argsort(-relative, kind="stable")[:MODELS]
    modelled = alike[:, models] @ (relative[models] ** 2)
    modelled /= max(modelled.max(), 1e-9)
    mixed = (1 - FEEDBACK) * ((1 - SMOOTHING) * relative + SMOOTHING * around) + FEEDBACK * modelled
    if mixed[models[0]] < mixed.max():
        mixed[models[0]] = mixed.max() * (1 + AHEAD)
    final: Floats = best * mixed
    return final


def _contained(keys: NDArray[Any], among: NDArray[Any]) -> Mask:
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
