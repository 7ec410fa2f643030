"""Messages as a person would see them, drawn in a terminal from their real blocks."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from wcwidth import wrap

Element = Mapping[str, Any]

BOLD, ITALIC, GREY, PLAIN = "\x1b[1m", "\x1b[3m", "\x1b[2m", "\x1b[0m"

_PUT = ("initial_value", "initial_time", "initial_conversation")
"""Where the app put what stands in a field."""

_STYLE = re.compile(r"\x1b\[\dm")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_LINK = re.compile(r"<(https?://[^|>]+)\|([^>]*)>")


def read_only(message: Element) -> Element:
    """Return *message* without what can be clicked, for where nobody can."""
    return {"blocks": [block for block in message["blocks"] if block["type"] != "actions"]}


def draw(message: Element, *, width: int = 80, color: bool = False) -> str:
    """Return *message*, or a view, in lines of at most *width* cells; styles are terminal escapes if *color*.

    Without, what is bold stands between asterisks.
    """
    drawn = "\n".join(_DRAWN[block["type"]](block, width, color) for block in message["blocks"])
    return drawn if color else _STYLE.sub("", drawn)


def _rich_text(block: Element, width: int, color: bool) -> str:
    return "\n".join(_RICH[element["type"]](element, width, color) for element in block["elements"])


def _section(element: Element, width: int, color: bool) -> str:
    return _wrapped(_runs(element, color), width)


def _quote(element: Element, width: int, color: bool) -> str:
    lines = _wrapped(_runs(element, color), width - 2).split("\n")
    return "\n".join(f"┃ {line}" for line in lines)


def _preformatted(element: Element, _width: int, color: bool) -> str:
    return "\n".join(f"    {line}" for line in _runs(element, color).split("\n"))


def _list(element: Element, width: int, color: bool) -> str:
    is_ordered = element.get("style") == "ordered"
    marks = [f"{number}. " if is_ordered else "• " for number in range(1, len(element["elements"]) + 1)]
    items = zip(marks, element["elements"], strict=True)
    return "\n".join(
        _wrapped(_runs(item, color), width, first=f"  {mark}", then=" " * (2 + len(mark)))
        for mark, item in items
    )


def _runs(element: Element, color: bool) -> str:
    return "".join(_styled(run, color) for run in element["elements"])


def _styled(run: Element, color: bool) -> str:
    if run["type"] == "channel":
        return f"#{run['channel_id']}"
    if run["type"] == "link":
        return f"{run['text']}: {run['url']}"
    if run["type"] == "user":
        return f"@{run['user_id']}"
    style = run.get("style", {})
    if style.get("bold"):
        return f"{BOLD}{run['text']}{PLAIN}" if color else f"*{run['text']}*"
    return f"{ITALIC}{run['text']}{PLAIN}" if style.get("italic") else str(run["text"])


def _context(block: Element, width: int, _color: bool) -> str:
    told = "  ".join(_read(element) for element in block["elements"])
    return _wrapped(f"{GREY}{told}{PLAIN}", width, first="  ", then="  ") + "\n"


def _actions(block: Element, width: int, _color: bool) -> str:
    return _wrapped("  ".join(map(_acted, block["elements"])), width)


def _acted(element: Element) -> str:
    """Return what can be clicked: a button, or a menu by what stands on it."""
    if element["type"] == "overflow":
        return "[ ⋯ ]"
    label = element.get("text") or element.get("initial_option", {}).get("text") or element.get("placeholder")
    chosen = ", ".join(option["text"]["text"] for option in element.get("initial_options", ()))
    put = next((element[key] for key in _PUT if element.get(key)), "")
    told = chosen or put or (label["text"] if label else "")
    return f"[ {told} ]" if element["type"] == "button" else f"[ {told} ▾ ]"


def _paragraph(block: Element, width: int, _color: bool) -> str:
    """Tell a section, with what can be clicked beside it."""
    beside = f"  {_acted(block['accessory'])}" if "accessory" in block else ""
    return _wrapped(_read(block["text"]) + beside, width)


def _header(block: Element, width: int, color: bool) -> str:
    text = _read(block["text"])
    return "\n" + _wrapped(f"{BOLD}{text}{PLAIN}" if color else f"*{text}*", width)


def _input(block: Element, width: int, _color: bool) -> str:
    """Tell what is to be filled in, chosen or checked."""
    element = block["element"]
    if element["type"] != "checkboxes":
        return _wrapped(f"{_read(block['label'])}: {_acted(element)}", width)
    boxes = [f"[ ] {_read(option['text'])}" for option in element["options"]]
    return _wrapped("\n".join([_read(block["label"]), *boxes]), width)


def _image(block: Element, width: int, _color: bool) -> str:
    """Tell a picture by its words, which are for who does not see it."""
    return _wrapped(f"[ {block['alt_text']} ]", width)


def _read(text: Element) -> str:
    """Return what Slack shows of a text object."""
    if text["type"] == "plain_text":
        return str(text["text"])
    told = _LINK.sub(r"\2: \1", text["text"])
    for entity, character in _ENTITIES:
        told = told.replace(entity, character)
    return told


def _wrapped(text: str, width: int, *, first: str = "", then: str = "") -> str:
    lines: list[str] = []
    for line in text.split("\n"):
        indent = then if lines else first
        lines += wrap(line, width, initial_indent=indent, subsequent_indent=then, break_on_hyphens=False) or [
            ""
        ]
    return "\n".join(lines)


_Drawer = Callable[[Element, int, bool], str]
_DRAWN: Mapping[str, _Drawer] = {
    "rich_text": _rich_text,
    "context": _context,
    "actions": _actions,
    "image": _image,
    "section": _paragraph,
    "header": _header,
    "input": _input,
}
_RICH: Mapping[str, _Drawer] = {
    "rich_text_section": _section,
    "rich_text_quote": _quote,
    "rich_text_preformatted": _preformatted,
    "rich_text_list": _list,
}
