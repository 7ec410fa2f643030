"""Questions that a library is asked: words of one of its excerpts, as frequent as they are, or common ones."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from bot.library.words import STOP_WORDS, words
from bot.store.library import Library

SAMPLE = 2000
"""Documents whose excerpts are read for their words."""

COMMON = slice(50, 200)
"""Ranks, by the excerpts that hold them, of the very common among words that carry a subject."""

TRIES = 1000
"""Draws for each question that is wanted: a small library has fewer of one word than are asked for."""

Draw = Callable[[random.Random], Sequence[str]]


def questions(library: Library, *, each: int, seed: int) -> Mapping[str, list[str]]:
    """Return up to *each* different questions of each class: one word, few, many, and common ones."""
    chance = random.Random(seed)  # noqa: S311 - words, not secrets
    excerpts = list(_excerpts(library, chance))
    common = [word for word, _ in Counter(word for held in excerpts for word in set(held)).most_common()]
    draws: dict[str, Draw] = {
        "one": lambda chance: _of_one(excerpts, 1, chance),
        "few": lambda chance: _of_one(excerpts, chance.choice((2, 3)), chance),
        "many": lambda chance: _of_one(excerpts, chance.randint(8, 12), chance),
        "common": lambda chance: sorted(chance.sample(common[COMMON], 3)),
    }
    return {name: _different(draw, each, chance) for name, draw in draws.items()}


def _excerpts(library: Library, chance: random.Random) -> Iterator[list[str]]:
    """Yield the words that carry a subject of some documents' excerpts."""
    upto = library.state().revision
    for revision in sorted(chance.sample(range(upto), min(SAMPLE, upto))):
        for change in library.changes(revision, limit=1):
            for excerpt in change.excerpts:
                yield [word for word in words(excerpt.text) if word not in STOP_WORDS]


def _of_one(excerpts: Sequence[Sequence[str]], many: int, chance: random.Random) -> Sequence[str]:
    """Return *many* different words of one excerpt; none if it has fewer."""
    held = chance.choice(excerpts)
    drawn = list(dict.fromkeys(chance.sample(held, len(held))))
    return drawn[:many] if len(drawn) >= many else ()


def _different(draw: Draw, each: int, chance: random.Random) -> list[str]:
    asked: dict[str, None] = {}
    for _ in range(TRIES * each):
        if told := draw(chance):
            asked[" ".join(told)] = None
        if len(asked) == each:
            break
    return list(asked)
