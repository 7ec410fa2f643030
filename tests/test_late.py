"""What comes too late is told kindly and leaves nothing half-done: over HTTP, as Slack brings it."""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from conftest import Write
from scene import ANNA, CHANNEL, TOPICS, Body, Scene, staged
from test_home import element
from test_serve import eventually

from bot.app import Briefbot
from bot.config import Config
from bot.local_slack.people import Outcome
from bot.local_slack.values import View


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, topics=TOPICS, names=())


@pytest.fixture
def scene(briefbot: Briefbot, write: Write) -> Iterator[Scene]:
    with staged(briefbot, write) as made:
        yield made


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
