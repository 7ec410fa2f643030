"""From paths to the store: each document whole or not at all, and one file's fault is nobody else's."""

import datetime
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, fields, replace
from functools import partial
from itertools import groupby
from pathlib import Path

from bot.config import ROOT, Boilerplate, Config
from bot.document import Document, Excerpt
from bot.errors import ReadError
from bot.library.apart import Apart
from bot.library.clean import clean, rules_of
from bot.library.decode import storable
from bot.library.files import File, files_at, is_gone, key_of, path_of, readings
from bot.library.load import Clock, Load, Summary
from bot.library.marking import topics_of
from bot.library.reading import Block, Left, Reading, Unreadable
from bot.library.seen import Seen
from bot.library.split import split
from bot.library.topics import Topics
from bot.source import Source
from bot.store.library import Library
from bot.store.records import Draft

MAKING = 1
"""The version of reading, cleaning and splitting: a higher one makes all passages anew."""

Progress = Callable[[File, int], None]
"""Is told a file and how many of its bytes are done."""


class Ingest:
    """Reads files into the library, for all workspaces; hostile formats *apart*, else in an own process."""

    def __init__(self, library: Library, config: Config, *, apart: Apart | None = None) -> None:
        self._library = library
        self._most = config.limits.file_megabytes * 1_000_000
        self._rules = rules_of(config.library.boilerplate)
        self._topics = Topics(config.topics)
        self._folders = [(ROOT / one.folder, one) for one in config.library.sources if not one.is_on_net]
        self.made_by = _made_by(config.library.boilerplate)
        self._apart = apart or Apart()

    def run(
        self,
        paths: Sequence[Path],
        *,
        now: Clock,
        progress: Progress = lambda _file, _done: None,
        summary: Summary | None = None,
    ) -> Summary:
        """Read what lies at *paths* and drop what lay there and does no longer.

        What was done is counted in *summary* as it goes, if one is given, and returned.
        Raises ReadError for a path that does not exist, StoreError where the store fails.
        """
        files = [file for path in paths for file in files_at(path)]
        try:
            summary = self.take(files, now=now, progress=progress, summary=summary)
        finally:
            self._apart.close()
        for path in paths:
            if path.is_dir() and (removed := self.sweep(path, now=now)):
                summary.counts["removed"] += removed
        return summary

    def take(
        self,
        files: Iterable[File],
        *,
        now: Clock,
        progress: Progress = lambda _file, _done: None,
        summary: Summary | None = None,
    ) -> Summary:
        """Read *files*, counted in *summary* if one is given. Raises StoreError where the store fails."""
        summary = Summary() if summary is None else summary
        load = Load(self._library, self, summary, now)
        for file in files:
            self._read(file, load, summary, partial(progress, file))
            progress(file, file.size)
        load.store()
        return summary

    def sweep(self, folder: Path, *, now: Clock) -> int:
        """Drop what the library has from *folder* and what is no longer there; return how many documents."""
        keys = self._library.each_key("", f"{key_of(folder)}/")
        return sum(
            self._library.detach("", key, now=now())
            for path, held in groupby(keys, path_of)  # A file may hold a million.
            if path is not None and is_gone(path)
            for key in held
        )

    def _read(self, file: File, load: Load, summary: Summary, progress: Callable[[int], None]) -> None:
        """Let the documents of *file* be stored, and drop those that it held before."""
        held = Seen() if file.holds_many else None
        source = self._source(file)
        is_whole, file_key = True, ""
        try:
            for reading in readings(file, self._most, self._apart, progress=progress):
                if isinstance(reading, Unreadable):
                    summary.refuse(file, f"{file.name}, {reading.where}: {reading.why}")
                    is_whole = False  # Its document may be one of those that were held before.
                    continue
                file_key = file_key or file.key  # To find it takes longer than to read a line.
                key = f"{file_key}#{reading.key}" if reading.key else file_key
                if held is not None:
                    held.add(key)
                load.add(file, stated(reading, source) if source else reading, key)
        except ReadError as error:
            summary.refuse(file, f"{file.name}: {error}")
            return  # What it held before stays.
        if held is not None and is_whole:
            load.store()  # What went from one line to another is there again before it is missed.
            for key in self._library.each_key("", f"{file.key}#"):
                if key not in held and load.drop(key):
                    summary.counts["removed"] += 1

    def _source(self, file: File) -> Source | None:
        """Return the source of `config.yml` in which *file* lies, if there is one."""
        path = file.path.absolute()  # It may have been named from where somebody stands.
        return next((one for folder, one in self._folders if path.is_relative_to(folder)), None)

    def content_hash(self, reading: Reading) -> str:
        """Return what is the same for readings that say the same."""
        return _hash(replace(reading, key="") if reading.key else reading)

    def draft(
        self,
        reading: Reading,
        key: str,
        *,
        file: str | None = None,
        workspace: str = "",
        address: str | None = None,
        content_hash: str = "",
    ) -> Draft:
        """Return the document that *reading* makes, its passages cut and marked; maybe none."""
        declared = tuple(dict.fromkeys(self._topics.named(topic) for topic in reading.topics))
        passages = tuple(
            replace(passage, topics=topics_of(passage, self._topics, declared))
            for passage in split(clean(reading, self._rules))
        )
        names = ("title", "author", "publisher", "based_on", "url", "date", "language")
        described = {name: getattr(reading, name) for name in names}
        return Draft(
            document=Document(id="", workspace=workspace, file=file, **described),
            key=key,
            topics=declared,
            passages=passages,
            content_hash=content_hash or self.content_hash(reading),
            made_by=self.made_by,
            address=address,
        )


def stated(reading: Reading, source: Source) -> Reading:
    """Return *reading* with what its *source* states of all its documents, where it says nothing itself."""
    if not (source.name or source.language or source.topics):
        return reading
    return replace(
        reading,
        publisher=reading.publisher or source.name or None,
        language=reading.language or source.language or None,
        topics=(*reading.topics, *source.topics),
    )


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


def _hash(reading: Reading) -> str:
    """Return what is the same for equal readings; a field that is not stated does not count."""
    stated = {name: value for name in _FIELDS if (value := getattr(reading, name))}
    if reading.blocks:
        stated["blocks"] = [
            {name: value for name in _BLOCK_FIELDS if (value := getattr(block, name)) is not None}
            for block in reading.blocks
        ]
    return _digest(stated)


def _made_by(boilerplate: Boilerplate) -> str:
    """Return what is the same for rules that make the same passages of the same reading."""
    return _digest([MAKING, {name: value for name, value in asdict(boilerplate).items() if value}])


def _digest(stated: object) -> str:
    return hashlib.sha256(json.dumps(stated, default=str).encode()).hexdigest()


_FIELDS = [one.name for one in fields(Reading)]
_BLOCK_FIELDS = [one.name for one in fields(Block)]
