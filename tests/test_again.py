"""What comes twice has one effect, and is answered each time: over HTTP, as Slack brings it."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from conftest import Write
from scene import ANNA, CHANNEL, TOPICS, Body, Scene, staged
from test_home import element
from test_serve import eventually

from bot.app import Briefbot
from bot.config import Config


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, topics=TOPICS, names=())


@pytest.fixture
def scene(briefbot: Briefbot, write: Write) -> Iterator[Scene]:
    with staged(briefbot, write) as made:
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
