"""Readers: each turns an open file into readings, and into reasons for what it cannot read."""

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from bot.library.readers import feed, jsonl, markdown, text
from bot.library.reading import Reading, Unreadable

Reader = Callable[[BinaryIO, int], Iterator[Reading | Unreadable]]
"""Takes a file and the most bytes one document may have. Raises ReadError if nothing can be read."""

READERS: Mapping[str, Reader] = {
    ".txt": text.read,
    ".text": text.read,
    ".md": markdown.read,
    ".markdown": markdown.read,
    ".jsonl": jsonl.read,
    ".ndjson": jsonl.read,
    **dict.fromkeys((".rss", ".atom", ".xml", ".json"), feed.read),
}
"""Which reader reads a file, by the end of its name."""
