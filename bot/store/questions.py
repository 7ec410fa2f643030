"""Questions that found nothing, and what people said of the answers to theirs: kept, and told in counts.

They are noted in memory and written together, so that no answer waits for the store.
"""

import datetime
import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import sqlalchemy as sa

from bot.errors import StoreError
from bot.store.database import Database
from bot.store.tables import question

INTERVAL = 5.0
"""Seconds between one writing of what was noted and the next."""

MOST = 10_000
"""Notes that are held in memory; what comes beyond them is not noted."""

LONGEST = 500
"""Characters of a question that are kept."""


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Note:
    """One person's question: whether it found something, and whether that was of use, if he said so."""

    workspace: str
    user: str
    text: str
    is_found: bool
    is_useful: bool | None
    noted_at: datetime.datetime


@dataclass(frozen=True, slots=True)
class Told:
    """A question without answers, how many people asked it and when it was last asked."""

    text: str
    people: int
    last: datetime.datetime


class Questions:
    """Notes them and tells of them. Safe to be used by many threads."""

    def __init__(self, database: Database, *, days: int = 365) -> None:
        """Keep each for so many *days*."""
        self._database = database
        self._kept = datetime.timedelta(days=days)
        self._notes: dict[tuple[str, str, str], Note] = {}
        self._lock = threading.Lock()

    def note(
        self,
        text: str,
        *,
        workspace: str,
        user: str,
        is_found: bool,
        is_useful: bool | None = None,
        now: datetime.datetime,
    ) -> None:
        """Note a question, in memory; the last word of the same person on the same one counts."""
        noted = Note(workspace, user, text[:LONGEST], is_found, is_useful, now)
        with self._lock:
            if len(self._notes) < MOST:
                self._notes[workspace, user, noted.text] = noted

    def write(self) -> None:
        """Write what was noted. Raises StoreError, and keeps it, where the store cannot be written."""
        with self._lock:
            notes, self._notes = self._notes, {}
        if not notes:
            return
        try:
            latest = max(noted.noted_at for noted in notes.values())
            with self._database.writing() as connection:
                connection.execute(question.delete().where(question.c.noted_at < latest - self._kept))
                for noted in notes.values():
                    _put(connection, noted)
        except BaseException:
            with self._lock:
                self._notes = notes | self._notes
            raise

    def verdicts(self, workspace: str | None = None) -> tuple[int, int]:
        """Return how many answers were of use, and of none; of one *workspace* if it is given."""
        counted = sa.select(question.c.is_useful, sa.func.count()).where(_of(workspace))
        with self._database.reading() as connection:
            rows = connection.execute(counted.group_by(question.c.is_useful)).all()
        counts = {row[0]: row[1] for row in rows}
        return counts.get(True, 0), counts.get(False, 0)

    def unanswered(self, workspace: str | None = None, *, limit: int | None = 20) -> Sequence[Told]:
        """Return the questions that found nothing, those of most people first; *limit* of them, or all."""
        people, last = sa.func.count(sa.distinct(question.c.user)), sa.func.max(question.c.noted_at)
        told = (
            sa.select(question.c.text, people, last)
            .where(question.c.is_found.is_(False), _of(workspace))
            .group_by(question.c.text)
            .order_by(people.desc(), last.desc(), question.c.text)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [Told(row[0], row[1], row[2]) for row in connection.execute(told).all()]

    def of(self, workspace: str, user: str) -> Sequence[Note]:
        """Return what is kept of one person's questions, the last first."""
        self.write()
        kept = sa.select(question).where(question.c.workspace == workspace, question.c.user == user)
        with self._database.reading() as connection:
            rows = connection.execute(kept.order_by(question.c.noted_at.desc())).all()
        return [Note(r.workspace, r.user, r.text, r.is_found, r.is_useful, r.noted_at) for r in rows]

    def forget(self, workspace: str, user: str) -> int:
        """Delete what is kept of one person's questions; return how many those were."""
        self.write()
        whose = (question.c.workspace == workspace) & (question.c.user == user)
        with self._database.writing() as connection:
            return connection.execute(question.delete().where(whose)).rowcount


@contextmanager
def writing_down(questions: Questions, *, interval: float = INTERVAL) -> Iterator[None]:
    """Write what was noted every *interval* seconds while the block runs, and at its end."""
    stop = threading.Event()

    def write() -> None:
        is_over = False
        while not is_over:
            is_over = stop.wait(interval)
            try:
                questions.write()
            except StoreError as error:
                log.warning("what people said of answers waits: %s", error)

    thread = threading.Thread(target=write, name="questions", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _put(connection: sa.Connection, noted: Note) -> None:
    same = (
        (question.c.workspace == noted.workspace)
        & (question.c.user == noted.user)
        & (question.c.text == noted.text)
    )
    known = connection.execute(sa.select(question.c.is_useful).where(same)).one_or_none()
    if known is None:
        connection.execute(sa.insert(question).values(**_columns(noted)))
    else:
        is_useful = known.is_useful if noted.is_useful is None else noted.is_useful
        told = _columns(replace(noted, is_useful=is_useful))
        connection.execute(question.update().where(same).values(**told))


def _columns(noted: Note) -> dict[str, object]:
    return {name: getattr(noted, name) for name in question.c.keys()}  # noqa: SIM118 - columns, no dict


def _of(workspace: str | None) -> sa.ColumnElement[bool]:
    return sa.true() if workspace is None else question.c.workspace == workspace
