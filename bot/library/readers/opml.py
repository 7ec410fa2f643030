"""OPML: the list of feeds that one feed reader hands to another (http://opml.org/spec2.opml)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from bot.errors import ReadError
from bot.library.listing import Outline
from bot.library.readers.elements import elements_of
from bot.library.readers.entry import LONGEST_NAME, address_of
from bot.library.readers.markup import one_line
from bot.library.readers.prolog import Outermost, outermost

MOST_OUTLINES = 10_000
"""Feeds of one list; nobody reads as many."""


def outlines_of(data: bytes) -> list[Outline]:
    """Return the feeds of a list in order, each once, with the names of all the folders that it lies in.

    What is broken is read as far as it goes. Raises ReadError for what is no OPML, and for what declares
    entities.
    """
    root = outermost(data)
    if root.name != "opml":
        raise ReadError(f"is no OPML: its outermost element is <{root.written[:60]}>")
    found: dict[str, Outline] = {}
    for outline in _outlines(root):
        known = found.setdefault(outline.address, outline)
        found[outline.address] = replace(known, folders=_once(known.folders + outline.folders))
        if len(found) == MOST_OUTLINES:
            break
    return list(found.values())


def _outlines(root: Outermost) -> Iterator[Outline]:
    around: list[str | None] = []  # The names of the outlines that are not at their end yet.
    for event, name, element in elements_of(root, events=("start", "end")):
        if name != "outline":
            continue
        if event == "end":
            around.pop()
            element.clear()
            continue
        stated = {key.lower(): value for key, value in element.attrib.items()}
        if outline := _outline(stated, _once(folder for folder in around if folder)):
            yield outline
        around.append(_name(stated))


def _outline(stated: Mapping[str, str], folders: tuple[str, ...]) -> Outline | None:
    link = stated.get("xmlurl", "").strip().removeprefix("feed://")
    link = link.removeprefix("feed:")
    has_scheme = ":" in link.partition("/")[0]
    address = address_of(link if has_scheme or not link else f"http://{link}", None)
    return (
        Outline(address, _name(stated), address_of(stated.get("htmlurl"), None), folders) if address else None
    )


def _name(stated: Mapping[str, str]) -> str | None:
    """Return what an outline is called; `text` is what people gave it, `title` what the feed has."""
    told = one_line(stated.get("text") or "") or one_line(stated.get("title") or "")
    return told[:LONGEST_NAME] or None


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
