"""The protocol by which each slot's messages reach their audience once, whatever fails.

Owe, claim, choose, intend, post, record: each step is committed before the next. A process may die between
any two; whoever comes next finds how far it came. What no protocol of ours can rule out, Slack taking a
message later than it is looked for, is swept up afterwards.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from digests.deliveries import At, Content, Deliveries, Delivery, Part, Sweep
from digests.post import CannotLook, Denied, Posted, Refused, Slack, Uncertain
from digests.schedule import Kind, Schedule
from digests.slots import Slot, next_slot, slots

log = logging.getLogger(__name__)

POINTS: Mapping[str, str] = {
    "due": "a slot was found to be due, nothing is written",
    "planning": "within the transaction that owes it",
    "planned": "it is owed",
    "claimed": "someone holds its lease, nothing is chosen",
    "filling": "within the transaction that stores what it says",
    "filled": "what it says is stored",
    "doubted": "a part in doubt is about to be looked up",
    "looked": "a part in doubt was looked up, nothing is written",
    "intending": "there is time left to post, the intent is not written",
    "intended": "the intent to post is written, the call is not made",
    "accepted": "Slack has answered, nothing is written",
    "recording": "within the transaction that records the answer",
    "recorded": "one part is recorded, the next is to come",
    "finishing": "all parts are recorded, the delivery is not",
    "sweeping": "a second message was found, it still stands",
    "swept": "the second message is deleted, nothing is written",
}
"""Where a process may die; each is tried."""

GUARDS: Mapping[str, str] = {
    "fence": "what an older attempt intends is refused",
    "intent": "the intent to post is committed before the call",
    "settle": "a doubt is looked up only when Slack has had time to settle it",
    "unique": "one delivery a slot, by a unique key",
    "retries": "the client that posts repeats nothing by itself",
}
"""What each guard prevents is shown by taking it away."""

MayPost = Callable[[], bool]
"""Whether there is time left since the claim, and nobody wants the process to stop."""

LOOKBACK = timedelta(days=1)
"""How far before a doubt its message is looked for: clocks may be off."""

SWEEPS = (2, 20)
"""A part that was posted again is swept after so many times the settling time."""


@dataclass(frozen=True, slots=True)
class Times:
    """How long things may take; tests shrink them together.

    `lease`: a claim is anyone's after it. `budget`: nothing is posted later than this after a claim.
    `settle`: how long Slack may take to show a message of which it gave no answer. `pace`: between two
    messages to the same channel. `first_wait`: until a look-up that failed is tried again; doubled each
    time, up to `longest_wait`.
    """

    lease: timedelta = timedelta(seconds=90)
    budget: timedelta = timedelta(seconds=30)
    settle: timedelta = timedelta(seconds=120)
    pace: timedelta = timedelta(seconds=1)
    first_wait: timedelta = timedelta(seconds=30)
    longest_wait: timedelta = timedelta(minutes=15)


TIMES = Times()
"""How long things may take in earnest."""


class Found(Protocol):
    """What a delivery may show."""

    @property
    def hashes(self) -> Sequence[str]:
        """The text hashes of all excerpts that it may show."""

    def content(self, told: set[str]) -> Content:
        """Lay it out without those that its audience was *told*."""


class Chooser(Protocol):
    """Decides what is said."""

    def upto(self) -> int:
        """Return the revision up to which can be chosen."""

    def find(self, delivery: Delivery) -> Found:
        """Return what matches in the delivery's window."""

    def alerts(
        self, schedules: Sequence[Schedule], upto: int, now: datetime
    ) -> tuple[list[Schedule], list[Schedule]]:
        """Return those that something new calls for, and those for which there is nothing."""


class Ledger:
    """Plans and sends for one workspace, in any number of processes and threads at once."""

    def __init__(
        self,
        deliveries: Deliveries,
        chooser: Chooser,
        slack: Slack,
        workspace: str,
        *,
        now: Callable[[], datetime],
        times: Times = TIMES,
        repeats: bool = True,
        at: At = lambda _point: None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """*repeats* tells what becomes of a doubt that cannot be looked up: posted again, marked, or left."""
        self._deliveries = deliveries
        self._chooser = chooser
        self._slack = slack
        self._workspace = workspace
        self._now = now
        self._times = times
        self._repeats = repeats
        self._at = at
        self._monotonic = monotonic
        self._sleep = sleep
        self._held_until = 0.0
        self._last_post: dict[str, float] = {}

    def plan_due(self) -> int:
        """Owe what has fallen due; return how many deliveries are new."""
        planned = 0
        while schedules := self._deliveries.due(self._workspace, self._now()):
            for schedule in schedules:
                planned += self._plan(schedule)
        return planned + self._plan_alerts()

    def _plan(self, schedule: Schedule) -> bool:
        when, due_at = schedule.plan.when, schedule.due_at
        if when is None or due_at is None:
            return False
        now = self._now()
        come = [*slots(when, due_at - timedelta(microseconds=1), max(now, due_at))]
        following = next_slot(when, come[-1].due)
        self._at("due")
        is_new = self._deliveries.plan(
            schedule, come, upto=self._chooser.upto(), now=now, following=following
        )
        self._at("planned")
        return is_new

    def _plan_alerts(self) -> int:
        upto, now, planned = self._chooser.upto(), self._now(), 0
        called, idle = self._chooser.alerts(self._deliveries.instant(self._workspace, upto), upto, now)
        for schedule in called:
            self._at("due")
            planned += self._deliveries.plan(schedule, [Slot(f"r{upto}", now)], upto=upto, now=now)
            self._at("planned")
        if idle:
            self._deliveries.looked([schedule.id for schedule in idle], upto)
        return planned

    def send_due(self, is_stopping: Callable[[], bool] = lambda: False) -> int:
        """Send what is owed until nothing is free or *is_stopping*; return how many deliveries were tried."""
        tried = 0
        while not is_stopping() and self._monotonic() >= self._held_until:
            claim = self._deliveries.claim(self._workspace, self._now(), self._times.lease)
            if claim is None:
                break
            over = self._monotonic() + self._times.budget.total_seconds()

            def may_post(over: float = over) -> bool:
                return not is_stopping() and self._monotonic() <= over

            self._at("claimed")
            self._send(claim, may_post)
            tried += 1
        return tried

    def _send(self, claim: Delivery, may_post: MayPost) -> None:
        has_begun = any(part.ts or part.doubt_since for part in claim.parts)
        is_wanted = claim.schedule.ended_at is None or claim.schedule.plan.kind is Kind.ONCE
        if not is_wanted and not has_begun:
            self._deliveries.drop(claim, reason="no longer wanted", now=self._now())
            return
        parts: Sequence[Part] | None = claim.parts if claim.is_chosen else self._fill(claim)
        if not parts:
            return
        thread: Posted | None = None
        for part in parts:
            if part.channel and part.ts:
                posted: Posted | None = Posted(part.channel, part.ts)
            else:
                posted = self._settle(claim, part, thread, may_post)
            if posted is None:
                return
            thread = thread or posted
        self._at("finishing")
        self._deliveries.sent(claim, now=self._now())
        log.info("delivery %s sent: slot %s, %d parts", claim.key(1), claim.slot, len(parts))

    def _fill(self, claim: Delivery) -> Sequence[Part] | None:
        """Choose what it says, once; return its parts, or nothing where there is nothing to send."""
        found = self._chooser.find(claim)
        content = self._deliveries.fill(claim, found.hashes, found.content, now=self._now())
        self._at("filled")
        if content is None:
            return None
        return [
            Part(number, message, None, None, None)
            for number, message in enumerate(content.messages, start=1)
        ]

    def _settle(self, claim: Delivery, part: Part, thread: Posted | None, may_post: MayPost) -> Posted | None:
        """Post a part, or find that it was; None where that is not possible now."""
        if part.doubt_since is None:
            return self._post(claim, part, part.message, thread, may_post)
        settled_at = part.doubt_since + self._times.settle
        if self._now() < settled_at:
            self._deliveries.put_back(claim, not_before=settled_at, reason="in doubt")
            return None
        self._at("doubted")
        try:
            found = self._look_up(claim, part, part.doubt_since, thread)
        except CannotLook:
            return self._post_in_doubt(claim, part, thread, may_post)
        except (Refused, Uncertain) as error:
            self._wait(claim, f"in doubt, and its channel cannot be looked at ({error})")
            return None
        self._at("looked")
        if not found:
            return self._post(claim, part, part.message, thread, may_post)
        for other in found[1:]:
            self._delete(other)
        return self._record(claim, part, found[0])

    def _look_up(
        self, claim: Delivery, part: Part, doubt_since: datetime, thread: Posted | None
    ) -> list[Posted]:
        plan = claim.schedule.plan
        known = thread.channel if thread else self._deliveries.direct_channel(plan.workspace, plan.audience)
        return self._slack.find(
            known or plan.audience,
            key=claim.key(part.number),
            oldest=(doubt_since - LOOKBACK).timestamp(),
            thread_ts=thread.ts if thread else None,
        )

    def _post_in_doubt(
        self, claim: Delivery, part: Part, thread: Posted | None, may_post: MayPost
    ) -> Posted | None:
        """Post it again with a mark, or leave it, as the configuration says."""
        if self._repeats:
            log.warning("delivery %s may be repeated: it cannot be looked up", claim.key(part.number))
            return self._post(claim, part, _marked(part.message), thread, may_post)
        reason = "nobody can tell whether it arrived: the app lacks the history scopes"
        self._deliveries.leave(claim, reason=reason, now=self._now())
        return None

    def _post(
        self,
        claim: Delivery,
        part: Part,
        message: Mapping[str, Any],
        thread: Posted | None,
        may_post: MayPost,
    ) -> Posted | None:
        channel = thread.channel if thread else claim.schedule.plan.audience
        self._keep_pace(channel)
        if not may_post():
            self._deliveries.put_back(claim, not_before=None, reason=None)
            return None
        self._at("intending")
        if not self._intend(claim, part):
            log.info("delivery %s: another process has taken it over", claim.key(part.number))
            return None
        self._at("intended")
        try:
            posted = self._slack.post(
                channel, message, key=claim.key(part.number), thread_ts=thread.ts if thread else None
            )
        except Denied as denied:
            self._held_until = self._monotonic() + min(denied.seconds, 60.0)
            not_before = self._now() + timedelta(seconds=denied.seconds)
            self._deliveries.put_back(claim, not_before=not_before, reason=denied.reason, denied=part.number)
            return None
        except Refused as refused:
            log.warning("delivery %s is blocked: %s", claim.key(part.number), refused.reason)
            self._deliveries.block(claim, reason=refused.reason, number=part.number, now=self._now())
            return None
        except Uncertain as error:
            settled_at = self._now() + self._times.settle
            self._deliveries.put_back(claim, not_before=settled_at, reason=f"in doubt ({error})")
            return None
        self._at("accepted")
        return self._record(claim, part, posted)

    def _intend(self, claim: Delivery, part: Part) -> bool:
        """Commit that it may be posted from now on; a second time calls for a sweep."""
        now = self._now()
        sweep_at = now + SWEEPS[0] * self._times.settle if part.doubt_since else None
        return self._deliveries.intend(claim, part.number, now=now, sweep_at=sweep_at)

    def _record(self, claim: Delivery, part: Part, posted: Posted) -> Posted:
        """Record the fact; who was second takes its own message back."""
        first = self._deliveries.posted(claim, part.number, channel=posted.channel, ts=posted.ts)
        self._at("recorded")
        if first != posted.ts:
            log.warning("delivery %s was posted twice; the second is deleted", claim.key(part.number))
            self._delete(posted)
        return Posted(posted.channel, first)

    def _delete(self, posted: Posted) -> None:
        try:
            self._slack.delete(posted)
        except Uncertain as error:
            log.warning("a second message in %s stays for now: %s", posted.channel, error)

    def _wait(self, claim: Delivery, reason: str) -> None:
        times = self._times
        wait = min(times.first_wait * 2 ** min(claim.attempt - 1, 10), times.longest_wait)
        self._deliveries.put_back(claim, not_before=self._now() + wait, reason=reason)

    def _keep_pace(self, channel: str) -> None:
        """Let Slack's second pass between two messages to one channel."""
        pace = self._times.pace.total_seconds()
        last = self._last_post.get(channel)
        wait = last + pace - self._monotonic() if last is not None else 0.0
        if wait > 0:
            self._sleep(wait)
        if len(self._last_post) > 1000:
            self._last_post.clear()  # Whoever was last is over a second ago for most.
        self._last_post[channel] = self._monotonic()

    def sweep(self, is_stopping: Callable[[], bool] = lambda: False) -> int:
        """Delete second messages of what was posted again after a doubt; return how many."""
        deleted = 0
        for sweep in self._deliveries.sweeps(self._now()):
            if not is_stopping():
                deleted += self._swept(sweep)
        return deleted

    def _swept(self, sweep: Sweep) -> int:
        settle, part = self._times.settle, sweep.part
        posted = Posted(part.channel or "", part.ts or "")
        thread = sweep.delivery.parts[0].ts if part.number > 1 else None
        oldest = float(posted.ts) - LOOKBACK.total_seconds()
        more = SWEEPS[sweep.sweeps + 1 :]
        again_at = self._now() + more[0] * settle if more else None
        try:
            key = sweep.delivery.key(part.number)
            found = self._slack.find(posted.channel, key=key, oldest=oldest, thread_ts=thread)
            others = [other for other in found if other.ts != posted.ts]
            if others:
                self._at("sweeping")
            for other in others:
                self._slack.delete(other)
        except (CannotLook, Refused):
            self._deliveries.swept(sweep, again_at=again_at)
            return 0
        except Uncertain as error:
            log.warning("a sweep of %s waits: %s", posted.channel, error)
            later = self._now() + max(settle, self._times.first_wait)
            self._deliveries.swept(sweep, again_at=later, counts=False)
            return 0
        if others:
            self._at("swept")
        self._deliveries.swept(sweep, again_at=again_at)
        return len(others)


def _marked(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return *message* with a mark that it may have come before."""
    mark = "Possible repeat: it could not be made out whether this had arrived."
    element = {"type": "plain_text", "text": mark, "emoji": False}
    block = {"type": "context", "elements": [element]}
    return {**message, "text": f"{mark} {message['text']}", "blocks": [block, *message["blocks"]]}
