"""The forward index: each passage's terms in their order, mapped into memory.

The inverted index finds passages by terms; this one tells the terms of the passages that it found, for a
hundredth of what reading and analysing their texts costs, and finds passages by their ids, which would cost
the inverted index a term each. Three files, written at their ends alone: a record for each passage, its
terms, and what its id hashes to. What a crash left behind the lengths that the index's last commit noted is
overwritten.
"""

import hashlib
import mmap
import os
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

PASSAGES, TERMS, IDS = "passages.forward", "terms.forward", "ids.forward"
"""The files; their names tell the checksums that they grow."""

PASSAGE = np.dtype(
    [("start", "<u8"), ("document", "<u4"), ("own", "<u2"), ("title", "<u2"), ("asks", "<u2"), ("", "<u2")]
)
"""Where its terms begin, which document's it is (a running number), how many terms are its own (lead-in,
headings, text) and how many its title's, which follow; whether it does nothing but ask."""

RECORD = struct.Struct("<QIHHHH")

MOST = 2**16 - 1
"""Terms of a passage or a title that are kept: more than any passage has."""

ID_BYTES = 8
"""Of an id's hash: of a million passages two share one in a case of 30 million."""

SAMPLE, BLOCKS = 20_000, 64
"""Passages whose terms are counted for `rarities`, and the even blocks that they come in."""

BUCKETS = 18
"""Bits of a term that its count goes by: a million terms share 262,144 counts, most of them of rare ones."""


@dataclass(frozen=True, slots=True)
class Size:
    """How far the files go: passages, their terms and their documents."""

    passages: int = 0
    terms: int = 0
    documents: int = 0


@lru_cache(maxsize=200_000)
def term_of(stem: str) -> int:
    """Return what stands for *stem*: odd for figures. Of a million stems one in 2,000 shares it."""
    number = zlib.crc32(stem.encode("utf-8", "replace")) & ~1
    return number | (not stem.isalpha() and any(map(str.isdigit, stem)))


@dataclass(frozen=True, slots=True)
class Look:
    """The terms of some passages: flat arrays, as long as there are terms, but for those of `records`.

    `records` are the passages' own, one each; `owner` tells each term's passage (its place in `records`), and
    `place` where it stands there: counted from 0 among the passage's own terms, the title's behind them.
    """

    records: NDArray[Any]
    terms: NDArray[np.uint32]
    owner: NDArray[np.intp]
    place: NDArray[np.intp]


class Forward:
    """Reads the files up to a size; what is appended later does not concern it."""

    def __init__(self, folder: Path, size: Size) -> None:
        """Map the files in *folder*. Raises OSError or ValueError where they lack something."""
        self.size = size
        self._passages = _mapped(folder / PASSAGES, PASSAGE, size.passages)
        self._terms = _mapped(folder / TERMS, np.dtype("<u4"), size.terms)
        self._ids = _mapped(folder / IDS, np.dtype("<u8"), size.passages)

    def look(self, numbers: Sequence[int]) -> Look:
        """Return the terms of the passages with these *numbers*, in this order."""
        records = self._passages[np.asarray(numbers, dtype=np.intp)]
        starts = records["start"].astype(np.intp)
        lengths = records["own"].astype(np.intp) + records["title"]
        if len(records) and int((starts + lengths).max()) > len(self._terms):
            raise ValueError("the forward index is damaged")
        ends = lengths.cumsum()
        owner = np.arange(len(records)).repeat(lengths)
        place = np.arange(len(owner)) - (ends - lengths)[owner]
        return Look(records, self._terms[starts[owner] + place], owner, place)

    def numbers_of(self, ids: Sequence[str]) -> list[int]:
        """Return the numbers of all passages that have or had these *ids*: some ms at a million passages."""
        wanted = np.frombuffer(b"".join(map(_hashed, ids)), dtype="<u8")
        return np.flatnonzero(np.isin(self._ids, wanted)).tolist()

    def rarities(self, terms: NDArray[np.uint32]) -> NDArray[np.float32]:
        """Return the inverse document frequency of each of *terms*, estimated from an even sample."""
        estimated: NDArray[np.float32] = self._rarities[terms >> (32 - BUCKETS)]
        return estimated

    @cached_property
    def _rarities(self) -> NDArray[np.float32]:
        counts = np.zeros(1 << BUCKETS, dtype=np.float64)
        for first, end in _blocks(self.size.passages):
            start = int(self._passages["start"][first])
            last = self._passages[end - 1]
            stop = int(last["start"]) + int(last["own"]) + int(last["title"])
            counts += np.bincount(self._terms[start:stop] >> (32 - BUCKETS), minlength=1 << BUCKETS)
        seen = min(self.size.passages, SAMPLE)
        return np.log1p(np.maximum(seen - counts, 0.5) / (counts + 0.5)).astype(np.float32)


class ForwardWriter:
    """Appends to the files. One at a time: who writes holds the index's lock."""

    def __init__(self, folder: Path, size: Size) -> None:
        """Go on behind *size*, whatever a crash has left there."""
        self._passages = _opened(folder / PASSAGES, size.passages * PASSAGE.itemsize)
        self._terms = _opened(folder / TERMS, size.terms * 4)
        self._ids = _opened(folder / IDS, size.passages * ID_BYTES)
        self._count, self._position, self._documents = size.passages, size.terms, size.documents

    @property
    def size(self) -> Size:
        """How far the files go once they are flushed."""
        return Size(self._count, self._position, self._documents)

    def begin_document(self) -> None:
        """Let the passages that follow be another document's."""
        self._documents += 1

    def append(self, excerpt_id: str, own: bytes, title: bytes, *, asks: bool) -> int:
        """Append a passage of the present document, its terms four bytes each; return its number."""
        own, title = own[: 4 * MOST], title[: 4 * MOST]
        many, titled = len(own) // 4, len(title) // 4
        self._passages.write(RECORD.pack(self._position, self._documents, many, titled, asks, 0))
        self._terms.write(own + title)
        self._ids.write(_hashed(excerpt_id))
        self._position += many + titled
        self._count += 1
        return self._count - 1

    def flush(self) -> None:
        """Bring all of it to the disk."""
        for file in (self._passages, self._terms, self._ids):
            file.flush()
            os.fsync(file.fileno())

    def close(self) -> None:
        """Let go of the files."""
        for file in (self._passages, self._terms, self._ids):
            file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()


def _hashed(excerpt_id: str) -> bytes:
    return hashlib.blake2b(excerpt_id.encode("utf-8", "replace"), digest_size=ID_BYTES).digest()


def _mapped(path: Path, kind: np.dtype[Any], many: int) -> NDArray[Any]:
    if many == 0:
        return np.empty(0, dtype=kind)
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), many * kind.itemsize, access=mmap.ACCESS_READ)
    return np.frombuffer(mapped, dtype=kind)


def _opened(path: Path, end: int) -> Any:
    file = path.open("r+b" if path.exists() else "w+b")
    file.truncate(end)
    file.seek(end)
    return file


def _blocks(passages: int) -> list[tuple[int, int]]:
    """Return where the even sample of so many *passages* begins and ends."""
    if passages <= SAMPLE:
        return [(0, passages)] if passages else []
    length = SAMPLE // BLOCKS
    return [(at * passages // BLOCKS, at * passages // BLOCKS + length) for at in range(BLOCKS)]
