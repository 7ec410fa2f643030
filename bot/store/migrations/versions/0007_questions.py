"""Questions that found nothing and what people said of answers; acts that are to have one effect."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add both tables."""
    op.create_table(
        "act",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "question",
        sa.Column("workspace", sa.String(32), primary_key=True),
        sa.Column("user", sa.String(32), primary_key=True),
        sa.Column("text", sa.String(500), primary_key=True),
        sa.Column("is_found", sa.Boolean, nullable=False),
        sa.Column("is_useful", sa.Boolean),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
    )
