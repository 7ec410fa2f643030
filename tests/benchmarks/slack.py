"""Requests per second of `/brief chips` beside a bare Bolt app of the same set-up: `slack.py [--seconds 5]`.

Both are processes of their own: AsyncApp on Starlette and uvicorn, process_before_response=True. Every request
is signed and differs from all others. The two take turns, three rounds each. Prints JSON: median requests per
second by number of connections.
"""

import argparse
import asyncio
import hashlib
import hmac
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp

ROOT = Path(__file__).resolve().parents[2]
SECRET = "benchmark"  # noqa: S105
ROUNDS = 3
CONNECTIONS = (1, 16)

BARE = """
import os, uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

async def authorize():
    return AuthorizeResult(enterprise_id=None, team_id="T")

app = AsyncApp(authorize=authorize, signing_secret=os.environ["SLACK_SIGNING_SECRET"], process_before_response=True)

@app.command("/brief")
async def answer(ack):
    await ack("chips")

handler = AsyncSlackRequestHandler(app)

async def events(request):
    return await handler.handle(request)

async def healthz(request):
    return PlainTextResponse("ok")

routes = [Route("/slack/events", events, methods=["POST"]), Route("/healthz", healthz)]
uvicorn.run(Starlette(routes=routes), port=int(os.environ["PORT"]), log_config=None, access_log=False)
"""


def main() -> int:
    """Measure both and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5)
    seconds = parser.parse_args().seconds
    commands = {"bare": [sys.executable, "-c", BARE], "brief": [sys.executable, "-m", "bot", "serve"]}
    with tempfile.TemporaryDirectory() as data:
        environment = {**os.environ, "BRIEFBOT_DATA": data, "SLACK_SIGNING_SECRET": SECRET}
        ingest = [sys.executable, "-m", "bot", "ingest", "seeds"]
        subprocess.run(ingest, cwd=ROOT, env=environment, check=True, capture_output=True)
        with (
            serving(commands["bare"], 3801, environment) as bare,
            serving(commands["brief"], 3802, environment) as brief,
        ):
            measured = asyncio.run(_measured({"bare": bare[0], "brief": brief[0]}, seconds))
    print(json.dumps(measured))
    return 0


@contextmanager
def serving(command: list[str], port: int, environment: dict[str, str]) -> Iterator[tuple[str, int]]:
    """Run a server; yield where it takes requests, and its process id."""
    process = subprocess.Popen(
        command, cwd=ROOT, env={**environment, "PORT": str(port)}, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                urllib.request.urlopen(f"{address}/healthz", timeout=1).close()  # noqa: S310
                break
            except OSError:
                time.sleep(0.05)
        yield f"{address}/slack/events", process.pid
    finally:
        process.terminate()
        process.wait()


async def _measured(addresses: dict[str, str], seconds: float) -> dict[str, dict[str, float]]:
    found: dict[str, dict[int, list[float]]] = {name: {n: [] for n in CONNECTIONS} for name in addresses}
    for _ in range(ROUNDS):
        for connections in CONNECTIONS:
            for name, address in addresses.items():
                found[name][connections].append(await _rate(address, connections, seconds))
    return {
        name: {str(n): round(statistics.median(rates)) for n, rates in told.items()}
        for name, told in found.items()
    }


async def _rate(address: str, connections: int, seconds: float) -> float:
    """Return the requests per second over so many *connections*."""
    counter = itertools.count(int(time.time() * 1e6))
    end = time.perf_counter() + seconds
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=connections)) as session:

        async def ask() -> int:
            done = 0
            while time.perf_counter() < end:
                body, headers = signed(next(counter))
                async with session.post(address, data=body, headers=headers) as response:
                    assert response.status == 200, response.status
                    await response.read()
                done += 1
            return done

        counts = await asyncio.gather(*(ask() for _ in range(connections)))
    return sum(counts) / seconds


def signed(number: int, text: str = "chips", *, channel: str = "C1") -> tuple[bytes, dict[str, str]]:
    """Return a signed command and its headers; *number* makes it differ from all others."""
    form = {
        "command": "/brief", "text": text, "team_id": "T1", "user_id": "U1", "channel_id": channel,
        "trigger_id": str(number), "response_url": "http://127.0.0.1/none",
    }  # fmt: skip
    body = urllib.parse.urlencode(form).encode()
    timestamp = str(int(time.time()))
    base = b"v0:%b:%b" % (timestamp.encode(), body)
    signature = hmac.new(SECRET.encode(), base, hashlib.sha256).hexdigest()
    return body, {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": f"v0={signature}",
    }


if __name__ == "__main__":
    sys.exit(main())
