"""What is old is forgotten, some of it at a time: the words of deliveries, slots without any, the audit.

That something was sent, what it told and of which themes is kept: by that it comes once.
"""

import logging
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from bot import config
from bot.errors import StoreError
from bot.store.audit import Audit
from bot.store.database import Database
from digests.content import forget_content, has_words
from digests.tables import delivery, part

EVERY = timedelta(hours=1)
"""How long a process does not look again where it forgot all that is old."""

DELIVERIES, ROWS = 200, 1000
"""Deliveries, of some five messages each, and rows that one transaction forgets: nobody waits for it."""

log = logging.getLogger(__name__)


class Retention:
    """Forgets, in any number of processes at once."""

    def __init__(self, database: Database, kept: config.Retention) -> None:
        self._database = database
        self._audit = Audit(database)
        self._kept = kept
        self._again_at = self._reached = datetime.min.replace(tzinfo=UTC)

    def forget(self, *, now: datetime) -> None:
        """Forget some of what is old at *now*; within an hour of when that was all, do nothing.

        Where the store fails, the log tells, and what is old waits.
        """
        if now < self._again_at:
            return
        self._again_at = now + EVERY
        sent_before = now - timedelta(days=self._kept.deliveries)
        done_before = now - timedelta(days=self._kept.audit)
        try:
            is_more = [
                self._words(sent_before) == DELIVERIES,
                self._slots(sent_before) == ROWS,
                self._audit.forget(before=done_before, most=ROWS) == ROWS,
            ]
        except StoreError as error:
            log.warning("what is old is forgotten later: %s", error)
            return
        if any(is_more):
            self._again_at = now

    def _words(self, before: datetime) -> int:
        """Forget what deliveries said, from the oldest on; return of how many."""
        is_swept = sa.select(part.c.delivery_id).where(part.c.sweep_at.is_not(None))
        wanted = (
            sa.select(delivery.c.id, delivery.c.due_at)
            # Of what lies before there are no words any more: it would be looked through each time.
            .where(delivery.c.state == "sent", delivery.c.due_at >= self._reached, _is_older(before))
            .where(has_words(), delivery.c.id.not_in(is_swept))
            .order_by(delivery.c.due_at)
            .limit(DELIVERIES)
        )
        with self._database.reading() as connection:
            found = connection.execute(wanted).all()
        if found:
            with self._database.writing() as connection:
                connection.execute(part.delete().where(part.c.delivery_id.in_([row.id for row in found])))
        self._reached = found[-1].due_at if found else before
        return len(found)

    def _slots(self, before: datetime) -> int:
        """Forget slots for which nothing was sent; return how many."""
        is_nothing = delivery.c.state.in_(("empty", "merged")) & _is_older(before)
        is_nothing &= ~delivery.c.slot.contains(".")  # Those of alerts that came again are named by number.
        wanted = sa.select(delivery.c.id).where(is_nothing).limit(ROWS).with_for_update(skip_locked=True)
        with self._database.writing() as connection:
            ids = list(connection.scalars(wanted))
            forget_content(connection, ids)
            connection.execute(delivery.delete().where(delivery.c.id.in_(ids)))
        return len(ids)


def _is_older(before: datetime) -> sa.ColumnElement[bool]:
    """Match deliveries that fell due and ended before a moment."""
    return (delivery.c.due_at < before) & (delivery.c.ended_at < before)
