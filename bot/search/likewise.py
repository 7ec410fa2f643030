"""Passages that are like one."""

import math
from collections import Counter

import tantivy

from bot.document import Excerpt
from bot.library.words import stems, words
from bot.search import closer
from bot.search.language import stemmed_in
from bot.search.ranking import CANDIDATES
from bot.search.snapshot import Snapshot, all_of, any_of, within

TELLING = 12
"""Words of a passage that others are looked for by: those that tell most of what it is about."""


def more_like(
    excerpt: Excerpt, snapshot: Snapshot, *, workspace: str, limit: int
) -> list[tuple[Excerpt, float]]:
    """Return up to *limit* passages that are like *excerpt*, likest first, and how much, 0 to 1.

    What says the same is not among them.
    """
    counts = Counter(stems(words(excerpt.text), stemmed_in(excerpt.document.language)))
    weights = {stem: (1 + math.log(times)) * _rarity(stem, snapshot) for stem, times in counts.items()}
    telling = sorted(weights, key=lambda stem: (-weights[stem], stem))[:TELLING]
    this = snapshot.among([excerpt.id])
    itself = snapshot.best(this, 1)
    if not telling or not itself:
        return []
    clauses = [tantivy.Query.boost_query(snapshot.term("body", one), weights[one]) for one in telling]
    query = within(any_of(clauses), snapshot.limits(workspace), [this])
    found = [address for _, address in snapshot.best(query, CANDIDATES)]
    look = snapshot.forward.look(snapshot.numbers([itself[0][1], *found]))
    alike = closer.likeness(look, snapshot.forward)
    same = closer.copies(look, alike, 0)
    likeness = alike[0].round(4).tolist()
    order = sorted(range(1, len(likeness)), key=lambda row: (-likeness[row], row))
    told = [row for row in order if likeness[row] > 0 and row not in same][:limit]
    return [(snapshot.excerpt(found[row - 1]), likeness[row]) for row in told]


def around(excerpt: Excerpt, snapshot: Snapshot, *, beside: int) -> list[Excerpt]:
    """Return *excerpt* with so many of its document's passages before and behind it, in their order."""
    itself = snapshot.best(snapshot.among([excerpt.id]), 1)
    if not itself:
        return []
    number = snapshot.numbers([itself[0][1]])[0]
    # The passages of a document have numbers in a row.
    near = range(max(number - beside, 0), number + beside + 1)
    same = all_of([snapshot.term("document", excerpt.document.id), snapshot.numbered(near)])
    addresses = [address for _, address in snapshot.best(same, len(near))]
    told = sorted(zip(snapshot.numbers(addresses), addresses, strict=True), key=lambda one: one[0])
    return [snapshot.excerpt(address) for _, address in told]


def _rarity(stem: str, snapshot: Snapshot) -> float:
    there = snapshot.held(stem)
    return math.log1p(max(snapshot.size - there, 0.5) / (there + 0.5))
