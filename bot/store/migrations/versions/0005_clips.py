"""Messages that people added to the library, and who did what others notice."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables of clips and of the audit."""
    op.create_table(
        "offer",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("workspace", sa.String(32), nullable=False),
        sa.Column("user", sa.String(32), nullable=False),
        sa.Column("said", sa.JSON, nullable=False),
        sa.Column("made_at", moment, nullable=False),
    )
    op.create_table(
        "clip",
        sa.Column("workspace", sa.String(32), primary_key=True),
        sa.Column("key", sa.String(100), primary_key=True),
        sa.Column("document_id", sa.String(16), sa.ForeignKey("document.id"), nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("added_by", sa.String(32), nullable=False),
        sa.Column("added_name", sa.Text, nullable=False),
        sa.Column("added_at", moment, nullable=False),
    )
    op.create_index("clip_by_document", "clip", ["document_id"])
    op.create_table(
        "audit",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True
        ),
        sa.Column("workspace", sa.String(32), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("who", sa.String(32), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("on", sa.Text, nullable=False),
    )
    op.create_index("audit_by_workspace", "audit", ["workspace", "id"])
