"""What Slack refuses of blocks, and of the elements in them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.local_slack.elements import BLOCKS, COUNTS, MESSAGES_ONLY, NEEDED, PLACES, PLAIN, TEXTS

Part = Mapping[str, Any]

BLOCKS_CHARACTERS = 13_200
"""Not documented: around so many in all, Slack answers msg_blocks_too_long."""

MARKDOWN = 12_000
TABLE_ROWS, TABLE_CELLS = 100, 20
PAGE_ROWS = 100


def blocks_fault(blocks: Sequence[Any], *, in_view: bool = False) -> str | None:
    """Return the error with which Slack refuses *blocks* of a message, or of a modal or home tab."""
    ids = [block["block_id"] for block in blocks if isinstance(block, dict) and block.get("block_id")]
    if len(ids) != len(set(map(str, ids))):
        return "invalid_blocks"
    if any(_is_refused(block, in_view=in_view) for block in blocks):
        return "invalid_blocks"
    if not _tables_fit([block for block in blocks if block["type"] == "table"]):
        return "invalid_blocks"
    markdown = sum(len(str(block.get("text"))) for block in blocks if block["type"] == "markdown")
    shown = sum(len(text) for block in blocks for text in texts_of(block))
    return "msg_blocks_too_long" if markdown > MARKDOWN or shown > BLOCKS_CHARACTERS else None


def _is_refused(block: Any, *, in_view: bool) -> bool:
    if not isinstance(block, dict) or block.get("type") not in BLOCKS:
        return True
    return bool(part_fault(block)) or (in_view and block["type"] in MESSAGES_ONLY)


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


def part_fault(part: Part, kind: str = "") -> str | None:
    """Return what is wrong with a block or element, and with what is in it; *kind* if not its type."""
    kind = kind or str(part.get("type", ""))
    for key, value in part.items():
        fault = _size_fault(kind, key, value) or _place_fault(kind, key, value) or _within(kind, key, value)
        if fault:
            return fault
    return _text_fault(part) or _needs_fault(part, kind) or _own_fault(part)


def _size_fault(kind: str, key: str, value: Any) -> str | None:
    most = TEXTS.get((kind, key)) or TEXTS.get(("any", key))
    text = value.get("text") if isinstance(value, dict) else value
    if most and isinstance(text, str) and len(text) > most:
        return f"{kind}.{key} is longer than {most}"
    count = COUNTS.get((kind, key)) or COUNTS.get(("any", key))
    if count and isinstance(value, list) and not count[0] <= len(value) <= count[1]:
        return f"{kind}.{key} has {len(value)} parts, not {count[0]} to {count[1]}"
    return None


def _place_fault(kind: str, key: str, value: Any) -> str | None:
    """Only some types may stand in some places."""
    is_plain = (kind, key) in PLAIN or ("any", key) in PLAIN
    allowed = frozenset({"plain_text"}) if is_plain else PLACES.get((kind, key))
    if allowed is None:
        return None
    for part in value if isinstance(value, list) else [value]:
        if not isinstance(part, dict) or part.get("type") not in allowed:
            return f"{kind}.{key} is none of {', '.join(sorted(allowed))}"
    return None


def _within(kind: str, key: str, value: Any) -> str | None:
    inside = {"options": "option", "confirm": "confirm", "fields": "field"}.get(key, "")
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            is_told = kind == "context" and item.get("type") != "image"
            if fault := part_fault(item, inside or ("context" if is_told else "")):
                return fault
    return None


def _text_fault(part: Part) -> str | None:
    """Texts are plain_text, mrkdwn or a rich text's, and never empty."""
    if part.get("type") in {"plain_text", "mrkdwn"} or (part.get("type") == "text"):
        text = part.get("text")
        if not isinstance(text, str) or not text:
            return "an empty text"
    return None


def _needs_fault(part: Part, kind: str) -> str | None:
    needed = NEEDED.get(kind) if kind == part.get("type") else None
    if needed and not any(part.get(key) for key in needed):
        return f"{kind} lacks {' or '.join(needed)}"
    return None


def _own_fault(part: Part) -> str | None:
    """Return what is wrong with what only one type of block or element has."""
    acts = [one.get("action_id") for one in part.get("elements") or () if isinstance(one, dict)]
    named = [act for act in acts if act]
    if len(named) != len(set(map(str, named))):
        return "an action_id twice in one block"
    if part.get("type") == "image":
        if not part.get("alt_text"):
            return "an image without alt_text"
        if part.get("image_url") and part.get("slack_file"):
            return "an image with both image_url and slack_file"
    if part.get("type") == "data_table":
        page_size = part.get("page_size", PAGE_ROWS)
        if not isinstance(page_size, int) or not 1 <= page_size <= PAGE_ROWS:
            return f"data_table.page_size is not 1 to {PAGE_ROWS}"
    return None
