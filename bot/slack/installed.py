"""By which token each workspace is answered: looked up once a minute, and never by a call to Slack."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.slack.failures import NoAccessError
from bot.slack.keys import Keys
from bot.store.installations import Installation, Installations

LIFE_SECONDS = 60.0
"""How long a process trusts what it read: what another one did is seen after that."""

MOST = 1000
"""Workspaces that a process remembers; the oldest make room."""


class NotInstalledError(NoAccessError):
    """A workspace whose token there is not."""


@dataclass(frozen=True, slots=True)
class Access:
    """How a workspace is answered; `bot_user` is None where that is not known."""

    owner: str
    bot_token: str
    bot_user: str | None = None


class OwnToken:
    """The one token of SLACK_BOT_TOKEN, whoever asks."""

    def __init__(self, token: str) -> None:
        self._access = Access("", token)

    async def find(self, workspace: str, enterprise: str = "", *, is_org_wide: bool = False) -> Access:  # noqa: ARG002 - as Installed's
        """Return it."""
        return self._access


class Installed:
    """Installations as requests ask for them, with a cache of this process's own."""

    def __init__(
        self, installations: Installations, keys: Keys, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.installations = installations
        self.keys = keys
        self._now = now
        self._known: dict[tuple[str, str, bool], tuple[float, Access]] = {}
        self._forgot = 0

    async def find(self, workspace: str, enterprise: str = "", *, is_org_wide: bool = False) -> Access:
        """Return the access to a workspace. Raises NotInstalledError, SealError and StoreError."""
        asked = (workspace, enterprise, is_org_wide)
        until, access = self._known.get(asked, (0.0, None))
        if access is not None and self._now() < until:
            return access
        forgot = self._forgot
        found = await asyncio.to_thread(
            self.installations.find, workspace, enterprise, is_org_wide=is_org_wide
        )
        if found is None:
            raise NotInstalledError(
                "Briefbot is not installed in this workspace, or was removed from it. Ask whoever runs it, or"
                " an admin of the workspace, to add it again from its page /slack/install."
            )
        access = self._opened(found)
        if forgot == self._forgot:  # Nobody has uninstalled it while it was read.
            self._remember(asked, access)
        return access

    def forget(self, owner: str) -> None:
        """Read it anew the next time: it was installed or uninstalled."""
        self._forgot += 1
        for asked, (_, access) in list(self._known.items()):
            if access.owner == owner or owner in asked:
                del self._known[asked]

    def _opened(self, found: Installation) -> Access:
        token = self.keys.open(found.sealed_token, owner=found.owner)
        return Access(found.owner, token, found.bot_user or None)

    def _remember(self, asked: tuple[str, str, bool], access: Access) -> None:
        self._known.pop(asked, None)  # What is remembered anew stands last.
        self._known[asked] = (self._now() + LIFE_SECONDS, access)
        while len(self._known) > MOST:
            del self._known[next(iter(self._known))]
