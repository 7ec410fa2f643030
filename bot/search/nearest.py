"""What a library has that is near to a question which it does not answer."""

from bot.search.answer import Near
from bot.search.concept import Meaning
from bot.search.meaning import Dictionary
from bot.search.query import Query

MOST = 3
"""Terms that are offered."""


def nearest(meaning: Meaning, query: Query, dictionary: Dictionary) -> tuple[Near, ...]:
    """Return up to MOST terms: words that look alike, then the known ones that were asked for."""
    known = [concept.typed for concept in meaning.concepts if concept.is_known]
    if query.is_narrowed:
        known = []  # They are there, but for what narrows the question.
    unknown = [concept.typed for concept in meaning.concepts if not concept.is_known]
    asked = [*unknown, *(word for phrase in query.phrases for word in phrase)]
    alike = [term for word in asked[:MOST] for term in dictionary.speller.similar(word)]
    found: dict[str, Near] = {}
    for term in (*alike, *known, *asked):
        there = dictionary.forms(term) if term in known or dictionary.count([term]) else 0
        if there and term not in found:
            found[term] = Near(term, there)
    return tuple(found.values())[:MOST]
