"""Answers a second of one `serve` and of two on one PostgreSQL: `scale.py [--seconds 5]`.

The two take turns with the one, three rounds each, over signed HTTP with eight connections a process. Prints
JSON: median answers a second of one process and of two, their ratio, and the transactions that PostgreSQL had
meanwhile beyond those of as long a rest, for each answer.
"""

import argparse
import asyncio
import json
import logging
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE), str(HERE.parent)]

import sqlalchemy as sa
from fleet import Process, setting
from slack import signed

from bot.store.library import Library

ROUNDS = 3
CONNECTIONS = 8
FASTEST = 2500
"""Answers a second of a process at most: so many requests are signed before the clock runs."""


class Asking(asyncio.Protocol):
    """One connection: the next request goes out as soon as the answer to the one before is there."""

    def __init__(self, requests: Iterator[bytes], until: float) -> None:
        self._requests = requests
        self._until = until
        self._got = b""
        self.answers = 0
        self.closed = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._got += data
        head, _, body = self._got.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
        if not length or len(body) < length:
            return
        assert head.startswith(b"HTTP/1.1 200"), head[:100]
        self._got = b""
        self.answers += 1
        self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed.set_result(exc)

    def _ask(self) -> None:
        request = next(self._requests, b"")
        if request and time.perf_counter() < self._until:
            self._transport.write(request)
        else:
            self._transport.close()


def requests(number: int, count: int) -> Iterator[bytes]:
    """Return *count* signed requests that differ from all others."""
    made = []
    for at in range(count):
        body, headers = signed(number + at)
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        start = f"POST /slack/events HTTP/1.1\r\nhost: briefbot\r\ncontent-length: {len(body)}\r\n{head}\r\n"
        made.append(start.encode() + body)
    return iter(made)


async def rate(processes: list[Process], seconds: float) -> float:
    """Return the answers a second of *processes* together."""
    loop, asking = asyncio.get_running_loop(), []
    count = int(FASTEST * seconds)
    told = [requests(time.time_ns() + 10**7 * one.number, count) for one in processes]
    began = time.perf_counter()
    for process, wanted in zip(processes, told, strict=True):
        host, port = process.address.removeprefix("http://").split(":")
        for _ in range(CONNECTIONS):
            made = await loop.create_connection(lambda: Asking(wanted, began + seconds), host, int(port))  # noqa: B023
            asking.append(made[1])
    await asyncio.gather(*(one.closed for one in asking))
    return sum(one.answers for one in asking) / (time.perf_counter() - began)


def transactions(library: Library) -> int:
    """Return how many PostgreSQL has counted; what a session counts it tells within a second."""
    time.sleep(1.5)
    counted = sa.text(
        "SELECT sum(xact_commit + xact_rollback) FROM pg_stat_database WHERE datname = current_database()"
    )
    with library._database.reading() as connection:
        return int(connection.execute(counted).scalar_one())


def ready(process: Process) -> None:
    process.start()
    while True:
        try:
            urllib.request.urlopen(f"{process.address}/readyz", timeout=5).close()  # noqa: S310
        except OSError:
            time.sleep(0.1)
        else:
            return


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5)
    seconds = parser.parse_args().seconds
    logging.disable()
    with tempfile.TemporaryDirectory() as folder, setting(Path(folder), 2) as (processes, library, _):
        for process in processes:
            ready(process)
            asyncio.run(rate([process], 1))
        rates: dict[int, list[float]] = {1: [], 2: []}
        before = transactions(library)
        for _ in range(ROUNDS):
            for count, told in rates.items():
                told.append(asyncio.run(rate(processes[:count], seconds)))
        busy = transactions(library) - before
        before = transactions(library)
        time.sleep(2 * ROUNDS * seconds)
        rest = transactions(library) - before
    one, two = (statistics.median(told) for told in rates.values())
    answers = sum(map(sum, rates.values())) * seconds
    print(json.dumps({
        "answers_per_s": {"one": round(one), "two": round(two)},
        "ratio": round(two / one, 2),
        "transactions_per_answer": round(max(0, busy - rest) / answers, 4),
    }, indent=2))  # fmt: skip


if __name__ == "__main__":
    main()
