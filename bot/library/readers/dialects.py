"""RSS and Atom of all versions, read by feedparser's parsers; what it would mistake is kept apart from them.

Its `parse` takes a text, and bytes too, for a path or an address and reads what is there, so it is not used.
"""

import contextlib
import html
import io
import re
import xml.sax
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from xml.sax.xmlreader import AttributesNSImpl

from feedparser.api import LooseFeedParser, StrictFeedParser

from bot.library.readers.prolog import Outermost, mended
from bot.library.readers.told import Channel, Said, Told

ROOTS = ("rss", "feed", "rdf", "channel")
"""Outermost elements of feeds, the last one of RSS whose writer left the first away."""

MOST_CATEGORIES = 50
"""Of one entry; feedparser compares each with all before it."""

MOST_NAMESPACES = 200
"""Of one feed; feedparser looks through them at each element."""

MOST_ATTRIBUTES = 100
"""Of one element; for each of them Python's reader of XML looks through all."""

LONGEST_BASE = 2000
"""Characters of what links are relative to; nested ones add to each other."""

_APART = {
    "dc:date": "own:dated",  # It takes this for the date of a change,
    "prism:publicationdate": "own:dated",
    "media:description": "own:described",  # these for the whole text where there is a summary,
    "itunes:summary": "own:described",
    "dc:description": "own:described",
    "media:title": "own:named",
    "itunes:author": "own:spoken",  # this for one of the authors,
    "tags": "own:tags",  # and this for a list to be searched again and again.
}
_BASES = {"xml:base", "base"}
_IDS = {"guid", "id"}  # It resolves these as if they were links.

_FAILURES = (
    xml.sax.SAXException, ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError,
    TypeError, ValueError,
)  # fmt: skip
"""What feedparser's code meets in broken feeds and does not expect."""

_HOURS = re.compile(r"<hour>\s*(\d{1,2})\s*</hour>", re.IGNORECASE)
_PERIODS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
"""Of RSS 1.0's syndication module, in seconds."""

LONGEST_PERIOD = 31_536_000
"""Seconds that a feed can wish to be left alone; a year."""

_ENTRY = re.compile(r"<(?:\w+:)?(?:item|entry)\b", re.IGNORECASE)
_ENTRY_END = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)

Plain = Callable[[str], str]
"""Makes a text of what a parser left of its references."""

_HTML = {"text/html", "application/xhtml+xml"}
_PLAIN = {"text/plain", "text/markdown", "text/x-markdown"}


class _Apart:
    """Goes before a parser of feedparser: hands it elements under names of which it knows nothing."""

    baseuri: str
    incontent: int
    namespaces_in_use: Mapping[str, str]
    namespacemap: Mapping[str, str]
    _get_context: Any
    _guid = "own:permalink"

    def unknown_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        """Begin an element; what is kept apart leaves its attributes, with which its text would be lost."""
        if self._plain(tag) in _IDS:
            is_opaque = self._plain(tag) == "id" or dict(attrs).get("ispermalink", "").lower() == "false"
            self._guid = "own:opaque" if is_opaque else "own:permalink"
        told = len(self.baseuri) + sum(len(value) for key, value in attrs if key.lower() in _BASES)
        if told > LONGEST_BASE:
            attrs = [(key, value) for key, value in attrs if key.lower() not in _BASES]
        name = self._apart(tag)
        super().unknown_starttag(*((name, []) if name else (tag, attrs)))  # type: ignore[misc]

    def unknown_endtag(self, tag: str) -> None:
        """End an element."""
        super().unknown_endtag(self._apart(tag) or tag)  # type: ignore[misc]

    def track_namespace(self, prefix: str | None, uri: str) -> None:
        """Take up a namespace, if there are not too many."""
        if len(self.namespaces_in_use) < MOST_NAMESPACES:
            super().track_namespace(prefix, uri)  # type: ignore[misc]

    def _apart(self, tag: str) -> str | None:
        if self.incontent:
            return None
        plain = self._plain(tag)
        return self._guid if plain in _IDS else _APART.get(plain)

    def _plain(self, tag: str) -> str:
        prefix, _colon, name = tag.lower().rpartition(":")
        known = self.namespacemap.get(prefix, prefix)
        return f"{known}:{name}" if known else name

    def _add_tag(self, term: str | None, scheme: str | None, label: str | None) -> None:
        if len(self._get_context().get("tags", ())) < MOST_CATEGORIES:
            super()._add_tag(term, scheme, label)  # type: ignore[misc]


class _Strict(_Apart, StrictFeedParser):  # type: ignore[misc]
    """Reads XML that is well-formed."""

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:  # noqa: N802 - SAX calls it so
        """Begin an element; one with very many attributes has none that means anything."""
        kept = attrs if len(attrs) <= MOST_ATTRIBUTES else AttributesNSImpl({}, {})
        super().startElementNS(name, qname, kept)


class _Loose(_Apart, LooseFeedParser):  # type: ignore[misc]
    """Reads what is not; it leaves the five references of XML in texts that are no markup."""


def channel_of(outermost: Outermost, base: str) -> Channel:
    """Return what a feed tells; *base* is its address, '' if it has none.

    What is broken is read as far as it goes. An entry whose end is missing is left out: half an address
    or id would make it another one.
    """
    text = _closed(outermost)
    parser = _strict(text, base) or _strict(mended(text), base)
    if parser is not None:
        return _channel(parser, text, lambda told: told)
    parser = _fed(_Loose(base, None, "utf-8", {}))
    with contextlib.suppress(*_FAILURES):  # What came before stays.
        parser.feed(mended(text))
    return _channel(parser, text, html.unescape)


def _closed(outermost: Outermost) -> str:
    """Return the text of a feed, cut off behind its last whole entry and closed if its end is missing."""
    text = outermost.text
    if not outermost.is_cut:
        return text
    ends = [match.end() for match in _ENTRY_END.finditer(text)]
    begins = _ENTRY.search(text)
    text = text[: ends[-1]] if ends else text[: begins.start()] if begins else text
    channel = "</channel>" if outermost.name == "rss" and "<channel" in text else ""
    return f"{text}{channel}</{outermost.written}>"


def _strict(text: str, base: str) -> Any:
    """Return a parser that has read *text*, None if it is not well-formed."""
    parser = _fed(_Strict(base, None, "utf-8"))
    # Entities are declared above the outermost element only, and of that nothing is left.
    reader = xml.sax.make_parser()  # noqa: S317
    reader.setFeature(xml.sax.handler.feature_namespaces, True)
    reader.setFeature(xml.sax.handler.feature_external_ges, False)
    reader.setContentHandler(parser)
    reader.setErrorHandler(parser)
    source = xml.sax.xmlreader.InputSource()
    source.setEncoding("utf-8")
    source.setByteStream(io.BytesIO(text.encode("utf-8", "replace")))
    try:
        reader.parse(source)
    except _FAILURES:
        return None
    return parser


def _fed(parser: Any) -> Any:
    parser.resolve_relative_uris = parser.sanitize_html = False
    return parser


def _channel(parser: Any, text: str, plain: Plain) -> Channel:
    feed = parser.feeddata
    authors = _authors(feed, plain) if parser.version.startswith("atom") else ()
    return Channel(
        title=_said(feed.get("title_detail")),
        home=_link(feed) or _word(feed, "link") or None,
        language=feed.get("language"),
        entries=tuple(_told(entry, authors, plain) for entry in parser.entries),
        every=_every(feed, text),
    )


def _told(entry: Any, authors: tuple[str, ...], plain: Plain) -> Told:
    permalink, opaque = (plain(_word(entry, key)) for key in ("own_permalink", "own_opaque"))
    details = [entry.get(f"{name}_detail") for name in ("title", "summary")]
    languages = [entry.get("language"), *(_of(detail, "language") for detail in details)]
    described = entry.get("own_described")
    # To `get`, the date of a change is that of publication where there is none, with a warning.
    changed = entry["updated"] if "updated" in entry else None  # noqa: SIM401
    return Told(
        id=permalink or opaque or _word(entry, "id") or None,
        is_link=bool(permalink),
        link=_word(entry, "feedburner_origlink") or _link(entry) or _word(entry, "link") or None,
        title=_said(details[0]) or _open(entry.get("own_named"), plain),
        authors=_authors(entry, plain) or authors or _texts([entry.get("own_spoken")], plain),
        publisher=next(iter(_texts([_of(entry.get("source"), "title")], plain)), None),
        published=_texts((entry.get(key) for key in ("published", "own_dated")), plain),
        updated=next(iter(_texts([changed], plain)), None),
        language=next(filter(None, languages), None),
        categories=_texts((tag.get("label") or tag.get("term") for tag in _parts(entry, "tags")), plain),
        contents=tuple(said for content in _parts(entry, "content") if (said := _said(content))),
        summary=_said(details[1]) or _open(described, plain),
    )


def _said(detail: Any) -> Said | None:
    """Return a text construct of feedparser's, None for one that is no text."""
    if not isinstance(detail, Mapping):
        return None
    value, kind = detail.get("value"), detail.get("type", "")
    if not isinstance(value, str) or not value.strip() or kind not in _HTML | _PLAIN:
        return None
    return Said(value, None if kind == "text/html" else kind in _HTML)


def _open(text: str | None, plain: Plain) -> Said | None:
    return Said(plain(text)) if text else None


def _texts(texts: Iterable[str | None], plain: Plain) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(plain(text).strip() for text in texts if isinstance(text, str) and text.strip())
    )


def _authors(told: Any, plain: Plain) -> tuple[str, ...]:
    return _texts((author.get("name") for author in _parts(told, "authors")), plain)


def _word(told: Any, key: str) -> str:
    value = told.get(key)
    return value if isinstance(value, str) else ""


def _of(told: Any, key: str) -> Any:
    return told.get(key) if isinstance(told, Mapping) else None


def _parts(told: Any, key: str) -> list[Any]:
    """Return what feedparser gathered as *key*; an element of that very name puts a text in its place."""
    parts = told.get(key)
    return [part for part in parts if isinstance(part, Mapping)] if isinstance(parts, list) else []


def _link(told: Any) -> str | None:
    """Return the address of the page that *told* is about; of several, of the first in HTML."""
    pages = [link for link in _parts(told, "links") if link.get("rel") == "alternate" and link.get("href")]
    pages.sort(key=lambda link: link.get("type") not in _HTML)
    return pages[0]["href"] if pages else None


def _every(feed: Any, text: str) -> int | None:
    """Return the seconds between visits that a feed wishes for; hours that it skips stretch the others."""
    period = _PERIODS.get(str(feed.get("sy_updateperiod", "")).strip().lower(), 0)
    times = max(1, _whole(feed.get("sy_updatefrequency")))
    skipped = {hour % 24 for hour in map(int, _HOURS.findall(text))}
    waits = (
        60 * _whole(feed.get("ttl")),
        period // times,
        86_400 // max(1, 24 - len(skipped)) if skipped else 0,
    )
    return min(max(waits), LONGEST_PERIOD) or None


def _whole(value: Any) -> int:
    text = str(value or "").strip()
    return int(text) if text.isdecimal() and len(text) < 10 else 0
