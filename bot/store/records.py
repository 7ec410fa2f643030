"""What goes into the store and comes out of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.document import Document, Excerpt, Passage


@dataclass(frozen=True, slots=True)
class State:
    """Which store this is and how far it has come."""

    store_id: str
    revision: int
    topics_mark: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A document as it was read: `key` is its source's, unique in the workspace.

    `content_hash` tells whether it changed, `made_by` whether the rules that made its passages did. `address`
    is its canonical URL, where it came from the net: only such drafts are compared with what is like them.
    """

    document: Document
    key: str
    topics: tuple[str, ...]
    passages: tuple[Passage, ...]
    content_hash: str
    made_by: str
    address: str | None = None


class Outcome(StrEnum):
    """What became of a draft."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    COPY = "copy"  # the same or a near copy under another source key: one document with several sources
    MOVED = "moved"  # a copy whose first source is gone


@dataclass(frozen=True, slots=True)
class Removed:
    """What is left of an excerpt or a document that is no longer there."""

    document: Document
    removed_at: datetime
    document_remains: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A document at `revision`, with all its excerpts; with none if it was removed."""

    revision: int
    document_id: str
    excerpts: tuple[Excerpt, ...]


@dataclass(frozen=True, slots=True)
class Arrival:
    """An excerpt that was not there before `revision`; `text_hash` is the same for the same text."""

    excerpt: Excerpt
    revision: int
    text_hash: str


@dataclass(frozen=True, slots=True)
class Source:
    """Who published documents (None: not stated), how many, and when the last of them came or changed."""

    publisher: str | None
    documents: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Marked:
    """An excerpt without its text: which document's it is, and its topics."""

    excerpt_id: str
    document_id: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """A passage of a dated document; `source` is who says it, None where that is not known."""

    document_id: str
    day: date
    source: str | None
    topics: tuple[str, ...]
    text: str
