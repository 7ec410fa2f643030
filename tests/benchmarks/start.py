"""Start to first answer, and idle memory, beside a bare Bolt app's: `start.py [--runs 5]`.

Both are started as processes of their own, in turn, and answer one `/brief chips` (the bare app with a
fixed text). Prints JSON: seconds from start to answer and resident megabytes after it, medians.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

BARE = """
import asyncio, json, sys
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult

async def authorize():
    return AuthorizeResult(enterprise_id=None, team_id="T")

app = AsyncApp(authorize=authorize, request_verification_enabled=False, process_before_response=True)

@app.command("/brief")
async def answer(ack):
    await ack("chips")

async def ask():
    headers = {"content-type": ["application/x-www-form-urlencoded"]}
    return await app.async_dispatch(AsyncBoltRequest(body="command=/brief&text=chips", headers=headers))

print(asyncio.run(ask()).body, flush=True)
sys.stdin.read()
"""


def main() -> int:
    """Time both and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as data:
        environment = {**os.environ, "BRIEFBOT_DATA": data}
        commands = {
            "bare": ([sys.executable, "-c", BARE], "", "chips"),
            "console": ([sys.executable, "-m", "bot", "console"], "chips\n", "passages on"),
        }
        _first_answer(*commands["console"], environment)  # Fills the store.
        found: dict[str, list[tuple[float, float]]] = {"bare": [], "console": []}
        for _ in range(runs):
            for name, command in commands.items():
                found[name].append(_first_answer(*command, environment))
    report = {
        name: {
            "seconds": round(statistics.median(seconds for seconds, _ in told), 3),
            "resident_mb": round(statistics.median(memory for _, memory in told), 1),
        }
        for name, told in found.items()
    }
    report["over_bare"] = {
        key: round(report["console"][key] - report["bare"][key], 3) for key in ("seconds", "resident_mb")
    }
    print(json.dumps(report, indent=2))
    return 0


def _first_answer(
    command: list[str], typed: str, awaited: str, environment: dict[str, str]
) -> tuple[float, float]:
    """Return the seconds until *command* prints *awaited*, and its resident megabytes then."""
    started = time.monotonic()
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        assert process.stdin
        assert process.stdout
        process.stdin.write(typed)
        process.stdin.flush()
        while awaited not in process.stdout.readline():
            pass
        seconds = time.monotonic() - started
        pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
        process.stdin.close()
        process.stdout.read()
    return seconds, pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    sys.exit(main())
