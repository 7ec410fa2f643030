"""A digest of a time in which nothing arrived: that it is so, and what the library has had for long."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.slack.blocks import Block, actions, button, line, rich, run, section, small
from digests.delivery import Content, Delivery
from digests.digest import QUOTES, SHOW, SUBSCRIBE, subject
from digests.footer import counted, day_in_words, either, late, period, sent, why
from digests.quoting import Quoting, quoted_from
from digests.themes.theme import Candidate, Theme, Week


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
    quiet = _nothing_new(week, delivery)
    blocks: list[Block] = [line(run(quiet))]
    quoting, quotes = Quoting(told), []
    if shelf:  # Looking back, it may tell again.
        quotes = quoting.some(shelf, QUOTES) or Quoting(set()).some(shelf, QUOTES)
    if shelf and quotes:
        since = f"not had since {_day(last_told, delivery)}" if last_told else "not had in a digest yet"
        blocks += _from_the_shelf(shelf, quotes, since)
    blocks.append(small(f"{late(delivery)}{why(delivery, [], command)}"))
    return Content(
        (sent(quiet, blocks),),
        shows=tuple((one.text_hash, one.excerpt.id) for one in quoting.quoted),
        themes={shelf.name: 0.0} if shelf and quotes else {},
    )


def _nothing_new(week: Week, delivery: Delivery) -> str:
    """Say that nothing arrived, and what else did or when something last had."""
    on = f" on {either(week.window.topics)}" if week.window.topics else ""
    quiet = f"Nothing new arrived{on}, {period(delivery)}."
    if week.elsewhere:
        return f"{quiet} {counted(week.elsewhere, 'passage')} arrived on other topics."
    if week.last_arrival:
        return f"{quiet} The last before that came on {_day(week.last_arrival, delivery)}."
    return f"{quiet} Nothing is there from before; whoever runs Briefbot fills it with: python -m bot ingest"


def _from_the_shelf(shelf: Theme, quotes: Sequence[Candidate], since: str) -> list[Block]:
    """Return passages of a topic, *since* when it was not had, and what opens all of it."""
    heading = run(f", of {shelf.count:,} passages, which this place has {since}:")
    looks_back = section(run("From the shelf: "), run(shelf.name, bold=True), heading)
    elements = [looks_back, *(part for one in quotes for part in quoted_from(one, shelf))]
    opens = button(f"Show all {shelf.count:,}", f"{SHOW}_all", shelf.query)
    subscribes = button(f"Subscribe to {shelf.name}", SUBSCRIBE, subject(shelf))
    return [rich(*elements), actions(opens, subscribes)]


def _day(moment: datetime, delivery: Delivery) -> str:
    return day_in_words(moment.astimezone(ZoneInfo(delivery.schedule.plan.zone)).date())
