"""The pictures of charts in messages: each is drawn and uploaded once, for all messages that show it.

Slack asks of a file in a message that who posts it has access to it, and the file is the app's own; so one
file serves every channel. Where there is no picture, the message goes without: it says the same in words.
"""

import json
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence

from slack_sdk.web.client import WebClient

from bot.errors import BotError
from bot.slack.blocks import Block
from bot.slack.text import shown
from digests.chart import KIND, TITLE, Chart, draw
from digests.upload import PAUSE_SECONDS, NotUploaded, upload

log = logging.getLogger(__name__)

PICTURE_SECONDS = 10.0
"""How long one message waits for its pictures in all."""

WAITS = (1.0, 2.0, 3.0)
"""Seconds between tries to post a new file: Slack looks through it first, and says not when it is done."""

KEPT = 16
"""Pictures that are remembered: those of a week's digests, more or less."""


class Pictures:
    """Files of one app in Slack, for all threads of one process. Times are in seconds."""

    def __init__(
        self,
        client: WebClient,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._monotonic = monotonic
        self._sleep = sleep
        self._making = threading.Lock()
        self._files: OrderedDict[str, str] = OrderedDict()
        self._taken: set[str] = set()
        self._slow: set[str] = set()
        self._gone: set[str] = set()
        self._off_until = 0.0

    def deadline(self) -> float:
        """Return the moment until which a message that is posted now may wait for its pictures."""
        return self._monotonic() + PICTURE_SECONDS

    def placed(self, blocks: Sequence[Block], *, by: float) -> list[Block]:
        """Return *blocks* with each chart as its picture, or without it where there is none by then."""
        return [placed for block in blocks if (placed := self._placed(block, by))]

    def _placed(self, block: Block, by: float) -> Block | None:
        if block["type"] != KIND:
            return block
        try:
            chart = Chart.of_json(block["chart"])
        except BotError as error:
            log.warning("a message goes without its picture: %s", error)
            return None
        file_id = self._file(chart, by)
        return _image(chart, file_id) if file_id else None

    def _file(self, chart: Chart, by: float) -> str | None:
        """Return the chart's file, made now if need be; one thread makes it, the others wait for that."""
        if not self._making.acquire(timeout=max(by - self._monotonic(), 0)):
            return None
        try:
            known = self._files.get(_key(chart))
            usable = known if known not in self._gone else None
            if usable in self._taken or self._monotonic() >= self._off_until:
                return usable or self._new(chart, by)
            return None
        finally:
            self._making.release()

    def _new(self, chart: Chart, by: float) -> str | None:
        try:
            file_id = self._made(chart, by)
        except BotError as error:
            self._hold_off(str(error), PAUSE_SECONDS)
            return None
        except NotUploaded as error:
            self._hold_off(error.reason, error.seconds)
            return None
        self._files[_key(chart)] = file_id
        while len(self._files) > KEPT:
            self._files.popitem(last=False)
        return file_id

    def _made(self, chart: Chart, by: float) -> str:
        png = draw(chart, seconds=max(by - self._monotonic(), 0))
        title = shown(chart.title, TITLE) or "Chart"
        return upload(
            self._client,
            png,
            name="chart.png",
            title=title,
            alt_text=chart.alt_text,
            by=by,
            monotonic=self._monotonic,
        )

    def taken(self, blocks: Sequence[Block]) -> None:
        """Remember that Slack has shown the pictures among *blocks*."""
        self._taken.update(_files(blocks))

    def wait(self, blocks: Sequence[Block], seconds: float, *, by: float) -> bool:
        """Wait while Slack looks through a new file; False where it is none, or there is no time left."""
        if self._taken.issuperset(_files(blocks)) or self._monotonic() + seconds > by:
            return False
        self._sleep(seconds)
        return True

    def refused(self, blocks: Sequence[Block]) -> None:
        """Remember that Slack does not take the pictures among *blocks*.

        One that it took before is gone, and is made anew. A new one may only need more time: it is tried
        once more after a while, and then made anew too.
        """
        files = set(_files(blocks))
        self._gone |= files & (self._taken | self._slow)
        if not files & self._taken:
            self._slow |= files
            self._hold_off("Slack does not take the picture", PAUSE_SECONDS)

    def _hold_off(self, reason: str, seconds: float) -> None:
        """Try none for a while: thousands of audiences are not to wait for what fails each time."""
        log.warning("messages go without their picture for %.0f s: %s", seconds, reason)
        self._off_until = self._monotonic() + seconds


def _key(chart: Chart) -> str:
    return json.dumps(chart.as_json(), sort_keys=True)


def _files(blocks: Sequence[Block]) -> Iterator[str]:
    return (block["slack_file"]["id"] for block in blocks if "slack_file" in block)


def _image(chart: Chart, file_id: str) -> Block:
    title = shown(chart.title, TITLE)
    words = {"title": {"type": "plain_text", "text": title, "emoji": False}} if title else {}
    return {"type": "image", "slack_file": {"id": file_id}, "alt_text": chart.alt_text, **words}
