"""Who wants to hear what and when, and the ledger of what was sent."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables of subscriptions and deliveries."""
    op.create_table(
        "schedule",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("workspace", sa.String(32), nullable=False),
        sa.Column("audience", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("cadence", sa.String(8), nullable=False),
        sa.Column("weekday", sa.SmallInteger),
        sa.Column("at", sa.String(5)),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("created_by", sa.String(32), nullable=False),
        sa.Column("created_name", sa.Text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("covered_to", sa.BigInteger, nullable=False),
        sa.Column("covered_at", moment, nullable=False),
        sa.Column("due_at", moment),
        sa.Column("blocked", sa.Text),
        sa.Column("ended_at", moment),
    )
    op.create_index("schedule_by_due", "schedule", ["due_at"])
    op.create_index("schedule_by_audience", "schedule", ["workspace", "audience"])
    op.create_table(
        "subscription",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("workspace", sa.String(32), nullable=False),
        sa.Column("audience", sa.String(32), nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("grammar", sa.SmallInteger, nullable=False),
        sa.Column("schedule_id", sa.String(16), sa.ForeignKey("schedule.id"), nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("created_by", sa.String(32), nullable=False),
        sa.Column("created_name", sa.Text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("ended_at", moment),
    )
    op.create_index("subscription_by_audience", "subscription", ["workspace", "audience"])
    op.create_index("subscription_by_schedule", "subscription", ["schedule_id"])
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("workspace", sa.String(32), nullable=False),
        sa.Column("audience", sa.String(32), nullable=False),
        sa.Column("schedule_id", sa.String(16), sa.ForeignKey("schedule.id"), nullable=False),
        sa.Column("slot", sa.String(32), nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("covers_from", sa.BigInteger, nullable=False),
        sa.Column("covers_to", sa.BigInteger, nullable=False),
        sa.Column("covers_since", moment, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("is_chosen", sa.Boolean, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("lease_until", moment),
        sa.Column("not_before", moment),
        sa.Column("reason", sa.Text),
        sa.Column("ended_at", moment),
    )
    op.create_index(
        "delivery_once", "delivery", ["workspace", "audience", "schedule_id", "slot"], unique=True
    )
    op.create_index("delivery_by_state", "delivery", ["state", "due_at"])
    op.create_index("delivery_by_schedule", "delivery", ["schedule_id", "covers_to"])
    op.create_table(
        "part",
        sa.Column("delivery_id", sa.String(32), sa.ForeignKey("delivery.id"), primary_key=True),
        sa.Column("number", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("message", sa.JSON, nullable=False),
        sa.Column("doubt_since", moment),
        sa.Column("sweep_at", moment),
        sa.Column("sweeps", sa.SmallInteger, nullable=False),
        sa.Column("channel", sa.String(32)),
        sa.Column("ts", sa.String(32)),
    )
    op.create_index("part_by_sweep", "part", ["sweep_at"])
    op.create_table(
        "told",
        sa.Column("workspace", sa.String(32), primary_key=True),
        sa.Column("audience", sa.String(32), primary_key=True),
        sa.Column("text_hash", sa.String(64), primary_key=True),
        sa.Column("excerpt_id", sa.String(16), nullable=False),
        sa.Column("delivery_id", sa.String(32), sa.ForeignKey("delivery.id"), nullable=False),
    )
    op.create_index("told_by_delivery", "told", ["delivery_id"])
