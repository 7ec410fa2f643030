"""The form that schedules a digest, or changes one: what stands in it, and what comes of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.errors import BotError
from bot.slack.blocks import Block, Message, entry, field, line, multi_select, run
from bot.slack.command import Ask
from digests import replies
from digests.forms import fields
from digests.forms.fields import SCHEDULE, TOPICS, Carried, Filled
from digests.home import page
from digests.home.visit import sees
from digests.schedule import Schedule, is_channel
from digests.slots import When
from digests.verbs import Verbs, setter_of

TITLES = ("Schedule a digest", "Change this digest")

WHAT_IT_IS = "A digest sums up what arrived: the topics, what rises, and quotations, word for word."


@dataclass(frozen=True, slots=True)
class Scheduling:
    """Shows the form and does what it asks for. What it changes is looked for among what one may change."""

    verbs: Verbs
    name: str = SCHEDULE

    async def new(self, ask: Ask, *, words: str = "", is_home: bool = False) -> Block:  # noqa: ARG002 - as of each form
        """Return the form, for the channel where it is opened."""
        weekly = self.verbs.config.digests.weekly
        carried = Carried(channel=ask.channel if is_channel(ask.channel) else "", is_home=is_home)
        return await self.view(ask, Filled(is_here=True, often=weekly.day.lower(), at=weekly.at), carried)

    async def change(self, ask: Ask, one: Schedule) -> Block:
        """Return the form with a digest in it, as it is opened from Home."""
        often, at = fields.planned(one.plan)
        return await self.view(
            ask, Filled(one.plan.topics, often=often, at=at), Carried(one.id, is_home=True)
        )

    async def view(self, ask: Ask, filled: Filled, carried: Carried) -> Block:
        """Return the form as it is filled in."""
        one = await self.held(ask, carried.changes) if carried.changes else None
        whose = filled.channel or carried.channel if filled.is_here else ask.user
        zone = one.plan.zone if one else await self.verbs.zone(ask, whose)
        topics = self.verbs.config.topics
        choices = fields.offered(topics, filled.topics, most=100)
        chosen = [one for one in choices if one[1] in filled.topics]
        menu = multi_select("All of them", TOPICS, choices, chosen=chosen)
        blocks = [
            *(_told(one) if one else [entry(WHAT_IT_IS)]),
            *fields.who(filled, carried),
            *([field("Topics; none chosen are all", menu, optional=True)] if topics else []),
            *fields.when(filled, zone=zone, instant=False),
        ]
        return fields.form(carried, self.name, TITLES, blocks)

    async def save(self, ask: Ask, filled: Filled, carried: Carried) -> tuple[Message, Sequence[Block]]:
        """Schedule what the form asks for, or change it; return the confirmation, and the same for Home.

        Raises Misfilled for a field, BotError where it cannot be done.
        """
        topics = fields.fitting(self.verbs.subjects, filled, TOPICS)
        if carried.changes:
            made, is_new = await self._move(ask, filled, topics, carried.changes), True
        else:
            there = replace(ask, channel=filled.channel)
            made, is_new = await self.verbs.schedule(there, fields.wish(filled, instant=False), topics)
        confirms = replies.scheduled(made, is_new=is_new, command=self.verbs.config.command, is_afar=True)
        return confirms, [line(*page.whose(made), run(f"The digest comes {replies.cadence(made)}."))]

    async def held(self, ask: Ask, schedule_id: str) -> Schedule:
        """Return a digest that who asks may change. Raises BotError where there is none such."""
        one = await self.seen(ask, schedule_id)
        await self.verbs.permission.check(ask, one.plan.audience, [one.setter])
        return one

    async def seen(self, ask: Ask, schedule_id: str) -> Schedule:
        """Return a digest that who asks may see. Raises BotError where there is none such."""
        running = self.verbs.digests.running
        one = await asyncio.to_thread(running, schedule_id, workspace=ask.workspace)
        if not sees(ask.user, one, is_guest=await self.verbs.reach.is_guest(ask.workspace, ask.user)):
            raise BotError("That digest is someone else's.")
        return one

    async def _move(self, ask: Ask, filled: Filled, topics: tuple[str, ...], schedule_id: str) -> Schedule:
        one, setter = await self.held(ask, schedule_id), setter_of(ask)
        wish = fields.wish(filled, instant=False)
        when = When(wish.weekday, wish.at or filled.at, one.plan.zone)
        move = self.verbs.digests.move
        moved = await asyncio.to_thread(move, one, when, setter, topics=topics, now=self.verbs.now())
        if moved is not one:
            told = replies.announced(moved)
            await self.verbs.tell(
                moved, replies.announcement(told, setter, command=self.verbs.config.command)
            )
        return moved


def _told(one: Schedule) -> list[Block]:
    told = f"The digest{replies.of_topics(one)} comes {replies.cadence(one)}."
    if is_channel(one.plan.audience):
        told += " Its channel is told of the change, and of who made it."
    return [line(*page.whose(one), run(told, most=500))]
