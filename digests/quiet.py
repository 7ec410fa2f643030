"""A digest of a time in which nothing arrived: that it is so, and what the library has had for long."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.slack.blocks import Block, actions, button, line, rich, run, section, small
from digests.delivery import Content, Delivery
from digests.digest import QUOTES, SHOW, SUBSCRIBE, Telling, quoted_from, subject
from digests.footer import counted, day_in_words, either, late, period, sent, why
from digests.themes.theme import Theme, Week


def lay_out_quiet(
    week: Week,
    told: set[str],
    delivery: Delivery,
    *,
    shelf: Theme | None = None,
    last_told: datetime | None = None,
    command: str,
) -> Content:
    """Return what is said of a quiet time; of *shelf*, a topic last told of at a moment, some passages."""
    on = f" on {either(week.window.topics)}" if week.window.topics else ""
    quiet = f"Nothing new arrived{on}, {period(delivery)}."
    if week.elsewhere:
        quiet += f" {counted(week.elsewhere, 'passage')} arrived on other topics."
    elif week.last_arrival:
        quiet += f" The last before that came on {_day(week.last_arrival, delivery)}."
    else:
        quiet += (
            " Nothing is there from before either; whoever runs Briefbot fills it with: python -m bot ingest"
        )
    blocks: list[Block] = [line(run(quiet))]
    telling, quotes = Telling(told), []
    if shelf:
        quotes = telling.some(shelf, QUOTES)
        if not quotes:  # It looks back, and may tell again.
            quotes = Telling(set()).some(shelf, QUOTES)
    if shelf and quotes:
        since = f"not had since {_day(last_told, delivery)}" if last_told else "not had in a digest yet"
        heading = run(f", of {shelf.count:,} passages, which this place has {since}:")
        looks_back = section(run("From the shelf: "), run(shelf.name, bold=True), heading)
        elements = [looks_back, *(part for one in quotes for part in quoted_from(one, shelf))]
        acts = [button(f"Show all {shelf.count:,}", f"{SHOW}_all", shelf.query)]
        acts.append(button(f"Subscribe to {shelf.name}", SUBSCRIBE, subject(shelf)))
        blocks += [rich(*elements), actions(*acts)]
    blocks.append(small(f"{late(delivery)}{why(delivery, [], command)}"))
    return Content(
        (sent(quiet, blocks),),
        shows=tuple((one.text_hash, one.excerpt.id) for one in telling.quoted),
        themes={shelf.name: 0.0} if shelf and quotes else {},
    )


def _day(moment: datetime, delivery: Delivery) -> str:
    return day_in_words(moment.astimezone(ZoneInfo(delivery.schedule.plan.zone)).date())
