"""That a store was restored, and whose history was looked through since."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "restored",
        sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("since", moment, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("held", sa.BigInteger, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "recalled",
        sa.Column("workspace", sa.String(32), primary_key=True),
        sa.Column("audience", sa.String(32), primary_key=True),
        sa.Column("is_known", sa.Boolean, nullable=False),
    )
