"""The tables of installations by OAuth.

`owner` is what a token is good for: a workspace's id, or an organization's where it is installed org-wide.
`organized` tells of which organization a workspace is, once something came from there.
"""

import sqlalchemy as sa

from bot.store.tables import Moment

metadata = sa.MetaData()

installation = sa.Table(
    "installation",
    metadata,
    sa.Column("owner", sa.String(32), primary_key=True),
    sa.Column("enterprise", sa.String(32)),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("bot_user", sa.String(32), nullable=False),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("installed_by", sa.String(32), nullable=False),
    sa.Column("installed_at", Moment, nullable=False),
    sa.Column("sealed_token", sa.Text, nullable=False),
)

organized = sa.Table(
    "organized",
    metadata,
    sa.Column("workspace", sa.String(32), primary_key=True),
    sa.Column("enterprise", sa.String(32), nullable=False),
)

install_state = sa.Table(
    "install_state",
    metadata,
    sa.Column("state", sa.String(64), primary_key=True),
    sa.Column("browser", sa.String(64), nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Index("install_state_by_expiry", "expires_at"),
)
