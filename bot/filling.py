"""Ingest at a terminal: a progress bar, a summary, and what is left out."""

import datetime
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from bot.app import Briefbot
from bot.config import Config
from bot.library.files import files_at
from bot.library.ingest import Ingest, explain
from bot.library.reading import Left

SHOWN = 20
"""Refusals that a summary names one by one."""


def fill(briefbot: Briefbot, paths: Sequence[Path]) -> list[str]:
    """Ingest *paths* with a progress bar and a summary; return what was refused."""
    sizes = {file.path: file.size for path in paths for file in files_at(path)}
    done: dict[Path, int] = {}
    bar = tqdm(total=sum(sizes.values()), unit="B", unit_scale=True, disable=None, leave=False, delay=0.5)
    with bar:

        def progress(file: Any, position: int) -> None:
            bar.update(position - done.get(file.path, 0))
            done[file.path] = position

        started = time.monotonic()
        summary = Ingest(briefbot.library, briefbot.config).run(
            paths, now=lambda: datetime.datetime.now(datetime.UTC), progress=progress
        )
    briefbot.index.follow(briefbot.library)
    counts = ", ".join(
        f"{summary.counts[outcome]} {outcome}"
        for outcome in ("new", "changed", "unchanged", "moved", "copy", "removed")
        if summary.counts[outcome] or outcome in {"new", "changed", "unchanged", "removed"}
    )
    took = time.monotonic() - started
    print(
        f"{counts}, {summary.refusals} refused; {summary.passages} passages written in {took:.1f} s",
        file=sys.stderr,
    )
    for reason in summary.refused[:SHOWN]:
        print(f"refused {reason}", file=sys.stderr)
    if summary.refusals > SHOWN:
        print(f"and {summary.refusals - SHOWN} more", file=sys.stderr)
    return summary.refused


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
