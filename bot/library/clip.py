"""A message of Slack becomes a document of its workspace, its lines as they stand there."""

import hashlib
import re
import zoneinfo
from dataclasses import replace

from bot.config import Config
from bot.document import Document
from bot.library.decode import storable
from bot.library.marking import topics_of
from bot.library.reading import Kind, number
from bot.library.split import split
from bot.library.topics import Topics
from bot.store.clips import Said
from bot.store.records import Draft

MAKING = "clip 1"
"""The version of how passages are made from a message; another one makes them anew."""

TITLE_CHARACTERS = 80

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
