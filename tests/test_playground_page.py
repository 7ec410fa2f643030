"""The playground's page in a browser: for newcomers, by keyboard, on a phone, and with hostile texts."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from browser import Chromium, barriers, overflow
from played import RESEARCH, Fingers, played
from playwright.sync_api import Page, expect

from bot.config import ROOT
from bot.loading import load
from bot.playing import Playground
from bot.source import Source

ANNA = "U0ANNA"
NEWEST = "#messages > li:last-child"

Look = Callable[[Page, Fingers], None]


@pytest.fixture(scope="module")
def playground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Playground, str]]:
    """A playground after a newcomer's first steps, with a digest."""
    with played(load({}), tmp_path_factory.mktemp("playground")) as (playground, address):
        yield playground, address


def looking(chromium: Chromium, at: tuple[Playground, str], look: Look, **window: int | bool | str) -> None:
    playground, address = at

    def visit(page: Page) -> None:
        page.goto(address)
        look(page, Fingers(page, address, playground))

    chromium.visit(visit, **window)  # type: ignore[arg-type]


def drawn(page: Page, name: str) -> None:
    """Keep a picture of the page for README, where pictures are to be drawn anew."""
    if os.environ.get("BRIEFBOT_DRAW"):
        page.screenshot(path=str(ROOT / "docs" / f"{name}.png"))


def test_a_newcomer_asks_opens_more_subscribes_and_reads_mondays_digest_without_writing(
    chromium: Chromium, tmp_path: Path
):
    def look(page: Page, fingers: Fingers) -> None:
        page.click(".try button >> nth=0")
        expect(page.locator(NEWEST)).to_contain_text("11 passages on export controls")
        fingers.settled()
        page.emulate_media(color_scheme="light")
        drawn(page, "playground")
        page.emulate_media(color_scheme="dark")
        page.locator(NEWEST).get_by_role("button", name="Next page").click()
        expect(page.locator(NEWEST)).to_contain_text("6 to 10")
        page.click(".try button >> nth=1")
        expect(page.locator(NEWEST)).to_contain_text("You hear of chips")
        page.click("text=Next Monday")
        expect(page.locator(NEWEST)).to_contain_text("The first digest: 84 passages")
        page.locator(NEWEST).get_by_role("link", name="replies").click()
        expect(page.locator("#replies")).to_contain_text("companies")
        fingers.settled()
        drawn(page, "playground-digest")

    with played(load({}), tmp_path) as at:
        looking(chromium, at, look, is_dark=True)


def everywhere(page: Page, fingers: Fingers) -> Iterator[str]:
    """Go to each kind of place, and yield its name."""
    fingers.type("chips", channel=RESEARCH)
    yield "a channel"
    page.hover(NEWEST)
    page.locator(f"{NEWEST} .tools summary").click()
    yield "a menu"
    page.fill("#typed", "/")
    yield "suggestions"
    fingers.type("digest", channel=RESEARCH)
    page.get_by_role("button", name="Schedule").last.click()
    page.wait_for_selector("dialog[open]")
    yield "a form"
    page.click("dialog[open] .primary")
    yield "a form with errors, or its end"
    fingers.home()
    page.wait_for_selector("#home h2")
    yield "Home"
    fingers._go("/channel/D0ANNA")
    yield "direct messages"
    fingers.say("chips", channel=RESEARCH)
    page.locator("a.replies").last.click()
    yield "a thread"


@pytest.mark.parametrize(
    "window",
    [{}, {"width": 360, "height": 700, "is_dark": True}],
    ids=["light", "dark phone"],
)
def test_nothing_keeps_anyone_from_using_it(
    chromium: Chromium, playground: tuple[Playground, str], window: dict[str, int | bool]
):
    def look(page: Page, fingers: Fingers) -> None:
        for place in everywhere(page, fingers):
            fingers.settled()
            assert barriers(page) == [], place
            assert overflow(page) <= 0, place

    looking(chromium, playground, look, **window)


def test_all_of_it_works_by_keyboard(chromium: Chromium, playground: tuple[Playground, str]):
    def press(page: Page, *keys: str) -> None:
        for key in keys:
            page.keyboard.press(key)

    def tab_to(page: Page, selector: str) -> None:
        for _ in range(300):
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"{selector} is not reached")

    def look(page: Page, fingers: Fingers) -> None:
        tab_to(page, "#typed")
        page.keyboard.type("/brief sub")
        press(page, "ArrowDown", "Enter")
        expect(page.locator("#typed")).to_have_value("/brief subscribe chips")
        press(page, "Enter")
        expect(page.locator(NEWEST)).to_contain_text("chips")
        fingers.settled()
        tab_to(page, "[data-clock=hour]")
        before = page.inner_text("#clock time")
        press(page, "Enter")
        expect(page.locator("#clock time")).not_to_have_text(before)
        tab_to(page, "[data-shortcut=search_form]")
        press(page, "Enter")
        page.wait_for_selector("dialog[open]")
        assert page.evaluate("document.activeElement.closest('dialog') !== null")
        page.keyboard.type("computing power")
        press(page, "Enter")
        expect(page.locator("dialog[open]")).to_contain_text("passages on computing power")
        press(page, "Escape")
        expect(page.locator("dialog[open]")).to_contain_text("Words to look for")
        press(page, "Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
        tab_to(page, ".message .tools summary")
        press(page, "Enter")
        assert page.locator(".tools details[open]").count() == 1
        press(page, "Escape")
        assert page.locator(".tools details[open]").count() == 0
        tab_to(page, "#nav-home a")
        press(page, "Enter")
        page.wait_for_selector("#home h2")

    looking(chromium, playground, look)


HOSTILE = (
    "<script>window.hacked=1</script>", "<img src=x onerror=window.hacked=1>", "\"'><svg onload=window.hacked=1>",
    "<javascript:window.hacked=1|click>", "</textarea></li></ol><script>window.hacked=1</script>",
    "{{ 7*7 }} {% raw %}", "&lt;script&gt;window.hacked=1&lt;/script&gt;", "\u202egnihtemos\u202c <!channel> <@U0BEN>",
)  # fmt: skip


def test_no_text_of_a_document_or_a_person_runs_on_the_page(chromium: Chromium, tmp_path: Path):
    folder = tmp_path / "library"
    folder.mkdir()
    for number, hostile in enumerate(HOSTILE):
        front = f"title: {hostile!r}\nauthor: {hostile!r}\nurl: https://example.org/?{number}\n"
        text = f"The harbour {hostile} took in more containers than ever, for the third year in a row."
        (folder / f"{number}.txt").write_text(f"---\n{front}---\n\n# {hostile}\n\n{text}\n")
    config = load({})
    sources = (Source(str(folder)),)

    def look(page: Page, fingers: Fingers) -> None:
        for text in (*HOSTILE, "harbour", "harbour containers", 'harbour "third year"'):
            fingers.type(text, channel=RESEARCH)
            fingers.type(f"subscribe {text}", channel=RESEARCH)
            fingers._write(text, "C0RANDOM")
            fingers.say(text, channel=RESEARCH)
        fingers._go(f"/channel/{RESEARCH}")
        assert "more containers than ever" in page.inner_text("#messages")
        fingers.home()
        page.wait_for_selector("#home h2")
        for path in (f"/channel/{RESEARCH}", "/channel/C0RANDOM"):
            fingers._go(path)
            assert page.evaluate("window.hacked") is None
            assert (
                page.locator("#messages script, #messages img[src=x], #messages a[href^=javascript]").count()
                == 0
            )
            assert "49" not in page.inner_text("#messages").split()

    with played(replace(config, library=replace(config.library, sources=sources)), tmp_path / "data") as at:
        looking(chromium, at, look)


def test_a_thousand_messages_keep_it_usable(chromium: Chromium, tmp_path: Path):
    def look(page: Page, fingers: Fingers) -> None:
        workspace = fingers.workspace
        fingers.type("chips", channel=RESEARCH)
        [answer] = [one for one in workspace.visible(RESEARCH, user=ANNA) if one.seen_by]
        for _ in range(1000):
            workspace.post(RESEARCH, workspace.bot.id, "", blocks=answer.blocks)
        page.reload()
        expect(page.locator(".message")).to_have_count(60)
        fingers.type("topics", channel=RESEARCH)
        expect(page.locator(NEWEST)).to_contain_text("Topics in this library")
        page.click("text=earlier messages")
        expect(page.locator(".message")).to_have_count(240)

    with played(load({}), tmp_path) as at:
        looking(chromium, at, look)


def test_a_file_that_is_shared_becomes_part_of_the_library(chromium: Chromium, tmp_path: Path):
    paper = tmp_path / "harbours & <b>.md"
    paper.write_text(
        "# Harbours\n\nThe harbour of Gdynia took in more containers than ever, three years running.\n"
    )

    def look(page: Page, fingers: Fingers) -> None:
        page.set_input_files("input[type=file]", paper)
        expect(page.locator(NEWEST)).to_contain_text("harbours & <b>.md")
        page.hover(NEWEST)
        page.locator(f"{NEWEST} .tools summary").click()
        page.locator(f"{NEWEST} [data-shortcut]").click()
        expect(page.locator("dialog[open]")).to_contain_text("harbours & <b>.md")
        page.click("dialog[open] .primary")
        expect(page.locator("dialog[open]")).to_contain_text("is in the library")
        playground, _ = at
        playground.briefbot.index.follow(playground.briefbot.library)  # As it does by itself within a second.
        fingers.type("Gdynia containers", channel=RESEARCH)
        expect(page.locator(NEWEST)).to_contain_text("1 passage on")

    with played(load({}), tmp_path / "data") as at:
        looking(chromium, at, look)


def test_two_tabs_are_two_people_and_each_stays_who_it_is(
    chromium: Chromium, playground: tuple[Playground, str]
):
    def look(anna: Page, fingers: Fingers) -> None:
        ben = anna.context.new_page()
        ben.goto(fingers.address)
        with ben.expect_navigation():
            ben.select_option("#person", label="Ben")
        asked: list[str] = []
        anna.on("request", lambda request: asked.append(request.url))

        ben.fill("#typed", "Anna, look at this.")
        ben.press("#typed", "Enter")
        expect(anna.locator(NEWEST)).to_contain_text("Anna, look at this.")
        anna.fill("#typed", "/brief topics")
        anna.press("#typed", "Enter")

        expect(anna.locator(NEWEST)).to_contain_text("Topics in this library")
        expect(ben.locator(NEWEST)).to_contain_text("Anna, look at this.")
        assert len(asked) < 20
        anna.reload()
        assert anna.get_attribute("body", "data-person") == ANNA

    looking(chromium, playground, look)


def test_ones_direct_messages_are_left_when_another_part_is_taken(
    chromium: Chromium, playground: tuple[Playground, str]
):
    def look(page: Page, fingers: Fingers) -> None:
        fingers._go("/channel/D0ANNA")
        with page.expect_navigation():
            page.select_option("#person", label="Ben")
        expect(page.locator("#head")).to_contain_text("research")

    looking(chromium, playground, look)


def test_the_keyboard_stays_where_it_was_when_windows_close_and_messages_change(
    chromium: Chromium, playground: tuple[Playground, str]
):
    def is_at(page: Page, selector: str) -> bool:
        return bool(page.evaluate("selector => document.activeElement.matches(selector)", selector))

    def look(page: Page, fingers: Fingers) -> None:
        page.focus("[data-shortcut=search_form]")
        page.keyboard.press("Enter")
        page.wait_for_selector("dialog[open]")
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
        assert is_at(page, "[data-shortcut=search_form]")

        fingers.home()
        subscribe = page.get_by_role("button", name="Subscribe to energy")
        subscribe.focus()
        page.keyboard.press("Enter")
        expect(subscribe).to_have_count(0)
        fingers.settled()
        assert is_at(page, "#home *")

        fingers._go("/channel/C0RANDOM")
        page.locator("[data-invite]").focus()
        page.keyboard.press("Enter")
        expect(page.locator("[data-invite]")).to_have_count(0)
        assert is_at(page, "#head")

    looking(chromium, playground, look)


def test_what_is_told_while_a_window_is_open_is_told_within_it(
    chromium: Chromium, playground: tuple[Playground, str]
):
    def look(page: Page, fingers: Fingers) -> None:
        page.context.grant_permissions(["clipboard-write"])
        page.click("[data-shortcut=search_form]")
        page.click("dialog[open] [data-copy]")
        expect(page.locator("dialog[open] [role=status]")).to_have_text("The blocks are copied.")
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
        expect(page.locator("body > [role=status]")).to_have_count(1)

    looking(chromium, playground, look)


def test_a_form_is_as_it_was_when_what_lay_upon_it_closes(
    chromium: Chromium, playground: tuple[Playground, str]
):
    def look(page: Page, fingers: Fingers) -> None:
        page.click("[data-shortcut=search_form]")
        written = page.locator("dialog[open] .field input[type=text]")
        words, picked = written.nth(0), written.nth(1)
        words.fill("the of")
        page.click("dialog[open] .primary")
        expect(page.locator("dialog[open] .error").first).to_contain_text("words that stand everywhere")
        words.fill("export")
        with fingers._acting("suggest"):
            picked.fill("nvi")
        picked.fill("nvidia")
        for _ in range(2):
            page.click("dialog[open] .primary")
            expect(page.locator("dialog[open]")).to_contain_text("on export nvidia")
            page.click("dialog[open] .foot [data-close]")
            expect(words).to_have_value("export")
            expect(picked).to_have_value("nvidia")
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)

    looking(chromium, playground, look)


def test_what_was_typed_is_still_there_when_the_playground_has_ended(chromium: Chromium, tmp_path: Path):
    def look(page: Page, fingers: Fingers) -> None:
        page.context.set_offline(True)
        page.fill("#typed", "half a thought")
        page.press("#typed", "Enter")
        expect(page.get_by_role("status")).to_contain_text("The playground has ended")
        expect(page.locator("#typed")).to_have_value("half a thought")
        page.context.set_offline(False)
        page.fill("#typed", "/brief topics")
        page.press("#typed", "Enter")
        expect(page.locator(NEWEST)).to_contain_text("Topics in this library")

    with played(load({}), tmp_path) as at:
        looking(chromium, at, look, expected="ERR_INTERNET_DISCONNECTED")


def test_earlier_messages_are_shown_where_one_was(chromium: Chromium, tmp_path: Path):
    def look(page: Page, fingers: Fingers) -> None:
        for number in range(100):
            fingers.workspace.post(RESEARCH, "U0BEN", f"Number {number}.")
        page.reload()
        page.click("text=earlier messages")
        expect(page.locator(".message")).to_have_count(102)
        expect(page.get_by_text("Number 40.")).to_be_in_viewport()

    with played(load({}), tmp_path) as at:
        looking(chromium, at, look)


def test_a_menu_at_the_windows_edge_is_seen_whole(chromium: Chromium, tmp_path: Path):
    def look(page: Page, fingers: Fingers) -> None:
        for _ in range(8):
            fingers.workspace.post(RESEARCH, "U0BEN", "One more.")
        page.reload()
        fingers.settled()
        menu = page.locator(".message .tools details").last
        page.locator(".message").last.hover()
        menu.locator("summary").click()
        expect(menu.locator(".choices")).to_be_in_viewport(ratio=1)

    with played(load({}), tmp_path) as at:
        looking(chromium, at, look, height=500)
