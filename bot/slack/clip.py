"""The message shortcut *Add to library*: a message is shown with its files, confirmed, and added."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Config
from bot.errors import BotError
from bot.library.clip import draft_of
from bot.library.decode import storable
from bot.slack import answers, clip_views, spoken
from bot.slack.answering import is_opened
from bot.slack.attached import Brought
from bot.slack.blocks import Block
from bot.slack.clip_views import ADD, CONSENT, YES
from bot.slack.failures import cause, readable, reported
from bot.slack.filing import LEASE, Filing
from bot.slack.members import PATIENCE, Members
from bot.store.audit import Actor
from bot.store.awaited import Awaited
from bot.store.clips import Clip, Clips, Said, new_offer_id

NO_TEXT = {
    False: "This message has no text of its own; only text, links and files are added to the library.",
    True: "This message has a file and no text, and no file of it can be read.",
}
"""Why nothing of a message is added, where it has files and where not."""

NAMED = 8
"""People of one message whose names are asked for."""

GONE = "That took over an hour, or was answered before; choose Add to library on the message once more."
DELETED = "The message was deleted meanwhile, so it was not added."
CONSENT_LACKS = "Check the box if they may; else choose Leave it out."


@dataclass(frozen=True, slots=True)
class Clipping:
    """Adds messages, and the files that are in them, to the library of their workspace."""

    clips: Clips
    members: Members
    filing: Filing
    config: Config
    now: Callable[[], datetime]

    async def shown(self, body: Mapping[str, Any]) -> tuple[Block, Said | None, str]:
        """Return the modal for the message of a shortcut, and what is offered in it, if so, under which id.

        Raises BotError for what is not added.
        """
        spoken.check(body)
        who, workspace = spoken.actor_of(body), spoken.workspace_of(body)
        asked = [spoken.writer(body), *spoken.mentioned(body)][:NAMED]
        names, looked = await asyncio.gather(
            self.members.names(workspace, filter(None, asked)),
            self.filing.files.look(workspace, body.get("message") or {}),
        )
        said, offer_id = spoken.said(body, {who.id: who.name} | names, looked.readable), new_offer_id()
        if not said.text and not said.files:
            return clip_views.refused(NO_TEXT[bool(looked.files)], looked), None, ""
        return clip_views.confirmation(said, offer_id, looked), said, offer_id

    async def answer(self, body: Mapping[str, Any], client: AsyncWebClient) -> Block:
        """Add what was confirmed; return the modal that says so. Raises BotError where it is not added."""
        workspace, who = spoken.workspace_of(body), spoken.actor_of(body)
        offer_id, _, key = _carried(body).partition(" ")
        said = await asyncio.to_thread(
            self.clips.offered, offer_id, workspace=workspace, user=who.id, now=self.now()
        )
        command = self.config.command
        if said is None:
            known = await asyncio.to_thread(self.clips.find, workspace, key=key) if key else None
            if known is None:
                raise BotError(GONE)
            if "/" in key:
                return clip_views.added(known, (), is_new=False, command=command)
            file = Brought(known.title, known, is_new=False)
            return clip_views.added(None, [file], is_new=False, command=command)
        if said.is_private and not _is_consented(body):
            raise Unconsented
        url = await _permalink(said, client)
        # The files first: what is offered stays so until all of it is in the store.
        ones = await asyncio.to_thread(self._awaited, said, who, url, "" if said.text else offer_id)
        clip, is_new = None, True
        if said.text:
            clip, is_new = await asyncio.to_thread(self._add, said, who, url, offer_id)

        mine = {one.file.id for one in ones}
        others = [Brought(file.name) for file in said.files if file.id not in mine]  # Which are being read.

        def view(brought: Sequence[Brought]) -> Block:
            return clip_views.added(clip, [*brought, *others], is_new=is_new, command=command)

        async def told(brought: Sequence[Brought]) -> None:
            view_id = str(body["view"]["id"])
            await self.filing.telling.show(workspace, who.id, view_id, view(brought), brought)

        return view(await self.filing.promptly(ones, told) if ones else ())

    def _awaited(self, said: Said, who: Actor, url: str | None, offer_id: str) -> list[Awaited]:
        if not said.files:
            return []
        until = self.now() + LEASE
        return self.filing.awaited.add(said, who, url=url, offer_id=offer_id, until=until)

    def _add(self, said: Said, who: Actor, url: str | None, offer_id: str) -> tuple[Clip, bool]:
        draft = draft_of(said, self.config, url=url)
        return self.clips.add(draft, said.place, who, offer_id=offer_id, now=self.now())


class Unconsented(Exception):  # noqa: N818 - it says what happened
    """A private message was sent without the yes that it needs."""


def register(app: AsyncApp, clipping: Clipping) -> None:
    """Open the modal, add what is confirmed in it, forget what is not."""
    command = clipping.config.command

    @app.shortcut({"type": "message_action", "callback_id": ADD})
    async def _chosen(
        ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        await ack()
        said, offer_id = None, ""
        try:
            view, said, offer_id = await clipping.shown(body)
        except BotError as error:
            view = clip_views.refused(readable(error))
        if not await is_opened(client, respond, body, view) or said is None:
            return
        # Only now: a trigger waits three seconds, and nobody answers a modal within a moment.
        await asyncio.to_thread(
            clipping.clips.offer, said, spoken.actor_of(body).id, offer_id=offer_id, now=clipping.now()
        )

    @app.view(ADD)
    async def _confirmed(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        try:
            view = await clipping.answer(body, client)
        except Unconsented:
            await ack(response_action="errors", errors={CONSENT: CONSENT_LACKS})
            return
        except BotError as error:
            view = clip_views.refused(readable(error))
        except Exception as error:
            view = clip_views.refused(answers.apology(reported(error), command=command)["text"])
        await ack(response_action="update", view=view)

    @app.view_closed(ADD)
    async def _left_out(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        workspace, user = spoken.workspace_of(body), spoken.actor_of(body).id
        offer_id = _carried(body).partition(" ")[0]
        await asyncio.to_thread(clipping.clips.withdraw, offer_id, workspace=workspace, user=user)


async def _permalink(said: Said, client: AsyncWebClient) -> str | None:
    """Return where a message stands, None where Slack does not tell. Raises BotError if it was deleted."""
    try:
        told = await asyncio.wait_for(
            client.chat_getPermalink(channel=said.channel, message_ts=said.ts), PATIENCE
        )
    except Exception as error:
        if cause(error) == "message_not_found":
            raise BotError(DELETED) from error
        return None  # It is asked in channels of which the bot is no member as well.
    url = told.get("permalink")
    return url if isinstance(url, str) and url.startswith("https://") else None


def _carried(body: Mapping[str, Any]) -> str:
    return storable(str((body.get("view") or {}).get("private_metadata") or ""))


def _is_consented(body: Mapping[str, Any]) -> bool:
    try:
        return bool(body["view"]["state"]["values"][CONSENT][YES]["selected_options"])
    except (KeyError, TypeError):
        return False
