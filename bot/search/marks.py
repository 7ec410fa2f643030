"""Where in a passage stands what was asked for."""

import re
from collections.abc import Sequence

from bot.document import Excerpt
from bot.library.words import Located, is_cjk, stem
from bot.search.concept import Concept
from bot.search.language import stemmed_in

FROM = {"sk": ("sc",), "di": ("dy",), "li": ("ly",), "ti": ("ty",), "vi": ("vy",)}
"""Starts of English words whose stems begin otherwise: sceptical, dying, lying, tying, vying."""


class Marker:
    """Finds what one question asks for: words in any form, phrases as they are."""

    def __init__(self, concepts: Sequence[Concept], phrases: Sequence[Sequence[str]]) -> None:
        alternatives = [alternative for concept in concepts for alternative in concept.alternatives]
        self._stems = {one for a in alternatives if len(a.words) == 1 for one in a.stems[0]}
        self._several = [alternative.words for alternative in alternatives if len(alternative.words) > 1]
        self._several += [tuple(phrase) for phrase in phrases]
        self._characters = [one for one in self._stems if len(one) == 1 and is_cjk(one)]
        sought = [*self._stems, *(word for phrase in self._several for word in phrase)]
        starts = {word[:2] for word in sought}
        self._starts = starts | {other for start in starts for other in FROM.get(start, ())}

    def marks_in(self, excerpt: Excerpt) -> tuple[tuple[int, int], ...]:
        """Return where in the excerpt's text it stands: characters, end exclusive, in order, apart."""
        language = stemmed_in(excerpt.document.language)
        # Other languages' stems may begin otherwise: Dutch leaves out ge-.
        told = Located(excerpt.text, starts=self._starts if language == "en" else None)
        marks = [
            told.span(at, at + 1)
            for at, word in enumerate(told.words)
            if word and stem(word, language) in self._stems
        ]
        for phrase in self._several:
            begins = [at for at, word in enumerate(told.words) if word == phrase[0]]
            ends = [at + len(phrase) for at in begins if tuple(told.words[at : at + len(phrase)]) == phrase]
            marks += [told.span(end - len(phrase), end) for end in ends]
        for character in self._characters:
            marks += [found.span() for found in re.finditer(character, excerpt.text)]
        return _merged(sorted(marks), excerpt.text)


def _merged(marks: Sequence[tuple[int, int]], text: str) -> tuple[tuple[int, int], ...]:
    """Join marks that overlap or that only white space parts."""
    merged: list[tuple[int, int]] = []
    for start, end in marks:
        if merged and not text[merged[-1][1] : start].strip():
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
