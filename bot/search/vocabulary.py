"""The words of an index, for spelling: a list that only grows, and what is built from it to look them up.

`words.txt` has a word a line, those seen written as names with a star before; what the index's last commit
counts of it, in bytes, is what there is. `words.base` holds most of them ready to look up, mapped into
memory; those that came after it are looked up in memory until there are many. A lost base is built anew.
"""

import logging
import os
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from bot.library.words import STOP_WORDS, is_cjk
from bot.search import arrays
from bot.search.hashing import LONGEST
from bot.search.neighbours import Neighbour, Neighbours

LIST, BASE = "words.txt", "words.base"

LEAST_LETTERS = 4
"""Shorter words are not kept: they have neighbours everywhere."""

FEW, SHARE = 5_000, 50
"""The base is built anew once more words came after it than FEW, and than one for SHARE words in it: an
opening takes up 20,000 words in 50 ms, and building a base of a million takes 5 s."""

NAME = "*"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Vocabulary:
    """Words, and which of them are near to one; it stays as it is, what adds to it returns another.

    `length` is how many bytes of the list it holds, the first `covered` of them in `base` and the others in
    `recent`, which tells of each word whether it is a name.
    """

    base: Neighbours
    recent: Mapping[str, bool]
    length: int = 0
    covered: int = 0
    folder: Path = Path()
    base_file: tuple[int, int] | None = None

    @classmethod
    def of(cls, words: Iterable[str], names: Iterable[str] = ()) -> "Vocabulary":
        """Return one in memory, of *words* and *names*, as far as they are worth correcting."""
        found = dict.fromkeys(filter(is_kept, words), False)
        found |= dict.fromkeys(filter(is_kept, names), True)
        return cls(Neighbours.of(found), {})

    @classmethod
    def open(cls, folder: Path, length: int) -> "Vocabulary":
        """Return what the first *length* bytes of the list in *folder* hold; 0 begins a new one.

        A base that is missing, damaged or another list's is built anew. Raises ValueError or OSError if the
        list itself has been damaged: the index it belongs to has to be built anew then.
        """
        listed = _listed(folder, length)
        base, covered = _base(folder, listed)
        # Twice what makes the writer build one: it will, and two need not.
        if listed.count(b"\n", covered) > 2 * _most_recent(base):
            return _built(folder, listed)
        recent = _words(listed[covered:])
        return cls(base, recent, length, covered, folder, _identity(folder))

    def at(self, length: int) -> "Vocabulary":
        """Return it as it is at another *length* of the list, at little cost if only a little was added."""
        if length < self.length or self.base_file != _identity(self.folder):
            return Vocabulary.open(self.folder, length)
        if length == self.length:
            return self
        return self._with(_words(_listed(self.folder, length, since=self.length)), length)

    def add(self, words: Iterable[str], names: Iterable[str] = ()) -> "Vocabulary":
        """Return it with *words* and *names* too, written to the list, on the disk when this returns.

        Whatever stood in the list after `length` is overwritten: only the index's writer may do this, and
        whoever does not commit the new `length` goes back to the old Vocabulary. Raises OSError.
        """
        fresh = self._fresh(words, names)
        if not fresh:
            return self
        lines = "".join(f"{NAME if is_name else ''}{word}\n" for word, is_name in fresh.items()).encode()
        with (self.folder / LIST).open("r+b" if self.length else "wb") as file:
            file.truncate(self.length)
            file.seek(self.length)
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())
        return self._with(fresh, self.length + len(lines))

    def mended(self) -> "Vocabulary":
        """Return it with a base that is right: with a new one if that on the disk has been damaged."""
        if not self.covered or arrays.load(self.folder / BASE):
            return self
        return _built(self.folder, _listed(self.folder, self.length))

    def settled(self) -> "Vocabulary":
        """Return it with a new base if too much came since the last; only once `length` is committed.

        A disk that is full leaves it as it is.
        """
        if len(self.recent) <= _most_recent(self.base):
            return self
        _clear_drafts(self.folder)
        return _built(self.folder, _listed(self.folder, self.length))

    @cached_property
    def tail(self) -> Neighbours:
        """The recent words, to be looked up; made when first asked for: who fills an index never asks."""
        return Neighbours.of(self.recent)

    def known(self, word: str) -> bool | None:
        """Return whether *word* was seen written as a name; None if it was not seen at all."""
        if self.recent.get(word) or len(word) > LONGEST:
            return self.recent.get(word)
        known = self.base.is_name(word)
        return self.recent.get(word) if known is None else known

    def near(self, word: str, *, edits: int) -> list[Neighbour]:
        """Return all words within one edit of *word*, and some within two if *edits* is 2, in order."""
        return _merged([*self.base.near(word, edits=edits), *self.tail.near(word, edits=edits)])

    def far(self, word: str) -> list[Neighbour]:
        """Return the words two edits from *word*, but for those with two letters replaced, in order."""
        return _merged([*self.base.far(word), *self.tail.far(word)])

    def _fresh(self, words: Iterable[str], names: Iterable[str]) -> dict[str, bool]:
        """Return which of *words* and *names* are not known yet, or not yet as names."""
        found = dict.fromkeys(filter(is_kept, words), False)
        found |= dict.fromkeys(filter(is_kept, names), True)
        known = self.base.known(found)
        for word in found:
            if word in self.recent:
                known[word] = known.get(word, False) or self.recent[word]
        return {word: is_name for word, is_name in found.items() if is_name > known.get(word, -1)}

    def _with(self, fresh: Mapping[str, bool], length: int) -> "Vocabulary":
        recent = _both(self.recent, fresh)
        return replace(self, recent=recent, length=length)


def is_kept(word: str) -> bool:
    """Tell whether *word* is worth correcting."""
    return (
        LEAST_LETTERS <= len(word) <= LONGEST
        and word.isalpha()
        and word not in STOP_WORDS
        and not is_cjk(word)
    )


def _listed(folder: Path, length: int, *, since: int = 0) -> bytes:
    """Return the list from *since* up to *length*. Raises ValueError or OSError if that is not there."""
    if not length:
        return b""
    with (folder / LIST).open("rb") as file:
        file.seek(since)
        listed = file.read(length - since)
    if len(listed) < length - since or not listed.endswith(b"\n"):
        raise ValueError(f"{folder / LIST}: has been cut short")
    return listed


def _words(listed: bytes) -> dict[str, bool]:
    """Return the words of a list, and which are names. Raises ValueError if it is none."""
    words: dict[str, bool] = {}
    for line in listed.decode().split("\n")[:-1]:
        word = line.removeprefix(NAME)
        if not 0 < len(word) <= LONGEST:
            raise ValueError(f"{line[:LONGEST]!r} is no word of a list")
        words[word] = words.get(word, False) or word is not line
    return words


def _base(folder: Path, listed: bytes) -> tuple[Neighbours, int]:
    """Return the base in *folder* and what it covers of *listed*, in bytes; an empty one if none fits."""
    if loaded := arrays.load(folder / BASE):
        parts, told = loaded
        covered = told["covered"]
        if covered <= len(listed) and told["list"] == zlib.crc32(memoryview(listed)[:covered]):
            return Neighbours(**parts), covered
    return Neighbours.of({}), 0


def _most_recent(base: Neighbours) -> int:
    """Return how many words may come after *base* before it is built anew."""
    return max(FEW, len(base) // SHARE)


def _built(folder: Path, listed: bytes) -> Vocabulary:
    """Return what is *listed* in *folder*, all of it in a new base."""
    base = Neighbours.of(_words(listed))
    try:
        told = {"covered": len(listed), "list": zlib.crc32(listed)}
        arrays.save(folder / BASE, base.arrays(), told)
    except OSError as error:
        log.warning("the base of the words stays in memory: %s", error)
    else:
        del base  # Before it is mapped: a million words take 110 MB.
        base, _ = _base(folder, listed)
    return Vocabulary(base, {}, len(listed), len(listed), folder, _identity(folder))


def _identity(folder: Path) -> tuple[int, int] | None:
    """Return what tells one base from the next that replaces it."""
    try:
        status = (folder / BASE).stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def _clear_drafts(folder: Path) -> None:
    """Remove what a crash left; a process that is at it just now fails, and keeps its base in memory."""
    for draft in folder.glob(f"{BASE}*{arrays.DRAFT}"):
        draft.unlink(missing_ok=True)


def _both(one: Mapping[str, bool], other: Mapping[str, bool]) -> dict[str, bool]:
    return {**one, **{word: is_name or one.get(word, False) for word, is_name in other.items()}}


def _merged(neighbours: Iterable[Neighbour]) -> list[Neighbour]:
    """Return each word once, a name if it was one anywhere."""
    merged: dict[str, Neighbour] = {}
    for one in neighbours:
        if one.word not in merged or one.is_name:
            merged[one.word] = one
    return [merged[word] for word in sorted(merged)]
