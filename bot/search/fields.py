"""The fields of a question: `topic:`, `source:`, `lang:`, `after:`, `before:`, `added:`."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache

from rapidfuzz import process

from bot.config import Topic
from bot.errors import QueryError
from bot.library.words import words
from bot.search.language import code_of
from bot.search.parts import Added, Dated, Field, Languages, Sources, Topics
from bot.search.period import day_of, span_of
from bot.search.tokens import Token

NAMES = ("topic", "source", "lang", "after", "before", "added")

_COMMA = re.compile("[,，、;]")
_WRITTEN = {"value": "{}", "quoted": '"{}"', "group": "({})"}
_OR = re.compile(r"(?<!\S)OR(?!\S)|[|]+")


def read(token: Token, topics: Mapping[str, Topic], today: date) -> Field | None:
    """Return what a field asks for; None if it has no value.

    Raises QueryError for a topic, a language or a date that is none.
    """
    values, written = list(_values(token)), f"{token.field}:{_WRITTEN[token.written].format(token.text)}"
    if not values:
        return None
    match token.field:
        case "topic":
            return Topics(tuple(_topic(value, topics) for value in values), written)
        case "lang":
            return Languages(tuple(map(_language, values)), written)
        case "source":
            names = tuple(name for value in values if (name := tuple(words(_without_scheme(value)))))
            return Sources(names, written) if names else None
        case "added":
            return Added(span_of(values[0], today), written)
        case name:
            day = day_of(name, values[0], today)
            return Dated(day, None, written) if name == "after" else Dated(None, day, written)


def _values(token: Token) -> Iterator[str]:
    """Yield the values that are told apart by commas, or by OR within parentheses.

    In quotes a source is one, for titles have commas; a day is always one.
    """
    pieces = _OR.split(token.text) if token.written == "group" else [token.text]
    if token.field in {"topic", "lang"} or (token.field == "source" and token.written != "quoted"):
        pieces = [piece for one in pieces for piece in _COMMA.split(one)]
    return (piece for one in pieces if (piece := one.strip().strip('"').strip()))


def _without_scheme(value: str) -> str:
    return re.sub(r"^https?://(www\.)?", "", value, flags=re.IGNORECASE)


def _language(value: str) -> str:
    if code := code_of(value):
        return code
    raise QueryError(
        f"lang:{value[:60]} is no language. Write its code or its English name, as lang:en or lang:German."
    )


def _topic(value: str, topics: Mapping[str, Topic]) -> str:
    """Return the declared topic that *value* names, by its name or by an alias."""
    wanted = tuple(words(value))
    for name, topic in topics.items():
        if any(wanted == _words(known) for known in (name, *topic.aliases)):
            return name
    near = process.extractOne(value.lower(), list(topics), score_cutoff=60)
    hint = f"Did you mean {topic_query(near[0])}?" if near else f"There are {', '.join(topics) or 'none'}."
    raise QueryError(f"There is no topic {value[:60]!r}. {hint}")


def topic_query(topic: str) -> str:
    """Return the query for all of a topic; for any of several, parted by commas."""
    return f'topic:"{topic}"' if " " in topic else f"topic:{topic}"


@lru_cache(maxsize=1000)
def _words(name: str) -> tuple[str, ...]:
    """Return the words of a topic's name; a digest asks for each topic many times."""
    return tuple(words(name))
