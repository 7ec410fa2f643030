"""What deliveries say beside their passages: the period, who set them up, and how they end."""

import datetime
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.slack.blocks import Block, Message, message
from digests.delivery import Delivery
from digests.schedule import Kind, Subscription, is_channel


def sent(text: str, blocks: list[Block]) -> Message:
    """Return a message as deliveries keep it."""
    made = message(text, blocks)
    return {"text": made["text"], "blocks": made["blocks"]}


def counted(count: int, what: str, several: str = "") -> str:
    """Return a number of things, as it is read; *several* are called so where an s does not do."""
    return f"{count:,} {what if count == 1 else several or f'{what}s'}"


def either(names: Sequence[str]) -> str:
    """Return names of which one is meant, as they are read."""
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def period(delivery: Delivery) -> str:
    """Tell which days it covers, or on which day all of it is."""
    first, last = days_of(delivery)
    if first == last:
        return day_in_words(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {day_in_words(last)}"
    return f"{day_in_words(first)} to {day_in_words(last)}"


def days_of(delivery: Delivery) -> tuple[datetime.date, datetime.date]:
    """Return the first and the last local day that it covers."""
    zone = ZoneInfo(delivery.schedule.plan.zone)
    return delivery.covers_since.astimezone(zone).date(), delivery.due_at.astimezone(zone).date()


def why(delivery: Delivery, subscriptions: Sequence[Subscription], command: str) -> str:
    """Say why who reads it is reading it, and how that ends."""
    schedule = delivery.schedule
    if schedule.plan.kind is Kind.ONCE:
        return f"Posted by {schedule.setter.name}."
    in_words = schedule.plan.in_words
    if schedule.plan.kind is Kind.DIGEST:
        whose = "Digest of this channel" if is_channel(schedule.plan.audience) else "Your digest"
        told = f"{whose}, {in_words}, set up by {schedule.setter.name}"
        return f"{told}. {command} digest stop here ends it."
    names = ", ".join(one.name for one in subscriptions)
    if is_channel(schedule.plan.audience):
        setters = ", ".join(dict.fromkeys(one.setter.name for one in subscriptions))
        told = f"This channel is subscribed to {names} ({in_words}), set up by {setters}"
        return f"{late(delivery)}{told}. {command} subscriptions shows and ends it."
    return (
        f"{late(delivery)}You subscribed to {names} ({in_words}). {command} subscriptions shows and ends it."
    )


def late(delivery: Delivery) -> str:
    """Say so where it covers more than one period, since what was due before could not be sent."""
    when = delivery.schedule.plan.when
    if when is None:
        return ""
    first, last = days_of(delivery)
    days = (last - first).days
    if days <= (1 if when.weekday is None else 7):
        return ""
    return f"It covers {days} days: what was due before could not be sent. "


def day_in_words(day: datetime.date) -> str:
    """Return a date as 2 March 2026."""
    return f"{day.day} {day:%B %Y}"
