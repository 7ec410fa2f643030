"""Anna, who clicks whatever there is to click, by whichever hand: she is answered, and Slack refuses nothing.

The walk finds by itself what can be clicked: in each message, window and Home that comes, and in what comes of
that. What is named alike is clicked where it is met first, and once more, as by a double click.
"""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from limits import check
from test_home import check_view

from bot.config import ROOT
from bot.local_slack.people import Outcome, People
from bot.local_slack.server import Server
from bot.local_slack.state import ANSWER_SECONDS, Workspace
from bot.local_slack.values import Message, View
from bot.local_slack.viewing import Viewing

ANNA = "U0ANNA"
ANSWERS = ("chat.post", "views.")
"""How the methods begin by which someone is answered."""

ALIKE = 4
"""Buttons of one action that are clicked in messages, in windows and on Home."""

DEEPEST = 6
"""Clicks that lead from what was typed to what is clicked."""

EXPECTED = {
    "chat.postMessage: not_in_channel",  # Whether Briefbot can post in a channel is learnt by posting.
    "views.push: push_limit_reached",  # Three windows lie there, and the answer takes the place of one.
    "views.update: not_found",  # The window was closed meanwhile.
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


class Hand(Protocol):
    """How Anna does something. None is returned where it is not there to be done any more."""

    def type(self, text: str, *, channel: str) -> Outcome | None:
        """Type a command."""

    def say(self, text: str, *, channel: str) -> Outcome | None:
        """Say something in which the bot is mentioned, or say it to the bot alone."""

    def use(self, place: Place, element: Mapping[str, Any], chosen: Mapping[str, Any]) -> Outcome | None:
        """Use a button or menu."""

    def submit(self, view: View, values: Mapping[str, Mapping[str, Any]]) -> Outcome | None:
        """Send a form, with what stands in its fields, by the numbers of their blocks."""

    def home(self) -> Outcome | None:
        """Open Home."""

    def choose(self, shortcut: Mapping[str, Any], message: Message) -> Outcome | None:
        """Choose a shortcut, that of a message in its menu."""


class Payloads:
    """Does it as Slack would bring it."""

    def __init__(self, slack: Server, people: People) -> None:
        self.slack = slack
        self.people = people
        self.viewing = Viewing(slack.workspace, people._bring)

    def type(self, text: str, *, channel: str) -> Outcome:
        return self.slack.run(self.people.command(text, user=ANNA, channel=channel))

    def say(self, text: str, *, channel: str) -> Outcome:
        workspace = self.slack.workspace
        told = {"user": ANNA, "channel": channel, "ts": "1700000000.000100"}
        if workspace.channels[channel].is_im:
            event = {"type": "message", "channel_type": "im", "text": text, **told}
        else:
            event = {"type": "app_mention", "text": f"<@{workspace.bot.id}> {text}", **told}
        return self.slack.run(self.people.event(event, attempts=1))

    def use(self, place: Place, element: Mapping[str, Any], chosen: Mapping[str, Any]) -> Outcome:
        action = {"type": element["type"], "action_id": element["action_id"], **chosen}
        action |= {key: element[key] for key in ("value", "block_id") if key in element}
        shown = place.shown
        if isinstance(shown, View):
            return self.slack.run(self.viewing.act(shown, action, user=ANNA))
        acting = self.people.click(action, user=ANNA, channel=shown.channel, ts=shown.ts)
        return self.slack.run(acting)

    def submit(self, view: View, values: Mapping[str, Mapping[str, Any]]) -> Outcome:
        told = {}
        for at, value in values.items():
            block = view.view["blocks"][int(at)]
            element = block["element"]
            told[block["block_id"]] = {element["action_id"]: {"type": element["type"], **value}}
        return self.slack.run(self.viewing.submit(view, told, user=ANNA))

    def home(self) -> Outcome:
        return self.slack.run(self.viewing.open_home(ANNA))

    def choose(self, shortcut: Mapping[str, Any], message: Message) -> Outcome:
        callback = shortcut["callback_id"]
        if shortcut["type"] == "message":
            acting = self.people.shortcut(callback, user=ANNA, channel=message.channel, ts=message.ts)
        else:
            acting = self.viewing.choose(callback, user=ANNA)
        return self.slack.run(acting)


class Walk:
    """Anna, who clicks everything by *hand*, and types in the channel *here*; Briefbot is not in *elsewhere*."""

    def __init__(self, slack: Server, hand: Hand, people: People, *, here: str, elsewhere: str) -> None:
        self.slack = slack
        self.workspace: Workspace = slack.workspace
        self.hand = hand
        self.here = here
        self.elsewhere = elsewhere
        self.viewing = Viewing(slack.workspace, people._bring)
        self.places: list[Place] = []
        self.met: set[tuple[str, ...]] = set()
        self.faults: list[str] = []
        self.clicked: list[str] = []

    def everything(self, texts: Sequence[str], shortcuts: Sequence[Mapping[str, Any]], said: Message) -> None:
        """Type all that README tells of, and *texts*, open Home, mention, write, choose *shortcuts*."""
        hand, direct = self.hand, self.workspace.direct(ANNA).id
        for text in [*told_in_readme(), *texts]:
            self.act(f"/brief {text}", lambda text=text: hand.type(text, channel=self.here))
        self.go_on()
        self.act("Home", hand.home)
        self.go_on()
        for text in ("", "chips", "digest", "topics"):
            self.act(f"mention {text}", lambda text=text: hand.say(text, channel=self.here))
            if text:  # To whom nothing is said nobody listens.
                self.act(f"direct {text}", lambda text=text: hand.say(text, channel=direct))
        for shortcut in shortcuts:
            self.act(shortcut["name"], lambda shortcut=shortcut: hand.choose(shortcut, said))
            self.go_on()
        self.go_on()

    @property
    def used(self) -> set[str]:
        """The actions of all that was clicked, and the forms that were sent."""
        return {name for _, name, *_ in self.met}

    def act(self, what: str, do: Callable[[], Outcome | None], depth: int = 0) -> bool:
        """Do something; what is seen of it then is a place to click in. Tell whether it could be done."""
        before, refusals = self._seen(), len(self.slack.refusals)
        try:
            outcome = do()
        except Exception as error:
            error.add_note(f"when this was done: {what}")
            raise
        if outcome is None:
            return False
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
        return True

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
            self._visit(self.places.pop(0))

    def _visit(self, place: Place) -> None:
        if place.depth > DEEPEST:
            return
        for element in elements(place.blocks):
            for chosen in self.choices(place, element):
                self._click(place, element, chosen)
        if isinstance(place.shown, View):
            self._fill_in(place, place.shown)

    def _look_into_windows(self, before: Place) -> None:
        """Go on in windows that opened: what lies *before* them is not reached until they are closed."""
        views = self.workspace.views.keys() - {getattr(before.shown, "id", "")}
        while open_ := [place for place in self.places if getattr(place.shown, "id", "") in views]:
            self.places.remove(open_[-1])
            self._visit(open_[-1])

    def _click(self, place: Place, element: Mapping[str, Any], chosen: Mapping[str, Any]) -> None:
        label = (element.get("text") or chosen.get("selected_option", {}).get("text") or {}).get("text", "")
        kind = place.shown.view["type"] if isinstance(place.shown, View) else "message"
        name = (kind, element["action_id"], re.sub(r"\d+|\b[a-z0-9]{12}\b", "#", label) or str(chosen))
        if name in self.met or sum(name[:2] == met[:2] for met in self.met) == ALIKE:
            return
        use = lambda: self.hand.use(place, element, chosen)  # noqa: E731
        for again in ("", " again"):
            is_gone = isinstance(place.shown, View) and place.shown.id not in self._seen()
            if is_gone or not self.act(f"{' '.join(name)}{again}", use, place.depth):
                return
            self.met.add(name)
            self._look_into_windows(place)

    def _fill_in(self, place: Place, view: View) -> None:
        """Send a form with the first of all choices, with the last, and with as little as may be.

        One that closes with the first is sent with the others where it is met again.
        """
        for way in (0, -1, None):
            name = ("sent", str(view.view.get("callback_id")), str(way))
            is_form = view.id in self.workspace.views and "submit" in view.view
            if is_form and name not in self.met:
                values = self._values(place, view, way)
                if self.act(
                    " ".join(name), lambda values=values: self.hand.submit(view, values), place.depth
                ):
                    self.met.add(name)

    def _values(self, place: Place, view: View, way: int | None) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for at, block in enumerate(view.view["blocks"]):
            if block["type"] == "input":
                all_ = self.choices(place, block["element"])
                is_left = not all_ or (way is None and block.get("optional"))
                values[str(at)] = EMPTY if is_left else all_[way or 0]
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
        if kind in {"conversations_select", "channels_select"}:
            told = f"selected_{kind.removesuffix('s_select')}"
            return [{told: self.here}, {told: self.elsewhere}]
        return CHOICES.get(kind, chosen)


CHOICES: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "button": [{}],
    "timepicker": [{"selected_time": "08:30"}, {"selected_time": "23:59"}],
    "datepicker": [{"selected_date": "2020-01-31"}, {"selected_date": "2031-01-01"}],
    "plain_text_input": [{"value": "chips"}, {"value": "<!here> *x* & \u202e\U0001f469\u200d"}],
    "number_input": [{"value": "7"}],
    "users_select": [{"selected_user": ANNA}],
}
"""What may be chosen in an element that has no choices of its own."""

EMPTY: Mapping[str, Any] = {"value": None, "selected_option": None, "selected_date": None}


def elements(blocks: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield what is clicked, with where it stands: what tells nothing as it is filled in goes with its form."""
    for number, block in enumerate(blocks):
        inside = [block["element"]] if block.get("dispatch_action") else []
        there = [*block.get("elements", ()), *inside, *filter(None, [block.get("accessory")])]
        for at, one in enumerate(there):
            if "action_id" in one:
                yield {**one, "block_id": block.get("block_id", "b"), "at": f"{number}.{at}"}


def told_in_readme() -> list[str]:
    """Return what README tells people to type after the command."""
    text = (ROOT / "README.md").read_text().partition("## What you can ask")[2].partition("**Home.**")[0]
    rows = [line.split(" | ")[0] for line in text.splitlines() if line.startswith("| `")]
    return [typed.replace("\\|", "|") for row in rows for typed in re.findall(r"`([^`]+)`", row)]
