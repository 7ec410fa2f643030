"""The protocol by which each slot's messages reach their audience once, whatever fails.

Owe, claim, choose, intend, post, record: each step is committed before the next. A process may die between
any two; whoever comes next finds how far it came. What no protocol of ours can rule out, Slack taking a
message later than it is looked for, is swept up afterwards.
"""

import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.errors import BotError
from bot.slack.failures import reported
from digests.deliveries import At, Content, Deliveries, Delivery, Part, Sweep
from digests.post import ACCESS_REASONS, CannotLook, Denied, Posted, Refused, Slack, Uncertain
from digests.schedule import Kind, Schedule
from digests.slots import Slot, next_slot, slot_at, slots

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

QUIET_WAIT, INDEX_WAIT = timedelta(minutes=1), timedelta(seconds=2)
"""Until it is looked again whether quiet hours are over, and whether the index has come far enough."""

DOUBTS, SHORT_SECONDS = 2, 5.0
"""Doubts in a row after which nothing is posted for a while; and the longest wait that a hand waits out."""

MANY = 1000
"""Channels whose last message is remembered before those of long ago are forgotten."""

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
    messages to the same channel. `first_wait`: until a look-up that failed is tried again; as long again as
    it has waited, up to `longest_wait`. `held`: nothing is posted while Slack is not well or refuses the app.
    """

    lease: timedelta = timedelta(seconds=90)
    budget: timedelta = timedelta(seconds=30)
    settle: timedelta = timedelta(seconds=120)
    pace: timedelta = timedelta(seconds=1)
    first_wait: timedelta = timedelta(seconds=30)
    held: timedelta = timedelta(seconds=30)
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

    def upto(self) -> int | None:
        """Return the revision up to which can be chosen; None where that cannot be told now."""

    def find(self, delivery: Delivery) -> Found | None:
        """Return what matches in the delivery's window; None where that cannot be told now."""

    def is_quiet(self, schedule: Schedule, now: datetime) -> bool:
        """Tell whether an instant alert is to wait until the morning."""

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
        self._doubts = 0
        self._lacks_access = True  # Another process may have lacked it.
        self._soon = math.inf

    def plan_due(self, is_stopping: Callable[[], bool] = lambda: False) -> int:
        """Owe what has fallen due; return how many deliveries are new."""
        planned = 0
        upto = self._chooser.upto()
        if upto is None:
            return 0
        while schedules := self._deliveries.due(self._workspace, self._now()):
            for schedule in schedules:
                if is_stopping():
                    return planned
                try:
                    planned += self._plan(schedule, upto)
                except BotError:  # The store's: it concerns all.
                    raise
                except Exception as error:
                    self._deliveries.postpone(schedule, now=self._now(), reason=_bug(error))
        return planned + self._plan_alerts(upto)

    def _plan(self, schedule: Schedule, upto: int) -> bool:
        when, due_at = schedule.plan.when, schedule.due_at
        if when is None or due_at is None:
            return False
        now = self._now()
        # When it was last planned it was to fall due at that moment, whatever the zone's rules say since.
        first = slot_at(when, due_at)
        come = [first, *(slot for slot in slots(when, due_at, now) if slot.name != first.name)]
        following = next_slot(when, come[-1].due)
        self._at("due")
        is_new = self._deliveries.plan(schedule, come, upto=upto, now=now, following=following)
        self._at("planned")
        return is_new

    def _plan_alerts(self, upto: int) -> int:
        now, planned = self._now(), 0
        called, idle = self._chooser.alerts(self._deliveries.instant(self._workspace, upto), upto, now)
        for schedule in called:
            self._at("due")
            planned += self._deliveries.plan(schedule, [Slot(f"r{upto}", now)], upto=upto, now=now)
            self._at("planned")
        if idle:
            self._deliveries.looked([schedule.id for schedule in idle], upto, now=now)
        return planned

    def send_due(self, is_stopping: Callable[[], bool] = lambda: False) -> int:
        """Send what is owed until nothing is free or *is_stopping*; return how many deliveries were tried."""
        tried = 0
        while not is_stopping() and self._is_let():
            claim = self._deliveries.claim(self._workspace, self._now(), self._times.lease)
            if claim is None and self._wait_for_pace():
                continue
            if claim is None:
                break
            over = self._monotonic() + self._times.budget.total_seconds()

            def may_post(over: float = over) -> bool:
                return not is_stopping() and self._monotonic() <= over

            self._at("claimed")
            try:
                self._send(claim, may_post)
            except BotError:
                raise
            except Exception as error:  # The others are not to wait for it.
                self._wait(claim, _bug(error), since=claim.due_at)
            tried += 1
        return tried

    def _is_let(self) -> bool:
        """Tell whether Slack may be asked; a short wait is waited for."""
        wait = self._held_until - self._monotonic()
        if 0 < wait <= SHORT_SECONDS:
            self._sleep(wait)
        return wait <= SHORT_SECONDS

    def _send(self, claim: Delivery, may_post: MayPost) -> None:
        has_begun = any(part.ts or part.doubt_since for part in claim.parts)
        if not has_begun and not _is_wanted(claim):
            self._deliveries.drop(claim, reason="no longer wanted", now=self._now())
            return
        if not has_begun and self._chooser.is_quiet(claim.schedule, self._now()):
            self._deliveries.put_back(claim, not_before=self._now() + QUIET_WAIT, reason="quiet hours")
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
        if found is None:
            self._deliveries.put_back(
                claim, not_before=self._now() + INDEX_WAIT, reason="the index is behind"
            )
            return None
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
        except Refused as refused:
            self._deliveries.block(claim, reason=f"in doubt, and {refused.reason}", now=self._now())
        except Uncertain as error:
            told = f"in doubt, and its channel cannot be looked at ({error})"
            self._wait(claim, told, since=part.doubt_since)
        else:
            self._at("looked")
            return self._found(claim, part, found, thread, may_post)
        return None

    def _found(
        self,
        claim: Delivery,
        part: Part,
        found: Sequence[Posted],
        thread: Posted | None,
        may_post: MayPost,
    ) -> Posted | None:
        """Record what was found of a part in doubt, or post it after all."""
        if not found:
            return self._post_after_all(claim, part, thread, may_post)
        recorded = self._record(claim, part, found[0])
        for other in found[1:]:
            if other.ts != recorded.ts:  # Someone may have recorded that one meanwhile.
                self._delete(other)
        return recorded

    def _post_after_all(
        self, claim: Delivery, part: Part, thread: Posted | None, may_post: MayPost
    ) -> Posted | None:
        """Post what did not arrive, if anybody still waits for it."""
        if _is_wanted(claim) or any(one.ts for one in claim.parts):
            return self._post(claim, part, part.message, thread, may_post)
        self._deliveries.drop(claim, reason="no longer wanted", now=self._now())
        return None

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
        """Post it again with a mark, once, or leave it, as the configuration says."""
        if self._repeats and not part.is_repeated:
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
        pause = self._pause(channel)
        if pause or not may_post():
            not_before = self._now() + timedelta(seconds=pause)
            self._deliveries.put_back(claim, not_before=not_before, reason=None)
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
            self._deliveries.block(claim, reason=refused.reason, denied=part.number, now=self._now())
            if refused.concerns_all:
                self._lacks_access = True
                self._held_until = self._monotonic() + self._times.held.total_seconds()
            return None
        except Uncertain as error:
            settled_at = self._now() + self._times.settle
            self._deliveries.put_back(claim, not_before=settled_at, reason=f"in doubt ({error})")
            self._doubts += 1
            if self._doubts > DOUBTS:  # Slack is not well: what is owed is not to fall in doubt as well.
                self._held_until = self._monotonic() + self._times.held.total_seconds()
            return None
        self._at("accepted")
        self._doubts = 0
        if self._lacks_access:
            self._lacks_access = False
            self._deliveries.unblock(self._workspace, ACCESS_REASONS)
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

    def _wait(self, claim: Delivery, reason: str, *, since: datetime) -> None:
        """Try it again when as much time has passed again, within limits."""
        now = self._now()
        wait = min(max(now - since, self._times.first_wait), self._times.longest_wait)
        self._deliveries.put_back(claim, not_before=now + wait, reason=reason)

    def _pause(self, channel: str) -> float:
        """Return the seconds until something may be posted to *channel*; 0 takes the turn."""
        now, pace = self._monotonic(), self._times.pace.total_seconds()
        pause = max(self._last_post.get(channel, -pace) + pace - now, 0.0)
        if pause:
            self._soon = min(self._soon, now + pause)
            return pause
        if len(self._last_post) > MANY:
            self._last_post = {known: at for known, at in self._last_post.items() if at > now - pace}
        self._last_post[channel] = now
        return 0.0

    def _wait_for_pace(self) -> bool:
        """Wait until a channel takes its next message; False where none is to come."""
        pause, self._soon = self._soon - self._monotonic(), math.inf
        if pause == math.inf:
            return False
        self._sleep(max(pause, 0.0))
        return True

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


def _is_wanted(claim: Delivery) -> bool:
    """Tell whether anybody still waits for it."""
    return claim.schedule.ended_at is None or claim.schedule.plan.kind is Kind.ONCE


def _bug(error: Exception) -> str:
    """Log a bug; return what operators read of it."""
    return f"a bug of Briefbot's; the log has it under {reported(error)}"


def _marked(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return *message* with a mark that it may have come before."""
    mark = "Possible repeat: it could not be made out whether this had arrived."
    element = {"type": "plain_text", "text": mark, "emoji": False}
    block = {"type": "context", "elements": [element]}
    return {**message, "text": f"{mark} {message['text']}", "blocks": [block, *message["blocks"]]}
