"""Kill the processes that deliver digests, by SIGKILL: `sigkill.py --engine sqlite --kills 1000 --posts 1000`.

    sigkill.py --engine sqlite|postgresql --kills N --posts N --seed S

Three processes share one store and send to the local Slack over HTTP, which fails now and then; one after
another is killed and followed by a new one. The ledger's times are shrunken, and a day takes three seconds;
nothing else is played. Then all comes to rest. Prints JSON and nothing else: how many processes were killed,
how many messages Slack took, how many slots fell due, how many were lost and how many messages stand twice.
"""

import argparse
import contextlib
import ctypes
import datetime
import json
import logging
import multiprocessing
import os
import random
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import sharedctypes
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import sqlalchemy as sa
from benchmarks.crash import SCOPES, START, Chooser, begun, counted, opened
from slack_sdk.web.client import WebClient
from tqdm import tqdm

from bot.local_slack.server import Fault, Server
from bot.local_slack.state import Workspace
from bot.local_slack.values import Message
from bot.store.database import Database
from digests.deliveries import Deliveries
from digests.ledger import Ledger
from digests.owing import Owing
from digests.points import POINTS, At
from digests.post import POST_SECONDS, WebSlack
from digests.tables import delivery, part, schedule
from digests.times import Times

WORKERS = 3
PAUSE = (0.005, 0.08)
"""Seconds between two kills."""

DAY = 3.0
"""Seconds that a day takes here, in every process."""

NEWS = DAY / 6
"""Seconds until something new arrives."""

LATE = (0.02, 0.1)
"""Seconds after which Slack takes what it was late with: below the time it has to settle it."""

RESTS = 60.0
"""Seconds that it may take to come to rest: what has not ended by then is lost."""

FAULTS = ("drop_after", "drop", "429", "500", "late")
AT_POINT = ["", *POINTS]
"""What a worker's mark stands for: the point that it passed last, '' between two rounds of its work."""


def lasting(seconds: float) -> datetime.timedelta:
    """Return how long so many seconds are by the clocks that run fast."""
    return datetime.timedelta(days=seconds / DAY)


TIMES = Times(
    lease=lasting(0.4),
    budget=datetime.timedelta(seconds=0.2),  # this one is not measured by the clocks
    settle=lasting(0.2),
    pace=datetime.timedelta(0),
    first_wait=lasting(0.05),
    held=datetime.timedelta(seconds=0.1),
    longest_wait=lasting(0.4),
)


def main() -> int:
    """Run it and report; 1 if anything was lost or stands twice."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--posts", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    logging.disable()  # The local Slack tells of each caller that goes away amid a request.
    with opened(options.engine) as database:
        run = sigkilled(database, options.kills, options.posts, seed=options.seed)
    print(json.dumps(run.report))
    return 1 if run.report["lost"] or run.report["duplicated"] else 0


@dataclass(frozen=True, slots=True)
class Run:
    """What came of it, and how many kills fell after which point of the protocol."""

    report: dict[str, int]
    points: Counter[str]


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that all processes share and that runs fast; from `stops_at` on nothing more falls due."""

    began: float
    stops_at: Any

    def now(self) -> datetime.datetime:
        return START + lasting(time.monotonic() - self.began)

    def until(self) -> datetime.datetime:
        """Return now, or the moment from which on nothing more falls due."""
        return min(self.now(), START + lasting(self.stops_at.value))

    def revision(self) -> int:
        return int((self.until() - START) / lasting(NEWS))

    def stop(self) -> None:
        self.stops_at.value = time.monotonic() - self.began


@dataclass(frozen=True, slots=True)
class Setting:
    """What the processes need to know of each other; `marks` holds where each worker is."""

    url: sa.URL
    path: Path | None
    api_url: str
    token: str
    clock: Clock
    marks: Any


def sigkilled(database: Database, kills: int, posts: int, *, seed: int) -> Run:
    """Kill at least *kills* times and until Slack took *posts* messages, let it come to rest, and count."""
    context = multiprocessing.get_context("spawn")
    clock = Clock(time.monotonic(), sharedctypes.RawValue(ctypes.c_double, float(10**6)))
    slack = Counting(scopes=SCOPES, rates=False, now=lambda: clock.now().timestamp())
    plans = begun(database, slack)
    with Server(slack).running() as server:
        marks = sharedctypes.RawArray(ctypes.c_ubyte, WORKERS)
        url = database.engine.url
        setting = Setting(url, database.path, server.api_url, slack.bot_token, clock, marks)
        with nursed(context, setting) as orders:
            chance = random.Random(seed)  # noqa: S311
            points = _kill(orders, server, slack, kills, posts, chance)
            _calm(server, clock)
            _rest(database, clock)
    found = counted(database, plans, slack, clock.until())
    return Run({"kills": points.total(), "posted": slack.accepted, **found}, points)


class Counting(Workspace):
    """Counts the messages that it took, also those that are deleted afterwards."""

    accepted = 0

    def post(self, *arguments: Any, **stated: Any) -> Message:
        self.accepted += 1
        return super().post(*arguments, **stated)


def _kill(
    orders: Connection, server: Server, slack: Counting, kills: int, posts: int, chance: random.Random
) -> Counter[str]:
    """Kill workers at random moments; return how often each point was the last that they had passed."""
    points: Counter[str] = Counter()
    with tqdm(total=kills, unit="kill", disable=None) as progress:
        while points.total() < kills or slack.accepted < posts:
            time.sleep(chance.uniform(*PAUSE))
            if chance.random() < 0.2 and not server.faults:
                server.loop.call_soon_threadsafe(server.faults.append, _fault(chance))
            orders.send(chance.randrange(WORKERS))
            points[orders.recv()] += 1
            progress.update()
    return points


def _fault(chance: random.Random) -> Fault:
    kind = chance.choice(FAULTS)
    seconds = chance.uniform(*LATE) if kind == "late" else 1.0
    return Fault(kind, chance.choice(["chat.postMessage", "chat.postMessage", ""]), seconds)


def _calm(server: Server, clock: Clock) -> None:
    """Let no fault and nothing new come, and what Slack was late with arrive."""
    server.loop.call_soon_threadsafe(server.faults.clear)
    server.run(server.late_calls())
    clock.stop()


def _rest(database: Database, clock: Clock) -> None:
    """Wait until nothing is owed, and nobody is to look for second messages any more."""
    over = time.monotonic() + RESTS
    while _unrest(database, clock) and time.monotonic() < over:
        time.sleep(0.1)


def _unrest(database: Database, clock: Clock) -> int:
    """Return how much is yet to be planned, sent or swept."""
    is_behind = (schedule.c.due_at <= clock.until()) | (
        (schedule.c.cadence == "instant") & (schedule.c.covered_to < clock.revision())
    )
    wanted = (is_behind, delivery.c.state.in_(("due", "sending")), part.c.sweep_at.is_not(None))
    with database.reading() as connection:
        return sum(
            connection.execute(sa.select(sa.func.count()).where(condition)).scalar_one()
            for condition in wanted
        )


@contextlib.contextmanager
def nursed(context: Any, setting: Setting) -> Iterator[Connection]:
    """A process that has workers, and kills the one whose number it is sent.

    It is apart from this one, which has threads: a fork would copy their locks as they stand.
    """
    orders, theirs = context.Pipe()
    nurse = context.Process(target=_nurse, args=(setting, theirs), daemon=True)
    nurse.start()
    theirs.close()
    try:
        with contextlib.suppress(EOFError, BrokenPipeError):  # Its exit code tells.
            yield orders
    finally:
        orders.close()
        nurse.join()
    if nurse.exitcode:
        raise RuntimeError("a worker ended without being killed")


def _nurse(setting: Setting, orders: Connection) -> None:
    """Have workers until nobody sends orders any more."""
    logging.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    database = Database(setting.url, path=setting.path)
    _round(*_ledgers(setting, database))  # What it compiles of SQL, no worker need compile.
    database.close()  # No worker is to share a connection.
    workers = [_forked(setting, database, number) for number in range(WORKERS)]
    with contextlib.suppress(EOFError):
        while True:
            number = orders.recv()
            _killed(workers[number])
            orders.send(AT_POINT[setting.marks[number]])
            setting.marks[number] = 0
            workers[number] = _forked(setting, database, number)
    for worker in workers:
        _killed(worker)


def _killed(worker: int) -> None:
    """Kill a worker. Raises RuntimeError if it ended before; the others then miss their parent and end."""
    os.kill(worker, signal.SIGKILL)
    _, status = os.waitpid(worker, 0)
    if not os.WIFSIGNALED(status):
        raise RuntimeError("a worker ended without being killed")


def _forked(setting: Setting, database: Database, number: int) -> int:
    """Return the id of a new process that works until it is killed, or its parent is."""
    parent = os.getpid()
    if worker := os.fork():
        return worker
    try:
        _work(setting, database, number, parent)
    except BaseException:
        traceback.print_exc()
    os._exit(1)


def _work(setting: Setting, database: Database, number: int, parent: int) -> None:
    """Do what each tick does, again and again."""
    marks = setting.marks

    def at(point: str) -> None:
        marks[number] = AT_POINT.index(point)

    planning, sending = _ledgers(setting, database, at)
    while os.getppid() == parent:
        _round(planning, sending)
        marks[number] = 0
        time.sleep(0.01)


def _ledgers(setting: Setting, database: Database, at: At = lambda _point: None) -> tuple[Ledger, Ledger]:
    """Return one by whose clock things fall due, and one that goes on sending when nothing does any more."""
    clock = setting.clock
    client = WebClient(setting.token, base_url=setting.api_url, timeout=POST_SECONDS, retry_handlers=[])
    parts = (
        Owing(database, at=at),
        Deliveries(database, at=at),
        Chooser(clock.revision),
        WebSlack(client),
        "T",
    )
    planning = Ledger(*parts, now=clock.until, times=TIMES, at=at)
    return planning, Ledger(*parts, now=clock.now, times=TIMES, at=at)


def _round(planning: Ledger, sending: Ledger) -> None:
    planning.plan_due()
    sending.send_due()
    sending.sweep()


if __name__ == "__main__":
    sys.exit(main())
