"""The Tantivy index: derived from the store, disposable, one per data folder.

Whoever holds its lock brings it up to the store's revision; the others reload. A missing, damaged or
foreign index is built anew, never an error.
"""

import gc
import json
import logging
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import msgspec
import tantivy
from filelock import FileLock, Timeout

from bot.errors import StoreError
from bot.search import at_large, checksums
from bot.search.analysis import Analyser
from bot.search.batch import Batch
from bot.search.entry import FORMAT, SCHEMA
from bot.search.forward import Forward, ForwardWriter, Size
from bot.search.packing import Told, pack, size_of, unpack
from bot.search.snapshot import Snapshot
from bot.search.vocabulary import Vocabulary
from bot.store.library import Library
from bot.store.records import State

log = logging.getLogger(__name__)

HEAP = 400_000_000
"""Bytes the writer may fill before it writes a segment: what COMMITS take. Tantivy's least is 15 million."""

BATCH = 200
"""Documents that are read from the store at once."""

SPARE = 1000
"""Passages that may be gone, besides as many as there are, before the index is built anew without them."""

COMMITS = 50_000, 200_000
"""Excerpts after which a long catching-up is committed, at first and at most: there is something to be found
soon, few segments have to be merged, and a crash loses half a minute's work."""

LEAST_FREE = 1_000_000
"""Bytes: a disk that has fewer left is full, whatever error that shows as."""

DAMAGE = "PanicException"
"""What Tantivy raises for some damaged files; it derives from BaseException alone."""


class Index:
    """The index in a folder. Safe to be searched from many threads while one follows the store."""

    def __init__(self, folder: Path, *, start: Path | None = None) -> None:
        """Open what is in *folder*, or begin there with what is packed in *start*, or empty."""
        self._folder = folder
        self._lock = FileLock(f"{folder}.lock")
        self._turn = threading.RLock()  # Of this process's threads.
        self._reached: tuple[str, int] = ("", -1)
        self._size = Size()
        self._words = replace(Vocabulary.of(()), folder=folder)
        self._index: tantivy.Index | None = None
        self.snapshot = _empty(folder)
        """The index as it stands; what is read from it stays as it is while the index goes on."""
        self._answers = ("", -1)  # What the snapshot is of: it goes on answering while a new index is built.
        self._build = ""
        self._intact: checksums.Seen = {}
        self.read_upto = 0
        """The store's revision up to which it is read: ahead of what a commit has made the index's own."""
        self.is_writer = False
        """Whether this process brought the index where it is, and did not take up what another wrote."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{folder}: cannot hold the index ({error.strerror})") from error
        if start:
            self._begin(start)
        self._reload()

    def _begin(self, start: Path) -> None:
        """Take up a packed index where there is none yet."""
        with suppress(Timeout), self._lock.acquire(timeout=0):
            if not any(self._folder.iterdir()):
                unpack(start, self._folder)

    def pack(self, file: Path, *, told: Told) -> None:
        """Write the index to *file*, for others to begin with; *told* hears of bytes. Raises StoreError.

        Whoever follows the store goes on meanwhile.
        """
        pack(self._folder, file, quiet=self._quiet(), told=told)

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        """Let nobody write the index."""
        with self._turn, self._lock:
            yield

    @property
    def bytes(self) -> int:
        """How large its files are."""
        return size_of(self._folder)

    @property
    def revision(self) -> int:
        """The store's revision that the index has reached; -1 where it is not built."""
        return self._reached[1]

    def is_at(self, state: State) -> bool:
        """Tell whether the index holds the store's *state*."""
        return self._reached == (state.store_id, state.revision)

    def answers_upto(self, state: State) -> int:
        """Return the revision of the store of *state* that answers are of; -1 where they are of none of it.

        An index that is built anew leaves them as they are meanwhile.
        """
        store_id, revision = self._answers
        return revision if store_id == state.store_id else -1

    def follow(self, library: Library) -> bool:
        """Bring the index to the store's revision; return False where another process is at it."""
        state = library.state()
        if self.is_at(state) or not self._turn.acquire(blocking=False):
            return self.is_at(state)
        try:
            return self._follow(library, state)
        finally:
            self._turn.release()

    def _follow(self, library: Library, state: State) -> bool:
        try:
            with self._lock.acquire(timeout=0):
                self._reload()
                self.is_writer = not self.is_at(state)
                if self.is_writer:
                    self._catch_up(library, state)
                return True
        except Timeout:
            self.is_writer = False
            self._reload()
            return self.is_at(state)
        except OSError as error:
            raise StoreError(f"{self._folder}: cannot be written ({error.strerror})") from error

    def check(self, library: Library) -> bool:
        """Read the index's files and build it anew if one is not as it was written; tell whether all were.

        Only what has changed since the last look is read. While another process is at the index nothing is.
        """
        with self._turn:
            return self._check(library)

    def _check(self, library: Library) -> bool:
        try:
            with self._lock.acquire(timeout=0):
                intact = checksums.intact(self._folder, known=self._intact)
                if intact is None:
                    log.error("%s: has been damaged; it is built anew", self._folder)
                    self._discard()
                    self._catch_up(library, library.state())
                    return False
                self._intact = intact
                self._words = self._words.mended()
                at_large.settle(self._folder)
                if self._size.passages > SPARE + 2 * self.snapshot.size:
                    self._discard()  # Most of what stands beside Tantivy is of passages that are gone.
                    self._catch_up(library, library.state())
        except Timeout:
            pass
        except OSError as error:
            raise StoreError(f"{self._folder}: cannot be read ({error.strerror})") from error
        return True

    def suspect(self) -> None:
        """Let the next check read everything."""
        self._intact = {}

    def rebuild(self, library: Library) -> None:
        """Build the index anew from the store."""
        with self._turn, self._lock:
            self._discard()
            self._catch_up(library, library.state())

    def _catch_up(self, library: Library, state: State) -> None:
        store_id, reached = self._reached
        if self._index is None or store_id != state.store_id or reached > state.revision:
            self._discard()
        if self._answers[0] != state.store_id or self._answers[1] > state.revision:
            self.snapshot, self._answers = _empty(self._folder), ("", -1)
        try:
            self._write(library, state)
        except BaseException as error:
            if not is_damage(error):
                raise
            self._refuse_if_full(error)
            self._discard()
            self._write_anew(library, state)
        self._reload()

    def _write_anew(self, library: Library, state: State) -> None:
        try:
            self._write(library, state)
        except BaseException as error:
            if not is_damage(error):
                raise
            self._refuse_if_full(error)
            raise StoreError(f"{self._folder}: cannot be written: {error}") from error

    def _refuse_if_full(self, error: BaseException) -> None:
        """On a full disk the index stays at the revision that it has."""
        if "No space left" in str(error) or shutil.disk_usage(self._folder).free < LEAST_FREE:
            raise StoreError(f"{self._folder}: the disk is full; free some space") from error

    def _write(self, library: Library, state: State) -> None:
        if self._index is None:
            self._index = tantivy.Index(SCHEMA, path=str(self._folder))
            self._build = os.urandom(16).hex()
        writer = self._index.writer(heap_size=HEAP, num_threads=1)
        try:
            with ForwardWriter(self._folder, self._size) as forward, _uncollected():
                self._fill(writer, forward, library, state)
            self._reload()
        finally:
            writer.wait_merging_threads()
        self._words = self._words.settled()
        at_large.settle(self._folder)
        checksums.write(self._folder)

    def _fill(
        self, writer: tantivy.IndexWriter, forward: ForwardWriter, library: Library, state: State
    ) -> None:
        analyser = Analyser()
        reached = max(self._reached[1], 0)
        is_anew = reached == 0
        new_upto = state.revision if is_anew else 0  # Each document once: it may change while we are at it.
        batch = Batch(writer, forward, analyser, new_upto)
        self.read_upto = reached
        while changes := library.changes(reached, limit=BATCH):
            batch.add(changes)
            reached = self.read_upto = changes[-1].revision
            if batch.excerpts >= commit_after(forward.size.passages - batch.excerpts):
                self._commit(batch, state.store_id, reached)
                if not (is_anew and self._answers[1] > 0):  # Half an index answers worse than an old one.
                    self._reload()
                batch = Batch(writer, forward, analyser, new_upto)
        self._commit(batch, state.store_id, max(reached, state.revision))

    def _commit(self, batch: Batch, store_id: str, reached: int) -> None:
        """Commit a batch. What grows beside Tantivy goes first: what it has beyond a commit is not read."""
        batch.forward.flush()
        added = self._words.add(*batch.analyser.vocabulary())
        told = {"format": FORMAT, "build": self._build, "store_id": store_id, "revision": reached}
        told |= {"size": asdict(batch.forward.size), "words": added.length}
        meta = tantivy.Document()
        meta.add_text("meta", "meta")
        meta.add_bytes("stored", json.dumps(told).encode())
        batch.writer.delete_documents_by_term("meta", "meta")
        batch.writer.add_document(meta)
        batch.writer.commit()
        self._words = added
        checksums.write(self._folder)

    def _reload(self) -> None:
        """Take up what is on the disk; what cannot be read there counts as nothing."""
        try:
            if self._index is None:
                if not checksums.look_right(self._folder):
                    return
                self._index = tantivy.Index.open(str(self._folder))
            self._index.reload()
            self._take_up(self._index)
        except BaseException as error:
            if not is_damage(error):
                raise
            self._forget()

    def _take_up(self, index: tantivy.Index) -> None:
        searcher = index.searcher()
        told = _meta(searcher, index.schema)
        reached = told["store_id"], told["revision"]
        if (reached, told["build"]) == (self._reached, self._build) and not self.snapshot.is_empty:
            return
        size = Size(**told["size"])
        is_same = told["build"] == self._build and self._words.length
        words = self._words.at(told["words"]) if is_same else Vocabulary.open(self._folder, told["words"])
        self.snapshot = Snapshot(searcher, index.schema, Forward(self._folder, size), words)
        self._reached = self._answers = reached
        self._size, self._words, self._build = size, words, told["build"]

    def _forget(self) -> None:
        """Count what is on the disk as nothing."""
        self._index, self._reached, self._size = None, ("", -1), Size()
        self._words = replace(Vocabulary.of(()), folder=self._folder)
        self._intact = {}

    def _discard(self) -> None:
        """Remove the index; who answers keeps what it has."""
        self._forget()
        for path in self._folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def commit_after(indexed: int) -> int:
    """Return after how many excerpts to commit where so many are *indexed*."""
    return min(max(indexed, COMMITS[0]), COMMITS[1])


def _empty(folder: Path) -> Snapshot:
    index = tantivy.Index(SCHEMA)
    return Snapshot(index.searcher(), index.schema, Forward(folder, Size()), Vocabulary.of(()))


def is_damage(error: BaseException) -> bool:
    """Tell whether *error* is what comes of files that cannot be read or written."""
    return type(error).__name__ == DAMAGE or isinstance(error, ValueError | OSError | msgspec.MsgspecError)


def _meta(searcher: tantivy.Searcher, schema: tantivy.Schema) -> dict[str, Any]:
    """Return how far the index has come, as the last commit told it."""
    hits = searcher.search(tantivy.Query.term_query(schema, "meta", "meta"), limit=1).hits
    if not hits:
        return {"store_id": "", "revision": -1, "build": "", "size": asdict(Size()), "words": 0}
    told: dict[str, Any] = json.loads(bytes(searcher.doc(hits[0][1]).get_first("stored") or b""))
    if told["format"] != FORMAT:
        raise ValueError("an index of another format")
    return told


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep Python's collector from looking again and again at all that is kept of a library."""
    is_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_on:
            gc.enable()
