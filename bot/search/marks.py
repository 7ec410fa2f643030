"""Where in a passage stands what was asked for."""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.document import Excerpt
from bot.library.words import has_two_words, is_cjk, spans, stem
from bot.search.concept import Concept
from bot.search.language import stemmed_in

FROM = {"sk": ("sc",), "di": ("dy",), "li": ("ly",), "ti": ("ty",), "vi": ("vy",)}
"""Starts of English words whose stems begin otherwise: sceptical, dying, lying, tying, vying."""

_ODD = re.compile(r"""[^A-Za-z\s,;:!?()\[\]"/&-](?:(?<![.'])|(?=[^\W_]))""")
"""What stands only in pieces whose words are not just their letters: H100, China's, U.S., cliché."""

_JOINTS = str.maketrans("", "", ".'’ʼ")
"""What words are written without: U.S. is us, China's is china."""

_AMOUNTS = frozenset(map(stem, ("percent", "million", "billion", "trillion")))
"""What is written by signs as well: 40%, 5bn."""

_LETTERS = re.compile("[a-z]+")
_SPACE = re.compile(r"\s")

Span = tuple[int, int]


class Marker:
    """Finds what one question asks for: words in any form, phrases as they are."""

    def __init__(self, concepts: Sequence[Concept], phrases: Sequence[Sequence[str]]) -> None:
        alternatives = [alternative for concept in concepts for alternative in concept.alternatives]
        self._stems = {one for a in alternatives if len(a.words) == 1 for one in a.stems[0]}
        several = [alternative.words for alternative in alternatives if len(alternative.words) > 1]
        # Each once: who types a word eighty times waits no longer.
        self._several = list(dict.fromkeys([*several, *(tuple(phrase) for phrase in phrases)]))
        self._characters = [one for one in self._stems if len(one) == 1 and is_cjk(one)]
        # A form may lack the last two letters of its stem: using, use; city, citi; centre, center.
        starts = {one[: min(max(len(one) - 2, 2), 3)] for one in self._stems}
        self._starts = starts | {other for start in starts for other in FROM.get(start[:2], ())}
        self._is_letters = all(map(str.isalpha, self._stems)) and self._stems.isdisjoint(_AMOUNTS)

    def marks_in(self, excerpt: Excerpt) -> tuple[Span, ...]:
        """Return where in the excerpt's text it stands: characters, end exclusive, in order, apart."""
        text, language = excerpt.text, stemmed_in(excerpt.document.language)
        lowered = text.lower()
        is_plain = language == "en" and len(lowered) == len(text) and not has_two_words(text)
        odd = _odd_pieces(text) if is_plain else [(0, len(text))]
        marks = {
            (word.start, word.end)
            for begin, end in odd
            if not is_plain or self._may_stand_in(lowered[begin:end])
            for word in spans(text, begin, end)
            if stem(word.word, language) in self._stems
        }
        if is_plain:
            words = _words_with(self._starts, lowered, odd)
            marks |= {(begin, end) for begin, end in words if stem(lowered[begin:end]) in self._stems}
        for phrase in self._several:
            if odd or all(word in lowered for word in phrase):
                marks |= set(_in_a_row(phrase, text))
        for character in self._characters:
            marks |= {found.span() for found in re.finditer(character, text)}
        return _merged(sorted(marks), text)

    def _may_stand_in(self, piece: str) -> bool:
        """Tell whether a word of a *piece* in small letters may be asked for: to read it takes longer."""
        plain = piece.translate(_JOINTS)
        return not self._is_letters or not plain.isascii() or any(start in plain for start in self._starts)


def _odd_pieces(text: str) -> list[Span]:
    """Return where those pieces between white space stand whose words are not just their letters."""
    pieces: list[Span] = []
    for odd in _ODD.finditer(text):
        if not pieces or odd.start() >= pieces[-1][1]:
            space = _SPACE.search(text, odd.start())
            end = space.start() if space else len(text)
            pieces.append((text.rfind(" ", 0, odd.start()) + 1, end))
    return pieces


def _words_with(starts: Iterable[str], lowered: str, odd: Sequence[Span]) -> Iterator[Span]:
    """Yield where the words with one of *starts* stand outside of what is *odd*."""
    for start in starts:
        at = lowered.find(start)
        while at >= 0:
            if at == 0 or not lowered[at - 1].isalpha():
                word = _LETTERS.match(lowered, at)
                if word and not (odd and any(begin <= at < end for begin, end in odd)):
                    yield word.span()
            at = lowered.find(start, at + 1)


def _in_a_row(phrase: Sequence[str], text: str) -> Iterator[Span]:
    """Yield where the words of *phrase* stand side by side, as they are."""
    words = list(spans(text))
    told = [word.word for word in words]
    for at, word in enumerate(told):
        if word == phrase[0] and told[at : at + len(phrase)] == list(phrase):
            yield words[at].start, words[at + len(phrase) - 1].end


def _merged(marks: Sequence[Span], text: str) -> tuple[Span, ...]:
    """Join marks that overlap or that only white space parts."""
    merged: list[Span] = []
    for start, end in marks:
        if merged and not text[merged[-1][1] : start].strip():
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
