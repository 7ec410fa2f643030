"""Everybody's digest falls due in the same minute: `flood.py [--channels 1000] [--people 9000]`.

`serve` sends to all of them by the local Slack, which allows one message a second to a channel, while someone
asks ten questions a second. Prints JSON: messages sent and twice, seconds, refusals by 429, the answers' slowest
and 99th of a hundred in ms, and resident memory in MB before, at its highest and after.
"""

import argparse
import asyncio
import datetime
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp
from crowd import _resident
from slack import ROOT, SECRET, serving, signed
from tqdm import tqdm

sys.path.insert(0, str(ROOT))

import sqlalchemy as sa

from bot.loading import load
from bot.local_slack.server import Server
from bot.local_slack.state import Workspace
from bot.search.query import topic_query
from bot.store.database import open_database
from bot.store.library import Library
from digests.schedule import Cadence, Kind, Plan, Setter
from digests.slots import When
from digests.subscriptions import Start, Subscriptions
from digests.tables import schedule

PORT = 3805
SCOPES = ("commands", "chat:write", "channels:history", "im:history", "im:write")


def main() -> int:
    """Fill, serve, watch, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--channels", type=int, default=1000)
    parser.add_argument("--people", type=int, default=9000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as data:
        environment = {**os.environ, "BRIEFBOT_DATA": data, "SLACK_SIGNING_SECRET": SECRET}
        workspace = Workspace(scopes=SCOPES)
        workspace.signing_secret = SECRET
        audiences = _subscribe(Path(data), workspace, options.channels, options.people)
        ingest = [sys.executable, "-m", "bot", "ingest", "seeds"]
        subprocess.run(ingest, cwd=ROOT, env=environment, check=True, capture_output=True)
        with Server(workspace).running() as slack:
            environment |= {"SLACK_API_URL": slack.api_url, "SLACK_BOT_TOKEN": workspace.bot_token}
            with serving([sys.executable, "-m", "bot", "serve"], PORT, environment) as (address, pid):
                report = asyncio.run(_watch(workspace, slack, address, pid, audiences))
    print(json.dumps(report))
    return 1 if report["sent"] < audiences or report["twice"] else 0


def _subscribe(data: Path, workspace: Workspace, channels: int, people: int) -> int:
    """Let all subscribe for nine o'clock; it is long past nine."""
    database = open_database("", data)
    subscriptions = Subscriptions(database)
    now = datetime.datetime.now(datetime.UTC)
    when = When(None, "09:00", "UTC")
    topics = list(load({}).topics)
    channel_ids = [workspace.add_channel(f"c{n}", workspace.bot).id for n in range(channels)]
    person_ids = [workspace.add_user(f"p{n}").id for n in range(people)]
    start = Start(Library(database).state().revision, now)
    for number, audience in enumerate(tqdm([*channel_ids, *person_ids], unit="audience", disable=None)):
        plan = Plan(workspace.team, audience, Kind.SUBSCRIPTIONS, Cadence.DAILY, "UTC", when)
        query = topic_query(topics[number % len(topics)])
        subscriptions.subscribe(plan, query, Setter("U1", "anna"), now=now, start=start, most=50)
    with database.writing() as connection:
        connection.execute(schedule.update().values(due_at=now - datetime.timedelta(minutes=1)))
        count = int(connection.execute(sa.select(sa.func.count()).select_from(schedule)).scalar_one())
    database.close()
    return count


async def _watch(
    workspace: Workspace, slack: Server, address: str, pid: int, audiences: int
) -> dict[str, Any]:
    taken, memory = [], [_resident(pid)]
    started = time.perf_counter()
    progress = tqdm(total=audiences, unit="message", disable=None)
    number = 0
    async with aiohttp.ClientSession() as session:
        while _parents(workspace) < audiences and time.perf_counter() - started < 1800:
            number += 1
            body, headers = signed(number, "chips export controls" if number % 2 else f"models {number}")
            began = time.perf_counter()
            async with session.post(address, data=body, headers=headers) as response:
                await response.read()
            taken.append(time.perf_counter() - began)
            memory.append(_resident(pid))
            progress.update(_parents(workspace) - progress.n)
            await asyncio.sleep(0.1)
    progress.close()
    keys = Counter(m.metadata["event_payload"]["key"] for m in workspace.messages if m.metadata)
    taken.sort()
    return {
        "sent": _parents(workspace),
        "messages": len(workspace.messages),
        "twice": sum(count - 1 for count in keys.values()),
        "seconds": round(time.perf_counter() - started, 1),
        "ms": {"p99": round(taken[len(taken) * 99 // 100] * 1000, 1), "max": round(taken[-1] * 1000, 1)},
        "resident_mb": [round(memory[0], 1), round(max(memory), 1), round(memory[-1], 1)],
    }


def _parents(workspace: Workspace) -> int:
    return sum(not message.thread_ts for message in list(workspace.messages))


if __name__ == "__main__":
    sys.exit(main())
