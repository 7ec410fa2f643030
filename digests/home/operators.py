"""The operators' part of Home, and the window behind it: blocks alone, made from what was read."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    channel,
    entry,
    header,
    line,
    listed,
    message,
    person,
    run,
    small,
)
from bot.sources.status import Status
from bot.store.audit import Entry
from bot.store.questions import Told
from bot.store.records import Source
from digests.footer import counted
from digests.overview import Listed
from digests.replies import past_moment
from digests.report import summary
from digests.schedule import is_channel

SHOW, RETRY = "operators_show", "operators_retry"
"""The actions of what can be clicked."""

LINE_UNITS, REASON_UNITS = 120, 200
"""Characters of a line, and of why something failed."""

RETRIED: Mapping[str | None, str] = {
    None: "That delivery is no more.",
    "sending": "It is being sent just now.",
    "sent": "It arrived meanwhile, and is not sent again.",
    "merged": "A later delivery took it up, and it is not sent again.",
    "empty": "There was nothing left to send.",
}
"""What is told of a delivery that is not sent again, by its state."""

REPEATS = ("It may have arrived, and then it stands there twice. Send it again?", "Send it again")
"""What is asked before a delivery is sent again of which nobody knows whether it arrived."""

_CHANNEL = re.compile(r"([CG][A-Z0-9]{5,}), ")


@dataclass(frozen=True, slots=True)
class Seen:
    """All that operators see of one workspace. `counts` are deliveries by state, `failures` all that failed.

    `useful` and `useless` count what people said of answers; `failing` are sources, those first that were
    tried last, and `sources` what the library was filled with.
    """

    counts: Mapping[str, int]
    failed: Sequence[Listed]
    failures: int
    failing: Sequence[Status]
    sources: Sequence[Source]
    useful: int
    useless: int
    unanswered: Sequence[Told]
    acts: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Failures:
    """How many deliveries failed or are in doubt, and how many sources fail."""

    deliveries: int = 0
    sources: int = 0


def part(failures: Failures) -> Iterator[Block]:
    """Yield what Home tells operators: what needs them, and the way to the rest."""
    yield header("For operators")
    told = "No delivery failed."
    if failures.deliveries:
        told = f"{counted(failures.deliveries, 'delivery', 'deliveries')} failed or in doubt."
    if failures.sources:
        told += f" {counted(failures.sources, 'source')} could not be read."
    rest = "Sources of the library, what was asked in vain, who did what."
    yield entry(
        f"{told}\n{rest}",
        button("Show what operators see", SHOW, "all"),
    )


def retried(state: str | None) -> str:
    """Tell what becomes of a delivery that was in this *state* when it was asked for again."""
    return RETRIED.get(state, "It is sent again within a minute.")


def page(seen: Seen, note: str = "", *, zone: str) -> Message:
    """Return all of it, a *note* of what was done first."""
    told = f"Deliveries: {summary(seen.counts)}."
    blocks = [
        *([line(run(note))] if note else []),
        *_deliveries(seen, told, zone),
        *_failing(seen.failing, zone),
        *_sources(seen.sources, zone),
        *_questions(seen, zone),
        *_acts(seen.acts, zone),
        small("At a terminal python -m bot deliveries, sources, questions and audit tell all of it."),
    ]
    return message(f"{note} {told}".strip(), blocks)


def _deliveries(seen: Seen, told: str, zone: str) -> Iterator[Block]:
    yield line(run("Deliveries", bold=True), run(f"  {told.partition(' ')[2]}"))
    if not seen.failed:
        yield line(run("None failed, and none is in doubt."))
    for one in seen.failed:
        whose = channel(one.audience) if is_channel(one.audience) else person(one.audience)
        reason = f": {one.reason}" if one.reason else ""
        due = f", due {past_moment(one.due_at, zone)}"
        yield line(
            whose,
            run(f"  {one.what}", most=LINE_UNITS),
            run(f"{due}  "),
            run(one.state, bold=True),
            run(f"{reason}.", most=REASON_UNITS),
        )
        yield actions(button("Send it again", RETRY, one.id, asks=REPEATS if one.state == "left" else None))
    if seen.failures > len(seen.failed):
        yield small(f"These are the newest {len(seen.failed)} of {seen.failures}.")


def _failing(failing: Sequence[Status], zone: str) -> Iterator[Block]:
    if not failing:
        return
    yield line(run("Sources that fail", bold=True), run(f"  tried last first, {zone}"))
    yield listed(
        [
            run(one.source.title, most=LINE_UNITS),
            run(f"  {_last_success(one, zone)}: "),
            run(str(one.fault), most=REASON_UNITS),
        ]
        for one in failing
    )


def _last_success(one: Status, zone: str) -> str:
    succeeded = one.visit.succeeded_at if one.visit else None
    return f"read last {past_moment(succeeded, zone)}" if succeeded else "never read"


def _sources(sources: Sequence[Source], zone: str) -> Iterator[Block]:
    yield line(run("What the library was filled with last", bold=True), run(f"  by publisher, {zone}"))
    if not sources:
        yield line(run("Nothing yet."))
        return
    yield listed(
        [
            run(one.publisher or "no publisher stated", most=LINE_UNITS),
            run(f"  {counted(one.documents, 'document')}, the last {past_moment(one.last, zone)}"),
        ]
        for one in sources
    )


def _questions(seen: Seen, zone: str) -> Iterator[Block]:
    said = f"  {counted(seen.useful, 'answer')} of use and {seen.useless} of none, as people said"
    yield line(run("Asked in vain", bold=True), run(said))
    if not seen.unanswered:
        yield line(run("Nothing."))
        return
    yield listed(
        [
            run(one.text, most=LINE_UNITS),
            run(f"  by {counted(one.people, 'person', 'people')}"),
            run(f", last {past_moment(one.last, zone)}"),
        ]
        for one in seen.unanswered
    )


def _acts(acts: Sequence[Entry], zone: str) -> Iterator[Block]:
    yield line(run("Who did what", bold=True), run("  newest first"))
    if not acts:
        yield line(run("Nothing yet."))
        return
    yield listed(
        [
            run(f"{past_moment(one.at, zone)}  "),
            run(one.who.told, most=LINE_UNITS),
            run(f"  {one.what}", most=LINE_UNITS),
            run(": "),
            *_on(one.on),
        ]
        for one in acts
    )


def _on(told: str) -> list[list[Block]]:
    """Return what an act was done to, its channel by name."""
    found = _CHANNEL.match(told)
    if not found:
        return [run(told, most=LINE_UNITS)]
    return [channel(found[1]), run(f", {told[found.end() :]}", most=LINE_UNITS)]
