"""The feeds that a page names in its head, so that a site's address is enough."""

from collections.abc import Mapping

from bot.errors import ReadError
from bot.library.readers.entry import address_of
from bot.library.readers.markup import tree_of

_TYPES = {
    "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json",
    "application/json",
}  # fmt: skip

MOST_READ = 1_000_000
"""Bytes of a page in which its feeds are looked for; they stand in its head."""

MOST_FEEDS = 50
"""Of one page."""


def discovered(html: bytes, address: str) -> list[str]:
    """Return the addresses of the feeds that the page at *address* names, in its order, each once."""
    try:
        root = tree_of(html[:MOST_READ])
    except ReadError:
        return []
    base = address
    found: dict[str, None] = {}
    for element in root.iter("base", "link") if root is not None else ():
        link = address_of(element.get("href"), base)
        if element.tag == "base" and base == address:  # The first one holds.
            base = link or base
        elif link and element.tag == "link" and _is_feed(element.attrib):
            found.setdefault(link)
    return list(found)[:MOST_FEEDS]


def _is_feed(stated: Mapping[str, str]) -> bool:
    """Tell whether a link is a feed's; as JSON alone, WordPress names its interface for programs."""
    kinds = stated.get("rel", "").lower().split()
    kind = stated.get("type", "").partition(";")[0].strip().lower()
    is_named = "feed" in f"{stated.get('href')} {stated.get('title')}".lower()
    if kind == "application/json" and not is_named:
        return False
    return "feed" in kinds or ("alternate" in kinds and kind in _TYPES)
