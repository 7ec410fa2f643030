"""A sweep of a folder: what is new or changed is read, what is gone is dropped, the rest is not opened."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.library.files import File, files_at
from bot.library.ingest import Ingest
from bot.library.load import Clock, Summary
from bot.source import Source
from bot.sources.item import key_of
from bot.sources.visited import Visited
from bot.store.visits import Entry, Visits

SETTLED = timedelta(seconds=2)
"""A file that was written less long ago may change once more without its time telling."""

BATCH = 50
"""Files that are read before it is noted that they were: so many are read again after a crash."""


class Sweeper:
    """Sweeps the folders of `config.yml`."""

    def __init__(self, ingest: Ingest, visits: Visits, *, now: Clock) -> None:
        self._ingest = ingest
        self._visits = visits
        self._now = now

    def sweep(self, source: Source, path: Path, *, is_over: Callable[[], bool]) -> Visited:
        """Bring the library to what stands at *path*. Raises ReadError where it cannot be looked at."""
        files = {key_of(os.fsencode(file.path)): file for file in files_at(path)}
        known = self._visits.entries("", source.address)
        visited = Visited()
        fresh = [
            Entry(key, stamp)
            for key, file in files.items()
            if (stamp := self._stamp(file)) != (known[key].hash if key in known else None)
        ]
        for at in range(0, len(fresh), BATCH):
            if is_over():
                return visited
            self._take(source, fresh[at : at + BATCH], files, visited)
        gone = known.keys() - files.keys()
        if gone and path.is_dir():
            visited.counts["removed"] += self._ingest.sweep(path, now=self._now)
            self._visits.forget("", source.address, gone)
        return visited

    def _take(self, source: Source, batch: list[Entry], files: dict[str, File], visited: Visited) -> None:
        taken = [files[entry.id] for entry in batch]
        summary = self._ingest.take(taken, now=self._now)
        visited.counts.update(summary.counts)
        visited.passages += summary.passages
        visited.failed += len(summary.faulty)
        visited.why = next(iter(summary.refused), visited.why)
        reasons = [summary.faulty.get(file.path) for file in taken]
        entries = [
            replace(entry, failures=int(why is not None), why=why)
            for entry, why in zip(batch, reasons, strict=True)
        ]
        self._visits.note("", source.address, entries)

    def note(self, source: Source, path: Path, filled: Summary) -> None:
        """Remember that all files at *path* were read just now, and what *filled* says of those refused."""
        entries = []
        for file in files_at(path):
            why = filled.faulty.get(file.path)
            entries.append(
                Entry(key_of(os.fsencode(file.path)), self._stamp(file), int(why is not None), None, why)
            )
        gone = self._visits.entries("", source.address).keys() - {one.id for one in entries}
        self._visits.forget("", source.address, gone)
        self._visits.note("", source.address, entries)

    def _stamp(self, file: File) -> str:
        """Return what changes when *file* does, or the rules by which it is read; without opening it."""
        try:
            found = file.path.stat()
        except OSError as error:
            return f"{error.strerror}"
        age = self._now() - datetime.fromtimestamp(found.st_mtime, self._now().tzinfo)
        # One that was written tomorrow, by the clock of another machine, is as settled as any.
        unsettled = self._now().isoformat() if abs(age) < SETTLED else ""
        told = f"{found.st_size} {found.st_mtime_ns} {self._ingest.made_by} {unsettled}"
        return hashlib.sha256(told.encode()).hexdigest()
