"""How a phrase is written, and whether what is written is a phrase: no verb, no half of a name."""

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping

from bot.library.words import singular
from digests.themes.phrases import Key, Names, Occurrence, Phrase, phrases_in
from digests.themes.plain import PLAIN, is_adverb, is_common, ranks

_BEFORE_VERBS = frozenset(
    """to will would can could may might must should shall not they we he she it i you who which that has have
    had having was were is are be been being also often more most very so too as""".split()  # noqa: SIM905 - 45 lines
)
_BEFORE_NOUNS = frozenset(
    "the a an of its their his her our this these those in for on by with from at 's ’s".split()  # noqa: SIM905 - 20 lines
)
_AFTER_VERBS = frozenset(
    "the a an its their his her our this these it them him us that".split()  # noqa: SIM905 - 15 lines
)

WIDE = 0.15
"""The share of passages above which a word is one of the whole library."""

FEWEST = 20
"""Passages below which no word is taken for one of the whole library."""

WITHIN = 0.8
"""The share of its places, or documents, from which on a phrase is left to a longer one that it stands in."""

BESIDE = 1 / 3
"""The share of its places from which on a word hardly stands without a word of the whole library."""

ADJECTIVE = 0.85
"""The share of its places at which a word is followed by what it belongs to: green (energy, data)."""

NOUN = 0.15
"""The share of its places at which a word that English knows must end its run, as nouns do now and then."""


class Wording:
    """What is seen of one phrase where it stands."""

    def __init__(self) -> None:
        self._left: dict[str, int] = defaultdict(int)  # A Counter takes five times as long to make.
        self._forms: dict[str, int] = defaultdict(int)
        self._opening: dict[str, int] = defaultdict(int)
        self._names = self._cuts = self._verbs = self._nouns = self._lasts = self._goes_on = self.seen = 0
        self.first = sys.maxsize

    def add(self, occurrence: Occurrence) -> None:
        """See the phrase once more."""
        (self._opening if occurrence.opens else self._forms)[occurrence.surface] += 1
        self._left[occurrence.left] += 1
        self.seen += 1
        self.first = min(self.first, occurrence.at)
        self._cuts += occurrence.cuts
        self._goes_on += occurrence.goes_on
        is_verb = occurrence.before in _BEFORE_VERBS or occurrence.after in _AFTER_VERBS
        self._verbs += is_verb
        is_last = not (is_verb or occurrence.goes_on)
        self._nouns += is_last or (not is_verb and occurrence.before in _BEFORE_NOUNS)
        self._lasts += is_last
        self._names += not occurrence.opens and all(
            word[0].isupper() for word in occurrence.surface.replace("-", " ").split()
        )

    def beside(self, words: frozenset[str]) -> float:
        """Return at what share of its places it follows one of *words*."""
        return sum(count for word, count in self._left.items() if word in words) / self.seen

    def is_name(self, key: Key, names: Names) -> bool:
        """Tell whether it is written with capitals mostly."""
        return names.printed(key) is not None or 2 * self._names > sum(self._forms.values())

    def phrase(self, key: Key, names: Names) -> Phrase | None:
        """Return the phrase in the form that is written most; None for what nobody would name."""
        surface = names.printed(key) or self._surface()
        if 3 * self._cuts > 2 * self.seen or (
            not self.is_name(key, names) and not self._is_noun(key, surface)
        ):
            return None
        return Phrase(key, surface)

    def _surface(self) -> str:
        forms = self._forms or self._opening
        surface = min(forms, key=lambda form: (-forms[form], form))
        is_known = singular(surface.split()[0].lower()) in ranks()
        # What only ever opens sentences is a name if English does not know it: Villagers are none.
        return surface if self._forms or not is_known else surface[0].lower() + surface[1:]

    def _is_noun(self, key: Key, surface: str) -> bool:
        last = surface.lower().replace("-", " ").split()[-1]
        if not PLAIN.isdisjoint(key) or last.endswith("ed") or self._goes_on >= ADJECTIVE * self.seen:
            return False
        if len(key) > 1:
            return 2 * self._verbs <= self.seen
        if last.endswith("ing") or is_adverb(last):
            return False
        is_new = key[0] not in ranks()
        return is_new or (self._nouns > self._verbs and self._lasts >= NOUN * self.seen)


def wordings(texts: Iterable[str], wanted: Iterable[Key], names: Names) -> dict[Key, Wording]:
    """Return how the *wanted* phrases and each of their words are written in *texts*."""
    keys = {part for key in wanted for part in (key, *((word,) for word in key))}
    seen: dict[Key, Wording] = defaultdict(Wording)
    by_first: dict[str, set[Key]] = defaultdict(set)
    for key in keys:
        by_first[key[0]].add(key)
    for text in texts:
        for occurrence in phrases_in(text, names, wanted=by_first):
            seen[occurrence.key].add(occurrence)
    return dict(seen)


def wide(passages: Mapping[str, int], held: int) -> frozenset[str]:
    """Return the words of a whole library: *passages* counts in how many of those *held* each stands."""
    if held < FEWEST:
        return frozenset()
    return frozenset(word for word, count in passages.items() if count > WIDE * held)


def is_generic(key: Key, wide: frozenset[str], seen: Mapping[Key, Wording]) -> bool:
    """Tell whether *key* says no more than the library as a whole.

    *wide* are the words of the whole library. A word that English is full of names nothing beside one of
    them (AI solutions); nor does one that hardly stands without them (AI landscape).
    """
    told = [word for word in key if word not in wide]
    if len(told) == len(key) > 1:
        return False
    is_known = all((word,) in seen for word in told)
    return all(
        (len(key) > 1 and is_common(word)) or (is_known and seen[word,].beside(wide) > BESIDE)
        for word in told
    )


def most_within(counts: Mapping[Key, int]) -> dict[Key, int]:
    """Return of each key that stands within longer ones of *counts* the highest count of these."""
    most: dict[Key, int] = {}
    for longer, count in counts.items():
        for length in range(1, len(longer)):
            for at in range(len(longer) - length + 1):
                key = longer[at : at + length]
                most[key] = max(count, most.get(key, 0))
    return most


def holds(longer: Key, shorter: Key) -> bool:
    """Tell whether the words of *shorter* stand in *longer*, in a row."""
    width = len(shorter)
    return any(longer[at : at + width] == shorter for at in range(len(longer) - width + 1))
