"""What is done from Home: topics are subscribed to, times changed, digests previewed and stopped."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.errors import BotError
from bot.search.query import topic_query
from bot.slack.blocks import Block, Message, line, run, small
from bot.slack.command import Ask
from digests import replies
from digests.forms.scheduling import Scheduling
from digests.forms.subscribing import Subscribing
from digests.home import page
from digests.home.oversight import Oversight
from digests.home.page import Pages, pages_of
from digests.home.visit import Visits
from digests.schedule import Subscription, is_channel
from digests.verbs import Verbs, setter_of
from digests.wish import Wish


@dataclass(frozen=True, slots=True)
class Reply:
    """What a click brings: a modal, a Home published anew with a *notice* of what was done, or both.

    Without *pages* that Home shows the pages that it showed.
    """

    notice: Sequence[Block] = ()
    modal: Block | None = None
    publishes: bool = True
    pages: Pages | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """Does it. What someone asks for is an id, and is looked for among what that person may change."""

    verbs: Verbs
    visits: Visits
    oversight: Oversight
    subscribing: Subscribing
    scheduling: Scheduling

    async def home(self, workspace: str, user: str, pages: Pages, notice: Sequence[Block]) -> Block:
        """Return a person's Home as it is now."""
        today = self.verbs.now().date()
        # Both ask Slack who it is, and someone waits.
        is_guest, failures = await asyncio.gather(
            self.verbs.reach.is_guest(workspace, user), self.oversight.failures(workspace, user)
        )
        is_operator = failures is not None
        visit = await asyncio.to_thread(
            self.visits.of, workspace, user, is_guest=is_guest, is_operator=is_operator, today=today
        )
        allows = self.verbs.permission.allows
        fixed = {
            one.id
            for one in visit.digests
            if not allows(user, one.plan.audience, [one.setter], is_operator=is_operator)
        }
        return page.view(visit, pages, notice, command=self.command, failures=failures, fixed=fixed)

    async def turn(self, ask: Ask) -> Reply:
        """Turn a page of one of Home's lists."""
        return Reply(pages=pages_of(ask.text))

    async def subscribe(self, ask: Ask) -> Reply:
        """Subscribe a person to a topic."""
        for topic in self.verbs.config.topics:
            if page.topic_id(topic) == ask.text:
                return await self._follow(ask, Wish(topic), topic_query(topic))
        raise BotError("That topic is declared no more.")

    async def subscription(self, ask: Ask) -> Reply:
        """End, pause or resume a subscription that someone may change, or open the form for it."""
        act, _, subscription_id = ask.text.partition(" ")
        one = await self.subscribing.held(ask, subscription_id)
        if act in {"end", "pause"}:
            return await self._end(ask, one, is_pause=act == "pause")
        if act == "resume":
            there = replace(ask, channel=one.schedule.plan.audience)
            return await self._follow(there, _as_it_was(one), one.query)
        return Reply(modal=await self.subscribing.change(ask, one), publishes=False)

    async def _end(self, ask: Ask, one: Subscription, *, is_pause: bool) -> Reply:
        await self.verbs.end(ask, one, is_pause=is_pause)
        hears = replies.hearing(one.schedule, "no more of")
        told = line(hears, run(page.name(one.name), bold=True), run("."))
        again = "Until you resume it: what arrives meanwhile is not sent later, and search finds it."
        return Reply([told, small(again if is_pause else replies.begins_again(one, command=self.command))])

    async def preview(self, ask: Ask) -> Message:
        """Return what a digest would say now."""
        one = await self.scheduling.seen(ask, ask.text)
        whose = (ask.workspace, one.plan.audience, setter_of(ask))
        return await asyncio.to_thread(self.verbs.digests.preview, *whose, schedule=one, now=self.verbs.now())

    async def change(self, ask: Ask) -> Reply:
        """Open the form for a digest."""
        one = await self.scheduling.held(ask, ask.text)
        return Reply(modal=await self.scheduling.change(ask, one), publishes=False)

    async def stop(self, ask: Ask) -> Reply:
        """Stop a digest, and tell its channel."""
        one = await self.scheduling.held(ask, ask.text)
        await asyncio.to_thread(self.verbs.digests.stop, one, setter_of(ask), now=self.verbs.now())
        again = f"{self.command} digest here {replies.as_typed(one)} begins it again"
        await self.verbs.tell(one, replies.ended(one, setter_of(ask), again=again))
        there = "written in the channel" if is_channel(one.plan.audience) else "written to Briefbot"
        told = line(*page.whose(one), run(f"That digest comes no more ({one.plan.in_words})."))
        return Reply([told, small(f"{again}, {there}.")])

    async def _follow(self, ask: Ask, wish: Wish, query: str) -> Reply:
        made, past, _ = await self.verbs.follow(ask, wish, query)
        return Reply([replies.heard(made, past)])

    @property
    def command(self) -> str:
        """What people type."""
        return self.verbs.config.command


def _as_it_was(one: Subscription) -> Wish:
    """Return the wish for a subscription to come as it came."""
    plan, when = one.schedule.plan, one.schedule.plan.when
    weekday, at = (when.weekday, when.at) if when else (None, None)
    return Wish(one.name, is_channel(plan.audience), plan.cadence, weekday, at, plan.zone)
