"""What people type, read into a Query. There is no wrong question but an empty one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from rapidfuzz import process

from bot.config import Topic
from bot.errors import QueryError
from bot.library.words import STOP_WORDS, spans, words
from bot.search.period import Span, day_of, span_of

MOST_WORDS = 64
"""Words of one question that are looked for; the first tell what it is about."""

_QUOTES = re.compile("[“”„‟«»＂″]")
_MINUS = re.compile(r"(?<!\S)[−–—‐‑-]+(?=\S)")
_TOKEN = re.compile(
    r'(?P<minus>-)?(?:(?P<field>[A-Za-z]+):(?:"(?P<quoted>[^"]*)"|(?P<value>[^\s"]+))'
    r'|"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))'
)


@dataclass(frozen=True, slots=True)
class Query:
    """A question: its words in order, and what narrows it. Dates: `after` counts in, `before` does not.

    `words` are as they are looked up, stop words left out, and `written` as they were typed, one for
    one; `phrases` are sequences of words. Of each group of `topics` one is asked for.
    """

    text: str
    words: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    without: tuple[tuple[str, ...], ...] = ()
    topics: tuple[tuple[str, ...], ...] = ()
    without_topics: tuple[str, ...] = ()
    sources: tuple[tuple[str, ...], ...] = ()
    without_sources: tuple[tuple[str, ...], ...] = ()
    after: date | None = None
    before: date | None = None
    added: Span | None = None
    tokens: tuple[str, ...] = ()

    @property
    def is_narrowed(self) -> bool:
        """Whether it asks for more than words and phrases."""
        return bool(
            self.without
            or self.topics
            or self.without_topics
            or self.sources
            or self.without_sources
            or self.after
            or self.before
            or self.added
        )

    @property
    def subject(self) -> str:
        """What it asks for, without what narrows it, as a person reads it."""
        return " ".join([*self.tokens, *(f'"{" ".join(phrase)}"' for phrase in self.phrases)])


@dataclass(slots=True)
class _Parsing:
    """The fields of a Query while it is read."""

    words: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    phrases: list[tuple[str, ...]] = field(default_factory=list)
    without: list[tuple[str, ...]] = field(default_factory=list)
    topics: list[tuple[str, ...]] = field(default_factory=list)
    without_topics: list[str] = field(default_factory=list)
    sources: list[tuple[str, ...]] = field(default_factory=list)
    without_sources: list[tuple[str, ...]] = field(default_factory=list)
    dates: dict[str, date] = field(default_factory=dict)
    added: Span | None = None


def parse(text: str, *, topics: Mapping[str, Topic], today: date, most: int = 500) -> Query:
    """Return the question that *text* asks.

    Raises QueryError if it asks for nothing, is longer than *most* characters, or names a topic or a
    date that is none.
    """
    if len(text) > most:
        raise QueryError(f"The question has {len(text)} characters; at most {most} can be asked.")
    text = text.encode("utf-8", "replace").decode()  # Half a character is none.
    reading = _Parsing()
    straight = _MINUS.sub("-", _QUOTES.sub('"', text))
    if straight.count('"') % 2:  # A quote that nobody closed quotes nothing.
        straight = " ".join(straight.rsplit('"', 1))
    for token in _TOKEN.finditer(straight):
        _read(token, reading, topics, today)
    asks = reading.words, reading.phrases, reading.topics, reading.sources, reading.dates, reading.added
    if not any(asks):
        raise QueryError(_nothing_to_look_for(straight, reading))
    dates = reading.dates
    return Query(
        text=text,
        words=tuple(reading.words[:MOST_WORDS]),
        written=tuple(reading.written[:MOST_WORDS]),
        tokens=tuple(reading.tokens),
        phrases=tuple(reading.phrases),
        without=tuple(reading.without),
        topics=tuple(reading.topics),
        without_topics=tuple(reading.without_topics),
        sources=tuple(reading.sources),
        without_sources=tuple(reading.without_sources),
        after=dates.get("after"),
        before=dates.get("before"),
        added=reading.added,
    )


def _read(token: re.Match[str], reading: _Parsing, topics: Mapping[str, Topic], today: date) -> None:
    name = (token["field"] or "").lower()
    value = token["quoted"] if token["quoted"] is not None else token["value"]
    is_without = bool(token["minus"])
    if name == "topic" and value:
        named = tuple(_topic(name, topics) for name in value.split(",") if name.strip())
        if is_without:
            reading.without_topics += named
        elif named:
            reading.topics.append(named)
    elif name == "source" and (source := tuple(words(value or ""))):
        (reading.without_sources if is_without else reading.sources).append(source)
    elif name in {"after", "before"} and value and not is_without:
        reading.dates[name] = day_of(name, value, today)
    elif name == "added" and value and not is_without:
        reading.added = span_of(value, today)
    else:
        _read_words(token, reading, is_without=is_without)


def _read_words(token: re.Match[str], reading: _Parsing, *, is_without: bool) -> None:
    text = token[0].removeprefix("-")
    found = list(spans(text))
    if not found:
        return
    if is_without:
        reading.without.append(tuple(word.word for word in found))
    elif token["phrase"] is not None:
        reading.phrases.append(tuple(word.word for word in found))
    elif told := [word for word in found if word.word not in STOP_WORDS]:
        reading.words += [word.word for word in told]
        reading.written += [text[word.start : word.end] for word in told]
        reading.tokens.append(text.strip(".,;:!?()[]{}'’"))


def topic_query(topic: str) -> str:
    """Return the query for all of a topic; for any of several, parted by commas."""
    return f"topic:{_quoted(topic)}"


def _topic(value: str, topics: Mapping[str, Topic]) -> str:
    """Return the declared topic that *value* names, by its name or by an alias."""
    wanted = tuple(words(value))
    for name, topic in topics.items():
        if any(wanted == _words(known) for known in (name, *topic.aliases)):
            return name
    near = process.extractOne(value.lower(), list(topics), score_cutoff=60)
    hint = f"Did you mean {topic_query(near[0])}?" if near else f"There are {', '.join(topics) or 'none'}."
    raise QueryError(f"There is no topic {value!r}. {hint}")


@lru_cache(maxsize=1000)
def _words(name: str) -> tuple[str, ...]:
    """Return the words of a topic's name; a digest asks for each topic many times."""
    return tuple(words(name))


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name


def _nothing_to_look_for(text: str, reading: _Parsing) -> str:
    if reading.without or reading.without_topics or reading.without_sources:
        return "That only says what to leave out. Say what to look for as well."
    if found := words(text):
        common = " ".join(found)[:60]
        return f"{common!r} is all words that stand everywhere. Quote them, or add one that tells more."
    return "There is no word in that to look for."
