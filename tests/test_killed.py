"""What was confirmed is there after a SIGKILL, and nothing is there in part."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.killed import killed
from conftest import NOW, Write

from bot.config import ROOT, Config
from bot.library.ingest import Ingest
from bot.store.library import Library
from bot.store.records import Draft

DOCUMENTS = 4000

PASSAGES = 2

TELLING = """
import datetime, sys
from pathlib import Path
from bot.loading import load
from bot.library.ingest import Ingest
from bot.store.database import open_database
from bot.store.library import Library

config = load({"BRIEFBOT_DATA": sys.argv[1], "DATABASE_URL": sys.argv[2]})
Ingest(Library(open_database(config.database_url, config.data)), config).run(
    [Path(sys.argv[3])],
    now=lambda: datetime.datetime.now(datetime.UTC),
    progress=lambda _file, done: print(done, flush=True),
)
"""
"""An ingest that tells how many bytes it has read."""


class Counting(Ingest):
    """An ingest that counts the readings that it makes documents of."""

    made = 0

    def draft(self, *reading: Any, **named: Any) -> Draft:
        self.made += 1
        return super().draft(*reading, **named)


def test_an_ingest_killed_at_any_moment_leaves_whole_documents_and_an_index_that_agrees(tmp_path: Path):
    report = killed(tmp_path, times=6, documents=2000, chance=random.Random(7))  # noqa: S311

    assert report["wrong"] == []
    assert len(set(report["stored"])) > 1, "the kills fell at one moment only"


def test_an_ingest_killed_in_the_middle_is_completed_by_the_next_and_passes_over_what_is_there(
    library: Library, database_url: str, config: Config, write: Write
):
    path = write("harbours.jsonl", "\n".join(map(line, range(DOCUMENTS))))
    kill_once_half_is_read(path, database_url, config.data)
    there = stored(library)

    again = Counting(library, config)

    summary = again.run([path], now=lambda: NOW)

    assert 0 < len(there) < DOCUMENTS, "the kill did not fall in the middle"
    assert summary.counts == {"unchanged": len(there), "new": DOCUMENTS - len(there)}
    assert again.made == DOCUMENTS - len(there), "what is there was cleaned and cut again"
    after = stored(library)
    assert sorted(title for title, _ in after.values()) == sorted(map(title, range(DOCUMENTS)))
    assert {passages for _, passages in after.values()} == {PASSAGES}
    assert there.items() <= after.items()


def line(n: int) -> str:
    text = "\n\n".join(f"Part {part} of {n}: {'boats come and go. ' * 12}" for part in range(PASSAGES))
    return json.dumps({"id": n, "title": title(n), "text": text})


def title(n: int) -> str:
    return f"Harbour {n}"


def kill_once_half_is_read(path: Path, database_url: str, data: Path) -> None:
    """Ingest *path* in a process of its own, and send that SIGKILL as soon as it tells of half the bytes."""
    half = path.stat().st_size // 2
    with subprocess.Popen(
        [sys.executable, "-c", TELLING, str(data), database_url, str(path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        next(told for told in process.stdout if int(told) >= half)
        process.kill()


def stored(library: Library) -> dict[str, tuple[str | None, int]]:
    """Return each document's title and how many passages it has, by its id."""
    changes = library.changes(0, limit=2 * DOCUMENTS)
    return {one.document_id: (one.excerpts[0].document.title, len(one.excerpts)) for one in changes}
