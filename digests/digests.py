"""Digests of the whole library: a channel's schedules, those of `config.yml`, previews, posts by hand."""

import dataclasses
import datetime
import uuid
from collections.abc import Mapping

from bot.config import DAYS, Config
from bot.errors import BotError
from bot.slack.blocks import Message, actions, button
from bot.store.library import Library
from digests import panel, replies
from digests.choose import LibraryChooser
from digests.deliveries import Deliveries
from digests.delivery import Content, Delivery
from digests.owing import Owing
from digests.past import Past
from digests.schedule import Cadence, Kind, Plan, Schedule, Setter, is_channel
from digests.slots import Slot, When, next_slot
from digests.subscriptions import Start, Subscriptions
from digests.telling import NOTHING_NEW, Themes

POST = "digest_post"
"""The action of the button under a preview."""

CONFIG = Setter("config.yml", "config.yml")
"""Who set up what the configuration says."""

LEFT_CONFIG = Setter("", "config.yml")
"""Who set up what the configuration said once: that it ended is not what people wanted."""

WEEK = datetime.timedelta(days=7)


class Digests:
    """Begins and shows digests. Every datetime is UTC-aware."""

    def __init__(
        self,
        subscriptions: Subscriptions,
        owing: Owing,
        deliveries: Deliveries,
        chooser: LibraryChooser,
        *,
        past: Past,
        library: Library,
        config: Config,
    ) -> None:
        self.past = past
        self._subscriptions = subscriptions
        self._owing = owing
        self._deliveries = deliveries
        self._chooser = chooser
        self._library = library
        self._config = config

    def begin(self, plan: Plan, setter: Setter, *, now: datetime.datetime) -> tuple[Schedule, bool]:
        """Begin a digest; return it, and whether it is new. The first covers the time before its slot.

        Raises BotError where the audience has as many as it may.
        """
        running = self._subscriptions.schedules(Kind.DIGEST, workspace=plan.workspace, audience=plan.audience)
        most = self._config.digests.limits.digests
        if len(running) >= most and plan.id not in {schedule.id for schedule in running}:
            raise BotError(f"There are {most} digests here already, which is the limit. End them first.")
        return self._subscriptions.begin(plan, setter, now=now, start=self._start(plan, now))

    def follow_config(self, workspace: str, *, now: datetime.datetime) -> None:
        """Begin and end the digests that `config.yml` names; one that people stopped stays stopped."""
        weekly = self._config.digests.weekly
        when = When(DAYS.index(weekly.day.lower()), weekly.at, weekly.timezone)
        topics = weekly.topics
        running = [
            one
            for one in self._subscriptions.schedules(Kind.DIGEST, workspace=workspace)
            if one.setter == CONFIG
        ]
        before = {one.plan.audience: one for one in running}
        wanted: Mapping[str, Plan] = {
            plan.id: plan
            for channel in weekly.channels
            for plan in [Plan(workspace, channel, Kind.DIGEST, Cadence.WEEKLY, weekly.timezone, when, topics)]
        }
        for plan in wanted.values():
            known = self._subscriptions.known(plan)
            if known is None or (known.ended_at and known.setter == LEFT_CONFIG):
                moved = before.get(plan.audience)  # To another time: it goes on where that one was.
                start = Start(moved.covered_to, moved.covered_at) if moved else self._start(plan, now)
                self._subscriptions.begin(plan, CONFIG, now=now, start=start)
        gone = [one for one in running if one.id not in wanted]
        self._subscriptions.end(gone, by=CONFIG, now=now, setter=LEFT_CONFIG)

    def running(self, schedule_id: str, *, workspace: str) -> Schedule:
        """Return a digest. Raises BotError where it is no more."""
        for schedule in self._subscriptions.schedules(Kind.DIGEST, workspace=workspace):
            if schedule.id == schedule_id:
                return schedule
        raise BotError(self._gone)

    def move(
        self,
        schedule: Schedule,
        when: When,
        setter: Setter,
        *,
        topics: tuple[str, ...] | None = None,
        now: datetime.datetime,
    ) -> Schedule:
        """Let a digest come at another time, or on other *topics*; it goes on where it was.

        Raises BotError where someone else has changed or stopped it meanwhile.
        """
        cadence = Cadence.DAILY if when.weekday is None else Cadence.WEEKLY
        topics = schedule.plan.topics if topics is None else topics
        plan = dataclasses.replace(schedule.plan, when=when, cadence=cadence, topics=topics)
        if plan.id == schedule.id:
            return schedule
        start = Start(schedule.covered_to, schedule.covered_at)
        moved = self._subscriptions.move(schedule, plan, setter, now=now, start=start)
        if moved is None:
            raise BotError(self._gone)
        return moved

    def stop(self, schedule: Schedule, by: Setter, *, now: datetime.datetime) -> None:
        """End a digest. Raises BotError where someone else has changed or stopped it meanwhile."""
        if not self._subscriptions.end([schedule], by=by, now=now):
            raise BotError(self._gone)

    def beside(self, schedule: Schedule) -> int:
        """Return how many digests its audience has beside this one."""
        whose = {"workspace": schedule.plan.workspace, "audience": schedule.plan.audience}
        running = self._subscriptions.schedules(Kind.DIGEST, **whose)
        return len([one for one in running if one.id != schedule.id])

    def place(self, audience: str) -> tuple[str, str]:
        """Return in which workspace an audience is, '' if that is not known, and the zone of its digests."""
        workspace = self.past.workspace_of(audience)
        running = self._running(workspace, audience)
        return workspace, running.plan.zone if running else self._zone

    def content(
        self,
        workspace: str,
        audience: str,
        setter: Setter,
        *,
        schedule: Schedule | None = None,
        now: datetime.datetime,
    ) -> tuple[Themes, Content]:
        """Return what a digest of *audience* would say now, this *schedule* if it has several; and of what.

        Raises BotError while the index is behind the library.
        """
        delivery = self._delivery(workspace, audience, setter, schedule, now)
        plan = delivery.schedule.plan
        found = self._chooser.digest(delivery)
        if found is None:
            raise BotError("The index is catching up with the library; try again in a moment.")
        return found, found.content(self._deliveries.told(plan.workspace, plan.audience, found.hashes))

    def preview(
        self,
        workspace: str,
        audience: str,
        setter: Setter,
        *,
        schedule: Schedule | None = None,
        now: datetime.datetime,
    ) -> Message:
        """Return what a digest of *audience* would say now; by its button *setter* posts it there."""
        themes, content = self.content(workspace, audience, setter, schedule=schedule, now=now)
        delivery = themes.delivery
        quiet = f"Nothing new has arrived since {replies.past_moment(delivery.covers_since, self._zone)}."
        if themes.skips != NOTHING_NEW:
            quiet = f"Nothing is sent: {themes.skips}."
        elif self._config.digests.quiet_week == "skip":
            quiet += " As quiet_week is set to skip, nothing would be sent."
        shown = panel.preview(content, quiet=quiet, command=self._config.command)
        if content.messages and is_channel(audience):
            covers = f"{delivery.covers_from} {delivery.covers_to} {delivery.covers_since.isoformat()}"
            value = f"{uuid.uuid4().hex} {covers} {delivery.due_at.isoformat()}"
            shown["blocks"].append(actions(button("Post it in this channel", POST, value)))
        return shown

    def owe(
        self, workspace: str, audience: str, posted: str, setter: Setter, *, now: datetime.datetime
    ) -> bool:
        """Owe what a preview showed, by its button; False where it was clicked before.

        A second click tries again what could not be posted, as before Briefbot was invited. Raises BotError
        for a button that carries nothing of it.
        """
        slot, covers, since = _carried(posted)
        running = self._running(workspace, audience)
        topics = running.plan.topics if running else ()
        plan = Plan(workspace, audience, Kind.ONCE, Cadence.ONCE, self._zone, topics=topics)
        start = Start(covers[1], now)
        schedule, _ = self._subscriptions.begin(plan, setter, now=now, start=start)
        is_new = self._owing.owe_once(schedule, slot, covers=covers, since=since)
        self._subscriptions.end([schedule], by=setter, now=now)  # Who posts next is another.
        if not is_new:
            self._deliveries.again(workspace, audience, slot=slot.name)
        return is_new

    def outcome(self, workspace: str, audience: str, button: str) -> tuple[str, str | None] | None:
        """Return what became of what was posted by hand: its state, and a reason."""
        return self._deliveries.outcome(workspace, audience, slot=button.split(" ", maxsplit=1)[0])

    @property
    def _gone(self) -> str:
        command = self._config.command
        return f"That digest has been changed or stopped; {command} subscriptions shows what there is."

    @property
    def _zone(self) -> str:
        return self._config.digests.weekly.timezone

    def _start(self, plan: Plan, now: datetime.datetime) -> Start:
        """A digest covers the week, or the day, before it comes: the first one too."""
        if plan.when is None:
            return Start(self._library.state().revision, now)
        period = datetime.timedelta(days=1) if plan.when.weekday is None else WEEK
        since = next_slot(plan.when, now).due - period
        return Start(self._library.revision_at(since), since)

    def _delivery(
        self,
        workspace: str,
        audience: str,
        setter: Setter,
        schedule: Schedule | None,
        now: datetime.datetime,
    ) -> Delivery:
        """Return the delivery that would be due now: since the channel's last digest, or of a week."""
        now = _whole_second(now)
        schedule = schedule or self._running(workspace, audience)
        covers_from, since = self._library.revision_at(now - WEEK), now - WEEK
        if schedule is None:
            plan = Plan(workspace, audience, Kind.ONCE, Cadence.ONCE, self._zone)
            schedule = Schedule(plan.id, plan, setter, now, covers_from, since, None, None, None)
        elif schedule.covered_at < now:  # Else it is asked for a time that has passed.
            covers_from, since = schedule.covered_to, schedule.covered_at
        upto = max(self._library.revision_at(now), covers_from)
        return Delivery("", schedule, "", now, covers_from, upto, since, False, 0, ())

    def _running(self, workspace: str, audience: str) -> Schedule | None:
        """Return the digest of an audience that has come furthest."""
        running = self._subscriptions.schedules(Kind.DIGEST, workspace=workspace, audience=audience)
        return max(running, key=lambda schedule: schedule.covered_to, default=None)


def _whole_second(moment: datetime.datetime) -> datetime.datetime:
    """Return the end of the second, which people can type."""
    floor = moment.replace(microsecond=0)
    return floor if floor == moment else floor + datetime.timedelta(seconds=1)


def _carried(posted: str) -> tuple[Slot, tuple[int, int], datetime.datetime]:
    """Return what a preview's button carries: its slot, the revisions that it covers, and since when."""
    try:
        token, covers_from, covers_to, since, until = posted.split(" ")
        slot = Slot(token, datetime.datetime.fromisoformat(until))
        return slot, (int(covers_from), int(covers_to)), datetime.datetime.fromisoformat(since)
    except ValueError as error:
        raise BotError("That preview can no longer be posted; ask for a digest again.") from error
