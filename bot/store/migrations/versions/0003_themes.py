"""Digests of some topics alone, and the themes that digests told of."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations.growing import add_index

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add what a digest tells of, and told of."""
    add_index("document_by_date", "document", ["date"])
    op.add_column("schedule", sa.Column("topics", sa.JSON, nullable=False, server_default="[]"))
    op.create_table(
        "theme",
        sa.Column("delivery_id", sa.String(32), sa.ForeignKey("delivery.id"), primary_key=True),
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("evidence", sa.Float, nullable=False),
    )
