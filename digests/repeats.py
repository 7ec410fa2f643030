"""What a message says that may have come before."""

from collections.abc import Mapping
from typing import Any

IN_DOUBT = "Possible repeat: it could not be made out whether this had arrived."
AFTER_RESTORE = "Possible repeat: Briefbot was restored from a backup and cannot see what it sent since."


def marked(message: Mapping[str, Any], mark: str) -> dict[str, Any]:
    """Return *message* with a mark that it may have come before."""
    element = {"type": "plain_text", "text": mark, "emoji": False}
    block = {"type": "context", "elements": [element]}
    return {**message, "text": f"{mark} {message['text']}", "blocks": [block, *message["blocks"]]}
