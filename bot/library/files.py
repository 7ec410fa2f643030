"""The files at a path, and what readers make of them."""

import os
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bot.errors import ReadError
from bot.library.apart import Apart
from bot.library.disguise import undisguised
from bot.library.opening import leads_outside, opened
from bot.library.readers import APART, READERS, reader
from bot.library.readers.whole import bytes_of
from bot.library.reading import Reading, Unreadable

MANY = {".jsonl", ".ndjson", ".eml"}
"""The ends of names of files that hold documents with keys of their own: lines, and what is attached."""

KNOWN = (*READERS, *APART)
"""The ends of names of files that can be read."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to read: its path, and its name for people, relative to the folder that was given.

    Nothing outside of that folder is read; `folder` is None for a file that was itself given.
    """

    path: Path
    name: str
    folder: Path | None = None

    @property
    def key(self) -> str:
        """Its source key."""
        return key_of(self.path)

    @property
    def holds_many(self) -> bool:
        """Whether it holds documents with keys of their own, which go with what they stand in."""
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
        kinds = ", ".join(KNOWN)
        raise ReadError(f"{path}: holds nothing to read (known are {kinds}); nothing was removed")
    return files


def readings(
    file: File, most: int, apart: Apart, *, progress: Callable[[int], None] = lambda _position: None
) -> Iterator[Reading | Unreadable]:
    """Yield what *file* holds, read *apart* if it is of a hostile format.

    *progress* is told how many of its bytes are read, *most* bytes one document may have.
    Raises ReadError if it cannot be read at all.
    """
    try:
        with opened(file.path, within=file.folder) as content:
            for part in parts_of(content, file.path.suffix.lower(), most, apart):
                yield part
                progress(content.tell())
    except OSError as error:
        raise ReadError(f"cannot be read ({error.strerror or error})") from error


def parts_of(content: BinaryIO, suffix: str, most: int, apart: Apart) -> Iterator[Reading | Unreadable]:
    """Yield what *content* holds, where *suffix* is the end of its name; as `readings` does otherwise."""
    if suffix not in KNOWN:
        raise ReadError(f"is of no known kind; known are {', '.join(KNOWN)}")
    undisguised(content, suffix)
    if apart.reads(suffix):
        yield from apart.read(suffix, bytes_of(content, most), most)
    else:
        yield from reader(suffix)(content, most)


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
        # Links to folders are not followed; those that lead out of this one are told of, as files are.
        outward = [
            name for name in folders if (path := Path(at, name)).is_symlink() and leads_outside(path, folder)
        ]
        known = [name for name in names if not name.startswith(".") and _suffix(name) in KNOWN]
        for name in sorted(outward + known):
            path = Path(at, name)
            yield File(path, _shown(path.relative_to(folder).as_posix()), folder)


def _suffix(name: str) -> str:
    return Path(name).suffix.lower()


def _shown(name: str) -> str:
    """Return *name* as it can be shown and stored, whatever bytes it is made of."""
    text = os.fsencode(name).decode("utf-8", errors="replace")
    return "".join(character if character.isprintable() else "�" for character in text)
