"""How a document is put into the library, changed and removed, within one transaction."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.document import Passage, new_id, plain
from bot.store.database import CHANNEL
from bot.store.records import Draft, Outcome
from bot.store.rows import insert_rows
from bot.store.tables import DESCRIBED, document, excerpt, library, source, tombstone
from bot.store.twins import Twin, Twins


class Writing:
    """One writing transaction's work on the library."""

    def __init__(self, connection: sa.Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now
        self._twins = Twins(connection)
        take_turn(connection)

    def put(self, draft: Draft) -> tuple[Outcome, str]:
        workspace = draft.document.workspace
        by_key = self._by_key(workspace, draft.key)
        twin = self._by_content(workspace, draft.content_hash, removed=False)
        if twin is not None and (by_key is None or twin.id != by_key.id):
            return self._adopt(draft, twin, by_key)
        if twin is None and draft.address is not None and (near := self._twins.of(draft, by_key)):
            return near.outcome, self._join(draft, near, by_key)
        is_copy = by_key is not None and by_key.removed_at is None and self._others(by_key.id, draft.key)
        if by_key is not None and is_copy and twin is None:
            # One of several copies was edited: from here on it is a document of its own.
            touch(self._connection, by_key.id, next_revision(self._connection), file=is_copy[0].file)
            by_key = None
        found = by_key or self._by_content(workspace, draft.content_hash, removed=True)
        if found is None:
            return Outcome.NEW, self._insert(draft)
        if found.removed_at is None and _is_same(found, draft):
            return Outcome.UNCHANGED, found.id
        outcome = Outcome.NEW if found.removed_at else Outcome.CHANGED
        self._replace(draft, found)
        return outcome, found.id

    def detach(self, workspace: str, key: str) -> bool:
        row = self._by_key(workspace, key)
        if row is None or row.removed_at is not None:
            return False
        others = self._others(row.id, key)
        if not others:
            self.remove(row.id)
            return True
        this = (source.c.workspace == workspace) & (source.c.key == key)
        self._connection.execute(source.delete().where(this))
        touch(self._connection, row.id, next_revision(self._connection), file=others[0].file)
        return False

    def remove(self, document_id: str) -> None:
        revision = next_revision(self._connection)
        held = sa.select(excerpt.c.id).where(excerpt.c.document_id == document_id)
        self._bury(document_id, list(self._connection.scalars(held)), revision)
        self._twins.forget(document_id)
        touch(self._connection, document_id, revision, removed_at=self._now)

    def _adopt(self, draft: Draft, twin: sa.Row[Any], by_key: sa.Row[Any] | None) -> tuple[Outcome, str]:
        """Make *twin*, which has the same content, the document that the draft's key holds."""
        if by_key is not None:
            self.detach(draft.document.workspace, draft.key)
        self._attach(draft, twin.id)
        if not _is_same(twin, draft):
            self._replace(draft, twin)
        return Outcome.COPY, twin.id

    def _join(self, draft: Draft, near: Twin, by_key: sa.Row[Any] | None) -> str:
        """Make the draft a source of what it is a near copy of, and its wording where that is better."""
        found = near.document
        if by_key is not None and by_key.id != found.id:
            self.detach(draft.document.workspace, draft.key)
        if near.outcome is Outcome.CHANGED:
            self._twins.take(draft, found)
            self._replace(draft, found)
        elif near.outcome is Outcome.COPY:
            self._attach(draft, found.id, own_hash=draft.content_hash)
        return str(found.id)

    def _insert(self, draft: Draft) -> str:
        document_id = self._unused_id(draft)
        revision = next_revision(self._connection)
        self._connection.execute(
            document.insert().values(
                id=document_id,
                workspace=draft.document.workspace,
                added_at=self._now,
                **self._columns(draft, revision),
            )
        )
        self._attach(draft, document_id)
        self._write_excerpts(draft, document_id, revision, edited=False)
        return document_id

    def _replace(self, draft: Draft, found: sa.Row[Any]) -> None:
        revision = next_revision(self._connection)
        self._connection.execute(
            document.update()
            .where(document.c.id == found.id)
            .values(removed_at=None, **self._columns(draft, revision))
        )
        self._attach(draft, found.id)
        self._write_excerpts(draft, found.id, revision, edited=found.removed_at is None)

    def _columns(self, draft: Draft, revision: int) -> dict[str, Any]:
        return {
            **{name: getattr(draft.document, name) for name in DESCRIBED},
            "topics": list(draft.topics),
            "content_hash": draft.content_hash,
            "made_by": draft.made_by,
            "changed_at": self._now,
            "revision": revision,
        }

    def _unused_id(self, draft: Draft) -> str:
        """The id of this content at first sight; another had it if it was edited since."""
        taken = sa.select(sa.literal(1)).select_from(document)
        ordinal = 0
        while True:
            wanted = new_id("document", draft.document.workspace, draft.content_hash, ordinal)
            if not self._connection.scalar(taken.where(document.c.id == wanted)):
                return wanted
            ordinal += 1

    def _attach(self, draft: Draft, document_id: str, *, own_hash: str | None = None) -> None:
        """Let the draft's key hold a document; *own_hash* is what tells its content where that is another."""
        values = {**self._source(draft, document_id), "content_hash": own_hash}
        this = (source.c.workspace == draft.document.workspace) & (source.c.key == draft.key)
        if not self._connection.execute(source.update().where(this).values(**values)).rowcount:
            self._connection.execute(source.insert().values(**values))

    def _source(self, draft: Draft, document_id: str) -> dict[str, Any]:
        """Return the row of the draft's source."""
        whose = {"workspace": draft.document.workspace, "key": draft.key, "address": draft.address}
        return {**whose, "document_id": document_id, "file": draft.document.file}

    def _write_excerpts(self, draft: Draft, document_id: str, revision: int, *, edited: bool) -> None:
        held = sa.select(excerpt.c.id, excerpt.c.text).where(excerpt.c.document_id == document_id)
        before = {row.id: row.text for row in self._connection.execute(held)}
        if draft.address is not None:
            self._twins.remember(draft, document_id)
        wanted = {values["id"]: values for values in _numbered(draft.passages, document_id)}
        self._bury(document_id, sorted(before.keys() - wanted.keys()), revision)
        fresh = {
            "workspace": draft.document.workspace,
            "document_id": document_id,
            "added_at": self._now,
            "revision": revision,
        }
        runs = {run for text in before.values() for run in _runs(text)} if edited else set()
        new = [values for key, values in wanted.items() if key not in before]
        elsewhere = self._elsewhere([values["text_hash"] for values in new], draft.document.workspace)
        added = []
        for values in new:
            is_known = values["text_hash"] in elsewhere or _is_known(values["text"], runs)
            added.append(values | fresh | {"edited": is_known})
            elsewhere.add(values["text_hash"])  # The second of two equal ones has not arrived either.
        if added:
            self._connection.execute(
                tombstone.delete().where(tombstone.c.excerpt_id == sa.bindparam("gone")),
                [{"gone": row["id"]} for row in added],
            )
            self._connection.execute(excerpt.insert(), added)
        for key in wanted.keys() & before.keys():
            values = {name: value for name, value in wanted[key].items() if name != "id"}
            self._connection.execute(excerpt.update().where(excerpt.c.id == key).values(**values))

    def _elsewhere(self, hashes: Sequence[str], workspace: str) -> set[str]:
        """Return those of *hashes* whose text the workspace can see already."""
        seen = excerpt.c.workspace.in_({"", workspace})
        found: set[str] = set()
        for start in range(0, len(hashes), 500):
            some = excerpt.c.text_hash.in_(hashes[start : start + 500])
            found |= set(self._connection.scalars(sa.select(excerpt.c.text_hash).where(seen, some)))
        return found

    def _bury(self, document_id: str, excerpt_ids: Sequence[str], revision: int) -> None:
        if not excerpt_ids:
            return
        grave = {
            "workspace": sa.select(document.c.workspace)
            .where(document.c.id == document_id)
            .scalar_subquery(),
            "document_id": document_id,
            "removed_at": self._now,
            "revision": revision,
        }
        gone = [{"gone": excerpt_id} for excerpt_id in excerpt_ids]
        self._connection.execute(tombstone.insert().values(excerpt_id=sa.bindparam("gone"), **grave), gone)
        self._connection.execute(excerpt.delete().where(excerpt.c.id == sa.bindparam("gone")), gone)

    def insert(self, drafts: Sequence[tuple[Draft, str]]) -> None:
        """Write new documents of one workspace, in order, each with the id that it is to have.

        As `put` would, but at once: nothing in the store may have their keys, contents or ids.
        """
        workspace = drafts[0][0].document.workspace
        last = next_revision(self._connection, count=len(drafts))
        owners, sources, held = [], [], []
        for revision, (draft, document_id) in enumerate(drafts, start=last - len(drafts) + 1):
            here = {"workspace": workspace, "added_at": self._now}
            owners.append({"id": document_id, **here, **self._columns(draft, revision)})
            sources.append(self._source(draft, document_id))
            fresh = {**here, "document_id": document_id, "revision": revision}
            held += [values | fresh for values in _numbered(draft.passages, document_id)]
        seen = self._elsewhere([values["text_hash"] for values in held], workspace)
        for values in held:
            values["edited"] = values["text_hash"] in seen
            seen.add(values["text_hash"])
        insert_rows(self._connection, document, owners)
        insert_rows(self._connection, source, sources)
        insert_rows(self._connection, excerpt, held)

    def _by_key(self, workspace: str, key: str) -> sa.Row[Any] | None:
        return self._connection.execute(
            sa.select(document)
            .join(source, source.c.document_id == document.c.id)
            .where(source.c.workspace == workspace, source.c.key == key)
        ).one_or_none()

    def _by_content(self, workspace: str, content_hash: str, *, removed: bool) -> sa.Row[Any] | None:
        gone = document.c.removed_at.is_not(None) if removed else document.c.removed_at.is_(None)
        return self._connection.execute(
            sa.select(document)
            .where(document.c.workspace == workspace, document.c.content_hash == content_hash, gone)
            .order_by(document.c.id)
            .limit(1)
        ).one_or_none()

    def _others(self, document_id: str, key: str) -> Sequence[sa.Row[Any]]:
        return self._connection.execute(
            sa.select(source)
            .where(source.c.document_id == document_id, source.c.key != key)
            .order_by(source.c.key)
        ).all()


def take_turn(connection: sa.Connection) -> None:
    """Let one writer at a time look at the library: what it finds stays so until it has written.

    (SQLite has no such clause and needs none: its BEGIN IMMEDIATE is that lock.)
    """
    connection.execute(sa.select(library.c.id).with_for_update())


_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")

RUN = 4
"""Words that stand side by side in two texts and make them kin: chance has three in common, hardly four."""


def _runs(text: str) -> set[tuple[str, ...]]:
    """Return all runs of RUN words of *text*, or all of it if it has fewer."""
    words = _CJK.sub(r" \g<0> ", plain(text)).split()
    return {tuple(words[at : at + RUN]) for at in range(max(len(words) - RUN + 1, 1))}


def _is_known(text: str, known: set[tuple[str, ...]]) -> bool:
    """Tell whether half of *text* or more stood in its document before, if in other passages."""
    runs = _runs(text)
    return 2 * len(runs & known) >= len(runs)


def text_hash(text: str) -> str:
    """Return what is the same for texts that differ in case, white space and punctuation alone."""
    return hashlib.sha256(plain(text).encode()).hexdigest()


def _numbered(passages: Iterable[Passage], document_id: str) -> Iterator[dict[str, Any]]:
    """Yield rows with ids: an edit elsewhere in the document leaves a passage its id."""
    equals: Counter[str] = Counter()
    for ordinal, passage in enumerate(passages):
        yield {
            "id": new_id("excerpt", document_id, passage.text, equals[passage.text]),
            "ordinal": ordinal,
            "text": passage.text,
            "context": passage.context,
            "section": list(passage.section),
            "paragraph": passage.paragraph,
            "page": passage.page,
            "topics": list(passage.topics),
            "text_hash": text_hash(passage.text),
        }
        equals[passage.text] += 1


def next_revision(connection: sa.Connection, *, count: int = 1) -> int:
    """Take the next revisions and return the last; others wait, so that revisions are committed in order.

    With the commit, PostgreSQL tells who listens.
    """
    grown = library.update().values(revision=library.c.revision + count).returning(library.c.revision)
    if connection.dialect.name == "postgresql":
        grown = grown.returning(library.c.revision, sa.func.pg_notify(CHANNEL, ""))
    revision: int = connection.execute(grown).scalars().one()
    return revision


def touch(connection: sa.Connection, document_id: str, revision: int, **values: Any) -> None:
    connection.execute(
        document.update().where(document.c.id == document_id).values(revision=revision, **values)
    )


def _is_same(row: sa.Row[Any], draft: Draft) -> bool:
    return bool(row.content_hash == draft.content_hash and row.made_by == draft.made_by)
