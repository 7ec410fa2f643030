"""What is typed, cut into what the grammar knows: words, quotes, fields, operators, parentheses."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

MOST_DEPTH = 8
"""Parentheses within each other that are read; nobody means more, and none may exhaust the stack."""

# One character for one, so that nothing moves. Whoever writes Chinese has full-width ones at hand.
_SAME = str.maketrans(
    dict.fromkeys("“”„‟«»＂″「」『』〝〞〟", '"') | {"（": "(", "）": ")", "：": ":", "｜": "|", "＊": "*"}
    | {"\0": " ", "\u3000": " "}
)  # fmt: skip
_DASH = "−–—‐‑－-"
_TOKEN = re.compile(
    rf"""
    (?P<open>\() | (?P<close>\)) | (?P<or>\|+) | (?P<not>[{_DASH}]+(?=[^\s)|{_DASH}]))
    | (?: (?P<field>topic|source|lang(?:uage)?):\s* | (?P<day>after|before|added):(?:\s+(?=\d))? )
      (?: "(?P<quoted>[^"]*)" | \((?P<group>[^()]*)\) | (?P<value>[^\s"()|]+) )
    | "(?P<phrase>[^"]*)"
    | (?P<word>[^\s"()|]+)
    """,
    re.VERBOSE | re.IGNORECASE,
)
OPERATORS = {"OR": "or", "AND": "and", "NOT": "not"}


class Token(NamedTuple):
    """A piece of a question: its kind, its text, and of a field its name and how its value was written."""

    kind: str
    text: str
    field: str = ""
    written: str = ""


def straight(text: str) -> str:
    """Return *text* with the syntax of other keyboards as ours, each character in its place."""
    return text.translate(_SAME)


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of straight *text* in which every quote is closed."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "word"
        if name := match["field"] or match["day"]:
            value = match[kind]
            yield Token("field", value, name.lower().replace("language", "lang"), kind)
        else:
            operator = OPERATORS.get(match[0]) if kind == "word" else None
            yield Token(operator or kind, match[kind])


def shallow(typed: Iterable[Token]) -> list[Token]:
    """Return the tokens without the parentheses beyond MOST_DEPTH.

    What stands in those stands in the ones around them; if it is left out as a whole, each part is.
    """
    kept: list[Token] = []
    dropped: list[bool] = []  # Of each group that is open and not read, whether it is left out.
    depth = 0
    for token in typed:
        if token.kind == "open" and depth == MOST_DEPTH:
            is_left_out = bool(kept) and kept[-1].kind == "not"
            if is_left_out:
                kept.pop()
            dropped.append(is_left_out or any(dropped[-1:]))
        elif token.kind == "close" and dropped:
            dropped.pop()
        elif any(dropped[-1:]):
            if token.kind not in OPERATORS.values():
                kept += [Token("not", "-"), token]
        else:
            depth = max(depth + {"open": 1, "close": -1}.get(token.kind, 0), 0)
            kept.append(token)
    return kept
