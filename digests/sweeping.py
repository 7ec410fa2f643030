"""What was posted again after a doubt is looked after: of two messages with one key, the second goes."""

import logging
from collections.abc import Callable
from datetime import datetime

from digests.deliveries import Deliveries
from digests.delivery import Sweep
from digests.points import At, go_on
from digests.post import CannotLook, Posted, Refused, Slack, Uncertain
from digests.times import LOOKBACK, SWEEPS, TIMES, Times

log = logging.getLogger(__name__)


class Sweeping:
    """Sweeps, in any number of processes at once."""

    def __init__(
        self,
        deliveries: Deliveries,
        slack: Slack,
        *,
        now: Callable[[], datetime],
        times: Times = TIMES,
        at: At = go_on,
    ) -> None:
        self._deliveries = deliveries
        self._slack = slack
        self._now = now
        self._times = times
        self._at = at

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
