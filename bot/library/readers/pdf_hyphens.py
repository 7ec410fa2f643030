"""Lines put together again: words that were divided at a line's end, and scripts without spaces."""

import re
from collections.abc import Iterable, Set

from bot.library.english import english
from bot.library.readers.pdf_lines import Line, is_wide

SOFT = "\u00ad"
"""A hyphen that is seen only at a line's end."""

_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_BROKEN = re.compile(r"[^\W\d_]+[-‐]\Z")
_LAST = re.compile(r"\S*[^\W\d_][-‐]\Z")
_HANGUL = re.compile("[\uac00-\ud7af]")
_CLOSED = re.compile(r"\d[-‐–]\Z")

LONGEST_WORD = 80
"""Characters of a line's end that are looked at."""

FEWEST_LETTERS = 3
"""Of a word that may stand before or behind a hyphen of its own."""


def words_in(lines: Iterable[Line]) -> frozenset[str]:
    """Return a document's words in lower case, with their hyphens; not what a line's end cuts."""
    found: set[str] = set()
    for line in lines:
        end = _BROKEN.search(line.text, max(0, len(line.text) - LONGEST_WORD))
        found.update(_WORD.findall(_plain(line.text[: end.start()] if end else line.text)))
    return frozenset(found)


def together(lines: Iterable[Line], words: Set[str]) -> str:
    """Return the text of *lines*; *words* are those that the document holds."""
    parts: list[str] = []
    before: Line | None = None
    for line in lines:
        if before:
            end = before.text[-LONGEST_WORD:]
            less, space = _between(end, line.text, words, is_spaced=before.is_spaced)
            parts[-1] = parts[-1][: len(parts[-1]) - less] + space
        parts.append(line.text)
        before = line
    return "".join(parts).replace(SOFT, "")


def _between(before: str, after: str, words: Set[str], *, is_spaced: bool) -> tuple[int, str]:
    """Return how many characters to take from a line's end, and what to put between it and the next."""
    first = after[0]
    if before.endswith(SOFT):
        return 0, ""
    if _LAST.search(before) and first.isalnum():
        # A hyphen before a capital or a number is the word's own.
        is_divided = first.isalpha() and not first.isupper() and not _keeps(before, after, words)
        return int(is_divided), ""
    if _CLOSED.search(before) and first.isdigit():
        return 0, ""
    if is_wide(before[-1]) or is_wide(first):
        is_korean = _HANGUL.match(before[-1]) and _HANGUL.match(first)
        return 0, " " if is_korean and is_spaced else ""
    return 0, " "


def _keeps(before: str, after: str, words: Set[str]) -> bool:
    """Tell whether the hyphen at a line's end is the word's own, as in state-of-the-art."""
    head, tail = _LAST.search(before), _WORD.match(after)
    if head is None or tail is None:
        return False
    told = _WORD.findall(_plain(head[0][:-1]))
    whole, end = told[-1] if told else "", _plain(tail[0])
    last, first = whole.rsplit("-", 1)[-1], end.split("-", 1)[0]
    if whole + end in words or f"{whole}-{end}" in words:
        return whole + end not in words
    if last + first in english():
        return False
    if "-" in whole + end and first in english():
        return True
    is_word = last in english() or last in words
    return is_word and first in english() and min(len(last), len(first)) >= FEWEST_LETTERS


def _plain(text: str) -> str:
    return text.lower().replace("‐", "-")
