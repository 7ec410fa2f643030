"""Backups, exports and packed indexes at a terminal: written and read, with a progress bar and a summary."""

import datetime
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tqdm import tqdm

from bot.app import open_briefbot
from bot.config import Config
from bot.errors import StoreError
from bot.store import install_tables
from bot.store import tables as library_tables
from bot.store.backup import back_up
from bot.store.contents import Contents, Progress
from bot.store.database import as_it_stands, open_database
from bot.store.postgresql import Tools
from bot.store.restore import kind_of, restore
from bot.store.transfer import export, import_
from digests import tables as digest_tables
from digests.restoration import learn

TABLES = (
    *library_tables.metadata.sorted_tables,
    *install_tables.metadata.sorted_tables,
    *digest_tables.metadata.sorted_tables,
)
"""All that a store holds, those first that others refer to."""

DELAY = 1.0
"""Seconds after which a bar is shown, at a terminal alone."""


def back_up_store(config: Config, path: Path, *, replaces: bool) -> None:
    """Back the store up to *path* and say what the file holds."""
    tools = Tools(config.postgresql_tools)
    with closing(as_it_stands(config.database_url, config.data)) as database, _bar() as progress:
        held = back_up(database, path, replaces=replaces, tools=tools, progress=progress)
    _tell(f"{path}: {path.stat().st_size:,} bytes", held)


def restore_store(config: Config, path: Path, *, replaces: bool, now: datetime.datetime) -> None:
    """Restore the backup at *path* and say what the store holds now."""
    with closing(as_it_stands(config.database_url, config.data)) as database, _bar() as progress:
        done = restore(
            path,
            database,
            replaces=replaces,
            now=now,
            learn=lambda connection: learn(connection, now=now),
            tools=Tools(config.postgresql_tools),
            progress=progress,
        )
    _tell(f"{database.name}: restored", done.contents)
    if done.kept:
        print(f"what was there is kept as {done.kept}", file=sys.stderr)


def _tell(what: str, held: Contents) -> None:
    documents = f"{held.documents:,} document{'s' * (held.documents != 1)}"
    print(f"{what}, {documents}, schema {held.schema}, revision {held.revision}", file=sys.stderr)


def export_store(config: Config, path: Path, *, replaces: bool) -> None:
    """Export the store to *path* and say what the file holds."""
    with closing(as_it_stands(config.database_url, config.data)) as database, _bar() as progress:
        held = export(database, path, TABLES, replaces=replaces, progress=progress)
    _tell(f"{path}: {path.stat().st_size:,} bytes", held)


def import_store(config: Config, path: Path, *, now: datetime.datetime) -> None:
    """Fill an empty store from the export at *path* and say what it holds."""
    if kind_of(path) != "export":
        raise StoreError(f"{path}: is a backup; `python -m bot restore` takes it")
    with closing(open_database(config.database_url, config.data)) as database, _bar() as progress:
        held = import_(
            path,
            database,
            TABLES,
            learn=lambda connection: learn(connection, now=now),
            progress=progress,
        )
    _tell(f"{database.name}: imported", held)


def pack_index(config: Config, path: Path) -> None:
    """Write the index, at the store's revision, to *path* and say what it is."""
    with closing(open_briefbot(config)) as briefbot, _bar() as progress:
        index = briefbot.index
        total, done = index.bytes, 0

        def told(count: int) -> None:
            nonlocal done
            done += count
            progress("write", done, total)

        index.pack(path, told=told)
    print(f"{path}: the index at revision {index.revision}, {total / 1e6:,.0f} MB")


@contextmanager
def _bar() -> Iterator[Progress]:
    """Show how far it has come: a share where that is known, or else that it goes on."""
    with tqdm(
        disable=None, leave=False, delay=DELAY, bar_format="{desc} {percentage:3.0f}% {elapsed}"
    ) as bar:
        began = time.monotonic()

        def progress(what: str, done: int, total: int) -> None:
            bar.bar_format = "{desc} {percentage:3.0f}% {elapsed}" if total else "{desc} {elapsed}"
            bar.set_description_str(what, refresh=False)
            bar.total, bar.n = total or None, done
            if time.monotonic() - began > DELAY:
                bar.refresh()

        yield progress
