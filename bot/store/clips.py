"""Messages and files that people add to the library, in the store, and the SQL that keeps them."""

import dataclasses
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.store.audit import Actor, Entry, record
from bot.store.database import Database
from bot.store.records import Draft, Outcome
from bot.store.tables import DESCRIBED, awaited, clip, document, offer, source
from bot.store.writing import Writing

OFFERED = timedelta(hours=1)
"""How long a message waits to be confirmed; one that is not is forgotten."""

REMOVED_TITLE = "a clip that was removed"
"""What is left of a clip's title: its own words may be what was to be forgotten."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a message: its id, its name, what people call it, its bytes.

    `suffix` is the end that names of its kind have, as .pdf, '' where that is not known.
    """

    id: str
    name: str
    title: str = ""
    suffix: str = ""
    size: int = 0

    @property
    def key(self) -> str:
        """What tells it from all else of its workspace, in whatever messages it is."""
        return f"clip:{self.id}"


@dataclass(frozen=True, slots=True)
class Said:
    """One message: its words, who wrote it, where (`place` in words) and when (`ts`, Slack's own).

    `writer` is an id; `author` the name, '' where Slack does not tell. `files` are those that can be read.
    """

    workspace: str
    channel: str
    ts: str
    text: str
    writer: str
    author: str
    place: str
    is_private: bool
    files: tuple[Attached, ...] = ()

    @property
    def key(self) -> str:
        """What tells it from all other messages of its workspace."""
        return f"clip:{self.channel}/{self.ts}"

    @property
    def moment(self) -> datetime:
        """When it was written, UTC-aware."""
        return datetime.fromtimestamp(float(self.ts), UTC)


@dataclass(frozen=True, slots=True)
class Clip:
    """A message or a file in the library, as its document `document_id`, and who added it."""

    document_id: str
    title: str
    place: str
    added_by: Actor
    added_at: datetime


MOST = 1_000_000
"""Clips of one person, at most: all of them."""


class Clips:
    """The messages that people added. Every method is one transaction, and asks for the workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def offer(self, said: Said, user: str, *, offer_id: str, now: datetime) -> None:
        """Keep a message until *user* confirms it; what waited too long is forgotten."""
        values = {"id": offer_id, "workspace": said.workspace, "user": user, "made_at": now}
        with self._database.writing() as connection:
            _forget_old(connection, now)
            connection.execute(offer.insert().values(said=dataclasses.asdict(said), **values))

    def offered(self, offer_id: str, *, workspace: str, user: str, now: datetime) -> Said | None:
        """Return the message that waits for *user* to confirm it, None if it does no more."""
        wanted = sa.select(offer.c.said).where(
            offer.c.id == offer_id,
            offer.c.workspace == workspace,
            offer.c.user == user,
            offer.c.made_at > now - OFFERED,
        )
        with self._database.reading() as connection:
            said = connection.scalar(wanted)
        return said_of(said) if said else None

    def withdraw(self, offer_id: str, *, workspace: str, user: str) -> None:
        """Forget a message that was not confirmed."""
        whose = (offer.c.id == offer_id) & (offer.c.workspace == workspace) & (offer.c.user == user)
        with self._database.writing() as connection:
            connection.execute(offer.delete().where(whose))

    def forget_old(self, *, now: datetime) -> None:
        """Forget what waited too long to be confirmed; one cheap statement where nothing did."""
        with self._database.reading() as connection:
            oldest = connection.scalar(sa.select(sa.func.min(offer.c.made_at)))
        if oldest is not None and oldest <= now - OFFERED:
            with self._database.writing() as connection:
                _forget_old(connection, now)

    def add(self, draft: Draft, place: str, by: Actor, *, offer_id: str, now: datetime) -> tuple[Clip, bool]:
        """Put a message or a file into the library; return the clip, and whether it was not there before.

        Who added it first stays the one who did.
        """
        workspace = draft.document.workspace
        this = (clip.c.workspace == workspace) & (clip.c.key == draft.key)
        with self._database.writing() as connection:
            outcome, document_id = Writing(connection, now).put(draft)
            is_new = not connection.scalar(sa.select(sa.literal(1)).where(this))
            if is_new:
                values = {"added_by": by.id, "added_name": by.name, "added_at": now, "place": place}
                connection.execute(
                    clip.insert().values(
                        workspace=workspace, key=draft.key, document_id=document_id, **values
                    )
                )
            if is_new or outcome is Outcome.CHANGED:
                what = "clip added" if is_new else "clip changed"
                record(connection, Entry(workspace, now, by, what, _on(document_id, place)))
            connection.execute(offer.delete().where(offer.c.id == offer_id))
            return _clip(connection.execute(_wanted(this)).one()), is_new

    def find(self, workspace: str, *, key: str = "", document_id: str = "") -> Clip | None:
        """Return the clip of a message or a file, by its key or its document."""
        which = clip.c.key == key if key else clip.c.document_id == document_id
        with self._database.reading() as connection:
            row = connection.execute(_wanted((clip.c.workspace == workspace) & which)).one_or_none()
        return _clip(row) if row else None

    def of(self, workspace: str, *, user: str | None, limit: int, offset: int = 0) -> tuple[list[Clip], int]:
        """Return clips, the last to be added first, and how many there are; of *user*, or None for all."""
        whose = clip.c.workspace == workspace
        if user is not None:
            whose &= clip.c.added_by == user
        ordered = _wanted(whose).order_by(clip.c.added_at.desc(), clip.c.key.desc())
        with self._database.reading() as connection:
            total = int(connection.scalar(sa.select(sa.func.count()).select_from(clip).where(whose)) or 0)
            rows = connection.execute(ordered.limit(limit).offset(offset)).all()
        return [_clip(row) for row in rows], total

    def forget(self, workspace: str, by: Actor, *, now: datetime) -> None:
        """Remove all clips of a person, and what was offered or waits to be read."""
        clips, _ = self.of(workspace, user=by.id, limit=MOST)
        for one in clips:
            self.remove(workspace, one.document_id, by, now=now)
        with self._database.writing() as connection:
            connection.execute(offer.delete().where(offer.c.workspace == workspace, offer.c.user == by.id))
            waits = (awaited.c.workspace == workspace) & (awaited.c.added_by == by.id)
            connection.execute(awaited.delete().where(waits))

    def remove(self, workspace: str, document_id: str, by: Actor, *, now: datetime) -> bool:
        """Remove a clip and its words from the library; False where it is gone already."""
        this = (clip.c.workspace == workspace) & (clip.c.document_id == document_id)
        with self._database.writing() as connection:
            writing = Writing(connection, now)
            row = connection.execute(sa.select(clip).where(this)).one_or_none()
            if row is None:
                return False
            connection.execute(clip.delete().where(this))
            writing.remove(document_id)
            _blank(connection, document_id)
            on = _on(document_id, row.place)
            if row.added_by != by.id:
                on = f"{on}, added by {Actor(row.added_by, row.added_name).told}"
            record(connection, Entry(workspace, now, by, "clip removed", on))
            return True


def said_of(kept: dict[str, Any]) -> Said:
    """Return the message that `dataclasses.asdict` made *kept* of."""
    files = tuple(Attached(**one) for one in kept.get("files", ()))
    return Said(**{**kept, "files": files})


def new_offer_id() -> str:
    """Return what nobody can guess."""
    return uuid.uuid4().hex


def _forget_old(connection: sa.Connection, now: datetime) -> None:
    connection.execute(offer.delete().where(offer.c.made_at <= now - OFFERED))


def _blank(connection: sa.Connection, document_id: str) -> None:
    """Leave nothing of a removed document but that it was there."""
    nothing = dict.fromkeys(DESCRIBED) | {"title": REMOVED_TITLE, "topics": [], "content_hash": ""}
    connection.execute(document.update().where(document.c.id == document_id).values(nothing))
    connection.execute(source.update().where(source.c.document_id == document_id).values(file=None))


def _on(document_id: str, place: str) -> str:
    return f"{document_id}, from {place}"


def _wanted(which: sa.ColumnElement[bool]) -> sa.Select[Any]:
    owner = document.c.id == clip.c.document_id
    return sa.select(clip, document.c.title).join(document, owner).where(which)


def _clip(row: sa.Row[Any]) -> Clip:
    return Clip(row.document_id, row.title, row.place, Actor(row.added_by, row.added_name), row.added_at)
