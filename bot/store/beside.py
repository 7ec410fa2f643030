"""A file that is written beside its place and put there whole, or not at all."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.errors import StoreError

STALE_SECONDS = 24 * 3600
"""After which what a killed process left beside is removed by the next."""


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Yield where to write what is to stand at *path*; what is not put there by then goes.

    Raises StoreError where its folder, or the file, cannot be written.
    """
    try:
        folder = _folder_beside(path)
    except OSError as error:
        raise unwritable(path.absolute().parent, error) from error
    try:
        yield folder / path.name
    except OSError as error:  # As of a full disk.
        raise unwritable(path, error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_new(part: Path, path: Path) -> None:
    """Put what was written in its place, where there must be nothing yet. Raises StoreError otherwise."""
    refuse_existing(path)
    try:
        _sync(part)
        os.link(part, path)  # Which never replaces what has come there meanwhile.
        _sync(path.absolute().parent)
    except FileExistsError:
        refuse_existing(path)
    except OSError:  # A file system without links.
        put(part, path)


def put(part: Path, path: Path) -> None:
    """Put what was written in its place, instead of what is there. Raises StoreError where that fails."""
    try:
        _sync(part)
        part.replace(path)
        _sync(path.absolute().parent)
    except OSError as error:
        raise unwritable(path, error) from error


def refuse_existing(path: Path) -> None:
    """Raise StoreError where there is a file already."""
    if path.is_dir():
        raise StoreError(f"{path}: is a folder; name a file")
    if os.path.lexists(path):
        raise StoreError(f"{path}: is there already; --force puts another in its place")


def unwritable(path: Path, error: OSError) -> StoreError:
    """Return what is said where *path* cannot be written."""
    return StoreError(f"{path}: cannot be written ({error.strerror}); nothing was half-written")


def _folder_beside(path: Path) -> Path:
    parent = path.absolute().parent
    for left in parent.glob(f".{path.name}.*.part"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > STALE_SECONDS:
                shutil.rmtree(left)
    return Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".part", dir=parent))


def _sync(path: Path) -> None:
    """Wait until the disk has it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
