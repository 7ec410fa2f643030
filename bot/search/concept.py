"""What a question asks for, as it is looked for: values that meaning makes and ranking reads."""

from dataclasses import dataclass
from functools import lru_cache

from bot.library.words import STOP_WORDS, stem
from bot.search.forward import term_of


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to say it: a word in any form, or several side by side as they are; and what it counts."""

    words: tuple[str, ...]
    weight: float = 1.0
    languages: tuple[str, ...] = ("en",)

    @property
    def stems(self) -> tuple[tuple[str, ...], ...]:
        """The stems of each word that carries a subject, one for each of `languages` where they differ."""
        return _stems(self.words, self.languages)

    @property
    def terms(self) -> list[list[int]]:
        """What stands for `stems` in the forward index."""
        return [[term_of(stem) for stem in stems] for stems in self.stems]


@lru_cache(maxsize=10_000)
def _stems(words: tuple[str, ...], languages: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    told = [word for word in words if word not in STOP_WORDS] or words[:1]
    return tuple(tuple(dict.fromkeys(stem(word, language) for language in languages)) for word in told)


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that is asked for. `weight` is its rarity: how much a passage that has it tells."""

    typed: str
    alternatives: tuple[Alternative, ...]
    weight: float
    is_known: bool = True
    is_optional: bool = False
    """Whether it only ranks: it is required anyway, or one way of several to answer."""

    def __hash__(self) -> int:
        return hash(self.typed)


@dataclass(frozen=True, slots=True)
class Correction:
    """A word that was taken for another."""

    typed: str
    taken: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """The concepts of a question in order, and what was taken for something else."""

    concepts: tuple[Concept, ...]
    corrections: tuple[Correction, ...]
