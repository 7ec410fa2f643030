"""What comes twice has one effect, and what comes too late is told kindly: over HTTP, as Slack brings it."""

import asyncio
import datetime
import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from conftest import Write
from hosting import Host, hosted, open_to_all
from test_home import element
from test_serve import eventually

from bot.app import Briefbot, sending_of
from bot.config import Config, Topic
from bot.library.ingest import Ingest
from bot.local_slack.draw import draw
from bot.local_slack.people import Outcome, People, request, sign, who, written
from bot.local_slack.server import Server
from bot.local_slack.state import Workspace
from bot.local_slack.values import Message, View
from bot.local_slack.viewing import Viewing
from bot.slack.clip_views import ADD
from bot.store.audit import Audit
from digests.sending import Sending

ANNA, CHANNEL = "U0ANNA", "C0POLICY"

Body = tuple[str, dict[str, Any]]
"""The kind of a payload, and what it holds."""


@dataclass
class Scene:
    """Anna in front of Slack: what she does is kept, and brought as often and as late as a test likes."""

    slack: Workspace
    host: Host
    briefbot: Briefbot
    sending: Sending
    acts: list[Body] = field(default_factory=list)
    late: float = 0.0

    async def _kept(self, kind: str, body: dict[str, Any], _headers: Mapping[str, str]) -> Outcome:
        self.acts.append((kind, body))
        return Outcome(0, {})

    @property
    def people(self) -> People:
        return People(self.slack, self._kept, address=self.slack.address)

    @property
    def viewing(self) -> Viewing:
        return Viewing(self.slack, self._kept)

    def done(self, acting: Any) -> Body:
        """Return what Slack brings when someone does something; it is not brought yet."""
        asyncio.run(acting)
        return self.acts.pop()

    def signed(self, act: Body) -> tuple[bytes, dict[str, str]]:
        content, content_type = written(*act)
        return content, {"content-type": content_type, **sign(self.slack, content)}

    def bring(self, *acts: Body) -> list[Outcome]:
        """Bring all of it at once, and show what is answered in the acknowledgement."""
        return self.send(*map(self.signed, acts))

    def send(self, *requests: tuple[bytes, dict[str, str]]) -> list[Outcome]:
        async def all_() -> list[Outcome]:
            return await asyncio.gather(
                *(request(f"{self.host.address}/slack/events", *one) for one in requests)
            )

        return asyncio.run(all_())

    def typed(self, text: str) -> Body:
        return self.done(self.people.command(text, user=ANNA, channel=CHANNEL))

    def say(self, text: str) -> Message:
        """Type a command and return what Anna sees."""
        [outcome] = self.bring(self.typed(text))
        return self.slack.show(outcome.answer, user=ANNA, channel=CHANNEL)

    def click(self, message: Message, label: str) -> Body:
        block = {"type": "home", "blocks": message.blocks}
        action = {**element(View("", "", "", block), label, ""), "block_id": "b"}
        return self.done(self.people.click(action, user=ANNA, channel=CHANNEL, ts=message.ts))

    def home(self) -> View:
        self.bring(self.done(self.viewing.open_home(ANNA)))
        return self.slack.homes[ANNA]

    def tap(self, label: str) -> Body:
        home = self.home()
        return self.done(self.viewing.act(home, element(home, label, ""), user=ANNA))

    def offered(self, text: str = "The northern ferry runs twice a day.") -> View:
        """Choose Add to library on a message; return the modal."""
        message = self.slack.post(CHANNEL, "U0BELA", text)
        self.bring(self.done(self.people.shortcut(ADD, user=ANNA, channel=CHANNEL, ts=message.ts)))
        return list(self.slack.views.values())[-1]

    def submitted(self, view: View) -> Body:
        return self.done(self._submit(view))

    async def _submit(self, view: View) -> None:
        body = {"type": "view_submission", **who(self.slack, ANNA), "trigger_id": self.slack.new_trigger()}
        shown = {**view.view, "id": view.id, "hash": view.hash, "state": {"values": {}}}
        await self._kept("interactive", {**body, "view": shown}, {})

    def seen(self) -> str:
        """All that Anna sees, wherever: messages, windows, Home."""
        messages = [one.blocks for one in self.slack.messages if one.seen_by in {None, ANNA}]
        views = [one.view["blocks"] for one in [*self.slack.views.values(), *self.slack.homes.values()]]
        return "\n".join(draw({"blocks": blocks}, width=1000) for blocks in [*messages, *views])

    def posted(self) -> list[Message]:
        """What all see in the channel of what Briefbot posted, threads left out."""
        seen = self.slack.visible(CHANNEL)
        return [one for one in seen if one.user == self.slack.bot.id and not one.thread_ts]

    def mine(self) -> list[str]:
        """Anna's subscriptions."""
        of_anna = self.sending.subscriptions.of_audience(self.slack.team, ANNA)
        return [f"{one.name}{' paused' if one.is_paused else ''}" for one in of_anna]

    def audited(self) -> list[str]:
        return [entry.what for entry in Audit(self.briefbot.database).newest(limit=99)]

    def clips(self) -> int:
        return self.sending.clips.of(self.slack.team, user=None, limit=9)[1]

    def kept(self) -> int:
        return len(self.say("my data").blocks)


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, topics={"ports": Topic("Harbours", keywords=("harbour", "port"))}, names=())


@pytest.fixture
def scene(briefbot: Briefbot, write: Write) -> Iterator[Scene]:
    slack = Workspace(scopes=("commands", "chat:write", "users:read"), rates=False)
    people = [slack.add_user(name) for name in ("anna", "bela")]
    slack.add_channel("policy", slack.bot, *people)
    path = write(
        "ports.md", "# Ports\n\n## A\n\nThe port of Ystad was dredged.\n\n## B\n\nThe harbour rests.\n"
    )
    Ingest(briefbot.library, briefbot.config).run([path], now=lambda: datetime.datetime.now(datetime.UTC))
    briefbot.index.follow(briefbot.library)
    with Server(slack).running() as server:
        ready = open_to_all(briefbot, server)
        settings = replace(
            ready.config.slack, client_id="", client_secret="", keys=(), bot_token=slack.bot_token
        )
        ready = replace(ready, config=replace(ready.config, slack=settings))
        with hosted(ready, server) as host:
            made = Scene(slack, host, ready, sending_of(ready))
            slack.now = lambda: time.time() + made.late
            yield made


Make = Callable[[Scene], Callable[[], Body]]
"""Makes all ready, and returns what does the act each time that it is called."""


def typing(text: str, *before: str) -> Make:
    def make(scene: Scene) -> Callable[[], Body]:
        for told in before:
            scene.say(told)
        return lambda: scene.typed(text)

    return make


def clicking(label: str, text: str, *before: str) -> Make:
    def make(scene: Scene) -> Callable[[], Body]:
        for told in before:
            scene.say(told)
        message = scene.say(text)
        return lambda: scene.click(message, label)

    return make


def tapping(label: str, *before: str) -> Make:
    def make(scene: Scene) -> Callable[[], Body]:
        for told in before:
            scene.say(told)
        home = scene.home()
        return lambda: scene.done(scene.viewing.act(home, element(home, label, ""), user=ANNA))

    return make


def adding(scene: Scene) -> Callable[[], Body]:
    view = scene.offered()
    return lambda: scene.submitted(view)


def removing(scene: Scene) -> Callable[[], Body]:
    scene.bring(scene.submitted(scene.offered()))
    message = scene.say("clips")
    return lambda: scene.click(message, "Remove from the library")


ACTS: Mapping[str, tuple[Make, Callable[[Scene], Any], Any]] = {
    "subscribe by typing": (typing("subscribe ports"), Scene.mine, ["ports"]),
    "subscribe by a button": (
        clicking("Subscribe to this search", "port dredged"), Scene.mine, ["(port dredged)"],
    ),
    "subscribe from Home": (tapping("Subscribe to ports"), Scene.mine, ["ports"]),
    "unsubscribe": (typing("unsubscribe ports", "subscribe ports"), Scene.mine, []),
    "end from Home": (tapping("End this subscription", "subscribe ports"), Scene.mine, []),
    "pause from Home": (tapping("Pause this subscription", "subscribe ports"), Scene.mine, ["ports paused"]),
    "share a passage": (clicking("Share here", "dredged"), lambda scene: len(scene.posted()), 1),
    "schedule a digest": (
        typing("digest here monday 09:00"),
        lambda scene: (scene.audited(), len(scene.posted())), (["digest begun"], 1),
    ),
    "post a digest": (
        clicking("Post it in this channel", "digest"),
        lambda scene: eventually(scene.posted) or scene.host.tick() or len(scene.posted()), 1,
    ),
    "stop a digest": (
        tapping("Stop this digest", "digest here monday 09:00"),
        lambda scene: (scene.audited(), len(scene.posted())), (["digest stopped", "digest begun"], 2),
    ),
    "add a clip": (adding, lambda scene: (scene.clips(), scene.audited()), (1, ["clip added"])),
    "remove a clip": (
        removing, lambda scene: (scene.clips(), scene.audited()), (0, ["clip removed", "clip added"]),
    ),
    "forget me": (
        clicking("Delete all of it", "forget me", "subscribe ports"), lambda scene: scene.kept(), 1,
    ),
}  # fmt: skip
"""What has an effect: what does it, how its effect is seen, and the effect."""


@pytest.mark.parametrize("name", ACTS)
def test_what_is_done_twice_at_once_has_one_effect_and_both_are_answered(scene: Scene, name: str, caplog):
    make, effect, expected = ACTS[name]
    act = make(scene)

    outcomes = scene.bring(act(), act())

    assert [outcome.status for outcome in outcomes] == [200, 200]
    assert effect(scene) == expected
    told = scene.seen() + json.dumps([outcome.answer for outcome in outcomes])
    assert "The log has it" not in told
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("name", ACTS)
def test_what_is_brought_again_within_five_minutes_has_no_second_effect(scene: Scene, name: str):
    make, effect, expected = ACTS[name]
    act = make(scene)()
    request_ = scene.signed(act)

    outcomes = scene.send(request_, request_) + scene.send(request_)

    assert sorted(outcome.status for outcome in outcomes) == [200, 401, 401], "the same signature once"
    assert effect(scene) == expected
    scene.late = 30
    if act[0] != "slash_commands":  # Which Slack never brings again.
        assert scene.bring(act)[0].status == 200, "signed anew it is taken, and nothing is done"
        assert effect(scene) == expected
    scene.late = 301
    assert scene.send(request_)[0].status == 401


def test_an_event_that_comes_twice_is_answered_once(scene: Scene):
    told = {"type": "app_mention", "channel": CHANNEL, "user": ANNA, "text": "<@U0BOT> port", "ts": "1.1"}
    act = scene.done(scene.people.event(told, attempts=1))

    scene.bring(act, act)
    scene.late = 60
    scene.bring(act)

    assert len([one for one in scene.slack.messages if one.thread_ts == "1.1"]) == 1


def too_late(scene: Scene, act: Body) -> list[Outcome]:
    """Bring an act when its trigger is good no more."""
    scene.late += 10
    return scene.bring(act)


@pytest.fixture
def warned(caplog) -> Callable[[], list[str]]:
    """What was logged as a warning or worse, and that there was no traceback."""
    caplog.set_level(logging.INFO)

    def lines() -> list[str]:
        assert "Traceback" not in caplog.text
        return [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]

    return lines


def test_a_form_that_opens_too_late_is_told_where_it_was_asked_for(scene: Scene, warned):
    message = scene.say("help")

    too_late(scene, scene.click(message, "Search by topic, source and days"))

    assert scene.slack.visible(CHANNEL, user=ANNA)[-1].text.startswith("That took Slack too long")
    assert warned() == ["a window could not be opened: expired_trigger_id"]


def test_a_modal_of_home_that_opens_too_late_is_told_in_home(scene: Scene, warned):
    scene.say("subscribe ports")

    too_late(scene, scene.tap("Change this subscription"))

    assert "That took Slack too long" in scene.seen()
    assert not scene.slack.views
    assert warned() == ["a click in Home could not be answered: expired_trigger_id"]


def test_a_preview_that_opens_too_late_is_told_in_home(scene: Scene, warned):
    scene.say("digest here monday 09:00")

    too_late(scene, scene.tap("Preview this digest"))

    assert "That took Slack too long" in scene.seen()
    assert warned() == ["a preview could not be opened: expired_trigger_id"]


def test_a_window_of_home_that_opens_too_late_is_told_by_direct_message(scene: Scene, warned):
    scene.slack.users[ANNA].is_admin = True

    too_late(scene, scene.tap("Show what operators see"))

    dm = scene.slack.direct(ANNA).id
    assert scene.slack.visible(dm, user=ANNA)[-1].text.startswith("That took Slack too long")
    assert warned() == ["a window could not be opened: expired_trigger_id"]


def test_what_is_clicked_in_a_window_is_answered_in_it_however_late(scene: Scene, warned):
    view = shown_in_window(scene)
    act = scene.done(scene.viewing.act(view, element(view, "Show around it", ""), user=ANNA))

    too_late(scene, act)

    assert "Around paragraph" in json.dumps(scene.slack.views[view.id].view)
    assert warned() == []


def test_who_closes_a_window_before_it_is_filled_leaves_no_trace(scene: Scene, warned):
    view = shown_in_window(scene)
    act = scene.done(scene.viewing.act(view, element(view, "Show around it", ""), user=ANNA))
    del scene.slack.views[view.id]

    assert [outcome.status for outcome in too_late(scene, act)] == [200]

    assert warned() == []


def test_who_closes_a_preview_before_it_is_filled_leaves_no_trace(scene: Scene, warned):
    scene.say("digest here monday 09:00")
    act = scene.tap("Preview this digest")
    scene.slack.views = Closing()

    scene.bring(act)

    eventually(lambda: scene.slack.calls["views.update"])
    scene.say("help")
    assert warned() == []


class Closing(dict[str, View]):
    """Windows that someone closes as soon as they open."""

    def get(self, _key: str, _default: object = None) -> None:  # type: ignore[override]
        return None


def shown_in_window(scene: Scene) -> View:
    """Return a window with an answer in it."""
    blocks = scene.say("dredged").blocks
    view = View(
        "V1", ANNA, "h1", {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": blocks}
    )
    scene.slack.views["V1"] = view
    return view


@pytest.mark.parametrize("how", ["used", "old"])
def test_a_passage_that_did_not_reach_the_channel_can_be_shared_again(scene: Scene, how: str, warned):
    message = scene.say("dredged")
    act = scene.click(message, "Share here")
    [url] = [one for key, one in scene.slack.response_urls.items() if act[1]["response_url"].endswith(key)]
    url.uses, url.made = (5, url.made) if how == "used" else (0, url.made - 3600)
    scene.bring(act)
    assert not scene.posted()
    assert warned() == ["who clicked could not be answered beside the message: HTTP 404"]

    scene.bring(scene.click(message, "Share here"))

    assert len(scene.posted()) == 1


def test_what_is_done_stays_done_where_its_answer_comes_too_late(scene: Scene, warned):
    message = scene.say("port dredged")
    act = scene.click(message, "Subscribe to this search")
    scene.slack.response_urls.clear()

    assert [outcome.status for outcome in scene.bring(act)] == [200]

    assert scene.mine() == ["(port dredged)"]
    assert warned() == ["who clicked could not be answered beside the message: HTTP 404"]


def test_a_click_in_a_message_that_was_deleted_meanwhile_is_answered(scene: Scene, warned):
    message = scene.say("clips")
    scene.bring(scene.submitted(scene.offered()))
    message = scene.say("clips")
    act = scene.click(message, "Remove from the library")
    scene.slack.messages.remove(message)

    scene.bring(act)

    assert scene.clips() == 0
    assert warned() == []


def test_a_message_that_was_deleted_meanwhile_is_not_added(scene: Scene, warned):
    view = scene.offered()
    scene.slack.messages.pop()

    [outcome] = scene.bring(scene.submitted(view))

    assert "deleted meanwhile" in json.dumps(outcome.answer)
    assert scene.clips() == 0
    assert warned() == []


def test_a_click_in_a_home_that_was_published_meanwhile_is_done_and_shown(scene: Scene, warned):
    act = scene.tap("Subscribe to ports")
    scene.say("subscribe here ports")
    scene.slack.homes[ANNA].hash = "another"

    scene.bring(act)

    assert scene.mine() == ["ports"]
    assert "You hear of *ports*" in scene.seen()
    assert warned() == []


def test_a_digest_that_cannot_be_posted_now_is_told(scene: Scene, warned):
    act = scene.click(scene.say("digest"), "Post it in this channel")
    act[1]["user"]["team_id"] = "T0STRANGE"

    assert [outcome.status for outcome in scene.bring(act)] == [200]

    assert "another workspace" in scene.seen()
    assert not scene.posted()
    assert warned() == []
