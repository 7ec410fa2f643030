"""Installations of the app by OAuth, and who is about to install it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add where the app is installed, in which workspaces of an organization it was met, and open states."""
    op.create_table(
        "installation",
        sa.Column("owner", sa.String(32), primary_key=True),
        sa.Column("enterprise", sa.String(32)),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("bot_user", sa.String(32), nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("installed_by", sa.String(32), nullable=False),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_token", sa.Text, nullable=False),
    )
    op.create_table(
        "organized",
        sa.Column("workspace", sa.String(32), primary_key=True),
        sa.Column("enterprise", sa.String(32), nullable=False),
    )
    op.create_table(
        "install_state",
        sa.Column("state", sa.String(64), primary_key=True),
        sa.Column("browser", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("install_state_by_expiry", "install_state", ["expires_at"])
