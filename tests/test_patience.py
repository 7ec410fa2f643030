"""Who connects must soon say what he wants."""

import asyncio
import socket
from collections.abc import Iterator
from threading import Thread

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from bot.web.health import healthz
from bot.web.patience import patient

REQUEST = b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n"


@pytest.fixture
def address() -> Iterator[tuple[str, int]]:
    """Where a server listens that waits a fifth of a second for a header."""
    app = Starlette(routes=[Route("/healthz", healthz)])
    config = uvicorn.Config(app, http=patient(0.2), log_config=None, lifespan="off", timeout_keep_alive=60)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
        thread.start()
        yield listening.getsockname()
        server.should_exit = True
        thread.join()


def answers(address: tuple[str, int], *pieces: bytes) -> int:
    """Send *pieces*, each after the answer to the one before, until the other side closes; count answers."""
    seen = b""
    with socket.create_connection(address, timeout=10) as connection:
        for number, piece in enumerate(pieces):
            connection.sendall(piece)
            while seen.count(b"HTTP/1.1 200") <= number and (received := connection.recv(4096)):
                seen += received
    return seen.count(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("pieces", "answered"),
    [
        ([b""], 0),
        ([REQUEST[:20]], 0),
        ([REQUEST, REQUEST[:20]], 1),
        ([REQUEST, REQUEST, REQUEST, b""], 3),
    ],
)
def test_a_connection_that_sends_no_whole_header_is_closed(
    address: tuple[str, int], pieces: list[bytes], answered: int
):
    assert answers(address, *pieces) == answered


def test_a_header_that_comes_byte_by_byte_has_no_longer(address: tuple[str, int]):
    async def drip() -> int:
        reader, writer = await asyncio.open_connection(*address)
        closed = asyncio.ensure_future(reader.read())
        sent = 0
        while not closed.done() and sent < 200:
            writer.write(b"G")
            sent += 1
            await asyncio.wait([closed], timeout=0.02)
        writer.close()
        await asyncio.gather(closed, return_exceptions=True)
        return sent

    assert asyncio.run(drip()) < 200
