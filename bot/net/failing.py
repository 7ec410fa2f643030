"""What went wrong with a host, in words for who wanted something from it."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import aiohttp

from bot.errors import FetchError
from bot.net.address import inward


class InwardError(OSError):
    """A name leads to an address that is not asked.

    All of them say the same: then aiohttp passes the first of several on, and else a new error of its own.
    """

    def __init__(self, number: str) -> None:
        super().__init__(errno.EACCES, "inside a network")
        self.number = number


@contextmanager
def explained(host: str) -> Iterator[None]:
    """Say what went wrong with *host* so that a person understands it."""
    try:
        yield
    except aiohttp.ClientConnectorError as why:
        raise _unreached(host, why) from None
    except TimeoutError:
        raise FetchError(f"{host}: does not answer in time", is_passing=True) from None
    except aiohttp.ClientPayloadError:
        raise FetchError(f"{host}: broke off before the end", is_passing=True) from None
    except aiohttp.ClientResponseError as why:
        raise FetchError(
            f"{host}: answers what is no HTTP ({_short(why.message)})", is_passing=True
        ) from None
    except (aiohttp.ClientError, OSError) as why:
        raise FetchError(f"{host}: the connection broke ({_short(str(why))})", is_passing=True) from None


def _unreached(host: str, why: aiohttp.ClientConnectorError) -> FetchError:
    if isinstance(why.os_error, InwardError):
        return inward(host, why.os_error.number)
    if isinstance(why, aiohttp.ClientConnectorDNSError):
        return FetchError(f"{host}: no address is known for this name", is_passing=True)
    if isinstance(why, aiohttp.ClientSSLError):
        return FetchError(f"{host}: cannot prove who it is ({_short(str(why.os_error))})", is_passing=True)
    return FetchError(f"{host}: cannot be reached ({_short(why.os_error.strerror or '')})", is_passing=True)


def named(status: int) -> str:
    """Return a status with what it is called."""
    try:
        return f"{status} ({HTTPStatus(status).phrase})"
    except ValueError:
        return str(status)


def _short(text: str) -> str:
    """Return the first line of what a library says, without what strangers may have put into it."""
    line = (text.strip().splitlines() or [""])[0]
    return "".join(letter for letter in line if letter.isprintable())[:100] or "no reason given"
