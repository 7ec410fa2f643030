"""What a message says by its rich text, which tells what was typed from how it was formatted."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

KIND, LIST = "rich_text", "rich_text_list"
LINES = frozenset({"rich_text_section", "rich_text_quote", "rich_text_preformatted"})
"""Slack's names of rich text and of what it is made of."""

Element = Mapping[str, Any]


def words(blocks: object, names: Mapping[str, str]) -> str | None:
    """Return the words of rich text *blocks*, a line for each line and item; people and channels by *names*.

    None where there are none, or something stands among them that cannot be read.
    """
    if not isinstance(blocks, Sequence) or not blocks:
        return None
    try:
        if any(block["type"] != KIND for block in blocks):
            return None
        return "\n".join(_part(part, names) for block in blocks for part in block["elements"])
    except (ArithmeticError, AttributeError, KeyError, RecursionError, TypeError, ValueError):
        return None


def _part(part: Element, names: Mapping[str, str]) -> str:
    """Return a paragraph, a quotation, code or a list."""
    if part["type"] == LIST:
        return "\n".join(_items(part, names))
    if part["type"] not in LINES:
        raise ValueError(part["type"])
    return "".join(ELEMENTS[element["type"]](element, names) for element in part["elements"])


def _items(part: Element, names: Mapping[str, str]) -> Iterator[str]:
    """Yield the items of a list, each with its bullet or number."""
    is_numbered, first = part.get("style") == "ordered", int(part.get("offset") or 0) + 1
    for number, item in enumerate(part["elements"], first):
        yield f"{f'{number}.' if is_numbered else '•'} {_part(item, names)}"


def linked(url: str, label: str) -> str:
    """Return a link as people read it: its label, if it has one that says something else, and the address."""
    return url if not label or url.removesuffix("/").endswith(label) else f"{label} ({url})"


def _named(mark: str, one: str, names: Mapping[str, str]) -> str:
    return f"{mark}{names.get(one, one)}"


def _emoji(element: Element) -> str:
    """Return the characters of an emoji, or its code where it is the workspace's own."""
    told = element.get("unicode")
    return "".join(chr(int(point, 16)) for point in told.split("-")) if told else f":{element['name']}:"


ELEMENTS: Mapping[str, Callable[[Element, Mapping[str, str]], str]] = {
    "text": lambda element, _: element["text"],
    "link": lambda element, _: linked(element["url"], element.get("text") or ""),
    "emoji": lambda element, _: _emoji(element),
    "user": lambda element, names: _named("@", element["user_id"], names),
    "usergroup": lambda element, names: _named("@", element["usergroup_id"], names),
    "channel": lambda element, names: _named("#", element["channel_id"], names),
    "broadcast": lambda element, _: f"@{element['range']}",
    "date": lambda element, _: element["fallback"],
    "color": lambda element, _: element["value"],
}
"""What each kind of element shows."""
