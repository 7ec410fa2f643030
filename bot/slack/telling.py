"""Who added files hears what came of them: in the window where that was, or by direct message."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import file_views
from bot.slack.answering import CLOSED
from bot.slack.attached import Brought
from bot.slack.blocks import Block
from bot.slack.failures import cause
from bot.slack.installed import Installed, OwnToken

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Telling:
    """Tells them by each workspace's token; without a client nobody is there to be told."""

    client: AsyncWebClient | None
    access: Installed | OwnToken
    command: str

    async def show(
        self, workspace: str, user: str, view_id: str, view: Block, brought: Sequence[Brought]
    ) -> None:
        """Show *view* in the window *view_id*, or write to *user* where that is closed or cannot change."""
        if self.client is None:
            return
        token = (await self.access.find(workspace)).bot_token
        try:
            await self.client.views_update(view_id=view_id, view=view, token=token)
        except Exception as error:
            if cause(error) != CLOSED:
                log.warning("a window could not be changed: %s", cause(error))
            await self.write(workspace, user, brought)

    async def write(self, workspace: str, user: str, brought: Sequence[Brought]) -> None:
        """Write to *user* what came of files. Raises whatever Slack's client does."""
        if self.client is None:
            return
        message = file_views.told(brought, command=self.command)
        await self.client.chat_postMessage(
            channel=user,
            token=(await self.access.find(workspace)).bot_token,
            text=message["text"],
            blocks=message["blocks"],
            mrkdwn=False,
            unfurl_links=False,
            unfurl_media=False,
        )
