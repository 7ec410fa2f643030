"""Files of messages that are still to be read, so that none is forgotten where a process ends meanwhile."""

import dataclasses
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.store.audit import Actor
from bot.store.clips import Attached, Said, said_of
from bot.store.database import Database, insert_new
from bot.store.tables import awaited, offer


@dataclass(frozen=True, slots=True)
class Awaited:
    """A file that somebody added, of the message `said`, which has no words here; `url` is where that stands.

    It was begun so many `tries`, and is one reader's for some time: whose `claim` it is.
    """

    file: Attached
    said: Said
    by: Actor
    url: str | None
    tries: int
    claim: str


class AwaitedFiles:
    """Which they are. Every datetime is UTC-aware; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, said: Said, by: Actor, *, url: str | None, offer_id: str, until: datetime) -> list[Awaited]:
        """Let the files of *said* wait, and be the caller's until *until*; return those that were not yet.

        The offer with the id *offer_id* has been taken then.
        """
        wordless = replace(said, text="", files=())
        added = []
        with self._database.writing() as connection:
            for file in said.files:
                one = Awaited(file, wordless, by, url, 1, _new_claim())
                values = _values(one) | {"claimed_until": until}
                fresh = insert_new(connection, awaited).values(values).returning(awaited.c.key)
                if connection.execute(fresh).first():
                    added.append(one)
            connection.execute(offer.delete().where(offer.c.id == offer_id))
        return added

    def claim(self, *, now: datetime, until: datetime) -> Awaited | None:
        """Return the file that waits longest for a reader, the caller's until *until*; None for none."""
        left = awaited.c.claimed_until <= now
        with self._database.reading() as connection:  # One cheap statement where there is nothing.
            if connection.execute(sa.select(sa.literal(1)).where(left).limit(1)).first() is None:
                return None
        oldest = sa.select(awaited).where(left).order_by(awaited.c.claimed_until).limit(1)
        with self._database.writing() as connection:
            row = connection.execute(oldest.with_for_update(skip_locked=True)).one_or_none()
            if row is None:
                return None
            before = _awaited(row)
            one = replace(before, tries=before.tries + 1, claim=_new_claim())
            values = {"tries": one.tries, "claim": one.claim, "claimed_until": until}
            connection.execute(awaited.update().where(_is(before)).values(values))
        return one

    def keep(self, one: Awaited, *, until: datetime) -> bool:
        """Let *one* be the caller's until *until*; False where it waits no more, or for somebody else."""
        kept = awaited.update().where(_is(one)).values(claimed_until=until).returning(awaited.c.key)
        with self._database.writing() as connection:
            return connection.execute(kept).first() is not None

    def release(self, ones: Iterable[Awaited], *, now: datetime) -> None:
        """Let others read what the caller did not read after all, who does no more with it from here on."""
        with self._database.writing() as connection:
            for one in ones:
                values = {"claim": _new_claim(), "claimed_until": now}
                connection.execute(awaited.update().where(_is(one)).values(values))

    def settle(self, ones: Iterable[Awaited]) -> None:
        """Wait no more for what the caller read, or could not, and told."""
        with self._database.writing() as connection:
            for one in ones:
                connection.execute(awaited.delete().where(_is(one)))


def _new_claim() -> str:
    return uuid.uuid4().hex


def _values(one: Awaited) -> dict[str, Any]:
    return {
        "workspace": one.said.workspace,
        "key": one.file.key,
        "added_by": one.by.id,
        "added_name": one.by.name,
        "file": dataclasses.asdict(one.file),
        "said": dataclasses.asdict(one.said),
        "url": one.url,
        "tries": one.tries,
        "claim": one.claim,
    }


def _awaited(row: sa.Row[Any]) -> Awaited:
    file, by = Attached(**row.file), Actor(row.added_by, row.added_name)
    return Awaited(file, said_of(row.said), by, row.url, row.tries, row.claim)


def _is(one: Awaited) -> sa.ColumnElement[bool]:
    """Tell whether a row is *one*, and still its caller's."""
    of = (awaited.c.workspace == one.said.workspace) & (awaited.c.key == one.file.key)
    return of & (awaited.c.added_by == one.by.id) & (awaited.c.claim == one.claim)
