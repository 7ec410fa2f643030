"""What a page says for machines in JSON-LD, of its article and nothing else."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from lxml.html import HtmlElement

_TEXTS = (
    "Article",
    "Posting",
    "Report",
    "WebPage",
    "CreativeWork",
    "Guide",
    "Documentation",
    "Chapter",
    "Legislation",
    "FAQPage",
    "Dataset",
)

LARGEST = 2_000_000
"""Characters of a script that is read; an article has a hundredth of it."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What is stated, as it is stated; None where it is not."""

    headline: str | None = None
    author: str | None = None
    publisher: str | None = None
    published: str | None = None
    modified: str | None = None
    body: str = ""


def linked_data(root: HtmlElement) -> Linked:
    """Return what the page below *root* says of its article."""
    things = sorted(_things(root), key=_rank)
    works = [thing for thing in things if _rank(thing) < len(_TEXTS)]
    return Linked(
        headline=_text(works, "headline"),
        author=_people(works),
        publisher=next((name for work in works for name in _names(work.get("publisher"))), None),
        published=_text(works, "datePublished"),
        modified=_text(works, "dateModified"),
        body=_text(works, "articleBody") or "",
    )


def _things(root: HtmlElement) -> Iterator[dict[str, Any]]:
    for script in root.iter("script"):
        if "ld+json" not in script.get("type", "").lower() or not script.text or len(script.text) > LARGEST:
            continue
        try:
            found = json.loads(script.text.strip().rstrip(";"), strict=False)
        except (ValueError, RecursionError):
            continue
        for thing in found if isinstance(found, list) else [found]:
            if isinstance(thing, dict):
                yield thing
                graph = thing.get("@graph")
                yield from (t for t in (graph if isinstance(graph, list) else [graph]) if isinstance(t, dict))


def _rank(thing: dict[str, Any]) -> int:
    """Return how far from an article *thing* is, by its type."""
    kinds = thing.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    ranks = [
        at for kind in kinds for at, end in enumerate(_TEXTS) if isinstance(kind, str) and kind.endswith(end)
    ]
    return min(ranks, default=len(_TEXTS))


def _text(works: list[dict[str, Any]], key: str) -> str | None:
    values = (work.get(key) for work in works)
    return next(
        (unescape(value).strip() for value in values if isinstance(value, str) and value.strip()), None
    )


def _people(works: list[dict[str, Any]]) -> str | None:
    for work in works:
        if names := list(dict.fromkeys(_names(work.get("author")))):
            return "; ".join(names)
    return None


def _names(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        name = one.get("name") if isinstance(one, dict) else one
        if isinstance(name, str) and name.strip() and not name.startswith(("http", "#", "_:")):
            yield unescape(name).strip()
