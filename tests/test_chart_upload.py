"""A digest's chart is in its message as a picture, and whatever becomes of it, the message comes once."""

import datetime
import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from conftest import NOW, Write
from slack_sdk.web.client import WebClient
from world import TIMES, World, opened

from bot.app import Briefbot
from bot.local_slack.server import Fault, Server
from bot.local_slack.state import Workspace
from bot.local_slack.values import Message
from digests.chart import Chart, chart_block
from digests.delivery import Content, Delivery
from digests.ledger import Ledger
from digests.planning import Chooser, Found
from digests.post import WebSlack
from digests.themes.trend import Trend

# A chart takes a second to draw, and that it was uploaded is a row like others.
pytestmark = pytest.mark.sqlite

NEWS = "The factory has shipped the first wafer lot of its new semiconductor chips to buyers abroad."

CHART = Chart(
    "Themes", ("9 Feb", "16 Feb", "23 Feb"), (Trend("AI chips", (2, 2, 9)), Trend("energy", (1, 0, 0)))
)

START, FILL, END = "files.getUploadURLExternal", "upload", "files.completeUploadExternal"

POST = "chat.postMessage"


@dataclass
class Charted:
    """What a delivery says, and a chart above it."""

    found: Found
    chart: Chart

    @property
    def hashes(self) -> Sequence[str]:
        return self.found.hashes

    def content(self, told: set[str]) -> Content:
        content = self.found.content(told)
        if not content.messages:
            return content
        first = content.messages[0]
        charted = {**first, "blocks": [chart_block(self.chart), *first["blocks"]]}
        return replace(content, messages=(charted, *content.messages[1:]))


class Charting:
    """Chooses as *chooser* does, and puts a chart above it."""

    def __init__(self, chooser: Chooser, chart: Chart) -> None:
        self.upto, self.is_quiet, self.alerts = chooser.upto, chooser.is_quiet, chooser.alerts
        self._find = chooser.find
        self._chart = chart

    def find(self, delivery: Delivery) -> Found | None:
        found = self._find(delivery)
        return Charted(found, self._chart) if found else None


class Crashed(BaseException):
    """The process has died: nothing of ours may catch it."""


class Dying(WebClient):
    """Dies when a message is to be posted."""

    def api_call(self, api_method: str, **asked: Any) -> Any:
        if api_method == POST:
            raise Crashed
        return super().api_call(api_method, **asked)


def ledger(world: World, client: type[WebClient] = WebClient, *, chart: Chart = CHART) -> Ledger:
    """What a process that starts now sends with; it sleeps by the clock of the test."""
    sending, slack = world.sending, world.slack

    def clock() -> float:
        return world.now.timestamp()

    def sleep(seconds: float) -> None:
        world.now += datetime.timedelta(seconds=seconds)

    web = client(slack.bot_token, base_url=world.server.api_url, timeout=5, retry_handlers=[])
    return Ledger(
        sending.owing,
        sending.deliveries,
        Charting(sending.chooser, chart),
        WebSlack(web, monotonic=clock, sleep=sleep),
        slack.team,
        now=lambda: world.now,
        times=TIMES,
        monotonic=clock,
        sleep=sleep,
    )


@pytest.fixture
def world(briefbot: Briefbot, write: Write) -> Iterator[World]:
    with opened(briefbot, write, NOW) as made:
        made.slack.scopes |= {"files:write"}
        made.ledger = ledger(made)
        made.say("subscribe here chips daily 09:00", channel="C0CHIPS")
        made.arrive(NEWS)
        yield made


def sent(world: World, channel: str = "C0CHIPS") -> list[Message]:
    return [message for message in world.slack.visible(channel) if message.metadata]


def pictures(message: Message) -> list[dict[str, Any]]:
    assert not [block for block in message.blocks if block["type"] == "chart"]
    return [block for block in message.blocks if block["type"] == "image"]


def also_policy(world: World) -> None:
    """Let a second channel hear of the same, and something arrive."""
    world.say("subscribe here chips daily 09:00", channel="C0POLICY")
    world.arrive("A second wafer plant for chips was announced, says the regional government of the north.")


def settled(world: World) -> None:
    """Let all that is in doubt or waits be settled."""
    for _ in range(4):
        world.tick(minutes=16)


def test_a_digest_shows_its_chart_as_a_picture(world: World):
    world.tick(days=1)

    [message] = sent(world)
    [picture] = pictures(message)
    assert picture["alt_text"] == CHART.alt_text
    assert picture["title"] == {"type": "plain_text", "text": "Themes", "emoji": False}
    file = world.slack.files[picture["slack_file"]["id"]]
    assert file.content is not None
    assert file.content.startswith(b"\x89PNG")
    assert message.blocks[0] == picture
    assert message.files == [], "the file itself is posted nowhere"


def test_without_the_scope_it_comes_without_and_slack_is_asked_once_an_hour(
    world: World, caplog: pytest.LogCaptureFixture
):
    world.slack.scopes -= {"files:write"}
    also_policy(world)
    world.tick(days=1)

    assert [len(sent(world, channel)) for channel in ("C0CHIPS", "C0POLICY")] == [1, 1]
    for message in sent(world) + sent(world, "C0POLICY"):
        assert pictures(message) == []
        assert "wafer" in json.dumps(message.blocks)
    told = [record.getMessage() for record in caplog.records if "picture" in record.getMessage()]
    assert told == [
        "messages go without their picture for 3600 s: "
        "the app lacks the scope files:write; `python -m bot manifest --with charts` has it"
    ]

    world.slack.scopes |= {"files:write"}
    world.arrive("New wafer fabs for memory chips open in spring, says the regional government.")
    world.tick(days=1)
    assert len(pictures(sent(world)[-1])) == 1


@pytest.mark.parametrize("method", [START, FILL, END])
@pytest.mark.parametrize("kind", ["429", "500", "drop", "drop_after"])
def test_whatever_goes_wrong_with_an_upload_the_message_comes_once(
    world: World, method: str, kind: str, caplog: pytest.LogCaptureFixture
):
    world.server.faults.append(Fault(kind, method))

    world.tick(days=1)
    settled(world)

    [message] = sent(world)
    assert pictures(message) == []
    assert not world.server.faults
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("digests")]
    assert sum("picture" in told for told in ours) == 1
    assert not any(secret in told for told in ours for secret in ("xoxb", "http:", "\n"))


def test_an_upload_that_fails_is_not_tried_for_every_audience(world: World):
    also_policy(world)
    world.server.faults.append(Fault("500", START))

    world.tick(days=1)

    assert [pictures(message) for message in sent(world) + sent(world, "C0POLICY")] == [[], []]
    assert world.slack.files == {}


def test_one_chart_is_uploaded_once_for_all_audiences(world: World):
    also_policy(world)
    world.tick(days=1)

    [first], [second] = sent(world), sent(world, "C0POLICY")
    assert pictures(first) == pictures(second)
    assert [picture["slack_file"]["id"] for picture in pictures(first)] == list(world.slack.files)


def test_a_picture_that_slack_looks_through_first_is_waited_for(world: World):
    world.slack.file_seconds = 2.5

    world.tick(days=1)

    [message] = sent(world)
    assert len(pictures(message)) == 1


def test_a_picture_that_slack_does_not_take_is_left_out(world: World):
    world.slack.file_seconds = 3600
    before = world.now + datetime.timedelta(days=1)

    world.tick(days=1)

    [message] = sent(world)
    assert pictures(message) == []
    assert world.now - before <= datetime.timedelta(seconds=10)
    assert world.sending.overview.counts() == {"sent": 1}


def test_a_picture_that_slack_looked_through_for_long_is_shown_by_the_next_message(world: World):
    world.slack.file_seconds = 60
    world.tick(days=1)
    world.arrive("Chips for cars are scarce once more in the second quarter.")
    world.tick(days=1)

    assert [len(pictures(message)) for message in sent(world)] == [0, 1]
    assert len(world.slack.files) == 1


def test_a_picture_that_is_gone_is_made_anew(world: World):
    world.tick(days=1)
    world.slack.files.clear()

    texts = (
        "Chips for cars are scarce once more in the second quarter.",
        "A wafer plant for chips burns down.",
    )
    for text in texts:
        world.arrive(text)
        world.tick(days=1)

    assert [len(pictures(message)) for message in sent(world)] == [1, 0, 1]


def test_a_chart_that_cannot_be_read_is_left_out(world: World):
    message = {"text": "t", "blocks": [{"type": "chart", "chart": {"title": 3}}]}
    slack = WebSlack(WebClient(world.slack.bot_token, base_url=world.server.api_url, retry_handlers=[]))

    slack.post("C0CHIPS", message, key="k")

    assert [message.text for message in sent(world)] == ["t"]


@pytest.mark.parametrize("kind", ["drop", "drop_after", "500", "429"])
def test_a_message_whose_fate_is_unknown_comes_once_with_its_picture(world: World, kind: str):
    world.server.faults.append(Fault(kind, POST))

    world.tick(days=1)
    settled(world)

    [message] = sent(world)
    assert len(pictures(message)) == 1
    assert len(world.slack.files) == 1


def test_a_crash_between_upload_and_post_leaves_one_message(world: World):
    world.ledger = ledger(world, Dying)
    with pytest.raises(Crashed):
        world.tick(days=1)
    assert sent(world) == []
    [left_over] = world.slack.files.values()
    assert left_over.ready is not None

    world.ledger = ledger(world)
    settled(world)

    [message] = sent(world)
    assert len(pictures(message)) == 1


def test_threads_that_want_the_same_picture_make_it_once(world: World):
    client = WebClient(world.slack.bot_token, base_url=world.server.api_url, retry_handlers=[])
    slack = WebSlack(client)
    message = {"text": "t", "blocks": [chart_block(CHART)]}

    def post(number: int) -> None:
        slack.post("C0CHIPS", message, key=f"k{number}")

    hands = [threading.Thread(target=post, args=(number,)) for number in range(4)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()

    assert [len(pictures(message)) for message in sent(world)] == [1] * 4
    assert len(world.slack.files) == 1


@pytest.mark.parametrize("address", ["file:///etc/passwd", "nonsense", "", "elsewhere"])
def test_bytes_go_to_slacks_address_alone(world: World, address: str):
    elsewhere = Workspace()
    elsewhere.files = world.slack.files
    with Server(elsewhere).running() as other:
        world.slack.address = other.address if address == "elsewhere" else address
        world.tick(days=1)

    [message] = sent(world)
    assert pictures(message) == []
