"""The library's tables, the same on SQLite and PostgreSQL.

`workspace` is '' for what all workspaces see. Every change of the library takes the next `revision`
from the one row of `library`, in its own transaction, so that revisions grow in commit order. Programs whose
schema is `oldest` or newer work with the store.

A `clip` is a message or a file that someone added, an `offer` a message that waits to be confirmed, and
`awaited` a file that waits to be read. A `source` is where a document was found; `address` is its canonical
URL, `content_hash` its own, where it is a near copy.

A `followed` is a feed, page or sitemap that was added while running; a `visit` is how it stands with one of
them or of `config.yml`, an `entry` what it held. A `sketch` has the least hashes of a document's words.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa


class Moment(sa.TypeDecorator[datetime]):
    """A UTC-aware datetime on both engines; SQLite keeps it as naive UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Give SQLite the naive UTC that it can compare."""
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return it aware, in UTC."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


metadata = sa.MetaData()

library = sa.Table(
    "library",
    metadata,
    sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("store_id", sa.String(32), nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("topics_mark", sa.String(64), nullable=False),
    sa.Column("oldest", sa.String(4), nullable=False, server_default="0011"),
)

document = sa.Table(
    "document",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("workspace", sa.String(32), nullable=False),
    sa.Column("title", sa.Text),
    sa.Column("author", sa.Text),
    sa.Column("publisher", sa.Text),
    sa.Column("based_on", sa.Text),
    sa.Column("url", sa.Text),
    sa.Column("date", sa.Date),
    sa.Column("language", sa.String(35)),
    sa.Column("file", sa.Text),
    sa.Column("topics", sa.JSON, nullable=False),
    sa.Column("content_hash", sa.String(64), nullable=False),
    sa.Column("made_by", sa.String(64), nullable=False),
    sa.Column("added_at", Moment, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("removed_at", Moment),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Index("document_by_content", "workspace", "content_hash"),
    sa.Index("document_by_revision", "revision"),
    sa.Index("document_by_date", "date"),
    sa.Index("document_by_added", "added_at"),
)

source = sa.Table(
    "source",
    metadata,
    sa.Column("workspace", sa.String(32), primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("document_id", sa.String(16), sa.ForeignKey("document.id"), nullable=False),
    sa.Column("file", sa.Text),
    sa.Column("address", sa.Text),
    sa.Column("content_hash", sa.String(64)),
    sa.Index("source_by_document", "document_id"),
    sa.Index("source_by_address", "address"),
)

excerpt = sa.Table(
    "excerpt",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("workspace", sa.String(32), nullable=False),
    sa.Column("document_id", sa.String(16), sa.ForeignKey("document.id"), nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("context", sa.Text),
    sa.Column("section", sa.JSON, nullable=False),
    sa.Column("paragraph", sa.Integer, nullable=False),
    sa.Column("page", sa.Integer),
    sa.Column("topics", sa.JSON, nullable=False),
    sa.Column("text_hash", sa.String(64), nullable=False),
    sa.Column("edited", sa.Boolean, nullable=False),
    sa.Column("added_at", Moment, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Index("excerpt_by_document", "document_id", "ordinal"),
    sa.Index("excerpt_by_text", "workspace", "text_hash"),
    sa.Index("excerpt_by_revision", "revision"),
)

tombstone = sa.Table(
    "tombstone",
    metadata,
    sa.Column("excerpt_id", sa.String(16), primary_key=True),
    sa.Column("workspace", sa.String(32), nullable=False),
    sa.Column("document_id", sa.String(16), sa.ForeignKey("document.id"), nullable=False),
    sa.Column("removed_at", Moment, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
)

act = sa.Table(
    "act",
    metadata,
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("done_at", Moment, nullable=False),
)

question = sa.Table(
    "question",
    metadata,
    sa.Column("workspace", sa.String(32), primary_key=True),
    sa.Column("user", sa.String(32), primary_key=True),
    sa.Column("text", sa.String(500), primary_key=True),
    sa.Column("is_found", sa.Boolean, nullable=False),
    sa.Column("is_useful", sa.Boolean),
    sa.Column("noted_at", Moment, nullable=False),
)

offer = sa.Table(
    "offer",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("workspace", sa.String(32), nullable=False),
    sa.Column("user", sa.String(32), nullable=False),
    sa.Column("said", sa.JSON, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
)

clip = sa.Table(
    "clip",
    metadata,
    sa.Column("workspace", sa.String(32), primary_key=True),
    sa.Column("key", sa.String(100), primary_key=True),
    sa.Column("document_id", sa.String(16), sa.ForeignKey("document.id"), nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("added_by", sa.String(32), nullable=False),
    sa.Column("added_name", sa.Text, nullable=False),
    sa.Column("added_at", Moment, nullable=False),
    sa.Index("clip_by_document", "document_id"),
)

awaited = sa.Table(
    "awaited",
    metadata,
    sa.Column("workspace", sa.String(32), primary_key=True),
    sa.Column("key", sa.String(100), primary_key=True),
    sa.Column("added_by", sa.String(32), primary_key=True),
    sa.Column("added_name", sa.Text, nullable=False),
    sa.Column("file", sa.JSON, nullable=False),
    sa.Column("said", sa.JSON, nullable=False),
    sa.Column("url", sa.Text),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("claim", sa.String(32), nullable=False),
    sa.Column("claimed_until", Moment, nullable=False),
    sa.Index("awaited_by_claim", "claimed_until"),
)

followed = sa.Table(
    "followed",
    metadata,
    sa.Column("workspace", sa.String(32), primary_key=True),
    sa.Column("address", sa.Text, primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("added_by", sa.String(32), nullable=False),
    sa.Column("added_name", sa.Text, nullable=False),
    sa.Column("added_at", Moment, nullable=False),
)

visit = sa.Table(
    "visit",
    metadata,
    sa.Column("workspace", sa.String(32), primary_key=True),
    sa.Column("address", sa.Text, primary_key=True),
    sa.Column("moved_to", sa.Text),
    sa.Column("etag", sa.Text),
    sa.Column("modified", sa.Text),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("claimed_until", Moment),
    sa.Column("tried_at", Moment),
    sa.Column("succeeded_at", Moment),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("why", sa.Text),
    sa.Index("visit_by_due", "due_at"),
)

entry = sa.Table(
    "entry",
    metadata,
    sa.Column("workspace", sa.String(32), primary_key=True),
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("due_at", Moment),
    sa.Column("why", sa.Text),
    sa.Index("entry_by_due", "due_at"),
)

sketch = sa.Table(
    "sketch",
    metadata,
    sa.Column("hash", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("document_id", sa.String(16), sa.ForeignKey("document.id"), primary_key=True),
    sa.Index("sketch_by_document", "document_id"),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("workspace", sa.String(32), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("who", sa.String(32), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("what", sa.String(32), nullable=False),
    sa.Column("on", sa.Text, nullable=False),
    sa.Index("audit_by_workspace", "workspace", "id"),
)

DESCRIBED = ("title", "author", "publisher", "based_on", "url", "date", "language", "file")
"""The columns of what a document says of itself; Document has fields of the same names."""
