"""What operators see of their workspace, and what they send again."""

import asyncio
import datetime
from collections.abc import Callable
from dataclasses import dataclass

from bot.errors import BotError
from bot.slack.blocks import Message
from bot.slack.command import Ask
from bot.slack.members import Members
from bot.sources.collecting import Collector
from bot.sources.status import Status, statuses
from bot.store.audit import Audit
from bot.store.library import Library
from bot.store.questions import Questions
from bot.store.visits import Visits
from digests.home import operators
from digests.home.operators import Failures, Seen
from digests.overview import Overview

SHOWN = 8
"""Lines of each list."""


@dataclass(frozen=True, slots=True)
class Oversight:
    """Shows it and does it, for operators alone: who is one is asked each time."""

    overview: Overview
    library: Library
    questions: Questions
    audit: Audit
    members: Members
    collector: Collector
    visits: Visits
    zone: str
    wake: Callable[[], None]
    now: Callable[[], datetime.datetime]

    async def failures(self, workspace: str, user: str) -> Failures | None:
        """Return how much fails; None to who is no operator."""
        if not await self.members.is_operator(workspace, user):
            return None
        return await asyncio.to_thread(self._failures, workspace)

    async def show(self, ask: Ask) -> Message:
        """Show an operator the workspace. Raises BotError for anybody else."""
        await self._check(ask)
        return await self._shown(ask.workspace)

    async def retry(self, ask: Ask) -> Message:
        """Send the delivery again that *ask* names, and show what there is. Raises BotError as show does."""
        await self._check(ask)
        state = await asyncio.to_thread(
            self.overview.retry, ask.text, ask.actor, now=self.now(), workspace=ask.workspace
        )
        self.wake()
        return await self._shown(ask.workspace, operators.retried(state))

    async def _check(self, ask: Ask) -> None:
        if not await self.members.is_operator(ask.workspace, ask.user):
            raise BotError("Only operators may do that. Whoever runs Briefbot can make you one.")

    async def _shown(self, workspace: str, note: str = "") -> Message:
        return operators.page(await asyncio.to_thread(self._seen, workspace), note, zone=self.zone)

    def _failures(self, workspace: str) -> Failures:
        return Failures(self.overview.failures(workspace), len(self._failing(workspace)))

    def _failing(self, workspace: str) -> list[Status]:
        """Return the sources of a workspace that fail, those first that were tried last."""
        seen = [one for one in self.collector.sources() if one.workspace in {"", workspace}]
        failing = [one for one in statuses(seen, self.visits) if one.fault]
        return sorted(failing, key=_tried, reverse=True)

    def _seen(self, workspace: str) -> Seen:
        useful, useless = self.questions.verdicts(workspace)
        return Seen(
            counts=self.overview.counts(workspace),
            failed=self.overview.failed(workspace, limit=SHOWN),
            failures=self.overview.failures(workspace),
            failing=self._failing(workspace)[:SHOWN],
            sources=self.library.sources(workspace, limit=SHOWN),
            useful=useful,
            useless=useless,
            unanswered=self.questions.unanswered(workspace, limit=SHOWN),
            acts=self.audit.newest(limit=SHOWN, workspace=workspace),
        )


def _tried(one: Status) -> datetime.datetime:
    tried = one.visit.tried_at if one.visit else None
    return tried or datetime.datetime.min.replace(tzinfo=datetime.UTC)
