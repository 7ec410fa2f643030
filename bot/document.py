"""Documents and their excerpts, as every floor knows them, and how their ids are made."""

import base64
import datetime
import hashlib
import re
from dataclasses import dataclass

ID_LENGTH = 12
"""Characters of an id, five bits each: at a million excerpts a collision has odds of 1 to 2,000,000."""


@dataclass(frozen=True, slots=True)
class Document:
    """One article, report, page or clip, as far as it is known: what it does not say is None.

    `workspace` is '' where all workspaces see it. `based_on` names what a summary sums up.
    `file` is where it was read from, relative to the folder that was given.
    """

    id: str
    workspace: str = ""
    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    based_on: str | None = None
    url: str | None = None
    date: datetime.date | None = None
    language: str | None = None
    file: str | None = None

    @property
    def name(self) -> str:
        """What it is called: its title, or else its file, address or id."""
        return self.title or self.file or self.url or self.id

    @property
    def citation(self) -> str:
        """Who says it, as far as that is known; a summary is cited as one."""
        if self.based_on:
            whose = f"{self.publisher}'s summary of" if self.publisher else "Summary of"
            return f"{whose} {self.based_on}"
        day = str(self.date) if self.date else None
        return ", ".join(part for part in (self.name, self.author, self.publisher, day) if part)


@dataclass(frozen=True, slots=True)
class Passage:
    """An excerpt that the store has not given an id yet; the fields are those of Excerpt."""

    text: str
    section: tuple[str, ...] = ()
    paragraph: int = 1
    context: str | None = None
    topics: tuple[str, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A passage of one section of one document, word for word.

    `context` is the lead-in of the list it belongs to. `section` is the path of headings above it.
    `paragraph` counts the document's paragraphs and list items from 1, headings left out.
    `edited` tells that it stands for what was there before: it has not arrived. `page` is the one on which
    it begins, where its document has pages.
    """

    id: str
    document: Document
    text: str
    section: tuple[str, ...]
    paragraph: int
    context: str | None = None
    topics: tuple[str, ...] = ()
    added: datetime.datetime | None = None
    edited: bool = False
    page: int | None = None

    @property
    def place(self) -> str:
        """Its page, where there are pages, and its paragraph."""
        paragraph = f"paragraph {self.paragraph}"
        return f"page {self.page}, {paragraph}" if self.page else paragraph

    @property
    def locator(self) -> str:
        """Where in its document it stands."""
        return ", ".join([*self.section[-1:], self.place])


_MARKS = re.compile(r"[\W_]+")
_ASCII_MARKS = {code: " " for code in range(128) if not chr(code).isalnum()}


def plain(text: str) -> str:
    """Return what is the same for texts that differ in case, white space and punctuation alone."""
    folded = text.casefold()
    if folded.isascii():  # A third of the time.
        return " ".join(folded.translate(_ASCII_MARKS).split())
    return _MARKS.sub(" ", folded).strip()


def new_id(*parts: str | int) -> str:
    """Return the id that belongs to *parts*: the same parts, the same id, on every machine."""
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode()).digest()
    return base64.b32encode(digest).decode().lower()[:ID_LENGTH]
