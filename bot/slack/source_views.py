"""What people see of sources: what came of adding one, and the list of all."""

from collections.abc import Sequence

from bot.slack.blocks import Block, Message, actions, button, line, message, run, small
from bot.slack.text import day_in_words
from bot.slack.turning import turns
from bot.source import Source
from bot.sources.status import Status
from bot.sources.visited import Visited

REMOVE, PAGE = "source_remove", "source_page"
"""The buttons under a list of sources; of PAGE there are two in one row, with a word after it."""

PER_PAGE = 10

TITLE_UNITS, WHY_UNITS = 200, 300
"""Characters of a source's name, and of why it fails."""


def added(source: Source, visited: Visited | None, *, command: str) -> Message:
    """Say what came of adding a source; *visited* is None while it is still being read."""
    return _told("Added", source, _came_of(visited), command=command)


def known(status: Status, *, command: str) -> Message:
    """Say that what was to be added is a source already, and how it stands with it."""
    fault = f". Fails: {status.fault}" if status.fault else "."
    return _told("That is a source already", status.source, f"{_stands(status)}{fault}", command=command)


def _told(told: str, source: Source, what: str, *, command: str) -> Message:
    rest = f"{command} sources shows how it stands with all of them, and takes back what you added."
    blocks = [
        line(run(f"{told}: "), run(source.title, most=TITLE_UNITS, bold=True)),
        line(run(what, most=WHY_UNITS)),
        small(rest),
    ]
    return message(f"{told}: {source.title}. {what}", blocks)


def _came_of(visited: Visited | None) -> str:
    if visited is None:
        return "It is being read; what it holds is found in a moment."
    new = visited.counts["new"] + visited.counts["changed"] + visited.counts["copy"]
    if visited.why and not new:
        return f"It cannot be read now: {visited.why}. It is tried again by and by."
    told = f"{new} document{'s' * (new != 1)} read, {visited.passages} passages."
    if visited.failed:
        told += f" {visited.failed} could not be read, as {visited.why}."
    return told


def sources(
    found: Sequence[Status],
    total: int,
    offset: int,
    *,
    note: str,
    removable: Sequence[str],
    command: str,
) -> Message:
    """List one page of the sources that a workspace sees; *note* tells what was done.

    Those with an address among *removable* have a button that removes them.
    """
    count = (
        f"{total:,} source{'s' * (total != 1)} of the library" if total else "The library has no source yet."
    )
    last = offset + len(found)
    page = f"  {offset + 1:,} to {last:,}" if len(found) < total else ""
    blocks = [line(run(note, most=WHY_UNITS))] if note else []
    blocks.append(line(run(count, bold=True), run(page)))
    for one in found:
        blocks.append(line(run(one.source.title, most=TITLE_UNITS, bold=True), run(f"  {_stands(one)}")))
        if one.fault:
            blocks.append(small(f"Fails: {one.fault}"[:WHY_UNITS]))
        if one.source.is_added and one.source.address in removable:
            blocks.append(actions(_remove(one.source, offset)))
    blocks += turns("sources", PAGE, offset=offset, last=last, total=total, per_page=PER_PAGE)
    blocks.append(small(f"{command} add https://... adds a page, a feed or a sitemap."))
    return message(f"{note} {count}".strip(), blocks)


def _stands(one: Status) -> str:
    documents = one.held.documents
    told = f"{one.source.kind}, {documents:,} document{'s' * (documents != 1)}"
    if one.visit is None or one.visit.succeeded_at is None:
        return f"{told}, not read yet"
    return f"{told}, read last on {day_in_words(one.visit.succeeded_at)}, {one.visit.succeeded_at:%H:%M} UTC"


def _remove(source: Source, offset: int) -> Block:
    asks = ("It is read no more; what it gave stays in the library. Remove it?", "Remove it")
    return button("Remove this source", REMOVE, f"{offset} {source.address}", asks=asks)
