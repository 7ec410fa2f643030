"""What is clicked in a digest: the passages behind a figure, a subscription, another time, an end."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import DAYS
from bot.errors import BotError
from bot.search.answer import Answer
from bot.search.search import Searcher
from bot.slack import answers
from bot.slack.blocks import Block, Message
from bot.slack.command import Ask
from bot.slack.failures import cause, reported
from digests import forms, panel, replies
from digests.digest import SETTINGS, SHOW, SUBSCRIBE
from digests.digests import Digests
from digests.schedule import Schedule
from digests.sending import Now
from digests.slots import When
from digests.verbs import Verbs, clicked, setter_of

log = logging.getLogger(__name__)

Do = Callable[[Ask], Awaitable[Message]]


def register(
    app: AsyncApp, digests: Digests, verbs: Verbs, searcher: Searcher, *, command: str, now: Now
) -> None:
    """Answer each click in private: beside the message, or upon the modal in which it was made."""

    def listing(query: str, offset: int, workspace: str) -> Message:
        found_at = partial(searcher.newest, query, workspace=workspace, today=now().date())
        return _page(found_at, query, offset)

    async def show(ask: Ask) -> Message:
        return await asyncio.to_thread(listing, ask.text, 0, ask.workspace)

    async def page(ask: Ask) -> Message:
        offset, _, query = ask.text.partition(" ")
        return await asyncio.to_thread(listing, query, int(offset), ask.workspace)

    def settings(ask: Ask, change: Callable[[Schedule], Schedule | None]) -> Message:
        schedule_id = ask.text.partition(" ")[0]
        schedule = digests.running(schedule_id, workspace=ask.workspace)
        changed = change(schedule)
        return (
            panel.settings(changed, command=command)
            if changed
            else replies.stopped([schedule], left=digests.beside(schedule), command=command)
        )

    async def open_settings(ask: Ask) -> Message:
        return await asyncio.to_thread(settings, ask, lambda schedule: schedule)

    async def stop(ask: Ask) -> Message:
        return await asyncio.to_thread(settings, ask, lambda schedule: digests.stop(schedule, now=now()))

    async def move(ask: Ask) -> Message:
        told = ask.text.partition(" ")[2]

        def moved(schedule: Schedule) -> Schedule:
            return digests.move(schedule, _when(schedule, told), setter_of(ask), now=now())

        return await asyncio.to_thread(settings, ask, moved)

    async def open_past(ask: Ask) -> Message:
        return panel.opened(await asyncio.to_thread(digests.past.digest, ask.workspace, ask.text))

    _on(app, re.compile(rf"{SHOW}_\w+"), show, command)
    _on(app, panel.OPEN, open_past, command)
    _on(app, panel.PAGE, page, command, replaces=True)
    _on(app, SUBSCRIBE, verbs.subscribe, command)
    _on(app, SETTINGS, open_settings, command)
    _on(app, re.compile(rf"{panel.MOVE}_\w+"), move, command, replaces=True)
    _on(app, panel.STOP, stop, command, replaces=True)


def _on(
    app: AsyncApp, action: str | re.Pattern[str], do: Do, command: str, *, replaces: bool = False
) -> None:
    """Answer an *action* by what *do* returns; one in a message for one person alone *replaces* it."""

    @app.action(action)
    async def _clicked(
        ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, client: AsyncWebClient
    ) -> None:
        await ack()
        try:
            message = await do(clicked(body))
        except BotError as error:
            message = answers.refusal(str(error))
        except Exception as error:
            message = answers.apology(reported(error), command=command)
        container = body.get("container") or {}
        try:
            if body.get("view"):
                await _upon(client, body, forms.answer("Passages", message), replaces=replaces)
                return
            await respond(
                text=message["text"],
                blocks=message["blocks"],
                response_type="ephemeral",
                replace_original=replaces and bool(container.get("is_ephemeral")),
                thread_ts=container.get("thread_ts"),
            )
        except Exception as error:
            log.warning("who clicked could not be answered: %s", cause(error))


async def _upon(client: AsyncWebClient, body: dict[str, Any], modal: Block, *, replaces: bool) -> None:
    """Show a modal in place of the one in which someone clicked, or upon it."""
    view = body["view"]
    if replaces:
        await client.views_update(view_id=view["id"], hash=view["hash"], view=modal)
    else:
        await client.views_push(trigger_id=body["trigger_id"], view=modal)


def _page(found_at: Callable[..., Answer], query: str, offset: int) -> Message:
    """Return a page of what a question finds; the last one, if it ends before *offset* since some went."""
    found = found_at(limit=panel.PER_PAGE, offset=offset)
    if 0 < found.total <= offset:
        offset = (found.total - 1) // panel.PER_PAGE * panel.PER_PAGE
        found = found_at(limit=panel.PER_PAGE, offset=offset)
    return panel.listing(found, query, offset)


def _when(schedule: Schedule, told: str) -> When:
    """Return a digest's time, changed to the day or the time of day that was chosen."""
    when = schedule.plan.when
    if when is None:
        raise BotError("It comes at no time of day.")
    if told in DAYS:
        return When(DAYS.index(told), when.at, when.zone)
    if told == "daily":
        return When(None, when.at, when.zone)
    return When(when.weekday, told, when.zone)
