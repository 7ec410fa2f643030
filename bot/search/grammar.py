"""The one grammar of questions, for Slack, the command line and subscriptions.

all     = either*
either  = one (OR one)*          OR, also |, joins what stands next to it; AND says nothing more
one     = (- | NOT)* ( "(" all ")" | field | "phrase" | prefix* | word )
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import process

from bot.config import Topic
from bot.errors import QueryError
from bot.library.words import STOP_WORDS, is_cjk, spans, words
from bot.search import fields
from bot.search.parts import (
    AllOf,
    AnyOf,
    Not,
    Part,
    Phrase,
    Prefix,
    Word,
    all_of,
    any_of,
    asks,
    is_one_thing,
    none_of,
    told,
)
from bot.search.tokens import MOST_DEPTH, Token, shallow, tokens

MOST_WORDS = 64
"""Words of one question that are looked for; the first tell what it is about."""

MOST_COMMON = 2
"""Phrases of nothing but stop words: each has to be looked for in all there is."""

BEGINNING = 8
"""As how many words the beginning of one counts: it stands for dozens."""

LEAST_START = 2
"""Letters of the shortest beginning of words that is looked for: one begins too many."""

_PUNCTUATION = ".,;:!?()[]{}'’"
_LIKE_FIELD = re.compile(r"([A-Za-z]{2,20}):(?=[^\W\d_]|$)")
_BOLD = re.compile(r"\*+[^*]+\*+")
_STAR = "A * stands for the rest of a word, at its end and outside quotes; elsewhere it was left out."


@dataclass(frozen=True, slots=True)
class _Typed:
    """What was typed without a space: mostly one word."""

    words: tuple[Word, ...]
    text: str

    @property
    def telling(self) -> list[Word]:
        """Its words that carry a subject."""
        return [word for word in self.words if word.word not in STOP_WORDS]

    @property
    def whole(self) -> Part:
        """It as one thing."""
        if len(self.words) == 1:
            return self.words[0]
        return Phrase(tuple(word.word for word in self.words), self.text)


_Item = _Typed | Part


class Reader:
    """Reads one question; `notes` are what it has to tell of how it read it."""

    def __init__(self, topics: Mapping[str, Topic], today: date) -> None:
        self._topics = topics
        self._today = today
        self._tokens: list[Token] = []
        self._at = 0
        self._common = 0  # How many phrases of nothing but stop words it has read.
        self._left_out = 0  # In how many groups that are left out it is.
        self.notes: list[str] = []

    def read(self, text: str) -> tuple[list[Part], list[str]]:
        """Return the parts of a straight *text*, and what it asks for as it was typed.

        Raises QueryError for a topic, a language or a date that is none, and too many phrases of stop words.
        """
        typed = list(tokens(self._closed(text)))
        self._tokens, self._at = shallow(typed), 0
        if len(self._tokens) < len(typed):
            self.notes.append(f"Parentheses more than {MOST_DEPTH} deep were left out.")
        items: list[_Item] = []
        while self._at < len(self._tokens):
            items += self._all()
            if self._next("close"):
                self.notes.append("A parenthesis closed nothing; it was left out.")
        items = list(self._within_bounds(items))
        return list(_parts(items)), [text for item in items if (text := _subject(item))]

    def _closed(self, text: str) -> str:
        """Return *text* without a quote that nobody closed: it quotes nothing."""
        if text.count('"') % 2 == 0:
            return text
        self.notes.append("A quote was not closed; it was left out.")
        before, _, after = text.rpartition('"')
        # In -"fog it is still the fog that is left out.
        return f"{before}{after}" if re.search(r"(?<!\S)\W+$", before) else f"{before} {after}"

    def _within_bounds(self, items: Iterable[_Item]) -> Iterator[_Item]:
        """Yield *items* up to the last word that is looked for, and all that narrows the search."""
        left = MOST_WORDS
        items = list(items)
        if sum(_weight(item.part) for item in items if isinstance(item, Not)) > MOST_WORDS:
            raise QueryError(
                "That leaves out too much at once. Leave out fewer words and beginnings of words."
            )
        for item in items:
            if isinstance(item, _Typed):
                kept = item.telling[:left]
                if len(kept) < len(item.telling):
                    self.notes.append(f"Only the first {MOST_WORDS} words were looked for.")
                left -= len(kept)
                if kept:
                    yield _Typed(tuple(kept), item.text)
            elif isinstance(item, Not):
                yield item
            else:
                left -= _weight(item)
                if left < 0:
                    self.notes.append(
                        "There are too many alternatives and beginnings; the last were left out."
                    )
                else:
                    yield item

    def _next(self, kind: str) -> Token | None:
        """Return the next token if it is of this *kind*, and go past it."""
        if self._at < len(self._tokens) and self._tokens[self._at].kind == kind:
            self._at += 1
            return self._tokens[self._at - 1]
        return None

    def _all(self) -> list[_Item]:
        items: list[_Item] = []
        while self._at < len(self._tokens) and self._tokens[self._at].kind != "close":
            items += self._either()
        return items

    def _either(self) -> list[_Item]:
        options = [self._one()]
        while operator := self._next("or"):
            options.append(self._one())
            if not (options[-1] and any(options[:-1])):
                self.notes.append(f"“{operator.text}” had nothing to join; it was left out.")
        if len(options) == 1:
            return options[0]
        wholes = [whole for items in options if (whole := self._option(items))]
        return [any_of(wholes)] if wholes else []

    def _option(self, items: Sequence[_Item]) -> Part | None:
        """Return one of the things that OR joins; None if it asks for a word that stands everywhere."""
        whole = _whole(items)
        if self._left_out or not isinstance(whole, Word) or whole.word not in STOP_WORDS:
            return whole
        self.notes.append(f"“{whole.written}” stands everywhere and was left out; quote it to insist.")
        return None

    def _one(self) -> list[_Item]:
        while self._next("and"):
            pass
        minus = None
        while token := self._next("not"):  # However often it is said.
            minus = token
        self._left_out += minus is not None
        items = self._asked()
        self._left_out -= minus is not None
        if minus is None:
            return items
        if not items and minus.text.isalpha():
            self.notes.append(f"“{minus.text}” had nothing after it; it was left out.")
        whole = _whole(items)
        if isinstance(whole, Phrase) and len(whole.words) == 1:  # Any form of it is left out.
            whole = Word(whole.words[0], whole.written)
        return [*none_of(whole)] if whole else []

    def _asked(self) -> list[_Item]:
        if self._next("open"):
            items = self._all()
            if not self._next("close"):
                self.notes.append("A parenthesis was not closed; it was closed at the end.")
            return items
        if token := self._next("field"):
            part = fields.read(token, self._topics, self._today)
            if part is None:
                self.notes.append(_empty(token.field))
            return [part] if part else []
        if token := self._next("phrase"):
            self.notes += [_STAR] * ("*" in token.text)
            return self._phrase(tuple(words(token.text)))
        token = self._next("word")
        return self._word(token.text) if token else []

    def _phrase(self, found: tuple[str, ...]) -> list[_Item]:
        self._common += bool(found) and STOP_WORDS.issuperset(found)
        if self._common > MOST_COMMON:
            raise QueryError(
                f"At most {MOST_COMMON} phrases of nothing but words that stand everywhere can be looked for."
                " Add a word to each that tells more."
            )
        return [Phrase(found, f'"{" ".join(found)}"')] if found else []

    def _word(self, text: str) -> list[_Item]:
        """Return what a piece without syntax asks for."""
        if like := _LIKE_FIELD.match(text):
            name = like[1].lower()
            if name in fields.NAMES and like.end() == len(text):
                self.notes.append(_empty(name))
                return []
            if like.end() < len(text):
                self.notes.append(_no_field(like[1]))
        found = tuple(Word(one.word, text[one.start : one.end]) for one in spans(text))
        typed = _Typed(found, text.strip(_PUNCTUATION))
        if "*" in text and not _BOLD.fullmatch(typed.text):
            return self._starred(typed)
        return [typed] if found else []

    def _starred(self, typed: _Typed) -> list[_Item]:
        """Return any word that begins so, where a star says that at the end of one word."""
        bare = typed.text.rstrip("*")
        if len(typed.words) != 1 or bare == typed.text or "*" in bare:
            self.notes.append(_STAR)
            return [typed] if typed.words else []
        start = typed.words[0].word
        if is_cjk(start) and len(start) > 1:  # Which is found wherever it stands.
            return [typed]
        if len(start) >= LEAST_START or is_cjk(start):
            return [Prefix(start, typed.text)]
        self.notes.append(f"“{typed.text}” is too short to begin words; it was read as “{bare}”.")
        return [typed]


def _parts(items: Iterable[_Item]) -> Iterator[Part]:
    """Yield the parts that *items* are: groups of all are no groups."""
    for item in items:
        if isinstance(item, _Typed):
            yield from item.telling
        elif isinstance(item, AllOf):
            yield from _parts(item.parts)
        else:
            yield item


def _weight(part: Part) -> int:
    """Return as how many words *part* counts: the beginning of a word as several.

    Groups that are more than alternatives of words and phrases count twice, as each of their parts is looked
    for and ranked on its own; so does what a part of them leaves out, as nearly all that there is lacks it.
    """
    match part:
        case Prefix():
            return BEGINNING
        case AnyOf() | AllOf():
            return sum(map(_weight, part.parts)) * (1 if is_one_thing(part) else 2)
        case Not():
            return 2 * _weight(part.part)
        case _:
            return int(isinstance(part, Word | Phrase))


def _whole(items: Sequence[_Item]) -> Part | None:
    """Return *items* as one part; None if they ask for nothing."""
    if len(items) == 1 and isinstance(items[0], _Typed):
        return items[0].whole
    parts = list(_parts(items))
    return all_of(parts) if parts else None


def _subject(item: _Item) -> str:
    """Return what *item* asks for as a person reads it; '' for what only narrows the search."""
    if isinstance(item, _Typed):
        return item.text
    is_subject = is_one_thing(item) or (asks(item) and hasattr(item, "parts"))
    return told(item) if is_subject else ""


def _empty(name: str) -> str:
    return f"“{name}:” has nothing right after it; it was left out."


def _no_field(name: str) -> str:
    near = process.extractOne(name.lower(), fields.NAMES, score_cutoff=70)
    hint = f"Did you mean {near[0]}:?" if near else f"Fields are {', '.join(fields.NAMES)}."
    return f"“{name}:” is no field; it was searched for as words. {hint}"
