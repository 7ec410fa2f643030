"""Where sentences end."""

import re

_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|vs|etc|e\.g|i\.e|cf|al|approx|Inc|Ltd|Co|Corp|Gov|Sen|Rep"
    r"|Gen|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)|\.[A-Za-z])\.$"
)
_BEFORE_NUMBER = re.compile(r"\b(?:[Nn]os?|[Ff]igs?|[Vv]ol|[Cc]h|[Ss]ec|pp?)\.$")
_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[^\W_a-z])|(?<=[。！？])[”」』）]*\s*(?=\S)|\n+")

LONGEST_ABBREVIATION = 12
"""Characters before a full stop that are looked at to tell an abbreviation."""


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return where the sentences of *text* stand, in order; line ends separate them as well."""
    spans = []
    start = 0
    for match in _END.finditer(text):
        closing = match[0].rstrip()
        before = text[max(start, match.start() - LONGEST_ABBREVIATION) : match.start()]
        if not closing and "\n" not in match[0] and _goes_on(before, text[match.end()]):
            continue
        spans.append((start, match.start() + len(closing)))
        start = match.end()
    spans.append((start, len(text.rstrip())))
    return [(begin, end) for begin, end in spans if text[begin:end].strip()]


def sentences(text: str) -> list[str]:
    """Return the sentences of *text*, verbatim and in order."""
    return [text[begin:end].strip() for begin, end in sentence_spans(text)]


def _goes_on(before: str, following: str) -> bool:
    """Tell whether the full stop is an abbreviation's."""
    if _BEFORE_NUMBER.search(before):
        return following.isdigit()
    return _ABBREVIATION.search(before) is not None


def only_asks(text: str) -> bool:
    """Tell whether *text* is nothing but questions: it asks what others answer."""
    if "?" not in text and "？" not in text:
        return False
    return all(sentence.rstrip("\"'”’").endswith(("?", "？")) for sentence in sentences(text))
