"""The modals that open from Home: when something is to come, and what is for one person's eyes."""

from collections.abc import Mapping
from typing import Any

from bot.config import DAYS
from bot.errors import BotError
from bot.slack.blocks import Block, Message, entry, field, modal, select, time_picker
from bot.slack.clicks import in_window
from digests.chart import without_charts
from digests.slots import When

OFTEN, AT = "often", "at"
"""The fields of the form, and of what is chosen in it."""

INSTANT = ("As soon as something arrives", "instant")
TIMES = [("Every day", "daily"), *((f"Every {day.capitalize()}", day) for day in DAYS)]


def when(
    told: str, when_: When | None, *, at: str, zone: str, instant: bool, callback: str, carries: str
) -> Block:
    """Return a form that asks how often and when something comes; it is *when_* now, None for at once."""
    choices = [INSTANT, *TIMES] if instant else TIMES
    chosen = INSTANT if when_ is None else TIMES[0 if when_.weekday is None else when_.weekday + 1]
    label = f"Time of day, {zone}" + (", unless it comes as soon as something arrives" if instant else "")
    blocks = [
        entry(told),
        field("How often", select("How often", OFTEN, choices, chosen=chosen)),
        field(label, time_picker(AT, when_.at if when_ else at)),
    ]
    return modal("When it comes", blocks, submit="Save", callback=callback, metadata=carries)


def chosen(form: Mapping[str, Any]) -> tuple[str, str]:
    """Return what was chosen in that form: `instant`, `daily` or a weekday, and HH:MM.

    Raises BotError for what it does not offer.
    """
    values = form["state"]["values"]
    often = str(values[OFTEN][OFTEN]["selected_option"]["value"])
    if often not in dict((INSTANT, *TIMES)).values():
        raise BotError("Choose how often it comes.")
    return often, str(values[AT][AT]["selected_time"])


def answer(title: str, message: Message) -> Block:
    """Return a message as a modal, without pictures."""
    return in_window({**message, "blocks": without_charts(message["blocks"])}, title)
