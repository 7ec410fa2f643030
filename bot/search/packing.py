"""An index as one file, from which a new process begins in place of building it from the store."""

import logging
import shutil
import tarfile
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

from bot.errors import StoreError
from bot.search import checksums
from bot.store.beside import beside, put

log = logging.getLogger(__name__)

Told = Callable[[int], object]
"""Hears of so many more bytes that are done."""


def size_of(folder: Path) -> int:
    """Return how many bytes the files of an index have."""
    return sum(path.stat().st_size for path in _files(folder))


def pack(
    folder: Path, file: Path, *, quiet: AbstractContextManager[object], told: Told = lambda _: None
) -> None:
    """Write the index of *folder* to *file*, whole or not at all, in the place of an earlier one.

    Raises StoreError where that fails, and where there is something else in its place.
    It need be *quiet* only until its files are open: from then on it goes on, and what of them stood there by
    then stays as it is. Nothing is pressed together: what there is of an index hardly shrinks, and a start is
    not to wait for it.
    """
    if file.resolve().is_relative_to(folder.resolve()):
        raise StoreError(f"{file}: is in the folder of the index itself; name another place")
    if file.exists() and not _is_packed(file):
        raise StoreError(f"{file}: is there already and is no index; name another file")
    with beside(file) as part:
        with tarfile.open(part, "w") as archive, ExitStack() as opened:
            with quiet:
                files = [opened.enter_context(path.open("rb")) for path in _files(folder)]
                members = [archive.gettarinfo(arcname=Path(one.name).name, fileobj=one) for one in files]
            for member, one in zip(members, files, strict=True):
                archive.addfile(member, one)
                told(member.size)
        put(part, file)


def unpack(file: Path, folder: Path) -> bool:
    """Put the index of *file* into the empty *folder*; tell whether it could be had.

    One that is damaged, or no index at all, is passed over: it is built from the store then.
    """
    draft = folder.with_name(f"{folder.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        with tarfile.open(file, "r:") as archive:
            for member in archive:
                if not member.isreg() or "/" in member.name:
                    raise tarfile.ReadError(f"{member.name} is no file of an index")
                archive.extract(member, draft, filter="data")
        is_whole = draft.is_dir() and checksums.intact(draft, known={}) is not None
    except (OSError, tarfile.TarError) as error:
        log.warning("%s: cannot be read (%s); the index is built from the store", file, error)
        is_whole = False
    else:
        if not is_whole:
            log.warning("%s: holds no whole index; it is built from the store", file)
    if is_whole:
        for path in draft.iterdir():
            path.replace(folder / path.name)
    shutil.rmtree(draft, ignore_errors=True)
    return is_whole


def _is_packed(file: Path) -> bool:
    try:
        with tarfile.open(file, "r:") as archive:
            return checksums.MANIFEST in archive.getnames()
    except (OSError, tarfile.TarError):
        return False


def _files(folder: Path) -> list[Path]:
    """Return the files of an index, and what is looked up beside it."""
    passing = (".lock", ".draft")
    return [path for path in sorted(folder.iterdir()) if path.is_file() and path.suffix not in passing]
