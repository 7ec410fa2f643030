"""A web server that answers as the worst ones do: what goes over the wire is written byte by byte.

    with Server({"/feed": page(b"<rss/>"), "slow.test/": drip(b"...", every=0.05)}) as server:
        server.at("/feed")                      # http://127.0.0.1:40123/feed
        server.at("/", host="slow.test")        # http://slow.test:40123/, for a client that uses Names()
        server.asked[-1].headers["user-agent"]  # all that was asked, in order

A handler is an answer, or a function from what is asked to an answer; `handlers` may change while it runs.
"""

import asyncio
import datetime
import gzip
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from email.utils import format_datetime
from functools import cache
from http import HTTPStatus
from types import TracebackType
from typing import Self

from aiohttp.abc import AbstractResolver, ResolveResult

MOST_HEAD_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: *path* with its query, *host* as the client wrote it, headers with small letters."""

    method: str
    path: str
    host: str
    headers: Mapping[str, str]
    reached: str
    """The IP address at which the server was reached."""

    @property
    def address(self) -> str:
        return f"http://{self.host}{self.path}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes over the wire, each time anew: bytes are sent, numbers are seconds in which nothing is."""

    wire: Iterable[bytes | float] | Callable[[], Iterable[bytes | float]]
    keeps: bool = False
    """The connection stays open for another request."""

    resets: bool = False
    """The connection is not closed but broken (RST)."""


Handler = Answer | Callable[[Asked], Answer]


def page(
    body: bytes = b"", *, status: int = 200, headers: Mapping[str, str] | None = None, keeps: bool = True
) -> Answer:
    """A well-behaved answer."""
    return Answer([head(status, {"Content-Length": str(len(body)), **(headers or {})}), body], keeps=keeps)


def head(status: int, headers: Mapping[str, str]) -> bytes:
    """The first lines of an answer, with the empty one at their end."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Odd"
    lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape")


def redirect(to: str, *, status: int = 302) -> Answer:
    return page(b"over there", status=status, headers={"Location": to})


def packed(body: bytes, *, coding: str = "gzip", headers: Mapping[str, str] | None = None) -> Answer:
    """*body*, packed already, stated to be so."""
    return page(body, headers={"Content-Encoding": coding, **(headers or {})})


@cache
def bomb(megabytes: int) -> Answer:
    """So many megabytes of zeros, in a thousandth of it."""
    return packed(gzip.compress(bytes(megabytes * 1_000_000)))


def chunks(*parts: bytes, ending: bytes = b"0\r\n\r\n", headers: Mapping[str, str] | None = None) -> Answer:
    """*parts* in chunks of their own; with another *ending* it is no whole answer."""
    first = head(200, {"Transfer-Encoding": "chunked", **(headers or {})})
    return Answer([first, *(b"%x\r\n%b\r\n" % (len(part), part) for part in parts), ending])


def cut_off(body: bytes, *, of: int, resets: bool = False) -> Answer:
    """*body*, where *of* bytes were stated, and no more."""
    return Answer([head(200, {"Content-Length": str(of)}), body], resets=resets)


def drip(body: bytes, *, every: float, headers: Mapping[str, str] | None = None) -> Answer:
    """*body* byte by byte, so many seconds apart."""

    def wire() -> Iterator[bytes | float]:
        yield head(200, {"Content-Length": str(len(body)), **(headers or {})})
        for one in body:
            yield every
            yield bytes([one])

    return Answer(wire)


def endless(begin: bytes, again: bytes) -> Answer:
    """*begin*, and *again* for as long as somebody listens."""

    def wire() -> Iterator[bytes | float]:
        yield begin
        while True:
            yield again

    return Answer(wire)


def silence(seconds: float = 60.0) -> Answer:
    """Nothing, for so long."""
    return Answer([seconds])


def reset() -> Answer:
    """The connection broken before a byte."""
    return Answer([], resets=True)


def raw(*wire: bytes | float, resets: bool = False) -> Answer:
    """Whatever is wanted."""
    return Answer(wire, resets=resets)


@dataclass(slots=True)
class Conditional:
    """A document that knows its ETag and when it was changed, and answers 304 to who has it."""

    body: bytes
    etag: str = '"1"'
    changed: datetime.datetime = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)

    def __call__(self, asked: Asked) -> Answer:
        date = format_datetime(self.changed, usegmt=True)
        stated = {"ETag": self.etag, "Last-Modified": date}
        has = asked.headers.get("if-none-match") == self.etag or (
            "if-none-match" not in asked.headers and asked.headers.get("if-modified-since") == date
        )
        if has:
            return Answer([head(304, stated)], keeps=True)
        return page(self.body, headers=stated)


@dataclass(slots=True)
class InTurn:
    """One answer after the other; the last for ever."""

    answers: list[Handler]
    asked: int = 0

    def __call__(self, asked: Asked) -> Answer:
        handler = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        return handler if isinstance(handler, Answer) else handler(asked)


@dataclass
class Server:
    """Answers at each of *addresses*, at one port, in a thread of its own, while the block runs.

    *handlers* are found by host and path (`example.test/feed`), or else by path; what has none is 404.
    """

    handlers: MutableMapping[str, Handler] = field(default_factory=dict)
    addresses: tuple[str, ...] = ("127.0.0.1",)
    tls: ssl.SSLContext | None = None
    asked: list[Asked] = field(default_factory=list)
    port: int = 0
    connections: int = 0
    _loop: asyncio.AbstractEventLoop = field(init=False)
    _thread: threading.Thread = field(init=False)
    _stop: asyncio.Event = field(init=False)
    _started: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        return self.at("")

    def at(self, path: str, *, host: str = "") -> str:
        """The address of *path*, by the name of *host* or by number."""
        first = self.addresses[0]
        name = host or (f"[{first}]" if ":" in first else first)
        return f"http{'s' if self.tls else ''}://{name}:{self.port}{path}"

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [one.path for one in self.asked]

    def __enter__(self) -> Self:
        listening = []
        for address in self.addresses:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            listening.append(socket.create_server((address, self.port), family=family, backlog=500))
            self.port = listening[0].getsockname()[1]
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(listening)), daemon=True)
        self._thread.start()
        self._started.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _serve(self, listening: list[socket.socket]) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        servers = [
            await asyncio.start_server(self._connected, sock=one, limit=MOST_HEAD_BYTES, ssl=self.tls)
            for one in listening
        ]
        self._started.set()
        await self._stop.wait()
        for server in servers:
            server.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        # Or the second part of an answer waits for the first to be acknowledged, which takes 40 ms.
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while await self._answered(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass  # Who asks may leave at any time, as may the test.
        finally:
            writer.close()

    async def _answered(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; tell whether there may be another."""
        asked = _asked(await reader.readuntil(b"\r\n\r\n"), writer)
        self.asked.append(asked)
        answer = self._handler(asked)
        for one in answer.wire() if callable(answer.wire) else answer.wire:
            if isinstance(one, bytes):
                writer.write(one)
                await writer.drain()
            else:
                await asyncio.sleep(one)
        if answer.resets:
            await asyncio.sleep(0.01)  # Or what was sent before is lost with it.
            _break(writer)
        return answer.keeps

    def _handler(self, asked: Asked) -> Answer:
        path = asked.path.partition("?")[0]
        name = asked.host.partition(":")[0]
        for key in (name + asked.path, name + path, asked.path, path):
            if key in self.handlers:
                handler = self.handlers[key]
                return handler if isinstance(handler, Answer) else handler(asked)
        return page(b"not here", status=404)


def _asked(lines: bytes, writer: asyncio.StreamWriter) -> Asked:
    first, *rest = lines.decode("utf-8", "surrogateescape").rstrip("\r\n").split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in rest)}
    return Asked(method, path, headers.get("host", ""), headers, writer.get_extra_info("sockname")[0])


def _break(writer: asyncio.StreamWriter) -> None:
    # To linger for no time is to throw away what is not sent, which the other side is told by RST.
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


class Names(AbstractResolver):
    """Knows the addresses of names, answer after answer; those that it was not told have *default*."""

    def __init__(
        self, answers: Mapping[str, list[list[str]]] | None = None, *, default: str = "127.0.0.1"
    ) -> None:
        self._answers = {name: list(one) for name, one in (answers or {}).items()}
        self._default = default
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        answers = self._answers.get(host, [[self._default]])
        numbers = answers.pop(0) if len(answers) > 1 else answers[0]
        if not numbers:
            raise OSError(None, "no such name")
        return [
            ResolveResult(hostname=host, host=one, port=port, family=family, proto=0, flags=0)
            for one in numbers
        ]

    async def close(self) -> None:
        pass


class Internet(Names):
    """Any name on any port leads to the server at the port that *port* returns, or to none."""

    def __init__(self, port: Callable[[], int]) -> None:
        super().__init__()
        self._port = port

    async def resolve(
        self,
        host: str,
        port: int = 0,  # noqa: ARG002 - of no account
        family: socket.AddressFamily = socket.AF_INET,
    ) -> list[ResolveResult]:
        return await super().resolve(host, self._port(), family)
