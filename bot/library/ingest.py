"""From paths to the store: one transaction a document, and one file's fault is nobody else's."""

import datetime
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from bot.config import Boilerplate, Config
from bot.document import Document, Excerpt
from bot.errors import ReadError
from bot.library.apart import Apart
from bot.library.clean import clean, rules_of
from bot.library.decode import storable
from bot.library.files import File, files_at, is_gone, key_of, path_of, readings
from bot.library.marking import topics_of
from bot.library.reading import Block, Left, Reading, Unreadable
from bot.library.split import split
from bot.library.topics import Topics
from bot.store.library import Library
from bot.store.records import Draft, Outcome

MAKING = 1
"""The version of reading, cleaning and splitting: a higher one makes all passages anew."""

NOTHING_LEFT = "holds no text but boilerplate; `ingest --explain` shows it"

Clock = Callable[[], datetime.datetime]
Progress = Callable[[File, int], None]
"""Is told a file and how many of its bytes are done."""


@dataclass(slots=True)
class Summary:
    """What an ingest did: documents by outcome, passages written, what was refused and why."""

    counts: Counter[str] = field(default_factory=Counter)
    passages: int = 0
    refused: list[str] = field(default_factory=list)


class Ingest:
    """Reads files into the library, for all workspaces; each run reads hostile formats *apart*."""

    def __init__(self, library: Library, config: Config, *, apart: Callable[[], Apart] = Apart) -> None:
        self._library = library
        self._most = config.limits.file_megabytes * 1_000_000
        self._rules = rules_of(config.library.boilerplate)
        self._topics = Topics(config.topics)
        self._made_by = _hash(config.library.boilerplate)
        self._apart = apart

    def run(
        self,
        paths: Sequence[Path],
        *,
        now: Clock,
        progress: Progress = lambda _file, _done: None,
    ) -> Summary:
        """Read what lies at *paths* and drop what lay there and does no longer.

        Raises ReadError for a path that does not exist, StoreError where the store fails.
        """
        files = [file for path in paths for file in files_at(path)]
        summary = Summary()
        with self._apart() as apart:
            for file in files:
                self._read(file, apart, summary, now, progress)
                progress(file, file.size)
        for path in paths:
            if path.is_dir():
                self._sweep(path, summary, now)
        return summary

    def _read(self, file: File, apart: Apart, summary: Summary, now: Clock, progress: Progress) -> None:
        """Store the documents of *file*, and drop those that it held before."""
        held: set[str] = set()
        is_whole = True
        try:
            for reading in readings(file, self._most, apart, progress=lambda at: progress(file, at)):
                if isinstance(reading, Unreadable):
                    summary.refused.append(f"{file.name}, {reading.where}: {reading.why}")
                    is_whole = False  # Its document may be one of those that were held before.
                    continue
                key = f"{file.key}#{reading.key}" if reading.key else file.key
                held.add(key)
                draft = self.draft(file, reading, key)
                if draft.passages:
                    self._store(draft, summary, now())
                else:
                    which = f", {reading.key}" if reading.key else ""
                    summary.refused.append(f"{file.name}{which}: {NOTHING_LEFT}")
        except ReadError as error:
            summary.refused.append(f"{file.name}: {error}")
            return  # What it held before stays.
        if file.holds_many and is_whole:
            for gone in sorted(set(self._library.keys("", f"{file.key}#")) - held):
                self._drop(gone, summary, now())

    def draft(self, file: File, reading: Reading, key: str) -> Draft:
        """Return the document that *reading* makes, its passages cut and marked; maybe none."""
        declared = tuple(dict.fromkeys(self._topics.named(topic) for topic in reading.topics))
        passages = tuple(
            replace(passage, topics=topics_of(passage, self._topics, declared))
            for passage in split(clean(reading, self._rules))
        )
        stated = ("title", "author", "publisher", "based_on", "url", "date", "language")
        described = {name: getattr(reading, name) for name in stated}
        return Draft(
            document=Document(id="", file=file.name, **described),
            key=key,
            topics=declared,
            passages=passages,
            content_hash=_hash(replace(reading, key="")),
            made_by=self._made_by,
        )

    def _store(self, draft: Draft, summary: Summary, now: datetime.datetime) -> None:
        outcome, document_id = self._library.put(draft, now=now)
        if outcome is Outcome.COPY and self._is_moved(draft, document_id, now):
            outcome = Outcome.MOVED
        summary.counts[outcome] += 1
        if outcome in {Outcome.NEW, Outcome.CHANGED}:
            summary.passages += len(draft.passages)

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

    def _sweep(self, folder: Path, summary: Summary, now: Clock) -> None:
        """Drop what the library has from *folder* and what is no longer there."""
        for key in self._library.keys("", f"{key_of(folder)}/"):
            path = path_of(key)
            if path is not None and is_gone(path):
                self._drop(key, summary, now())

    def _drop(self, key: str, summary: Summary, now: datetime.datetime) -> None:
        if self._library.detach("", key, now=now):
            summary.counts["removed"] += 1


def explain(paths: Iterable[Path], config: Config) -> Iterator[tuple[File, list[Block | Left] | str]]:
    """Yield each document at *paths* with what is left out of it in its place; or why it is refused."""
    rules = rules_of(config.library.boilerplate)
    files = [file for path in paths for file in files_at(path)]
    with Apart() as apart:
        for file in files:
            try:
                for reading in readings(file, config.limits.file_megabytes * 1_000_000, apart):
                    if isinstance(reading, Unreadable):
                        yield file, f"{reading.where}: {reading.why}"
                    else:
                        yield file, clean(reading, rules)
            except ReadError as error:
                yield file, str(error)


def remove(library: Library, reference: str, *, now: datetime.datetime) -> int:
    """Remove the document with the id *reference*, or all that came from that path; return how many.

    Raises ReadError if the library has no such thing.
    """
    wanted = storable(reference)
    found = library.document(wanted, workspace="")
    if isinstance(found, Document):
        library.remove(found.id, now=now)
        return 1
    excerpt = library.excerpt(wanted, workspace="")
    if isinstance(excerpt, Excerpt):
        raise ReadError(f"{wanted}: is a passage of {excerpt.document.id}; remove that document")
    key = key_of(Path(reference))
    within = (f"{key}/", f"{key}#")
    keys = [held for held in library.keys("", key) if held == key or held.startswith(within)]
    if not keys:
        raise ReadError(f"{wanted}: the library has no document with this id or path")
    return sum(library.detach("", held, now=now) for held in keys)


def _hash(value: Reading | Boilerplate) -> str:
    """Return what is the same for equal values; a field that is not stated does not count."""
    stated = {name: field for name, field in asdict(value, dict_factory=_known).items() if field}
    told = [MAKING, stated] if isinstance(value, Boilerplate) else stated
    return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()


def _known(fields: list[tuple[str, object]]) -> dict[str, object]:
    return {name: value for name, value in fields if value is not None}
