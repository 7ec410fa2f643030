"""Where in a passage stands what was asked for."""

from collections.abc import Sequence

from bot.document import Excerpt
from bot.library.words import spans, stem
from bot.search.language import stemmed_in
from bot.search.meaning import Concept


def marks_in(
    excerpt: Excerpt, concepts: Sequence[Concept], phrases: Sequence[Sequence[str]]
) -> tuple[tuple[int, int], ...]:
    """Return where in the text what was asked for stands: words in any form, phrases as they are."""
    text, language = excerpt.text, stemmed_in(excerpt.document.language)
    alternatives = [alternative for concept in concepts for alternative in concept.alternatives]
    single = {one for a in alternatives if len(a.words) == 1 for one in a.stems[0]}
    several = [alternative.words for alternative in alternatives if len(alternative.words) > 1]
    several += [tuple(phrase) for phrase in phrases]
    found = list(spans(text))
    told = [word.word for word in found]
    marks = [(word.start, word.end) for word in found if stem(word.word, language) in single]
    for phrase in several:
        begins = [at for at, word in enumerate(told) if word == phrase[0]]
        ends = [at + len(phrase) for at in begins if tuple(told[at : at + len(phrase)]) == phrase]
        marks += [(found[end - len(phrase)].start, found[end - 1].end) for end in ends]
    return _merged(sorted(marks), text)


def _merged(marks: Sequence[tuple[int, int]], text: str) -> tuple[tuple[int, int], ...]:
    """Join marks that overlap or that only white space parts."""
    merged: list[tuple[int, int]] = []
    for start, end in marks:
        if merged and not text[merged[-1][1] : start].strip():
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
