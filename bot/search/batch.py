"""Changes of the library on their way into the index, between one commit and the next."""

from collections.abc import Iterable

import tantivy

from bot.search.analysis import Analyser
from bot.search.entry import entries_of
from bot.search.forward import ForwardWriter
from bot.store.records import Change


class Batch:
    """Writes them to Tantivy and beside it; `excerpts` counts what it wrote."""

    def __init__(
        self, writer: tantivy.IndexWriter, forward: ForwardWriter, analyser: Analyser, new_upto: int
    ) -> None:
        """Take changes; those up to revision *new_upto* are of documents that the index does not have."""
        self.writer = writer
        self.forward = forward
        self.analyser = analyser
        self._new_upto = new_upto
        self.excerpts = 0

    def add(self, changes: Iterable[Change]) -> None:
        """Put *changes* in place of what was there of their documents."""
        for change in changes:
            if change.revision > self._new_upto:
                self.writer.delete_documents_by_term("document", change.document_id)
            self.forward.begin_document()
            for entry in entries_of(change.excerpts, self.analyser):
                entry.fields.add_unsigned(
                    "number", self.forward.append(entry.id, entry.own, entry.title, asks=entry.asks)
                )
                self.writer.add_document(entry.fields)
                self.excerpts += 1
