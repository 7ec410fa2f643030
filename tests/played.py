"""A playground that runs, and its page in a browser."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as Waited
from served import serving
from walk import Place, elements

from bot.config import Config
from bot.local_slack.people import Outcome
from bot.local_slack.values import Message, View
from bot.playground import guarded
from bot.playing import Playground, playing

RESEARCH = "C0RESEARCH"
"""The channel in which the bot is, and to which the page opens."""

DONE = Outcome(200, {})

PATIENCE = 15_000
"""Milliseconds that something may take on a busy machine."""

expect.set_options(timeout=PATIENCE)


@contextmanager
def played(config: Config, folder: Path) -> Iterator[tuple[Playground, str]]:
    """Let a playground run while the block does, and yield it with its address."""
    folder.mkdir(exist_ok=True)
    with playing(config, folder) as playground, serving(guarded(playground, "")) as address:
        try:
            yield playground, address
        finally:
            playground.face.is_over = lambda: True


def _is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(one.get(key) == other.get(key) for key in ("action_id", "value"))


class Fingers:
    """Does it on the page, as people do: what is not to be seen there cannot be used."""

    def __init__(self, page: Page, address: str, playground: Playground) -> None:
        self.page = page
        self.page.set_default_timeout(PATIENCE)
        self.address = address
        self.face = playground.face
        self.workspace = playground.face.slack.workspace

    def type(self, text: str, *, channel: str) -> Outcome:
        return self._write(f"/brief {text}", channel)

    def say(self, text: str, *, channel: str) -> Outcome:
        is_direct = self.workspace.channels[channel].is_im
        return self._write(text if is_direct else f"@Briefbot {text}", channel)

    def _write(self, text: str, channel: str) -> Outcome:
        self._go(f"/channel/{channel}")
        self.page.fill("#typed", text)
        with self._acting("say"):
            self.page.press("#typed", "Enter")
        return DONE

    def home(self) -> Outcome:
        self._close_windows()
        with self._acting("home"):
            self.page.goto(f"{self.address}/home")
        return DONE

    def choose(self, shortcut: Mapping[str, Any], message: Message) -> Outcome:
        button = f"[data-shortcut='{shortcut['callback_id']}']"
        self._go(f"/channel/{message.channel}", "?shown=3000")
        if shortcut["type"] == "message":
            there = self.page.locator(f"[data-place='message:{message.channel}:{message.ts}']")
            there.hover()
            there.locator(".tools summary").click()
            button = f"[data-place='message:{message.channel}:{message.ts}'] {button}"
        with self._acting("shortcut"):
            self.page.click(button)
        return DONE

    def use(self, place: Place, element: Mapping[str, Any], chosen: Mapping[str, Any]) -> Outcome | None:
        found = self._found(place, element)
        if found is None:
            return None
        is_field = found.locator("xpath=ancestor::*[contains(@class, 'field')]").count() > 0
        try:
            with self._acting("fill" if is_field else "use"):
                self._choose(found, element, chosen)
                if element.get("confirm"):
                    self.page.click("#confirm[open] [value=yes]")
        except Waited:  # It stood there already, is not offered, or was taken away meanwhile.
            return None
        return DONE

    def _found(self, place: Place, element: Mapping[str, Any]) -> Locator | None:
        """Return what is to be used, where a person finds it; None where it is not any more."""
        shown = place.shown
        if isinstance(shown, View):
            if shown.view["type"] == "home":
                self._go("/home")
            elif shown.id not in self.workspace.views:
                return None
            else:
                self._close_windows(down_to=shown.id)
            where = f"view:{shown.id}"
        else:
            thread = (
                f"?thread={shown.thread_ts}" if shown.thread_ts not in {None, shown.ts} else "?shown=3000"
            )
            self._go(f"/channel/{shown.channel}", thread)
            where = f"message:{shown.channel}:{shown.ts}"
        inside = self.page.locator(f"[data-place='{where}']").first
        # It may have moved since it was seen, as others of its kind came or went.
        blocks = shown.view["blocks"] if isinstance(shown, View) else shown.blocks
        alike = [one["at"] for one in elements(blocks) if _is_same(one, element)]
        found = inside.locator(f"[data-at='{alike[0]}']") if alike else None
        return found if found and found.count() == 1 else None

    def _choose(self, found: Locator, element: Mapping[str, Any], chosen: Mapping[str, Any]) -> None:
        """Choose as a person does, by pressing and writing."""
        kind = element["type"]
        options = [one["value"] for one in element.get("options", ())]
        if kind == "button":
            found.click()
        elif kind == "overflow":
            found.locator("summary").click()
            found.locator("button").nth(options.index(chosen["selected_option"]["value"])).click()
        elif kind in {"checkboxes", "multi_static_select"}:
            if kind == "multi_static_select":
                found.locator("summary").click()
            wanted = [options.index(one["value"]) for one in chosen.get("selected_options", ())]
            for at, box in enumerate(found.locator("input").all()):
                box.set_checked(at in wanted)
            if kind == "multi_static_select":
                found.locator("summary").press("Escape")
        elif kind == "static_select":
            option = chosen.get("selected_option")
            found.select_option(str(options.index(option["value"])) if option else "")
        elif kind.endswith("s_select"):
            found.select_option(next(iter(chosen.values()), None) or "")
        elif kind == "external_select":
            self._pick(found, chosen.get("selected_option"))
        else:
            found.fill(next((value for value in chosen.values() if value), ""))

    def _pick(self, found: Locator, option: Mapping[str, Any] | None) -> None:
        if option:
            with self._acting("suggest"):
                found.fill("chi")
            found.fill(option["text"]["text"])

    def submit(self, view: View, values: Mapping[str, Mapping[str, Any]]) -> Outcome | None:
        self._close_windows(down_to=view.id)
        inside = self.page.locator(f"[data-place='view:{view.id}']").first
        for at, value in values.items():
            element = view.view["blocks"][int(at)]["element"]
            self._choose(inside.locator(f"[data-at='{at}.0']"), element, value)
        self.settled()
        inside.locator(".foot .primary").click()
        self.settled()  # Slack itself says what is missing, and the app does not hear of it.
        errors = self.page.locator("[aria-invalid]").count()
        return Outcome(200, {"response_action": "errors"}) if errors else DONE

    def _top(self) -> str:
        """Return the id of the window before all else, '' if none is open."""
        top: str = self.page.evaluate("document.querySelector('#modals dialog')?.dataset.place ?? ''")
        return top.removeprefix("view:")

    def _close_windows(self, *, down_to: str = "") -> None:
        while self._top() not in {"", down_to}:
            with self._acting("close"):
                self.page.locator("#modals dialog .foot [data-close]").click()

    def _go(self, path: str, query: str = "") -> None:
        """Go where it is, by a link or the address; a window that lies before it is closed first."""
        self._close_windows()
        there = self.page.evaluate("location.pathname + location.search")
        if there.partition("?")[0] != path or (query and there != f"{path}{query}"):
            self.page.goto(f"{self.address}{path}{query}")
        self.settled()

    @contextmanager
    def _acting(self, act: str) -> Iterator[None]:
        """Wait until the page has shown what came of an act."""
        with self.page.expect_response(f"**/act/{act}", timeout=PATIENCE):
            yield
        self.settled()

    def settled(self) -> None:
        """Wait until the page shows what is, which may go on meanwhile."""
        until = time.monotonic() + PATIENCE / 1000
        seen = "document.body && !document.body.dataset.posting && document.body.dataset.seen"
        while self.page.evaluate(seen) != self.face.seen():
            assert time.monotonic() < until, "the page does not show what is"
            self.page.wait_for_timeout(20)
