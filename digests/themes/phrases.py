"""What phrases a text holds: runs of words between plain words and punctuation, as they are written."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from bot.library.words import CJK, is_cjk, singular, words
from digests.themes.plain import BREAKS, PLAIN, is_adverb

LONGEST = 4
"""Words of a phrase; a run of capitalised words is one name and may have up to LONGEST_NAME."""

LONGEST_NAME = 7

KEPT = 100_000
"""Written words of which it is remembered what they count as."""

KEPT_TEXTS, KEPT_UNITS = 10_000, 5000
"""Texts of which the words are remembered, and those of which their places are too (9 KB each)."""

HEADLINE = 4
"""Words of a sentence that, little words aside, has capitals only: it is a headline, they tell nothing."""

Key = tuple[str, ...]
"""The words of a phrase as they are counted: folded, singular, names by the first of their group."""

_MOST = "[a-z]++(?= )"
"""Most words; looked for first, it saves a third of the time."""

_LATIN = (
    r"(?:[^\W\d_]\.){2,}"  # Initials: U.S.
    r"|['’ʼ][sS]\b"  # What follows a possessive is another phrase.
    rf"|[^\W_{CJK}]+(?:['’ʼ&](?![sS]\b)[^\W_{CJK}]+|[.,]\d+|-\d+\b)*"  # GPT-4 is one word.
    r"|\n|(?<!\w)-|-(?!\w)|[^\w\s-]|_"
)
_WORD = re.compile(r"[^\W_]")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th|s)")
_SENTENCE_END = frozenset('.!?:;\n•–—"“”*|')


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase: the key that all its forms share, and the form in which people write it."""

    key: Key
    surface: str


class Occurrence(NamedTuple):
    """A phrase at one place of a text: `at` characters from its begin.

    `cuts` says that it ends within a run of capitalised words, so within a name; `opens` that its first
    capital says nothing, at the begin of a sentence or in a headline. `before` and `after` are what stands
    beside it, in small letters, or ''; `left` is the word to the left, as
    keys have it, of the same run of words; `goes_on` says that the run goes on.
    """

    key: Key
    surface: str
    cuts: bool
    opens: bool
    before: str
    after: str
    left: str
    goes_on: bool
    at: int


class Unit(NamedTuple):
    """A word of a text, or several that are one name, or what separates phrases (then `word` is '')."""

    word: str
    start: int
    end: int


class _Folds(dict[str, str]):
    """What a written word counts as, looked up once for each."""

    def __init__(self) -> None:
        super().__init__()
        self.given: dict[str, str] = {}
        self.canonical: dict[str, str] = {}

    def __missing__(self, token: str) -> str:
        if token in self.given:
            return self.given[token]
        if len(self) >= KEPT:
            self.clear()
        word = _folded(token)
        self[token] = word = self.canonical.get(word, word)
        return word


class Names:
    """Groups of names for the same thing, in any script, the first of each being the one to print."""

    def __init__(self, groups: Iterable[Sequence[str]] = ()) -> None:
        self._tokens = re.compile(_LATIN)
        self._folds = _Folds()
        self._long: dict[str, list[tuple[Key, str]]] = {}
        self._first: dict[str, str] = {}
        self.forget()
        runs: list[str] = []
        for group in groups:
            element = " ".join(map(singular, words(group[0]))) or group[0]
            self._first[element] = group[0]
            for name in group:
                self._add(name, element, runs)
        runs.sort(key=len, reverse=True)
        self._tokens = re.compile("|".join([_MOST, *map(re.escape, runs), f"[{CJK}]", _LATIN]))

    def _add(self, name: str, element: str, runs: list[str]) -> None:
        folded = tuple(map(singular, words(name)))
        if is_cjk(name):
            runs.append(name)
            self._folds.given[name] = element
        elif len(folded) > 1:
            self._long.setdefault(folded[0], []).append((folded, element))
        elif name.isupper() and folded[0] in PLAIN:  # US is a country, us is not.
            self._folds.given.update({name: element, f"{'.'.join(name)}.": element})
        else:
            self._folds.canonical[folded[0]] = element

    def printed(self, key: Key) -> str | None:
        """Return the name to print for *key*, if it is one of a group."""
        return self._first.get(key[0]) if len(key) == 1 else None

    def forget(self) -> None:
        """Forget what was read: within a digest the same texts are looked at several times."""
        self.folded = lru_cache(maxsize=KEPT_TEXTS)(self._words_of)
        self.units = lru_cache(maxsize=KEPT_UNITS)(self._units_of)
        self.capitals = lru_cache(maxsize=KEPT_UNITS)(lambda text: _capitals(text, self.units(text)))

    def _words_of(self, text: str) -> Sequence[str]:
        """Return the words of *text* as phrases count them; '' is what separates phrases."""
        told = list(map(self._folds.__getitem__, self._tokens.findall(text)))
        for element, at, end in self._joined(told):
            told[at:end] = [element]
        return told

    def _units_of(self, text: str) -> Sequence[Unit]:
        """Return the words of *text* as `folded` does, and where they stand."""
        found = [
            Unit(self._folds[match[0]], match.start(), match.end()) for match in self._tokens.finditer(text)
        ]
        for element, at, end in self._joined([unit.word for unit in found]):
            found[at:end] = [Unit(element, found[at].start, found[end - 1].end)]
        return found

    def _joined(self, told: Sequence[str]) -> list[tuple[str, int, int]]:
        """Return where names of several words stand, the last first."""
        if self._long.keys().isdisjoint(told):
            return []
        found = []
        free = 0
        for at, word in enumerate(told):
            if at >= free and word in self._long and (here := self._name_at(told, at)):
                element, free = here
                found.append((element, at, free))
        return found[::-1]

    def _name_at(self, told: Sequence[str], at: int) -> tuple[str, int] | None:
        for name, element in self._long[told[at]]:
            if tuple(told[at : at + len(name)]) == name:
                return element, at + len(name)
        return None


def phrases_in(
    text: str, names: Names, *, wanted: Mapping[str, Collection[Key]] | None = None
) -> Iterator[Occurrence]:
    """Yield every phrase of *text* (or those *wanted*, by their first words), within longer ones too."""
    units = names.units(text)
    words = [unit.word for unit in units]
    starts = [at for at, word in enumerate(words) if wanted is None or word in wanted]
    is_name = names.capitals(text) if starts else []
    for start in starts:
        here = None if wanted is None else wanted[words[start]]
        for end in range(start + 1, min(start + LONGEST_NAME, len(units)) + 1):
            if not words[end - 1]:
                break
            if end - start > LONGEST and not all(is_name[start:end]):
                break
            key = tuple(words[start:end])
            if here is None or key in here:
                yield _occurrence(text, units, is_name, key, start)


def _occurrence(
    text: str, units: Sequence[Unit], is_name: Sequence[bool], key: Key, start: int
) -> Occurrence:
    """Return the phrase *key* that the *units* from *start* on make."""
    end = start + len(key)
    left = start > 0 and bool(units[start - 1].word) and is_name[start - 1] and is_name[start]
    right = end < len(units) and bool(units[end].word) and is_name[end - 1] and is_name[end]
    return Occurrence(
        key,
        " ".join(text[units[start].start : units[end - 1].end].split()),
        cuts=(left and not _opens(text, units, start - 1)) or right,
        opens=_opens(text, units, start) or (text[units[start].start].isupper() and not is_name[start]),
        before=_written(text, units[start - 1]) if start else "",
        after=_written(text, units[end]) if end < len(units) else "",
        left=units[start - 1].word if start else "",
        goes_on=end < len(units) and bool(units[end].word),
        at=units[start].start,
    )


def _written(text: str, unit: Unit) -> str:
    return text[unit.start : unit.end].lower()


def _opens(text: str, units: Sequence[Unit], at: int) -> bool:
    return at == 0 or text[units[at - 1].end - 1] in _SENTENCE_END


def _capitals(text: str, units: Sequence[Unit]) -> Sequence[bool]:
    """Tell of each unit whether its capital makes it a part of a name; in a headline none does."""
    capitals = [bool(word) and text[start].isupper() for word, start, _end in units]
    begin = 0
    for at in range(1, len(units) + 1):
        if at == len(units) or _opens(text, units, at):
            if _is_headline(text, units[begin:at], capitals[begin:at]):
                capitals[begin:at] = [False] * (at - begin)
            begin = at
    return capitals


def _is_headline(text: str, sentence: Sequence[Unit], capitals: Sequence[bool]) -> bool:
    count = sum(1 for unit in sentence if unit.word)
    if count < HEADLINE or sum(capitals) < count:  # Only words have capitals.
        return False
    return count >= 3 * sum(text[unit.start].islower() for unit in sentence)


def _folded(token: str) -> str:
    """Return what *token* counts as: '' for what separates phrases."""
    if not _WORD.match(token) or is_cjk(token):
        return ""
    told = token.lower() if token.isascii() and token.isalpha() else "".join(words(token))
    word = singular(told)
    if (
        len(word) < 2
        or _ORDINAL.fullmatch(told)
        or not re.search(r"[^\W\d_]", word)
        or not BREAKS.isdisjoint((told, word))
    ):
        return ""
    is_capital = token[0].isupper()
    is_plain = told in PLAIN or word in PLAIN or is_adverb(told)
    return "" if is_plain and not is_capital else word
