"""What Slack brings twice is done once."""

from bot.local_slack.people import sign
from bot.local_slack.state import Workspace
from bot.slack.http import Doorkeeper
from bot.slack.once import REMEMBERED_SECONDS, Once


class Clock:
    """Seconds that pass when they are told to."""

    seconds = 1_700_000_000.0

    def __call__(self) -> float:
        return self.seconds


def test_an_event_or_a_click_is_new_once():
    once = Once()
    for body in (
        {"type": "event_callback", "event_id": "Ev1"},
        {"type": "block_actions", "trigger_id": "1.2"},
    ):
        assert once.is_new(body)
        assert not once.is_new(body)


def test_a_message_that_comes_for_two_workspaces_is_new_once():
    once = Once()
    message = {"type": "app_mention", "channel": "C0SHARED", "ts": "1.1"}
    first = {"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": message}
    second = {**first, "event_id": "Ev2", "team_id": "T2"}

    assert once.is_new(first)
    assert not once.is_new(second)

    once.forget(first)
    assert once.is_new(second)
    assert once.is_new({**second, "event_id": "Ev3", "event": {**message, "ts": "1.2"}})


def test_a_command_is_always_new_and_so_is_what_has_no_id():
    once = Once()
    for body in ({"command": "/brief", "trigger_id": "1.2"}, {"type": "url_verification"}):
        assert once.is_new(body)
        assert once.is_new(body)


def test_what_slack_brings_no_more_is_forgotten():
    clock = Clock()
    once = Once(now=clock)
    for number in range(1000):
        once.is_new({"type": "event_callback", "event_id": f"Ev{number}"})
        clock.seconds += 10

    assert len(once._seen) <= REMEMBERED_SECONDS / 10 + 1


def test_a_request_that_was_not_answered_is_let_in_again_in_the_same_second():
    clock = Clock()
    workspace = Workspace(now=clock)
    doorkeeper = Doorkeeper(workspace.signing_secret, now=clock)
    signed = sign(workspace, b"body").values()
    assert doorkeeper.admits(b"body", *signed)
    assert not doorkeeper.admits(b"body", *signed)

    doorkeeper.forget(list(signed)[1])

    assert doorkeeper.admits(b"body", *signed)


def test_signatures_that_are_too_old_to_be_let_in_are_forgotten():
    clock = Clock()
    doorkeeper = Doorkeeper("secret", now=clock)
    for number in range(1000):
        doorkeeper._seen[str(number)] = clock.seconds
        clock.seconds += 10
    doorkeeper._forget(clock.seconds)

    assert len(doorkeeper._seen) <= 61
