"""Schedules and subscriptions in the store, and the SQL that keeps them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.document import new_id
from bot.errors import BotError
from bot.store.audit import Actor, Entry, record
from bot.store.database import Database
from digests.content import choose_anew, lock_audience
from digests.delivery import OPEN
from digests.rows import schedule_of, subscription_of
from digests.schedule import (
    CHANNELS,
    GRAMMAR,
    Kind,
    Plan,
    Schedule,
    Setter,
    Subscription,
    is_channel,
    topic_of,
)
from digests.slots import next_slot
from digests.tables import delivery, schedule, subscription

HELD = subscription.c.ended_at.is_(None) | subscription.c.paused_at.is_not(None)
"""Those that have not ended for good."""


@dataclass(frozen=True, slots=True)
class Start:
    """From where a new schedule begins: what arrived later than this revision, of this moment, is its."""

    revision: int
    moment: datetime


class Subscriptions:
    """Who wants to hear what. Every datetime is UTC-aware; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def subscribe(
        self,
        plan: Plan,
        query: str,
        setter: Setter,
        *,
        now: datetime,
        start: Start,
        most: int,
        instead_of: Subscription | None = None,
    ) -> tuple[Subscription, bool]:
        """Store a subscription, or give the one to the same query the plan's cadence.

        *instead_of* another, which ends: the new one stays whose that was, and brings what that still owed.
        Returns it, and whether it is new. Raises BotError if its audience has *most* already.
        """
        subscription_id = new_id("subscription", plan.workspace, plan.audience, query)
        with self._database.writing() as connection:
            lock_audience(connection, plan.workspace, plan.audience)
            before = connection.execute(
                sa.select(subscription).where(subscription.c.id == subscription_id)
            ).one_or_none()
            is_new = before is None or before.ended_at is not None
            if before is not None and not is_new and before.schedule_id != plan.id:
                start = _from_where(connection, before.schedule_id, start)
            if instead_of and instead_of.id != subscription_id:
                start = _leave(connection, instead_of, setter, now, start)
            if is_new and _count(connection, plan) >= most:
                raise BotError(
                    f"There are {most} subscriptions already, which is the limit. End one first: its number"
                    " stands in the list of subscriptions."
                )
            _begin(connection, plan, setter, now, start)
            if is_new or (before is not None and before.schedule_id != plan.id):
                what = "subscription begun" if is_new else "subscription moved"
                _audit(connection, plan, setter, what, now, about=query)
            values: dict[str, Any] = {"schedule_id": plan.id, "ended_at": None, "paused_at": None}
            if is_new:
                values |= {"grammar": GRAMMAR, "since": start.revision, "created_at": now}
                if before is None or before.paused_at is None:  # What is resumed stays whose it was.
                    whose_ = instead_of.setter if instead_of else setter
                    values |= {"created_by": whose_.id, "created_name": whose_.name}
            if before is None:
                whose = {"workspace": plan.workspace, "audience": plan.audience, "query": query}
                connection.execute(subscription.insert().values(id=subscription_id, **whose, **values))
            else:
                connection.execute(
                    subscription.update().where(subscription.c.id == subscription_id).values(**values)
                )
            _end_idle(connection, plan.workspace, plan.audience, now)
            return _subscriptions(connection, subscription.c.id == subscription_id)[0], is_new

    def unsubscribe(
        self, ended: Sequence[Subscription], *, by: Setter, now: datetime, is_pause: bool = False
    ) -> None:
        """End subscriptions, for good or as a pause, and the schedules that carry none any more."""
        ends = {"ended_at": now, "paused_at": now if is_pause else None}
        what = "subscription paused" if is_pause else "subscription ended"
        with self._database.writing() as connection:
            for one in ended:
                this = subscription.update().where(subscription.c.id == one.id, HELD)
                if connection.execute(this.values(**ends)).rowcount:
                    _audit(connection, one.schedule.plan, by, what, now, about=one.query)
            choose_anew(connection, [one.schedule.id for one in ended])
            for workspace, audience in {(o.schedule.plan.workspace, o.schedule.plan.audience) for o in ended}:
                _end_idle(connection, workspace, audience, now)

    def of_audience(self, workspace: str, audience: str) -> list[Subscription]:
        """Return an audience's subscriptions, those that are paused included, the oldest first."""
        with self._database.reading() as connection:
            whose = (subscription.c.workspace == workspace) & (subscription.c.audience == audience)
            return _subscriptions(connection, whose & HELD)

    def of_channels(self, workspace: str, *, setter: str | None = None) -> list[Subscription]:
        """Return a workspace's subscriptions of channels, all or what *setter* set up, the oldest first."""
        is_channels = sa.func.substr(subscription.c.audience, 1, 1).in_(CHANNELS)
        which = (subscription.c.workspace == workspace) & is_channels & HELD
        if setter is not None:
            which &= subscription.c.created_by == setter
        with self._database.reading() as connection:
            return _subscriptions(connection, which)

    def find(self, subscription_id: str, *, workspace: str) -> Subscription | None:
        """Return a subscription of a workspace that has not ended for good."""
        with self._database.reading() as connection:
            this = (subscription.c.id == subscription_id) & (subscription.c.workspace == workspace)
            return next(iter(_subscriptions(connection, this & HELD)), None)

    def of_schedule(self, schedule_id: str) -> list[Subscription]:
        """Return what a schedule carries, the oldest first."""
        return self.of_schedules([schedule_id]).get(schedule_id, [])

    def of_schedules(self, schedule_ids: Sequence[str]) -> dict[str, list[Subscription]]:
        """Return what several schedules carry, by their ids."""
        carried: dict[str, list[Subscription]] = {}
        for start in range(0, len(schedule_ids), 500):
            some = subscription.c.schedule_id.in_(schedule_ids[start : start + 500])
            with self._database.reading() as connection:
                for one in _subscriptions(connection, some & subscription.c.ended_at.is_(None)):
                    carried.setdefault(one.schedule.id, []).append(one)
        return carried

    def begin(self, plan: Plan, setter: Setter, *, now: datetime, start: Start) -> tuple[Schedule, bool]:
        """Begin a schedule that carries no subscriptions; return it, and whether it is new."""
        with self._database.writing() as connection:
            lock_audience(connection, plan.workspace, plan.audience)
            is_new = _begin(connection, plan, setter, now, start)
            if is_new:
                _audit(connection, plan, setter, "digest begun", now)
            row = connection.execute(sa.select(schedule).where(schedule.c.id == plan.id)).one()
            return schedule_of(row), is_new

    def move(
        self, schedule_: Schedule, plan: Plan, setter: Setter, *, now: datetime, start: Start
    ) -> Schedule | None:
        """Begin a plan in place of a schedule, which ends; None, and nothing is done, if that has ended."""
        with self._database.writing() as connection:
            lock_audience(connection, plan.workspace, plan.audience)
            if not _end(connection, schedule.c.id == schedule_.id, now):
                return None
            _begin(connection, plan, setter, now, start)
            _audit(connection, plan, setter, "digest moved", now)
            return schedule_of(connection.execute(sa.select(schedule).where(schedule.c.id == plan.id)).one())

    def end(
        self, schedules: Sequence[Schedule], *, by: Setter, now: datetime, setter: Setter | None = None
    ) -> int:
        """End schedules, return how many had not; what is on its way arrives.

        *setter* takes the place of who set them up.
        """
        ended = 0
        with self._database.writing() as connection:
            for one in schedules:
                if _end(connection, schedule.c.id == one.id, now):
                    ended += 1
                    _audit(connection, one.plan, by, "digest stopped", now)
                if setter:
                    this = schedule.update().where(schedule.c.id == one.id)
                    connection.execute(this.values(created_by=setter.id, created_name=setter.name))
        return ended

    def schedules(self, kind: Kind, *, workspace: str, audience: str | None = None) -> list[Schedule]:
        """Return the schedules of a kind that have not ended, of one audience or of all."""
        wanted = sa.select(schedule).where(
            schedule.c.kind == kind, schedule.c.workspace == workspace, schedule.c.ended_at.is_(None)
        )
        if audience is not None:
            wanted = wanted.where(schedule.c.audience == audience)
        with self._database.reading() as connection:
            ordered = wanted.order_by(schedule.c.created_at, schedule.c.id)
            return [schedule_of(row) for row in connection.execute(ordered)]

    def known(self, plan: Plan) -> Schedule | None:
        """Return the schedule of a plan, ended or not."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(schedule).where(schedule.c.id == plan.id)).one_or_none()
        return schedule_of(row) if row else None


def _audit(
    connection: sa.Connection, plan: Plan, by: Setter, what: str, now: datetime, *, about: str = ""
) -> None:
    """Write down who began, moved or ended a channel's digest, or its subscription *about* a query.

    What is asked for by a query that is no topic is not for all who read the audit.
    """
    if (plan.kind is Kind.DIGEST or about) and is_channel(plan.audience):
        told = (topic_of(about) or "a question") if about else ", ".join(plan.topics)
        on = f"{plan.audience}, {plan.in_words}{f' on {told}' if told else ''}"
        record(connection, Entry(plan.workspace, now, Actor(by.id, by.name), what, on))


def _from_where(connection: sa.Connection, schedule_id: str, start: Start) -> Start:
    """Return where a schedule ends that a subscription leaves for another, what it still owes included."""
    owed = sa.select(sa.func.min(delivery.c.covers_from)).where(
        delivery.c.schedule_id == schedule_id, delivery.c.state.in_(OPEN)
    )
    left = connection.execute(sa.select(schedule).where(schedule.c.id == schedule_id)).one()
    open_from = connection.scalar(owed)
    revision = left.covered_to if open_from is None else min(open_from, left.covered_to)
    return Start(min(revision, start.revision), left.covered_at)


def _leave(connection: sa.Connection, one: Subscription, by: Setter, now: datetime, start: Start) -> Start:
    """End a subscription for another in its place; return from where that goes on."""
    is_owed = not one.is_paused  # What arrived while it was paused is not sent.
    begins = _from_where(connection, one.schedule.id, start) if is_owed else start
    this = subscription.update().where(subscription.c.id == one.id, HELD)
    if connection.execute(this.values(ended_at=now, paused_at=None)).rowcount:
        _audit(connection, one.schedule.plan, by, "subscription ended", now, about=one.query)
    choose_anew(connection, [one.schedule.id])
    return begins


def _count(connection: sa.Connection, plan: Plan) -> int:
    whose = (subscription.c.workspace == plan.workspace) & (subscription.c.audience == plan.audience)
    living = sa.select(sa.func.count()).where(whose, subscription.c.ended_at.is_(None))
    return int(connection.execute(living).scalar_one())


def _begin(connection: sa.Connection, plan: Plan, setter: Setter, now: datetime, start: Start) -> bool:
    """Make the plan's schedule, or begin it again if it has ended; tell whether it was not running.

    One that is running covers from *start* on as well: its audience is told nothing twice.
    """
    row = connection.execute(sa.select(schedule).where(schedule.c.id == plan.id)).one_or_none()
    if row is not None and row.ended_at is None:
        if start.revision < row.covered_to and plan.kind is Kind.SUBSCRIPTIONS:
            this = schedule.update().where(schedule.c.id == plan.id)
            connection.execute(this.values(covered_to=start.revision))
        return False
    if row is not None and plan.kind is Kind.DIGEST and row.covered_to > start.revision:
        start = Start(row.covered_to, row.covered_at)
    values = {
        "kind": plan.kind,
        "cadence": plan.cadence,
        "weekday": plan.when.weekday if plan.when else None,
        "at": plan.when.at if plan.when else None,
        "zone": plan.zone,
        "topics": list(plan.topics),
        "created_by": setter.id,
        "created_name": setter.name,
        "created_at": now,
        "covered_to": start.revision,
        "covered_at": start.moment,
        "due_at": next_slot(plan.when, now).due if plan.when else None,
        "blocked": None,
        "ended_at": None,
    }
    if row is not None:
        connection.execute(schedule.update().where(schedule.c.id == plan.id).values(**values))
        return True
    connection.execute(
        schedule.insert().values(
            id=plan.id,
            workspace=plan.workspace,
            audience=plan.audience,
            **values,
        )
    )
    return True


def _end_idle(connection: sa.Connection, workspace: str, audience: str, now: datetime) -> None:
    """End the schedules of an audience that carry no subscription any more."""
    carried = sa.select(subscription.c.schedule_id).where(subscription.c.ended_at.is_(None))
    is_idle = (
        (schedule.c.workspace == workspace)
        & (schedule.c.audience == audience)
        & (schedule.c.kind == Kind.SUBSCRIPTIONS)
        & schedule.c.id.not_in(carried)
    )
    _end(connection, is_idle, now)


def _end(connection: sa.Connection, which: sa.ColumnElement[bool], now: datetime) -> int:
    """End those schedules that have not; return how many."""
    living = schedule.c.ended_at.is_(None)
    ended = schedule.update().where(which, living).values(ended_at=now, due_at=None, blocked=None)
    return int(connection.execute(ended).rowcount)


def _subscriptions(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[Subscription]:
    rows = connection.execute(
        sa.select(subscription).where(which).order_by(subscription.c.created_at, subscription.c.id)
    ).all()
    owners = sa.select(schedule).where(schedule.c.id.in_({row.schedule_id for row in rows}))
    known = {row.id: schedule_of(row) for row in connection.execute(owners)}
    return [subscription_of(row, known[row.schedule_id]) for row in rows]
