"""The index: how far it is, how much of the disk it takes and leaves, and who is at it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from bot.app import Briefbot
from bot.doctor.finding import Finding
from bot.store.records import State

SPARE_BYTES = 100_000_000
"""What is to be free on the disk, besides as much as the index takes: merging writes it once more."""


def of_index(briefbot: Briefbot, state: State) -> Iterator[Finding]:
    """Yield what is found of the index beside a store in *state*."""
    documents, passages = briefbot.searcher.size()
    reached = max(0, briefbot.index.answers_upto(state))
    behind = "" if reached >= state.revision else "it follows by itself; look again in a minute"
    yield Finding("index", f"{documents} documents, {passages} passages, revision {reached}", behind)
    yield _files(briefbot.config.data / "index")


def _files(folder: Path) -> Finding:
    takes = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    free = shutil.disk_usage(folder).free
    advice = (
        f"free some space: {_megabytes(takes + SPARE_BYTES)} MB, as the index is written anew now and then"
        if free < takes + SPARE_BYTES
        else ""
    )
    told = f"{_megabytes(takes)} MB, {_megabytes(free)} MB are free, {_at_it(folder)}"
    return Finding("index files", told, advice)


def _at_it(folder: Path) -> str:
    lock = Path(f"{folder}.lock")
    try:
        with FileLock(lock, timeout=0):
            return "nobody is writing them"
    except Timeout:
        holder = _holder(lock)
        return f"process {holder} is writing them" if holder else "another process is writing them"


def _holder(lock: Path) -> int:
    """Return the process that holds a lock, 0 where the system does not tell."""
    try:
        mark = f":{lock.stat().st_ino}"
        held = [line.split() for line in Path("/proc/locks").read_text().splitlines()]
    except OSError:
        return 0
    return next((int(one[4]) for one in held if len(one) > 5 and one[5].endswith(mark)), 0)


def _megabytes(count: int) -> int:
    return -(-count // 1_000_000)
