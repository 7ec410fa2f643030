"""A prompt without Slack: what is typed after the command goes through Bolt's dispatch and is drawn."""

import asyncio
import json
import shutil
import sys
import urllib.parse
from collections.abc import Iterator
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest

from bot.local_slack.draw import draw

LEAVING = {"exit", "quit"}

_BODY = {
    "team_id": "TLOCAL",
    "user_id": "ULOCAL",
    "channel_id": "CLOCAL",
    "trigger_id": "1.local",
    "response_url": "http://127.0.0.1/none",
}


def converse(app: AsyncApp, command: str, *, welcome: str) -> None:
    """Answer each line that is typed or piped in, until there are no more."""
    is_typed = sys.stdin.isatty()
    print(welcome)
    with asyncio.Runner() as runner:
        for text in _lines(f"\n{command} ", is_typed=is_typed):
            typed = text.strip()
            if typed.lower() in LEAVING:
                break
            if typed == command or typed.startswith(f"{command} "):
                typed = typed.removeprefix(command).strip()
            if not is_typed:
                print(f"\n{command} {typed}".rstrip())
            message = runner.run(_asked(app, command, typed))
            width = min(shutil.get_terminal_size().columns, 100)
            print(draw(message, width=width, color=sys.stdout.isatty()), flush=True)


def _lines(prompt: str, *, is_typed: bool) -> Iterator[str]:
    if not is_typed:
        sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]  # a pipe is a TextIOWrapper
        yield from sys.stdin
        return
    import readline  # noqa: F401, PLC0415 - gives the prompt its history and its arrow keys

    while True:
        try:
            yield input(prompt)
        except EOFError:
            print()
            return


async def _asked(app: AsyncApp, command: str, text: str) -> dict[str, Any]:
    """Return the message with which the app answers *text*, as Slack would get it."""
    body = urllib.parse.urlencode({**_BODY, "command": command, "text": text})
    request = AsyncBoltRequest(body=body, headers={"content-type": ["application/x-www-form-urlencoded"]})
    response = await app.async_dispatch(request)
    message: dict[str, Any] = json.loads(response.body)
    return message
