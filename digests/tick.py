"""The tick: every half minute, in every process, what is due is sent. APScheduler ticks and does no more."""

import datetime
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bot.errors import BotError
from bot.slack.failures import reported

log = logging.getLogger(__name__)

SLICE = 10.0
"""Seconds of sending after which it is looked again what is due."""

HANDS = 4
"""Deliveries that are sent at once: each waits for Slack most of its time."""


class Tick:
    """Runs *work* with several hands, again and again, until it is stopped.

    *work* is a plan, and what each hand does then, for SLICE seconds at most: then it is planned again.
    """

    def __init__(
        self,
        plan: Callable[[], None],
        send: Callable[[Callable[[], bool]], int],
        *,
        seconds: float,
        hands: int = HANDS,
    ) -> None:
        from apscheduler.schedulers.background import BackgroundScheduler  # noqa: PLC0415 - not for the prompt

        self._plan = plan
        self._send = send
        self._hands = hands
        self._stopping = threading.Event()
        self._ended = time.monotonic()
        # That a tick is left out while one runs is as it should be.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler = BackgroundScheduler(timezone=datetime.UTC)
        self._scheduler.add_job(
            self.run,
            "interval",
            seconds=seconds,
            id="tick",
            next_run_time=datetime.datetime.now(datetime.UTC),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )

    def is_stopping(self) -> bool:
        """Tell whether no new work is to begin."""
        return self._stopping.is_set()

    def age(self) -> float:
        """Return for how many seconds no tick has come to its end, or to that of a slice of its sending."""
        return time.monotonic() - self._ended

    def start(self) -> None:
        """Tick at once, and from then on."""
        self._scheduler.start()

    def wake(self) -> None:
        """Tick now, as there is something to send."""
        self._scheduler.modify_job("tick", next_run_time=datetime.datetime.now(datetime.UTC))

    def take_no_more(self) -> None:
        """Begin nothing any more."""
        self._stopping.set()

    def stop(self) -> None:
        """Begin nothing any more, and wait for what is in hand."""
        self.take_no_more()
        self._scheduler.shutdown()

    def run(self) -> None:
        """Do one tick; what goes wrong is told, and tried again with the next."""
        if self.is_stopping():
            return
        try:
            while not self.is_stopping():
                self._plan()
                until = time.monotonic() + SLICE

                def is_over(until: float = until) -> bool:
                    return self.is_stopping() or time.monotonic() > until

                tried = self._sent(is_over)
                self._ended = time.monotonic()
                if not tried:
                    return
        except BotError as error:
            log.warning("nothing was sent: %s", error)
        except Exception as error:
            reported(error)

    def _sent(self, is_over: Callable[[], bool]) -> int:
        """Let all hands send until there is no more or it is over; return how much they tried."""
        with ThreadPoolExecutor(self._hands, thread_name_prefix="send") as hands:
            return sum(
                done.result() for done in [hands.submit(self._send, is_over) for _ in range(self._hands)]
            )
