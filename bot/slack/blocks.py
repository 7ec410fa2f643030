"""The pieces that messages are made of. Text is sent as plain_text and rich_text: Slack parses neither."""

from collections.abc import Iterable, Sequence
from typing import Any

from bot.slack.text import escaped, link, shown

Block = dict[str, Any]
Message = dict[str, Any]

MESSAGE_UNITS = 10_000
"""Characters of one message's passages and what stands beside them: Slack refuses some from 11,000 on."""

FALLBACK_UNITS = 1000
"""Characters of the text that notifications and screen readers get in place of the blocks."""


def message(text: str, blocks: Sequence[Block]) -> Message:
    """Return a private answer: *text* is its summary, for who does not see the *blocks*."""
    return {
        "response_type": "ephemeral",
        "text": escaped(text, FALLBACK_UNITS) or "Briefbot",
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": list(blocks),
    }


def run(text: str, *, most: int = 3000, **style: bool) -> list[Block]:
    """Return *text* as a rich text element, styled bold=True, italic=True or code=True; none if empty."""
    seen = shown(text, most)
    if not seen:
        return []
    return [{"type": "text", "text": seen, **({"style": style} if style else {})}]


def line(*runs: Iterable[Block]) -> Block:
    """Return a line of runs."""
    return {"type": "rich_text", "elements": [_section(*runs)]}


def listed(lines: Iterable[Sequence[Iterable[Block]]], *, numbered: bool = False) -> Block:
    """Return a list, bulleted or *numbered* from 1, each line given as its runs."""
    style = "ordered" if numbered else "bullet"
    elements = [_section(*runs) for runs in lines]
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_list", "style": style, "elements": elements}],
    }


def quote(runs: Sequence[Block], *, lead_in: str | None = None) -> Block:
    """Return a quotation, with the lead-in of its list above it."""
    elements: list[Block] = []
    if lead_in:
        elements.append(_section(run(lead_in, most=300, italic=True)))
    elements.append({"type": "rich_text_quote", "elements": list(runs)})
    return {"type": "rich_text", "elements": elements}


def buttons(*labels: tuple[str, str, str]) -> Block:
    """Return a row of buttons, each given as its label, its action and what it carries."""
    return {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "text": {"type": "plain_text", "text": shown(label, 75), "emoji": False},
                "action_id": action,
                "value": value,
            }
            for label, action, value in labels
        ],
    }


def small(text: str, *, url: str | None = None) -> Block:
    """Return a line in small grey letters, with a link to where it comes from."""
    elements: list[Block] = [{"type": "plain_text", "text": shown(text, 1500), "emoji": False}]
    if url:
        opened = link(url, "Open the source")
        elements.append({"type": "mrkdwn", "text": opened, "verbatim": True})
    return {"type": "context", "elements": elements}


def _section(*runs: Iterable[Block]) -> Block:
    return {"type": "rich_text_section", "elements": [element for some in runs for element in some]}
