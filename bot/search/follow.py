"""Keeps an index at the store's revision while a process runs."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bot.errors import BotError
from bot.search.index import Index
from bot.store.library import Library

INTERVAL = 1.0
"""Seconds between looks at the store's revision: one cheap statement each."""

log = logging.getLogger(__name__)


@contextmanager
def following(index: Index, library: Library, *, interval: float = INTERVAL) -> Iterator[None]:
    """Bring *index* to the store's revision every *interval* seconds while the block runs."""
    stop = threading.Event()

    def follow() -> None:
        while not stop.wait(interval):
            try:
                index.follow(library)
            except BotError as error:
                log.warning("the index stays where it is: %s", error)
            except Exception:
                log.exception("the index stays where it is")

    thread = threading.Thread(target=follow, name="follow", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
