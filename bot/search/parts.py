"""What a question is made of: words, phrases, fields, and what joins them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from bot.search.period import Span


@dataclass(frozen=True, slots=True)
class Word:
    """A word in any form: as it is looked up, and as it was typed."""

    word: str
    written: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any word that begins so: `semicon*`."""

    start: str
    written: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words side by side, as they are: in quotes, or typed as one where one thing is meant, as `GPT-4`."""

    words: tuple[str, ...]
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Topics:
    """One of some declared topics."""

    names: tuple[str, ...]
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Sources:
    """One of some sources: a source has all words of its name."""

    names: tuple[tuple[str, ...], ...]
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Languages:
    """One of some languages, by their codes."""

    names: tuple[str, ...]
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Dated:
    """The document's date: `after` counts in, `before` does not. What has no date is neither."""

    after: date | None = None
    before: date | None = None
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Added:
    """When it arrived."""

    span: Span
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of its parts."""

    parts: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of its parts; it only stands within an AnyOf or a Not."""

    parts: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """What its part is not."""

    part: "Part"


Named = Topics | Sources | Languages
Field = Named | Dated | Added
Part = Word | Prefix | Phrase | Field | AnyOf | AllOf | Not


def any_of(parts: Sequence[Part]) -> Part:
    """Return one of *parts*, at least one: `topic:a OR topic:b` is the field `topic:a,b`."""
    flat = [one for part in parts for one in (part.parts if isinstance(part, AnyOf) else (part,))]
    flat = list(dict.fromkeys(flat))
    named = [part for part in flat if isinstance(part, Named)]
    if len(named) == len(flat) and len({type(part) for part in named}) == 1:
        written = " OR ".join(part.written for part in named)
        names = tuple(name for part in named for name in part.names)
        return replace(named[0], names=names, written=written)  # type: ignore[arg-type]  # All of one kind.
    return flat[0] if len(flat) == 1 else AnyOf(tuple(flat))


def all_of(parts: Sequence[Part]) -> Part:
    """Return all of *parts*, at least one."""
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def none_of(part: Part) -> list[Part]:
    """Return what leaves *part* out: of several, each."""
    if isinstance(part, Not):
        return [part.part]
    return [Not(one) for one in part.parts] if isinstance(part, AnyOf) else [Not(part)]


def asks(part: Part) -> bool:
    """Tell whether *part* asks for something, and not only says what to leave out."""
    if isinstance(part, AnyOf | AllOf):
        return any(map(asks, part.parts))
    return not isinstance(part, Not)


def is_one_thing(part: Part) -> bool:
    """Tell whether *part* is one thing, however it is called: words, phrases, or one of several."""
    if isinstance(part, AnyOf):
        return all(isinstance(one, Word | Prefix | Phrase) for one in part.parts)
    return isinstance(part, Word | Prefix | Phrase)


def things(parts: Iterable[Part]) -> Iterator[Word | Prefix | Phrase]:
    """Yield the words, beginnings and phrases that *parts* ask for, in order."""
    for part in parts:
        if isinstance(part, AnyOf | AllOf):
            yield from things(part.parts)
        elif isinstance(part, Word | Prefix | Phrase):
            yield part


def told(part: Part) -> str:
    """Return *part* as a person reads it."""
    match part:
        case AnyOf():
            return f"({' OR '.join(map(told, part.parts))})"
        case AllOf():
            return f"({' '.join(map(told, part.parts))})"
        case Not():
            return f"-{told(part.part)}"
        case _:
            return part.written
