"""How it stands with each source: when it is due, what it said last, what it held, and what failed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.source import Source
from bot.store.database import Database, insert_new
from bot.store.tables import entry, visit


@dataclass(frozen=True, slots=True)
class Visit:
    """How it stands with a source. `failures` are those in a row, `why` the last cause, None if all is well.

    `moved_to`, `etag` and `modified` are what its server said last.
    """

    workspace: str
    address: str
    due_at: datetime
    moved_to: str | None = None
    etag: str | None = None
    modified: str | None = None
    tried_at: datetime | None = None
    succeeded_at: datetime | None = None
    failures: int = 0
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What a source held once. `hash` tells whether it changed since; `id` has 64 characters at most.

    It is tried again at `due_at` after so many `failures`; `why` it made no document, None if it did, be it
    of what its source told alone.
    """

    id: str
    hash: str
    failures: int = 0
    due_at: datetime | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """How many documents a source gave, how many more failed, and why the last of those did."""

    documents: int = 0
    failed: int = 0
    why: str | None = None


class Visits:
    """The visits of all sources. Every datetime is UTC-aware; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, sources: Iterable[Source]) -> dict[tuple[str, str], Visit]:
        """Return how it stands with those of *sources* that were due once, by workspace and address."""
        wanted = {(source.workspace, source.address) for source in sources}
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(*_TOLD)).all()
        return {key: Visit(**row._mapping) for row in rows if (key := (row.workspace, row.address)) in wanted}

    def claim(self, sources: Iterable[Source], *, now: datetime, until: datetime, limit: int) -> list[Visit]:
        """Return at most *limit* of *sources* that are due, longest due first, no one else's before *until*.

        A source that was never due is due now.
        """
        wanted = {(source.workspace, source.address) for source in sources}
        unknown, is_any_due = self._looked_at(wanted, now)
        if limit < 1 or not (unknown or is_any_due):
            return []
        with self._database.writing() as connection:
            fresh = [
                {"workspace": workspace, "address": address, "due_at": now, "failures": 0}
                for workspace, address in sorted(unknown)
            ]
            if fresh:
                connection.execute(insert_new(connection, visit), fresh)
            rows = connection.execute(
                sa.select(*_TOLD).where(_is_due(now)).order_by(visit.c.due_at).with_for_update()
            ).all()
            due = [Visit(**row._mapping) for row in rows if (row.workspace, row.address) in wanted][:limit]
            for one in due:
                connection.execute(visit.update().where(_is(one)).values(claimed_until=until))
        return due

    def settle(self, done: Visit) -> None:
        """Keep what came of a visit, and let others have the source."""
        values = {name: getattr(done, name) for name in _SETTLED}
        with self._database.writing() as connection:
            connection.execute(visit.update().where(_is(done)).values(claimed_until=None, **values))

    def release(self, claimed: Visit) -> None:
        """Let others have a source that was not visited after all."""
        with self._database.writing() as connection:
            connection.execute(visit.update().where(_is(claimed)).values(claimed_until=None))

    def wake(self, workspace: str, address: str, *, now: datetime) -> None:
        """Let a source be due now."""
        this = (visit.c.workspace == workspace) & (visit.c.address == address)
        with self._database.writing() as connection:
            connection.execute(visit.update().where(this).values(due_at=now))

    def entries(self, workspace: str, address: str, ids: Sequence[str] | None = None) -> dict[str, Entry]:
        """Return what is known of the entries *ids* of a source, or of all of them, by id."""
        these = sa.select(*_SEEN).where(entry.c.workspace == workspace, entry.c.source == address)
        parts = [these]
        if ids is not None:
            parts = [these.where(entry.c.id.in_(ids[at : at + 500])) for at in range(0, len(ids), 500)]
        with self._database.reading() as connection:
            rows = [row for part in parts for row in connection.execute(part)]
        return {row.id: Entry(**row._mapping) for row in rows}

    def waiting(self, workspace: str, address: str) -> list[Entry]:
        """Return the entries of a source that are to be tried again, longest due first."""
        wanted = sa.select(*_SEEN).where(
            entry.c.workspace == workspace, entry.c.source == address, entry.c.due_at.is_not(None)
        )
        with self._database.reading() as connection:
            return [Entry(**row._mapping) for row in connection.execute(wanted.order_by(entry.c.due_at))]

    def note(self, workspace: str, address: str, seen: Iterable[Entry]) -> None:
        """Keep what is known of these entries from now on."""
        own = {"workspace": workspace, "source": address}
        values = [{name: getattr(one, name) for name in _SEEN_NAMES} for one in seen]
        if not values:
            return
        this = (entry.c.workspace == workspace) & (entry.c.source == address)
        with self._database.writing() as connection:
            ids = [one["id"] for one in values]
            for at in range(0, len(ids), 500):
                connection.execute(entry.delete().where(this, entry.c.id.in_(ids[at : at + 500])))
            # Two may visit the same source where a visit outlasts its lease.
            connection.execute(insert_new(connection, entry), [own | one for one in values])

    def forget(self, workspace: str, address: str, ids: Collection[str] | None = None) -> None:
        """Forget these entries of a source, or the source with all of them."""
        this = (entry.c.workspace == workspace) & (entry.c.source == address)
        with self._database.writing() as connection:
            if ids is not None:
                gone = [{"gone": one} for one in ids]
                if gone:
                    connection.execute(entry.delete().where(this, entry.c.id == sa.bindparam("gone")), gone)
                return
            connection.execute(entry.delete().where(this))
            here = (visit.c.workspace == workspace) & (visit.c.address == address)
            connection.execute(visit.delete().where(here))

    def forget_unfollowed(self, sources: Iterable[Source], *, before: datetime, most: int = 1000) -> int:
        """Forget what a source held that is none of *sources* and was not visited since *before*.

        That is one source, and *most* of its entries, at once; returns how many.
        """
        wanted = {(source.workspace, source.address) for source in sources}
        is_left = sa.func.coalesce(visit.c.tried_at, visit.c.due_at) < before
        is_left &= visit.c.claimed_until.is_(None) | (visit.c.claimed_until < before)
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(visit.c.workspace, visit.c.address).where(is_left)).all()
        left = next((row for row in rows if (row.workspace, row.address) not in wanted), None)
        if left is None:
            return 0
        here = (visit.c.workspace == left.workspace) & (visit.c.address == left.address) & is_left
        this = (entry.c.workspace == left.workspace) & (entry.c.source == left.address)
        with self._database.writing() as connection:
            # Who follows it again meanwhile begins with a first visit, and knows best what made no document.
            anew = visit.update().where(here).values(succeeded_at=None, etag=None, modified=None)
            if not connection.execute(anew).rowcount:
                return 0
            first = sa.select(entry.c.id).where(this).order_by(entry.c.why.is_not(None)).limit(most)
            ids = list(connection.scalars(first))
            connection.execute(entry.delete().where(this, entry.c.id.in_(ids)))
            if len(ids) < most:
                connection.execute(visit.delete().where(here))
        return len(ids)

    def held(self) -> Mapping[tuple[str, str], Held]:
        """Return what each source gave, by workspace and address."""
        is_failed = (entry.c.failures > 0) & entry.c.why.is_not(None)
        failed = sa.func.sum(sa.case((is_failed, 1), else_=0))
        taken = sa.func.sum(sa.case((entry.c.why.is_(None), 1), else_=0))
        why = sa.func.max(sa.case((is_failed, entry.c.why), else_=None))
        wanted = sa.select(entry.c.workspace, entry.c.source, taken, failed, why)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.group_by(entry.c.workspace, entry.c.source)).all()
        return {(row[0], row[1]): Held(int(row[2]), int(row[3]), row[4]) for row in rows}

    def _looked_at(self, wanted: set[tuple[str, str]], now: datetime) -> tuple[set[tuple[str, str]], bool]:
        """Return those of *wanted* that were never due, and whether others are; nobody waits for this."""
        names = (visit.c.workspace, visit.c.address)
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(*names, _is_due(now))).all()
        known = {(row[0], row[1]): row[2] for row in rows}
        return wanted - known.keys(), any(known.get(one) for one in wanted)


_TOLD = tuple(
    visit.c[name]
    for name in (
        "workspace",
        "address",
        "due_at",
        "moved_to",
        "etag",
        "modified",
        "tried_at",
        "succeeded_at",
        "failures",
        "why",
    )
)
_SETTLED = tuple(column.name for column in _TOLD if column.name not in {"workspace", "address"})
_SEEN_NAMES = ("id", "hash", "failures", "due_at", "why")
_SEEN = tuple(entry.c[name] for name in _SEEN_NAMES)


def _is_due(now: datetime) -> Any:
    return (visit.c.due_at <= now) & (visit.c.claimed_until.is_(None) | (visit.c.claimed_until <= now))


def _is(one: Visit) -> Any:
    return (visit.c.workspace == one.workspace) & (visit.c.address == one.address)
