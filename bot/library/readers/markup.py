"""HTML and XHTML to blocks: all that a browser would show, in order. What of it is the text, others tell."""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from lxml import etree

from bot.errors import ReadError
from bot.library.decode import storable
from bot.library.readers.charset import text_of
from bot.library.reading import LONGEST_HEADING, Kind

Element = Any
"""An element of lxml, which has no types."""

DEEPEST = 2000
"""Levels of elements; libxml2 reads 2048 and leaves out silently what lies deeper."""

LONGEST_CELL = 1000
"""Characters of a cell; a table with a longer one arranges a page, and has no rows to be read as such."""

LONGEST_NUMBER = 6
"""Digits of a list item's number."""

_UNSEEN = {
    "head", "title", "script", "style", "template", "noscript", "svg", "iframe", "object", "applet", "audio",
    "video", "canvas", "map", "select", "datalist", "textarea", "button", "rt", "rp",
}  # fmt: skip
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog",
    "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = {"ol", "ul", "menu", "dir", "dl"}
_ITEMS = {"li", "dd"}

_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden", re.IGNORECASE)
_UNMARKED = re.compile(r"list-style(?:-type)?\s*:[^;]*\bnone\b", re.IGNORECASE)
_MARKED = re.compile(r"\(?\d{1,3}[.)]\s")
_BREAK = "\v"
_BREAKS = re.compile(r"\v\s*\v\s*")

_WIDE = "\u3001-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60"
_WITHIN_WIDE = re.compile(rf"(?<=[{_WIDE}])[^\S\n]*\n\s*(?=[{_WIDE}])")


def blocks_of(
    markup: bytes | str, *, is_left: Callable[[Element], bool] = lambda _element: False
) -> list[tuple[Kind, str, int]]:
    """Return (kind, text, level) of all that *markup* shows but for elements of which *is_left* is true.

    A row of a table is an item, its cells joined by ` | `; tables that only arrange a page are none.
    Numbered items bear their number. Raises ReadError for what nests too deep, or is no text.
    """
    root = tree_of(markup)
    return [] if root is None else _blocks(root, is_left)


def tree_of(markup: bytes | str) -> Element | None:
    """Return the root element of *markup*, None if it has none; elements are never fetched or expanded."""
    text = markup if isinstance(markup, str) else text_of(markup)
    # Beyond 10 MB of one text or 256 levels, libxml2 drops text unless it is told that trees may be huge.
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None  # Nothing but comments and white space.


def one_line(text: str) -> str:
    """Return *text* on one line, without what is not seen of it; Chinese is joined without a space."""
    return " ".join(storable(_WITHIN_WIDE.sub("", text)).replace("\xad", "").split())


def _blocks(root: Element, is_left: Callable[[Element], bool]) -> list[tuple[Kind, str, int]]:
    flow = _Flow()
    rest: list[Iterator[Element]] = [iter((root,))]
    inside: list[Element] = []
    while rest:
        element = next(rest[-1], None)
        if element is None:
            rest.pop()
            if inside:
                flow.leave(inside[-1])
                flow.say(inside.pop().tail)
        elif _is_unseen(element) or is_left(element):
            flow.say(element.tail)
        elif element.tag == "table" and (rows := _rows(element, is_left)):
            flow.tell(rows)
            flow.say(element.tail)
        else:
            flow.enter(element)
            flow.say(element.text)
            inside.append(element)
            rest.append(iter(element))
            if len(rest) > DEEPEST:
                raise ReadError(f"nests its elements more than {DEEPEST} deep; no document does")
    flow.end()
    return flow.blocks


def _is_unseen(element: Element) -> bool:
    if not isinstance(element.tag, str) or element.tag in _UNSEEN:
        return True
    return "hidden" in element.attrib or bool(_HIDDEN.search(element.get("style", "")))


def _rows(table: Element, is_left: Callable[[Element], bool]) -> list[tuple[Kind, str, int]]:
    """Return the caption and the rows of *table*, none if it arranges a page."""
    arranges = table.get("role") in {"presentation", "none"}
    if arranges or next(table.iterdescendants("table", *_HEADINGS), None) is not None:
        return []
    told: list[tuple[Kind, str, int]] = []
    widest = 0
    for row in table.iter("caption", "tr"):
        parts = [row] if row.tag == "caption" else row.iterchildren("td", "th")
        cells = [cell for part in parts if (cell := _plain(part, is_left))]
        widest = max(widest, len(cells) if row.tag == "tr" else 0)
        if max(map(len, cells), default=0) > LONGEST_CELL:
            return []
        if cells:
            told.append((Kind.ITEM if row.tag == "tr" else Kind.PARAGRAPH, " | ".join(cells), 1))
    return told if widest > 1 else []


def _plain(element: Element, is_left: Callable[[Element], bool]) -> str:
    if _is_unseen(element) or is_left(element):
        return ""
    return one_line(" ".join(text for _kind, text, _level in _blocks(element, is_left)))


class _Flow:
    """What has been read so far, and what of it belongs to the block that is not at its end yet."""

    def __init__(self) -> None:
        self.blocks: list[tuple[Kind, str, int]] = []
        self._texts: list[str] = []
        self._lists: list[tuple[Element, Iterator[int]]] = []
        self._mark: str | None = None  # Of the item whose first words are to come.
        self._heading = 0
        self._kept = 0  # Elements around that keep their line breaks.

    def enter(self, element: Element) -> None:
        """Begin *element*."""
        tag = element.tag
        if tag == "br":
            self._texts.append("\n" if self._kept else _BREAK)
        if tag not in _BLOCKS:
            return
        self.end()
        self._heading = _HEADINGS.get(tag, self._heading)
        self._kept += tag == "pre"
        if tag in _LISTS:
            self._lists.append((element, _numbers(element)))
        elif tag in _ITEMS:
            self._mark = self._mark_of(element)

    def leave(self, element: Element) -> None:
        """End *element*."""
        tag = element.tag
        if tag not in _BLOCKS:
            return
        self.end()
        if tag in _HEADINGS:
            self._heading = 0
        elif tag in _LISTS:
            self._lists.pop()
        elif tag in _ITEMS:
            self._mark = None
        self._kept -= tag == "pre"

    def say(self, text: str | None) -> None:
        """Take a piece of text."""
        if text:
            self._texts.append(text)

    def tell(self, blocks: Iterable[tuple[Kind, str, int]]) -> None:
        """Take blocks that are complete."""
        self.end()
        self.blocks += blocks

    def end(self) -> None:
        """End the block, or the blocks that two line breaks part."""
        text = "".join(self._texts)
        self._texts.clear()
        for part in [_kept(text)] if self._kept else map(one_line, _BREAKS.split(text)):
            # What is made of spaces alone, some of no width, is there to move other things.
            if any(character.isprintable() and character != " " for character in part):
                self._add(part)

    def _add(self, text: str) -> None:
        if self._heading and len(text) <= LONGEST_HEADING:
            self.blocks.append((Kind.HEADING, text, self._heading))
        elif self._mark is None:
            self.blocks.append((Kind.PARAGRAPH, text, 1))
        else:
            mark = "" if _MARKED.match(text) else self._mark
            self.blocks.append((Kind.ITEM, mark + text, max(1, len(self._lists))))
            self._mark = None

    def _mark_of(self, item: Element) -> str:
        if not self._lists or item.tag != "li":
            return ""
        around, numbers = self._lists[-1]
        if value := _whole(item.get("value")):
            numbers = itertools.count(value)
            self._lists[-1] = around, numbers
        number = next(numbers)
        is_counted = around.tag == "ol" and around.get("type", "1") == "1"
        return f"{number}. " if is_counted and not _UNMARKED.search(around.get("style", "")) else ""


def _numbers(element: Element) -> Iterator[int]:
    start = _whole(element.get("start"))
    return itertools.count(1 if start is None else start)


def _whole(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else None


def _kept(text: str) -> str:
    """Return *text* with its line breaks."""
    lines = storable(text).replace("\xad", "").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()
