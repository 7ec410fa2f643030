"""What a site asks of machines (robots.txt, RFC 9309), and that it is done.

Pages are asked for where their robots.txt lets us. A feed that somebody named is not a page that a machine
came upon: it is there for readers of feeds, so who fetches one asks no robots.txt for it.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from protego import Protego

from bot.errors import FetchError
from bot.net.address import parts
from bot.net.clock import Clock
from bot.net.fetch import Fetcher

NAME = "Briefbot"
"""What a robots.txt calls us by."""

MOST_BYTES = 500 * 1024
"""RFC 9309, section 2.5, wants as much read; the rest is not looked at."""

KEPT_SECONDS = 86_400.0
"""RFC 9309, section 2.4: a copy is used for a day at most."""

FAILED_SECONDS = 600.0
"""So long what could not be had is not asked for again."""

MOST_KEPT, MOST_KEPT_CHARACTERS = 500, 5_000_000
"""Sites whose rules are kept; one of half a megabyte takes up to 20 MB when read (measured)."""

_TOO_MANY = 429
"""Of the statuses below 500 the one by which a server asks us to wait and not to go on."""

_AGENT = re.compile(r"\s*user(?:-|\s*)agent\s*:?\s*([^#]*)", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z_-]+|\*")


@dataclass(frozen=True, slots=True)
class Rules:
    """What one site asks, in *size* characters; None where it asks nothing."""

    read: Protego | None = None
    size: int = 0

    def allow(self, address: str) -> bool:
        """Tell whether *address* may be fetched."""
        return self.read is None or self.read.can_fetch(address, NAME)

    @property
    def interval(self) -> float:
        """The seconds that it wants between two requests; 0 where it does not say."""
        stated = self.read.crawl_delay(NAME) if self.read else None
        return stated or 0.0


@dataclass(slots=True)
class _Site:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    rules: Rules = field(default_factory=Rules)
    why: FetchError | None = None
    until: float = float("-inf")


class Robots:
    """Knows what sites ask; looks at each once a day."""

    def __init__(self, fetcher: Fetcher, *, clock: Clock | None = None) -> None:
        self._fetcher = fetcher
        self._passed: Callable[[], float] = (clock or Clock()).passed
        self._sites: dict[str, _Site] = {}

    async def allows(self, address: str) -> bool:
        """Tell whether *address* may be fetched. Raises FetchError where its robots.txt cannot be had now."""
        rules = await self._rules(address)
        return rules.allow(address)

    async def permit(self, address: str) -> float:
        """Return the seconds between two requests to the site of *address*, for `Fetcher.fetch`.

        Raises FetchError where it must not be fetched, and a passing one where its robots.txt cannot be had.
        """
        rules = await self._rules(address)
        if not rules.allow(address):
            host = parts(address).host
            raise FetchError(
                f"{host}: its robots.txt asks machines to stay away from {urlsplit(address).path}"
            )
        return rules.interval

    async def _rules(self, address: str) -> Rules:
        origin = parts(address).origin
        site = self._sites.setdefault(origin, _Site())
        async with site.lock:
            if site.until <= self._passed():
                await self._look(origin, site)
            if site.why is not None:
                raise site.why.with_traceback(None)
            return site.rules

    async def _look(self, origin: str, site: _Site) -> None:
        site.why, kept = None, KEPT_SECONDS
        try:
            site.rules = await self._read(origin)
        except FetchError as why:
            site.rules, site.why = Rules(), _passing(origin, why)
            if site.why is not None:
                kept = max(FAILED_SECONDS, why.retry_after or 0.0)
        site.until = self._passed() + kept
        self._forget()

    async def _read(self, origin: str) -> Rules:
        got = await self._fetcher.fetch(
            f"{origin}/robots.txt", most=MOST_BYTES, accept="text/plain", cuts=True
        )
        text = ours(got.body.decode("utf-8-sig", "replace"))
        return Rules(Protego.parse(text), len(text))

    def _forget(self) -> None:
        """Let go of the rules that were read first, where there are too many; not of those being read."""
        size = sum(site.rules.size for site in self._sites.values())
        for origin, site in list(self._sites.items()):
            if len(self._sites) <= MOST_KEPT and size <= MOST_KEPT_CHARACTERS:
                return
            if not site.lock.locked():
                size -= site.rules.size
                del self._sites[origin]


def ours(text: str) -> str:
    """Return *text* with all names but ours and `*` made one.

    A robots.txt may list thousands of names above thousands of rules, and Protego keeps each rule for each
    name: a hundred kilobytes took it nine seconds and 650 MB.
    """
    return "\n".join(_line(line) for line in text.splitlines())


def _line(line: str) -> str:
    found = _AGENT.match(line)
    if not found:
        return line
    token = _TOKEN.match(found[1])
    name = token[0].lower() if token else ""
    return f"User-agent: {name if name in {NAME.lower(), '*'} else 'another'}"


def _passing(origin: str, why: FetchError) -> FetchError | None:
    """Return why nothing of the site may be fetched for now; None where it has no robots.txt to be had.

    RFC 9309, section 2.3.1: what answers 4xx has none; what cannot be reached, or fails, forbids all for now.
    """
    is_absent = why.status is not None and 400 <= why.status < 500 and why.status != _TOO_MANY
    if is_absent or not why.is_passing:
        return None
    return FetchError(
        f"{parts(origin).host}: its robots.txt cannot be had just now ({why})",
        told=f"{parts(origin).host}: its robots.txt cannot be had just now",
        is_passing=True,
        retry_after=why.retry_after,
    )
