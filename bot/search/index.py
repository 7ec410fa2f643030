"""The Tantivy index: derived from the store, disposable, one per data folder.

Whoever holds its lock brings it up to the store's revision; the others reload. A missing, damaged or
foreign index is built anew, never an error.
"""

import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import tantivy
from filelock import FileLock, Timeout

from bot.errors import StoreError
from bot.search import checksums
from bot.search.entry import FORMAT, SCHEMA, entries_of
from bot.search.forward import Forward, ForwardWriter, Size
from bot.search.snapshot import Snapshot
from bot.store.library import Library
from bot.store.records import Change, State

HEAP = 64_000_000
"""Bytes the writer may fill before it writes a segment; Tantivy's least is 15 million."""

BATCH = 200
"""Documents that are read from the store at once."""

COMMIT_EVERY = 50_000
"""Excerpts after which a long catching-up is committed: a crash loses some seconds of it."""

LEAST_FREE = 1_000_000
"""Bytes: a disk that has fewer left is full, whatever error that shows as."""

DAMAGE = "PanicException"
"""What Tantivy raises for some damaged files; it derives from BaseException alone."""


class Index:
    """The index in a folder. Safe to be searched from many threads while one follows the store."""

    def __init__(self, folder: Path) -> None:
        """Open what is in *folder*, or begin an empty index there."""
        self._folder = folder
        self._lock = FileLock(f"{folder}.lock")
        self._reached: tuple[str, int] = ("", -1)
        self._size = Size()
        self._index: tantivy.Index | None = None
        self.snapshot = _empty(folder)
        """The index as it stands; what is read from it stays as it is while the index goes on."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{folder}: cannot hold the index ({error.strerror})") from error
        self._reload()

    @property
    def revision(self) -> int:
        """The store's revision that the index has reached; -1 where it is not built."""
        return self._reached[1]

    def is_at(self, state: State) -> bool:
        """Tell whether the index holds the store's *state*."""
        return self._reached == (state.store_id, state.revision)

    def follow(self, library: Library) -> bool:
        """Bring the index to the store's revision; return False where another process is at it."""
        state = library.state()
        if self.is_at(state):
            return True
        try:
            with self._lock.acquire(timeout=0):
                self._reload()
                if not self.is_at(state):
                    self._catch_up(library, state)
                return True
        except Timeout:
            self._reload()
            return self.is_at(state)
        except OSError as error:
            raise StoreError(f"{self._folder}: cannot be written ({error.strerror})") from error

    def rebuild(self, library: Library) -> None:
        """Build the index anew from the store."""
        with self._lock:
            self._discard()
            self._catch_up(library, library.state())

    def _catch_up(self, library: Library, state: State) -> None:
        store_id, reached = self._reached
        if self._index is None or store_id != state.store_id or reached > state.revision:
            self._discard()
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
        writer = self._index.writer(heap_size=HEAP, num_threads=1)
        try:
            with ForwardWriter(self._folder, self._size) as forward:
                reached, written = max(self._reached[1], 0), 0
                while changes := library.changes(reached, limit=BATCH):
                    written += _apply(writer, forward, changes)
                    reached = changes[-1].revision
                    if written >= COMMIT_EVERY:
                        self._commit(writer, forward, state.store_id, reached)
                        written = 0
                self._commit(writer, forward, state.store_id, max(reached, state.revision))
        finally:
            writer.wait_merging_threads()
        checksums.write(self._folder)

    def _commit(
        self, writer: tantivy.IndexWriter, forward: ForwardWriter, store_id: str, reached: int
    ) -> None:
        """Commit what was written. The forward index goes first: what it has beyond a commit is not read."""
        forward.flush()
        writer.delete_documents_by_term("meta", "meta")
        meta = tantivy.Document()
        meta.add_text("meta", "meta")
        told = {"format": FORMAT, "store_id": store_id, "revision": reached, "size": asdict(forward.size)}
        meta.add_bytes("stored", json.dumps(told).encode())
        writer.add_document(meta)
        writer.commit()
        checksums.write(self._folder)
        self._reload()

    def _reload(self) -> None:
        """Take up what is on the disk; what cannot be read there counts as nothing."""
        try:
            if self._index is None:
                if not checksums.look_right(self._folder):
                    return
                self._index = tantivy.Index.open(str(self._folder))
            self._index.reload()
            searcher = self._index.searcher()
            reached, size = _meta(searcher, self._index.schema)
            if reached != self._reached or self.snapshot.is_empty:
                self.snapshot = Snapshot(searcher, self._index.schema, Forward(self._folder, size))
                self._reached, self._size = reached, size
        except BaseException as error:
            if not is_damage(error):
                raise
            self._index, self._reached, self._size = None, ("", -1), Size()

    def _discard(self) -> None:
        self._index, self._reached, self._size, self.snapshot = None, ("", -1), Size(), _empty(self._folder)
        for path in self._folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def _empty(folder: Path) -> Snapshot:
    index = tantivy.Index(SCHEMA)
    return Snapshot(index.searcher(), index.schema, Forward(folder, Size()))


def is_damage(error: BaseException) -> bool:
    """Tell whether *error* is what Tantivy says of files that it cannot read or write."""
    return type(error).__name__ == DAMAGE or isinstance(error, ValueError | OSError)


def _meta(searcher: tantivy.Searcher, schema: tantivy.Schema) -> tuple[tuple[str, int], Size]:
    """Return how far the index has come: the store, its revision, and the size of the forward index."""
    hits = searcher.search(tantivy.Query.term_query(schema, "meta", "meta"), limit=1).hits
    if not hits:
        return ("", -1), Size()
    told = json.loads(bytes(searcher.doc(hits[0][1]).get_first("stored") or b""))
    if told["format"] != FORMAT:
        raise ValueError("an index of another format")
    return (told["store_id"], told["revision"]), Size(**told["size"])


def _apply(writer: tantivy.IndexWriter, forward: ForwardWriter, changes: Iterable[Change]) -> int:
    written = 0
    for change in changes:
        writer.delete_documents_by_term("document", change.document_id)
        forward.begin_document()
        for entry in entries_of(change.excerpts):
            entry.fields.add_unsigned("number", forward.append(entry.own, entry.title, asks=entry.asks))
            writer.add_document(entry.fields)
            written += 1
    return written
