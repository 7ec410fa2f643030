"""Readings on their way into the store, many at a time: a transaction for each would take longer than it."""

import datetime
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from bot.library.files import File, is_gone, path_of
from bot.library.reading import Reading
from bot.store.library import Library
from bot.store.records import Draft, Outcome

CHARACTERS = 400_000
"""Of text that wait at most, a thousand passages: others who write wait a tenth of a second for them."""

DOCUMENTS = 1000
"""And so many documents."""

WAIT = datetime.timedelta(seconds=0.5)
"""How long the first of them waits at most: so much work is lost where the process is killed."""

KEPT = 1000
"""Refusals that are kept word for word; of others only the count is."""

NOTHING_LEFT = "holds no text but boilerplate; `ingest --explain` shows it"

Clock = Callable[[], datetime.datetime]


@dataclass(slots=True)
class Summary:
    """What an ingest did: documents by outcome, passages written, what was refused and why.

    `refused` are the first KEPT of all `refusals`, `faulty` the first reason for each of their files.
    """

    counts: Counter[str] = field(default_factory=Counter)
    passages: int = 0
    refused: list[str] = field(default_factory=list)
    refusals: int = 0
    faulty: dict[Path, str] = field(default_factory=dict)

    def refuse(self, file: File, reason: str) -> None:
        """Count a refusal of *file*, or of a part of it."""
        self.refusals += 1
        if len(self.refused) < KEPT:
            self.refused.append(reason)
            self.faulty.setdefault(file.path, reason)


class Found(NamedTuple):
    """A reading of a file, under its source key."""

    file: File
    reading: Reading
    key: str
    content_hash: str


class Maker(Protocol):
    """What makes documents of readings."""

    made_by: str

    def content_hash(self, reading: Reading) -> str:
        """Return what is the same for equal readings."""

    def draft(self, reading: Reading, key: str, *, file: str | None = None, content_hash: str = "") -> Draft:
        """Return the document that *reading* makes."""


class Load:
    """Readings that wait for the store. Those that it holds already are passed over, and cost little."""

    def __init__(self, library: Library, maker: Maker, summary: Summary, now: Clock) -> None:
        """Count in *summary* what becomes of them."""
        self._library = library
        self._maker = maker
        self._summary = summary
        self._now = now
        self._waiting: list[Found] = []
        self._characters = 0
        self._since = now()

    def add(self, file: File, reading: Reading, key: str) -> None:
        """Take a reading; store all that wait once they are many or the first has waited long."""
        if not self._waiting:
            self._since = self._now()
        self._waiting.append(Found(file, reading, key, self._maker.content_hash(reading)))
        self._characters += sum([len(block.text) for block in reading.blocks])
        is_full = self._characters >= CHARACTERS or len(self._waiting) >= DOCUMENTS
        if is_full or self._now() - self._since >= WAIT:
            self.store()

    def store(self) -> None:
        """Store all that wait."""
        found, self._waiting, self._characters = self._waiting, [], 0
        if not found:
            return
        standing = self._library.standing("", [one.key for one in found])
        drafts = []
        for one in found:
            if standing.get(one.key) == (one.content_hash, self._maker.made_by):
                self._summary.counts[Outcome.UNCHANGED] += 1
                continue
            draft = self._maker.draft(one.reading, one.key, file=one.file.name, content_hash=one.content_hash)
            if draft.passages:
                drafts.append(draft)
            else:
                which = f", {one.reading.key}" if one.reading.key else ""
                self._summary.refuse(one.file, f"{one.file.name}{which}: {NOTHING_LEFT}")
        now = self._now()
        for draft, (outcome, document_id) in zip(drafts, self._library.put_all(drafts, now=now), strict=True):
            self._count(draft, outcome, document_id, now)

    def drop(self, key: str) -> bool:
        """Forget that *key* holds a document; tell whether it is removed."""
        return self._library.detach("", key, now=self._now())

    def _count(self, draft: Draft, outcome: Outcome, document_id: str, now: datetime.datetime) -> None:
        if outcome is Outcome.COPY and self._is_moved(draft, document_id, now):
            outcome = Outcome.MOVED
        self._summary.counts[outcome] += 1
        if outcome in {Outcome.NEW, Outcome.CHANGED}:
            self._summary.passages += len(draft.passages)

    def _is_moved(self, draft: Draft, document_id: str, now: datetime.datetime) -> bool:
        """Let go of the document's other files that are no longer there; tell whether there were any."""
        gone = [
            key
            for key in self._library.siblings(document_id)
            if key != draft.key and (path := path_of(key)) and is_gone(path)
        ]
        for key in gone:
            self._library.detach(draft.document.workspace, key, now=now)
        return bool(gone)
