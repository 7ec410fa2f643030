"""What operators see of their workspace, and what they send again."""

import asyncio
import datetime
from collections.abc import Callable
from dataclasses import dataclass

from bot.errors import BotError
from bot.slack.blocks import Message
from bot.slack.command import Ask
from bot.slack.members import Members
from bot.slack.spoken import one_line
from bot.store.audit import Actor, Audit
from bot.store.library import Library
from bot.store.questions import Questions
from digests.home import operators
from digests.home.operators import Seen
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
    zone: str
    wake: Callable[[], None]
    now: Callable[[], datetime.datetime]

    async def failures(self, workspace: str, user: str) -> int | None:
        """Return how many deliveries failed or are in doubt; None to who is no operator."""
        if not await self.members.is_operator(workspace, user):
            return None
        return await asyncio.to_thread(self.overview.failures, workspace)

    async def show(self, ask: Ask) -> Message:
        """Show an operator the workspace. Raises BotError for anybody else."""
        await self._check(ask)
        return await self._shown(ask.workspace)

    async def retry(self, ask: Ask) -> Message:
        """Send the delivery again that *ask* names, and show what there is. Raises BotError as show does."""
        await self._check(ask)
        by = Actor(ask.user, one_line(ask.user_name) or "A member")
        state = await asyncio.to_thread(
            self.overview.retry, ask.text, by, now=self.now(), workspace=ask.workspace
        )
        self.wake()
        return await self._shown(ask.workspace, operators.retried(state))

    async def _check(self, ask: Ask) -> None:
        if not await self.members.is_operator(ask.workspace, ask.user):
            raise BotError("Only operators may do that. Whoever runs Briefbot can make you one.")

    async def _shown(self, workspace: str, note: str = "") -> Message:
        return operators.page(await asyncio.to_thread(self._seen, workspace), note, zone=self.zone)

    def _seen(self, workspace: str) -> Seen:
        useful, useless = self.questions.verdicts(workspace)
        return Seen(
            counts=self.overview.counts(workspace),
            failed=self.overview.failed(workspace, limit=SHOWN),
            failures=self.overview.failures(workspace),
            sources=self.library.sources(workspace, limit=SHOWN),
            useful=useful,
            useless=useless,
            unanswered=self.questions.unanswered(workspace, limit=SHOWN),
            acts=self.audit.newest(limit=SHOWN, workspace=workspace),
        )
