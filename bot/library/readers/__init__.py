"""Readers: each turns an open file into readings, and into reasons for what it cannot read."""

import importlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from bot.library.reading import Reading, Unreadable

Reader = Callable[[BinaryIO, int], Iterator[Reading | Unreadable]]
"""Takes a file and the most bytes one document may have. Raises ReadError if nothing can be read."""

READERS: dict[str, str] = {
    ".txt": "bot.library.readers.text",
    ".text": "bot.library.readers.text",
    ".jsonl": "bot.library.readers.jsonl",
    ".ndjson": "bot.library.readers.jsonl",
}
"""Which module reads a file, by the end of its name, where plain Python of ours looks at each byte."""

APART: dict[str, str] = {
    ".md": "bot.library.readers.markdown",
    ".markdown": "bot.library.readers.markdown",
    ".html": "bot.library.readers.html",
    ".htm": "bot.library.readers.html",
    ".xhtml": "bot.library.readers.html",
    ".pdf": "bot.library.readers.pdf",
    ".docx": "bot.library.readers.docx",
    ".epub": "bot.library.readers.epub",
    ".eml": "bot.library.readers.eml",
    ".rss": "bot.library.readers.feed",
    ".atom": "bot.library.readers.feed",
    ".xml": "bot.library.readers.feed",
    ".json": "bot.library.readers.feed",
}
"""Which module reads a file that others' code takes to pieces: in a process apart, and imported only there.

Markdown is among them: some texts keep its parser busy for hours, or use up the stack of YAML's.
"""


def reader(suffix: str) -> Reader:
    """Return what reads a file of READERS or of APART, in this process. Raises KeyError for others."""
    read: Reader = importlib.import_module({**READERS, **APART}[suffix]).read
    return read
