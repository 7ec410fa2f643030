"""What the index holds of an excerpt: the words it is found by, and all that an answer shows of it."""

import datetime
import itertools
import json
import re
import urllib.parse
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import tantivy

from bot.document import Document, Excerpt
from bot.library.sentences import sentence_spans
from bot.library.words import Word, spans, stems, words
from bot.search.language import code_of

FORMAT = 3
"""The version of the fields below and of `bot.library.words`: an index of another is built anew."""

TITLE_WEIGHT = 3
"""What a title counts in a document of a single passage."""

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)

COMMON = "-"
"""The workspace of what all workspaces see: a term of the index cannot be empty."""


def _schema() -> tantivy.Schema:
    build = tantivy.SchemaBuilder()
    for name in ("meta", "workspace", "document", "id", "topic", "language"):
        build.add_text_field(name, tokenizer_name="raw", index_option="basic")
    build.add_text_field("body", tokenizer_name="whitespace", index_option="freq")
    build.add_text_field("words", tokenizer_name="whitespace", index_option="position")
    build.add_text_field("own", tokenizer_name="whitespace", index_option="basic")
    build.add_text_field("names", tokenizer_name="whitespace", index_option="basic")
    build.add_text_field("source", tokenizer_name="whitespace", index_option="basic")
    build.add_integer_field("date", indexed=True, fast=True)
    build.add_integer_field("added", indexed=True, fast=True)
    build.add_bytes_field("stored", stored=True)
    return build.build()


SCHEMA = _schema()
"""`body` has stems, title and headings among them, and is what ranks; `own` those of the passage, its
headings and its lead-in, without the title that all passages of a document share; `words` has the words
as they stand, for phrases and spelling; `names` those written as names; `language` is a
code, as en; `date` is an ordinal day, `added` the microsecond of arrival, which what was edited lacks."""


def entry_of(excerpt: Excerpt, *, passages: int) -> tantivy.Document:
    """Return *excerpt* as the index keeps it; its document has so many *passages*."""
    document = excerpt.document
    found = list(spans(excerpt.text))
    beside = [words(text) for text in (excerpt.context or "", *excerpt.section)]
    title = words(document.title or "")
    own = stems(itertools.chain(*beside, (word.word for word in found)))
    entry = tantivy.Document()
    entry.add_text("workspace", document.workspace or COMMON)
    entry.add_text("document", document.id)
    entry.add_text("id", excerpt.id)
    for topic in excerpt.topics:
        entry.add_text("topic", topic)
    if language := code_of(document.language or ""):
        entry.add_text("language", language)
    entry.add_text("own", " ".join(own))
    titles, owns = _weights(passages)
    entry.add_text("body", " ".join(stems(title) * titles + own * owns))
    entry.add_text("words", " ".join(word.word for word in found))
    for told in (*beside, title):
        entry.add_text("words", " ".join(told))
    entry.add_text("names", " ".join(_names_in(excerpt.text, found)))
    entry.add_text("source", " ".join(_source_words(document)))
    if document.date:
        entry.add_integer("date", document.date.toordinal())
    if excerpt.added and not excerpt.edited:
        entry.add_integer("added", microseconds(excerpt.added))
    entry.add_bytes("stored", json.dumps(asdict(excerpt), default=str).encode())
    return entry


def microseconds(moment: datetime.datetime) -> int:
    """Return how many have passed since 1970; a float would lose some."""
    return (moment - EPOCH) // datetime.timedelta(microseconds=1)


def _weights(passages: int) -> tuple[int, int]:
    """Return how often the title and the passage's own words count.

    A title is worth three mentions (BM25F on Cranfield, CISI, CACM, NPL: 3 is best of 1 to 4), but all
    passages of a document share it: it does not tell them apart.
    """
    return max(round(TITLE_WEIGHT / passages), 1), 1 if passages <= TITLE_WEIGHT else 2


def excerpt_of(entry: tantivy.Document) -> Excerpt:
    """Return the excerpt that *entry* keeps."""
    told: dict[str, Any] = json.loads(bytes(entry.get_first("stored") or b""))
    document = told.pop("document")
    if document["date"]:
        document["date"] = datetime.date.fromisoformat(document["date"])
    if told["added"]:
        told["added"] = datetime.datetime.fromisoformat(told["added"])
    for name in ("section", "topics"):
        told[name] = tuple(told[name])
    return Excerpt(document=Document(**document), **told)


def _names_in(text: str, found: Sequence[Word]) -> list[str]:
    """Return the words that are written as names: a capital within a sentence, or within a word."""
    starts = [word.start for word in found]
    firsts = {bisect_left(starts, begin) for begin, _ in sentence_spans(text)}
    names = []
    for at, word in enumerate(found):
        written = text[word.start : word.end]
        if written == written.lower():
            continue
        if (at not in firsts and written[0].isupper()) or re.search(r"[^\W\d_].*[A-Z]", written):
            names.append(word.word)
    return names


def _source_words(document: Document) -> list[str]:
    """Return what a document's source may be called by."""
    host = urllib.parse.urlsplit(document.url or "").hostname
    told = (
        document.publisher,
        document.author,
        document.based_on,
        document.title,
        host,
        document.file,
    )
    return [word for text in told if text for word in words(text)]
