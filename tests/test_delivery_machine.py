"""Whatever people, Slack, clocks and crashes do, and in whatever order: the ledger keeps its word."""

import datetime
import random
import tempfile
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from benchmarks.crash import FAULTS, START, Crashed, World
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.store.database import open_database
from digests.points import POINTS
from digests.schedule import Cadence, Kind, Plan, Setter
from digests.slots import When
from digests.subscriptions import Start, Subscriptions
from digests.tables import delivery, part, schedule

AUDIENCES = ("U0ANNA", "U0BELA", "C0CHIPS", "C0POLICY")
DAILY = When(None, "09:00", "Europe/Berlin")
ENDS = {"sent", "merged", "empty", "blocked"}


class Told(World):
    """The world of the crash benchmark, in which nothing happens but what it is told."""

    def __init__(self, folder: Path) -> None:
        self.dies_at = ""
        self.fault = ""
        super().__init__(open_database("", folder), 10**9, random.Random(0), "")  # noqa: S311

    def _schedules(self) -> list[Plan]:
        for name in ("anna", "bela"):
            self.slack.add_user(name)
        for name in ("chips", "policy"):
            self.slack.add_channel(name, self.slack.bot)
        return []

    def at(self, point: str) -> None:
        """Die if this is the point."""
        if point == self.dies_at:
            self.dies_at = ""
            raise Crashed

    def _next_fault(self, *, is_post: bool) -> str:  # noqa: ARG002 - it is told which
        fault, self.fault = self.fault, ""
        return fault


class Deliveries(RuleBasedStateMachine):
    """What may happen, one thing after the other."""

    @initialize()
    def begin(self) -> None:
        """Start with an empty store."""
        self.folder = tempfile.TemporaryDirectory()
        self.world = Told(Path(self.folder.name))
        self.subscriptions = Subscriptions(self.world.database)
        self.joined: set[str] = set()

    @property
    def now(self) -> datetime.datetime:
        """The true time."""
        return START + datetime.timedelta(seconds=self.world.seconds)

    @rule(audience=st.sampled_from(AUDIENCES), is_daily=st.booleans(), topic=st.sampled_from("ab"))
    def subscribe(self, audience: str, is_daily: bool, topic: str) -> None:
        """Someone subscribes, or changes when it comes."""
        cadence, when = (Cadence.DAILY, DAILY) if is_daily else (Cadence.INSTANT, None)
        plan = Plan("T", audience, Kind.SUBSCRIPTIONS, cadence, "Europe/Berlin", when)
        start = Start(self.world.revision, self.now)
        if topic in {one.query for one in self.subscriptions.of_audience("T", audience)}:
            self.joined.add(plan.id)  # Who joins brings what was waiting for him.
        self.subscriptions.subscribe(plan, topic, Setter("U1", "anna"), now=self.now, start=start, most=9)

    @rule(audience=st.sampled_from(AUDIENCES))
    def unsubscribe(self, audience: str) -> None:
        """Someone ends all of an audience's subscriptions."""
        ended = self.subscriptions.of_audience("T", audience)
        self.subscriptions.unsubscribe(ended, by=Setter("U1", "anna"), now=self.now)

    @rule(count=st.integers(1, 3))
    def arrive(self, count: int) -> None:
        """The library changes."""
        self.world.revision += count

    @rule(seconds=st.sampled_from([20, 60, 130, 3600, 40_000, 2_000_000]))
    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.world.pass_time(seconds)

    @rule(replica=st.integers(0, 2))
    def tick(self, replica: int) -> None:
        """A process does its round."""
        self.world._tick(replica)

    @rule(replica=st.integers(0, 2), point=st.sampled_from(list(POINTS)))
    def crash(self, replica: int, point: str) -> None:
        """A process dies in its round, if it gets as far as *point*."""
        self.world.dies_at = point
        self.world._tick(replica)
        self.world.dies_at = ""

    @rule(replica=st.integers(0, 2), kind=st.sampled_from(FAULTS))
    def tick_with_a_fault(self, replica: int, kind: str) -> None:
        """Slack fails at the first call of a round."""
        self.world.fault = kind
        self.world._tick(replica)
        self.world.fault = ""

    @rule(replica=st.integers(0, 2), seconds=st.sampled_from([-7200, -100, 0, 100, 7200]))
    def jump(self, replica: int, seconds: int) -> None:
        """A process's clock is set wrong, or right."""
        self.world.offsets[replica] = seconds

    @rule(channel=st.sampled_from(["C0CHIPS", "C0POLICY"]), is_archived=st.booleans())
    def archive(self, channel: str, is_archived: bool) -> None:
        """Someone archives a channel, or brings it back."""
        self.world.slack.channels[channel].is_archived = is_archived

    @rule(is_installed=st.booleans())
    def install(self, is_installed: bool) -> None:
        """Someone uninstalls the app, or installs it again."""
        self.world.slack.is_installed = is_installed

    @invariant()
    def a_slot_has_one_delivery_and_windows_tile(self) -> None:
        """Look at the ledger."""
        if not hasattr(self, "world"):
            return
        rows = self._rows(delivery)
        slots = Counter((row.schedule_id, row.slot) for row in rows)
        assert max(slots.values(), default=1) == 1
        for owner in self._rows(schedule):
            windows = sorted((r.covers_from, r.covers_to) for r in rows if r.schedule_id == owner.id)
            for start, end in windows:
                assert start <= end
            wide = [window for window in windows if window[0] < window[1]]
            for earlier, later in pairwise(wide) if owner.id not in self.joined else ():
                assert earlier[1] <= later[0], "two deliveries cover the same"
            if wide and owner.id not in self.joined:
                assert wide[-1][1] <= owner.covered_to

    def teardown(self) -> None:
        """All is well again: what was owed has arrived once, or says why not."""
        if not hasattr(self, "world"):
            return
        world = self.world
        world.offsets = [0.0] * 3
        world.slack.is_installed = True
        for channel in world.slack.channels.values():
            channel.is_archived = False
        for _ in range(60):
            world.pass_time(300)
            world._tick(0)
        rows, parts = self._rows(delivery), self._rows(part)
        assert {row.state for row in rows} <= ENDS
        keys = Counter(m.metadata["event_payload"]["key"] for m in world.slack.messages if m.metadata)
        assert max(keys.values(), default=1) == 1
        standing = {message.ts for message in world.slack.messages}
        sent = {row.id for row in rows if row.state == "sent"}
        assert all(one.ts in standing for one in parts if one.delivery_id in sent)
        living = [one for one in self._rows(schedule) if one.ended_at is None]
        assert all(one.covered_to == world.revision for one in living if one.cadence == "instant")
        world.database.close()
        self.folder.cleanup()

    def _rows(self, table: sa.Table) -> list[sa.Row[Any]]:
        with self.world.database.reading() as connection:
            return list(connection.execute(sa.select(table)).all())


TestDeliveries = Deliveries.TestCase
TestDeliveries.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
