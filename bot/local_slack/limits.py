"""What Slack refuses of messages and views: their limits, and the errors it answers with."""

from collections.abc import Mapping
from typing import Any

from bot.local_slack.blocks import blocks_fault, part_fault

Part = Mapping[str, Any]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
UPDATED_BYTES = 4000
"""Bytes of a changed message's text, its three special characters as entities."""

TEXT = 40_000
"""Characters of a text that Slack keeps of a longer one."""

ATTACHMENTS = 100


def message_fault(message: Part) -> str | None:
    """Return the error with which Slack refuses *message*, None if it takes it."""
    text, blocks = message.get("text"), message.get("blocks")
    if not text and not blocks and not message.get("attachments"):
        return "no_text"
    if text is not None and not isinstance(text, str):
        return "invalid_arguments"
    if metadata_fault := _metadata_fault(message.get("metadata")):
        return metadata_fault
    if len(message.get("attachments") or ()) > ATTACHMENTS:
        return "too_many_attachments"
    return None if blocks is None else _list_fault(blocks)


def _list_fault(blocks: Any) -> str | None:
    if not isinstance(blocks, list):
        return "invalid_blocks_format"
    return "msg_blocks_too_many" if len(blocks) > MESSAGE_BLOCKS else blocks_fault(blocks)


def _metadata_fault(metadata: Any) -> str | None:
    if metadata is None:
        return None
    has_form = isinstance(metadata, dict) and isinstance(metadata.get("event_payload"), dict)
    return None if has_form and metadata.get("event_type") else "invalid_metadata_format"


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
    return "invalid_arguments" if part_fault(view, "modal") else blocks_fault(blocks, in_view=True)
