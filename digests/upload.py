"""A file comes into Slack in three steps: an address is asked for, filled, and told to be complete.

The file is shared nowhere by that: it is the app's own, which may show it in its messages. Every step may
be repeated; what is left over is a file that nobody sees.
"""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.client import WebClient

from bot.slack.failures import cause, retry_after

SCOPE_SECONDS, PAUSE_SECONDS = 3600.0, 60.0
"""How long nothing is uploaded where the scope is missing, and where something else went wrong."""

ALT_TEXT = 1000
"""Characters of a file's own alternative text that Slack keeps."""


class NotUploaded(Exception):  # noqa: N818 - an outcome
    """There is no file; `seconds` is how long it makes no sense to try again."""

    def __init__(self, reason: str, *, seconds: float = PAUSE_SECONDS) -> None:
        super().__init__(reason)
        self.reason = reason
        self.seconds = seconds


def upload(
    client: WebClient,
    content: bytes,
    *,
    name: str,
    title: str,
    alt_text: str,
    by: float,
    monotonic: Callable[[], float] = time.monotonic,
) -> str:
    """Return the id of a new file with *content*, made before the moment *by*. Raises NotUploaded."""

    def left() -> float:
        seconds = by - monotonic()
        if seconds <= 0:
            raise NotUploaded("Slack took too long")
        return seconds

    try:
        about = {"filename": name, "length": len(content), "alt_txt": alt_text[:ALT_TEXT]}
        told = _call(client, "files.getUploadURLExternal", about, left())
        file_id, url = str(told["file_id"]), str(told["upload_url"])
        _fill(url, content, api=client.base_url, seconds=left())
        files = json.dumps([{"id": file_id, "title": title}])
        _call(client, "files.completeUploadExternal", {"files": files}, left())
    except SlackApiError as error:
        raise _meaning(error) from error
    except (OSError, ValueError, KeyError, TypeError, HTTPException, SlackClientError) as error:
        # Without the error's own text, which may hold the address: whoever has it can fill it.
        raise NotUploaded(f"the upload failed ({type(error).__name__})") from error
    return file_id


def _call(client: WebClient, method: str, told: Mapping[str, Any], seconds: float) -> Any:
    """Call a method once, by a client that waits no longer than *seconds*."""
    hurried = WebClient(
        client.token,
        base_url=client.base_url,
        timeout=max(1, int(min(seconds, client.timeout))),
        ssl=client.ssl,
        proxy=client.proxy,
        retry_handlers=client.retry_handlers,  # Which repeat nothing.
    )
    return hurried.api_call(method, params=dict(told)).data


def _fill(url: str, content: bytes, *, api: str, seconds: float) -> None:
    """Send the bytes, and nothing else, to an address of Slack's: no token, no cookie."""
    parts, ours = urlsplit(url), urlsplit(api)
    # The address is of Slack's own answer; it is as safe as the API is, or it is not used.
    if parts.scheme != "https" and (parts.scheme, parts.netloc) != (ours.scheme, ours.netloc):
        raise ValueError("no safe address")
    headers = {"Content-Type": "application/octet-stream"}
    request = urllib.request.Request(url, data=content, headers=headers, method="POST")  # noqa: S310
    with urllib.request.urlopen(request, timeout=seconds) as answer:  # noqa: S310 - checked above
        answer.read(1000)


def _meaning(error: SlackApiError) -> NotUploaded:
    code = cause(error)
    if code == "missing_scope":
        reason = "the app lacks the scope files:write; `python -m bot manifest --with charts` has it"
        return NotUploaded(reason, seconds=SCOPE_SECONDS)
    wait = retry_after(error)
    if wait:
        return NotUploaded("Slack asks to wait", seconds=wait)
    return NotUploaded(f"Slack says {code}" if code.replace("_", "").isalnum() else "Slack is not well")
