"""The messages that are sent: what matched subscriptions, and a plain digest by topic."""

import datetime
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.slack.answers import cited, room
from bot.slack.blocks import Block, Message, line, listed, message, run, small
from bot.store.records import Arrival
from digests.delivery import Content, Delivery
from digests.schedule import Kind, Subscription, is_channel

PER_MESSAGE = 5
"""Passages of one message."""

MOST_SHOWN = 20
"""Passages of one delivery: a message and its thread. What is beyond is counted."""

TOPICS_SHOWN, PER_TOPIC = 8, 2
"""Topics of a digest whose passages are shown, and how many of each."""


def news(
    delivery: Delivery, fresh: Sequence[tuple[Subscription, Sequence[Arrival]]], *, command: str
) -> Content:
    """Return what newly matches subscriptions, each passage under its own: a message and its thread."""
    count = sum(len(arrivals) for _, arrivals in fresh)
    names = ", ".join(subscription.name for subscription, _ in fresh)
    headline = [run(f"{_passages(count, 'new passage')} on "), run(names, most=300, bold=True)]
    shown = [(subscription, one) for subscription, arrivals in fresh for one in arrivals][:MOST_SHOWN]
    pages = [shown[at : at + PER_MESSAGE] for at in range(0, len(shown), PER_MESSAGE)]
    last = ""
    messages: list[Message] = []
    for page in pages:
        blocks: list[Block] = [] if messages else [line(*headline)]
        for subscription, one in page:
            if len(fresh) > 1 and subscription.id != last:
                blocks.append(line(run(subscription.name, most=300, bold=True)))
            last = subscription.id
            blocks += cited(one.excerpt, most=room(PER_MESSAGE + 1))
        if not messages:
            blocks.append(small(_why(delivery, [subscription for subscription, _ in fresh], command)))
        first = page[0][1].excerpt
        told = f"{_passages(count, 'new passage')} on {names}. {first.document.citation}: {first.text}"
        messages.append(_sent(told if not messages else f"{first.document.citation}: {first.text}", blocks))
    if count > len(shown):
        more = f"{count - len(shown)} more are not shown. {command} {fresh[0][0].query} finds them."
        messages[-1]["blocks"].append(small(more))
    return Content(tuple(messages), tuple((one.text_hash, one.excerpt.id) for _, one in shown))


def digest(
    delivery: Delivery,
    arrivals: Sequence[Arrival],
    topics: Sequence[str],
    told: set[str],
    *,
    command: str,
) -> Content:
    """Return what arrived by topic: a message with the counts, and in its thread the newest passages."""
    period = _period(delivery)
    if not arrivals:
        quiet = f"Nothing new in the library, {period}."
        return Content((_sent(quiet, [line(run(quiet)), small(_why(delivery, [], command))]),))
    documents = len({one.excerpt.document.id for one in arrivals})
    count = f"{_passages(len(arrivals), 'new passage')} from {documents} document{'s' * (documents != 1)}"
    counts = {topic: [one for one in arrivals if topic in one.excerpt.topics] for topic in topics}
    ranked = sorted((topic for topic in topics if counts[topic]), key=lambda topic: -len(counts[topic]))
    lines = [
        [run(topic, bold=True), run(f"  {_passages(len(counts[topic]), 'passage')}")]
        for topic in ranked[:TOPICS_SHOWN]
    ]
    headline = f"{count}, {period}"
    blocks = [line(run(headline, bold=True)), *([listed(lines)] if lines else [])]
    blocks.append(small(_why(delivery, [], command)))
    summary = ", ".join(f"{topic} {len(counts[topic])}" for topic in ranked)
    messages, shows = [_sent(f"{headline}: {summary}" if summary else headline, blocks)], []
    page: list[Block] = []
    on_page = 0
    seen = set(told)
    for topic in ranked[:TOPICS_SHOWN] or [""]:
        fresh = [one for one in counts.get(topic, arrivals) if one.text_hash not in seen][:PER_TOPIC]
        if not fresh:
            continue
        if on_page + len(fresh) > PER_MESSAGE:
            messages.append(_sent(_first_text(page), page))
            page, on_page = [], 0
        page.append(line(run(topic or "New", bold=True)))
        for one in fresh:
            page += cited(one.excerpt, most=room(PER_MESSAGE + 1))
        on_page += len(fresh)
        seen |= {one.text_hash for one in fresh}
        shows += [(one.text_hash, one.excerpt.id) for one in fresh]
    if page:
        messages.append(_sent(_first_text(page), page))
    return Content(tuple(messages), tuple(shows))


def _sent(text: str, blocks: list[Block]) -> Message:
    made = message(text, blocks)
    return {"text": made["text"], "blocks": made["blocks"]}


def _first_text(blocks: Sequence[Block]) -> str:
    """Return the passages of a page as one text, for who does not see the blocks."""
    texts = [
        element["text"]
        for block in blocks
        if block["type"] == "rich_text"
        for part in block["elements"]
        for element in part["elements"]
        if "text" in element
    ]
    return " ".join(texts)


def _passages(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


def _period(delivery: Delivery) -> str:
    """Tell which days it covers."""
    first, last = _days(delivery)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {day_in_words(last)}"
    return f"{day_in_words(first)} to {day_in_words(last)}"


def _days(delivery: Delivery) -> tuple[datetime.date, datetime.date]:
    """Return the first and the last local day that it covers."""
    zone = ZoneInfo(delivery.schedule.plan.zone)
    return delivery.covers_since.astimezone(zone).date(), delivery.due_at.astimezone(zone).date()


def _why(delivery: Delivery, subscriptions: Sequence[Subscription], command: str) -> str:
    """Say why who reads it is reading it, and how that ends."""
    schedule = delivery.schedule
    late = _late(delivery)
    if schedule.plan.kind is Kind.ONCE:
        return f"{late}Posted by {schedule.setter.name}."
    in_words = schedule.plan.in_words
    if schedule.plan.kind is Kind.DIGEST:
        whose = "Digest of this channel" if is_channel(schedule.plan.audience) else "Your digest"
        told = f"{whose}, {in_words}, set up by {schedule.setter.name}"
        return f"{late}{told}. {command} digest stop here ends it."
    names = ", ".join(one.name for one in subscriptions)
    if is_channel(schedule.plan.audience):
        setters = ", ".join(dict.fromkeys(one.setter.name for one in subscriptions))
        told = f"This channel is subscribed to {names} ({in_words}), set up by {setters}"
        return f"{late}{told}. {command} subscriptions shows and ends it."
    return f"{late}You subscribed to {names} ({in_words}). {command} subscriptions shows and ends it."


def _late(delivery: Delivery) -> str:
    """Say so where it covers more than one period, since what was due before could not be sent."""
    when = delivery.schedule.plan.when
    if when is None:
        return ""
    first, last = _days(delivery)
    days = (last - first).days
    if days <= (1 if when.weekday is None else 7):
        return ""
    return f"It covers {days} days: what was due before could not be sent. "


def day_in_words(day: datetime.date) -> str:
    """Return a date as 2 March 2026."""
    return f"{day.day} {day:%B %Y}"
