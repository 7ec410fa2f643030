"""Speed, size and memory beside a bare Tantivy index: `speed.py [--excerpts 100000] [--seed 1] [--keep FOLDER]`.

Over a made-up library with natural word frequencies. Prints JSON: excerpts indexed per second on one core,
megabytes (10^6 bytes) of the index on the disk, of a process that serves (with all mapped files in memory)
and of one that builds at its highest, and milliseconds: of a fresh process from opening store and index to its
first answer, of a new document of 12 excerpts until it is found, and of an answer of five excerpts, by class of
question; `bare` is the bare index's, ten stored texts read, asked in turn with ours. Each is measured in a
process of its own. `--queries` of each class are asked (200), each once, after others.

With `--keep` library and index stay in FOLDER, by size and seed, and are used again; `--rebuild` builds the
index there anew.
"""

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

from measures import COLD_STARTS, ROLES, Task, megabytes


def main() -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--excerpts", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    parser.add_argument("--rebuild", action="store_true")
    parser.add_argument("--task", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.task:
        task = Task(**json.loads(options.task))
        print(json.dumps(ROLES[task.role](task)))
        return 0
    with contextlib.nullcontext(options.keep) if options.keep else tempfile.TemporaryDirectory() as folder:
        data = Path(folder).resolve() / f"{options.excerpts}-{options.seed}"
        task = Task("", str(data), options.excerpts, options.seed, options.queries)
        print(json.dumps(measured(task, rebuild=options.rebuild), indent=2))
    return 0


def measured(task: Task, *, rebuild: bool) -> dict[str, Any]:
    """Return all figures of a library, which is made where it is not there."""
    _once(task.folder / "filled", lambda: _filled(task))
    if rebuild or not _alone(task, "is_built"):
        (task.folder / "built").unlink(missing_ok=True)
    built = _once(task.folder / "built", lambda: _built(task))
    _once(task.folder / "built-bare", lambda: _alone(task, "build_bare"))
    _alone(task, "ask")
    cold = [_alone(task, "start", number) for number in range(COLD_STARTS)]
    classes = _alone(task, "time")
    serving = _alone(task, "serve")
    return {
        "excerpts": task.excerpts,
        "build_per_s": built["per_s"],
        "disk_mb": megabytes(_size(task.folder / "index")),
        "serving_mb": serving,
        "building_mb": built["mb"],
        "cold_start_ms": statistics.median(cold),
        "add_ms": _added(task),
        "classes": classes,
    }


def _once(mark: Path, make: Callable[[], Any]) -> Any:
    """Return what *make* returned, from the file *mark* if it is there: then all was made."""
    if not mark.exists():
        told = json.dumps(make())
        mark.write_text(told)
    return json.loads(mark.read_text())


def _filled(task: Task) -> None:
    shutil.rmtree(task.folder, ignore_errors=True)
    _alone(task, "fill")


def _built(task: Task) -> Any:
    shutil.rmtree(task.folder / "index", ignore_errors=True)
    with _on_one_core():
        return _alone(task, "build")


def _added(task: Task) -> Any:
    """Add to a copy: what is kept is to stay as large as it is."""
    with tempfile.TemporaryDirectory(dir=task.folder.parent) as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(task.folder, copy, ignore=shutil.ignore_patterns("bare"))
        os.sync()  # Else the first document waits for the copy.
        return _alone(replace(task, data=str(copy)), "add")


@contextlib.contextmanager
def _on_one_core() -> Iterator[None]:
    """Let processes that are started within run all their threads on the same core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _alone(task: Task, role: str, number: int = 0) -> Any:
    """Do it in a process of its own."""
    wanted = json.dumps(asdict(replace(task, role=role, number=number)))
    command = [sys.executable, __file__, "--task", wanted]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    print(f"{role}: {done.stdout.strip()}", file=sys.stderr)
    return json.loads(done.stdout)


def _size(folder: Path) -> int:
    """Return the bytes of all files in *folder*."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    sys.exit(main())
