"""Answers a second of one `serve` and of two on one PostgreSQL: `scale.py [--seconds 5]`.

The two take turns with the one, three rounds each, over signed HTTP with eight connections a process. Prints
JSON: median answers a second of one process and of two, their ratio, and the transactions that PostgreSQL had
meanwhile beyond those of as long a rest, for each answer.
"""

import argparse
import json
import logging
import re
import select
import socket
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
from processes import Process, setting
from slack import signed

from bot.store.library import Library

ROUNDS = 3
CONNECTIONS = 8
FASTEST = 5000
"""Answers a second of a process at most: so many requests are signed before the clock runs."""

LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


def requests(number: int, count: int) -> Iterator[bytes]:
    """Return *count* signed requests that differ from all others."""
    made = []
    for at in range(count):
        body, headers = signed(number + at)
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        start = f"POST /slack/events HTTP/1.1\r\nhost: briefbot\r\ncontent-length: {len(body)}\r\n{head}\r\n"
        made.append(start.encode() + body)
    return iter(made)


def rate(processes: list[Process], seconds: float) -> float:
    """Return the answers a second of *processes* together.

    Who asks has the same cores, and so does as little as can be: on each connection the next request goes out
    when the answer to the one before is whole.
    """
    count = int(FASTEST * seconds)
    poll, asking = select.epoll(), {}
    for process in processes:
        host, port = process.address.removeprefix("http://").split(":")
        told = requests(time.time_ns() + 10**7 * process.number, count)
        for _ in range(CONNECTIONS):
            connection = socket.create_connection((host, int(port)))
            poll.register(connection, select.EPOLLIN)
            asking[connection.fileno()] = (connection, told)
    began = time.perf_counter()
    for connection, told in asking.values():
        connection.sendall(next(told))
    answers = 0
    while time.perf_counter() < began + seconds:
        for number, _ in poll.poll():
            connection, told = asking[number]
            answer(connection)
            answers += 1
            connection.sendall(next(told))
    took = time.perf_counter() - began
    for connection, _ in asking.values():
        answer(connection)
        connection.close()
    poll.close()
    return answers / took


def answer(connection: socket.socket) -> None:
    """Take one whole answer from *connection*."""
    got = connection.recv(65536)
    while True:
        head, _, body = got.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if length and len(body) == int(length[1]):
            break
        got += connection.recv(65536)
    assert got.startswith(b"HTTP/1.1 200"), got[:100]


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
    with tempfile.TemporaryDirectory() as folder, setting(Path(folder), 2) as (processes, library, *_):
        for process in processes:
            ready(process)
            rate([process], 1)
        rates: dict[int, list[float]] = {1: [], 2: []}
        before = transactions(library)
        for _ in range(ROUNDS):
            for count, told in rates.items():
                told.append(rate(processes[:count], seconds))
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
