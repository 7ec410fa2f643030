"""Where sentences end."""

import re

_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|vs|etc|e\.g|i\.e|cf|al|approx|Inc|Ltd|Co|Corp|Gov|Sen|Rep"
    r"|Gen|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)|\.[A-Za-z])\.$"
)
_BEFORE_NUMBER = re.compile(r"\b(?:[Nn]os?|[Ff]igs?|[Vv]ol|[Cc]h|[Ss]ec|pp?)\.$")

# Each way begins with the mark itself, not with a look behind at it: only there is anything tried.
_END = re.compile(r"[.!?]([\"'”’)\]]*)\s+(?=[\"'“‘(\[]?[^\W_a-z])|[。！？]([”」』）]*)\s*(?=\S)|\n+")

LONGEST_ABBREVIATION = 12
"""Characters before a full stop that are looked at to tell an abbreviation."""

LETTERS = 6
"""Of the longest abbreviation without a full stop: more in a row are a word."""


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return where the sentences of *text* stand, in order; line ends separate them as well."""
    spans = []
    start = 0
    for match in _END.finditer(text):
        begin, end = match.span()
        stop = match.end(match.lastindex) if match.lastindex else begin
        is_bare = stop == begin + 1 and "\n" not in match[0]  # Nothing closes behind the mark.
        if is_bare and _goes_on(text[max(start, stop - LONGEST_ABBREVIATION) : stop], text[end]):
            continue
        spans.append((start, stop))
        start = end
    spans.append((start, len(text.rstrip())))
    return [(begin, end) for begin, end in spans if text[begin:end].strip()]


def sentences(text: str) -> list[str]:
    """Return the sentences of *text*, verbatim and in order."""
    return [text[begin:end].strip() for begin, end in sentence_spans(text)]


def _goes_on(before: str, following: str) -> bool:
    """Tell whether the full stop is an abbreviation's."""
    last = before[-LETTERS - 2 : -1]
    if before[-1] != "." or (len(last) > LETTERS and last.isalpha()):
        return False  # As at most ends; the patterns would find it as well.
    if _BEFORE_NUMBER.search(before):
        return following.isdigit()
    return _ABBREVIATION.search(before) is not None


def only_asks(text: str) -> bool:
    """Tell whether *text* is nothing but questions: it asks what others answer."""
    if "?" not in text and "？" not in text:
        return False
    return all(sentence.rstrip("\"'”’").endswith(("?", "？")) for sentence in sentences(text))
