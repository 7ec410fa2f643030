"""The order in which answers are shown: who looks at the first five sees several documents."""

from collections import Counter
from collections.abc import Sequence

from bot.search.ranking import Ranked

FIRST = 5
"""Answers that are looked at first."""

OF_ONE_DOCUMENT = 2
"""How many of them are of one document, where there are others."""


def arranged(answers: Sequence[Ranked]) -> list[Ranked]:
    """Return *answers*, best first, but at most two of one document among the first five if others follow."""
    seen: Counter[int] = Counter()
    first: list[Ranked] = []
    for answer in answers:
        if len(first) == FIRST:
            break
        if seen[answer.document] < OF_ONE_DOCUMENT:
            seen[answer.document] += 1
            first.append(answer)
    taken = {answer.number for answer in first}
    return [*first, *(answer for answer in answers if answer.number not in taken)]
