"""What people add in Slack becomes documents of their workspace: a message, and each file of one.

A message's lines stand there as they were written. A file is read as the files of folders are.
"""

import hashlib
import io
import re
import zoneinfo
from dataclasses import replace

from bot.config import Config
from bot.document import Document
from bot.errors import ReadError
from bot.library.apart import Apart
from bot.library.decode import storable
from bot.library.files import KNOWN, parts_of
from bot.library.ingest import Ingest
from bot.library.marking import topics_of
from bot.library.reading import Kind, Reading, Unreadable, number
from bot.library.split import split
from bot.library.topics import Topics
from bot.store.clips import Attached, Said
from bot.store.records import Draft

MAKING = "clip 1"
"""The version of how passages are made from a message; another one makes them anew."""

TITLE_CHARACTERS = 80

KINDS = tuple(kind for kind in KNOWN if kind not in {".jsonl", ".ndjson"})
"""The ends of names of files that are read: those of which each line is a document are not."""

LEFT = 3
"""Parts of a file that are named where they are left out."""

_BULLET = re.compile(r"[•◦▪‣*–-]\s+(?=\S)")
_ADDRESS = re.compile(r"\s*\(?https?://\S+")


def draft_of(said: Said, config: Config, *, url: str | None = None) -> Draft:
    """Return the document that a message makes; *url* is where it stands.

    Nothing is left out of it: a message is no page. Its day is that of the zone in which digests come.
    """
    topics = Topics(config.topics)
    text = storable(said.text)
    lines = [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]
    passages = tuple(
        replace(passage, topics=topics_of(passage, topics, ()))
        for passage in split(number([_block(line) for line in lines]))
    )
    zone = zoneinfo.ZoneInfo(config.digests.weekly.timezone)
    return Draft(
        document=Document(
            id="",
            workspace=said.workspace,
            title=_title(lines) or f"A message in {said.place}",
            author=said.author or said.writer,
            publisher=f"Slack, {said.place}",
            url=url,
            date=said.moment.astimezone(zone).date(),
        ),
        key=said.key,
        topics=(),
        passages=passages,
        # With its key: two people may well say the same.
        content_hash=hashlib.sha256(f"{said.key}\n{text}".encode()).hexdigest(),
        made_by=MAKING,
    )


def reading_of(data: bytes, file: Attached, most: int, apart: Apart) -> tuple[Reading, str]:
    """Return the one document that a file of a message holds, and what of it is left out, '' for nothing.

    Raises ReadError where it holds none, or several.
    """
    readings: list[Reading] = []
    unread: list[str] = []
    for part in parts_of(io.BytesIO(data), file.suffix, most, apart):
        if isinstance(part, Unreadable):
            unread.append(f"{part.where}: {part.why}")
        else:
            readings.append(part)
        if len(readings) > 1 and readings[0].key:
            raise ReadError("holds several documents; add files that hold one each")
    if not readings:
        raise ReadError(unread[0] if unread else "holds no text")
    unread += [f"{one.key}: is attached to it, and to be added by itself" for one in readings[1:]]
    return readings[0], "; ".join(unread[:LEFT])


def draft_of_file(
    reading: Reading, file: Attached, said: Said, ingest: Ingest, *, url: str | None = None
) -> Draft:
    """Return the document that a file of a message makes; *url* is where the message stands.

    What it says of itself holds. Raises ReadError if nothing is left of it.
    """
    stated = replace(
        reading,
        key="",
        title=reading.title or file.title or file.name,
        publisher=reading.publisher or f"Slack, {said.place}",
        url=url or reading.url,
    )
    # With its key: two files may well hold the same, and each is taken back by itself.
    content = f"{file.key}\n{ingest.content_hash(reading)}"
    draft = ingest.draft(
        stated,
        file.key,
        file=file.name,
        workspace=said.workspace,
        content_hash=hashlib.sha256(content.encode()).hexdigest(),
    )
    if not draft.passages:
        raise ReadError("holds no text but what stands around one, as bylines and notices do")
    return draft


def _block(line: str) -> tuple[Kind, str, int]:
    bullet = _BULLET.match(line)
    return (Kind.ITEM, line[bullet.end() :], 1) if bullet else (Kind.PARAGRAPH, line, 1)


def _title(lines: list[str]) -> str:
    """Return the first line that says something beside an address, cut between words; else the first."""
    told = [_ADDRESS.sub("", line).strip(" .:,;-–—*_~`>") for line in lines]
    first = next((line for line in told if re.search(r"\w", line)), lines[0] if lines else "")
    if len(first) <= TITLE_CHARACTERS:
        return first
    head = first[:TITLE_CHARACTERS]
    return f"{head.rsplit(' ', 1)[0] if ' ' in head[TITLE_CHARACTERS // 2 :] else head}…"
