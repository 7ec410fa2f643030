"""Briefbot's Home as one person sees it: blocks alone, made from what was read."""

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.document import new_id
from bot.search.query import topic_query
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    channel,
    entry,
    header,
    home,
    line,
    listed,
    overflow,
    run,
    small,
    source_link,
)
from bot.slack.clicks import offset_of
from bot.slack.text import shown
from digests.footer import counted
from digests.forms import fields
from digests.home import operators
from digests.home.visit import Visit
from digests.replies import cadence, coming, held_up, of_topics, past_moment
from digests.schedule import Schedule, Subscription, is_channel

SUBSCRIPTION, TOPIC = "home_subscription", "home_topic"
PREVIEW, CHANGE, STOP, TURN = "home_preview", "home_change", "home_stop", "home_turn"
"""The actions of what can be clicked; after TURN stands the name of the list whose page is turned."""

PER_PAGE, DIGESTS_PER_PAGE, CHANNELS_PER_PAGE = 10, 5, 3
"""Lines of a page of subscriptions and of topics; digests, and subscriptions of channels, each with a row."""

NAME_UNITS, TOLD_UNITS, REASON_UNITS = 70, 200, 80
"""Characters of a name, of what is told beside it, and of why something is held up."""

Shown = TypeVar("Shown")


@dataclass(frozen=True, slots=True)
class Pages:
    """Which page of each list is shown, from 0."""

    subscriptions: int = 0
    topics: int = 0
    digests: int = 0
    channels: int = 0

    def __str__(self) -> str:
        """Return them as buttons carry them."""
        return f"{self.subscriptions} {self.topics} {self.digests} {self.channels}"


def instead(message: Message) -> Block:
    """Return a Home that says one thing."""
    return home(message["blocks"], metadata=str(Pages()))


def pages_of(told: str) -> Pages:
    """Return the pages that a button or a Home's metadata tells of; the first ones if it does not."""
    return Pages(*map(offset_of, told.split()[:4]))


def view(
    visit: Visit,
    pages: Pages,
    notice: Sequence[Block] = (),
    *,
    command: str,
    failures: operators.Failures | None = None,
    fixed: Collection[str] = (),
) -> Block:
    """Return the Home, a *notice* of what was done first; its metadata tells one from another.

    *failures* are what needs an operator, None for who is no operator; *fixed* are the ids of
    digests that the person may not change.
    """
    blocks = [
        *notice,
        *_library(visit, command),
        *_subscriptions(visit, pages, command),
        *_channels(visit, pages),
        *_topics(visit, pages, command),
        *_digests(visit, pages, command, fixed),
        *_added(visit),
        *(operators.part(failures) if failures is not None else ()),
    ]
    mark = hashlib.sha256(json.dumps(blocks).encode()).hexdigest()[:16]
    return home(blocks, metadata=f"{pages} {mark}")


def topic_id(name: str) -> str:
    """Return what a button carries for a topic, however long its name."""
    return new_id("topic", name)


def _library(visit: Visit, command: str) -> Iterator[Block]:
    """Tell what the library holds, and how it is asked."""
    if not visit.passages:
        yield entry("The library is empty. Whoever runs Briefbot fills it with: python -m bot ingest")
    else:
        holds = f"{counted(visit.documents, 'document')}, {counted(visit.passages, 'passage')}"
        filled = (
            f"; last filled {past_moment(visit.filled, visit.zone)} ({visit.zone})" if visit.filled else ""
        )
        yield entry(f"The library holds {holds}{filled}.")
    asks = run(f"{command} WORDS", code=True)
    yield line(run("Write "), asks, run(" anywhere: only you see the passages that answer, word for word."))
    if visit.examples:
        yield listed([[run(f"{command} {one}", most=NAME_UNITS, code=True)] for one in visit.examples])


def _subscriptions(visit: Visit, pages: Pages, command: str) -> Iterator[Block]:
    yield header("Your subscriptions")
    if not visit.subscriptions:
        yield entry("You have none. Subscribe to a topic below, and hear by direct message of what arrives.")
    some, turns = _page(visit.subscriptions, PER_PAGE, pages, "subscriptions")
    for one in some:
        acts = overflow(SUBSCRIPTION, [(label, f"{act} {one.id}") for label, act in _acts(one)])
        yield entry(f"{name(one.name)}\n{_coming(one, visit)}", acts)
    yield from turns
    yield actions(fields.subscribe_button())
    yield small(f'{command} subscribe "words in quotes" -without daily 09:00 follows a question.')


def _channels(visit: Visit, pages: Pages) -> Iterator[Block]:
    if visit.channels:
        yield header("What channels hear of")
    some, turns = _page(visit.channels, CHANNELS_PER_PAGE, pages, "channels")
    for one in some:
        told = f" set up by {shown(one.setter.name, 60)}. {_coming(one, visit)}"
        who = channel(one.schedule.plan.audience)
        yield line(who, run("  "), run(name(one.name), bold=True), run(told, most=TOLD_UNITS))
        yield actions(overflow(SUBSCRIPTION, [(label, f"{act} {one.id}") for label, act in _acts(one)]))
    yield from turns


def _topics(visit: Visit, pages: Pages, command: str) -> Iterator[Block]:
    yield header("Topics")
    if not visit.topics:
        yield entry("No topics are declared in config.yml.")
    held = {one.query: one for one in visit.subscriptions}
    some, turns = _page(list(visit.topics.items()), PER_PAGE, pages, "topics")
    for topic, count in some:
        told = f"{name(topic)}  {counted(count, 'passage')}\n{shown(visit.descriptions[topic], NAME_UNITS)}"
        one = held.get(topic_query(topic))
        if one:
            yield entry(f"{told}\nYou are subscribed: {_when(one)}.".replace("\n\n", "\n"))
        else:
            yield entry(told.strip(), button(f"Subscribe to {name(topic)}", TOPIC, topic_id(topic)))
    yield from turns
    if visit.topics:
        yield small(f"{command} WORDS topic:NAME searches within a topic.")


def _digests(visit: Visit, pages: Pages, command: str, fixed: Collection[str]) -> Iterator[Block]:
    yield header("Digests")
    if not visit.digests:
        yield entry("None is scheduled. It sums up what arrived: the topics, what rises, and quotations.")
    some, turns = _page(visit.digests, DIGESTS_PER_PAGE, pages, "digests")
    for one in some:
        yield line(*whose(one), run(_digest_in_words(one, visit), most=2 * TOLD_UNITS))
        changes = [
            button("Change this digest", CHANGE, one.id),
            button("Stop this digest", STOP, one.id, asks=(_asked(one), "Stop it")),
        ]
        yield actions(
            button("Preview this digest", PREVIEW, one.id), *(changes if one.id not in fixed else ())
        )
    yield from turns
    yield actions(fields.schedule_button())
    yield small(f"{command} digest here monday 09:00, written in a channel, schedules one there.")


def _added(visit: Visit) -> Iterator[Block]:
    if visit.added:
        yield header("Added last")
        yield listed(
            [
                run(document.citation, most=TOLD_UNITS, bold=True),
                run(f"  {past_moment(moment, visit.zone)}  "),
                source_link(document.url),
            ]
            for document, moment in visit.added
        )


def _digest_in_words(one: Schedule, visit: Visit) -> str:
    told = shown(f"{of_topics(one).strip()} ", TOLD_UNITS).lstrip() + f"{cadence(one)}. {coming(one)}"
    setter = f" Set up by {shown(one.setter.name, 60)}."
    return f"{told}{setter}{' Its topics are declared no more.' if one.id in visit.gone else held_up(one)}"


def _asked(one: Schedule) -> str:
    told = " The channel is told that you stopped it." if is_channel(one.plan.audience) else ""
    return f"It comes no more.{told} Stop it?"


def _acts(one: Subscription) -> list[tuple[str, str]]:
    """Return what can be done with a subscription: labels, and the words that stand for it."""
    ends = ("End this subscription", "end")
    if one.is_paused:
        return [("Resume this subscription", "resume"), ends]
    return [("Change this subscription", "change"), ("Pause this subscription", "pause"), ends]


def _coming(one: Subscription, visit: Visit) -> str:
    if one.id in visit.gone:
        return "Its topic is declared no more."
    if one.is_paused:
        return f"{_when(one)}."
    held = shown(held_up(one.schedule), REASON_UNITS)
    return f"{_when(one)}. {coming(one.schedule)}{held}".strip()


def _when(one: Subscription) -> str:
    told = (
        f"paused; once resumed it comes {cadence(one.schedule)}" if one.is_paused else cadence(one.schedule)
    )
    return told[:1].upper() + told[1:]


def whose(one: Schedule) -> list[list[Block]]:
    """Return for whom a digest is: its channel's name, or that it is the person's own."""
    audience = one.plan.audience
    return [channel(audience) if is_channel(audience) else run("Yours", bold=True), run("  ")]


def name(text: str) -> str:
    """Return a name in one line, which is never empty."""
    return " ".join(shown(text, NAME_UNITS).split()) or "…"


def _page(
    all_: Sequence[Shown], per_page: int, pages: Pages, list_name: str
) -> tuple[Sequence[Shown], list[Block]]:
    """Return what one page shows of a list, the last one if there are fewer, and what turns it."""
    last = max((len(all_) - 1) // per_page, 0)
    page = min(getattr(pages, list_name), last)

    def turn(label: str, to: int) -> Block:
        return button(
            f"{label} {list_name}", f"{TURN}_{list_name}_{to}", str(replace(pages, **{list_name: to}))
        )

    turns = [turn("Previous", page - 1)] if page else []
    if page < last:
        turns.append(turn("More", page + 1))
    return all_[page * per_page : (page + 1) * per_page], [actions(*turns)] if turns else []
