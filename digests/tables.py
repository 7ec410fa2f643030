"""The tables of what is sent: schedules, subscriptions, and the ledger of deliveries.

`audience` is whom it reaches: a channel's id, or a person's, who is reached by direct message.
Windows are ranges of the store's revisions, the first left out and the last counted in.
A subscription that is paused has ended, and is kept to be resumed.

`restored` has a row where the store was restored from a backup that knew nothing later than `since`: `held`
was its last revision, `revision` the one with which the store goes on. `recalled` are the audiences of which
it was looked up since what they were sent meanwhile; or could not be, where that `is_known` is false.
"""

import sqlalchemy as sa

from bot.store.tables import Moment

metadata = sa.MetaData()

schedule = sa.Table(
    "schedule",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("workspace", sa.String(32), nullable=False),
    sa.Column("audience", sa.String(32), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("cadence", sa.String(8), nullable=False),
    sa.Column("weekday", sa.SmallInteger),
    sa.Column("at", sa.String(5)),
    sa.Column("zone", sa.String(64), nullable=False),
    sa.Column("topics", sa.JSON, nullable=False),
    sa.Column("created_by", sa.String(32), nullable=False),
    sa.Column("created_name", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("covered_to", sa.BigInteger, nullable=False),
    sa.Column("covered_at", Moment, nullable=False),
    sa.Column("due_at", Moment),
    sa.Column("blocked", sa.Text),
    sa.Column("ended_at", Moment),
    sa.Index("schedule_by_due", "due_at"),
    sa.Index("schedule_by_audience", "workspace", "audience"),
)

subscription = sa.Table(
    "subscription",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("workspace", sa.String(32), nullable=False),
    sa.Column("audience", sa.String(32), nullable=False),
    sa.Column("query", sa.Text, nullable=False),
    sa.Column("grammar", sa.SmallInteger, nullable=False),
    sa.Column("schedule_id", sa.String(16), sa.ForeignKey("schedule.id"), nullable=False),
    sa.Column("since", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.String(32), nullable=False),
    sa.Column("created_name", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("paused_at", Moment),
    sa.Index("subscription_by_audience", "workspace", "audience"),
    sa.Index("subscription_by_schedule", "schedule_id"),
)

delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("workspace", sa.String(32), nullable=False),
    sa.Column("audience", sa.String(32), nullable=False),
    sa.Column("schedule_id", sa.String(16), sa.ForeignKey("schedule.id"), nullable=False),
    sa.Column("slot", sa.String(32), nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("covers_from", sa.BigInteger, nullable=False),
    sa.Column("covers_to", sa.BigInteger, nullable=False),
    sa.Column("covers_since", Moment, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("is_chosen", sa.Boolean, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("lease_until", Moment),
    sa.Column("not_before", Moment),
    sa.Column("reason", sa.Text),
    sa.Column("ended_at", Moment),
    sa.Index("delivery_once", "workspace", "audience", "schedule_id", "slot", unique=True),
    sa.Index("delivery_by_state", "state", "due_at"),
    sa.Index("delivery_by_schedule", "schedule_id", "covers_to"),
)

part = sa.Table(
    "part",
    metadata,
    sa.Column("delivery_id", sa.String(32), sa.ForeignKey("delivery.id"), primary_key=True),
    sa.Column("number", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("message", sa.JSON, nullable=False),
    sa.Column("doubt_since", Moment),
    sa.Column("sweep_at", Moment),
    sa.Column("sweeps", sa.SmallInteger, nullable=False),
    sa.Column("channel", sa.String(32)),
    sa.Column("ts", sa.String(32)),
    sa.Index("part_by_sweep", "sweep_at"),
)

told = sa.Table(
    "told",
    metadata,
    sa.Column("workspace", sa.String(32), primary_key=True),
    sa.Column("audience", sa.String(32), primary_key=True),
    sa.Column("text_hash", sa.String(64), primary_key=True),
    sa.Column("excerpt_id", sa.String(16), nullable=False),
    sa.Column("delivery_id", sa.String(32), sa.ForeignKey("delivery.id"), nullable=False),
    sa.Index("told_by_delivery", "delivery_id"),
)

theme = sa.Table(
    "theme",
    metadata,
    sa.Column("delivery_id", sa.String(32), sa.ForeignKey("delivery.id"), primary_key=True),
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("evidence", sa.Float, nullable=False),
)

restored = sa.Table(
    "restored",
    metadata,
    sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("held", sa.BigInteger, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
)

recalled = sa.Table(
    "recalled",
    metadata,
    sa.Column("workspace", sa.String(32), primary_key=True),
    sa.Column("audience", sa.String(32), primary_key=True),
    sa.Column("is_known", sa.Boolean, nullable=False),
)
