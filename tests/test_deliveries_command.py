"""What operators see of deliveries, and what is sent again for them."""

import datetime
from collections.abc import Iterator

import pytest
from conftest import NOW, Run, Write
from world import TIMES, World, opened

from bot.app import Briefbot
from bot.local_slack.server import Fault

CHIPS = "The factory has shipped the first wafer lot of its new semiconductor chips to buyers abroad."


@pytest.fixture
def world(briefbot: Briefbot, write: Write) -> Iterator[World]:
    with opened(briefbot, write, NOW) as made:
        made.say("subscribe here chips daily 09:00", channel="C0CHIPS")
        made.arrive(CHIPS)
        yield made


def test_deliveries_are_listed_with_their_reason_and_sent_again(world: World, run: Run):
    assert "deliveries: none yet" in run("deliveries").stdout
    world.slack.archive("C0CHIPS")
    world.tick(days=1)

    listed = run("deliveries").stdout
    assert "deliveries: 1 blocked" in listed
    assert "C0CHIPS" in listed
    assert "the channel is archived" in listed
    found = listed.splitlines()[1].split()[0]

    world.slack.unarchive("C0CHIPS")
    assert "1 due" in run("deliveries", "--retry", found).stdout
    world.tick(minutes=1)
    assert len(world.sent("C0CHIPS")) == 1
    again = run("deliveries", "--retry", found)
    assert again.returncode == 1
    assert "is sent: it is not sent again" in again.stderr


@pytest.mark.parametrize("name", ["nothing", "%", "' OR 1=1"])
def test_what_is_no_delivery_is_told(run: Run, name: str):
    done = run("deliveries", "--retry", name)

    assert done.returncode == 1
    assert "is no delivery's id" in done.stderr


def in_doubt(world: World, *, scopes: set[str], repeats: bool = True) -> None:
    """Let a delivery arrive without Slack saying so, where the app has only these *scopes*."""
    world.slack.scopes = scopes
    if not repeats:
        world.ledger._repeats = False
    world.server.faults.append(Fault("drop_after", "chat.postMessage"))
    world.tick(days=1)
    assert "in doubt" in [one.state for one in world.sending.overview.listed(limit=9)]
    world.now += TIMES.settle + datetime.timedelta(seconds=1)
    world.tick(seconds=1)


def test_a_doubt_is_settled_by_the_channels_history(world: World):
    in_doubt(world, scopes=world.slack.scopes)

    assert len(world.sent("C0CHIPS")) == 1
    assert world.sending.overview.counts() == {"sent": 1}


def test_without_that_scope_it_comes_again_with_a_mark(world: World):
    in_doubt(world, scopes={"commands", "chat:write"})

    first, second = (text for _, text in world.sent("C0CHIPS"))
    assert "Possible repeat" not in first
    assert "Possible repeat" in second


def test_or_it_is_left_and_an_operator_may_send_it(world: World, run: Run):
    in_doubt(world, scopes={"commands", "chat:write"}, repeats=False)
    assert len(world.sent("C0CHIPS")) == 1
    [left] = world.sending.overview.listed(limit=9)
    assert left.state == "left"
    assert "lacks the history scopes" in run("deliveries").stdout

    run("deliveries", "--retry", left.id)
    world.tick(minutes=1)

    assert len(world.sent("C0CHIPS")) == 2


def test_slack_away_for_hours_delays_and_loses_nothing(world: World):
    world.server.is_away = True
    for _ in range(20):
        world.tick(hours=2)
    assert world.sent("C0CHIPS") == []

    world.server.is_away = False
    for _ in range(3):
        world.tick(minutes=16)

    assert len(world.sent("C0CHIPS")) == 1


def test_no_log_holds_what_is_sent_or_asked(world: World, caplog: pytest.LogCaptureFixture):
    caplog.set_level("INFO")
    world.server.faults.append(Fault("429", "chat.postMessage"))
    world.say('subscribe "secret merger" daily 09:00')
    for _ in range(3):
        world.tick(hours=30)

    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("bot", "digests"))]
    assert any("sent: slot" in message for message in ours)
    assert not any(word in message for message in ours for word in ("wafer", "merger", "xoxb"))
