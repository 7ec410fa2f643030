"""What one person sees around a digest: its preview, what its figures count, its settings, past ones."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.config import DAYS
from bot.search.answer import Answer
from bot.slack.blocks import (
    Message,
    actions,
    button,
    line,
    listed,
    message,
    run,
    select,
    small,
    time_picker,
)
from bot.slack.clicks import CARRIES
from bot.slack.passages import cited, room
from digests.chart import without_charts
from digests.delivery import Content
from digests.footer import day_in_words
from digests.past import PastDigest
from digests.replies import cadence, coming, of_topics
from digests.schedule import Schedule, is_channel

PER_PAGE = 5
"""Passages of one page of those behind a figure."""

PAGE, MOVE, STOP, OPEN = "digest_page", "digest_move", "digest_stop", "digest_open"
"""The actions of what can be clicked in these answers; of PAGE and MOVE there are two in one row."""


def preview(content: Content, *, quiet: str, command: str) -> Message:
    """Show in private what a digest would say now; *quiet* tells why it would say nothing."""
    if not content.messages:
        return message(quiet, [line(run(quiet)), small(f"{command} digest here monday 09:00 sets one up.")])
    first = content.messages[0]
    thread = [block for one in content.messages[1:] for block in without_charts(one["blocks"])]
    blocks = [line(run("Preview", italic=True)), *first["blocks"]]
    if thread:
        blocks += [line(run("In its thread:", italic=True)), *thread]
    return {**message("", blocks), "text": first["text"]}


def listing(found: Answer, query: str, offset: int) -> Message:
    """Return one page of the passages behind a figure, the last to arrive first."""
    last = min(offset + PER_PAGE, found.total)
    count = f"{found.total:,} passage{'s' * (found.total != 1)}"
    page = f"  {offset + 1} to {last}" if found.total > PER_PAGE else ""
    blocks = [line(run(count, bold=True), run(f"{page}  {query}", most=300))]
    for hit in found.hits:
        blocks += cited(hit.excerpt, most=room(PER_PAGE + 1), marks=hit.marks)
    turns = []
    if not found.total:
        blocks.append(small("What was counted is no more in the library."))
    elif offset:
        turns.append(button("Previous", f"{PAGE}_previous", f"{max(offset - PER_PAGE, 0)} {query}"))
    if last < found.total:
        label = f"Next {min(PER_PAGE, found.total - last)}"
        turns.append(button(label, f"{PAGE}_next", f"{last} {query}"))
    if turns:
        blocks.append(actions(*turns))
    return message(f"{count} on {query}", blocks)


def settings(schedule: Schedule, *, command: str) -> Message:
    """Show when a digest comes, and let it come at another time or end."""
    who = "This channel gets" if is_channel(schedule.plan.audience) else "You get"
    what = f"a digest{of_topics(schedule)} {cadence(schedule)}"
    told = f"{who} {what}. {coming(schedule)} Set up by {schedule.setter.name}."
    stops = button("Stop this digest", STOP, schedule.id, asks=("It comes no more. Stop it?", "Stop it"))
    when = schedule.plan.when
    if when is None:
        return message(told, [line(run(told)), actions(stops)])
    days = [("Every day", "daily"), *((f"Every {day.capitalize()}", day) for day in DAYS)]
    chosen = days[0 if when.weekday is None else when.weekday + 1]
    acts = actions(
        select("Day", f"{MOVE}_day", days, chosen=chosen),
        time_picker(f"{MOVE}_time", when.at),
        stops,
        block_id=f"{CARRIES}{schedule.id}",
    )
    topics = f"{command} digest here TOPIC, TOPIC {when} keeps one to its topics."
    return message(told, [line(run(told)), acts, small(topics)])


def past(digests: Sequence[PastDigest], zone: str, *, command: str) -> Message:
    """List past digests, with what opens them."""
    if not digests:
        told = "No digest has been sent here yet."
        return message(told, [line(run(told)), small(f"{command} digest shows what one would say now.")])
    days = [(day_in_words(one.due_at.astimezone(ZoneInfo(zone)).date()), one) for one in digests]
    lines = [[run(day, bold=True), run(f"  {one.messages[0]['text']}", most=200)] for day, one in days]
    opens = select("Open one", OPEN, [(day, one.id) for day, one in days])
    return message(f"{len(digests)} past digests", [listed(lines), actions(opens)])


def opened(one: PastDigest) -> Message:
    """Show a past digest as it was sent."""
    blocks = [block for said in one.messages for block in without_charts(said["blocks"])]
    return {**message("", blocks), "text": one.messages[0]["text"]}
