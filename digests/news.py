"""What newly matches subscriptions, as it is sent: a message and its thread."""

from collections.abc import Sequence

from bot.slack.blocks import Block, Message, line, run, small
from bot.slack.passages import cited, room
from bot.store.records import Arrival
from digests.delivery import Content, Delivery
from digests.footer import counted, sent, why
from digests.schedule import Subscription

PER_MESSAGE = 5
"""Passages of one message."""

MOST_SHOWN = 20
"""Passages of one delivery: a message and its thread. What is beyond is counted."""


def news(
    delivery: Delivery, fresh: Sequence[tuple[Subscription, Sequence[Arrival]]], *, command: str
) -> Content:
    """Return what newly matches subscriptions, each passage under its own: a message and its thread."""
    count = sum(len(arrivals) for _, arrivals in fresh)
    names = ", ".join(subscription.name for subscription, _ in fresh)
    headline = [run(f"{counted(count, 'new passage')} on "), run(names, most=300, bold=True)]
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
            blocks.append(small(why(delivery, [subscription for subscription, _ in fresh], command)))
        first = page[0][1].excerpt
        told = f"{counted(count, 'new passage')} on {names}. {first.document.citation}: {first.text}"
        messages.append(sent(told if not messages else f"{first.document.citation}: {first.text}", blocks))
    if count > len(shown):
        more = f"{count - len(shown)} more are not shown. {command} {fresh[0][0].query} finds them."
        messages[-1]["blocks"].append(small(more))
    return Content(tuple(messages), tuple((one.text_hash, one.excerpt.id) for _, one in shown))
