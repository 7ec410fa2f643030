"""A prompt without Slack: what is typed after the command goes through Bolt's dispatch and is drawn."""

import asyncio
import io
import shutil
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.local_slack.draw import draw, read_only
from bot.local_slack.people import Bring, Outcome, People, answer_of, written
from bot.local_slack.state import Workspace
from bot.slack.dispatch import request_of

LEAVING = {"exit", "quit"}


def converse(app: AsyncApp, command: str, *, welcome: str) -> None:
    """Answer each line that is typed or piped in, until there are no more."""
    workspace = Workspace()
    you = workspace.add_user("you")
    here = workspace.direct(you)
    people = People(workspace, _directly(app))
    is_typed = sys.stdin is not None and sys.stdin.isatty()
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
            runner.run(people.command(typed, user=you.id, channel=here.id, command=command))
            answer = workspace.messages.pop()
            width = min(shutil.get_terminal_size().columns, 100)
            told = read_only({"blocks": answer.blocks})
            print(draw(told, width=width, color=sys.stdout.isatty()), flush=True)


def _lines(prompt: str, *, is_typed: bool) -> Iterator[str]:
    if not is_typed:
        if isinstance(sys.stdin, io.TextIOWrapper):  # It may be closed.
            sys.stdin.reconfigure(errors="replace")
            yield from sys.stdin
        return
    import readline  # noqa: F401, PLC0415 - gives the prompt its history and its arrow keys

    while True:
        try:
            yield input(prompt)
        except EOFError:
            print()
            return
        except KeyboardInterrupt:  # What was typed is dropped, as a shell does.
            print()


def _directly(app: AsyncApp) -> Bring:
    """Bring payloads through Bolt's dispatch in this process."""

    async def bring(kind: str, body: dict[str, Any], headers: Mapping[str, str]) -> Outcome:
        content, content_type = written(kind, body)
        asked = request_of(content, {"content-type": content_type, **headers})
        if asked is None:
            return Outcome(400, {})
        answer = await app.async_dispatch(asked)
        return Outcome(answer.status, answer_of(answer.body))

    return bring
