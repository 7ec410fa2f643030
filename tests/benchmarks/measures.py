"""What each process of `speed.py` does, in a data folder: make a part of it, or measure one thing."""

import ctypes
import datetime
import gc
import json
import random
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np
import sqlalchemy.dialects.sqlite  # noqa: F401 - loaded when the store is opened: no import is to be timed
from asking import questions
from bare import Bare, build_bare
from corpus import END, Author, Written, fill
from tqdm import tqdm

from bot.app import Briefbot, open_briefbot
from bot.config import Config
from bot.document import Document, Passage
from bot.loading import load
from bot.search.index import Index
from bot.store.database import open_database
from bot.store.library import Library
from bot.store.records import Draft
from bot.store.writing import text_hash

COLD_STARTS = 3
"""Processes that are started for their first answer."""

ADDS = 50
"""Documents that are added, at most one for each query of a class."""

WARM = 4
"""One question is asked beforehand for so many that are timed."""

HITS = 5
"""Excerpts of an answer."""

TOUCHED = 1 << 20
"""Bytes of mapped memory that are read at once."""


@dataclass(frozen=True, slots=True)
class Task:
    """What one process does, in a data folder; `number` tells it from others that do the same."""

    role: str
    data: str
    excerpts: int
    seed: int
    queries: int
    number: int = 0

    @property
    def folder(self) -> Path:
        """The data folder."""
        return Path(self.data)

    @property
    def config(self) -> Config:
        """The shipped configuration, over that folder."""
        return load({"BRIEFBOT_DATA": self.data})


def _fill(task: Task) -> None:
    fill(task.config, excerpts=task.excerpts, seed=task.seed)


def _is_built(task: Task) -> bool:
    """Tell whether today's program takes the index for a whole one."""
    return Index(task.folder / "index").is_at(_library(task).state())


def _build(task: Task) -> dict[str, float]:
    library = _library(task)
    started = time.perf_counter()
    Index(task.folder / "index").follow(library)
    seconds = time.perf_counter() - started
    return {"per_s": round(task.excerpts / seconds, 1), "mb": _memory("VmHWM")}


def _build_bare(task: Task) -> dict[str, int]:
    """Return how many segments each index has: they should be about as many."""
    folder = task.folder / "bare"
    shutil.rmtree(folder, ignore_errors=True)
    build_bare(_library(task), folder)
    return {name: len(list((task.folder / name).rglob("*.idx"))) for name in ("index", "bare")}


def _ask(task: Task) -> None:
    """Choose the questions; the first of each class are not timed."""
    each = task.queries + _warm(task)
    asked = questions(_library(task), each=each, seed=task.seed)
    (task.folder / "questions").write_text(json.dumps(asked))


def _start(task: Task) -> float:
    question = " ".join(_asked(task)["few"][task.number].split()[:2])
    config = task.config
    started = time.perf_counter()
    _search(open_briefbot(config), question)
    return _milliseconds(time.perf_counter() - started)


def _time(task: Task) -> dict[str, dict[str, float]]:
    """Ask both, in random order."""
    chance = random.Random(task.seed)  # noqa: S311 - an order
    briefbot, bare = _serving(task), Bare(task.folder / "bare")
    ways: Mapping[str, Callable[[str], Any]] = {
        "": lambda text: _search(briefbot, text),
        "bare_": bare.search,
    }
    asked = _asked(task)
    for told in asked.values():
        for text in told[: _warm(task)]:
            for search in ways.values():
                search(text)
    report = {}
    for name, told in asked.items():
        rounds = [(way, text) for way in ways for text in told[_warm(task) :]]
        chance.shuffle(rounds)
        took: dict[str, list[float]] = {way: [] for way in ways}
        for way, text in tqdm(rounds, desc=name, disable=None, leave=False):
            started = time.perf_counter()
            ways[way](text)
            took[way].append(time.perf_counter() - started)
        report[name] = _percentiles("", took[""], (50, 95, 99)) | _percentiles(
            "bare_", took["bare_"], (50, 99)
        )
    return report


def _serve(task: Task) -> float:
    """Return the memory of a process that has answered all questions and has read all it may map."""
    briefbot = _serving(task)
    for told in _asked(task).values():
        for text in told[_warm(task) :]:
            _search(briefbot, text)
    _touch(task.folder / "index")
    return _memory("VmRSS")


def _add(task: Task) -> float:
    briefbot, authors = _serving(task), Author(task.seed + 1).documents()
    took = []
    for number in tqdm(range(min(ADDS, task.queries)), desc="add", disable=None, leave=False):
        word = f"zq{''.join(chr(ord('a') + int(digit)) for digit in str(number))}k"
        draft = _draft(next(authors), word)
        started = time.perf_counter()
        briefbot.library.put(draft, now=END + datetime.timedelta(minutes=number + 1))
        while not _finds(briefbot, word):
            briefbot.index.follow(briefbot.library)
        took.append(time.perf_counter() - started)
    return _milliseconds(statistics.median(took))


def _draft(written: Written, word: str) -> Draft:
    """Return a document that nobody has read yet, *word* within its first excerpt."""
    texts = [f"{written.texts[0]} It is of {word}.", *written.texts[1:]]
    passages = tuple(Passage(text, paragraph=number) for number, text in enumerate(texts, start=1))
    document = Document("", title=written.title, date=END.date(), language="en", file=f"{word}.md")
    return Draft(document, f"{word}.md", (), passages, text_hash(" ".join(texts)), "")


def _finds(briefbot: Briefbot, word: str) -> bool:
    return any(word in hit.excerpt.text for hit in _search(briefbot, word).hits)


def _serving(task: Task) -> Briefbot:
    """Return what answers, as `serve` has it: what is loaded by now is not collected."""
    briefbot = open_briefbot(task.config)
    gc.collect()
    gc.freeze()
    return briefbot


def _search(briefbot: Briefbot, text: str) -> Any:
    return briefbot.searcher.search(text, workspace="", limit=HITS, today=END.date())


def _library(task: Task) -> Library:
    return Library(open_database("", task.folder))


def _asked(task: Task) -> Mapping[str, Sequence[str]]:
    told: Mapping[str, Sequence[str]] = json.loads((task.folder / "questions").read_text())
    return told


def _warm(task: Task) -> int:
    return max(task.queries // WARM, COLD_STARTS)


def _percentiles(name: str, seconds: Sequence[float], wanted: Sequence[int]) -> dict[str, float]:
    return {f"{name}p{one}": _milliseconds(float(np.percentile(seconds, one))) for one in wanted}


def _milliseconds(seconds: float) -> float:
    return round(1000 * seconds, 3)


def megabytes(size: int) -> float:
    """Return *size* bytes in megabytes of 10^6."""
    return round(size / 1e6, 1)


def _memory(name: str) -> float:
    """Return what this process has in memory, files that it maps included: VmRSS now, VmHWM at its highest."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return megabytes(int(lines[name].split()[0]) * 1024)


def _touch(folder: Path) -> None:
    """Read every byte of the files in *folder* that this process has mapped."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        span, rights, *_, path = line.split(maxsplit=5) if line.count("/") else ("", "", "")
        if rights.startswith("r") and path.startswith(f"{folder}/"):
            start, end = (int(edge, 16) for edge in span.split("-"))
            for at in range(start, end, TOUCHED):
                ctypes.string_at(at, min(TOUCHED, end - at))


ROLES: Mapping[str, Callable[[Task], Any]] = {
    "fill": _fill,
    "is_built": _is_built,
    "build": _build,
    "build_bare": _build_bare,
    "ask": _ask,
    "start": _start,
    "time": _time,
    "serve": _serve,
    "add": _add,
}
