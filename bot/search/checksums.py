"""Damage to the index's files is noticed by their checksums: Tantivy itself keeps none that tell."""

import hashlib
import json
from pathlib import Path

MANIFEST = "checksums.json"

CHECKED_BYTES = 64_000_000
"""Up to this size in all an index is read whole when it is opened; of a larger one the sizes."""


def write(folder: Path) -> None:
    """Note the files of a quiet index; those noted before are not read again but for `meta.json`."""
    known = _noted(folder)
    noted = {}
    for path in _files(folder):
        is_known = path.name in known and path.name != "meta.json"
        noted[path.name] = known[path.name] if is_known else (path.stat().st_size, _sum(path))
    draft = folder / f"{MANIFEST}.draft"
    draft.write_text(json.dumps(noted))
    draft.replace(folder / MANIFEST)


def are_right(folder: Path) -> bool:
    """Tell whether the files of the index are what was noted of them."""
    noted = _noted(folder)
    if "meta.json" not in noted:
        return False
    in_full = sum(size for size, _ in noted.values()) <= CHECKED_BYTES
    try:
        return all(
            (folder / name).stat().st_size == size and (not in_full or _sum(folder / name) == told)
            for name, (size, told) in noted.items()
        )
    except OSError:
        return False


def _noted(folder: Path) -> dict[str, tuple[int, str]]:
    """Return each file's bytes and checksum, by name; nothing if they cannot be read."""
    try:
        noted = json.loads((folder / MANIFEST).read_text())
        return {str(name): (int(size), str(told)) for name, (size, told) in noted.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _files(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.iterdir())
        if path.is_file() and path.suffix != ".lock" and not path.name.startswith((MANIFEST, "."))
    ]


def _sum(path: Path) -> str:
    return hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()
