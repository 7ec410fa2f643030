"""What is kept about one person: shown, and deleted on request."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from bot.errors import BotError
from bot.store.audit import Actor
from bot.store.clips import MOST, Clips
from bot.store.database import Database
from bot.store.questions import Questions
from digests.tables import delivery, part, recalled, schedule, subscription, theme, told

NOBODY = "A member"
"""Who set up what someone set up for a channel and was then forgotten."""


class OwnData:
    """Reads and deletes it, of one person in one workspace."""

    def __init__(self, database: Database, questions: Questions, clips: Clips) -> None:
        self._database = database
        self._questions = questions
        self._clips = clips

    def kept(self, workspace: str, user: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Return what was subscribed to, set up, sent, clipped and asked, each as JSON can hold it."""
        is_mine = (subscription.c.audience == user) | (subscription.c.created_by == user)
        set_up = sa.select(schedule).where(
            schedule.c.workspace == workspace,
            (schedule.c.created_by == user) & (schedule.c.audience != user),
        )
        followed = sa.select(subscription).where(subscription.c.workspace == workspace, is_mine)
        sent = sa.select(delivery).where(delivery.c.workspace == workspace, delivery.c.audience == user)
        with self._database.reading() as connection:
            rows = [
                connection.execute(some).all()
                for some in (
                    followed.order_by(subscription.c.created_at),
                    set_up.order_by(schedule.c.created_at),
                    sent.order_by(delivery.c.due_at),
                )
            ]
        return {
            "subscriptions": [{"query": one.query, "for": one.audience, **_span(one)} for one in rows[0]],
            "channel_schedules": [{"channel": one.audience, **_span(one)} for one in rows[1]],
            "messages": [{"due": _day(one.due_at), "state": one.state} for one in rows[2]],
            "clips": [
                {"title": one.title, "from": one.place, "added": _day(one.added_at)}
                for one in self._clips.of(workspace, user=user, limit=MOST)[0]
            ],
            "questions": [
                {
                    "text": one.text,
                    "found": one.is_found,
                    "useful": one.is_useful,
                    "asked": _day(one.noted_at),
                }
                for one in self._questions.of(workspace, user)
            ],
        }

    def forget(self, workspace: str, user: str, *, now: datetime.datetime) -> None:
        """Delete what is the person's alone, and the name from what is a channel's.

        Raises BotError while a message to that person is on its way.
        """
        mine = (delivery.c.workspace == workspace) & (delivery.c.audience == user)
        with self._database.writing() as connection:
            on_its_way = sa.select(delivery.c.id).where(mine, delivery.c.state == "sending")
            if connection.execute(on_its_way).first():
                raise BotError("A message to you is on its way just now. Ask again in a minute.")
            ids = sa.select(delivery.c.id).where(mine)
            connection.execute(told.delete().where(told.c.workspace == workspace, told.c.audience == user))
            looked_up = (recalled.c.workspace == workspace) & (recalled.c.audience == user)
            connection.execute(recalled.delete().where(looked_up))
            for table in (theme, part):
                connection.execute(table.delete().where(table.c.delivery_id.in_(ids)))
            connection.execute(delivery.delete().where(mine))
            for owned in (subscription, schedule):
                is_theirs = owned.c.workspace == workspace
                connection.execute(owned.delete().where(is_theirs, owned.c.audience == user))
                unnamed = owned.update().values(created_by="", created_name=NOBODY)
                connection.execute(unnamed.where(is_theirs, owned.c.created_by == user))
        self._questions.forget(workspace, user)
        self._clips.forget(workspace, Actor(user, NOBODY), now=now)


def _span(row: sa.Row[Any]) -> Mapping[str, str | None]:
    return {"since": _day(row.created_at), "ended": _day(row.ended_at)}


def _day(moment: datetime.datetime | None) -> str | None:
    return moment.date().isoformat() if moment else None
