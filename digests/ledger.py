"""The protocol by which each slot's messages reach their audience once, whatever fails.

Owe, claim, choose, intend, post, record: each step is committed before the next. A process may die between
any two; whoever comes next finds how far it came. What no protocol of ours can rule out, Slack taking a
message later than it is looked for, is swept up afterwards.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.errors import StoreError
from bot.measure import UNMEASURED, Measures
from digests.deliveries import Deliveries
from digests.delivery import QUIET, Delivery, Part
from digests.overview import RETRIED
from digests.owing import Owing
from digests.pace import Pace
from digests.planning import Chooser, Planning, bug
from digests.points import At, go_on
from digests.post import ACCESS_REASONS, CannotLook, Denied, Posted, Refused, Slack, Uncertain
from digests.recalling import Recalling
from digests.repeats import AFTER_RESTORE, IN_DOUBT, marked
from digests.schedule import Kind
from digests.sweeping import Sweeping
from digests.times import LOOKBACK, SWEEPS, TIMES, Times

log = logging.getLogger(__name__)

QUIET_WAIT, INDEX_WAIT = timedelta(minutes=1), timedelta(seconds=2)
"""Until it is looked again whether quiet hours are over, and whether the index has come far enough."""

DOUBTS, SHORT_SECONDS = 2, 5.0
"""Doubts in a row after which nothing is posted for a while; and the longest wait that a hand waits out."""

MayPost = Callable[[], bool]
"""Whether there is time left since the claim, and nobody wants the process to stop."""


class Ledger:
    """Plans and sends for one workspace, in any number of processes and threads at once."""

    def __init__(
        self,
        owing: Owing,
        deliveries: Deliveries,
        chooser: Chooser,
        slack: Slack,
        workspace: str,
        *,
        now: Callable[[], datetime],
        times: Times = TIMES,
        repeats: bool = True,
        measures: Measures = UNMEASURED,
        at: At = go_on,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """*repeats* tells what becomes of a doubt that cannot be looked up: posted again, marked, or left."""
        planning = Planning(owing, chooser, workspace, now=now, at=at)
        sweeping = Sweeping(deliveries, slack, now=now, times=times, at=at)
        self.plan_due = planning.plan_due
        self.sweep = sweeping.sweep
        self.recall = Recalling(owing.restoration, slack, workspace, now=now, times=times).recall
        self._restoration = owing.restoration
        self._deliveries = deliveries
        self._chooser = chooser
        self._slack = slack
        self._workspace = workspace
        self._now = now
        self._times = times
        self._repeats = repeats
        self._measures = measures
        self._at = at
        self._monotonic = monotonic
        self._sleep = sleep
        self._held_until = 0.0
        self._doubts = 0
        self._lacks_access = True  # Another process may have lacked it.
        self._pace = Pace(times.pace.total_seconds(), monotonic=monotonic, sleep=sleep)

    def send_due(self, is_stopping: Callable[[], bool] = lambda: False) -> int:
        """Send what is owed until nothing is free or *is_stopping*; return how many deliveries were tried."""
        tried = 0
        while not is_stopping() and self._may_ask():
            claim = self._deliveries.claim(self._workspace, self._now(), self._times.lease)
            if claim is None and self._pace.wait():
                continue
            if claim is None:
                break
            over = self._monotonic() + self._times.budget.total_seconds()

            def may_post(over: float = over) -> bool:
                return not is_stopping() and self._monotonic() <= over

            self._at("claimed")
            try:
                self._send(claim, may_post)
            except StoreError:
                raise
            except Exception as error:  # The others are not to wait for it.
                self._wait(claim, bug(error), since=claim.due_at)
            tried += 1
        return tried

    def _may_ask(self) -> bool:
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
            self._deliveries.put_back(claim, not_before=self._now() + QUIET_WAIT, reason=QUIET)
            return
        parts: Sequence[Part] | None = claim.parts if claim.is_chosen else self._fill(claim)
        if not parts:
            return
        claim = replace(claim, parts=tuple(parts))
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
        now = self._now()
        if self._deliveries.sent(claim, now=now):
            self._measures.sent(max(0.0, (now - claim.wanted_at).total_seconds()))
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
            return self._post_first(claim, part, thread, may_post)
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

    def _post_first(
        self, claim: Delivery, part: Part, thread: Posted | None, may_post: MayPost
    ) -> Posted | None:
        """Post what was not posted before, as far as is known: a restore may have made that forgotten."""
        doubt = self._restoration.doubt(claim, asked_for=RETRIED)
        if doubt is None:
            return self._post(claim, part, part.message, thread, may_post)
        if doubt.may_be_sent and not self._repeats:
            reason = "nobody can tell whether it arrived before the restore: the app lacks the history scopes"
            self._deliveries.leave(claim, reason=reason, now=self._now())
            return None
        return self._post(claim, part, marked(part.message, AFTER_RESTORE), thread, may_post)

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
            return self._post(claim, part, marked(part.message, IN_DOUBT), thread, may_post)
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
        pause = self._pace.pause(channel)
        if pause or not may_post():
            not_before = self._now() + timedelta(seconds=pause)
            reason = QUIET if claim.held_until else None  # Else it would be late by all of the night.
            self._deliveries.put_back(claim, not_before=not_before, reason=reason)
            return None
        about = self._deliveries.about(claim, part)
        self._at("intending")
        if not self._intend(claim, part):
            log.info("delivery %s: another process has taken it over", claim.key(part.number))
            return None
        self._at("intended")
        try:
            posted = self._slack.post(
                channel,
                message,
                key=claim.key(part.number),
                about=about,
                thread_ts=thread.ts if thread else None,
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


def _is_wanted(claim: Delivery) -> bool:
    """Tell whether anybody still waits for it."""
    return claim.schedule.ended_at is None or claim.schedule.plan.kind is Kind.ONCE
