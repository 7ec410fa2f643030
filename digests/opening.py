"""What is clicked in a digest: the passages behind a figure, a subscription, another time, an end."""

import asyncio
import re
from collections.abc import Callable
from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.config import DAYS
from bot.errors import BotError
from bot.search.answer import Answer
from bot.search.search import Searcher
from bot.slack import answers
from bot.slack.blocks import Message
from bot.slack.clicks import offset_of, on
from bot.slack.command import Ask
from digests import panel, replies
from digests.digest import SETTINGS, SHOW, SUBSCRIBE
from digests.digests import Digests
from digests.schedule import Schedule
from digests.sending import Now
from digests.slots import When
from digests.verbs import Verbs, setter_of


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
        return await asyncio.to_thread(listing, query, offset_of(offset), ask.workspace)

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
        await _check(ask, digests, verbs)
        by = setter_of(ask)
        return await asyncio.to_thread(settings, ask, lambda one: digests.stop(one, by, now=now()))

    async def move(ask: Ask) -> Message:
        await _check(ask, digests, verbs)
        told = ask.text.partition(" ")[2]

        def moved(schedule: Schedule) -> Schedule:
            return digests.move(schedule, _when(schedule, told), setter_of(ask), now=now())

        return await asyncio.to_thread(settings, ask, moved)

    async def open_past(ask: Ask) -> Message:
        return panel.opened(await asyncio.to_thread(digests.past.digest, ask.workspace, ask.text))

    on(app, re.compile(rf"{SHOW}_\w+"), show, command)
    on(app, panel.OPEN, open_past, command)
    on(app, re.compile(rf"{panel.PAGE}_\w+"), page, command, replaces=True)
    on(app, SUBSCRIBE, verbs.subscribe, command)
    on(app, answers.SUBSCRIBE, verbs.follow_search, command)
    on(app, SETTINGS, open_settings, command)
    on(app, re.compile(rf"{panel.MOVE}_\w+"), move, command, replaces=True)
    on(app, panel.STOP, stop, command, replaces=True)


async def _check(ask: Ask, digests: Digests, verbs: Verbs) -> None:
    """Raise BotError where who asks may not change the digest that *ask* names."""
    schedule_id = ask.text.partition(" ")[0]
    schedule = await asyncio.to_thread(digests.running, schedule_id, workspace=ask.workspace)
    await verbs.permission.check(ask, schedule.plan.audience, [schedule.setter])


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
