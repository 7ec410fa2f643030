"""How fast the playground is in a browser, beside an empty page in the same one: `playground.py [--rounds 9]`.

Interactive is when the script has run and someone can type. Prints JSON: median milliseconds until a channel of
a few messages, and of a thousand more, is interactive; and from pressing Enter until an answer is seen in each.
"""

import argparse
import json
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent)]

from browser import launched
from played import RESEARCH, played
from playwright.sync_api import Page

from bot.loading import load

MORE = 1000
"""Messages that are there besides, each an answer with five passages."""


def measured(page: Page, address: str, post_more: Callable[[], None], rounds: int) -> dict[str, float]:
    page.goto("about:blank")
    figures = {"empty_page_ms": _median(lambda: page.goto("data:text/html,<p>empty"), rounds)}
    for name, prepare in (("few", lambda: None), ("thousand", post_more)):
        prepare()
        figures[f"interactive_{name}_ms"] = _median(lambda: _open(page, address), rounds)
        figures[f"answer_{name}_ms"] = _median(lambda: _ask(page), rounds)
    return figures


def _open(page: Page, address: str) -> None:
    page.goto(f"{address}/channel/{RESEARCH}", wait_until="commit")
    page.wait_for_function("() => document.querySelector('#typed') && document.readyState === 'complete'")


def _ask(page: Page) -> None:
    newest = page.locator("#messages > li:last-child")
    before = newest.get_attribute("id")
    page.fill("#typed", "/brief chips")
    page.press("#typed", "Enter")
    page.wait_for_function(
        "before => document.querySelector('#messages').lastElementChild.id !== before", arg=before
    )


def _median(do: Callable[[], object], rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        do()
        taken.append(1000 * (time.perf_counter() - began))
    return round(statistics.median(taken), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    logging.disable(logging.WARNING)
    with (
        tempfile.TemporaryDirectory() as folder,
        played(load({}), Path(folder)) as (playground, address),
        launched() as chromium,
    ):
        workspace = playground.face.slack.workspace

        def post_more() -> None:
            answer = next(one for one in reversed(workspace.messages) if one.seen_by)
            for _ in range(MORE):
                workspace.post(RESEARCH, workspace.bot.id, "", blocks=answer.blocks)

        print(json.dumps(chromium.visit(lambda page: measured(page, address, post_more, rounds)), indent=2))


if __name__ == "__main__":
    main()
