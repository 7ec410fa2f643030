"""The limits of a process that reads what may be hostile; where a system lacks one, it does without."""

import contextlib
import math
import os
import select
import signal
import sys
from pathlib import Path

from bot.library.syscalls import forbid

OPEN_FILES = 64
"""Open files: an import needs a few, a reader none."""

GRACE = 5.0
"""Seconds after which a process ends itself, should nobody be there who ends it in time."""

_STATM = Path("/proc/self/statm")


def confine(memory_mb: int) -> None:
    """Take from this process for good what no reader needs: memory without end, files, processes."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on every system

    limits = {
        "RLIMIT_AS": memory_mb * 1_000_000,
        "RLIMIT_CORE": 0,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_NOFILE": OPEN_FILES,
        # It counts all processes of the user, but only this one is kept from starting more; root is not.
        "RLIMIT_NPROC": 0,
    }
    for name, most in limits.items():
        if hasattr(resource, name):
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(getattr(resource, name), (most, most))
    forbid()


def begin(questions: int, *, cpu_seconds: int, seconds: float) -> None:
    """Let the system end this process if a document takes longer, or if who asked on *questions* is gone."""
    if sys.platform == "win32":
        return
    import fcntl  # noqa: PLC0415 - not on every system
    import resource  # noqa: PLC0415

    used = resource.getrusage(resource.RUSAGE_SELF)
    until = math.ceil(used.ru_utime + used.ru_stime) + cpu_seconds
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))
    signal.setitimer(signal.ITIMER_REAL, seconds + GRACE)
    # Nothing is asked until the answer is given: all that can come is the end, which SIGIO makes ours too.
    fcntl.fcntl(questions, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(questions, fcntl.F_SETFL, os.O_ASYNC)
    if _is_left(questions):
        os._exit(0)


def finish(questions: int) -> None:
    """Wait for the next document without haste."""
    if sys.platform == "win32":
        return
    import fcntl  # noqa: PLC0415 - not on every system

    fcntl.fcntl(questions, fcntl.F_SETFL, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)


def _is_left(questions: int) -> bool:
    """Tell whether nobody can ask on *questions* any more."""
    if sys.platform == "win32":
        return False
    poll = select.poll()
    poll.register(questions, 0)
    return bool(poll.poll(0))


def held_mb() -> int:
    """Return the memory that this process holds, 0 where that cannot be told."""
    try:
        return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1_000_000
    except (OSError, ValueError, IndexError):
        return 0
