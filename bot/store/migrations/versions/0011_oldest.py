"""From which schema on programs work with the store."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add it; what contracts the schema raises it."""
    op.add_column("library", sa.Column("oldest", sa.String(4), nullable=False, server_default="0011"))
