"""What arrived in a stretch of revisions and what was published on given days: the SQL that finds it."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

import sqlalchemy as sa

from bot.document import Document, Excerpt
from bot.store.database import Database
from bot.store.library import documents_of, excerpt_of
from bot.store.records import Marked, Published
from bot.store.tables import document, excerpt

AT_ONCE = 500
"""Ids that are named in one statement."""


class Timeline:
    """The library by time. Windows of revisions leave the first out and count the last in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def arrived(self, workspace: str, *, after: int, upto: int) -> list[Marked]:
        """Return all that arrived, without its text, in the order of revision and document.

        What stands in place of a passage that was edited has not arrived.
        """
        wanted = (
            sa.select(excerpt.c.id, excerpt.c.document_id, excerpt.c.topics)
            .where(_seen(excerpt, workspace), excerpt.c.edited.is_(False))
            .where(excerpt.c.revision > after, excerpt.c.revision <= upto)
            .order_by(excerpt.c.revision, excerpt.c.document_id, excerpt.c.ordinal)
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted)
            return [Marked(excerpt_id, owner, tuple(topics)) for excerpt_id, owner, topics in rows]

    def held(self, workspace: str) -> list[Marked]:
        """Return all that is there, without its text, one document after the other."""
        wanted = (
            sa.select(excerpt.c.id, excerpt.c.document_id, excerpt.c.topics)
            .where(_seen(excerpt, workspace))
            .order_by(excerpt.c.document_id, excerpt.c.ordinal)
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted)
            return [Marked(row.id, row.document_id, tuple(row.topics)) for row in rows]

    def published(self, workspace: str, *, since: date, before: date, upto: int) -> Iterator[Published]:
        """Yield what arrived up to a revision of documents of these days, one document after the other.

        The first day is counted in, the last is not.
        """
        columns = (
            document.c.id, document.c.date, document.c.publisher, document.c.author, document.c.based_on,
            excerpt.c.topics, excerpt.c.text,
        )  # fmt: skip
        wanted = (
            sa.select(*columns)
            .join(excerpt, excerpt.c.document_id == document.c.id)
            .where(_seen(document, workspace), excerpt.c.edited.is_(False), excerpt.c.revision <= upto)
            .where(document.c.date >= since, document.c.date < before)
            .order_by(document.c.date, document.c.id, excerpt.c.ordinal)
            .execution_options(yield_per=1000)
        )
        with self._database.reading() as connection:
            for document_id, day, publisher, author, based_on, topics, text in connection.execute(wanted):
                yield Published(document_id, day, based_on or publisher or author, tuple(topics), text)

    def excerpts(self, ids: Sequence[str]) -> list[tuple[Excerpt, str]]:
        """Return the excerpts with these ids that are still there, each with its text's hash, in order."""
        found: dict[str, tuple[Excerpt, str]] = {}
        with self._database.reading() as connection:
            for start in range(0, len(ids), AT_ONCE):
                wanted = sa.select(excerpt).where(excerpt.c.id.in_(ids[start : start + AT_ONCE]))
                rows = connection.execute(wanted).all()
                owners = documents_of(connection, {row.document_id for row in rows})
                found |= {row.id: (excerpt_of(row, owners[row.document_id]), row.text_hash) for row in rows}
        return [found[one] for one in ids if one in found]

    def documents(self, ids: Collection[str]) -> dict[str, Document]:
        """Return the documents with these ids."""
        with self._database.reading() as connection:
            return documents_of(connection, ids)

    def last_arrival(self, workspace: str, *, upto: int) -> datetime | None:
        """Return the moment of the last arrival up to a revision, None if there was none."""
        newest = (
            sa.select(excerpt.c.added_at)
            .where(_seen(excerpt, workspace), excerpt.c.edited.is_(False), excerpt.c.revision <= upto)
            .order_by(excerpt.c.revision.desc())
            .limit(1)
        )
        with self._database.reading() as connection:
            moment: datetime | None = connection.scalar(newest)
        return moment


def _seen(table: sa.Table, workspace: str) -> sa.ColumnElement[bool]:
    # The bare column would make SQLite go through all of a workspace, not through the days or revisions.
    return sa.func.coalesce(table.c.workspace, "").in_({"", workspace})
