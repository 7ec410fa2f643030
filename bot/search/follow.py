"""Keeps an index at the store's revision while a process runs."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bot.errors import BotError
from bot.search.index import Index
from bot.store.library import Library

INTERVAL = 1.0
"""Seconds between looks at the store's revision, one cheap statement each, where no change is heard of."""

REST = 0.2
"""Seconds from one following to the next at least: an ingest elsewhere is not to keep the index at work."""

CHECK = 20
"""Intervals from one check of the index's files to the next; the first comes at once."""

log = logging.getLogger(__name__)


@contextmanager
def following(index: Index, library: Library, *, interval: float = INTERVAL) -> Iterator[None]:
    """Bring *index* to the store's revision as the block runs, and check it.

    It is looked at every *interval* seconds, and as soon as another process' change is heard of.
    """
    stop = threading.Event()

    def follow() -> None:
        checked = -CHECK * interval
        hearing = library.hearing()
        while hearing.wait(interval, stop):
            try:
                index.follow(library)
                if time.monotonic() - checked >= CHECK * interval:
                    checked = time.monotonic()
                    index.check(library)
            except BotError as error:
                log.warning("the index stays where it is: %s", error)
            except Exception:
                log.exception("the index stays where it is")
            stop.wait(min(REST, interval))
        hearing.close()

    thread = threading.Thread(target=follow, name="follow", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
