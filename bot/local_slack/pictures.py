"""What Slack refuses of pictures in blocks: files that are not there, not ready, or no pictures."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.local_slack.values import File, Refused

SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")
"""How the files begin that Slack shows: PNG, JPEG and GIF."""


def check_pictures(files: Mapping[str, File], blocks: Any, *, now: float) -> None:
    """Raise Refused where *blocks* show a file that they cannot show at *now*."""
    for path, told in _slack_files(blocks, "/blocks"):
        if not _is_shown(files, told, now):
            fault = f"invalid slack file [json-pointer:{path}]"
            messages = {"messages": [f"[ERROR] {fault}"]}
            raise Refused("invalid_blocks", errors=[fault], response_metadata=messages)


def _is_shown(files: Mapping[str, File], told: Any, now: float) -> bool:
    """Tell whether the file is there; it is named by its id here, never by an address."""
    file = files.get(str(told.get("id"))) if isinstance(told, dict) and set(told) == {"id"} else None
    if file is None or file.content is None or file.ready is None:
        return False
    return file.ready <= now and file.content.startswith(SIGNATURES)


def _slack_files(part: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield each file that is named in *part*, and where."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "slack_file":
                yield f"{path}/{key}", value
            else:
                yield from _slack_files(value, f"{path}/{key}")
    elif isinstance(part, list):
        for at, value in enumerate(part):
            yield from _slack_files(value, f"{path}/{at}")
