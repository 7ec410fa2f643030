"""Addresses that strangers name are asked, and nothing of what answers can do harm.

Where a name leads is looked at when it is connected to: what is checked is what is asked, whatever a name
server says a moment later. What holds for the first address holds for each that it leads to. A body is taken
whole or not at all, within bounds of size, packed and unpacked, and of time.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.errors import FetchError
from bot.net import headers
from bot.net.address import checked, joined, parts
from bot.net.answer import Fetched, Wanted, body_of, fetched
from bot.net.clock import Clock
from bot.net.failing import InwardError, explained, named
from bot.net.inflate import ACCEPTED
from bot.net.inward import Network, is_inward
from bot.net.polite import INTERVAL_SECONDS, Turns

USER_AGENT = "Briefbot/0.1 (self-hosted; it reads feeds and pages for one team)"

MOST_LINE_BYTES = 8_190
"""A line of the headers; Apache takes as much from those who ask it (LimitRequestFieldSize)."""

MOST_HEADERS = 128

_MOVED = frozenset({301, 302, 303, 307, 308})
_MOVED_FOR_GOOD = frozenset({301, 308})
_PASSING = frozenset(
    {404, 408, 421, 423, 425, 429, 500, 502, 503, 504, 507, 508, 509, 520, 521, 522, 523, 524, 530}
)
"""Statuses that may be others tomorrow: 404 as well, for pages are put back. Above 508 they are Cloudflare's
and those of hosting panels."""

Permit = Callable[[str], Awaitable[float]]
"""Asked before each request; returns the seconds between two to its host, of which those within reason are
kept, or raises FetchError."""


@dataclass(frozen=True, slots=True)
class Patience:
    """For how many seconds the net is waited for, and how many times it may lead elsewhere."""

    total: float = 60.0
    """All requests of one fetch together, but not the waiting for a turn."""

    connect: float = 10.0
    silence: float = 15.0
    """Between any two bytes."""

    redirects: int = 5
    """As many as RFC 9309, section 2.3.1.2, wants followed for a robots.txt."""


@dataclass(frozen=True, slots=True)
class _Moved:
    to: str
    lasts: bool


class Fetcher:
    """Asks the net, for as long as its block lasts."""

    def __init__(
        self,
        *,
        allowed: Sequence[Network] = (),
        patience: Patience | None = None,
        clock: Clock | None = None,
        interval: float = INTERVAL_SECONDS,
        resolver: AbstractResolver | None = None,
    ) -> None:
        """Have it ask no network but those *allowed*, and each host once in *interval* seconds at most."""
        self._allowed = tuple(allowed)
        self._patience = patience or Patience()
        self._clock = clock or Clock()
        self._turns = Turns(self._clock, interval=interval)
        self._resolver = resolver

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            # Without a cache each connection is resolved anew and each is looked at.
            connector=aiohttp.TCPConnector(
                socket_factory=self._socket, resolver=self._resolver, use_dns_cache=False
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": ACCEPTED},
            auto_decompress=False,
            trust_env=False,
            max_line_size=MOST_LINE_BYTES,
            max_field_size=MOST_LINE_BYTES,
            max_headers=MOST_HEADERS,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def fetch(
        self,
        address: str,
        *,
        most: int,
        accept: str,
        etag: str | None = None,
        modified: str | None = None,
        cuts: bool = False,
        permit: Permit | None = None,
    ) -> Fetched:
        """Return what is at *address*, at most *most* bytes of it, unpacked.

        With *etag* and *modified* of the last time it may be a 304. *permit* is asked before each request.
        Raises FetchError for all that goes wrong.
        """
        wanted = Wanted(most, accept, etag, modified, cuts)
        here, moved_to = checked(address, self._allowed), None
        lasts, left = True, self._patience.total
        for _ in range(self._patience.redirects + 1):
            interval = await permit(here) if permit else 0.0
            async with self._turns.turn(parts(here).host, interval=interval):
                began = self._passed()
                answer = await self._ask(here, wanted, moved_to, left)
                left -= self._passed() - began
            if isinstance(answer, Fetched):
                return answer
            here, lasts = answer.to, lasts and answer.lasts
            moved_to = here if lasts else None
        raise FetchError(
            f"{_name(address)}: leads on more than {self._patience.redirects} times, or in a circle"
        )

    async def _ask(self, here: str, wanted: Wanted, moved_to: str | None, left: float) -> Fetched | _Moved:
        patience = aiohttp.ClientTimeout(
            total=max(left, 0.001), sock_connect=self._patience.connect, sock_read=self._patience.silence
        )
        there = self._session.get(
            URL(here, encoded=True), headers=wanted.headers, allow_redirects=False, timeout=patience
        )
        with explained(_name(here)):
            async with there as answer:
                if answer.status in _MOVED:
                    return self._moved(here, answer)
                self._check(here, answer, wanted)
                return fetched(answer, here, moved_to, await self._body(here, answer, wanted))

    async def _body(self, here: str, answer: aiohttp.ClientResponse, wanted: Wanted) -> bytes:
        if answer.status == HTTPStatus.NOT_MODIFIED:
            return b""
        return await body_of(answer, wanted, host=_name(here), silence=self._patience.silence)

    def _moved(self, here: str, answer: aiohttp.ClientResponse) -> _Moved:
        stated = answer.headers.get("Location")
        if not stated:
            raise FetchError(f"{_name(here)}: says that it moved ({answer.status}), and not where to")
        there = checked(joined(here, stated), self._allowed)
        return _Moved(there, is_for_good(answer.status, here, there))

    def _check(self, here: str, answer: aiohttp.ClientResponse, wanted: Wanted) -> None:
        """Raise FetchError for an answer of which there is nothing to take."""
        asked = bool(wanted.etag or wanted.modified)
        if answer.status == HTTPStatus.OK or (answer.status == HTTPStatus.NOT_MODIFIED and asked):
            return
        raise FetchError(
            f"{_name(here)}: answers {named(answer.status)}",
            status=answer.status,
            is_passing=answer.status in _PASSING,
            retry_after=headers.retry_after(answer.headers, self._clock.now()),
        )

    def _socket(self, there: aiohttp.AddrInfoType) -> socket.socket:
        """Return a socket to connect with. Raises InwardError for an address that is not asked."""
        family, kind, protocol, _, peer = there
        number = str(peer[0])
        try:
            is_refused = is_inward(ip_address(number), self._allowed)
        except ValueError:
            is_refused = True
        if is_refused:
            raise InwardError(number)
        return socket.socket(family, kind, protocol)

    @staticmethod
    def _passed() -> float:
        return asyncio.get_running_loop().time()


def is_for_good(status: int, here: str, there: str) -> bool:
    """Tell whether a redirect is to be remembered.

    From https to http one is followed, as those who shorten addresses lead there, but never remembered.
    """
    return status in _MOVED_FOR_GOOD and (there.startswith("https:") or here.startswith("http:"))


def _name(address: str) -> str:
    found = parts(address)
    return f"{found.host}:{found.port}" if found.port else found.host
