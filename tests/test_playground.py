"""The playground over HTTP: who is answered, what can be done, and the clock that is moved on."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from played import RESEARCH, played
from served import Answer, ask, serving

from bot.config import ROOT
from bot.errors import ConfigError
from bot.loading import load
from bot.local_slack.values import Message
from bot.playground import guarded, play
from bot.playing import Playground
from bot.web.playground.choosing import Unchosen, chosen

ANNA, BEN = "U0ANNA", "U0BEN"


class Browser:
    """Asks as the page does; *headers* come instead of what a browser says."""

    def __init__(self, playground: Playground, address: str) -> None:
        self.playground = playground
        self.workspace = playground.face.slack.workspace
        self.address = address

    def act(self, name: str, *, person: str = ANNA, headers: Any = None, **asked: Any) -> Answer:
        told = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin", **(headers or {})}
        body = json.dumps({"person": person, **asked}).encode()
        return ask(self.address, f"/act/{name}", told, body=body)

    def told(self, name: str, **asked: Any) -> str:
        return str(json.loads(self.act(name, **asked).text).get("told", ""))

    def page(self, path: str = f"/channel/{RESEARCH}", *, person: str = ANNA) -> str:
        return ask(self.address, path, {"Cookie": f"person={person}"}).text

    def answer(self, text: str) -> Message:
        """Type a command and return the last message that is seen then."""
        assert self.told("say", channel=RESEARCH, text=text) == ""
        return self.workspace.visible(RESEARCH, user=ANNA)[-1]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with played(load({}), tmp_path_factory.mktemp("playground")) as (playground, address):
        yield Browser(playground, address)


def test_what_is_typed_is_answered_to_who_typed_it_alone(browser: Browser):
    answer = browser.answer("/brief export controls")

    assert answer.seen_by == ANNA
    assert "Only visible to you" in browser.page()
    assert f"{answer.ts}" not in browser.page(person=BEN)


def test_a_click_comes_to_what_it_does_in_slack(browser: Browser):
    answer = browser.answer("/brief chips")
    before = answer.blocks
    [at] = [f"{n}.0" for n, block in enumerate(before) if block["type"] == "actions" and block["elements"][0]["text"]["text"] == "Next page"]  # fmt: skip

    assert browser.told("use", place=f"message:{RESEARCH}:{answer.ts}", at=at) == ""

    assert browser.workspace.visible(RESEARCH, user=ANNA)[-1].blocks != before


def test_what_slack_does_not_take_is_shown_as_refused(browser: Browser):
    block = {"type": "section", "text": {"type": "plain_text", "text": "x" * 3001}}
    arguments = {"channel": RESEARCH, "text": "far too long", "blocks": [block]}
    slack = browser.playground.face.slack
    headers = {"Authorization": f"Bearer {browser.workspace.bot_token}", "Content-Type": "application/json"}

    told = ask(slack.address, "/api/chat.postMessage", headers, body=json.dumps(arguments).encode())

    assert json.loads(told.text)["error"] == "invalid_blocks"
    assert "Slack refuses this message with <code>invalid_blocks</code>" in browser.page()


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "", "Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "", "Origin": "null"},
        {"Sec-Fetch-Site": ""},
    ],
    ids=str,
)
def test_another_page_cannot_drive_it(browser: Browser, headers: dict[str, str]):
    before = len(browser.workspace.messages)

    assert browser.act("say", channel=RESEARCH, text="/brief chips", headers=headers).status == 403

    assert len(browser.workspace.messages) == before


def test_a_form_of_another_page_cannot_drive_it_either(browser: Browser):
    body = json.dumps({"person": ANNA, "channel": RESEARCH, "text": "/brief chips"}).encode()
    headers = {"Content-Type": "text/plain", "Sec-Fetch-Site": "same-origin"}

    assert "not there any more" in ask(browser.address, "/act/say", headers, body=body).text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "[::1]", "192.0.2.1", ""])
def test_a_name_from_elsewhere_that_leads_here_is_not_answered(browser: Browser, host: str):
    assert ask(browser.address, f"/channel/{RESEARCH}", {"Host": host}).status == 400


def test_a_token_is_asked_for_where_one_is_set(browser: Browser):
    with serving(guarded(browser.playground, "sesame-sesame-sesame")) as address:
        for path in ("/", f"/channel/{RESEARCH}", "/home", "/changes?seen=", "/static/script.js", "/file/F1"):
            outside = ask(address, path)
            assert (outside.status, "research" in outside.text) == (401, False)
        inside = ask(address, "/home?token=sesame-sesame-sesame")
        home = ask(address, "/home", {"Cookie": inside.cookie})
        assert home.status == 200
        assert 'href="/operators"' in home.text, "in a copy it tells of the true workspace"
        operators = f"/operators?token={browser.playground.operators_token}"
        assert ask(address, operators).status == 401
        led = ask(address, operators, {"Cookie": inside.cookie})
        cookies = {"Cookie": f"{inside.cookie}; {led.cookie}"}
        assert "Deliveries" in ask(address, "/operators", cookies).text


def test_a_host_that_others_reach_needs_a_token():
    for token in ("", "short"):
        config = load({"BRIEFBOT_PLAYGROUND_TOKEN": token})
        with pytest.raises(ConfigError, match="BRIEFBOT_PLAYGROUND_TOKEN: whoever opens"):
            play(config, host="0.0.0.0", port=0, opens=False)  # noqa: S104 - is what is tried


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("nothing", {}),
        ("say", {"channel": "C0NOWHERE", "text": "x"}),
        ("say", {"channel": "D0BEN", "text": "x"}),
        ("say", {"channel": RESEARCH, "text": 7}),
        ("use", {"place": f"message:{RESEARCH}:1.0", "at": "0.0"}),
        ("use", {"place": "view:V1", "at": "0.0"}),
        ("use", {}),
        ("fill", {"view": "V1", "at": "0.0", "choice": "x"}),
        ("submit", {"view": ["V1"], "values": 3}),
        ("say", {"channel": RESEARCH, "text": "x", "thread": "1.0"}),
        ("close", {"view": "V1"}),
        ("shortcut", {"callback": "none"}),
        ("shortcut", {"callback": "add_to_library", "place": "message:D0BEN:1"}),
        ("dismiss", {"place": f"message:{RESEARCH}:1"}),
        ("clock", {"to": "yesterday"}),
        ("clock", {"to": ["week"]}),
        ("home", {"person": "U0BOT"}),
        ("home", {"person": ["U0ANNA"]}),
    ],
    ids=str,
)
def test_what_the_page_does_not_offer_cannot_be_done(browser: Browser, name: str, asked: dict[str, Any]):
    before = len(browser.workspace.messages), browser.workspace.calls.total()

    answer = browser.act(name, **asked)

    assert (answer.status, json.loads(answer.text)) == (200, {"told": "That is not there any more."})
    assert (len(browser.workspace.messages), browser.workspace.calls.total()) == before


def test_an_element_takes_what_it_offers_alone(browser: Browser):
    answer = browser.answer("/brief chips")
    place = f"message:{RESEARCH}:{answer.ts}"

    for at in ("0.0", "99.0", "2.99", "-1.0", "2", "x.y", ""):
        assert browser.told("use", place=place, at=at, choice=0) == "That is not there any more."


@pytest.mark.parametrize(
    "values", [3, "ab", [[1, 2]], {"0": "x"}, {"0.0": 1.5}, {"0.0": ["x"]}, None], ids=str
)
def test_a_form_takes_what_stands_in_its_fields_alone(browser: Browser, values: Any):
    browser.told("shortcut", callback="search_form")
    [window] = browser.workspace.modals(ANNA)

    assert browser.told("submit", view=window.id, values=values) == "That is not there any more."

    assert browser.told("close", view=window.id) == ""


@pytest.mark.parametrize("choice", [0.5, {"0": 1}, "0", True], ids=str)
def test_several_choices_are_a_list(choice: Any):
    with pytest.raises(Unchosen):
        chosen({"type": "checkboxes", "options": [{"value": "a"}]}, choice)


@pytest.mark.parametrize("choice", [2, -1, "0", [0], True, 0.0])
def test_a_menu_takes_one_of_its_choices(choice: Any):
    menu = {"type": "static_select", "options": [{"value": "a"}, {"value": "b"}]}

    with pytest.raises(Unchosen):
        chosen(menu, choice)


def test_a_window_is_its_openers_alone(browser: Browser):
    assert browser.told("shortcut", callback="search_form") == ""
    [window] = browser.workspace.modals(ANNA)

    assert browser.told("close", person=BEN, view=window.id) == "That is not there any more."
    assert "Search the library</h2>" in browser.page()
    assert "Search the library</h2>" not in browser.page(person=BEN)
    assert browser.told("close", view=window.id) == ""


def test_a_body_that_is_none_of_ours_is_refused(browser: Browser):
    headers = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}
    for body in (b"", b"[]", b"{", b"\xff", b'"x"', b"{" + b" " * 200_000 + b"}", b"[" * 90_000):
        assert "not there any more" in ask(browser.address, "/act/say", headers, body=body).text


def test_blocks_are_told_as_slack_got_them_to_who_sees_them(browser: Browser):
    answer = browser.answer("/brief chips")
    place = f"message:{RESEARCH}:{answer.ts}"

    assert json.loads(browser.page(f"/blocks/{place}")) == {"blocks": answer.blocks}
    assert browser.page(f"/blocks/{place}", person=BEN) == "There is nothing here."
    leads = ask(browser.address, f"/builder/{place}").headers["location"]
    assert leads.startswith("https://app.slack.com/block-kit-builder/#%7B")


def test_unknown_places_are_not_there(browser: Browser):
    for path in ("/channel/C0NOWHERE", "/channel/D0BEN", "/file/F1", "/blocks/view:V1", "/static/none", "/x"):
        assert ask(browser.address, path).status == 404


def test_a_message_that_mentions_the_bot_is_answered_in_its_thread(browser: Browser):
    assert browser.told("say", channel=RESEARCH, text="@briefbot chips <!here>") == ""

    said, answer = browser.workspace.visible(RESEARCH, user=BEN)[-2:]
    assert (said.text, answer.thread_ts) == ("<@U0BOT> chips &lt;!here&gt;", said.ts)


def test_where_the_bot_is_not_it_is_told_that_a_mention_is_not_heard(browser: Browser):
    told = browser.told("say", channel="C0STRATEGY", text="@Briefbot chips")

    assert told == "Briefbot does not hear of it: it is not in this channel."
    assert "chips" in browser.page("/channel/C0STRATEGY")


def test_a_thread_takes_no_command(browser: Browser):
    browser.told("say", channel=RESEARCH, text="@briefbot chips")
    thread = browser.workspace.visible(RESEARCH, user=BEN)[-1].thread_ts
    before = len(browser.workspace.messages)

    told = browser.told("say", channel=RESEARCH, text="/brief chips", thread=thread)

    assert told == "Slack takes no commands in threads. Write @Briefbot instead."
    assert len(browser.workspace.messages) == before


def test_a_line_break_ends_the_command_as_a_space_does(browser: Browser):
    assert "24 passages" in browser.answer("/brief\nchips").text


def test_admins_are_led_to_the_operators_page(browser: Browser):
    [address] = re.findall(r'href="(/operators[^"]*)"', browser.page())

    inside = ask(browser.address, address)

    assert "Deliveries" in ask(browser.address, "/operators", {"Cookie": inside.cookie}).text
    assert "/operators" not in browser.page(person=BEN)


def test_a_fault_of_ours_is_told_in_words(browser: Browser, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(browser.playground.face, "move", None)

    answer = browser.act("clock", to="hour")

    assert (answer.status, answer.text[:21]) == (500, "That went wrong, and ")


def test_a_channel_that_the_bot_joins_is_told_what_comes(browser: Browser):
    assert "Add Briefbot to this channel" in browser.page("/channel/C0RANDOM")

    assert browser.told("invite", channel="C0RANDOM") == ""

    assert "Briefbot is here" in browser.page("/channel/C0RANDOM")


def test_on_monday_the_digest_is_there_and_a_week_later_the_next(tmp_path: Path):
    with played(load({}), tmp_path) as (playground, address):
        browser = Browser(playground, address)
        workspace = browser.workspace
        browser.answer("/brief subscribe policy daily 08:00")
        before = workspace.now()

        assert browser.told("clock", to="monday") == ""

        [digest] = [one for one in workspace.visible(RESEARCH) if "first digest" in one.text]
        assert 0 <= float(digest.ts) % 86_400 - 9 * 3600 < 60
        assert workspace.now() - before < 7 * 86_400

        assert browser.told("clock", to="week") == ""

        digests = [one for one in workspace.visible(RESEARCH)[2:] if one.thread_ts is None]
        assert [round((float(one.ts) - float(digest.ts)) / 86_400) for one in digests] == [0, 7]


def test_a_library_that_is_there_is_played_with_as_a_copy(run: Run, tmp_path: Path):
    assert run("ingest", sorted(map(str, (ROOT / "seeds").glob("*.md")))[0]).returncode == 0
    store = tmp_path / "data" / "briefbot.db"
    before = store.read_bytes()

    with played(load({"BRIEFBOT_DATA": str(store.parent)}), tmp_path / "copy") as (playground, address):
        Browser(playground, address).answer("/brief subscribe policy")
        assert playground.briefbot.searcher.size("")[0] == 1

    assert store.read_bytes() == before
