"""What a paragraph of a Word file is, by its style and its list: a heading, an item, or text."""

import re
from dataclasses import dataclass

from bot.library.readers.markup import one_line
from bot.library.readers.tree import Element, attribute, child, local

TITLE_LEVEL = 0
"""A title stands above the headings of the first level."""

LONGEST_CHAIN = 12
"""Styles that a style is based on, one upon the other; Word allows eleven."""

LEVELS = 9
"""Levels of lists and of headings."""

_HEADING = re.compile(r"heading ([1-9])")
_LIST = re.compile(r"list (?:bullet|number)(?: [2-5])?")
_CONTENTS = re.compile(r"(?:toc|contents|index) (?:\d|heading)|table of (?:figures|authorities)")
_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Outline:
    """What a paragraph is: a heading of a level, an item with its mark, or neither.

    `mark` is a numbered item's number, '' for another item, None for what is no item.
    """

    heading: int | None = None
    mark: str | None = None
    depth: int = 1
    is_contents: bool = False


@dataclass(frozen=True, slots=True)
class _Style:
    """What a style, or a paragraph itself, says; None for what it leaves to the style it is based on."""

    name: str = ""
    based_on: str | None = None
    level: int | None = None
    list_id: str | None = None
    depth: int | None = None


@dataclass(frozen=True, slots=True)
class _Level:
    """How the items of one level of a list are marked: `%1.` for a number with a point."""

    kind: str
    text: str
    start: int


class Outlines:
    """The styles and lists of a file, and how far each list has been counted."""

    def __init__(self, styles: Element, numbering: Element) -> None:
        """Take the root elements of both parts, or empty sequences."""
        self._styles = {attribute(e, "styleId"): _style(e) for e in styles if local(e) == "style"}
        self._default = next(
            (attribute(e, "styleId") for e in styles if _is_default(e)),
            None,
        )
        self._levels = {
            attribute(e, "abstractNumId"): {_whole(attribute(lvl, "ilvl")): _level(lvl) for lvl in e}
            for e in numbering
            if local(e) == "abstractNum"
        }
        self._lists = {attribute(e, "numId"): e for e in numbering if local(e) == "num"}
        self._begun: set[str] = set()
        self._counts: dict[str | None, dict[int, int]] = {}

    def of(self, paragraph: Element) -> Outline:
        """Return what *paragraph* is; ask once for each and in order, since items are counted."""
        about = child(paragraph, "pPr")
        chain = [_said(about), *self._chain(_value(about, "pStyle") or self._default)]
        list_id = next((style.list_id for style in chain if style.list_id is not None), "0")
        depth = next((style.depth for style in chain if style.depth is not None), 0)
        is_listed = list_id != "0" or any(_LIST.fullmatch(style.name) for style in chain)
        mark = self._mark(list_id, depth) if is_listed else None
        is_contents = any(_CONTENTS.fullmatch(style.name) for style in chain)
        heading = _heading(chain)
        return Outline(heading, mark if heading is None else None, depth + 1, is_contents)

    def _chain(self, style_id: str | None) -> list[_Style]:
        chain: list[_Style] = []
        while (style := self._styles.get(style_id)) is not None and len(chain) < LONGEST_CHAIN:
            chain.append(style)
            style_id = style.based_on
        return chain

    def _mark(self, list_id: str, depth: int) -> str:
        """Count an item, and return its number, '' if it has none that is made of digits."""
        element = self._lists.get(list_id)
        kind = _value(element, "abstractNumId")
        levels = self._levels.get(kind, {})
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(kind, {})
        if list_id not in self._begun:
            self._begun.add(list_id)
            counts.update(_overridden(element))
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in range(depth + 1, LEVELS):
            counts.pop(deeper, None)
        shown = [int(place) - 1 for place in _PLACE.findall(level.text)]
        if not shown or any(at not in levels or levels[at].kind != "decimal" for at in shown):
            return ""
        return one_line(
            _PLACE.sub(lambda at: str(counts.get(int(at[1]) - 1, levels[int(at[1]) - 1].start)), level.text)
        )


def _heading(chain: list[_Style]) -> int | None:
    for style in chain:
        if found := _HEADING.fullmatch(style.name):
            return int(found[1])
        if style.name == "title":
            return TITLE_LEVEL
        if style.level is not None:
            return style.level + 1 if style.level < LEVELS else None
    return None


def _style(element: Element) -> _Style:
    said = _said(child(element, "pPr"))
    name = (_value(element, "name") or "").lower()
    return _Style(name, _value(element, "basedOn"), said.level, said.list_id, said.depth)


def _said(about: Element | None) -> _Style:
    """Return what the properties *about* a paragraph say."""
    listed = child(about, "numPr")
    level, depth = _value(about, "outlineLvl"), _value(listed, "ilvl")
    return _Style(
        level=None if level is None else _whole(level),
        list_id=_value(listed, "numId"),
        depth=None if depth is None else min(_whole(depth), LEVELS - 1),
    )


def _level(element: Element) -> _Level:
    kind, text = _value(element, "numFmt"), _value(element, "lvlText")
    return _Level(kind or "decimal", (text or "")[:20], _whole(_value(element, "start") or "1"))


def _overridden(numbered: Element) -> dict[int, int]:
    """Return what each level that this list counts anew has been counted to."""
    return {
        _whole(attribute(override, "ilvl")): _whole(start) - 1
        for override in numbered
        if (start := _value(override, "startOverride")) is not None
    }


def _is_default(element: Element) -> bool:
    return attribute(element, "default") in {"1", "true"} and attribute(element, "type") == "paragraph"


def _value(element: Element | None, name: str) -> str | None:
    """Return the value of the child *name* of *element*, None if it has none."""
    return attribute(child(element, name), "val")


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) <= 6 else 0
