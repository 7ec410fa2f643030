"""The files at a path, and what readers make of them."""

import os
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ReadError
from bot.library.readers import READERS
from bot.library.reading import Reading, Unreadable

MANY = {".jsonl", ".ndjson"}
"""The ends of names of files that hold a document a line."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to read: its path, and its name for people, relative to the folder that was given."""

    path: Path
    name: str

    @property
    def key(self) -> str:
        """Its source key."""
        return key_of(self.path)

    @property
    def holds_many(self) -> bool:
        """Whether it holds a document a line, each with a key of its own."""
        return self.path.suffix.lower() in MANY

    @property
    def size(self) -> int:
        """Bytes, 0 where that cannot be told."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0


def files_at(path: Path) -> list[File]:
    """Return the files that can be read at *path*, hidden ones left out, in order of their names.

    Raises ReadError if there is no such path, or nothing there that can be read.
    """
    try:
        path.stat()
        if path.is_dir():
            next(path.iterdir(), None)  # Raises where it may not be read.
    except OSError as error:
        raise ReadError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    if not path.is_dir():
        return [File(path, _shown(path.name))]
    files = list(_within(path))
    if not files:
        kinds = ", ".join(READERS)
        raise ReadError(f"{path}: holds nothing to read (known are {kinds}); nothing was removed")
    return files


def readings(
    file: File, most: int, *, progress: Callable[[int], None] = lambda _position: None
) -> Iterator[Reading | Unreadable]:
    """Yield what *file* holds; *progress* is told how many of its bytes are read.

    Raises ReadError if it cannot be read at all; *most* bytes one document may have.
    """
    reader = READERS.get(file.path.suffix.lower())
    if reader is None:
        raise ReadError(f"is of no known kind; known are {', '.join(READERS)}")
    try:
        if not file.path.is_file():
            raise ReadError("is no file; name the files in it or its folder")
        with file.path.open("rb") as opened:
            for reading in reader(opened, most):
                yield reading
                progress(opened.tell())
    except OSError as error:
        raise ReadError(f"cannot be read ({error.strerror})") from error


def key_of(path: Path) -> str:
    """Return the source key of what lies at *path*, whatever bytes its name is made of."""
    try:
        return path.resolve().as_uri()
    except (OSError, RuntimeError) as error:
        raise ReadError(f"{_shown(str(path))}: leads in a circle") from error


def is_gone(path: Path) -> bool:
    """Tell whether there is surely nothing at *path*; what cannot be looked at may be there."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def path_of(key: str) -> Path | None:
    """Return the path that the source key *key* names, if it names one."""
    if not key.startswith("file://"):
        return None
    address = key.removeprefix("file://").partition("#")[0]
    return Path(os.fsdecode(urllib.parse.unquote_to_bytes(address)))


def _within(folder: Path) -> Iterator[File]:
    for at, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(at, name)
            if not name.startswith(".") and path.suffix.lower() in READERS:
                yield File(path, _shown(path.relative_to(folder).as_posix()))


def _shown(name: str) -> str:
    """Return *name* as it can be shown and stored, whatever bytes it is made of."""
    text = os.fsencode(name).decode("utf-8", errors="replace")
    return "".join(character if character.isprintable() else "�" for character in text)
