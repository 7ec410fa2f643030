"""Sources on the net and what they held; pages; where near copies came from."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations.growing import add_column, add_index

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add what is followed, visits, entries and sketches; and columns beside."""
    moment = sa.DateTime(timezone=True)
    add_column("source", sa.Column("address", sa.Text))
    add_index("source_by_address", "source", ["address"])
    op.add_column("source", sa.Column("content_hash", sa.String(64)))
    op.add_column("excerpt", sa.Column("page", sa.Integer))
    op.create_table(
        "followed",
        sa.Column("workspace", sa.String(32), primary_key=True),
        sa.Column("address", sa.Text, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("added_by", sa.String(32), nullable=False),
        sa.Column("added_name", sa.Text, nullable=False),
        sa.Column("added_at", moment, nullable=False),
    )
    op.create_table(
        "visit",
        sa.Column("workspace", sa.String(32), primary_key=True),
        sa.Column("address", sa.Text, primary_key=True),
        sa.Column("moved_to", sa.Text),
        sa.Column("etag", sa.Text),
        sa.Column("modified", sa.Text),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("claimed_until", moment),
        sa.Column("tried_at", moment),
        sa.Column("succeeded_at", moment),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("why", sa.Text),
    )
    op.create_index("visit_by_due", "visit", ["due_at"])
    op.create_table(
        "entry",
        sa.Column("workspace", sa.String(32), primary_key=True),
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("due_at", moment),
        sa.Column("why", sa.Text),
    )
    op.create_index("entry_by_due", "entry", ["due_at"])
    op.create_table(
        "sketch",
        sa.Column("hash", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("document_id", sa.String(16), sa.ForeignKey("document.id"), primary_key=True),
    )
    op.create_index("sketch_by_document", "sketch", ["document_id"])
