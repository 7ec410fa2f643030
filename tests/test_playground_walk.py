"""Whatever can be clicked is clicked on the playground's page, and does there what Slack's payloads do."""

from pathlib import Path

from browser import Chromium
from played import RESEARCH, Fingers, played
from playwright.sync_api import Page
from walk import TYPED, Hand, Payloads, Walk

from bot.loading import load
from bot.playing import Playground


def walked(playground: Playground, hand: Hand) -> Walk:
    face = playground.face
    [said] = [one for one in face.slack.workspace.messages if one.channel == RESEARCH and not one.blocks]
    walk = Walk(face.slack, hand, face.acting.people, here=RESEARCH, elsewhere="C0RANDOM")
    walk.everything(TYPED, face.acting.shortcuts, said)
    return walk


def test_the_walk_is_the_same_on_the_page_as_by_payloads(chromium: Chromium, tmp_path: Path):
    with played(load({}), tmp_path / "payloads") as (playground, _):
        face = playground.face
        by_payloads = walked(playground, Payloads(face.slack, face.acting.people))

    with played(load({}), tmp_path / "page") as (playground, address):

        def look(page: Page) -> Walk:
            page.goto(address)
            return walked(playground, Fingers(page, address, playground))

        by_page = chromium.visit(look)

    assert by_payloads.faults == []
    assert by_page.faults == []
    assert by_payloads.used - by_page.used == set()
    assert len(by_page.used) > 40
