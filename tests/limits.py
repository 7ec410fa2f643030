"""Slack's limits on messages, as the tests hold ours to them."""

import json
from typing import Any


def check(message: dict[str, Any]) -> None:
    """Assert that Slack would take *message*, and that nothing in it can act but links of ours."""
    json.dumps(message).encode()
    assert 0 < len(message["text"]) <= 4000
    assert "<" not in message["text"]
    assert message["mrkdwn"] is False
    assert 0 < len(message["blocks"]) <= 50
    assert sum(len(text) for block in message["blocks"] for text in _texts(block)) <= 12_000
    for block in message["blocks"]:
        assert block["type"] in {"rich_text", "context", "actions"}
        if block["type"] == "context":
            _check_context(block)
        assert all(text for text in _texts(block)), "Slack refuses empty texts"


def _check_context(block: dict[str, Any]) -> None:
    assert 0 < len(block["elements"]) <= 10
    for element in block["elements"]:
        assert len(element["text"]) <= 3000
        if element["type"] == "plain_text":
            assert element["emoji"] is False
        else:
            assert element["verbatim"] is True
            assert element["text"].startswith("<http")
            assert element["text"].count("<") == 1


def _texts(part: Any) -> list[str]:
    if isinstance(part, list):
        return [text for item in part for text in _texts(item)]
    if not isinstance(part, dict):
        return []
    own = [part["text"]] if isinstance(part.get("text"), str) else []
    return own + [text for key, item in part.items() if key != "text" for text in _texts(item)]
