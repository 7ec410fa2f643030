"""A bare Tantivy index over the library's excerpts: what there is to be had without any care for an answer.

One field with title and text, analysed by Tantivy's `en_stem`, and the text as it stands.
"""

from pathlib import Path

import tantivy

from bot.search.index import HEAP, commit_after
from bot.store.library import Library

BATCH = 200
"""Documents that are read from the store at once."""

HITS = 10
"""Texts of an answer."""


class Bare:
    """The index in a folder, and one state of it that answers."""

    def __init__(self, folder: Path) -> None:
        self._index = tantivy.Index.open(str(folder))
        self._searcher = self._index.searcher()

    def search(self, text: str) -> list[str]:
        """Return the texts of the best excerpts that have a word of *text*."""
        query = self._index.parse_query(text, ["text"])
        hits = self._searcher.search(query, HITS).hits
        return [bytes(self._searcher.doc(at).get_first("stored") or b"").decode() for _, at in hits]


def build_bare(library: Library, folder: Path) -> None:
    """Build it in *folder*, with about as many segments as Briefbot's: by commits as large."""
    folder.mkdir()
    build = tantivy.SchemaBuilder()
    build.add_text_field("text", tokenizer_name="en_stem")
    build.add_bytes_field("stored", stored=True)
    writer = tantivy.Index(build.build(), path=str(folder)).writer(heap_size=HEAP, num_threads=1)
    reached = written = committed = 0
    while changes := library.changes(reached, limit=BATCH):
        for excerpt in (one for change in changes for one in change.excerpts):
            entry = tantivy.Document()
            entry.add_text("text", f"{excerpt.document.title}\n{excerpt.text}")
            entry.add_bytes("stored", excerpt.text.encode())
            writer.add_document(entry)
            written += 1
        reached = changes[-1].revision
        if written >= commit_after(committed):
            writer.commit()
            committed, written = committed + written, 0
    writer.commit()
    writer.wait_merging_threads()
