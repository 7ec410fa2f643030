"""What Slack tells of people, where it may: their names, and who may do what concerns others."""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.failures import cause
from bot.slack.installed import Installed, OwnToken
from bot.slack.text import one_line

PATIENCE = 1.2
"""Seconds that Slack is waited for while someone waits for us."""

KEPT_SECONDS = 300.0
"""How long what Slack told of a person holds."""

SETTLED = frozenset({"missing_scope", "not_allowed_token_type", "user_not_found", "user_not_visible"})
"""Slack's codes for what it will not tell a moment later either."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Member:
    """A person, '' where the name is not known. `is_admin` of this workspace, or an owner of it."""

    name: str = ""
    is_admin: bool = False


STRANGER = Member()
"""Of whom Slack tells nothing, as it does without the scope users:read."""


class Members:
    """People as *client* knows them by each workspace's token, and the operators whom `config.yml` names."""

    def __init__(
        self,
        client: AsyncWebClient | None,
        access: Installed | OwnToken,
        operators: Collection[str],
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._access = access
        self._operators = frozenset(operators)
        self._now = now
        self._known: dict[tuple[str, str], tuple[float, Member]] = {}

    async def is_operator(self, workspace: str, user: str) -> bool:
        """Tell whether *user* may do what concerns others, as to remove what they added."""
        return user in self._operators or (await self._member(workspace, user)).is_admin

    async def names(self, workspace: str, users: Iterable[str]) -> dict[str, str]:
        """Return the names of those *users* whom Slack tells of."""
        wanted = list(dict.fromkeys(users))
        members = await asyncio.gather(*(self._member(workspace, user) for user in wanted))
        return {user: member.name for user, member in zip(wanted, members, strict=True) if member.name}

    async def _member(self, workspace: str, user: str) -> Member:
        if self._client is None:
            return STRANGER
        until, known = self._known.get((workspace, user), (0.0, STRANGER))
        if until > self._now():
            return known
        self._forget()
        try:
            token = (await self._access.find(workspace)).bot_token
            answer = await asyncio.wait_for(self._client.users_info(user=user, token=token), PATIENCE)
        except Exception as error:
            if cause(error) not in SETTLED:
                log.warning("Slack did not tell who someone is: %s", cause(error))
                return STRANGER
            found = STRANGER
        else:
            found = _read(answer.get("user"), workspace)
        self._known[workspace, user] = (self._now() + KEPT_SECONDS, found)
        return found

    def _forget(self) -> None:
        now = self._now()
        self._known = {who: known for who, known in self._known.items() if known[0] > now}


def _read(told: Any, workspace: str) -> Member:
    """Return what users.info tells; who belongs to another workspace, or no more to this, is no admin."""
    if not isinstance(told, dict):
        return STRANGER
    profile = told.get("profile")
    shown = profile.get("display_name") if isinstance(profile, dict) else ""
    named = (shown, told.get("real_name"), told.get("name"))
    is_ours = told.get("team_id") in {None, workspace} and not told.get("deleted")
    is_admin = any(told.get(role) is True for role in ("is_admin", "is_owner", "is_primary_owner"))
    return Member(next((one_line(str(name)) for name in named if name), ""), is_ours and is_admin)
