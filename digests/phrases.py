"""What phrases a text holds: runs of words between plain words and punctuation, as they are written."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.library.words import CJK, is_cjk, singular, words
from digests.plain import BREAKS, PLAIN, is_adverb

LONGEST = 4
"""Words of a phrase; a run of capitalised words is one name and may have up to LONGEST_NAME."""

LONGEST_NAME = 7

HEADLINE = 4
"""Words of a sentence that, little words aside, has capitals only: it is a headline, they tell nothing."""

Key = tuple[str, ...]
"""The words of a phrase as they are counted: folded, singular, names by the first of their group."""

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

    def __init__(self, given: dict[str, str]) -> None:
        super().__init__(given)
        self.canonical: dict[str, str] = {}

    def __missing__(self, token: str) -> str:
        word = _folded(token)
        self[token] = word = self.canonical.get(word, word)
        return word


class Names:
    """Groups of names for the same thing, in any script, the first of each being the one to print."""

    def __init__(self, groups: Iterable[Sequence[str]] = ()) -> None:
        self._tokens = re.compile(_LATIN)
        self._folds = _Folds({})
        self._long: dict[str, list[tuple[Key, str]]] = {}
        self._first: dict[str, str] = {}
        runs: list[str] = []
        for group in groups:
            element = " ".join(map(singular, words(group[0]))) or group[0]
            self._first[element] = group[0]
            for name in group:
                self._add(name, element, runs)
        runs.sort(key=len, reverse=True)
        self._tokens = re.compile("|".join([*map(re.escape, runs), f"[{CJK}]", _LATIN]))

    def _add(self, name: str, element: str, runs: list[str]) -> None:
        folded = tuple(map(singular, words(name)))
        if is_cjk(name):
            runs.append(name)
            self._folds[name] = element
        elif len(folded) > 1:
            self._long.setdefault(folded[0], []).append((folded, element))
        elif name.isupper() and folded[0] in PLAIN:  # US is a country, us is not.
            self._folds.update({name: element, f"{'.'.join(name)}.": element})
        else:
            self._folds.canonical[folded[0]] = element

    def printed(self, key: Key) -> str | None:
        """Return the name to print for *key*, if it is one of a group."""
        return self._first.get(key[0]) if len(key) == 1 else None

    def folded(self, text: str) -> list[str]:
        """Return the words of *text* as phrases count them; '' is what separates phrases."""
        told = list(map(self._folds.__getitem__, self._tokens.findall(text)))
        if self._long.keys().isdisjoint(told):
            return told
        return [element for element, _at, _end in self._joined(told)]

    def units(self, text: str) -> list[Unit]:
        """Return the words of *text* as `folded` does, and where they stand."""
        places = [match.span() for match in self._tokens.finditer(text)]
        told = [self._folds[text[start:end]] for start, end in places]
        return [Unit(word, places[at][0], places[end - 1][1]) for word, at, end in self._joined(told)]

    def _joined(self, told: Sequence[str]) -> Iterator[tuple[str, int, int]]:
        at = 0
        while at < len(told):
            element, length = self._name_at(told, at)
            yield element, at, at + length
            at += length

    def _name_at(self, told: Sequence[str], at: int) -> tuple[str, int]:
        for name, element in self._long.get(told[at], ()):
            if tuple(told[at : at + len(name)]) == name:
                return element, len(name)
        return told[at], 1


def phrases_in(text: str, names: Names, *, wanted: Collection[Key] | None = None) -> Iterator[Occurrence]:
    """Yield every phrase of *text* (or those *wanted*), the shorter ones within longer ones too."""
    units = names.units(text)
    is_name = _capitals(text, units)
    for start in range(len(units)):
        for end in range(start + 1, min(start + LONGEST_NAME, len(units)) + 1):
            if not units[end - 1].word:
                break
            if end - start > LONGEST and not all(is_name[start:end]):
                break
            if wanted is None or tuple(unit.word for unit in units[start:end]) in wanted:
                yield _occurrence(text, units, is_name, start, end)


def _occurrence(
    text: str, units: Sequence[Unit], is_name: Sequence[bool], start: int, end: int
) -> Occurrence:
    """Return the phrase that the *units* from *start* to *end* make."""
    left = start > 0 and bool(units[start - 1].word) and is_name[start - 1] and is_name[start]
    right = end < len(units) and bool(units[end].word) and is_name[end - 1] and is_name[end]
    beside = [text[unit.start : unit.end].lower() for unit in units[max(0, start - 1) : end + 1]]
    return Occurrence(
        tuple(unit.word for unit in units[start:end]),
        " ".join(text[units[start].start : units[end - 1].end].split()),
        cuts=(left and not _opens(text, units, start - 1)) or right,
        opens=_opens(text, units, start) or (text[units[start].start].isupper() and not is_name[start]),
        before=beside[0] if start else "",
        after=beside[-1] if end < len(units) else "",
        left=units[start - 1].word if start else "",
        goes_on=end < len(units) and bool(units[end].word),
        at=units[start].start,
    )


def _opens(text: str, units: Sequence[Unit], at: int) -> bool:
    return at == 0 or text[units[at - 1].end - 1] in _SENTENCE_END


def _capitals(text: str, units: Sequence[Unit]) -> list[bool]:
    """Tell of each unit whether its capital makes it a part of a name; in a headline none does."""
    capitals = [bool(unit.word) and text[unit.start].isupper() for unit in units]
    begin = 0
    for at in range(1, len(units) + 1):
        if at == len(units) or _opens(text, units, at):
            of_words = [place for place in range(begin, at) if units[place].word]
            small = sum(text[unit.start].islower() for unit in units[begin:at])
            is_headline = len(of_words) >= max(HEADLINE, 3 * small)
            if is_headline and all(capitals[place] for place in of_words):
                capitals[begin:at] = [False] * (at - begin)
            begin = at
    return capitals


def _folded(token: str) -> str:
    """Return what *token* counts as: '' for what separates phrases."""
    if not _WORD.match(token) or is_cjk(token):
        return ""
    told = "".join(words(token))
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
