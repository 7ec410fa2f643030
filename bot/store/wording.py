"""The words of a text as its reprints share them: without marks, capitals, widths; and its sketch.

A sketch is the least of the hashes of a text's runs of words (bottom-k: Cohen and Kaplan 2007). Of two
texts that have most runs in common the sketches have some, so that an index of hashes finds one by the other.
"""

import hashlib
import heapq
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple
from zlib import crc32

RUN = 4
"""Words, or characters of scripts without spaces, in a run: three stand side by side by chance."""

SKETCHED = 8
"""Words in a run that is hashed for a sketch: shorter ones stand in many a report."""

SKETCH = 12
"""Hashes of a sketch: where a fourth of all runs is common to both, 97 of 100 pairs have one in common."""

SHORTEST = 40
"""Words of the shortest text that is told by its runs; a shorter one is a copy only if it is the same."""

LONGEST = 20_000
"""Words of the longest one: nobody reprints a book with changes."""

_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_NUMERALS = "〇一二三四五六七八九十百千万亿萬億"
_TOKEN = re.compile(
    r"%|(?i:\bper cent\b)"
    r"|\d+(?:[.,]\d+)*"
    rf"|[{_CJK}]"
    rf"|(?:[^\W\d_{_CJK}]\.){{2,}}"
    rf"|[^\W\d_{_CJK}]+(?:'[^\W\d_{_CJK}]+)*"
)
_THOUSANDS = re.compile(r",(?=\d{3}(?:\D|$))")
_SAME = str.maketrans("’ʼ‘＇", "''''")
_JOINTS = str.maketrans("", "", "'.")
_ENDS = '.!?:;"“”)–—-•\n'
"""A word behind one of these may begin a sentence."""

_NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve"
_OTHERWISE = {
    **{word: str(number) for number, word in enumerate(_NUMBERS.split())},
    "%": "percent",
    "per cent": "percent",
    "says": "said",
    "nil": "0",
}
"""What is written in another way from one agency to the next."""

_UNITS = {"m": "million", "mn": "million", "mln": "million", "bn": "billion", "tn": "trillion"}


class Word(NamedTuple):
    """A word as it is compared; whether it was written with a capital, and where that makes it a name."""

    text: str
    has_capital: bool
    is_name: bool

    @property
    def is_figure(self) -> bool:
        """Tell whether it is a number, in digits or as a Chinese one."""
        return self.text[0].isdigit() or self.text[0] in _NUMERALS

    @property
    def is_small(self) -> bool:
        """Tell whether it could have a capital and has none: a sentence goes on with it."""
        return self.text[0].islower() and not self.has_capital


@dataclass(frozen=True)
class Wording:
    """A text as its words; make it by `wording`."""

    text: str

    @cached_property
    def told(self) -> tuple[str, ...]:
        """The words in order, the same however they are written: 5m and 5 million, 4,500 and 4500."""
        tokens = _TOKEN.findall(self.text)
        told = [_folded(token) for token in tokens]
        for at in range(1, len(told)):
            if told[at] in _UNITS and told[at - 1][0].isdigit():
                told[at] = _UNITS[told[at]]
        return tuple(told)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words with what they were written like: it takes longer, and only few texts need it."""
        found = _TOKEN.finditer(self.text)
        capitals = ((token[0] != token[0].lower(), token) for token in found)
        return tuple(
            Word(word, is_capital, is_capital and not _begins(token))
            for word, (is_capital, token) in zip(self.told, capitals, strict=True)
        )

    @cached_property
    def runs(self) -> frozenset[str]:
        """All runs; of a text with fewer words, all of it."""
        return frozenset(_runs(self.told, RUN))

    @property
    def is_short(self) -> bool:
        """Tell whether it is too short to be told by its runs."""
        return len(self.told) < SHORTEST

    def sketch(self, workspace: str) -> tuple[int, ...]:
        """Return the hashes by which it is found in *workspace*, of 64 bits, signed; none if it is long."""
        if not self.told or len(self.told) > LONGEST:
            return ()
        # A cheap hash picks the runs, so that few have to be hashed well.
        least = heapq.nsmallest(
            SKETCH, ((crc32(run.encode()), run) for run in set(_runs(self.told, SKETCHED)))
        )
        return tuple(sorted({_hash(workspace, run) for _, run in least}))


def _runs(told: Sequence[str], length: int) -> Iterator[str]:
    return (" ".join(told[at : at + length]) for at in range(max(len(told) - length + 1, 1)))


@lru_cache(maxsize=8)
def wording(texts: tuple[str, ...]) -> Wording:
    """Return the wording of a document that has these passages."""
    return Wording(unicodedata.normalize("NFKC", "\n".join(texts)).translate(_SAME))


@lru_cache(maxsize=50_000)
def _folded(token: str) -> str:
    if token[0].isdigit():
        return _THOUSANDS.sub("", token)
    plain = token.casefold().translate(_JOINTS)
    return _OTHERWISE.get(plain, plain)


def _begins(found: re.Match[str]) -> bool:
    """Tell whether a word begins a sentence or a line, where any has a capital."""
    before = found.string[max(found.start() - 4, 0) : found.start()].rstrip(" ")
    return not before or before[-1] in _ENDS


def _hash(workspace: str, run: str) -> int:
    digest = hashlib.blake2b(f"{workspace}\n{run}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
