"""Pages in a real browser: a headless Chromium, without its window, that may reach this machine alone."""

import os
import re
import shutil
import urllib.parse
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip

HERE = re.compile(r"(https?|wss?)://(127\.0\.0\.1|localhost)(:\d+)?(/|$)")

Seen = TypeVar("Seen")


class Chromium:
    """A browser in a thread of its own: there Playwright keeps a loop running, which would be in tests' way."""

    def __init__(self, thread: ThreadPoolExecutor, browser: Browser) -> None:
        self._thread = thread
        self._browser = browser

    def visit(
        self,
        look: Callable[[Page], Seen],
        *,
        width: int = 1280,
        height: int = 900,
        is_dark: bool = False,
        expected: str = "(?!)",
    ) -> Seen:
        """Return what *look* does with a page of a new profile.

        Fails where the page asks anything of another machine, or logs an error, as what its policy forbids
        is; but for those in which the pattern *expected* is found.
        """
        size = {"width": width, "height": height}
        return self._thread.submit(self._visit, look, size, is_dark, expected).result()

    def _visit(
        self, look: Callable[[Page], Seen], size: dict[str, int], is_dark: bool, expected: str
    ) -> Seen:
        context = self._browser.new_context(
            viewport=size,  # type: ignore[arg-type]
            color_scheme="dark" if is_dark else "light",
        )
        try:
            faults = watched(context)
            page = context.new_page()
            seen = look(page)
            page.evaluate("0")  # What the page did before has been told by the time that this is.
        finally:
            context.close()
        faults = [one for one in faults if not re.search(expected, one)]
        assert not faults, "\n".join(faults)
        return seen


def watched(context: BrowserContext) -> list[str]:
    """Return what will be found wrong with the pages of *context*; what they ask elsewhere is not sent."""
    faults: list[str] = []
    context.on("console", lambda told: told.type == "error" and faults.append(told.text))
    context.on("weberror", lambda error: faults.append(str(error.error)))
    context.on(
        "request", lambda asked: is_elsewhere(asked.url) and faults.append(f"asks elsewhere: {asked.url}")
    )
    context.route(is_elsewhere, lambda route: route.abort())
    return faults


def is_elsewhere(url: str) -> bool:
    return urllib.parse.urlsplit(url).scheme not in {"data", "blob", "about"} and not HERE.match(url)


def barriers(page: Page) -> list[str]:
    """Return what on the page keeps people from using it, as axe-core finds."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]
    ]


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@contextmanager
def launched() -> Iterator[Chromium]:
    """Start Chromium; skip the test where there is none, but where nothing is to be skipped."""
    program = shutil.which("chromium")
    if program is None and not os.environ.get("CI"):
        pytest.skip("there is no chromium here: apt-get install chromium")
    assert program, "the tests look at pages in chromium, and there is none: apt-get install chromium"
    with ThreadPoolExecutor(1, thread_name_prefix="chromium") as thread:
        playwright = thread.submit(sync_playwright().start).result()
        try:
            browser = thread.submit(
                playwright.chromium.launch, executable_path=program, args=ARGUMENTS
            ).result()
            try:
                yield Chromium(thread, browser)
            finally:
                thread.submit(browser.close).result()
        finally:
            thread.submit(playwright.stop).result()
