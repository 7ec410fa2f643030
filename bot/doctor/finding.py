"""One thing that was looked at, and looking that comes to an end whatever it looks at."""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.errors import BotError

MEND = "mend it and look again"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `advice` is '' where it is as it should be."""

    what: str
    told: str
    advice: str = ""


def bounded(
    part: Callable[[], Iterable[Finding]], *, what: str, seconds: float, advice: str
) -> Iterator[Finding]:
    """Yield what *part* finds as it finds it; it is left after *seconds*, which is told with *advice*.

    It looks in a thread that nothing waits for. A BotError is a finding, any other error is raised.
    """
    told: queue.SimpleQueue[Finding | Exception | None] = queue.SimpleQueue()
    threading.Thread(target=_look, args=(part, what, told), name=f"doctor: {what}", daemon=True).start()
    end = time.monotonic() + seconds
    while True:
        try:
            found = told.get(timeout=max(0.0, end - time.monotonic()))
        except queue.Empty:
            yield Finding(what, f"does not come to an end: it was left after {seconds:g} s", advice)
            return
        if found is None:
            return
        if isinstance(found, Exception):
            raise found
        yield found


def _look(
    part: Callable[[], Iterable[Finding]], what: str, told: "queue.SimpleQueue[Finding | Exception | None]"
) -> None:
    try:
        for finding in part():
            told.put(finding)
    except BotError as error:
        told.put(Finding(what, str(error), MEND))
    except Exception as error:
        told.put(error)
    told.put(None)
