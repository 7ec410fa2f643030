"""What the app wanted to show and Slack does not take: it is kept, to be shown as refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.local_slack.state import Workspace
from bot.local_slack.values import Message

LIMITS = frozenset(
    {
        "invalid_arguments", "invalid_blocks", "invalid_blocks_format", "invalid_metadata_format",
        "msg_blocks_too_long", "msg_blocks_too_many", "msg_too_long", "no_text", "too_many_attachments",
    }
)  # fmt: skip
"""With what Slack refuses a message for what it is, and not for where it would go."""

KEPT = 50
"""Refusals that are kept, the newest."""

BY = ("chat.", "views.", "response_url")
"""How what shows something begins."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A message that nobody sees, or a window: then it is of no channel. `error` is Slack's reason."""

    message: Message
    error: str


class Refusals:
    """Those of one workspace, the newest last."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.kept: list[Refusal] = []

    def hear(self, method: str, error: str, told: Mapping[str, Any]) -> None:
        """Keep what *method* was refused with *error*, if it was refused for what it is."""
        if error not in LIMITS or not method.startswith(BY):
            return
        view = told.get("view")
        shown = view if isinstance(view, dict) else told
        blocks = shown.get("blocks")
        message = self._workspace.message_of(
            str(told.get("channel") or ""),
            self._workspace.bot.id,
            str(told.get("text") or ""),
            blocks=blocks if isinstance(blocks, list) else [],
        )
        self.kept = [*self.kept, Refusal(message, error)][-KEPT:]

    def windows_since(self, last: Refusal | None) -> list[Refusal]:
        """Return the windows that were refused after *last*."""
        at = self.kept.index(last) + 1 if last in self.kept else 0
        return [one for one in self.kept[at:] if not one.message.channel]

    @property
    def last(self) -> Refusal | None:
        """The newest."""
        return self.kept[-1] if self.kept else None
