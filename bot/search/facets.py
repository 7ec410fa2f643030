"""What the answers to a question are spread over: topics, sources and years."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from bot.document import Excerpt

Key = TypeVar("Key", str, int)


@dataclass(frozen=True, slots=True)
class Facets:
    """How many of `counted` answers bear each topic, are of each source and of each year; most first.

    What states no source or no date is in none. `is_all` tells whether all answers were counted.
    """

    counted: int
    is_all: bool
    topics: Mapping[str, int]
    sources: Mapping[str, int]
    years: Mapping[int, int]


def facets_of(excerpts: Iterable[Excerpt], *, is_all: bool) -> Facets:
    """Return what *excerpts* are spread over."""
    topics: Counter[str] = Counter()
    sources: Counter[str] = Counter()
    years: Counter[int] = Counter()
    counted = 0
    for excerpt in excerpts:
        counted += 1
        document = excerpt.document
        topics.update(excerpt.topics)
        sources.update(filter(None, [document.publisher or document.author]))
        years.update([document.date.year] if document.date else [])
    return Facets(counted, is_all, _most_first(topics), _most_first(sources), _most_first(years))


def _most_first(counts: Counter[Key]) -> dict[Key, int]:
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
