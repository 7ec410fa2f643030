"""Where sentences end."""

import re

_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|vs|etc|e\.g|i\.e|cf|al|approx|Inc|Ltd|Co|Corp|Gov|Sen|Rep"
    r"|Gen|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)|\.[A-Za-z])\.$"
)
_BEFORE_NUMBER = re.compile(r"\b(?:[Nn]os?|[Ff]igs?|[Vv]ol|[Cc]h|[Ss]ec|pp?)\.$")
_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[^\W_a-z])|(?<=[。！？])[”」』）]*\s*(?=\S)|\n+")


def sentences(text: str) -> list[str]:
    """Return the sentences of *text*, verbatim and in order; line ends separate them as well."""
    found = []
    start = 0
    for match in _END.finditer(text):
        closing = match[0].rstrip()
        sentence = text[start : match.start()]
        if not closing and "\n" not in match[0] and _goes_on(sentence, text[match.end()]):
            continue
        found.append((sentence + closing).strip())
        start = match.end()
    found.append(text[start:].strip())
    return [sentence for sentence in found if sentence]


def _goes_on(sentence: str, following: str) -> bool:
    """Tell whether the full stop is an abbreviation's."""
    if _BEFORE_NUMBER.search(sentence):
        return following.isdigit()
    return _ABBREVIATION.search(sentence) is not None
