"""What the index takes of a text: its words, their stems and terms, and which are written as names.

All of it is kept for each piece between white space: a library repeats them, with their commas and capitals.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from bot.library.words import WITHOUT_SPACES, pieces, stems, words_of
from bot.search.forward import term_of

KEPT = 300_000
"""Pieces that are kept, in 100 MB: more than a library of some hundred thousand passages has."""

_INNER_CAPITAL = re.compile(r"[^\W\d_].*[A-Z]")
_ENDS = '.!?:。！？："”’)'
"""A word behind one of these may begin a sentence."""


class _Piece(NamedTuple):
    """What is kept of a piece: words and stems as the index takes them, parted by spaces."""

    words: str
    stems: str
    terms: tuple[int, ...]
    is_name: bool
    is_name_inside: bool
    """Whether it is a name only where it does not begin a sentence, which any word does with a capital."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the index takes of one text: `words` and `stems` parted by spaces, `names` as pieces."""

    pieces: Sequence[str]
    words: str
    stems: str
    terms: list[int]
    names: list[str]


class Analyser:
    """Analyses texts of one language."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._kept: dict[str, _Piece] = {}

    def analysed(self, text: str) -> Analysis:
        """Return what the index takes of *text*."""
        if len(self._kept) > KEPT:
            self._kept.clear()
        told = pieces(text)
        found = [self._kept.get(piece) or self._piece(piece) for piece in told]
        return Analysis(
            told,
            " ".join([one.words for one in found]),
            " ".join([one.stems for one in found]),
            list(chain.from_iterable([one.terms for one in found])),
            list(_names(told, found)),
        )

    def _piece(self, piece: str) -> _Piece:
        told = words_of(piece)
        stemmed = stems(told, self._language)
        if not piece.isascii():  # Who asks for a single character finds it.
            stemmed += [one for run in WITHOUT_SPACES.findall(piece) if len(run) > 1 for one in run]
        is_inside = bool(_INNER_CAPITAL.search(piece))
        made = _Piece(
            " ".join(told),
            " ".join(stemmed),
            tuple(map(term_of, stemmed)),
            is_name=is_inside,
            is_name_inside=is_inside or piece != piece.lower(),
        )
        self._kept[piece] = made
        return made


def _names(told: Sequence[str], found: Sequence[_Piece]) -> Iterator[str]:
    """Yield the pieces that are written as names: a capital within a sentence, or within a word."""
    for at, one in enumerate(found):
        if one.is_name_inside and (one.is_name or (at and told[at - 1][-1] not in _ENDS)):
            yield told[at]
