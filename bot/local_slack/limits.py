"""What Slack refuses of messages and views: its limits, and the errors it answers with."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Part = Mapping[str, Any]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
UPDATED_BYTES = 4000
"""Bytes of a changed message's text, its three special characters as entities."""

BLOCKS_CHARACTERS = 13_200
"""Not documented: around so many in all, Slack answers msg_blocks_too_long."""

TEXT = 40_000
"""Characters of a text that Slack keeps of a longer one."""

ATTACHMENTS = 100
MARKDOWN = 12_000
TABLE_ROWS, TABLE_CELLS = 100, 20
TEXTS = {
    # (type of what bears it, its key): most characters.
    ("section", "text"): 3000,
    ("header", "text"): 150,
    ("button", "text"): 75,
    ("button", "value"): 2000,
    ("button", "url"): 3000,
    ("button", "accessibility_label"): 75,
    ("image", "alt_text"): 2000,
    ("image", "image_url"): 3000,
    ("context", "text"): 3000,
    ("option", "text"): 75,
    ("option", "value"): 150,
    ("option", "description"): 75,
    ("confirm", "title"): 100,
    ("confirm", "text"): 300,
    ("confirm", "confirm"): 30,
    ("confirm", "deny"): 30,
    ("modal", "title"): 24,
    ("modal", "submit"): 24,
    ("modal", "close"): 24,
    ("modal", "private_metadata"): 3000,
    ("any", "placeholder"): 150,
    ("any", "action_id"): 255,
    ("any", "block_id"): 255,
    ("any", "callback_id"): 255,
}
COUNTS = {
    ("context", "elements"): 10,
    ("actions", "elements"): 25,
    ("context_actions", "elements"): 5,
    ("section", "fields"): 10,
    ("overflow", "options"): 5,
    ("checkboxes", "options"): 10,
    ("radio_buttons", "options"): 10,
    ("any", "options"): 100,
    ("any", "option_groups"): 100,
}
BLOCKS = {
    "actions", "context", "context_actions", "divider", "file", "header", "image", "input", "markdown",
    "rich_text", "section", "table", "video",
}  # fmt: skip


def message_fault(message: Part) -> str | None:
    """Return the error with which Slack refuses *message*, None if it takes it."""
    text, blocks = message.get("text"), message.get("blocks")
    if not text and not blocks and not message.get("attachments"):
        return "no_text"
    if text is not None and not isinstance(text, str):
        return "invalid_arguments"
    if len(message.get("attachments") or ()) > ATTACHMENTS:
        return "too_many_attachments"
    if blocks is None:
        return None
    if isinstance(blocks, list) and len(blocks) > MESSAGE_BLOCKS:
        return "msg_blocks_too_many"
    return "invalid_blocks_format" if not isinstance(blocks, list) else blocks_fault(blocks)


def update_fault(message: Part) -> str | None:
    """Return the error with which Slack refuses to change a message into this one."""
    text = str(message.get("text") or "")
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(character, entity)
    if len(text.encode()) > UPDATED_BYTES:
        return "msg_too_long"
    return message_fault(message)


def view_fault(view: Part) -> str | None:
    """Return the error with which Slack refuses a modal or a home tab."""
    blocks = view.get("blocks")
    if view.get("type") not in {"modal", "home"} or not isinstance(blocks, list):
        return "invalid_arguments"
    if len(blocks) > VIEW_BLOCKS:
        return "invalid_arguments"
    if view["type"] == "modal" and not view.get("title"):
        return "invalid_arguments"
    has_inputs = any(block.get("type") == "input" for block in blocks if isinstance(block, dict))
    if view["type"] == "modal" and has_inputs and not view.get("submit"):
        return "invalid_arguments"
    return "invalid_arguments" if _part_fault(view, "modal") else blocks_fault(blocks)


def blocks_fault(blocks: Sequence[Any]) -> str | None:
    """Return the error with which Slack refuses *blocks*."""
    ids = [block["block_id"] for block in blocks if isinstance(block, dict) and block.get("block_id")]
    if len(ids) != len(set(ids)):
        return "invalid_blocks"
    for block in blocks:
        if not isinstance(block, dict) or block.get("type") not in BLOCKS or _part_fault(block, ""):
            return "invalid_blocks"
    if not _tables_fit([block for block in blocks if block.get("type") == "table"]):
        return "invalid_blocks"
    if sum(len(str(block.get("text"))) for block in blocks if block.get("type") == "markdown") > MARKDOWN:
        return "msg_blocks_too_long"
    if sum(len(text) for block in blocks for text in texts_of(block)) > BLOCKS_CHARACTERS:
        return "msg_blocks_too_long"
    return None


def _tables_fit(tables: Sequence[Part]) -> bool:
    rows = [row for table in tables for row in table.get("rows") or ()]
    return len(tables) <= 1 and len(rows) <= TABLE_ROWS and all(len(row) <= TABLE_CELLS for row in rows)


def texts_of(part: Any) -> Iterator[str]:
    """Yield every text within *part* that a person would see."""
    if isinstance(part, list):
        for item in part:
            yield from texts_of(item)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key in {"text", "alt_text"} and isinstance(value, str):
                yield value
            else:
                yield from texts_of(value)


def _part_fault(part: Part, kind: str) -> str | None:
    """Return what is wrong with a block or element and with what is in it."""
    kind = kind or str(part.get("type", ""))
    for key, value in part.items():
        most = TEXTS.get((kind, key)) or TEXTS.get(("any", key))
        text = value.get("text") if isinstance(value, dict) else value
        if most and isinstance(text, str) and len(text) > most:
            return f"{kind}.{key} is longer than {most}"
        count = COUNTS.get((kind, key)) or COUNTS.get(("any", key))
        if count and isinstance(value, list) and not 0 < len(value) <= count:
            return f"{kind}.{key} has {len(value)} parts, not 1 to {count}"
        if fault := _within(key, value, kind):
            return fault
    return _text_fault(part) or _needs_fault(part, kind)


def _within(key: str, value: Any, kind: str) -> str | None:
    inside = {"options": "option", "confirm": "confirm", "fields": "field"}.get(key, "")
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            named = inside or ("context" if kind == "context" and "text" in item else "")
            if fault := _part_fault(item, named if named != "context" or item.get("type") != "image" else ""):
                return fault
            if inside == "field" and len(str(item.get("text", ""))) > 2000:
                return "a field is longer than 2000"
    return None


def _text_fault(part: Part) -> str | None:
    """Texts are plain_text, mrkdwn or a rich text's, and never empty."""
    if part.get("type") in {"plain_text", "mrkdwn"} or (part.get("type") == "text"):
        text = part.get("text")
        if not isinstance(text, str) or not text:
            return "an empty text"
    return None


def _needs_fault(part: Part, kind: str) -> str | None:
    needed = {
        "section": ("text", "fields"),
        "header": ("text",),
        "context": ("elements",),
        "actions": ("elements",),
        "rich_text": ("elements",),
        "button": ("text",),
        "image": ("image_url", "slack_file"),
    }.get(str(part.get("type"))) if kind == part.get("type") else None  # fmt: skip
    if needed and not any(part.get(key) for key in needed):
        return f"{kind} lacks {' or '.join(needed)}"
    if part.get("type") == "image" and not part.get("alt_text"):
        return "an image without alt_text"
    return None
