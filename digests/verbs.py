"""The verbs that subscribe and schedule: `subscribe`, `subscriptions`, `unsubscribe`, `digest`."""

import asyncio
import datetime
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from rapidfuzz import process, utils

from bot.config import DAYS, Config
from bot.errors import BotError
from bot.search.answer import Answer
from bot.search.search import Searcher
from bot.slack.blocks import Block, Message, actions
from bot.slack.command import ALONE, Ask, Verb
from digests import panel, replies
from digests.digests import POST, Digests
from digests.forms import fields
from digests.permission import Permission
from digests.reach import Reach
from digests.schedule import (
    Cadence,
    Kind,
    Plan,
    Schedule,
    Setter,
    Subscription,
    is_channel,
)
from digests.slots import When
from digests.subject import PAST, Subjects, chosen, followed
from digests.subscriptions import Start, Subscriptions
from digests.wish import Wish, read_wish

ANYTHING = re.compile(r".*", re.DOTALL)
A_DIGEST = re.compile(rf"(?:(?:here|past|stop|daily|weekly|every|{'|'.join(DAYS)})\b.*)?", re.IGNORECASE)
"""What follows `digest` where it is a verb; anything else is a question about digests."""

WAYS = (
    ("subscribe TOPIC", "hear of what arrives; daily 09:00 or weekly monday 09:00 after it tells when"),
    ("subscriptions", "yours and this channel's; unsubscribe NUMBER, NAME or all ends them"),
    ("digest here monday 09:00", "the week's themes, in this channel; digest shows what it would say now"),
    ("digest here TOPIC, TOPIC friday 09:00", "the same on some topics alone; digest past opens old ones"),
)
"""What help tells of these verbs."""


@dataclass(frozen=True, slots=True)
class Verbs:
    """The verbs, with what they work on."""

    subscriptions: Subscriptions
    digests: Digests
    searcher: Searcher
    config: Config
    reach: Reach
    permission: Permission
    revision: Callable[[], int]
    now: Callable[[], datetime.datetime]

    @property
    def subjects(self) -> Subjects:
        """What reads the topics and questions that people name."""
        return Subjects(self.searcher, self.config)

    def verbs(self) -> dict[str, Verb]:
        """Return them by name."""
        return {
            "subscribe": Verb(self.subscribe, takes=ANYTHING),
            "subscriptions": Verb(self.list, takes=ALONE),
            "unsubscribe": Verb(self.unsubscribe, takes=ANYTHING),
            "digest": Verb(self.digest, takes=A_DIGEST),
        }

    async def follow_search(self, ask: Ask) -> Message:
        """Begin a subscription to what was searched for."""
        return await self.subscribe(replace(ask, text=followed(ask.text)))

    async def subscribe(self, ask: Ask) -> Message:
        """Begin a subscription, or change when it comes."""
        wish = read_wish(ask.text)
        if not wish.subject:
            topic = next(iter(self.config.topics), "TOPIC")
            return replies.how_to_subscribe(topic, command=self.config.command)
        query = self.subjects.query(wish.subject, today=self.now().date())
        made, past, is_new = await self.follow(ask, wish, query)
        return replies.subscribed(made, past, is_new=is_new, command=self.config.command)

    async def follow(
        self, ask: Ask, wish: Wish, query: str, *, instead_of: Subscription | None = None
    ) -> tuple[Subscription, Answer, bool]:
        """Begin a subscription to *query*, or change when it comes, as a wish tells, whatever its subject.

        What it stands *instead_of* ends with that. Returns it, what it would have brought in the past 30
        days, and whether it is new.
        """
        now = self.now()
        past = await asyncio.to_thread(self.past, query, workspace=ask.workspace)
        audience = _audience(ask, is_here=wish.is_here)
        known = await asyncio.to_thread(self.subscriptions.of_audience, ask.workspace, audience)
        changed = [one.setter for one in known if one.query == query]
        changed += [instead_of.setter] if instead_of else []
        plan, _ = await asyncio.gather(  # Both may ask Slack, and someone waits.
            self._plan(ask, wish, Kind.SUBSCRIPTIONS, Cadence.INSTANT),
            self.permission.check(ask, audience, changed),
        )
        setter, limits = setter_of(ask), self.config.digests.limits
        subscribe = partial(
            self.subscriptions.subscribe,
            now=now,
            start=Start(await asyncio.to_thread(self.revision), now),
            most=limits.channel if is_channel(plan.audience) else limits.person,
        )
        made, is_new = await asyncio.to_thread(subscribe, plan, query, setter, instead_of=instead_of)
        left = instead_of if instead_of and instead_of.id != made.id else None
        if is_channel(plan.audience) and is_new:
            try:
                await self._announce(plan, replies.announced(made.schedule, made.name), setter)
            except BotError:
                was_paused = any(one.id == made.id for one in known)  # Of what is new there was none else.
                await asyncio.to_thread(self._take_back, made, left, subscribe, setter, is_pause=was_paused)
                raise
        if left:
            await self.tell(left.schedule, replies.silenced(left, setter, is_pause=False))
        return made, past, is_new

    def _take_back(
        self,
        made: Subscription,
        left: Subscription | None,
        subscribe: Callable[..., tuple[Subscription, bool]],
        by: Setter,
        *,
        is_pause: bool,
    ) -> None:
        """End what no channel could be told of, as a pause if it was one; what was *left* for it goes on."""
        end = partial(self.subscriptions.unsubscribe, by=by, now=self.now())
        if left is None:
            end([made], is_pause=is_pause)
            return
        again, _ = subscribe(left.schedule.plan, left.query, left.setter, instead_of=made)
        if left.is_paused:
            end([again], is_pause=True)

    async def end(self, ask: Ask, one: Subscription, *, is_pause: bool = False) -> None:
        """End a subscription, for good or as a pause, and tell its channel."""
        by, end = setter_of(ask), self.subscriptions.unsubscribe
        await asyncio.to_thread(end, [one], by=by, now=self.now(), is_pause=is_pause)
        await self.tell(one.schedule, replies.silenced(one, by, is_pause=is_pause))

    def past(self, query: str, *, workspace: str) -> Answer:
        """Return what a subscription to *query* would have brought in the past 30 days."""
        return self.searcher.search(
            f"{query} {PAST}",
            workspace=workspace,
            limit=replies.EXAMPLES,
            today=self.now().date(),
            is_strict=True,
        )

    async def list(self, ask: Ask) -> Message:
        """List what a person and the channel have."""
        mine, channels = await self._lists(ask)
        here = _audience(ask, is_here=True)
        digests = await asyncio.to_thread(
            self.subscriptions.schedules, Kind.DIGEST, workspace=ask.workspace, audience=here
        )
        today = self.now().date()
        gone = {
            one.id for one in (*mine, *channels) if not self.subjects.can_be_asked(one.query, today=today)
        }
        topics = self.config.topics.keys()
        gone |= {one.id for one in digests if one.plan.topics and topics.isdisjoint(one.plan.topics)}
        return replies.subscriptions(mine, channels, digests, gone, command=self.config.command)

    async def unsubscribe(self, ask: Ask) -> Message:
        """End subscriptions, by their number in the list, by name, or all."""
        mine, channels = await self._lists(ask)
        command = self.config.command
        wish = read_wish(ask.text)
        subject = wish.subject
        if not subject:
            raise BotError(f"Which one? Write its number or name: {command} subscriptions lists them.")
        topic = self.subjects.topic(subject)
        ended = chosen(topic or subject, mine, channels, is_here=wish.is_here)
        if not ended:
            raise BotError(self._not_subscribed(subject, mine, channels, is_here=wish.is_here))
        for one in ended:
            await self.permission.check(ask, one.schedule.plan.audience, [one.setter])
        by = setter_of(ask)
        await asyncio.to_thread(self.subscriptions.unsubscribe, ended, by=by, now=self.now())
        return replies.unsubscribed(ended, command=command)

    async def digest(self, ask: Ask) -> Message:
        """Show what a digest would say now; schedule one for this channel; end them."""
        first, _, rest = ask.text.partition(" ")
        if first.lower() == "stop":
            return await self._stop(ask, rest)
        if ask.text.lower() == "past":
            return await self._past(ask)
        wish = read_wish(ask.text)
        topics = self.subjects.topics(wish.subject) if wish.subject else ()
        if not ask.text:
            return await self._preview(ask)
        if not wish.is_here:
            raise BotError(f"For which channel? Write {self.config.command} digest here {ask.text} in it.")
        schedule, is_new = await self.schedule(ask, wish, topics)
        return replies.scheduled(schedule, is_new=is_new, command=self.config.command)

    async def _past(self, ask: Ask) -> Message:
        audience = _audience(ask, is_here=True)
        past = await asyncio.to_thread(self.digests.past.digests, ask.workspace, audience)
        return panel.past(past, self.config.digests.weekly.timezone, command=self.config.command)

    async def _preview(self, ask: Ask) -> Message:
        audience = _audience(ask, is_here=True)
        shown = await asyncio.to_thread(
            self.digests.preview, ask.workspace, audience, setter_of(ask), now=self.now()
        )
        return {**shown, "blocks": _with(shown["blocks"], fields.schedule_button())}

    async def schedule(self, ask: Ask, wish: Wish, topics: tuple[str, ...]) -> tuple[Schedule, bool]:
        """Begin a digest as a wish tells; return it, and whether it is new."""
        if wish.cadence is Cadence.INSTANT:
            raise BotError("A digest gathers: write daily 09:00 or weekly monday 09:00.")
        plan, _ = await asyncio.gather(
            self._plan(ask, wish, Kind.DIGEST, Cadence.WEEKLY),
            self.permission.check(ask, _audience(ask, is_here=wish.is_here)),
        )
        plan = replace(plan, topics=topics)
        setter, now = setter_of(ask), self.now()
        schedule, is_new = await asyncio.to_thread(self.digests.begin, plan, setter, now=now)
        if is_new and is_channel(plan.audience):
            try:
                await self._announce(plan, replies.announced(schedule), setter)
            except BotError:
                await asyncio.to_thread(self.subscriptions.end, [schedule], by=setter, now=now)
                raise
        return schedule, is_new

    async def _stop(self, ask: Ask, rest: str) -> Message:
        if rest.strip().lower() != "here":
            raise BotError(
                f"Write {self.config.command} digest stop here, in the channel whose digest is to end."
            )
        audience = _audience(ask, is_here=True)
        running = await asyncio.to_thread(
            self.subscriptions.schedules, Kind.DIGEST, workspace=ask.workspace, audience=audience
        )
        if not running:
            raise BotError(
                f"No digest comes here. {self.config.command} digest here monday 09:00 sets one up."
            )
        await self.permission.check(ask, audience, [one.setter for one in running])
        await asyncio.to_thread(self.subscriptions.end, running, by=setter_of(ask), now=self.now())
        return replies.stopped(running, command=self.config.command)

    async def _announce(self, plan: Plan, told: str, setter: Setter) -> None:
        message = replies.announcement(told, setter, command=self.config.command)
        await self.reach.announce(plan.workspace, plan.audience, message)

    async def tell(self, schedule: Schedule, message: Message) -> None:
        """Tell a channel of what was changed for it, also where Briefbot may post no more."""
        if is_channel(schedule.plan.audience):
            with suppress(BotError):
                await self.reach.announce(schedule.plan.workspace, schedule.plan.audience, message)

    async def _lists(self, ask: Ask) -> tuple[Sequence[Subscription], Sequence[Subscription]]:
        mine = await asyncio.to_thread(self.subscriptions.of_audience, ask.workspace, ask.user)
        if not is_channel(ask.channel):
            return mine, []
        return mine, await asyncio.to_thread(self.subscriptions.of_audience, ask.workspace, ask.channel)

    async def _plan(self, ask: Ask, wish: Wish, kind: Kind, default: Cadence) -> Plan:
        audience = _audience(ask, is_here=wish.is_here)
        weekly = self.config.digests.weekly
        cadence = wish.cadence or default
        zone = wish.zone or await self.zone(ask, audience)
        if cadence is Cadence.INSTANT:
            return Plan(ask.workspace, audience, kind, cadence, zone)
        weekday = None
        if cadence is Cadence.WEEKLY:
            weekday = DAYS.index(weekly.day.lower()) if wish.weekday is None else wish.weekday
        when = When(weekday, wish.at or weekly.at, zone)
        return Plan(ask.workspace, audience, kind, cadence, zone, when)

    async def zone(self, ask: Ask, audience: str) -> str:
        """Return the zone that a channel has its other schedules in, or else the person's."""
        if is_channel(audience):
            known = await asyncio.to_thread(self.subscriptions.of_audience, ask.workspace, audience)
            digests = await asyncio.to_thread(
                self.subscriptions.schedules, Kind.DIGEST, workspace=ask.workspace, audience=audience
            )
            for schedule in (*digests, *(one.schedule for one in known)):
                return schedule.plan.zone
        return await self.reach.zone(ask.workspace, ask.user) or self.config.digests.weekly.timezone

    def _not_subscribed(
        self, subject: str, mine: Sequence[Subscription], channels: Sequence[Subscription], *, is_here: bool
    ) -> str:
        command = self.config.command
        if not is_here and chosen(subject, channels, [], is_here=False):
            return f"Not you, but this channel is subscribed to that: {command} unsubscribe here {subject}"
        names = [one.name for one in (channels if is_here else mine)]
        near = process.extractOne(subject, names, processor=utils.default_process, score_cutoff=60)
        hint = f"Did you mean {near[0]}?" if near else f"{command} subscriptions lists what there is."
        return f"There is no subscription “{subject}”. {hint}"


def _audience(ask: Ask, *, is_here: bool) -> str:
    """Return whom it is for: the channel where it is typed if that was said, and is one; else the person."""
    return ask.channel if is_here and is_channel(ask.channel) else ask.user


def _with(blocks: Sequence[Block], more: Block) -> Sequence[Block]:
    """Return the blocks of a preview with one more button, beside the one that posts it."""
    *before, last = blocks
    if last["type"] == "actions" and any(one["action_id"] == POST for one in last["elements"]):
        return [*before, actions(*last["elements"], more)]
    return [*blocks, actions(more)]


def setter_of(ask: Ask) -> Setter:
    """Return who asks, as the one who sets something up."""
    return Setter(ask.user, ask.user_name or "A member")
