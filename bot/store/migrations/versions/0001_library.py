"""The library: documents, where they come from, their excerpts, and what was removed."""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables and the one row that counts revisions."""
    library = op.create_table(
        "library",
        sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("store_id", sa.String(32), nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("topics_mark", sa.String(64), nullable=False),
    )
    op.bulk_insert(library, [{"id": 1, "store_id": uuid.uuid4().hex, "revision": 0, "topics_mark": ""}])
    op.create_table(
        "document",
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
        sa.Column("added_at", moment, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.Column("removed_at", moment),
        sa.Column("revision", sa.BigInteger, nullable=False),
    )
    op.create_index("document_by_content", "document", ["workspace", "content_hash"])
    op.create_index("document_by_revision", "document", ["revision"])
    op.create_table(
        "source",
        sa.Column("workspace", sa.String(32), primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("document_id", sa.String(16), sa.ForeignKey("document.id"), nullable=False),
        sa.Column("file", sa.Text),
    )
    op.create_index("source_by_document", "source", ["document_id"])
    op.create_table(
        "excerpt",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("workspace", sa.String(32), nullable=False),
        sa.Column("document_id", sa.String(16), sa.ForeignKey("document.id"), nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("context", sa.Text),
        sa.Column("section", sa.JSON, nullable=False),
        sa.Column("paragraph", sa.Integer, nullable=False),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("text_hash", sa.String(64), nullable=False),
        sa.Column("edited", sa.Boolean, nullable=False),
        sa.Column("added_at", moment, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
    )
    op.create_index("excerpt_by_document", "excerpt", ["document_id", "ordinal"])
    op.create_index("excerpt_by_text", "excerpt", ["workspace", "text_hash"])
    op.create_index("excerpt_by_revision", "excerpt", ["revision"])
    op.create_table(
        "tombstone",
        sa.Column("excerpt_id", sa.String(16), primary_key=True),
        sa.Column("workspace", sa.String(32), nullable=False),
        sa.Column("document_id", sa.String(16), sa.ForeignKey("document.id"), nullable=False),
        sa.Column("removed_at", moment, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
    )
