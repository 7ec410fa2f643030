"""What people see when they add a message to the library: modals, and the list of what was added."""

import re
from collections.abc import Sequence

from bot.slack import file_views
from bot.slack.attached import Brought, Looked
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    button,
    consent,
    line,
    message,
    modal,
    person,
    quote,
    run,
    small,
)
from bot.slack.file_views import stands
from bot.slack.text import day_in_words, units
from bot.slack.turning import turns
from bot.store.clips import Clip, Said

ADD = "add_to_library"
"""The shortcut, and the modal that it opens."""

CONSENT, YES = "consent", "yes"
"""The box by which a private message is given to all: its block, and its action."""

REMOVE, PAGE = "clip_remove", "clip_page"
"""The buttons under a list of clips; of PAGE there are two in one row, with a word after it."""

PER_PAGE = 10

TITLE = "Add to library"

NO_FILES = Looked()

SHOWN_UNITS = 3000
"""Characters of a message that are shown before it is added; the whole of it is."""


def confirmation(said: Said, offer_id: str, looked: Looked) -> Block:
    """Show a message as it will stand in the library, with what *looked* tells of its files, and ask."""
    by = run(said.author, most=100, bold=True) or person(said.writer)
    when = f" in {said.place}, {day_in_words(said.moment)}, {said.moment:%H:%M} UTC"
    what = "this message" if said.text else "the files of this message"
    if said.text and said.files:
        what = "this message and its files"
    blocks = [
        line(run(f"All in this workspace will find {what} by search, and nobody elsewhere.")),
        line(run("Written by " if said.text else "Shared by "), by, run(when, most=200)),
    ]
    if said.text:
        blocks.append(quote(run(said.text, most=SHOWN_UNITS)))
    if units(said.text) > SHOWN_UNITS:
        blocks.append(small(f"The message goes on; all of its {len(said.text):,} characters are added."))
    blocks += file_views.offered(looked)
    if said.is_private:
        blocks.append(
            consent(
                f"It was written in {said.place}, which not all of them can read.",
                f"Yes, all in this workspace may find and read {what}",
                block_id=CONSENT,
                action=YES,
            )
        )
    carries = f"{offer_id} {said.key if said.text else said.files[0].key}"
    return modal(
        TITLE, blocks, submit=TITLE, callback=ADD, metadata=carries, close="Leave it out", tells_closing=True
    )


def added(clip: Clip | None, brought: Sequence[Brought], *, is_new: bool, command: str) -> Block:
    """Say that a message is in the library, if it has words, what came of its files, and the way back."""
    back = f"{command} clips lists what you added, with a button that takes it back."
    if not (is_new and all(one.is_new for one in brought)):
        back = (
            f"{command} clips lists what you added; who added something first, or an operator, takes it back."
        )
    blocks = []
    if clip is not None:
        words = " ".join(re.findall(r"\w+", re.sub(r"https?://", "", clip.title))[:6])
        finds = (run("In a moment this finds it: "), run(f"{command} {words}", most=200, code=True))
        blocks = [line(run(f"The message {stands(clip, is_new=is_new)}.")), line(*finds)]
    return modal(TITLE, [*blocks, *file_views.brought_lines(brought), small(back)])


def refused(why: str, looked: Looked = NO_FILES) -> Block:
    """Say why a message is not added, with what *looked* tells of its files."""
    return modal(TITLE, [line(run(why)), *file_views.offered(looked)])


def clips(
    found: Sequence[Clip], total: int, offset: int, *, note: str, is_all: bool, command: str
) -> Message:
    """List one page of the clips of a person, or of *is_all* the workspace; *note* tells what was done."""
    whose = "in this workspace" if is_all else "of yours"
    count = f"{total:,} clip{'s' * (total != 1)} {whose} in the library"
    if not total:
        count = f"No clip {whose} is in the library."
    last = offset + len(found)
    page = f"  {offset + 1:,} to {last:,}" if len(found) < total else ""
    blocks = [line(run(note, most=300))] if note else []
    blocks.append(line(run(count, bold=True), run(page)))
    for one in found:
        by = f", added by {one.added_by.name}" if is_all else ", added"
        told = f"  {one.place}{by} {day_in_words(one.added_at)}"
        blocks.append(line(run(one.title, most=200, bold=True), run(told, most=300)))
        blocks.append(actions(_remove(one, offset)))
    blocks += turns("clips", PAGE, offset=offset, last=last, total=total, per_page=PER_PAGE)
    blocks.append(small(f"Add to library, in the menu of any message, adds it. {command} help tells more."))
    return message(f"{note} {count}".strip(), blocks)


def _remove(one: Clip, offset: int) -> Block:
    asks = ("All in this workspace find it no more. Remove it?", "Remove it")
    return button("Remove from the library", REMOVE, f"{one.document_id} {offset}", asks=asks)
