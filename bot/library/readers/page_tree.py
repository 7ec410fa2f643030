"""A page's text to a tree of elements, within bounds; what no reader sees is not in it."""

import re
from collections.abc import Iterable

import lxml.etree
import lxml.html
from lxml.html import HtmlElement

from bot.errors import ReadError

MOST_TAGS = 400_000
"""Tags of a page: eight times as many as the longest page of a programming language's manual."""

MOST_ATTRIBUTES = 10_000
"""Attributes of a tag: libxml2 compares each with all before it, which takes a minute from 200,000 on."""

_BY_NUMBER = re.compile(r"&#(?:[xX]([0-9A-Fa-f]+)|([0-9]+));?")
"""A character by its number; libxml2 takes those that XML has not, and then refuses to move them."""

_LONG_TAG = re.compile(rf"<[A-Za-z][^<>]{{{2 * MOST_ATTRIBUTES},}}")

DEEPEST = 2048
"""Elements within each other: what libxml2 reads at most."""

UNSEEN = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "embed",
        "applet",
        "canvas",
        "svg",
        "audio",
        "video",
        "source",
        "track",
        "map",
        "area",
        "head",
        "select",
        "option",
        "optgroup",
        "datalist",
        "progress",
        "meter",
        "dialog",
        "meta",
        "link",
        "base",
        "amp-ad",
        "amp-analytics",
        "amp-consent",
        "amp-sidebar",
        "amp-iframe",
        "amp-embed",
        "amp-auto-ads",
        "amp-sticky-ad",
    ]
)
"""Elements whose text is not shown, or is none."""

_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_UNREAD = frozenset(["screen-reader-text", "visually-hidden", "visuallyhidden", "sr-only"])


def tree_of(text: str) -> HtmlElement:
    """Return the root of the page *text*. Raises ReadError if it is none, or goes beyond all bounds."""
    if text.count("<") > MOST_TAGS:
        raise ReadError(f"has more than {MOST_TAGS:,} tags; no article has so many")
    if any(len(tag[0].split()) > MOST_ATTRIBUTES for tag in _LONG_TAG.finditer(text)):
        raise ReadError(f"has a tag with more than {MOST_ATTRIBUTES:,} attributes; no page has")
    parser = lxml.html.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True
    )
    try:
        readable = _BY_NUMBER.sub(_kept, text).encode("utf-8", "replace")
        root = lxml.html.document_fromstring(readable, parser=parser)
    except (lxml.etree.LxmlError, ValueError, AssertionError) as error:
        raise ReadError("holds no text to read") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise ReadError(f"nests its elements more than {DEEPEST:,} deep; no article does")
    return root


def _kept(found: re.Match[str]) -> str:
    """Return a character by its number as it stands, '' for one that no text has."""
    number = int(found[1], 16) if found[1] else int(found[2][-9:])
    is_control = number < 32 and number not in {9, 10, 13}
    return "" if is_control or 0xD800 <= number <= 0xDFFF or number in {0xFFFE, 0xFFFF} else found[0]


def is_hidden(element: HtmlElement) -> bool:
    """Tell whether a browser does not show *element*, or shows it to no eye."""
    if element.tag in {"html", "body"}:
        return False
    return (
        element.tag in UNSEEN
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or _HIDDEN.search(element.get("style", "")) is not None
        or not _UNREAD.isdisjoint(element.get("class", "").lower().split())
    )


def drop(elements: Iterable[HtmlElement]) -> None:
    """Take *elements* out of their tree, and leave the text behind them in its place."""
    for element in elements:
        if element.getparent() is not None:
            element.drop_tree()


def text_in(element: HtmlElement) -> str:
    """Return all text in *element*, white space made single."""
    return " ".join("".join(element.itertext()).split())
