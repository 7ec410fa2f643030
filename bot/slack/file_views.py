"""What people see of the files of a message: before they are added, and what came of each."""

from collections.abc import Sequence

from bot.slack.attached import HELP, Brought, Looked
from bot.slack.blocks import Block, Message, line, listed, message, run, small
from bot.slack.text import day_in_words
from bot.store.clips import Clip

NAME_UNITS, WHY_UNITS = 100, 300
"""Characters of a file's name that are shown, and of why it is not read."""


def offered(looked: Looked) -> list[Block]:
    """Return which files of a message are added, each with its size, and why others are not; [] for none."""
    if not looked.files:
        return []
    if looked.lacks_scope and not looked.readable:
        return [small(HELP)]
    lines = []
    for one in looked.files:
        left_out = f"  left out: {one.why}" if one.why else ""
        size = f"  {size_in_words(one.file.size)}" if one.file.size else ""
        lines.append(
            (run(one.file.name, most=NAME_UNITS, bold=True), run(size), run(left_out, most=WHY_UNITS))
        )
    more = [small(f"{looked.more} more files are left out.")] if looked.more else []
    return [line(run("Its files:")), listed(lines), *more]


def brought_lines(brought: Sequence[Brought]) -> list[Block]:
    """Return what came of files, a line each; [] for none."""
    if not brought:
        return []
    lines = [(run(one.name, most=NAME_UNITS, bold=True), run(f" {_came(one)}", most=500)) for one in brought]
    waits = "This window tells what comes of it, or a direct message where it is closed."
    is_waiting = not all(one.is_done for one in brought)
    return [listed(lines), *([small(waits)] if is_waiting else [])]


def told(brought: Sequence[Brought], *, command: str) -> Message:
    """Return the message that tells what came of files."""
    what = "What came of the files that you added to the library:"
    summary = "; ".join(f"{one.name} {_came(one)}" for one in brought)
    back = small(f"{command} clips lists what you added, with a button that takes it back.")
    return message(f"{what} {summary}", [line(run(what)), *brought_lines(brought), back])


def _came(one: Brought) -> str:
    if one.why:
        return f"is not added: {one.why}"
    if one.clip is None:
        return "is being read; what it holds is found in a moment"
    left = f", but for what could not be read of it: {one.left}" if one.left else ""
    return f"{stands(one.clip, is_new=one.is_new)}{left}"


def stands(clip: Clip, *, is_new: bool) -> str:
    """Return that something is in the library, and who added it where that was before."""
    if is_new:
        return "is in the library"
    return f"is in the library: {clip.added_by.name} added it on {day_in_words(clip.added_at)}"


def size_in_words(size: int) -> str:
    """Return how large a file of *size* bytes is, as people write it."""
    for unit, name in ((1_000_000, "MB"), (1000, "KB")):
        if size >= unit:
            return f"{size / unit:,.1f} {name}"
    return f"{size} bytes"
