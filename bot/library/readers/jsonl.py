"""JSONL: one document a line, with `id`, `title`, `text` and what else it says of itself."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO

from bot.errors import ReadError
from bot.library.decode import decode, storable
from bot.library.facts import LONGEST, facts_of
from bot.library.readers.text import reading_of
from bot.library.reading import Reading, Unreadable
from bot.library.seen import Seen


def read(file: BinaryIO, most: int) -> Iterator[Reading | Unreadable]:
    """Yield each line's reading, or why it has none; empty lines are passed over."""
    seen = Seen()
    for count, line in enumerate(_lines(file, most), start=1):
        where = f"line {count}"
        if line is None:
            yield Unreadable(where, f"is larger than {most // 1_000_000} MB")
        elif line.strip():
            try:
                yield _reading(line, seen)
            except ReadError as error:
                yield Unreadable(where, str(error))


def _lines(file: BinaryIO, most: int) -> Iterator[bytes | None]:
    """Yield the lines of *file*, None for one of more than *most* bytes."""
    while line := file.readline(most + 1):
        if len(line) <= most:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(most + 1)
        yield None


def _reading(line: bytes, seen: Seen) -> Reading:
    values = _mapping(line)
    key, text = values.get("id"), values.get("text")
    if isinstance(key, bool) or not isinstance(key, str | int) or not 0 < len(str(key)) <= LONGEST:
        raise ReadError('has no id; write {"id": ..., "title": ..., "text": ...}')
    key = storable(str(key))
    text = text if isinstance(text, str) else ""
    if key in seen if not text.strip() else not seen.add(key):
        raise ReadError(f"id {key[:60]!r} stands above already")
    if not text.strip():
        raise ReadError("has no text")
    facts = facts_of(values)
    read = reading_of(decode(text.encode("utf-8", errors="replace")))
    return replace(read, key=key, **facts)


def _mapping(line: bytes) -> dict[str, Any]:
    try:
        values = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ReadError("is not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise ReadError("is not JSON") from error
    if not isinstance(values, dict):
        raise ReadError("is no JSON object")
    return values
