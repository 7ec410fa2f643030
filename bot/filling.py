"""Ingest at a terminal: a progress bar, a summary, and what is left out."""

import datetime
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from tqdm import tqdm

from bot.app import Briefbot
from bot.config import Config
from bot.library.files import File, files_at
from bot.library.ingest import Ingest, explain
from bot.library.load import Summary
from bot.library.reading import Left

SHOWN = 20
"""Refusals that a summary names one by one."""

LOOK = 0.5
"""Seconds from one look at how far the index has come to the next."""

LEAST = 0.1
"""Seconds that an ingest counts for at least: the summary shows no less."""

_SHOWN: dict[str, Any] = {"disable": None, "leave": False, "delay": 0.5}
"""At a terminal alone, and once it takes longer than half a second."""


def fill(briefbot: Briefbot, paths: Sequence[Path]) -> Summary:
    """Ingest *paths* with a progress bar and a summary of what was done, which is returned."""
    started = time.monotonic()
    summary = Summary()
    with _Bar(sum(file.size for path in paths for file in files_at(path)), summary) as bar:
        Ingest(briefbot.library, briefbot.config).run(
            paths,
            now=lambda: datetime.datetime.now(datetime.UTC),
            progress=bar.read,
            summary=summary,
        )
    _index(briefbot)
    counts = ", ".join(
        f"{summary.counts[outcome]} {outcome}"
        for outcome in ("new", "changed", "unchanged", "moved", "copy", "removed")
        if summary.counts[outcome] or outcome in {"new", "changed", "unchanged", "removed"}
    )
    took = time.monotonic() - started
    rate = f", {summary.passages / max(took, LEAST):,.0f} a second" if summary.passages else ""
    print(
        f"{counts}, {summary.refusals} refused; {summary.passages:,} passages written in {took:.1f} s{rate}",
        file=sys.stderr,
    )
    for reason in summary.refused[:SHOWN]:
        print(f"refused {reason}", file=sys.stderr)
    if summary.refusals > SHOWN:
        print(f"and {summary.refusals - SHOWN} more", file=sys.stderr)
    return summary


class _Bar:
    """How much of the files is read, how many passages that made a second, and the time left."""

    def __init__(self, size: int, summary: Summary) -> None:
        form = "{l_bar}{bar}| {n_fmt}/{total_fmt}, {remaining} left{postfix}"
        shown = {"unit": "B", "unit_scale": True, "bar_format": form, **_SHOWN}
        self._bar = tqdm(total=size, desc="read", **shown)
        self._summary = summary
        self._file: File | None = None
        self._position = 0

    def read(self, file: File, position: int) -> None:
        """Tell how many bytes of *file* are read; one file comes after the other."""
        before = self._position if file is self._file else 0
        self._file, self._position = file, position
        if self._bar.update(position - before):
            took = self._bar.format_dict["elapsed"]
            told = f"{self._summary.passages:,} passages, {self._summary.passages / max(took, 1):,.0f}/s"
            self._bar.set_postfix_str(told, refresh=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self._bar.close()


def _index(briefbot: Briefbot) -> None:
    """Bring the index to the store's revision, with a bar."""
    reached, wanted = max(briefbot.index.revision, 0), briefbot.library.state().revision
    done = threading.Event()
    with tqdm(total=max(wanted - reached, 0), desc="index", unit=" documents", **_SHOWN) as bar:

        def look() -> None:
            while not done.wait(LOOK):
                bar.update(max(briefbot.index.read_upto - reached - bar.n, 0))
                bar.refresh()

        looking = threading.Thread(target=look, daemon=True)
        looking.start()
        try:
            briefbot.index.follow(briefbot.library)
        finally:
            done.set()
            looking.join()


def explain_to_terminal(paths: Sequence[Path], config: Config) -> bool:
    """Print what is left out of each document and by which rule; tell whether any was refused."""
    is_refused = False
    for file, cleaned in explain(paths, config):
        if isinstance(cleaned, str):
            is_refused = True
            print(f"{file.name}: refused: {cleaned}")
            continue
        left = [block for block in cleaned if isinstance(block, Left)]
        print(f"{file.name}: {len(cleaned) - len(left)} kept, {len(left)} left out")
        for block in left:
            where = f"paragraph {block.paragraph}" if block.paragraph else "at the top"
            print(f"  {block.rule}, {where}: {' '.join(block.text.split())}")
    return is_refused
