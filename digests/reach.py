"""What a verb may ask of Slack while someone waits: who a person is, a word in a channel."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, Protocol

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.config import is_zone
from bot.errors import BotError
from bot.slack.blocks import Message
from bot.slack.failures import cause
from bot.slack.installed import Installed, OwnToken
from digests.post import REASONS

PATIENCE = 1.2
"""Seconds that a call may take; a verb has two at most, and whoever typed gets an answer within three."""

GUESTS = ("is_restricted", "is_ultra_restricted", "is_stranger")
"""What Slack says of who is not a member of the workspace."""

log = logging.getLogger(__name__)


class Reach(Protocol):
    """Slack, as far as verbs need it."""

    async def zone(self, workspace: str, user: str) -> str | None:
        """Return a person's time zone where the app may know it."""

    async def is_guest(self, workspace: str, user: str) -> bool:
        """Tell whether a person is a guest in the workspace, where the app may know it."""

    async def announce(self, workspace: str, channel: str, message: Message) -> None:
        """Say in a channel what was set up there. Raises BotError where Briefbot cannot post."""


class NoReach:
    """No Slack, as at the prompt."""

    async def zone(self, workspace: str, user: str) -> str | None:  # noqa: ARG002 - the protocol's signature
        """Nobody's zone is known."""
        return None

    async def is_guest(self, workspace: str, user: str) -> bool:  # noqa: ARG002 - the protocol's signature
        """There is nobody else."""
        return False

    async def announce(self, workspace: str, channel: str, message: Message) -> None:
        """There is nobody to tell."""


class WebReach:
    """Slack by its Web API, in each workspace by its own token."""

    def __init__(self, client: AsyncWebClient, access: Installed | OwnToken) -> None:
        self._client = client
        self._access = access
        self._people: dict[tuple[str, str], Mapping[str, Any]] = {}

    async def zone(self, workspace: str, user: str) -> str | None:
        """Ask for it once; without the scope users:read it stays unknown."""
        told = (await self._person(workspace, user)).get("tz")
        return told if isinstance(told, str) and is_zone(told) else None

    async def is_guest(self, workspace: str, user: str) -> bool:
        """Ask for it once; without the scope users:read nobody is known to be one."""
        person = await self._person(workspace, user)
        return any(person.get(kind) for kind in GUESTS)

    async def _person(self, workspace: str, user: str) -> Mapping[str, Any]:
        if (workspace, user) not in self._people:
            try:
                answer = await asyncio.wait_for(self._users_info(workspace, user), PATIENCE)
            except SlackApiError:
                self._people[workspace, user] = {}
            except Exception as error:
                log.warning("a person is not known: %s", type(error).__name__)
                return {}
            else:
                self._people[workspace, user] = answer.get("user") or {}
        return self._people[workspace, user]

    async def _users_info(self, workspace: str, user: str) -> AsyncSlackResponse:
        return await self._client.users_info(user=user, token=(await self._access.find(workspace)).bot_token)

    async def announce(self, workspace: str, channel: str, message: Message) -> None:
        """Post it; that nobody knows whether it arrived is no reason to set nothing up."""
        told: dict[str, Any] = {name: message[name] for name in ("text", "blocks")}
        try:
            await asyncio.wait_for(
                self._client.chat_postMessage(
                    token=(await self._access.find(workspace)).bot_token,
                    channel=channel,
                    mrkdwn=False,
                    unfurl_links=False,
                    unfurl_media=False,
                    **told,
                ),
                PATIENCE,
            )
        except SlackApiError as error:
            if cause(error) in REASONS:
                raise BotError(f"Nothing is set up: {REASONS[cause(error)]}, then try again.") from error
            log.warning("what was set up could not be said in the channel: %s", cause(error))
        except Exception as error:
            log.warning("what was set up could not be said in the channel: %s", cause(error))
