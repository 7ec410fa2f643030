"""Many documents put in one transaction: those that are new go in together, the others one by one."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.document import new_id
from bot.store.records import Draft, Outcome
from bot.store.tables import document, source
from bot.store.writing import Writing

AT_ONCE = 500
"""Values that are named in one statement."""


class Batch:
    """One writing transaction's drafts, of one workspace; what becomes of each `Writing.put` says.

    A draft is plainly new if nothing in the store has its key, its content or its id, and nothing is to be
    compared with it, as what comes from the net is. The others may change what is there of each other: before
    one of them is put, the new ones above it are written.
    """

    def __init__(self, connection: sa.Connection, drafts: Sequence[Draft], now: datetime) -> None:
        """Take the library's turn and look for what is there of *drafts*."""
        self._connection = connection
        self._writing = Writing(connection, now)
        self._drafts = drafts
        self._waiting: list[tuple[Draft, str]] = []
        workspace = drafts[0].document.workspace
        self._ids = [new_id("document", workspace, draft.content_hash, 0) for draft in drafts]
        here = document.c.workspace == workspace
        self._hashes = self._there(document.c.content_hash, (one.content_hash for one in drafts), here)
        self._keys = self._there(source.c.key, (one.key for one in drafts), source.c.workspace == workspace)
        self._taken = self._there(document.c.id, self._ids, sa.true())

    def put(self) -> list[tuple[Outcome, str]]:
        """Put all drafts in order; return what became of each and its document's id."""
        outcomes = [self._put(draft, wanted) for draft, wanted in zip(self._drafts, self._ids, strict=True)]
        self._write()
        return outcomes

    def _put(self, draft: Draft, wanted: str) -> tuple[Outcome, str]:
        is_known = draft.key in self._keys or draft.content_hash in self._hashes or wanted in self._taken
        self._keys.add(draft.key)
        self._hashes.add(draft.content_hash)
        if not is_known and draft.address is None:
            self._waiting.append((draft, wanted))
            return Outcome.NEW, wanted
        self._write()
        return self._writing.put(draft)

    def _write(self) -> None:
        """Write the documents that wait."""
        if self._waiting:
            self._writing.insert(self._waiting)
            self._waiting = []

    def _there(
        self, column: sa.Column[str], values: Iterable[str], where: sa.ColumnElement[bool]
    ) -> set[str]:
        """Return which of *values* stand in *column*."""
        told = list(values)
        found: set[str] = set()
        for start in range(0, len(told), AT_ONCE):
            some = sa.select(column).where(where, column.in_(told[start : start + AT_ONCE]))
            found.update(self._connection.scalars(some))
        return found
