"""What is done from Home: topics are subscribed to, times changed, digests previewed and stopped."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from bot.config import DAYS
from bot.errors import BotError
from bot.search.query import topic_query
from bot.slack.blocks import Block, Message, line, run, small
from bot.slack.command import Ask
from digests import forms, home, replies
from digests.home import Pages, pages_of
from digests.oversight import Oversight
from digests.schedule import Cadence, Schedule, Subscription, is_channel
from digests.slots import When
from digests.verbs import Verbs, setter_of
from digests.visit import Visits, sees
from digests.wish import Wish

SAVE_SUBSCRIPTION, SAVE_DIGEST = "home_save_subscription", "home_save_digest"
"""What takes in the two forms."""


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

    async def home(self, workspace: str, user: str, pages: Pages, notice: Sequence[Block]) -> Block:
        """Return a person's Home as it is now."""
        today = self.verbs.now().date()
        # Both ask Slack who it is, and someone waits.
        is_guest, failures = await asyncio.gather(
            self.verbs.reach.is_guest(workspace, user), self.oversight.failures(workspace, user)
        )
        visit = await asyncio.to_thread(self.visits.of, workspace, user, is_guest=is_guest, today=today)
        fixed = {
            one.id
            for one in visit.digests
            if not self.verbs.permission.allows(
                user, one.plan.audience, [one.setter], is_operator=failures is not None
            )
        }
        return home.view(visit, pages, notice, command=self.command, failures=failures, fixed=fixed)

    async def turn(self, ask: Ask) -> Reply:
        """Turn a page of one of Home's lists."""
        return Reply(pages=pages_of(ask.text))

    async def subscribe(self, ask: Ask) -> Reply:
        """Subscribe a person to a topic."""
        for topic in self.verbs.config.topics:
            if home.topic_id(topic) == ask.text:
                return await self._follow(ask, Wish(topic), topic_query(topic))
        raise BotError("That topic is declared no more.")

    async def subscription(self, ask: Ask) -> Reply:
        """End, pause or resume one of a person's subscriptions, or ask when it is to come."""
        act, _, subscription_id = ask.text.partition(" ")
        one = await asyncio.to_thread(self._own, ask, subscription_id)
        if act in {"end", "pause"}:
            return await self._end(ask, one, is_pause=act == "pause")
        if act == "resume":
            return await self._follow(ask, _as_it_was(one), one.query)
        form = self._form(one.schedule, f"You hear of {home.name(one.name)}.", SAVE_SUBSCRIPTION, one.id)
        return Reply(modal=form, publishes=False)

    async def _end(self, ask: Ask, one: Subscription, *, is_pause: bool) -> Reply:
        end = self.verbs.subscriptions.unsubscribe
        await asyncio.to_thread(end, [one], by=setter_of(ask), now=self.verbs.now(), is_pause=is_pause)
        told = line(run("You hear no more of "), run(home.name(one.name), bold=True), run("."))
        again = "Until you resume it: what arrives meanwhile is not sent later, and search finds it."
        return Reply([told, small(again if is_pause else replies.begins_again(one, command=self.command))])

    async def save_subscription(self, ask: Ask, often: str, at: str) -> Reply:
        """Let a subscription come as was chosen."""
        one = await asyncio.to_thread(self._own, ask, ask.text)
        zone = one.schedule.plan.zone
        if often == "instant":
            wish = Wish(one.name, cadence=Cadence.INSTANT, zone=zone)
        elif often == "daily":
            wish = Wish(one.name, cadence=Cadence.DAILY, at=at, zone=zone)
        else:
            wish = Wish(one.name, cadence=Cadence.WEEKLY, weekday=DAYS.index(often), at=at, zone=zone)
        return await self._follow(ask, wish, one.query)

    async def preview(self, ask: Ask) -> Message:
        """Return what a digest would say now."""
        one = await self._digest(ask)
        whose = (ask.workspace, one.plan.audience, setter_of(ask))
        return await asyncio.to_thread(self.verbs.digests.preview, *whose, schedule=one, now=self.verbs.now())

    async def change(self, ask: Ask) -> Reply:
        """Ask when a digest is to come."""
        one = await self._own_digest(ask)
        told = f"The digest comes {replies.cadence(one)}."
        if is_channel(one.plan.audience):
            told += " Its channel is told of the change, and of who made it."
        return Reply(modal=self._form(one, told, SAVE_DIGEST, one.id), publishes=False)

    async def save_digest(self, ask: Ask, often: str, at: str) -> Reply:
        """Let a digest come as was chosen, and tell its channel."""
        one, setter = await self._own_digest(ask), setter_of(ask)
        when = When(None if often == "daily" else DAYS.index(often), at, one.plan.zone)
        moved = await asyncio.to_thread(self.verbs.digests.move, one, when, setter, now=self.verbs.now())
        told = replies.announced(moved)
        if moved is not one:
            await self._tell(moved, replies.announcement(told, setter, command=self.command))
        return Reply([line(*home.whose(moved), run(f"The digest comes {replies.cadence(moved)}."))])

    async def stop(self, ask: Ask) -> Reply:
        """Stop a digest, and tell its channel."""
        one = await self._own_digest(ask)
        await asyncio.to_thread(self.verbs.digests.stop, one, setter_of(ask), now=self.verbs.now())
        again = f"{self.command} digest here {replies.as_typed(one)} begins it again"
        await self._tell(one, replies.ended(one, setter_of(ask), again=again))
        there = "written in the channel" if is_channel(one.plan.audience) else "written to Briefbot"
        told = line(*home.whose(one), run(f"That digest comes no more ({one.plan.in_words})."))
        return Reply([told, small(f"{again}, {there}.")])

    async def _follow(self, ask: Ask, wish: Wish, query: str) -> Reply:
        made, past, _ = await self.verbs.follow(ask, wish, query)
        brought = past.counted if past.total else "nothing"
        told = f" {replies.cadence(made.schedule)}. {replies.coming(made.schedule)}".rstrip()
        past_told = f" In the past 30 days it would have brought {brought}."
        return Reply([line(run("You hear of "), run(home.name(made.name), bold=True), run(told + past_told))])

    async def _tell(self, schedule: Schedule, message: Message) -> None:
        if is_channel(schedule.plan.audience):
            with suppress(BotError):  # It can be changed as well where Briefbot may post no more.
                await self.verbs.reach.announce(schedule.plan.workspace, schedule.plan.audience, message)

    def _own(self, ask: Ask, subscription_id: str) -> Subscription:
        for one in self.verbs.subscriptions.of_audience(ask.workspace, ask.user):
            if one.id == subscription_id:
                return one
        raise BotError("That subscription has ended already.")

    async def _digest(self, ask: Ask) -> Schedule:
        running = self.verbs.digests.running
        one = await asyncio.to_thread(running, ask.text, workspace=ask.workspace)
        if not sees(ask.user, one, is_guest=await self.verbs.reach.is_guest(ask.workspace, ask.user)):
            raise BotError("That digest is someone else's.")
        return one

    async def _own_digest(self, ask: Ask) -> Schedule:
        """Return a digest that who asks may change."""
        one = await self._digest(ask)
        await self.verbs.permission.check(ask, one.plan.audience, [one.setter])
        return one

    def _form(self, schedule: Schedule, told: str, callback: str, carries: str) -> Block:
        return forms.when(
            told,
            schedule.plan.when,
            at=self._at,
            zone=schedule.plan.zone,
            instant=callback == SAVE_SUBSCRIPTION,
            callback=callback,
            carries=carries,
        )

    @property
    def _at(self) -> str:
        return self.verbs.config.digests.weekly.at

    @property
    def command(self) -> str:
        """What people type."""
        return self.verbs.config.command


def _as_it_was(one: Subscription) -> Wish:
    """Return the wish for a subscription to come as it came."""
    plan, when = one.schedule.plan, one.schedule.plan.when
    weekday, at = (when.weekday, when.at) if when else (None, None)
    return Wish(one.name, cadence=plan.cadence, weekday=weekday, at=at, zone=plan.zone)
