"""Questions at a terminal: one drawn as in Slack or as JSON, or one a line."""

import datetime
import io
import json
import shutil
import sys
import time
from collections.abc import Iterator
from typing import Any

from bot.app import Briefbot
from bot.errors import QueryError
from bot.local_slack.draw import draw, read_only
from bot.search.answer import Answer
from bot.search.explaining import explained
from bot.search.report import refused, report
from bot.slack import answers


def answer(briefbot: Briefbot, text: str, *, limit: int, as_json: bool, explains: bool) -> None:
    """Print the answer to *text*. Raises QueryError for a question that cannot be asked."""
    found, took_ms = _answered(briefbot, text, limit)
    if as_json:
        print(json.dumps(report(found, took_ms=took_ms), indent=2))
        return
    told = answers.found if found.hits else answers.nothing
    width = min(shutil.get_terminal_size().columns, 100)
    message = told(found, command=briefbot.config.command)
    print(draw(read_only(message), width=width, color=sys.stdout.isatty()))
    if explains:
        print("\n".join(_explained(found)))


def answer_each(briefbot: Briefbot, *, limit: int) -> None:
    """Print a JSON object for each line of standard input."""
    for line in _lines_in():
        print(json.dumps(_reported(briefbot, line.strip(), limit)), flush=True)


def _explained(found: Answer) -> Iterator[str]:
    for place, hit in enumerate(found.hits, start=1):
        yield f"\n{place}. {hit.excerpt.id}, {hit.score:.2f} points"
        if hit.ranked:
            yield from (f"   {told}" for told in explained(hit.excerpt, hit.ranked, found.concepts))


def _lines_in() -> Iterator[str]:
    if isinstance(sys.stdin, io.TextIOWrapper):  # It may be closed.
        sys.stdin.reconfigure(errors="replace")
        yield from sys.stdin


def _reported(briefbot: Briefbot, text: str, limit: int) -> dict[str, Any]:
    try:
        found, took_ms = _answered(briefbot, text, limit)
    except QueryError as error:
        return refused(text, str(error))
    return report(found, took_ms=took_ms)


def _answered(briefbot: Briefbot, text: str, limit: int) -> tuple[Answer, float]:
    started = time.perf_counter()
    today = datetime.datetime.now(datetime.UTC).date()
    found = briefbot.searcher.search(text, limit=limit, today=today)
    return found, (time.perf_counter() - started) * 1000
