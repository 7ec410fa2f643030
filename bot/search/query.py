"""What people type, read into a Query. There is no wrong question but an empty one."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from bot.config import Topic
from bot.errors import QueryError
from bot.library.words import STOP_WORDS, words
from bot.search.fields import topic_query
from bot.search.grammar import MOST_WORDS, Reader
from bot.search.parts import (
    Added,
    AllOf,
    AnyOf,
    Dated,
    Languages,
    Not,
    Part,
    Phrase,
    Prefix,
    Sources,
    Topics,
    Word,
    asks,
    is_one_thing,
)
from bot.search.period import Span
from bot.search.tokens import straight

__all__ = ["Query", "parse", "topic_query"]

Kind = TypeVar("Kind", bound=Part)

OPERATORS = frozenset({"OR", "AND", "NOT"})

_PER_CENT = re.compile(r"\bper cent\b", re.IGNORECASE)

MOST_NOTES = 4
"""Notes on one question: who needs more has pasted something."""


@dataclass(frozen=True)
class Query:
    """A question: what it asks for and what it leaves out, in order, each a part of its own.

    Words and groups of words are softly combined, all else is required. `tokens` is what it asks for as it
    was typed, without what narrows it; `notes` are sentences on what was not read as it may have been meant.
    """

    text: str
    parts: tuple[Part, ...] = ()
    tokens: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its words as they are looked up, stop words left out."""
        return tuple(part.word for part in self.parts if isinstance(part, Word))

    @cached_property
    def written(self) -> tuple[str, ...]:
        """Its words as they were typed, one for one."""
        return tuple(part.written for part in self.parts if isinstance(part, Word))

    @cached_property
    def phrases(self) -> tuple[tuple[str, ...], ...]:
        """The words of each phrase, as they have to stand."""
        return tuple(part.words for part in self.parts if isinstance(part, Phrase))

    @property
    def requirements(self) -> tuple[Part, ...]:
        """What a passage has to match beside phrases and fields: groups that are more than one thing.

        A group of nothing but phrases is as exact as they are.
        """
        alternatives = [part for part in self.parts if isinstance(part, AnyOf)]
        return tuple(
            part
            for part in alternatives
            if not is_one_thing(part) or all(isinstance(one, Phrase) for one in part.parts)
        )

    @property
    def excluded(self) -> tuple[Part, ...]:
        """What a passage must not match."""
        return tuple(part.part for part in self.parts if isinstance(part, Not))

    @property
    def beginnings(self) -> frozenset[str]:
        """The beginnings of words of which a passage must have any, or none."""
        return frozenset(_beginnings((*self.requirements, *self.excluded)))

    @property
    def without(self) -> tuple[tuple[str, ...], ...]:
        """The words and phrases that are left out, in order."""
        told = [part for part in self.excluded if isinstance(part, Word | Phrase)]
        return tuple((part.word,) if isinstance(part, Word) else part.words for part in told)

    @property
    def topics(self) -> tuple[tuple[str, ...], ...]:
        """Groups of topics, of each of which one is asked for."""
        return tuple(part.names for part in self.parts if isinstance(part, Topics))

    @property
    def without_topics(self) -> tuple[str, ...]:
        """The topics that are left out."""
        return tuple(name for part in self.excluded if isinstance(part, Topics) for name in part.names)

    @property
    def sources(self) -> tuple[tuple[str, ...], ...]:
        """The words of each source that is asked for."""
        return tuple(name for part in self.parts if isinstance(part, Sources) for name in part.names)

    @property
    def without_sources(self) -> tuple[tuple[str, ...], ...]:
        """The words of each source that is left out."""
        return tuple(name for part in self.excluded if isinstance(part, Sources) for name in part.names)

    @property
    def languages(self) -> tuple[tuple[str, ...], ...]:
        """Groups of languages, of each of which one is asked for."""
        return tuple(part.names for part in self.parts if isinstance(part, Languages))

    @property
    def without_languages(self) -> tuple[str, ...]:
        """The languages that are left out."""
        return tuple(name for part in self.excluded if isinstance(part, Languages) for name in part.names)

    @property
    def after(self) -> date | None:
        """The first day that counts."""
        return next((part.after for part in self._last(Dated) if part.after), None)

    @property
    def before(self) -> date | None:
        """The first day that counts no more."""
        return next((part.before for part in self._last(Dated) if part.before), None)

    @property
    def added(self) -> Span | None:
        """When it arrived."""
        return next((part.span for part in self._last(Added)), None)

    @property
    def is_narrowed(self) -> bool:
        """Whether it asks for more than words and phrases."""
        return any(not is_one_thing(part) for part in self.parts)

    @property
    def subject(self) -> str:
        """What it asks for, without what narrows it, as a person reads it."""
        if len(self.tokens) == 1 and self.tokens[0].startswith("("):
            return self.tokens[0][1:-1]
        return " ".join(self.tokens)

    def _last(self, kind: type[Kind]) -> Iterator[Kind]:
        """Yield its fields of a *kind*, the last first: who says it again has changed his mind."""
        return (part for part in reversed(self.parts) if isinstance(part, kind))


def parse(text: str, *, topics: Mapping[str, Topic], today: date, most: int = 500) -> Query:
    """Return the question that *text* asks; of a text longer than *most* characters, its beginning.

    Raises QueryError if it asks for nothing, or names a topic, a language or a date that is none.
    """
    if plain := _plain(text, most):
        return plain
    asked = (
        _PER_CENT.sub("percent", _cut(text, most)).encode("utf-8", "replace").decode()
    )  # Half a character is none.
    reader = Reader(topics, today)
    parts, tokens = reader.read(straight(asked))
    if not any(map(asks, parts)):
        raise QueryError(_nothing_to_look_for(asked, parts))
    notes = reader.notes
    if len(text) > most:  # Which may have cut a quote in two, and that is not the asker's doing.
        notes = [f"Only the first {most} characters were read.", *(n for n in notes if "closed" not in n)]
    return Query(asked, tuple(parts), tuple(tokens), tuple(dict.fromkeys(notes))[:MOST_NOTES])


def _beginnings(parts: Iterable[Part]) -> Iterator[str]:
    for part in parts:
        match part:
            case AnyOf() | AllOf():
                yield from _beginnings(part.parts)
            case Not():
                yield from _beginnings([part.part])
            case Prefix():
                yield part.start


def _plain(text: str, most: int) -> Query | None:
    """Return the question that a few words without syntax ask, as most do; None if it takes more to read."""
    typed = text.split()
    is_plain = text.isascii() and all(map(str.isalpha, typed)) and OPERATORS.isdisjoint(typed)
    if not is_plain or "per cent" in text.lower() or len(text) > most or len(typed) > MOST_WORDS:
        return None
    asked = [Word(word, written) for written in typed if (word := written.lower()) not in STOP_WORDS]
    return Query(text, tuple(asked), tuple(word.written for word in asked)) if asked else None


def _cut(text: str, most: int) -> str:
    """Return *text*, or its first *most* characters up to the end of a word."""
    if len(text) <= most:
        return text
    kept = text[: most + 1]
    end = next((at for at in range(most, 0, -1) if kept[at].isspace()), most)
    return kept[:end]


def _nothing_to_look_for(text: str, parts: Sequence[Part]) -> str:
    if parts:
        return "That only says what to leave out. Say what to look for as well."
    found = words(text)
    if found and STOP_WORDS.issuperset(found):
        common = " ".join(found)[:60]
        return f"{common!r} is all words that stand everywhere. Quote them, or add one that tells more."
    return "There is no word in that to look for. Type a few that would stand in the text."
