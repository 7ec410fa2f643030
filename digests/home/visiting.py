"""Home, when it is opened and when something is clicked there: published anew after each change."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from weakref import WeakValueDictionary

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import BotError
from bot.slack import answers
from bot.slack.afterwards import Afterwards
from bot.slack.answering import CLOSED
from bot.slack.blocks import Block, line, run
from bot.slack.clicks import asker, clicked, on
from bot.slack.command import Ask
from bot.slack.failures import LIMITED, SLACK_FAILS, UNCERTAIN, Unanswered, cause, readable, reported
from digests.forms import fields
from digests.home import operators, page
from digests.home.desk import Desk, Reply
from digests.home.page import Pages, pages_of
from digests.reach import PATIENCE

log = logging.getLogger(__name__)

TOO_LATE = "That took Slack too long, and its window did not open. Click once more."
"""What Home says then: it can be published however late it is."""

WAITING = "It is being made. If it does not come within a minute, close this and ask again."

Act = Callable[[Ask], Awaitable[Reply]]


class Homes:
    """Publishes Homes, those of one person one after the other."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.command = desk.command
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def publish(
        self,
        client: AsyncWebClient,
        workspace: str,
        user: str,
        *,
        pages: Pages,
        notice: Sequence[Block] = (),
        acted_on: str | None = None,
        seen: str = "",
    ) -> None:
        """Show a person what there is; nothing is done where that is *seen* already, by its metadata.

        *acted_on* is the hash of the view that was clicked: where another has taken its place meanwhile, what
        there is is read once more and takes the place of that one.
        """
        turn = self._turns.setdefault((workspace, user), asyncio.Lock())
        async with turn:
            for expected in [acted_on, None] if acted_on else [None]:
                view = await self._view(workspace, user, pages, notice)
                if view["private_metadata"] == seen:
                    return
                try:
                    await soon(client.views_publish(user_id=user, view=view, hash=expected))
                except SlackApiError as error:
                    if expected is None or cause(error) != "hash_conflict":
                        raise
                else:
                    return

    async def _view(self, workspace: str, user: str, pages: Pages, notice: Sequence[Block]) -> Block:
        """Return a person's Home, or why there is none now: a Home is never empty."""
        try:
            return await self._desk.home(workspace, user, pages, notice)
        except BotError as error:
            return page.instead(answers.refusal(readable(error)))
        except Exception as error:
            return page.instead(answers.apology(reported(error), command=self.command))

    async def refresh(self, client: AsyncWebClient, ask: Ask) -> None:
        """Show a person the first pages of what there is now, as far as Slack lets us."""
        await _is_done(self.publish(client, ask.workspace, ask.user, pages=Pages()))

    async def answer(self, client: AsyncWebClient, body: dict[str, Any], reply: Reply) -> None:
        """Answer a click in Home, or a form that opened there, as far as Slack lets us."""
        view, ask = body["view"], clicked(body)
        is_home = view["type"] == "home"
        is_shown, notice = True, reply.notice
        if reply.modal:
            opening = client.views_open(trigger_id=body["trigger_id"], view=reply.modal)
            is_shown = await _is_done(soon(opening))
            notice = notice if is_shown else [*notice, line(run(TOO_LATE))]
        if reply.publishes or not is_shown:
            publishing = self.publish(
                client,
                ask.workspace,
                ask.user,
                pages=reply.pages or (pages_of(view["private_metadata"]) if is_home else Pages()),
                notice=notice,
                acted_on=view["hash"] if is_home else None,
            )
            await _is_done(publishing)


def register(app: AsyncApp, desk: Desk, homes: Homes) -> None:
    """Publish Home when it is opened, and answer each click in it."""
    _publish_opened(app, homes)
    _on(app, page.TOPIC, desk.subscribe, homes)
    _on(app, page.SUBSCRIPTION, desk.subscription, homes)
    _on(app, page.CHANGE, desk.change, homes)
    _on(app, page.STOP, desk.stop, homes)
    _on(app, re.compile(rf"{page.TURN}_\w+"), desk.turn, homes)
    _previews(app, desk, homes)
    on(app, operators.SHOW, desk.oversight.show, desk.command)
    on(app, operators.RETRY, desk.oversight.retry, desk.command, replaces=True, then=homes.refresh)


def _publish_opened(app: AsyncApp, homes: Homes) -> None:
    opened: dict[tuple[str, str], str] = {}

    @app.event("app_home_opened")
    async def _opened(event: dict[str, Any], client: AsyncWebClient, context: dict[str, Any]) -> None:
        user, at, view = event.get("user"), str(event.get("event_ts")), event.get("view")
        if event.get("tab") != "home" or not isinstance(user, str):
            return
        who = str(context.get("team_id") or ""), user
        if opened.get(who) == at:
            return
        opened[who] = at  # Slack may tell of the same opening by several events.
        seen = str(view.get("private_metadata")) if isinstance(view, dict) else ""
        try:
            await homes.publish(client, *who, pages=Pages(), seen=seen)
        except SLACK_FAILS as error:
            log.warning("a Home could not be published: %s", cause(error))
            if not _is_final(error):
                del opened[who]
                raise Unanswered from None


def _is_final(error: BaseException) -> bool:
    """Tell whether Slack said that it will not; in any other case to publish again does no harm."""
    passing = {*LIMITED, *UNCERTAIN, type(error).__name__}
    return isinstance(error, SlackApiError) and cause(error) not in passing


def _on(app: AsyncApp, action: str | re.Pattern[str], act: Act, homes: Homes) -> None:
    @app.action(action)
    async def _clicked(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        try:
            reply = await act(asker(body))
        except BotError as error:
            reply = Reply(modal=fields.answer("Not done", answers.refusal(readable(error))))
        except Exception as error:
            reply = Reply(modal=apology(error, homes.command))
        await homes.answer(client, body, reply)


def _previews(app: AsyncApp, desk: Desk, homes: Homes) -> None:
    afterwards = Afterwards()

    async def make(client: AsyncWebClient, body: dict[str, Any], view_id: str) -> None:
        try:
            made = fields.answer("Preview", await desk.preview(asker(body)))
        except BotError as error:
            made = fields.answer("Preview", answers.refusal(readable(error)))
        except Exception as error:
            made = apology(error, desk.command)
        try:
            await client.views_update(view_id=view_id, view=made)
        except SLACK_FAILS as error:
            if cause(error) != CLOSED:
                log.warning("a preview could not be shown: %s", cause(error))

    @app.action(page.PREVIEW)
    async def _preview(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        try:
            waits = fields.answer("Preview", answers.refusal(WAITING))
            opened = await soon(client.views_open(trigger_id=body["trigger_id"], view=waits))
        except SLACK_FAILS as error:
            log.warning("a preview could not be opened: %s", cause(error))
            await homes.answer(client, body, Reply([line(run(TOO_LATE))]))
            return
        afterwards.do(make(client, body, opened["view"]["id"]))


def apology(error: Exception, command: str) -> Block:
    """Return a modal that says that something broke on our side."""
    return fields.answer("That did not work", answers.apology(reported(error), command=command))


async def soon(call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    """Wait for a call to Slack, but not longer than someone who clicked does."""
    return await asyncio.wait_for(call, PATIENCE)


async def _is_done(step: Awaitable[object]) -> bool:
    """Do what may fail, so that what follows is done as well; tell whether it was done."""
    try:
        await step
    except SLACK_FAILS as error:
        log.warning("a click in Home could not be answered: %s", cause(error))
        return False
    return True
