"""Kill an ingest at random moments, again and again: `killed.py [--times 50] [--documents 1000] [--seed 1]`.

After each SIGKILL the store must have every document whole or not at all, and the index must agree with
it. Prints JSON: how often it was killed, with how many documents stored at each, and what was wrong.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

PASSAGES = 3

LOOK = 0.01
"""Seconds from one look for the store to the next."""


def main() -> int:
    """Run it and report; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = killed(Path(folder), options.times, options.documents, random.Random(options.seed))  # noqa: S311
    print(json.dumps(report))
    return 1 if report["wrong"] else 0


def killed(folder: Path, times: int, documents: int, chance: random.Random) -> dict[str, Any]:
    """Kill an ingest of *documents* documents *times* times, each from an empty store."""
    path = folder / "documents.jsonl"
    path.write_text("\n".join(json.dumps(_document(n)) for n in range(documents)))
    whole = _seconds(folder / "whole", path)
    stored, wrong = [], []
    for run in range(times):
        data = folder / f"data-{run}"
        process = _ingest(data, path)
        _opened(process, data)
        time.sleep(chance.uniform(0, whole))
        process.send_signal(signal.SIGKILL)
        process.wait()
        count, faults = _check(data)
        stored.append(count)
        wrong += faults
    return {"killed": times, "documents": documents, "stored": stored, "wrong": wrong}


def _document(n: int) -> dict[str, Any]:
    text = "\n\n".join(f"Harbour {n} part {part}: {'boats come and go. ' * 12}" for part in range(PASSAGES))
    return {"id": n, "title": f"Harbour {n}", "text": text}


def _ingest(data: Path, path: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "ingest", str(path)],
        cwd=ROOT,
        env={**os.environ, "BRIEFBOT_DATA": str(data)},
        stderr=subprocess.DEVNULL,
    )


def _opened(process: subprocess.Popen[bytes], data: Path) -> None:
    """Wait until the store is there: before, nothing can be lost."""
    while process.poll() is None and not (data / "index").exists():
        time.sleep(LOOK)


def _seconds(data: Path, path: Path) -> float:
    """Return how long an ingest takes once the store is there."""
    process = _ingest(data, path)
    _opened(process, data)
    started = time.monotonic()
    process.wait()
    return time.monotonic() - started


def _check(data: Path) -> tuple[int, list[str]]:
    """Return how many documents a start after the kill finds, and what is wrong with them."""
    from bot.app import open_briefbot  # noqa: PLC0415
    from bot.loading import load  # noqa: PLC0415
    from bot.search.snapshot import everything  # noqa: PLC0415

    briefbot = open_briefbot(load({"BRIEFBOT_DATA": str(data)}))
    changes = briefbot.library.changes(0, limit=1_000_000)
    halves = [change.document_id for change in changes if len(change.excerpts) != PASSAGES]
    in_store = {excerpt.id for change in changes for excerpt in change.excerpts}
    snapshot = briefbot.index.snapshot
    found = snapshot.best(everything(), snapshot.size) if snapshot.size else []
    in_index = {snapshot.excerpt(address).id for _, address in found}
    briefbot.close()
    faults = [f"{data.name}: {document_id} is stored in part" for document_id in halves]
    if in_store != in_index:
        faults.append(f"{data.name}: the index has {len(in_index)} passages, the store {len(in_store)}")
    return len(changes), faults


if __name__ == "__main__":
    sys.exit(main())
