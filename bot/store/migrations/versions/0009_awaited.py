"""Files of messages that wait to be read."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create their table."""
    op.create_table(
        "awaited",
        sa.Column("workspace", sa.String(32), primary_key=True),
        sa.Column("key", sa.String(100), primary_key=True),
        sa.Column("added_by", sa.String(32), primary_key=True),
        sa.Column("added_name", sa.Text, nullable=False),
        sa.Column("file", sa.JSON, nullable=False),
        sa.Column("said", sa.JSON, nullable=False),
        sa.Column("url", sa.Text),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("claim", sa.String(32), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("awaited_by_claim", "awaited", ["claimed_until"])
