"""What the index holds of an excerpt: the words it is found by, and all that an answer shows of it."""

import datetime
import urllib.parse
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec
import tantivy

from bot.document import Document, Excerpt
from bot.library.sentences import only_asks
from bot.library.words import words
from bot.search.analysis import Analyser
from bot.search.language import code_of, stemmed_in

FORMAT = 8
"""The version of the fields below and of `bot.library.words`: an index of another is built anew."""

TITLE_WEIGHT = 3
"""What a title counts in a document of a single passage."""

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
MICROSECOND = datetime.timedelta(microseconds=1)

COMMON = "-"
"""The workspace of what all workspaces see: a term of the index cannot be empty."""


def _schema() -> tantivy.Schema:
    build = tantivy.SchemaBuilder()
    for name in ("meta", "workspace", "document", "first", "topic", "language"):
        build.add_text_field(name, tokenizer_name="raw", index_option="basic")
    build.add_text_field("body", tokenizer_name="whitespace", index_option="freq")
    build.add_text_field("words", tokenizer_name="whitespace", index_option="position")
    build.add_text_field("titled", tokenizer_name="whitespace", index_option="basic")
    build.add_text_field("source", tokenizer_name="whitespace", index_option="basic")
    build.add_integer_field("date", fast=True)
    build.add_integer_field("added", fast=True)
    build.add_unsigned_field("number", indexed=True, fast=True)
    build.add_bytes_field("stored", stored=True)
    return build.build()


SCHEMA = _schema()
"""`body` has stems, title and headings among them, and is what ranks; `titled` those that only the title has,
which all passages of a document share: the others are the passage's own; `words` has the words
as they stand, for phrases; `first` marks one passage of each
document; `language` is what the document states; `number` is the passage's place in the forward index; `date`
is an ordinal day, `added` the microsecond of arrival, which what was edited lacks."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Excerpt).decode


class Entry(NamedTuple):
    """A passage as the index keeps it: `fields` but for its number, and what the forward index has."""

    fields: tantivy.Document
    id: str
    own: bytes
    title: bytes
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
    title_stems = dict.fromkeys(title.stems.split())
    source = " ".join(_source_words(document))
    labels = list(_labels(document))
    for at, excerpt in enumerate(excerpts):
        texts = (excerpt.context, *excerpt.section, excerpt.text)
        own = [analyser.analysed(text, language, is_common=is_common) for text in texts if text]
        stems = " ".join([one.stems for one in own])
        entry = tantivy.Document()
        for name, value in (*labels, *(("topic", topic) for topic in excerpt.topics)):
            entry.add_text(name, value)
        if at == 0:
            entry.add_text("first", "first")
        entry.add_text("body", f"{titles} {stems}")
        around = f" {stems} "
        entry.add_text("titled", " ".join([stem for stem in title_stems if f" {stem} " not in around]))
        for one in (*own, title):  # Each by itself: no phrase goes from one into the next.
            entry.add_text("words", one.words)
        entry.add_text("source", source)
        if document.date:
            entry.add_integer("date", document.date.toordinal())
        if excerpt.added and not excerpt.edited:
            entry.add_integer("added", microseconds(excerpt.added))
        entry.add_bytes("stored", _encode(excerpt))
        yield Entry(
            entry, excerpt.id, b"".join([one.terms for one in own]), title.terms, asks=only_asks(excerpt.text)
        )


def _labels(document: Document) -> Iterator[tuple[str, str]]:
    """Yield what all passages of *document* are found by alike: fields and values."""
    yield "workspace", document.workspace or COMMON
    yield "document", document.id
    if language := code_of(document.language or ""):
        yield "language", language


def microseconds(moment: datetime.datetime) -> int:
    """Return how many have passed since 1970; a float would lose some."""
    return (moment - EPOCH) // MICROSECOND


def _title_weight(passages: int) -> int:
    """Return how often the title counts in each passage of a document with so many.

    A title is worth three mentions (BM25F on Cranfield, CISI, CACM, NPL: 3 is best of 1 to 4), but all
    passages of a document share it: the more they are, the less it tells them apart.
    """
    return max(TITLE_WEIGHT - passages // TITLE_WEIGHT, 1)


def excerpt_of(entry: tantivy.Document) -> Excerpt:
    """Return the excerpt that *entry* keeps."""
    return _decode(entry.get_first("stored") or b"")


def _source_words(document: Document) -> Iterable[str]:
    """Return what a document's source may be called by, each word once."""
    host = urllib.parse.urlsplit(document.url or "").hostname
    told = (
        document.publisher,
        document.author,
        document.based_on,
        document.title,
        host,
        document.file,
    )
    return dict.fromkeys(word for text in told if text for word in words(text))
