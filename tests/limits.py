"""Slack's limits on messages and views, as the tests hold ours to them, and that nothing in them can act."""

import json
import re
from collections.abc import Iterator
from typing import Any

from bot.local_slack.blocks import part_fault
from bot.local_slack.draw import draw
from bot.local_slack.limits import message_fault, view_fault

OURS = frozenset({"text", "user", "channel", "link"})
"""What stands in our rich text. Slack has mentions of everybody, dates and emoji, too."""

UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ud800-\udfff]")
"""Controls, orders to write the other way round, and halves of characters."""

ENTITY = re.compile(r"&(?!amp;|lt;|gt;)|[<>]")
"""What is no text where Slack parses it, and what is left of an entity that was cut."""

VIEW_BYTES = 250_000


def check(message: dict[str, Any]) -> None:
    """Assert that Slack would take *message*, and that nothing in it can act but links of ours."""
    _check_text(message["text"])
    assert message["mrkdwn"] is False
    assert not message_fault(counted(message)), faults(message["blocks"])
    assert 0 < len(message["blocks"]) <= 50
    assert sum(len(text) for block in message["blocks"] for text in texts(block)) <= 12_000
    assert {block["type"] for block in message["blocks"]} <= {"rich_text", "context", "actions"}
    check_blocks(message["blocks"])


def faults(blocks: list[dict[str, Any]]) -> list[str]:
    """Return what is wrong with blocks by themselves."""
    return [fault for block in blocks if (fault := part_fault(kept(counted(block))))]


def _check_text(text: str) -> None:
    """Assert that who sees no blocks is told something, as text that stays text."""
    assert 0 < len(text) <= 4000
    assert re.search(r"[^\s\u200b-\u200f]", text), "it is read aloud"
    assert not ENTITY.search(text)
    assert not UNSEEN.search(text)


def check_view(view: dict[str, Any]) -> None:
    """Assert that Slack takes a view, and that nothing in it can act but what we put there."""
    draw(view)
    assert view_fault(counted(view)) is None
    assert len(json.dumps(view)) <= VIEW_BYTES
    assert sum(map(len, texts(view["blocks"]))) <= 12_000
    fields = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    assert len(fields) == len(set(fields))
    assert part_fault(kept(counted({**view, "blocks": []})), "modal") is None
    check_blocks([*view["blocks"], *(view[part] for part in ("title", "submit", "close") if part in view)])


def check_blocks(blocks: list[dict[str, Any]]) -> None:
    """Assert of blocks, or of the options that are suggested, what holds wherever they stand."""
    json.dumps(blocks, ensure_ascii=False).encode()
    assert not faults(blocks)
    for part in parts_of(blocks):
        kind = part.get("type")
        told = part.get("text")
        if isinstance(told, str):
            assert told, "Slack refuses empty texts"
            assert not UNSEEN.search(told)
        if kind in {"plain_text", "mrkdwn"}:
            _check_object(part)
        elif str(kind).startswith("rich_text"):
            assert part["elements"], "a line says something"
        elif kind == "link":
            assert part["url"].startswith(("http://", "https://"))
            assert part["url"].isascii()
        elif kind == "actions":
            acts = [element["action_id"] for element in part["elements"]]
            assert len(acts) == len(set(acts)), "Slack refuses two of one name in a row"
        if kind in {"rich_text_section", "rich_text_quote", "rich_text_preformatted"}:
            assert {element["type"] for element in part["elements"]} <= OURS
        if "value" in part:
            assert not re.search("[\ud800-\udfff]", part["value"])


def _check_object(part: dict[str, Any]) -> None:
    assert part["text"].strip(), "nobody can click on nothing"
    if part["type"] == "plain_text":
        assert part["emoji"] is False
    else:
        assert part["verbatim"] is True
        assert re.fullmatch(r"<https?://[^<>|\s]*\|[^<>|]*>", part["text"], re.IGNORECASE)


def check_options(options: list[dict[str, Any]]) -> None:
    """Assert that Slack would take what is suggested."""
    assert len(options) <= 100
    values = [option["value"] for option in options]
    assert len(values) == len(set(values))
    if options:
        menu = {"type": "static_select", "action_id": "a", "options": options}
        check_view({"type": "home", "blocks": [{"type": "actions", "elements": [menu]}]})


def counted(part: Any) -> Any:
    """Return *part* with texts as long as Slack counts them, which is in UTF-16."""
    if isinstance(part, list):
        return [counted(one) for one in part]
    if isinstance(part, dict):
        return {key: counted(one) for key, one in part.items()}
    return re.sub("[\U00010000-\U0010ffff]", "xx", part) if isinstance(part, str) else part


def kept(part: Any) -> Any:
    """Return *part* with its plain texts as Slack keeps them: three characters as entities."""
    if isinstance(part, list):
        return [kept(one) for one in part]
    if not isinstance(part, dict):
        return part
    if part.get("type") == "plain_text":
        return {**part, "text": part["text"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")}
    return {key: kept(one) for key, one in part.items()}


def parts_of(part: Any) -> Iterator[dict[str, Any]]:
    """Yield every block, element and object within *part*."""
    if isinstance(part, list):
        for one in part:
            yield from parts_of(one)
    elif isinstance(part, dict):
        yield part
        for one in part.values():
            yield from parts_of(one)


def texts(part: Any) -> list[str]:
    """Return every text that is read in *part*."""
    return [one["text"] for one in parts_of(part) if isinstance(one.get("text"), str)]
