"""The private answers about subscriptions and digests, and what is said in a channel that gets one."""

import datetime
from collections.abc import Collection, Sequence
from zoneinfo import ZoneInfo

from bot.config import DAYS
from bot.search.answer import Answer
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    channel,
    line,
    listed,
    message,
    run,
    small,
)
from bot.slack.passages import cited, room
from digests.footer import day_in_words, either
from digests.forms import fields
from digests.schedule import Schedule, Setter, Subscription, is_channel

LIST_UNITS = 9000
"""Characters of a list of subscriptions, shared among its lines."""

EXAMPLES = 3
"""Passages of the past that a confirmation shows."""


def subscribed(
    subscription: Subscription, past: Answer, *, is_new: bool, command: str, is_afar: bool = False
) -> Message:
    """Confirm a subscription: when it comes, and what it would have brought in the past 30 days.

    *is_afar* is for who does not stand in the channel that hears of it.
    """
    schedule = subscription.schedule
    who = "This channel hears" if is_channel(schedule.plan.audience) else "You hear"
    told = f"{who} of {subscription.name} {cadence(schedule)}" + ("." if is_new else ", from now on.")
    brought = would_have_brought(past)
    rest = past.total - len(past.hits)
    more = f" {rest if past.is_exact else 'Many'} more like these." if rest > 0 else ""
    hears = hearing(schedule) if is_afar else run(f"{who} of ")
    blocks = [
        line(hears, run(subscription.name, most=300, bold=True), run(f" {cadence(schedule)}.")),
        line(run(f"{coming(schedule)} {brought}".strip())),
    ]
    for hit in past.hits:
        blocks += cited(hit.excerpt, most=room(5), marks=hit.marks)
    typed = f"{_here(schedule)}{subscription.name}"
    hint = f"{command} unsubscribe {typed} ends it; {command} subscribe {typed} daily 09:00 changes when."
    if is_afar and is_channel(schedule.plan.audience):
        hint = f"Written in that channel, {hint}"
    blocks.append(small(f"{more} {hint}".strip()))
    return message(f"{told} {coming(schedule)} {brought}", blocks)


def would_have_brought(past: Answer) -> str:
    """Say how much would have come in the past 30 days."""
    return f"In the past 30 days it would have brought {past.counted if past.total else 'nothing'}."


def heard(made: Subscription, past: Answer) -> Block:
    """Say in a line what is heard of, when, and what it would have brought."""
    when = f" {cadence(made.schedule)}. {coming(made.schedule)}".rstrip()
    told = run(f"{when} {would_have_brought(past)}")
    return line(hearing(made.schedule), run(made.name, most=100, bold=True), told)


def hearing(schedule: Schedule, much: str = "of") -> list[Block]:
    """Return who hears of something, or how *much*, as someone reads it who may stand anywhere."""
    audience = schedule.plan.audience
    if is_channel(audience):
        return [*channel(audience), *run(f" hears {much} ")]
    return run(f"You hear {much} ")


def silenced(one: Subscription, setter: Setter, *, is_pause: bool) -> Message:
    """Say in a channel that it hears no more of something, and who ended or paused that."""
    act = "paused" if is_pause else "ended"
    return said(f"This channel hears no more of {one.name}: {setter.name} {act} it.")


def subscriptions(
    mine: Sequence[Subscription],
    channels: Sequence[Subscription],
    digests: Sequence[Schedule],
    gone: Collection[str] = (),
    *,
    command: str,
) -> Message:
    """List a person's subscriptions and those of the channel where it is asked, numbered through.

    *gone* are the ids of those whose topic is declared no more.
    """
    if not mine and not channels and not digests:
        told = "You have no subscriptions, and neither has this channel."
        return message(
            told, [line(run(told)), small(f"{command} subscribe TOPIC begins one; {command} topics.")]
        )
    most = LIST_UNITS // max(len(mine) + len(channels) + len(digests), 1)
    lines = [_listed(one, "", gone, most) for one in mine]
    lines += [_listed(one, "this channel, ", gone, most) for one in channels]
    counts = f"{len(mine)} of yours, {len(channels)} of this channel"
    blocks: list[Block] = [line(run("Subscriptions", bold=True), run(f"  {counts}"))]
    if lines:
        blocks.append(listed(lines, numbered=True))
    if digests:
        blocks.append(line(run("Digests of this channel", bold=True)))
        blocks.append(listed([_digest_line(schedule, gone, most) for schedule in digests]))
    hint = f"{command} unsubscribe NUMBER, NAME or all."
    if digests:
        hint += f" {command} digest stop here ends the digests."
    blocks.append(small(hint))
    names = ", ".join(one.name for one in (*mine, *channels))
    return message(f"Subscriptions: {counts}. {names}", blocks)


def unsubscribed(ended: Sequence[Subscription], *, command: str) -> Message:
    """Confirm what has ended, and how it begins again."""
    names = ", ".join(one.name for one in ended)
    here = "This channel hears" if is_channel(ended[0].schedule.plan.audience) else "You hear"
    told = f"{here} no more of {names}."
    return message(told, [line(run(told)), small(begins_again(ended[0], command=command))])


def begins_again(ended: Subscription, *, command: str) -> str:
    """Return how a subscription that ended begins again."""
    plan = ended.schedule.plan
    zone = f" {plan.zone}" if plan.when else ""
    return f"{command} subscribe {_here(ended.schedule)}{ended.name} {plan.in_words}{zone} begins it again."


def scheduled(schedule: Schedule, *, is_new: bool, command: str, is_afar: bool = False) -> Message:
    """Confirm a digest of a channel; *is_afar* is for who does not stand in it."""
    audience = schedule.plan.audience
    who = "This channel gets" if is_channel(audience) else "You get"
    told = f" a digest{of_topics(schedule)} {cadence(schedule)}."
    if not is_new:
        told = f" that digest already: {cadence(schedule)}."
    hint = f"{command} digest shows what it would say now; {command} digest stop here ends it."
    if is_afar and is_channel(audience):
        hint = f"Written in that channel, {hint}"
    gets = [*channel(audience), *run(" gets")] if is_afar and is_channel(audience) else run(who)
    blocks = [line(gets, run(f"{told} {coming(schedule)}")), small(hint)]
    return message(f"{who}{told} {coming(schedule)}", blocks)


def how_to_subscribe(topic: str, *, command: str) -> Message:
    """Say how to subscribe, by typing and by a form."""
    told = (
        f'To what? Write {command} subscribe {topic}, or {command} subscribe "words in quotes" daily 08:30;'
        f" with here before it, this channel gets it. {command} topics lists the topics."
    )
    return message(told, [line(run(told)), actions(fields.subscribe_button())])


def stopped(schedules: Sequence[Schedule], *, left: int = 0, command: str) -> Message:
    """Confirm that digests of a channel have ended, of which it has *left* others."""
    words = ", ".join(f"{schedule.plan.in_words}{of_topics(schedule)}" for schedule in schedules)
    who = "This channel gets" if is_channel(schedules[0].plan.audience) else "You get"
    others = f"{left} other{'s' * (left != 1)}"
    told = (
        f"{who} that digest no more ({words}), but {others}." if left else f"{who} no more digests ({words})."
    )
    which = "it" if len(schedules) == 1 else "the first"
    again = f"{command} digest here {as_typed(schedules[0])} begins {which} again."
    return message(told, [line(run(told, most=1000)), small(again)])


def as_typed(schedule: Schedule) -> str:
    """Return what is written after `digest here` to begin a digest like this."""
    plan = schedule.plan
    return " ".join([*([", ".join(plan.topics)] if plan.topics else []), plan.in_words, plan.zone])


def ended(schedule: Schedule, setter: Setter, *, again: str) -> Message:
    """Say in a channel that a digest of it ended, who stopped it, and how it begins *again*."""
    told = f"The digest {cadence(schedule)}{of_topics(schedule)} comes no more. {setter.name} stopped it."
    return message(told, [line(run(told, most=1000)), small(f"{again}.")])


def announcement(told: str, setter: Setter, *, command: str) -> Message:
    """Say in a channel what it will get, and who set it up."""
    words = f"{told} {setter.name} set it up."
    hint = f"{command} subscriptions shows what this channel gets, and how to end it."
    return message(words, [line(run(words)), small(hint)])


def announced(schedule: Schedule, name: str = "") -> str:
    """Return what a channel will get, in a sentence."""
    return f"This channel gets {comes(schedule, name)}"


def comes(schedule: Schedule, name: str = "") -> str:
    """Return what comes and when: of a subscription by its *name*, else of a digest."""
    what = f"what is new on {name}" if name else f"a digest of what is new{of_topics(schedule)}"
    return f"{what} {cadence(schedule)}. {coming(schedule)}".strip()


def said(text: str) -> Message:
    """Return one plain sentence."""
    return message(text, [line(run(text))])


def cadence(schedule: Schedule) -> str:
    """Say how often something comes."""
    plan = schedule.plan
    if plan.when is None:
        return "as soon as something arrives"
    day = "every day" if plan.when.weekday is None else f"every {DAYS[plan.when.weekday].capitalize()}"
    return f"{day} at {plan.when.at} ({plan.zone})"


def _here(schedule: Schedule) -> str:
    """Return the word that tells a channel's from one's own, where it is typed."""
    return "here " if is_channel(schedule.plan.audience) else ""


def coming(schedule: Schedule) -> str:
    """Say when the next one comes."""
    due = schedule.due_here
    if due is None:
        return ""
    return f"Next: {due:%A} {day_in_words(due.date())}, {due:%H:%M}."


def _listed(one: Subscription, whose: str, gone: Collection[str], most: int) -> list[list[Block]]:
    schedule = one.schedule
    when = schedule.plan.in_words if schedule.plan.when else "instant"
    told = f"  {whose}{when}{', paused' if one.is_paused else ''}"
    if schedule.due_here and not one.is_paused:
        told += f", next {schedule.due_here:%A} {day_in_words(schedule.due_here.date())}"
    if whose:
        told += f", set up by {one.setter.name}"
    told += " Its topic is declared no more." if one.id in gone else held_up(schedule)
    return [run(one.name, most=most // 2, bold=True), run(told, most=most // 2)]


def _digest_line(schedule: Schedule, gone: Collection[str], most: int) -> list[list[Block]]:
    told = f"  {coming(schedule)} Set up by {schedule.setter.name}."
    told += " Its topics are declared no more." if schedule.id in gone else held_up(schedule)
    words = f"{schedule.plan.in_words}{of_topics(schedule)}"
    return [run(words, most=300, bold=True), run(told, most=most)]


def of_topics(schedule: Schedule) -> str:
    """Tell to which topics a digest keeps, '' where it tells of all."""
    return f" on {either(schedule.plan.topics)}" if schedule.plan.topics else ""


def held_up(schedule: Schedule) -> str:
    """Tell why the last delivery did not arrive, '' if it did."""
    if not schedule.blocked:
        return ""
    return f" Held up: {schedule.blocked}. It is tried again with the next one."


def past_moment(moment: datetime.datetime, zone: str) -> str:
    """Return a moment as someone in *zone* reads it."""
    here = moment.astimezone(ZoneInfo(zone))
    return f"{day_in_words(here.date())}, {here:%H:%M}"
