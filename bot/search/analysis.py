"""What the index takes of texts: their words, the stems and terms of these, and which are written as names.

All of it is kept for each piece between white space: a library repeats them, with their commas and capitals.
"""

import re
from array import array
from itertools import compress
from typing import NamedTuple

from bot.library.words import WITHOUT_SPACES, bare, folded, pieces, read, stems, words_of
from bot.search.forward import term_of

KEPT = 500_000
"""Pieces that are kept, in 150 MB: more than a library of some hundred thousand passages has."""

_INNER_CAPITAL = re.compile(r"[^\W\d_].*[A-Z]")
_ENDS = '.!?:。！？："”’)'
"""A word behind one of these may begin a sentence."""


_Piece = tuple[str, str, bytes, int]
"""What is kept of a piece: its words and stems, parted by spaces; its terms; whether it has a capital, which
any word has that begins a sentence, or is a name for sure."""

CAPITAL, NAME = 1, 2


class Analysis(NamedTuple):
    """What the index takes of one text: `words` and `stems` parted by spaces, and `terms` for those."""

    words: str
    stems: str
    terms: bytes


class Analyser:
    """Analyses the texts that an index takes up at one time, in all their languages."""

    def __init__(self) -> None:
        self._languages: dict[str, _Kept] = {}
        self._words: set[str] = set()
        self._names: set[str] = set()

    def analysed(self, text: str, language: str, *, is_common: bool) -> Analysis:
        """Return what the index takes of *text*; only what is common to all tells all what is a name."""
        told = pieces(text.replace(", ", " "))  # A word with a comma is the word: that halves what is kept.
        if not told:
            return Analysis("", "", b"")
        kept = self._languages.get(language)
        if kept is None or len(kept) > KEPT:
            kept = self._languages[language] = _Kept(language, self._words)
        words, stems, terms, capitals = zip(*map(kept.__getitem__, told), strict=True)
        if is_common:
            for at in compress(range(len(told)), capitals):
                if capitals[at] == NAME or (at and told[at - 1][-1] not in _ENDS):
                    self._names.add(told[at])
        return Analysis(" ".join(words), " ".join(stems), b"".join(terms))

    def vocabulary(self) -> tuple[list[str], list[str]]:
        """Return the words that came since it was last asked, some perhaps not for the first time; and names.

        Names are written with a capital within a sentence, or within a word.
        """
        told = sorted(self._words), [word for piece in sorted(self._names) for word in words_of(piece)]
        self._words.clear()
        self._names.clear()
        return told


class _Kept(dict[str, _Piece]):
    """The pieces of a language that came so far; one that did not is read when it is looked up."""

    def __init__(self, language: str, words: set[str]) -> None:
        """Add all words that are read to *words*."""
        self._language = language
        self._words = words

    def __missing__(self, piece: str) -> _Piece:
        made = self[piece] = self._again(piece) or self._read(piece)
        return made

    def _again(self, piece: str) -> _Piece | None:
        """Return a word once more, with other marks or capitals; None if *piece* is something else."""
        plain = bare(piece)
        if not plain or (word := plain.lower()) == piece:
            return None
        capital = 0 if plain == word else CAPITAL if plain[1:] == word[1:] else NAME
        return (*self[word][:3], capital)

    def _read(self, piece: str) -> _Piece:
        told = read(piece)
        self._words.update(told)
        stemmed = stems(told, self._language)
        if not piece.isascii():  # Who asks for a single character finds it.
            runs = (run for run in WITHOUT_SPACES.findall(piece) if len(run) > 1)
            stemmed += [folded(one) for run in runs for one in run]
        capital = 0 if piece == piece.lower() else NAME if _INNER_CAPITAL.search(piece) else CAPITAL
        terms = array("I", map(term_of, stemmed)).tobytes()
        return " ".join(told), " ".join(stemmed), terms, capital
