"""Processes that join others over a large library: `joining.py EXPORT [--processes 3] [--documents 20]`.

EXPORT is what `python -m bot export` has written, say of a store that `speed.py --keep` has made. It is imported
into a PostgreSQL, a first process builds the index and writes a snapshot, and `serve` starts one after another
from it. Then documents are put one by one. Prints JSON: seconds to build the index, to write the snapshot, from
each start until `/readyz` says so and until a question is answered; from the commit of a document until each
process has it, the slowest of them and the median.
"""

import argparse
import asyncio
import json
import logging
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE), str(HERE.parent)]

import aiohttp
from fleet import Fleet
from processes import Process, setting


def command(process: Process, *arguments: str) -> float:
    """Run a command in a process' data folder; return the seconds that it took."""
    environment = {**process.environment, "BRIEFBOT_DATA": str(process.folder)}
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "bot", *arguments], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    return time.perf_counter() - began


async def joined(fleet: Fleet, process: Process) -> tuple[float, float]:
    """Start a process; return the seconds until it is ready, and until it has answered."""
    began = time.perf_counter()
    process.start()
    while not process.is_ready:
        try:
            async with fleet.session.get(f"{process.address}/readyz") as answer:
                process.is_ready = answer.status == 200
        except aiohttp.ClientError:
            pass
        await asyncio.sleep(0.05)
    ready = time.perf_counter() - began
    await fleet.ask(process, "chips")
    return ready, time.perf_counter() - began


async def run(fleet: Fleet, documents: int) -> list[tuple[float, float]]:
    """Start all and put *documents*; return what each start took."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as fleet.session:
        took = [await joined(fleet, process) for process in fleet.processes]
        for number in range(documents):
            await asyncio.gather(*await fleet.put(f"zq{number:012x}"))
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("export", type=Path)
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--documents", type=int, default=20)
    options = parser.parse_args()
    logging.disable()
    fill = ("import", str(options.export.resolve()))
    with (
        tempfile.TemporaryDirectory() as name,
        setting(Path(name), options.processes + 1, fill) as ((first, *others), library, slack, server),
    ):
        snapshot = Path(name) / "snapshot"
        built = command(first, "search", "chips")
        packed = command(first, "snapshot", str(snapshot))
        for process in others:
            process.environment = {**process.environment, "BRIEFBOT_SNAPSHOT": str(snapshot)}
        chance = random.Random(1)  # noqa: S311
        fleet = Fleet(others, library, slack.workspace, server, 0, chance, 0)
        took = asyncio.run(run(fleet, options.documents))
        size = snapshot.stat().st_size
    print(json.dumps({
        "built_s": round(built, 1),
        "packed_s": round(packed, 1),
        "snapshot_mb": round(size / 1e6),
        "ready_s": [round(ready, 1) for ready, _ in took],
        "answered_s": [round(answered, 1) for _, answered in took],
        "found_s": {"median": round(statistics.median(fleet.lags), 2), "slowest": round(max(fleet.lags), 2)},
        "never_found": fleet.counts["never seen"],
    }, indent=2))  # fmt: skip


if __name__ == "__main__":
    main()
