"""Sources at a terminal: visited with a progress bar, added and removed."""

import datetime
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from tqdm import tqdm

from bot.app import Briefbot
from bot.errors import BotError, ReadError
from bot.filling import fill
from bot.library.apart import Apart
from bot.library.files import files_at
from bot.library.listing import Outline
from bot.net.address import canonical, checked
from bot.source import Source
from bot.sources.collecting import Collector, Done, networks
from bot.store.audit import Actor
from bot.store.followed import Followed

TERMINAL = Actor("terminal", "the terminal")
"""Who adds and removes sources here."""


def refill(briefbot: Briefbot, collector: Collector) -> bool:
    """Fill the library from all folders of `config.yml`; tell whether all of them could be read whole.

    It is noted: what serves need not read them again.
    """
    there, is_whole = [], True
    for folder in briefbot.config.folders:
        try:
            files_at(folder)
        except ReadError as error:
            is_whole = False  # It stops no other.
            print(f"failed {error}", file=sys.stderr)
        else:
            there.append(folder)
    filled = fill(briefbot, there)
    collector.note(there, filled)
    return is_whole and not filled.refusals


def gather(briefbot: Briefbot, collector: Collector) -> bool:
    """Visit all sources on the net that are due, with a bar and a summary; tell whether none failed."""
    sources = [source for source in collector.sources() if source.is_on_net]
    if not sources:
        return True
    started = time.monotonic()
    with tqdm(total=len(sources), unit=" sources", disable=None, leave=False, delay=0.5) as bar:

        def told(done: Done) -> None:
            bar.update()
            bar.set_postfix_str(done.source.title[:30], refresh=False)

        done = collector.collect(sources, told=told)
    briefbot.index.follow(briefbot.library)
    _sum_up(done, len(sources), time.monotonic() - started)
    return not any(one.visited.why for one in done)


def _sum_up(done: list[Done], known: int, took: float) -> None:
    counts = sum((one.visited.counts for one in done), Counter())
    told = ", ".join(f"{counts[what]} {what}" for what in ("new", "changed", "unchanged", "copy"))
    passages = sum(one.visited.passages for one in done)
    failed = sum(one.visited.failed for one in done)
    print(
        f"{len(done)} of {known} sources on the net were due: {told}, {failed} failed;"
        f" {passages} passages written in {took:.1f} s",
        file=sys.stderr,
    )
    for one in done:
        if one.visited.why:
            print(f"failed {one.source.title}: {one.visited.why}", file=sys.stderr)


def follow(briefbot: Briefbot, reference: str, *, now: datetime.datetime) -> None:
    """Add the source at an address, or the feeds of an OPML file. Raises BotError where there is none."""
    followed, added = Followed(briefbot.database), 0
    if "://" in reference:
        checked(reference, networks(briefbot.config))
        sources = [Source(page=canonical(reference))]
    else:
        sources = _listed(Path(reference))
    for source in sources:
        if fault := source.fault():
            raise BotError(f"--add: {fault}")
        added += followed.add(source, TERMINAL, now=now)
    print(f"{added} added, {len(sources) - added} were there already", file=sys.stderr)


def _listed(path: Path) -> list[Source]:
    """Return the feeds of an OPML file."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(
            f"--add: {path}: cannot be read ({error.strerror}); name a URL or an OPML file"
        ) from error
    with closing(Apart()) as apart:
        outlines = apart.call("opml", list[Outline], data)
    return [Source(feed=canonical(one.address), name=one.name or "") for one in outlines]


def follow_no_more(briefbot: Briefbot, address: str, *, now: datetime.datetime) -> None:
    """Remove the source at *address*; what it gave stays. Raises BotError where it is none that was added."""
    followed = Followed(briefbot.database)
    added = [one for one in followed.all() if one.address in {address, canonical(address)}]
    if not added:
        raise BotError(
            f"--remove: {address}: is no source that was added; those of config.yml are removed there"
        )
    for source in added:
        followed.remove(source.workspace, source.address, TERMINAL, now=now)
    print(f"{len(added)} removed; what it gave stays in the library", file=sys.stderr)
