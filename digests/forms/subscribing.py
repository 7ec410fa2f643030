"""The form that begins a subscription, or changes one: what stands in it, and what comes of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.errors import BotError
from bot.slack.blocks import Block, Message, entry, field, line, run, select, text_input
from bot.slack.command import Ask, plain
from bot.slack.failures import readable
from bot.slack.members import Members
from bot.slack.text import shown
from digests import replies
from digests.forms import fields
from digests.forms.fields import ANY, SUBSCRIBE, TOPIC, WITHOUT, WORDS, Carried, Filled, Misfilled
from digests.home import page
from digests.schedule import Subscription, is_channel
from digests.verbs import Verbs, setter_of
from digests.wish import Wish

TITLES = ("Subscribe", "Change this subscription")

COUNT_UNITS = 300
"""Characters of what is told of the past 30 days, or of why it cannot be."""

NOTHING_YET = "Choose a topic, or write words: here it says how many passages of the past 30 days match."


@dataclass(frozen=True, slots=True)
class Subscribing:
    """Shows the form and does what it asks for. What it changes is looked for among what one may change."""

    verbs: Verbs
    members: Members
    name: str = SUBSCRIBE

    async def new(self, ask: Ask, *, words: str = "", is_home: bool = False) -> Block:
        """Return the form, with *words* to begin from."""
        carried = Carried(channel=ask.channel if is_channel(ask.channel) else "", is_home=is_home)
        return await self.view(ask, Filled(words=words, at=self.verbs.config.digests.weekly.at), carried)

    async def change(self, ask: Ask, one: Subscription) -> Block:
        """Return the form with a subscription in it, as it is opened from Home."""
        topic, words, without = self.verbs.subjects.parts(one.query)
        often, at = fields.planned(one.schedule.plan)
        at = at or self.verbs.config.digests.weekly.at
        filled = Filled((topic,) if topic else (), words, without, often=often, at=at)
        return await self.view(ask, filled, Carried(one.id, is_home=True))

    async def view(self, ask: Ask, filled: Filled, carried: Carried) -> Block:
        """Return the form as it is filled in, with how many passages of the past 30 days match."""
        one = await self.held(ask, carried.changes) if carried.changes else None
        whose = filled.channel or carried.channel if filled.is_here else ask.user
        zone = one.schedule.plan.zone if one else await self.verbs.zone(ask, whose)
        told = await asyncio.to_thread(self._told, filled, ask.workspace)
        blocks = [
            *([line(replies.hearing(one.schedule), run(page.name(one.name), bold=True))] if one else []),
            *self._subject(filled),
            entry(told),
            *fields.when(filled, zone=zone, instant=True),
            *fields.who(filled, carried),
        ]
        return fields.form(carried, self.name, TITLES, blocks)

    async def save(self, ask: Ask, filled: Filled, carried: Carried) -> tuple[Message, Sequence[Block]]:
        """Begin what the form asks for, or change it; return the confirmation, and the same for Home.

        Raises Misfilled for a field, BotError where it cannot be done.
        """
        one = await self.held(ask, carried.changes) if carried.changes else None
        query = await asyncio.to_thread(self._query, filled)
        wish, ask = _wish(filled, one, ask)
        made, past, is_new = await self.verbs.follow(ask, wish, query, instead_of=one)
        if one and made.id == one.id and made.schedule.id != one.schedule.id and is_channel(ask.channel):
            told = replies.announcement(
                replies.announced(made.schedule, made.name), setter_of(ask), command=self.command
            )
            await self.verbs.tell(made.schedule, told)
        confirms = replies.subscribed(made, past, is_new=is_new, command=self.command, is_afar=True)
        return confirms, [replies.heard(made, past)]

    async def held(self, ask: Ask, subscription_id: str) -> Subscription:
        """Return a subscription that who asks may change: one's own, or one of a channel that one set up.

        Operators may change those of all channels. Raises BotError where there is none such.
        """
        find = self.verbs.subscriptions.find
        one = await asyncio.to_thread(find, subscription_id, workspace=ask.workspace)
        if one and await self._may_change(ask, one):
            return one
        raise BotError("That subscription has ended already.")

    async def _may_change(self, ask: Ask, one: Subscription) -> bool:
        if not is_channel(one.schedule.plan.audience):
            return one.schedule.plan.audience == ask.user
        return one.setter.id == ask.user or await self.members.is_operator(ask.workspace, ask.user)

    @property
    def command(self) -> str:
        """What people type."""
        return self.verbs.config.command

    def _subject(self, filled: Filled) -> list[Block]:
        topics, most = self.verbs.config.topics, self.verbs.config.limits.query_characters
        asks = []
        if topics:
            named = [ANY, *fields.offered(topics, filled.topics, most=99)]
            first = next((one for one in named if one[1] in filled.topics), ANY)
            asks.append(field("Topic", select("Any topic", TOPIC, named, chosen=first), tells=True))
        words = text_input(WORDS, 'As: "trusted data spaces"', most=most, filled=filled.words)
        without = text_input(WITHOUT, 'As: sports, "press release"', most=most, filled=filled.without)
        asks.append(field("Words that must stand there", words, optional=True, tells=True))
        asks.append(field("Leave out what has these", without, optional=True, tells=True))
        return asks

    def _query(self, filled: Filled) -> str:
        subjects, words = self.verbs.subjects, plain(filled.words)
        if not filled.topics and not words:
            raise Misfilled(WORDS, "Write what to look for, or choose a topic.")
        topic = next(iter(fields.fitting(subjects, filled, TOPIC)), "")
        try:
            return subjects.wanted(topic, words, plain(filled.without), today=self.verbs.now().date())
        except BotError as error:
            raise Misfilled(WORDS, str(error)) from error

    def _told(self, filled: Filled, workspace: str) -> str:
        if not filled.topics and not plain(filled.words):
            return NOTHING_YET
        try:
            past = self.verbs.past(self._query(filled), workspace=workspace)
        except BotError as error:
            return shown(readable(error), COUNT_UNITS)
        if not past.total:
            return "No passage of the past 30 days matches; it comes once one arrives."
        counted = past.counted[:1].upper() + past.counted[1:]
        matches = "matches" if past.total == 1 and past.is_exact else "match"
        return f"{counted} of the past 30 days {matches}."


def _wish(filled: Filled, one: Subscription | None, ask: Ask) -> tuple[Wish, Ask]:
    """Return when and for whom it is to come, as if it were typed there; what there is keeps whose it is."""
    if one is None:
        return fields.wish(filled, instant=True), replace(ask, channel=filled.channel)
    plan = one.schedule.plan
    kept = replace(filled, is_here=is_channel(plan.audience), channel=plan.audience)
    return fields.wish(kept, zone=plan.zone, instant=True), replace(ask, channel=plan.audience)
