"""After a restore each audience's channel is looked through for what it was sent, before it is sent more."""

import logging
from collections.abc import Callable
from datetime import datetime

from digests.post import CannotLook, Refused, Slack, TooLong, Uncertain
from digests.recollection import recollect
from digests.restoration import Restoration, Restored
from digests.times import LOOKBACK, TIMES, Times

log = logging.getLogger(__name__)


class Recalling:
    """Looks audiences of one workspace up, in any number of processes at once."""

    def __init__(
        self,
        restoration: Restoration,
        slack: Slack,
        workspace: str,
        *,
        now: Callable[[], datetime],
        times: Times = TIMES,
    ) -> None:
        self._restoration = restoration
        self._slack = slack
        self._workspace = workspace
        self._now = now
        self._times = times
        self._again_at: dict[str, datetime] = {}

    def recall(self, is_stopping: Callable[[], bool] = lambda: False) -> None:
        """Look up whom something is owed to, as far as Slack lets us now; the others wait for the next."""
        lost = self._restoration.current()
        # What the lost process posted last may show late.
        if lost is None or self._now() < lost.at + self._times.settle:
            return
        for audience in self._restoration.waiting(self._workspace):
            if is_stopping():
                return
            if self._now() < self._again_at.get(audience, lost.at):
                continue
            try:
                self._look_up(audience, lost)
            except Uncertain as error:
                log.warning("what was sent before the restore is not known yet: %s", error)
                return

    def _look_up(self, audience: str, lost: Restored) -> None:
        oldest, latest = (lost.since - LOOKBACK).timestamp(), (lost.at + LOOKBACK).timestamp()
        try:
            found = self._slack.history(audience, oldest=oldest, latest=latest)
        except (CannotLook, TooLong) as error:
            log.warning("what %s was sent before the restore cannot be looked up: %r", audience, error)
            self._restoration.give_up(self._workspace, audience)
        except Refused as refused:
            self._again_at[audience] = self._now() + self._times.longest_wait
            self._restoration.block(self._workspace, audience, reason=refused.reason)
        else:
            recollect(self._restoration.database, self._workspace, audience, found)
            log.info("%s: %d messages were found that stand since the backup", audience, len(found))
