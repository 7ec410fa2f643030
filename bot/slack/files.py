"""The files of messages: looked at before they are added, and had when they are."""

import asyncio
from collections.abc import Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BotError, FetchError
from bot.net.address import parts
from bot.net.fetch import Patience
from bot.slack.attached import LACKS, MOST, REFUSED, UNTOLD, Looked, Offered, files_of, gone, id_of, offered
from bot.slack.download import FILES, downloaded
from bot.slack.failures import cause
from bot.slack.installed import Installed, OwnToken
from bot.slack.members import PATIENCE
from bot.store.clips import Attached


class Files:
    """Files as *client* has them by each workspace's token; without one there are none.

    At most *megabytes* of each are taken, within *patience*.
    """

    def __init__(
        self,
        client: AsyncWebClient | None,
        access: Installed | OwnToken,
        *,
        megabytes: int,
        patience: Patience | None = None,
    ) -> None:
        self._client = client
        self._access = access
        self._megabytes = megabytes
        self._patience = patience or Patience()
        self._origins = {FILES, *([parts(client.base_url).origin] if client else [])}

    async def look(self, workspace: str, message: Mapping[str, Any]) -> Looked:
        """Return the files of a message, each as Slack tells of it now, whatever the message does."""
        told = files_of(message)
        found = await asyncio.gather(*(self._looked_at(workspace, one) for one in told[:MOST]))
        lacks = any(one.why == LACKS for one in found)
        return Looked(tuple(found), lacks, len(told) - len(found))

    async def get(self, workspace: str, wanted: Attached) -> tuple[Attached, bytes]:
        """Return a file, as it is by now, and what it holds. Raises BotError where it cannot be had."""
        client, token = await self._client_of(workspace)
        told = await self._told(client, token, wanted.id, self._patience.silence)
        found = offered(told, megabytes=self._megabytes)
        address = told.get("url_private_download") or told.get("url_private")
        if found.why or not isinstance(address, str):
            raise FetchError(found.why or UNTOLD)
        data = await downloaded(
            address,
            found.file,
            token=token,
            origins=self._origins,
            most=self._megabytes * 1_000_000,
            patience=self._patience,
            proxy=client.proxy,
        )
        return found.file, data

    async def _looked_at(self, workspace: str, stated: Mapping[str, Any]) -> Offered:
        stands = offered(stated, megabytes=self._megabytes)
        if why := gone(stated):
            return Offered(stands.file, why)
        try:
            client, token = await self._client_of(workspace)
            told = await self._told(client, token, id_of(stated), PATIENCE)
        except BotError as error:
            return Offered(stands.file, error.told)
        return offered(told, megabytes=self._megabytes)

    async def _client_of(self, workspace: str) -> tuple[AsyncWebClient, str]:
        if self._client is None:
            raise FetchError(LACKS)
        return self._client, (await self._access.find(workspace)).bot_token

    @staticmethod
    async def _told(client: AsyncWebClient, token: str, file_id: str, seconds: float) -> Mapping[str, Any]:
        """Return what Slack tells of a file. Raises FetchError where it tells nothing."""
        try:
            answer = await asyncio.wait_for(client.files_info(file=file_id, token=token), seconds)
        except Exception as error:
            code = cause(error)
            passing = f"{UNTOLD} just now ({code}); try again in a minute"
            raise FetchError(REFUSED.get(code, passing)) from error
        told = answer.get("file")
        if not isinstance(told, Mapping) or id_of(told) != file_id:
            raise FetchError(UNTOLD)
        return told
