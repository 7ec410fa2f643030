"""What the forms are made of that subscribe and schedule, and what is read from them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.config import DAYS
from bot.errors import BotError
from bot.slack.answering import in_window
from bot.slack.blocks import Block, Message, button, channel_select, field, modal, select, time_picker
from digests.chart import without_charts
from digests.schedule import Cadence, Plan, is_channel
from digests.subject import Subjects
from digests.wish import Wish, time_of_day

TOPIC, TOPICS, WORDS, WITHOUT, WHO, CHANNEL, OFTEN, AT = (
    "wish_topic", "wish_topics", "wish_words", "wish_without",
    "wish_who", "wish_channel", "wish_often", "wish_at",
)  # fmt: skip
"""The fields."""

SUBSCRIBE, SCHEDULE = "subscribe_form", "digest_form"
"""The two forms, and after each `_open` what opens it."""

INSTANT = ("As soon as something arrives", "instant")
TIMES = [("Every day", "daily"), *((f"Every {day.capitalize()}", day) for day in DAYS)]
ANY = ("Any topic, or none", "-")
ME, HERE = ("You, by direct message", "me"), ("A channel", "channel")


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in a form, as it was typed; `channel` is '' where none was chosen, or asked for."""

    topics: tuple[str, ...] = ()
    words: str = ""
    without: str = ""
    is_here: bool = False
    channel: str = ""
    often: str = INSTANT[1]
    at: str = ""


@dataclass(frozen=True, slots=True)
class Carried:
    """What a form carries unseen: the id of what it *changes*, if not new; where it was opened."""

    changes: str = ""
    channel: str = ""
    is_home: bool = False

    def __str__(self) -> str:
        return f"{self.changes or '-'} {self.channel or '-'} {'home' if self.is_home else '-'}"


class Misfilled(BotError):  # noqa: N818 - it says what happened
    """Something that cannot be done, and the field at which it is told."""

    def __init__(self, field_name: str, text: str) -> None:
        super().__init__(text)
        self.field = field_name


def subscribe_button() -> Block:
    """Return the button that opens the form for a subscription."""
    return button("Subscribe to a topic or to words", f"{SUBSCRIBE}_open", "form")


def schedule_button() -> Block:
    """Return the button that opens the form for a digest."""
    return button("Schedule a digest", f"{SCHEDULE}_open", "form")


def form(carried: Carried, name: str, titles: tuple[str, str], blocks: Sequence[Block]) -> Block:
    """Return a form called *name*; it has the second title where it changes what there is."""
    title, submit = (titles[1], "Save") if carried.changes else (titles[0], "Set it up")
    return modal(title, blocks, submit=submit, callback=name, metadata=str(carried), close="Cancel")


def offered(topics: Iterable[str], chosen: Collection[str], *, most: int) -> list[tuple[str, str]]:
    """Return the choices of a menu of topics: those that are chosen, and of the others what Slack takes."""
    others = [name for name in topics if name not in chosen]
    kept = {*chosen, *others[: most - len(chosen)]}
    return [(name, name) for name in topics if name in kept]


def who(filled: Filled, carried: Carried) -> list[Block]:
    """Return the fields for whom it is; what there is already stays whose it is."""
    if carried.changes:
        return []
    chosen = HERE if filled.is_here else ME
    asks = [field("Who gets it", select("Who", WHO, [ME, HERE], chosen=chosen), tells=True)]
    if filled.is_here:
        menu = channel_select(CHANNEL, "Choose a channel", chosen=filled.channel or carried.channel)
        asks.append(field("Channel; Briefbot must be in it, and tells it of this", menu, tells=True))
    return asks


def when(filled: Filled, *, zone: str, instant: bool) -> list[Block]:
    """Return the fields for how often, *instant* too, and at what time of day, where that has one."""
    choices = [INSTANT, *TIMES] if instant else TIMES
    chosen = next((choice for choice in choices if choice[1] == filled.often), choices[0])
    asks = [field("How often", select("How often", OFTEN, choices, chosen=chosen), tells=instant)]
    if chosen != INSTANT:
        asks.append(field(f"Time of day, {zone}", time_picker(AT, filled.at)))
    return asks


def fitting(subjects: Subjects, filled: Filled, field_name: str) -> tuple[str, ...]:
    """Return the topics that were chosen. Raises Misfilled where they are declared no more, or too many."""
    try:
        return subjects.fitting(filled.topics)
    except BotError as error:
        raise Misfilled(field_name, str(error)) from error


def planned(plan: Plan) -> tuple[str, str]:
    """Return how often and at what time a plan comes, as the fields have it; '' for no time of day."""
    if plan.when is None:
        return INSTANT[1], ""
    return "daily" if plan.when.weekday is None else DAYS[plan.when.weekday], plan.when.at


def wish(filled: Filled, *, zone: str | None = None, instant: bool) -> Wish:
    """Return what a form asks for, apart from its subject, as if it had been typed; *instant* if that may be.

    Raises Misfilled for what it does not offer.
    """
    if filled.often not in {choice for _, choice in ([INSTANT, *TIMES] if instant else TIMES)}:
        raise Misfilled(OFTEN, "Choose how often it comes.")
    if filled.is_here and not is_channel(filled.channel):
        raise Misfilled(CHANNEL, "Choose the channel that is to get it.")
    if filled.often == INSTANT[1]:
        return Wish("", filled.is_here, Cadence.INSTANT, zone=zone)
    at = time_of_day(filled.at)
    if filled.often == "daily":
        return Wish("", filled.is_here, Cadence.DAILY, at=at, zone=zone)
    return Wish("", filled.is_here, Cadence.WEEKLY, DAYS.index(filled.often), at, zone)


def filled_in(view: Mapping[str, Any], *, at: str) -> Filled:
    """Return what stands in a form that Slack tells of; *at* is the time of day if it asks for none."""
    values = (view.get("state") or {}).get("values") or {}
    told = {name: value for block in values.values() for name, value in block.items()}

    def of(name: str, key: str) -> str:
        return str((told.get(name) or {}).get(key) or "")

    def chosen(name: str) -> str:
        return str(((told.get(name) or {}).get("selected_option") or {}).get("value") or "")

    several = (told.get(TOPICS) or {}).get("selected_options") or []
    names = [chosen(TOPIC), *(str(option.get("value") or "") for option in several)]
    return Filled(
        topics=tuple(name for name in dict.fromkeys(names) if name and name != ANY[1]),
        words=of(WORDS, "value"),
        without=of(WITHOUT, "value"),
        is_here=chosen(WHO) == HERE[1],
        channel=of(CHANNEL, "selected_conversation"),
        often=chosen(OFTEN) or INSTANT[1],
        at=of(AT, "selected_time") or at,
    )


def carried_by(view: Mapping[str, Any]) -> Carried:
    """Return what a form carries unseen."""
    changes, channel, origin = (str(view.get("private_metadata") or "").split(" ") + ["-"] * 3)[:3]
    return Carried(changes.strip("-"), channel.strip("-"), origin == "home")


def answer(title: str, message: Message) -> Block:
    """Return a message as a modal, without pictures."""
    return in_window({**message, "blocks": without_charts(message["blocks"])}, title)
