"""Which document a draft from the net is another source of, and the SQL that finds it.

The wording of a document is that of its sources without a `content_hash`: those hold it. The others hold a
near copy, and their hash tells whether it changed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from bot.store.records import Draft, Outcome
from bot.store.reprint import KIN, Report, containment, is_reprint, is_version
from bot.store.tables import document, excerpt, sketch, source
from bot.store.wording import SKETCH, wording

COMMON = 64
"""Documents with the same hash from which it brings none together: it stands in a publisher's foot."""

SHARED = 2
"""Hashes that a document has in common at least with what is compared with it."""

CANDIDATES = 8
"""Documents that are read and compared, those with most hashes in common."""


class Twin(NamedTuple):
    """A document that a draft is another source of, and what becomes of it.

    UNCHANGED: the source held the same before. COPY: its wording stays. CHANGED: it takes the draft's.
    """

    document: sa.Row[Any]
    outcome: Outcome


class _Held(NamedTuple):
    """A document of the library, and what it reports."""

    row: sa.Row[Any]
    report: Report


class Twins:
    """Finds near copies within one writing transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of(self, draft: Draft, own: sa.Row[Any] | None) -> Twin | None:
        """Return the document that *draft* belongs to, *own* being the one that its key holds so far.

        None if it is *own* with no other source, or none that there is.
        """
        report = _report(draft)
        besides = ""
        if own is not None and own.removed_at is None:
            besides = own.id
            if outcome := self._as_source(draft, report, own):
                return Twin(own, outcome)
        for other in self._at_address(draft, besides):
            if outcome := _as_version(report, other.report):
                return Twin(other.row, outcome)
        for other in self._candidates(draft, report, besides):
            if is_reprint(report, other.report):
                return Twin(other.row, Outcome.COPY)
        return None

    def remember(self, draft: Draft, document_id: str) -> None:
        """Let a document be found by the words of *draft*, and by no others."""
        self.forget(document_id)
        hashes = _report(draft).wording.sketch(draft.document.workspace)
        if hashes:
            rows = [{"hash": one, "document_id": document_id} for one in hashes]
            self._connection.execute(sketch.insert(), rows)

    def forget(self, document_id: str) -> None:
        """Let nothing find a document any more."""
        self._connection.execute(sketch.delete().where(sketch.c.document_id == document_id))

    def take(self, draft: Draft, found: sa.Row[Any]) -> None:
        """Let the sources of a document that takes *draft*'s wording keep what each of them holds."""
        held = sa.func.coalesce(source.c.content_hash, found.content_hash)
        kept = sa.case((held == draft.content_hash, sa.null()), else_=held)
        those = source.c.document_id == found.id
        self._connection.execute(source.update().where(those).values(content_hash=kept))

    def _as_source(self, draft: Draft, report: Report, own: sa.Row[Any]) -> Outcome | None:
        """Return what becomes of the draft in the document of its key; None if it leaves it or is alone."""
        sources = self._connection.execute(sa.select(source).where(source.c.document_id == own.id)).all()
        if any(row.key == draft.key and row.content_hash == draft.content_hash for row in sources):
            return Outcome.UNCHANGED
        others = [row for row in sources if row.key != draft.key]
        if not others:
            return None
        [held] = [one.report for one in self._read([own.id])]
        is_same_page = any(row.address == draft.address for row in others)
        as_version = _as_version(report, held) if is_same_page else None
        if all(row.content_hash for row in others):  # Nobody else has the wording: it may be edited.
            is_edit = as_version or containment(report.wording, held.wording) >= KIN
            return Outcome.CHANGED if is_edit else None
        return as_version or (Outcome.COPY if is_reprint(report, held) else None)

    def _at_address(self, draft: Draft, besides: str) -> Iterable[_Held]:
        """Return the living documents, *besides* one, that other sources have from the draft's address."""
        where = {"address": draft.address, "workspace": draft.document.workspace}
        found = set(self._connection.scalars(_AT_ADDRESS, where))
        return self._read(sorted(found - {besides})[:CANDIDATES])

    def _candidates(self, draft: Draft, report: Report, besides: str) -> Iterable[_Held]:
        """Return the living documents, *besides* one, that share most hashes with the draft."""
        hashes = report.wording.sketch(draft.document.workspace)
        shared: Counter[str] = Counter()
        for held in self._holders(hashes):
            if len(held) <= COMMON:
                shared.update(held)
        least = min(SHARED, len(hashes))
        near = [one for one, times in shared.items() if times >= least and one != besides]
        return self._read(sorted(near, key=lambda one: (-shared[one], one))[:CANDIDATES])

    def _holders(self, hashes: Sequence[int]) -> Iterable[list[str]]:
        """Return the documents that have each of *hashes*, no more of them than tells that they are many."""
        if not hashes:
            return []
        held: dict[int, list[str]] = defaultdict(list)
        wanted = {f"hash_{at}": one for at, one in enumerate(hashes)}
        for one, document_id in self._connection.execute(_holding(len(hashes)), wanted):
            held[one].append(document_id)
        return held.values()

    def _read(self, ids: Sequence[str]) -> list[_Held]:
        """Return those of the documents with these *ids* that are living, in this order."""
        if not ids:
            return []
        rows = {row.id: row for row in self._connection.execute(_LIVING, {"ids": ids})}
        texts: dict[str, list[str]] = {one: [] for one in ids}
        for document_id, text in self._connection.execute(_TEXTS, {"ids": list(rows)}) if rows else ():
            texts[document_id].append(text)
        return [_Held(rows[one], _report_of(rows[one], texts[one])) for one in ids if one in rows]


_AT_ADDRESS = (
    sa.select(source.c.document_id)
    .where(source.c.address == sa.bindparam("address"), source.c.workspace == sa.bindparam("workspace"))
    .limit(COMMON)
)
_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
_LIVING = sa.select(document).where(document.c.id.in_(_IDS), document.c.removed_at.is_(None))
_TEXTS = (
    sa.select(excerpt.c.document_id, excerpt.c.text)
    .where(excerpt.c.document_id.in_(_IDS))
    .order_by(excerpt.c.document_id, excerpt.c.ordinal)
)


@lru_cache(maxsize=SKETCH)
def _holding(hashes: int) -> sa.CompoundSelect[Any]:
    """Return what selects the first holders of each of so many hashes."""
    each = [
        sa.select(sketch).where(sketch.c.hash == sa.bindparam(f"hash_{at}")).limit(COMMON + 1).subquery()
        for at in range(hashes)
    ]
    return sa.union_all(*map(sa.select, each))


def _report_of(row: sa.Row[Any], texts: Sequence[str]) -> Report:
    return Report(wording(tuple(texts)), row.title, row.date)


def _report(draft: Draft) -> Report:
    told = wording(tuple(passage.text for passage in draft.passages))
    return Report(told, draft.document.title, draft.document.date)


def _as_version(report: Report, held: Report) -> Outcome | None:
    """Return what becomes of a report of the same page: the one with more words stays, or comes."""
    if is_reprint(report, held):
        return Outcome.COPY
    if not is_version(report, held):
        return None
    return Outcome.CHANGED if len(report.wording.told) > len(held.wording.told) else Outcome.COPY
