"""Subscriptions that are paused, and the documents that were added last."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations.growing import add_index

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add what tells a paused subscription from one that ended, and the way to the newest documents."""
    add_index("document_by_added", "document", ["added_at"])
    op.add_column("subscription", sa.Column("paused_at", sa.DateTime(timezone=True)))
