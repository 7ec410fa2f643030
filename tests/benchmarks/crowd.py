"""A crowd asks at once: `crowd.py [--people 100] [--seconds 60]`.

Each person asks one question after the other, all different, over signed HTTP against `serve` with the seeds. Prints
JSON: answers, how many took over three seconds or were lost, percentiles in ms, and resident memory in MB
after a tenth of the time and at the end.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp
from slack import ROOT, SECRET, serving, signed

WORDS = [
    "chips",
    "export",
    "controls",
    "models",
    "DeepSeek",
    "data",
    "centers",
    "energy",
    "talent",
    "policy",
    "Huawei",
    "yield",
    "patents",
]
ALLOWED_SECONDS = 3.0
PORT = 3803


def main() -> int:
    """Let them ask and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as data:
        environment = {**os.environ, "BRIEFBOT_DATA": data, "SLACK_SIGNING_SECRET": SECRET}
        ingest = [sys.executable, "-m", "bot", "ingest", "seeds"]
        subprocess.run(ingest, cwd=ROOT, env=environment, check=True, capture_output=True)
        with serving([sys.executable, "-m", "bot", "serve"], PORT, environment) as (address, pid):
            report = asyncio.run(_crowd(address, pid, options.people, options.seconds))
    print(json.dumps(report))
    return 1 if report["late"] or report["lost"] else 0


async def _crowd(address: str, pid: int, people: int, seconds: float) -> dict[str, Any]:
    times: list[float] = []
    lost = 0
    memory = 0.0
    started = time.perf_counter()
    timeout = aiohttp.ClientTimeout(total=30)
    connector = aiohttp.TCPConnector(limit=people)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:

        async def ask(who: int) -> None:
            nonlocal lost, memory
            number = 0
            while time.perf_counter() - started < seconds:
                number += 1
                words = [WORDS[(who + number * step) % len(WORDS)] for step in (1, 3)]
                body, headers = signed(who * 1_000_000 + number, f"{' '.join(words)} {who} {number}")
                began = time.perf_counter()
                try:
                    async with session.post(address, data=body, headers=headers) as response:
                        lost += response.status != 200 or b"blocks" not in await response.read()
                except (aiohttp.ClientError, TimeoutError):
                    lost += 1
                times.append(time.perf_counter() - began)
                if not memory and time.perf_counter() - started > seconds / 10:
                    memory = _resident(pid)

        await asyncio.gather(*(ask(who) for who in range(people)))
    times.sort()
    return {
        "answers": len(times),
        "late": sum(taken > ALLOWED_SECONDS for taken in times),
        "lost": lost,
        "ms": {f"p{p}": round(times[len(times) * p // 100] * 1000, 1) for p in (50, 99)}
        | {"max": round(times[-1] * 1000, 1)},
        "resident_mb": [round(memory, 1), round(_resident(pid), 1)],
    }


def _resident(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    sys.exit(main())
