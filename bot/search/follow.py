"""Keeps an index at the store's revision while a process runs."""

import itertools
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bot.errors import BotError
from bot.search.index import Index
from bot.store.library import Library

INTERVAL = 1.0
"""Seconds between looks at the store's revision: one cheap statement each."""

CHECK = 20
"""Looks from one check of the index's files to the next; the first comes at once."""

log = logging.getLogger(__name__)


@contextmanager
def following(index: Index, library: Library, *, interval: float = INTERVAL) -> Iterator[None]:
    """Bring *index* to the store's revision every *interval* seconds while the block runs, and check it."""
    stop = threading.Event()

    def follow() -> None:
        for look in itertools.count():
            if stop.wait(interval):
                return
            try:
                index.follow(library)
                if look % CHECK == 0:
                    index.check(library)
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
