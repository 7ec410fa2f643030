"""What the index holds of an excerpt: the words it is found by, and all that an answer shows of it."""

import datetime
import itertools
import json
import urllib.parse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

import tantivy

from bot.document import Document, Excerpt
from bot.library.sentences import only_asks
from bot.library.words import words
from bot.search.analysis import Analyser
from bot.search.language import code_of, stemmed_in

FORMAT = 5
"""The version of the fields below and of `bot.library.words`: an index of another is built anew."""

TITLE_WEIGHT = 3
"""What a title counts in a document of a single passage."""

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)

COMMON = "-"
"""The workspace of what all workspaces see: a term of the index cannot be empty."""


def _schema() -> tantivy.Schema:
    build = tantivy.SchemaBuilder()
    for name in ("meta", "workspace", "document", "id", "first", "topic", "language"):
        build.add_text_field(name, tokenizer_name="raw", index_option="basic")
    build.add_text_field("body", tokenizer_name="whitespace", index_option="freq")
    build.add_text_field("words", tokenizer_name="whitespace", index_option="position")
    build.add_text_field("titled", tokenizer_name="whitespace", index_option="basic")
    build.add_text_field("source", tokenizer_name="whitespace", index_option="basic")
    build.add_integer_field("date", indexed=True, fast=True)
    build.add_integer_field("added", indexed=True, fast=True)
    build.add_unsigned_field("number", indexed=True, fast=True)
    build.add_bytes_field("stored", stored=True)
    return build.build()


SCHEMA = _schema()
"""`body` has stems, title and headings among them, and is what ranks; `titled` those that only the title has,
which all passages of a document share: the others are the passage's own; `words` has the words
as they stand, for phrases; `first` marks one passage of each
document; `language` is what the document states; `number` is the passage's place in the forward index; `date`
is an ordinal day, `added` the microsecond of arrival, which what was edited lacks."""

STORED = tuple(field.name for field in fields(Excerpt) if field.name != "document")
_values = attrgetter(*STORED)
STORED_OF_DOCUMENT = tuple(field.name for field in fields(Document))


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage as the index keeps it: `fields` but for its number, and its terms for the forward index."""

    fields: tantivy.Document
    own: list[int]
    title: list[int]
    asks: bool


def entries_of(excerpts: Sequence[Excerpt], analyser: Analyser) -> Iterator[Entry]:
    """Yield the entries of a document's *excerpts*, which are all it has, in their order."""
    if not excerpts:
        return
    document = excerpts[0].document
    language = stemmed_in(document.language)
    is_common = not document.workspace
    title = analyser.analysed(document.title or "", language, is_common=is_common)
    titles = " ".join([title.stems] * _title_weight(len(excerpts)))
    title_terms = dict(zip(title.stems.split(), title.terms, strict=True)).items()
    source = " ".join(_source_words(document))
    told = _stored_document(document)
    for at, excerpt in enumerate(excerpts):
        texts = (excerpt.context, *excerpt.section, excerpt.text)
        own = [analyser.analysed(text, language, is_common=is_common) for text in texts if text]
        stems = " ".join([one.stems for one in own])
        entry = tantivy.Document()
        for name, value in _labels(excerpt, is_first=at == 0):
            entry.add_text(name, value)
        terms = list(itertools.chain.from_iterable(one.terms for one in own))
        entry.add_text("body", f"{titles} {stems}")
        entry.add_text("titled", " ".join(stem for stem, term in title_terms if term not in terms))
        for one in (*own, title):  # Each by itself: no phrase goes from one into the next.
            entry.add_text("words", one.words)
        entry.add_text("source", source)
        if document.date:
            entry.add_integer("date", document.date.toordinal())
        if excerpt.added and not excerpt.edited:
            entry.add_integer("added", microseconds(excerpt.added))
        entry.add_bytes("stored", _stored(excerpt, told))
        yield Entry(entry, own=terms, title=title.terms, asks=only_asks(excerpt.text))


def _labels(excerpt: Excerpt, *, is_first: bool) -> Iterator[tuple[str, str]]:
    document = excerpt.document
    yield "workspace", document.workspace or COMMON
    yield "document", document.id
    yield "id", excerpt.id
    if is_first:
        yield "first", "first"
    if language := code_of(document.language or ""):
        yield "language", language
    for topic in excerpt.topics:
        yield "topic", topic


def _stored_document(document: Document) -> str:
    told = {name: getattr(document, name) for name in STORED_OF_DOCUMENT}
    return json.dumps(told | {"date": str(document.date) if document.date else None})


def _stored(excerpt: Excerpt, document: str) -> bytes:
    """Return all that an answer shows of *excerpt*; its document has been told already."""
    told = dict(zip(STORED, _values(excerpt), strict=True))
    told["added"] = excerpt.added.isoformat() if excerpt.added else None
    return f'{{"document": {document}, {json.dumps(told)[1:]}'.encode()


def microseconds(moment: datetime.datetime) -> int:
    """Return how many have passed since 1970; a float would lose some."""
    return (moment - EPOCH) // datetime.timedelta(microseconds=1)


def _title_weight(passages: int) -> int:
    """Return how often the title counts in each passage of a document with so many.

    A title is worth three mentions (BM25F on Cranfield, CISI, CACM, NPL: 3 is best of 1 to 4), but all
    passages of a document share it: the more they are, the less it tells them apart.
    """
    return max(TITLE_WEIGHT - passages // TITLE_WEIGHT, 1)


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
