"""Whoever clicks whatever there is to click, over HTTP and Socket Mode, is answered, and Slack refuses nothing.

The walk finds by itself what can be clicked: in each message, window and Home that comes, and in what comes of
that. What is named alike is clicked where it is met first, and once more, as by a double click.
"""

import json
import re
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from limits import check
from test_home import check_view
from test_serve import eventually, serving

from bot.config import ROOT
from bot.loading import load
from bot.local_slack.files import share
from bot.local_slack.people import Outcome, People, by_http, by_socket
from bot.local_slack.server import Server
from bot.local_slack.state import ANSWER_SECONDS, Workspace
from bot.local_slack.values import Message, View
from bot.local_slack.viewing import Viewing
from bot.slack.manifest import FEATURES, manifest

ANNA, HERE = "U0ANNA", "C0POLICY"
ANSWERS = ("chat.post", "views.")
"""How the methods begin by which someone is answered."""

ALIKE = 4
"""Buttons of one action that are clicked in messages, in windows and on Home."""

DEEPEST = 6
"""Clicks that lead from what was typed to what is clicked."""

EXPECTED = {
    "chat.postMessage: not_in_channel",  # Whether Briefbot can post in a channel is learnt by posting.
    "views.push: push_limit_reached",  # Three windows lie there, and the answer takes the place of one.
    "views.publish: hash_conflict",  # Home was published meanwhile, and is once more.
}
"""What Slack may refuse: what is done then is seen."""

TYPED = (
    "", "help", "nonsense zzzz", "search help", "subscribe chips", "subscribe here policy weekly monday 09:00",
    "digest here monday 09:00", "digest here chips, policy friday 09:00", "digest past", "clips", "sources", "add", "my data",
    "subscriptions", "unsubscribe 9", "x" * 3000, "<!channel> &amp; *x*", "forget me",
)  # fmt: skip
"""What people type beside what README tells them."""


@dataclass(frozen=True)
class Place:
    """A message or a view with its blocks as they were, and how many clicks led there."""

    shown: Message | View
    depth: int
    blocks: Sequence[Mapping[str, Any]]


class Walk:
    """Anna, who clicks everything."""

    def __init__(self, slack: Server, people: People) -> None:
        self.slack = slack
        self.workspace: Workspace = slack.workspace
        self.people = people
        self.viewing = Viewing(slack.workspace, people._bring)
        self.places: deque[Place] = deque()
        self.met: set[tuple[str, ...]] = set()
        self.faults: list[str] = []
        self.clicked: list[str] = []

    def typed(self, text: str) -> None:
        self.act(f"/brief {text}", self.people.command(text, user=ANNA, channel=HERE))

    def event(self, what: str, **told: Any) -> None:
        self.act(what, self.people.event({"user": ANNA, **told}, attempts=1))

    def act(self, what: str, acting: Any, depth: int = 0) -> None:
        """Do something; what is seen of it then is a place to click in."""
        before, refusals = self._seen(), len(self.slack.refusals)
        outcome: Outcome = self.slack.run(acting)
        self.clicked.append(what)
        if outcome.status != 200:
            self.faults.append(f"{what}: status {outcome.status} ({outcome.reason})")
        ends = time.monotonic() + ANSWER_SECONDS
        while not outcome.answer.get("response_action") and self._seen() == before:
            if time.monotonic() > ends:
                self.faults.append(f"{what}: nothing to be seen of it")
                break
            time.sleep(0.01)  # The other process goes on after it has acknowledged.
        self.faults += [f"{what}: {it}" for it in self.slack.refusals[refusals:] if it not in EXPECTED]
        self._find(before, what, depth)

    def _seen(self) -> dict[str, Any]:
        """Return all that Anna sees, by what tells it from others; and what the app said so far."""
        seen = {f"{one.channel} {one.ts}": json.dumps(one.blocks) for one in list(self.workspace.messages)}
        views = [*self.workspace.views.values(), *self.workspace.homes.values()]
        # The same may be put in its own place.
        said = {name: count for name, count in self.workspace.calls.items() if name.startswith(ANSWERS)}
        said["response_url"] = sum(url.uses for url in list(self.workspace.response_urls.values()))
        return seen | said | {one.id: one.hash for one in views}

    def _find(self, before: Mapping[str, Any], what: str, depth: int) -> None:
        for one in list(self.workspace.messages):
            told = f"{one.channel} {one.ts}"
            if one.user == self.workspace.bot.id and before.get(told) != json.dumps(one.blocks):
                self._judged(what, check, {"text": one.text, "blocks": one.blocks, "mrkdwn": False})
                self.places.append(Place(one, depth + 1, list(one.blocks)))
        for view in [*self.workspace.views.values(), *self.workspace.homes.values()]:
            if before.get(view.id) != view.hash:
                self._judged(what, check_view, view.view)
                self.places.append(Place(view, depth + 1, list(view.view["blocks"])))

    def _judged(self, what: str, rules: Any, shown: dict[str, Any]) -> None:
        try:
            rules(shown)
        except AssertionError as fault:
            self.faults.append(f"{what}: {fault}")

    def go_on(self) -> None:
        """Click whatever is there to be clicked, and in what comes of it."""
        while self.places:
            place = self.places.popleft()
            if place.depth > DEEPEST:
                continue
            for element in elements(place.blocks):
                for chosen in self.choices(place, element):
                    self._click(place, element, chosen)
            if isinstance(place.shown, View):
                self._fill_in(place, place.shown)

    def _click(self, place: Place, element: Mapping[str, Any], chosen: Mapping[str, Any]) -> None:
        label = (element.get("text") or chosen.get("selected_option", {}).get("text") or {}).get("text", "")
        kind = place.shown.view["type"] if isinstance(place.shown, View) else "message"
        name = (kind, element["action_id"], re.sub(r"\d+|\b[a-z0-9]{12}\b", "#", label) or str(chosen))
        if name in self.met or sum(name[:2] == met[:2] for met in self.met) == ALIKE:
            return
        self.met.add(name)
        action = {"type": element["type"], "action_id": element["action_id"], **chosen}
        action |= {key: element[key] for key in ("value", "block_id") if key in element}
        what = " ".join(name)
        for again in range(2):
            self.act(f"{what} {'again' * again}", self._acting(place, action), place.depth)
            if isinstance(place.shown, View) and place.shown.id not in self._seen():
                return

    def _acting(self, place: Place, action: dict[str, Any]) -> Any:
        if isinstance(place.shown, View):
            return self.viewing.act(place.shown, action, user=ANNA)
        shown = place.shown
        return self.people.click(action, user=ANNA, channel=shown.channel, ts=shown.ts)

    def _fill_in(self, place: Place, view: View) -> None:
        """Send a form with the first of all choices, with the last, and with as little as may be.

        One that closes with the first is sent with the others where it is met again.
        """
        for way in (0, -1, None):
            name = ("sent", str(view.view.get("callback_id")), str(way))
            is_form = view.id in self.workspace.views and "submit" in view.view
            if is_form and name not in self.met:
                self.met.add(name)
                values = self._values(place, view, way)
                self.act(" ".join(name), self.viewing.submit(view, values, user=ANNA), place.depth)

    def _values(self, place: Place, view: View, way: int | None) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for block in view.view["blocks"]:
            if block["type"] == "input":
                element = block["element"]
                all_ = self.choices(place, element)
                is_left = not all_ or (way is None and block.get("optional"))
                told = {"type": element["type"], **(EMPTY if is_left else all_[way or 0])}
                values[block["block_id"]] = {element["action_id"]: told}
        return values

    def choices(self, place: Place, element: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """Return what someone may choose in an element, as Slack tells of it."""
        kind = element["type"].removeprefix("multi_")
        if kind == "external_select":
            assert isinstance(place.shown, View)
            asking = self.viewing.suggest(place.shown, element, "chi", user=ANNA)
            found = self.slack.run(asking)
        else:
            found = element.get("options", [])
        chosen: list[Mapping[str, Any]] = [{"selected_option": option} for option in found[:5]]
        if kind != element["type"] or kind == "checkboxes":
            chosen = [{"selected_options": list(found[:3])}]
        return CHOICES.get(kind, chosen)


CHOICES: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "button": [{}],
    "timepicker": [{"selected_time": "08:30"}, {"selected_time": "23:59"}],
    "datepicker": [{"selected_date": "2020-01-31"}, {"selected_date": "2031-01-01"}],
    "plain_text_input": [{"value": "chips"}, {"value": "<!here> *x* & \u202e\U0001f469\u200d"}],
    "number_input": [{"value": "7"}],
    "conversations_select": [{"selected_conversation": HERE}, {"selected_conversation": "C0OUTSIDE"}],
    "channels_select": [{"selected_channel": HERE}, {"selected_channel": "C0OUTSIDE"}],
    "users_select": [{"selected_user": ANNA}],
}
"""What may be chosen in an element that has no choices of its own."""

EMPTY: Mapping[str, Any] = {"value": None, "selected_option": None, "selected_date": None}


def elements(blocks: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield what is clicked: what is filled in and tells nothing of that is sent with its form."""
    for block in blocks:
        inside = [block["element"]] if block.get("dispatch_action") else []
        for one in [*block.get("elements", ()), *inside, *filter(None, [block.get("accessory")])]:
            if "action_id" in one:
                yield {**one, "block_id": block.get("block_id", "b")}


def told_in_readme() -> list[str]:
    """Return what README tells people to type after the command."""
    text = (ROOT / "README.md").read_text().partition("## What you can ask")[2].partition("**Home.**")[0]
    rows = [line.split(" | ")[0] for line in text.splitlines() if line.startswith("| `")]
    return [typed.replace("\\|", "|") for row in rows for typed in re.findall(r"`([^`]+)`", row)]


@contextmanager
def walking(slack: Server, data: Path, way: str) -> Iterator[Walk]:
    workspace = slack.workspace
    secret, token = workspace.signing_secret, workspace.app_token
    told = {"SLACK_SIGNING_SECRET": secret} if way == "http" else {"SLACK_APP_TOKEN": token}
    with serving(slack, data, **told) as (address, _):
        eventually(lambda: way == "http" or bool(slack.sockets))
        bring = by_http(workspace, f"{address}/slack/events") if way == "http" else by_socket(slack)
        yield Walk(slack, People(workspace, bring, address=slack.address))


@pytest.fixture
def slack() -> Iterator[Server]:
    workspace = Workspace(rates=False)
    anna = workspace.add_user("anna")
    workspace.add_channel("policy", anna, workspace.bot)
    workspace.add_channel("outside", anna)
    workspace.create_app(manifest("/brief", features=FEATURES))
    with Server(workspace).running() as server:
        yield server


@pytest.mark.parametrize("way", ["http", "socket"])
def test_whatever_can_be_clicked_is_answered_and_taken_by_slack(
    slack: Server, run: Run, tmp_path: Path, way: str
):
    assert run("ingest").returncode == 0
    bot, direct = slack.workspace.bot.id, slack.workspace.direct(ANNA).id

    with walking(slack, tmp_path / "data", way) as walk:
        for text in [*told_in_readme(), *TYPED]:
            walk.typed(text)
        walk.go_on()
        walk.act("Home", walk.viewing.open_home(ANNA))
        walk.go_on()
        for text in ("", "chips", "digest", "topics"):
            mention = {"type": "app_mention", "channel": HERE, "text": f"<@{bot}> {text}"}
            walk.event(f"mention {text}", **mention, ts="1700000000.000100")
            walk.event(
                f"direct {text}", type="message", channel=direct, channel_type="im", text=text, ts="1.1"
            )
        text = "The chips of Ystad arrived. https://example.org/chips"
        said = share(slack.workspace, HERE, ANNA, "chips.md", b"# Chips\n\nThose of Lund did not.", text=text)
        for shortcut in manifest(load({}).command)["features"]["shortcuts"]:
            walk.act(shortcut["name"], chosen(walk, shortcut, said))
        walk.go_on()

    assert walk.faults == []
    assert slack.workspace.calls["files.info"] >= 2, "a file was looked at, and read"
    assert len(set(walk.clicked)) > 100


def chosen(walk: Walk, shortcut: Mapping[str, Any], said: Message) -> Any:
    """Choose a shortcut, that of a message in its menu."""
    callback = shortcut["callback_id"]
    if shortcut["type"] == "message":
        return walk.people.shortcut(callback, user=ANNA, channel=said.channel, ts=said.ts)
    return walk.viewing.choose(callback, user=ANNA)
