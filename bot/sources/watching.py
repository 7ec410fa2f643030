"""Sources are collected while a process serves: on the tick, and at once where a folder changes."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from watchfiles import watch

from bot.errors import BotError
from bot.sources.collecting import ENDING, Collector

TICK = 30.0
"""Seconds between looks at what is due: one cheap statement each."""

log = logging.getLogger(__name__)


@contextmanager
def collecting(
    collector: Collector, folders: Sequence[Path], *, seconds: float = TICK
) -> Iterator[Callable[[], None]]:
    """Collect what is due while the block runs; yield what begins nothing any more."""
    stop = threading.Event()

    def work() -> None:
        for is_changed in _looks(folders, stop, seconds):
            try:
                if is_changed:
                    collector.wake_folders()
                collector.collect(is_over=stop.is_set)
                collector.forget()
            except BotError as error:
                log.warning("sources are collected later: %s", error)
            except Exception:
                log.exception("sources are collected later")

    thread = threading.Thread(target=work, name="collect", daemon=True)
    thread.start()
    try:
        yield stop.set
    finally:
        stop.set()
        collector.close()
        thread.join(ENDING)


def _looks(folders: Iterable[Path], stop: threading.Event, seconds: float) -> Iterator[bool]:
    """Yield at once and every so many *seconds*, and True as soon as one of *folders* changes."""
    yield False
    while not stop.is_set():
        there = [folder for folder in folders if folder.exists()]
        try:
            for changes in (
                watch(
                    *there,
                    stop_event=stop,
                    rust_timeout=int(seconds * 1000),
                    yield_on_timeout=True,
                    raise_interrupt=False,
                    ignore_permission_denied=True,
                )
                if there
                else ()
            ):
                yield bool(changes)
        except (OSError, RuntimeError) as error:  # As where the system watches no more folders.
            log.warning("folders are looked at every %d seconds only: %s", seconds, error)
        if not stop.wait(seconds):
            yield False
