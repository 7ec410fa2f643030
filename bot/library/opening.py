"""Files are opened where they are said to be, and read no further than they went when they were opened."""

import contextlib
import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from bot.errors import ReadError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

NO_FILE = "is no file; name the files in it or its folder"
GONE = "is gone; it was there a moment ago"
OUTSIDE = "leads outside of the folder; name what it leads to, or copy it here"

_NO_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
"""A pipe or a device that took a file's place is opened without waiting for who is at its other end."""


@contextlib.contextmanager
def opened(path: Path, *, within: Path | None) -> Iterator[BinaryIO]:
    """Open the file at *path* for reading, if it lies in the folder *within*, wherever links lead.

    Raises ReadError if it is no file or lies outside, OSError if it cannot be read.
    """
    if within is not None and leads_outside(path, within):
        raise ReadError(OUTSIDE)
    if not path.is_file():  # A look before: opening a device may set it to work.
        raise ReadError(NO_FILE if os.path.lexists(path) else GONE)
    with _Portion(path.resolve()) as portion, io.BufferedReader(portion) as file:
        yield file


def leads_outside(path: Path, folder: Path) -> bool:
    """Tell whether what *path* leads to lies outside of *folder*; what leads nowhere does not."""
    try:
        return not path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        return False


class _Portion(io.FileIO):
    """A file up to where it ended when it was opened: one that grows as it is read has an end, too."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, opener=_opened)
        found = os.fstat(self.fileno())
        if not stat.S_ISREG(found.st_mode):
            self.close()
            raise ReadError(NO_FILE)
        self._end = found.st_size

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        """Fill *buffer* with what comes, as far as the file went."""
        room = memoryview(buffer).cast("B")
        return super().readinto(room[: max(self._end - self.tell(), 0)])


def _opened(path: str, flags: int) -> int:
    # The path is resolved: a link in its place was put there since.
    return os.open(path, flags | _NO_WAITING | getattr(os, "O_NOFOLLOW", 0))
