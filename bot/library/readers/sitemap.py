"""Sitemaps: the pages that a site names (https://www.sitemaps.org/protocol.html), and its newest news."""

import datetime
import zlib
from collections.abc import Iterable, Iterator

from bot.errors import ReadError
from bot.library.listing import Page, Sitemap
from bot.library.readers.dialects import ROOTS as FEEDS
from bot.library.readers.elements import Element, elements_of, local
from bot.library.readers.entry import address_of, language_of
from bot.library.readers.markup import one_line
from bot.library.readers.moment import first_of
from bot.library.readers.prolog import Outermost, outermost_of, text_of

MOST_PAGES = 50_000
"""Of one sitemap, by the protocol."""

MOST_BYTES = 52_428_800
"""Of one sitemap when it is inflated, by the protocol: 50 MB."""

MOST_MEMBERS = 100
"""Of gzip in one sitemap, one after another; each is copied with all behind it."""

LONGEST_TITLE = 1000
"""Characters of a title, as of a document's."""

_GZIP = b"\x1f\x8b"
_GZIP_BITS = 31  # zlib's number for gzip with its largest window.
_EVER = datetime.datetime.min.replace(tzinfo=datetime.UTC)


def sitemap_of(
    data: bytes,
    address: str,
    *,
    charset: str | None = None,
    now: datetime.datetime | None = None,
    most: int = MOST_PAGES,
) -> Sitemap:
    """Return what the sitemap at *address* names, the newest *most*, each once: XML or lines, maybe gzip.

    What is broken is read as far as it goes. Dates more than a day after *now* (else the clock's) are
    not believed. Raises ReadError for what is no sitemap, inflates too far or declares entities.
    """
    text = text_of(_inflated(data), charset)
    moment = now or datetime.datetime.now(datetime.UTC)
    if not text.lstrip().startswith("<"):
        return Sitemap(pages=_newest(_lines(text, address), most))
    outermost = outermost_of(text)
    if outermost.name in FEEDS:
        raise ReadError("is no sitemap but a feed; name it as a feed")
    if outermost.name not in {"urlset", "sitemapindex"}:
        raise ReadError(f"is no sitemap: its outermost element is <{outermost.written[:60]}>")
    pages = _newest(_pages(outermost, address, moment), most)
    return Sitemap(pages=pages) if outermost.name == "urlset" else Sitemap(sitemaps=pages)


def _inflated(data: bytes) -> bytes:
    if not data.startswith(_GZIP):
        return data
    text = bytearray()
    for _member in range(MOST_MEMBERS):
        if not data.startswith(_GZIP):
            break
        inflater = zlib.decompressobj(_GZIP_BITS)
        try:
            text += inflater.decompress(data, MOST_BYTES + 1 - len(text))
        except zlib.error as error:
            raise ReadError("is damaged: it begins as gzip and does not go on so") from error
        if len(text) > MOST_BYTES:
            raise ReadError(f"inflates to more than {MOST_BYTES // 2**20} MB, which no sitemap may have")
        data = inflater.unused_data
    return bytes(text)


def _lines(text: str, address: str) -> list[Page]:
    """Return the pages of a sitemap that has an address a line. Raises ReadError if it has none."""
    links = (line.strip() for line in text.split("\n"))
    pages = [Page(url) for link in links if "://" in link and (url := address_of(link, address))]
    if not pages:
        raise ReadError("is no sitemap: it is neither XML nor has it an address a line")
    return pages


def _pages(outermost: Outermost, address: str, now: datetime.datetime) -> Iterator[Page]:
    for _event, name, element in elements_of(outermost):
        if name in {"url", "sitemap"}:
            if page := _page(element, address, now):
                yield page
            element.clear()
            _forget(element)


def _forget(element: Element) -> None:
    """Take away what stands before *element*, or a sitemap of 50 MB would stay as a tree."""
    around = element.getparent()
    while around is not None and element.getprevious() is not None:
        del around[0]


def _page(element: Element, address: str, now: datetime.datetime) -> Page | None:
    url = address_of(_text(element, "loc"), address)
    if url is None:
        return None
    news = next((child for child in element if local(child) == "news"), None)
    changed = first_of([_text(element, "lastmod")], None, now)
    if news is None:
        return Page(url, _utc(changed))
    publication = next((child for child in news if local(child) == "publication"), None)
    language = language_of(_text(publication, "language"))
    return Page(
        url,
        changed=_utc(changed),
        title=(one_line(_text(news, "title") or "")[:LONGEST_TITLE]) or None,
        published=_utc(first_of([_text(news, "publication_date")], language, now)),
        publisher=(one_line(_text(publication, "name") or "")[:LONGEST_TITLE]) or None,
        language=language,
    )


def _text(element: Element | None, name: str) -> str | None:
    """Return the text of the first child of that *name*; an image's `loc` is no child of its page."""
    children = element if element is not None else ()
    return next(("".join(child.itertext()).strip() for child in children if local(child) == name), None)


def _utc(moment: datetime.datetime | None) -> datetime.datetime | None:
    return moment.astimezone(datetime.UTC) if moment else None


def _newest(pages: Iterable[Page], most: int) -> tuple[Page, ...]:
    """Return the newest *most* of *pages*, each address once."""
    once: dict[str, Page] = {}
    for page in pages:
        once.setdefault(page.url, page)
    return tuple(
        sorted(once.values(), key=lambda page: page.changed or page.published or _EVER, reverse=True)[:most]
    )
