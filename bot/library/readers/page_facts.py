"""What a page states of itself: title, author, publisher, address, language and dates. Nothing is guessed."""

import copy
import datetime
import re
import urllib.parse
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import unescape

from lxml.html import HtmlElement

from bot.library.byline import date_in
from bot.library.facts import LONGEST, LONGEST_LANGUAGE
from bot.library.readers.linked_data import Linked, linked_data
from bot.library.readers.page_tree import drop, text_in
from bot.library.readers.pieces import plain

_PUBLISHED = [
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.date",
    "dc.date",
    "dcterms.created",
    "dc.date.created",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "publication-date",
    "publishtime",
    "article.published",
    "article:create_at",
    "weibo:article:create_at",
    "bt:pubdate",
    "cxenseparse:recs:publishtime",
    "datecreated",
    "release_date",
    "originalpublicationdate",
    "article_date_original",
    "date",
]
_MODIFIED = [
    "article:modified_time",
    "og:updated_time",
    "og:modified_time",
    "datemodified",
    "dc.date.modified",
    "dcterms.modified",
    "last-modified",
    "lastmod",
    "modified",
    "weibo:article:update_at",
]
_TITLES = (
    "og:title",
    "twitter:title",
    "citation_title",
    "dc.title",
    "dcterms.title",
    "articletitle",
    "title",
)
_AUTHORS = (
    "author",
    "citation_author",
    "article:author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
    "byl",
    "authors",
)
_PUBLISHERS = (
    "og:site_name",
    "citation_publisher",
    "dc.publisher",
    "dcterms.publisher",
    "application-name",
    "sitename",
)

_ISO = re.compile(r"\s*((?:19|20)\d\d)([-/.]?)(\d\d)\2(\d\d)(?!\d)")
_IN_ADDRESS = re.compile(r"(?<!\d)((?:19|20)\d\d)([-/_]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")
_SEPARATOR = re.compile(
    r"\s+[|–—·•»«:>/-]\s+|\s*[|_]\s*|(?<=[\u3400-\u9fff\u3040-\u30ff])\s*[-–—]\s*(?=[\u3400-\u9fff])|\s*::\s*"
)
MOST_HEADINGS = 20
"""Headings below the first among which one is looked for that the window's title names."""

LONGEST_SITE = 6
"""Words of a site's name behind a title; more are of the title."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page states; None where it does not. `body` is its text where its data for machines has it."""

    title: str | None
    author: str | None
    publisher: str | None
    url: str | None
    language: str | None
    published: datetime.date | None
    modified: datetime.date | None
    in_address: datetime.date | None
    body: tuple[str, ...]


def facts_of_page(root: HtmlElement, address: str | None) -> Facts:
    """Return what the page below *root*, found at *address*, states in its head and its data."""
    metas = _metas(root)
    linked = linked_data(root)
    publisher = _short(_first(metas, _PUBLISHERS[:1]) or linked.publisher or _first(metas, _PUBLISHERS[1:]))
    url = _url(root, metas, address)
    return Facts(
        title=_title(root, metas, linked, publisher),
        author=_short(linked.author or _author(root, metas)),
        publisher=publisher,
        url=url,
        language=_language(root, metas),
        published=day_of(linked.published) or _day(metas, _PUBLISHED) or _by_property(root, "datePublished"),
        modified=day_of(linked.modified) or _day(metas, _MODIFIED) or _by_property(root, "dateModified"),
        in_address=_in_address(url) or _in_address(address),
        body=tuple(line for line in map(plain, linked.body.split("\n")) if line),
    )


def day_of(text: str | None) -> datetime.date | None:
    """Return the date that *text*, written for machines or for people, states in full."""
    if not text or len(text) > 100:
        return None
    if found := _ISO.match(text):
        return _date(found)
    return date_in(text)


def _date(found: re.Match[str]) -> datetime.date | None:
    try:
        return datetime.date(int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        return None


def _metas(root: HtmlElement) -> dict[str, list[str]]:
    """Return what the page's meta elements say, by their names in small letters."""
    metas: dict[str, list[str]] = {}
    for meta in root.iter("meta"):
        name = (
            meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv") or ""
        )
        content = plain(unescape(meta.get("content") or ""))
        if name and content:
            metas.setdefault(name.strip().lower(), []).append(content)
    return metas


def _first(metas: Mapping[str, list[str]], names: Iterable[str]) -> str | None:
    return next((metas[name][0] for name in names if name in metas), None)


def _day(metas: Mapping[str, list[str]], names: Iterable[str]) -> datetime.date | None:
    return next((day for name in names for text in metas.get(name, []) if (day := day_of(text))), None)


def _by_property(root: HtmlElement, name: str) -> datetime.date | None:
    for element in root.iter():
        if isinstance(element.tag, str) and name in element.get("itemprop", "").split():
            stated = element.get("datetime") or element.get("content") or text_in(element)[:100]
            if day := day_of(stated):
                return day
    return None


def _in_address(url: str | None) -> datetime.date | None:
    found = _IN_ADDRESS.search(urllib.parse.urlsplit(url).path) if url else None
    return _date(found) if found else None


def _url(root: HtmlElement, metas: Mapping[str, list[str]], address: str | None) -> str | None:
    stated = [
        link.get("href", "")
        for link in root.iter("link")
        if "canonical" in link.get("rel", "").lower().split()
    ]
    for url in [*stated, *metas.get("og:url", []), address or ""]:
        if is_web_address(url.strip()):
            return str(url.strip())
    return None


def is_web_address(text: str) -> bool:
    """Tell whether *text* is the whole address of something on the web."""
    try:
        parts = urllib.parse.urlsplit(text)
        return (
            parts.scheme in {"http", "https"}
            and bool(parts.hostname)
            and len(text) <= LONGEST
            and text.isprintable()
            and " " not in text
        )
    except ValueError:
        return False


def _language(root: HtmlElement, metas: Mapping[str, list[str]]) -> str | None:
    html = root if root.tag == "html" else root.getroottree().getroot()
    for stated in (
        html.get("lang"),
        html.get("{http://www.w3.org/XML/1998/namespace}lang"),
        html.get("xml:lang"),
        *metas.get("content-language", []),
        *metas.get("language", []),
    ):
        tag = (stated or "").split(",")[0].strip()
        if len(tag) <= LONGEST_LANGUAGE and _LANGUAGE.fullmatch(tag):
            return tag.replace("_", "-")
    return None


def _author(root: HtmlElement, metas: Mapping[str, list[str]]) -> str | None:
    for name in _AUTHORS:
        names = [
            text for text in dict.fromkeys(metas.get(name, [])) if not text.startswith(("http", "@", "/"))
        ]
        if names:
            return "; ".join(names)
    for element in root.iter("a", "span", "p", "div", "address"):
        is_author = (
            "author" in element.get("rel", "").split() or "author" in element.get("itemprop", "").split()
        )
        if is_author and 1 < len(text := text_in(element)) < 100:
            return re.sub(r"^(?:by|von|par|作者[:：])\s*", "", text, flags=re.IGNORECASE)
    return None


def _short(text: str | None) -> str | None:
    text = plain(text or "")
    return text if 0 < len(text) <= LONGEST else None


def _title(
    root: HtmlElement, metas: Mapping[str, list[str]], linked: Linked, publisher: str | None
) -> str | None:
    heads = [text for h1 in root.iter("h1") if (text := _bare(h1)) and len(text) <= LONGEST]
    stated = [linked.headline, *(_first(metas, [name]) for name in _TITLES)]
    shown = next((text_in(title) for title in root.iter("title")), None)
    for one in stated:
        if title := _short(one):
            return _without_site(title, heads, publisher)
    whole = _short(shown)
    if whole and (head := _named_by(whole, root, heads)):
        return plain(head)
    if len(heads) == 1:
        return plain(heads[0])
    return _without_site(whole, heads, publisher, is_page=True) if whole else next(map(plain, heads), None)


def _named_by(whole: str, root: HtmlElement, heads: list[str]) -> str | None:
    """Return the heading that a window's title names: the one it begins with, as the site's is behind it."""
    folded = _folded(whole)
    all_heads = [*heads, *(_bare(h2) for _, h2 in zip(range(MOST_HEADINGS), root.iter("h2"), strict=False))]
    begun = [head for head in all_heads if _folded(head) and f"{folded} ".startswith(f"{_folded(head)} ")]
    return (
        begun[0]
        if begun
        else next((head for head in heads if _folded(head) and _folded(head) in folded), None)
    )


def _bare(heading: HtmlElement) -> str:
    """Return a heading's text without the signs and buttons beside it; '' for one that was never closed."""
    if next(heading.iterdescendants(heading.tag), None) is not None:
        return ""  # Of thousands within each other each would have all of the text.
    if next(heading.iterdescendants("button", "a"), None) is None:
        return text_in(heading)
    own = copy.deepcopy(heading)
    drop(list(own.iterdescendants("button")))
    return text_in(own).rstrip("¶#§🔗 ").strip()


def _without_site(title: str, heads: list[str], publisher: str | None, *, is_page: bool = False) -> str:
    """Return *title* without the site's name: what the heading says, or what stands before the name."""
    for head in heads:
        is_cut = title.rstrip(".… ") != title and _folded(head).startswith(_folded(title.rstrip(".… ")))
        if is_cut or (_folded(title) != _folded(head) and _folded(head) in _parts(title)):
            return plain(head)
    gaps = list(_SEPARATOR.finditer(title))
    if not gaps:
        return title
    first, last = gaps[0], gaps[-1]
    if publisher and _folded(title[last.end() :]) == _folded(publisher):
        return title[: last.start()].strip()
    if publisher and _folded(title[: first.start()]) == _folded(publisher):
        return title[first.end() :].strip()
    if not is_page:
        return title
    cut = gaps[0] if all("_" in gap[0] or "|" in gap[0] for gap in gaps) else last
    before, after = title[: cut.start()].strip(), title[cut.end() :]
    is_site = ":" not in cut[0] and len(after.split()) <= LONGEST_SITE and len(before) >= 2
    return before if is_site else title


def _parts(title: str) -> set[str]:
    """Return what stands before each gap of *title*, and after each, folded."""
    gaps = list(_SEPARATOR.finditer(title))
    return {_folded(title[: gap.start()]) for gap in gaps} | {_folded(title[gap.end() :]) for gap in gaps}


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
