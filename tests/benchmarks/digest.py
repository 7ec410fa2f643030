"""The making of one weekly digest: `digest.py [--excerpts 100000] [--new 5000] [FOLDER]`.

Over a made-up library: of a normal week, of all of it (a first digest) and of a week of 5,000 new documents;
beside reading once, from the store, what was published in the periods that it compares. With FOLDER, over the
documents in it. Each in a process of its own. Prints JSON: seconds (by the clock, and of the processor), and
resident megabytes (index open, at their highest, after); `again` is a second audience's over the same window.
`search_ms` tells how long a search of two words takes meanwhile, and while nothing is made.
"""

import argparse
import datetime
import gc
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from generated import store

from bot.app import Briefbot, open_briefbot, sending_of
from bot.library.ingest import Ingest
from bot.loading import load
from bot.serve import SWITCH_SECONDS
from bot.store.timeline import Timeline
from digests.schedule import Cadence, Kind, Plan, Setter
from digests.slots import When
from digests.subscriptions import Start
from digests.themes.window import PERIODS

NOW = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
WEEK = datetime.timedelta(days=7)

FLOOD = 60_000
"""New passages of 5,000 documents."""

RUNS = 20
"""Digests over FOLDER, and searches while nothing is made, in hundreds."""

QUERIES = ("export controls", "green energy", "quantum repeater", "data exchange", "policy university")


@dataclass(frozen=True, slots=True)
class Task:
    """What one process measures: a digest of what arrived after a revision, of a moment."""

    data: str
    of: str
    kind: str
    after: int
    since: str
    now: str


def main() -> int:
    """Make the libraries, measure, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--excerpts", type=int, default=100_000)
    parser.add_argument("--new", type=int, default=5000)
    parser.add_argument("--task", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.task:
        print(json.dumps(_measure(Task(**json.loads(options.task)))))
        return 0
    with tempfile.TemporaryDirectory() as data:
        report = (
            _over_folder(options.folder, Path(data))
            if options.folder
            else _over_library(options.excerpts, options.new, Path(data))
        )
    print(json.dumps(report, indent=2))
    return 0


def _over_library(excerpts: int, new: int, data: Path) -> dict[str, Any]:
    report: dict[str, Any] = {}
    for name, arrived in (("week", new), ("flood", FLOOD)):
        if arrived > excerpts:
            continue
        folder = data / name
        after = _stored(folder, excerpts, arrived)
        since = (NOW - WEEK).isoformat()
        week = Task(str(folder), name, "digest", after, since, NOW.isoformat())
        first = Task(str(folder), "first", "digest", 0, (NOW - 30 * WEEK).isoformat(), NOW.isoformat())
        tasks = {name: week} | ({"first": first} if name == "week" else {})
        for of, task in tasks.items():
            report[of] = _alone(task) | {
                "baseline": _alone(Task(**asdict(task) | {"kind": "baseline"})),
                "search_ms": _alone(Task(**asdict(task) | {"kind": "search"})),
            }
    return report


def _stored(folder: Path, excerpts: int, new: int) -> int:
    config = load(_environment(folder))
    after = store(config, excerpts=excerpts, new=new, now=NOW)
    print(f"{folder.name}: {excerpts} passages, {new} of them new; the index is built", file=sys.stderr)
    open_briefbot(config).close()
    return after


def _over_folder(folder: Path, data: Path) -> dict[str, Any]:
    briefbot = open_briefbot(load(_environment(data)))
    since = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    Ingest(briefbot.library, briefbot.config).run(
        [folder.resolve()], now=lambda: since + datetime.timedelta(seconds=1)
    )
    briefbot.index.follow(briefbot.library)
    briefbot.close()
    now = since + datetime.timedelta(minutes=1)
    return _alone(Task(str(data), "small", "small", 0, since.isoformat(), now.isoformat()))


def _environment(data: Path) -> Mapping[str, str]:
    return {"BRIEFBOT_DATA": str(data), **{k: v for k, v in os.environ.items() if k == "DATABASE_URL"}}


def _alone(task: Task) -> Any:
    """Measure in a process of its own."""
    command = [sys.executable, __file__, "--task", json.dumps(asdict(task))]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    print(f"{task.kind}: {done.stdout.strip()}", file=sys.stderr)
    return json.loads(done.stdout)


def _measure(task: Task) -> Any:
    briefbot = open_briefbot(load(_environment(Path(task.data))))
    sending = sending_of(briefbot)
    gc.collect()
    gc.freeze()  # As `serve` does: what stays is looked through no more.
    now = datetime.datetime.fromisoformat(task.now)
    start = Start(task.after, datetime.datetime.fromisoformat(task.since))
    setter = Setter("U1", "anna")
    for number in range(2):
        plan = Plan("T1", f"{task.of}{number}", Kind.DIGEST, Cadence.WEEKLY, "UTC", When(0, "09:00", "UTC"))
        sending.subscriptions.begin(plan, setter, now=start.moment, start=start)

    def make(number: int = 0) -> Any:
        return sending.digests.content("T1", f"{task.of}{number}", setter, now=now)

    kinds: Mapping[str, Callable[[], Any]] = {
        "digest": lambda: _digest(make),
        "small": lambda: _small(make, sending.chooser.look_again),
        "baseline": lambda: _baseline(briefbot, now),
        "search": lambda: _searched(briefbot, make, now),
    }
    return kinds[task.kind]()


def _digest(make: Callable[..., Any]) -> dict[str, Any]:
    before = _resident()
    (_, content), took = _timed(make)
    again = _timed(lambda: make(1))[1]
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    gc.collect()
    return {
        "messages": len(content.messages),
        "point": content.messages[0]["text"],
        **took,
        "again": again,
        "resident_mb": [before, round(highest, 1), _resident()],
    }


def _small(make: Callable[..., Any], look_again: Callable[[], None]) -> dict[str, Any]:
    times = []
    for _ in range(RUNS):
        look_again()
        times.append(_timed(make)[1])
    milliseconds = [round(1000 * took["seconds"], 1) for took in times]
    return {"first_ms": milliseconds[0], "median_ms": round(statistics.median(milliseconds), 1)}


def _baseline(briefbot: Briefbot, now: datetime.datetime) -> dict[str, float]:
    """Read what was published in the digest's periods, and do nothing with it."""
    timeline, upto = Timeline(briefbot.database), briefbot.library.state().revision
    since, before = now.date() - PERIODS * WEEK, now.date()
    found = timeline.published("T1", since=since, before=before, upto=upto)
    passages, took = _timed(lambda: sum(1 for _ in found))
    return {"passages": passages, **took}


def _searched(briefbot: Briefbot, make: Callable[..., Any], now: datetime.datetime) -> dict[str, Any]:
    """Search while a digest is made in another thread, as in the process that serves."""
    sys.setswitchinterval(SWITCH_SECONDS)
    number = 0

    def search() -> float:
        nonlocal number
        query, number = QUERIES[number % len(QUERIES)], number + 1
        return float(
            _timed(lambda: briefbot.searcher.search(query, workspace="T1", today=now.date()))[1]["seconds"]
        )

    for _ in QUERIES:
        search()
    gc.collect()
    gc.freeze()
    idle = [_paused(search) for _ in range(100)]
    making = threading.Thread(target=make)
    making.start()
    meanwhile = []
    while making.is_alive():
        meanwhile.append(_paused(search))
    return {"idle": _spread(idle), "meanwhile": _spread(meanwhile), "searches": len(meanwhile)}


def _paused(search: Callable[[], float]) -> float:
    time.sleep(0.01)
    return search()


def _spread(seconds: list[float]) -> dict[str, float]:
    times = sorted(seconds)
    return {
        "p50": round(1000 * times[len(times) // 2], 1),
        "p99": round(1000 * times[len(times) * 99 // 100], 1),
        "max": round(1000 * times[-1], 1),
    }


def _timed(do: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    began, used = time.perf_counter(), time.process_time()
    done = do()
    return done, {
        "seconds": round(time.perf_counter() - began, 4),
        "cpu_seconds": round(time.process_time() - used, 4),
    }


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


if __name__ == "__main__":
    sys.exit(main())
