"""Documents and excerpts in the store, and the SQL that finds them."""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.document import Document, Excerpt
from bot.store.batch import AT_ONCE, Batch
from bot.store.database import Database
from bot.store.hearing import Hearing
from bot.store.records import Arrival, Change, Draft, Outcome, Removed, Source, State
from bot.store.tables import DESCRIBED, document, excerpt, library, source, tombstone
from bot.store.writing import Writing, next_revision, take_turn, touch

log = logging.getLogger(__name__)


class Library:
    """All documents and excerpts. Every datetime is UTC-aware; every change takes a new revision."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def hearing(self) -> Hearing:
        """Return what hears of other processes' changes, for one thread."""
        return Hearing(self._database)

    def state(self) -> State:
        """Return the store's state: one cheap statement."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(library)).one()
        return State(row.store_id, row.revision, row.topics_mark)

    def put(self, draft: Draft, *, now: datetime) -> tuple[Outcome, str]:
        """Store *draft* whole or not at all; return what became of it and its document's id.

        A document is found again by its source key, then by its content, and keeps its id. No two
        documents of a workspace have the same content: the second is another source of the first, and so is
        what comes from the net and says the same but for a few words, or stands at the same address.
        """
        with self._database.writing() as connection:
            return Writing(connection, now).put(draft)

    def put_all(self, drafts: Sequence[Draft], *, now: datetime) -> list[tuple[Outcome, str]]:
        """Store *drafts* of one workspace in one transaction; what comes of each is what `put` makes of it.

        If one cannot be stored, those before it are, and its error is raised.
        """
        try:
            with self._database.writing() as connection:
                return Batch(connection, drafts, now).put() if drafts else []
        except Exception as error:
            if len(drafts) == 1:
                raise
            log.info("%s documents cannot be stored together, and are one by one: %s", len(drafts), error)
        return [self.put(draft, now=now) for draft in drafts]

    def standing(self, workspace: str, keys: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Return the content hash that each of *keys* holds, and what made its document's passages."""
        held = sa.func.coalesce(source.c.content_hash, document.c.content_hash)
        found: dict[str, tuple[str, str]] = {}
        with self._database.reading() as connection:
            for start in range(0, len(keys), AT_ONCE):
                wanted = (
                    sa.select(source.c.key, held, document.c.made_by)
                    .join(document, document.c.id == source.c.document_id)
                    .where(source.c.workspace == workspace, document.c.removed_at.is_(None))
                    .where(source.c.key.in_(keys[start : start + AT_ONCE]))
                )
                found |= {key: (content, maker) for key, content, maker in connection.execute(wanted)}
        return found

    def detach(self, workspace: str, key: str, *, now: datetime) -> bool:
        """Forget that *key* holds a document; tell whether it is removed, as nothing else holds it."""
        with self._database.writing() as connection:
            return Writing(connection, now).detach(workspace, key)

    def remove(self, document_id: str, *, now: datetime) -> None:
        """Remove a document with its excerpts; their ids keep saying what became of them."""
        with self._database.writing() as connection:
            Writing(connection, now).remove(document_id)

    def mark(self, document_id: str, topics: Mapping[str, tuple[str, ...]]) -> None:
        """Set the topics of a document's excerpts, by excerpt id."""
        with self._database.writing() as connection:
            take_turn(connection)
            for excerpt_id, names in topics.items():
                connection.execute(
                    excerpt.update().where(excerpt.c.id == excerpt_id).values(topics=list(names))
                )
            touch(connection, document_id, next_revision(connection))

    def set_topics_mark(self, mark: str) -> None:
        """Remember by which topics the excerpts are marked."""
        with self._database.writing() as connection:
            connection.execute(library.update().values(topics_mark=mark))

    def keys(self, workspace: str, prefix: str) -> list[str]:
        """Return the source keys of living documents that begin with *prefix*, in order."""
        return list(self.each_key(workspace, prefix))

    def each_key(self, workspace: str, prefix: str) -> Iterator[str]:
        """Yield them, as they are when the first is asked for: there may be a million."""
        keys = (
            sa.select(source.c.key)
            .join(document, document.c.id == source.c.document_id)
            .where(source.c.workspace == workspace, document.c.removed_at.is_(None))
            .where(sa.func.substr(source.c.key, 1, len(prefix)) == prefix)  # LIKE ignores case on SQLite.
            .order_by(source.c.key)
            .execution_options(yield_per=1000)
        )
        with self._database.reading() as connection:
            yield from connection.scalars(keys)

    def count(self, workspace: str, prefix: str) -> int:
        """Return how many living documents have the source key *prefix*, or one below it."""
        begun = [sa.func.substr(source.c.key, 1, len(prefix) + 1) == f"{prefix}{mark}" for mark in "/#"]
        wanted = (
            sa.select(sa.func.count(source.c.document_id.distinct()))
            .join(document, document.c.id == source.c.document_id)
            .where(source.c.workspace == workspace, document.c.removed_at.is_(None))
            .where(sa.or_(source.c.key == prefix, *begun))
        )
        with self._database.reading() as connection:
            return int(connection.scalar(wanted) or 0)

    def siblings(self, document_id: str) -> list[str]:
        """Return all source keys of a document, in order."""
        keys = sa.select(source.c.key).where(source.c.document_id == document_id)
        with self._database.reading() as connection:
            return list(connection.scalars(keys.order_by(source.c.key)))

    def addresses(self, document_id: str) -> list[str]:
        """Return the addresses of a document on the net, each once, that of its wording first."""
        is_near = source.c.content_hash.is_not(None)
        wanted = sa.select(source.c.address).where(
            source.c.document_id == document_id, source.c.address.is_not(None)
        )
        with self._database.reading() as connection:
            return list(dict.fromkeys(connection.scalars(wanted.order_by(is_near, source.c.key))))

    def document(self, document_id: str, *, workspace: str) -> Document | Removed | None:
        """Return a document that *workspace* sees, or what became of it."""
        wanted = sa.select(document).where(
            document.c.id == document_id, document.c.workspace.in_({"", workspace})
        )
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
        if row is None:
            return None
        if row.removed_at:
            return Removed(document_of(row), row.removed_at, document_remains=False)
        return document_of(row)

    def excerpt(self, excerpt_id: str, *, workspace: str) -> Excerpt | Removed | None:
        """Return an excerpt that *workspace* sees, or what became of it."""
        seen = document.c.workspace.in_({"", workspace})
        living = sa.select(excerpt).where(excerpt.c.id == excerpt_id)
        gone = sa.select(tombstone).where(tombstone.c.excerpt_id == excerpt_id)
        with self._database.reading() as connection:
            row = connection.execute(living).one_or_none() or connection.execute(gone).one_or_none()
            if row is None:
                return None
            whose = sa.select(document).where(document.c.id == row.document_id, seen)
            owner = connection.execute(whose).one_or_none()
        if owner is None:
            return None
        if "text" in row._fields:
            return excerpt_of(row, document_of(owner))
        return Removed(document_of(owner), row.removed_at, document_remains=owner.removed_at is None)

    def publishers(self, workspace: str) -> list[str]:
        """Return who published what *workspace* sees, who did most first."""
        seen = document.c.workspace.in_({"", workspace}) & document.c.removed_at.is_(None)
        often = sa.func.count().desc()
        wanted = (
            sa.select(document.c.publisher)
            .where(seen, document.c.publisher.is_not(None))
            .group_by(document.c.publisher)
            .order_by(often, document.c.publisher)
        )
        with self._database.reading() as connection:
            return list(connection.scalars(wanted).all())

    def sources(self, workspace: str, *, limit: int) -> list[Source]:
        """Return who published what *workspace* sees, those first of whom something came or changed last."""
        last = sa.func.max(document.c.changed_at)
        wanted = (
            sa.select(document.c.publisher, sa.func.count(), last)
            .where(document.c.workspace.in_({"", workspace}), document.c.removed_at.is_(None))
            .group_by(document.c.publisher)
            .order_by(last.desc(), document.c.publisher)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [Source(*row) for row in connection.execute(wanted)]

    def changes(self, after: int, *, limit: int = 200) -> list[Change]:
        """Return the next *limit* documents that changed after revision *after*, oldest first."""
        changed = (
            sa.select(document).where(document.c.revision > after).order_by(document.c.revision).limit(limit)
        )
        with self._database.reading() as connection:
            rows = connection.execute(changed).all()
            held = _excerpts_of(connection, map(document_of, rows))
        return [Change(row.revision, row.id, tuple(held[row.id])) for row in rows]

    def arrived(self, workspace: str, *, after: int, upto: int, limit: int) -> list[Arrival]:
        """Return the newest *limit* excerpts that arrived after one revision, up to and with another.

        What stands in place of a passage that was edited has not arrived.
        """
        # The bare column would make SQLite go through all of a workspace, not through the revisions.
        seen = sa.func.coalesce(excerpt.c.workspace, "").in_({"", workspace}) & excerpt.c.edited.is_(False)
        wanted = (
            sa.select(excerpt)
            .where(seen, excerpt.c.revision > after, excerpt.c.revision <= upto)
            .order_by(excerpt.c.revision.desc(), excerpt.c.ordinal)
            .limit(limit)
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
            owners = documents_of(connection, {row.document_id for row in rows})
        return [
            Arrival(excerpt_of(row, owners[row.document_id]), row.revision, row.text_hash) for row in rows
        ]

    def added(self, workspace: str, *, limit: int) -> list[tuple[Document, datetime]]:
        """Return the documents that were added last and are still there, the last first, and when."""
        # The bare column would make SQLite go through all of a workspace, not through the moments.
        seen = sa.func.coalesce(document.c.workspace, "").in_({"", workspace})
        wanted = (
            sa.select(document)
            .where(seen, document.c.removed_at.is_(None))
            .order_by(document.c.added_at.desc(), document.c.id)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [(document_of(row), row.added_at) for row in connection.execute(wanted)]

    def revision_at(self, moment: datetime) -> int:
        """Return the revision of the newest excerpt that was there at *moment*, 0 if there was none."""
        newest = sa.select(sa.func.max(excerpt.c.revision)).where(excerpt.c.added_at <= moment)
        with self._database.reading() as connection:
            return int(connection.scalar(newest) or 0)

    def living(self, *, batch: int = 200) -> Iterator[tuple[Sequence[str], tuple[Excerpt, ...]]]:
        """Yield each document's declared topics and its excerpts, by document id."""
        last = ""
        while True:
            some = (
                sa.select(document)
                .where(document.c.removed_at.is_(None), document.c.id > last)
                .order_by(document.c.id)
                .limit(batch)
            )
            with self._database.reading() as connection:
                rows = connection.execute(some).all()
                held = _excerpts_of(connection, map(document_of, rows))
            for row in rows:
                yield row.topics, tuple(held[row.id])
            if len(rows) < batch:
                return
            last = rows[-1].id


def documents_of(connection: sa.Connection, ids: Collection[str]) -> dict[str, Document]:
    """Return the documents with these *ids*, by id."""
    some = list(ids)
    found: dict[str, Document] = {}
    for start in range(0, len(some), 500):
        wanted = sa.select(document).where(document.c.id.in_(some[start : start + 500]))
        found |= {row.id: document_of(row) for row in connection.execute(wanted)}
    return found


def _excerpts_of(connection: sa.Connection, owners: Iterable[Document]) -> dict[str, list[Excerpt]]:
    """Return the excerpts of *owners* in their order, by document id."""
    whose = {owner.id: owner for owner in owners}
    held: dict[str, list[Excerpt]] = {document_id: [] for document_id in whose}
    wanted = sa.select(excerpt.c.document_id, *_TOLD).where(excerpt.c.document_id.in_(whose))
    for document_id, *told in connection.execute(wanted.order_by(excerpt.c.document_id, excerpt.c.ordinal)):
        held[document_id].append(_excerpt(whose[document_id], *told))
    return held


def document_of(row: sa.Row[Any]) -> Document:
    """Return the document that *row* of its table tells of."""
    described = {name: getattr(row, name) for name in DESCRIBED}
    return Document(id=row.id, workspace=row.workspace, **described)


def excerpt_of(row: sa.Row[Any], owner: Document) -> Excerpt:
    """Return the excerpt of *owner* that *row* of its table tells of."""
    return _excerpt(owner, *(getattr(row, column.name) for column in _TOLD))


_TOLD = tuple(
    excerpt.c[name]
    for name in ("id", "text", "section", "paragraph", "context", "topics", "added_at", "edited", "page")
)
"""The columns that an excerpt is made of, in the order of `_excerpt`."""


def _excerpt(  # noqa: PLR0917 - the columns of a row
    owner: Document,
    excerpt_id: str,
    text: str,
    section: list[str],
    paragraph: int,
    context: str | None,
    topics: list[str],
    added: datetime,
    edited: bool,
    page: int | None,
) -> Excerpt:
    return Excerpt(
        excerpt_id, owner, text, tuple(section), paragraph, context, tuple(topics), added, edited, page
    )
