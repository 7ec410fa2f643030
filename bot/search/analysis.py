"""What the index takes of a text: its words, their stems and terms, and which are written as names.

All of it is kept for each piece between white space: a library repeats them, with their commas and capitals.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, compress

from bot.library.words import WITHOUT_SPACES, pieces, stems, words_of
from bot.search.forward import term_of

KEPT = 500_000
"""Pieces that are kept, in 150 MB: more than a library of some hundred thousand passages has."""

_INNER_CAPITAL = re.compile(r"[^\W\d_].*[A-Z]")
_ENDS = '.!?:。！？："”’)'
"""A word behind one of these may begin a sentence."""


_Piece = tuple[str, str, tuple[int, ...], bool, bool]
"""What is kept of a piece: its words and stems, parted by spaces; its terms; whether it is written as a name,
and whether it is where it does not begin a sentence, which any word does with a capital."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the index takes of one text: `words` and `stems` parted by spaces; `names` are pieces that are
    written as names: with a capital within a sentence, or within a word.
    """

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
        if not told:
            return Analysis((), "", "", [], [])
        words, stems, terms, names, inside = zip(
            *[self._kept.get(piece) or self._piece(piece) for piece in told], strict=True
        )
        return Analysis(
            told,
            " ".join(words),
            " ".join(stems),
            list(chain.from_iterable(terms)),
            [
                told[at]
                for at in compress(range(len(told)), inside)
                if names[at] or (at and told[at - 1][-1] not in _ENDS)
            ],
        )

    def _piece(self, piece: str) -> _Piece:
        told = words_of(piece)
        stemmed = stems(told, self._language)
        if not piece.isascii():  # Who asks for a single character finds it.
            stemmed += [one for run in WITHOUT_SPACES.findall(piece) if len(run) > 1 for one in run]
        is_inside = bool(_INNER_CAPITAL.search(piece))
        is_name = is_inside or piece != piece.lower()
        made = (" ".join(told), " ".join(stemmed), tuple(map(term_of, stemmed)), is_inside, is_name)
        self._kept[piece] = made
        return made
