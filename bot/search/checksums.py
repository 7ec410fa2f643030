"""Damage to the index's files is noticed by their checksums: Tantivy itself keeps none that tell."""

import contextlib
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

MANIFEST = "checksums.json"

CHECKED_BYTES = 64_000_000
"""Up to this size in all an index is read whole when it is opened; of a larger one the sizes, and the rest
while it is used."""

PART = 1 << 20
"""Bytes that have a checksum of their own: of a file that has grown only the last part is read again."""

OTHERS = {".lock", ".base", ".draft"}
"""How the names of files end that are none of the index's: what words are looked up in has sums of its own,
and is built anew by itself."""

GROWING = (".forward", ".txt")
"""How the names of files end that are written at their ends alone; others stay as they are once written."""

Seen = dict[str, tuple[int, int, int] | None]
"""What tells of a file that it was not written again: its place on the disk, size and time."""

Noted = dict[str, tuple[int, list[str]]]
"""Bytes and checksums of the parts of each file, by its name."""


def write(folder: Path) -> None:
    """Note the files of a quiet index; those noted before are read again only where they may have changed."""
    known = _noted(folder)
    noted = {}
    for path in _files(folder):
        with contextlib.suppress(FileNotFoundError):  # Tantivy clears away what it has merged.
            noted[path.name] = _note(path, *known.get(path.name, (0, [])))
    draft = folder / f"{MANIFEST}.draft"
    draft.write_text(json.dumps(noted))
    draft.replace(folder / MANIFEST)


def look_right(folder: Path) -> bool:
    """Tell whether the files of the index are what was noted of them: a large one's sizes alone."""
    noted = _noted(folder)
    in_full = sum(size for size, _ in noted.values()) <= CHECKED_BYTES
    return "meta.json" in noted and all(
        _is_right(folder / name, *told, in_full) for name, told in noted.items()
    )


def intact(folder: Path, *, known: Seen) -> Seen | None:
    """Return how the files of a quiet index are seen if each byte is what was noted of it, else None.

    Those that are seen as they are *known* are not read again.
    """
    noted = _noted(folder)
    if "meta.json" not in noted:
        return None
    seen: Seen = {}
    for name, told in noted.items():
        path = folder / name
        seen[name] = _seen(path)
        if seen[name] is None or (seen[name] != known.get(name) and not _is_right(path, *told, in_full=True)):
            return None
    return seen


def _seen(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def _is_right(path: Path, size: int, sums: list[str], in_full: bool) -> bool:
    try:
        there = path.stat().st_size
        if there != size and (there < size or not path.name.endswith(GROWING)):
            return False
        with path.open("rb") as file:
            return not in_full or sums == list(_sums(file, size))
    except OSError:
        return False


def _note(path: Path, size: int, sums: list[str]) -> tuple[int, list[str]]:
    there = path.stat().st_size
    if there == size and path.name != "meta.json":
        return size, sums
    kept = size // PART if path.name.endswith(GROWING) and there > size else 0
    with path.open("rb") as file:
        file.seek(kept * PART)
        return there, [*sums[:kept], *_sums(file, there - kept * PART)]


def _noted(folder: Path) -> Noted:
    """Return what was noted; nothing if it cannot be read."""
    try:
        noted = json.loads((folder / MANIFEST).read_text())
        return {str(name): (int(size), list(map(str, sums))) for name, (size, sums) in noted.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _files(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.iterdir())
        if path.is_file() and path.suffix not in OTHERS and not path.name.startswith((MANIFEST, "."))
    ]


def _sums(file: BinaryIO, size: int) -> Iterator[str]:
    """Yield the checksums of the next *size* bytes, part by part."""
    for start in range(0, size, PART):
        yield hashlib.blake2b(file.read(min(PART, size - start)), digest_size=16).hexdigest()
