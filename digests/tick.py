"""The tick: every half minute, in every process, what is due is sent. APScheduler ticks and does no more."""

import datetime
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler

from bot.errors import BotError
from bot.slack.failures import reported

log = logging.getLogger(__name__)

HANDS = 4
"""Deliveries that are sent at once: each waits for Slack most of its time."""


class Tick:
    """Runs *work* with several hands, again and again, until it is stopped.

    *work* is a plan, run once a tick, and what each hand does then; both end early when `is_stopping`.
    """

    def __init__(
        self,
        plan: Callable[[], None],
        send: Callable[[], Any],
        *,
        seconds: float,
        hands: int = HANDS,
    ) -> None:
        self._plan = plan
        self._send = send
        self._hands = hands
        self._stopping = threading.Event()
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
            self._plan()
            with ThreadPoolExecutor(self._hands, thread_name_prefix="send") as hands:
                for done in [hands.submit(self._send) for _ in range(self._hands)]:
                    done.result()
        except BotError as error:
            log.warning("nothing was sent: %s", error)
        except Exception as error:
            reported(error)
