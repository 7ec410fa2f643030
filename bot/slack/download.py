"""A file's bytes come from Slack itself, by the bot's token, which goes nowhere else."""

import asyncio
from collections.abc import Collection
from http import HTTPStatus

import aiohttp
from yarl import URL

from bot.errors import FetchError
from bot.net.address import parts
from bot.net.answer import Wanted, body_of
from bot.net.failing import explained, named
from bot.net.fetch import Patience
from bot.net.inflate import ACCEPTED
from bot.store.clips import Attached

FILES = "https://files.slack.com"
"""Where Slack keeps files, beside the host of its Web API."""

PAGES = frozenset({".html", ".htm", ".xhtml"})

ELSEWHERE = "lies at no address of Slack's, and is not asked for there"
LOGIN = "is not handed out: Slack wants a login in its place, as where the scope files:read was taken away"


async def downloaded(
    address: str,
    file: Attached,
    *,
    token: str,
    origins: Collection[str],
    most: int,
    patience: Patience,
    proxy: str | None = None,
) -> bytes:
    """Return what *file* holds, which lies at *address*: at most *most* bytes, within *patience*.

    Asked is nobody but the *origins* (scheme, host and port), and no redirect is followed: nobody else sees
    the *token*. Raises FetchError for all that goes wrong.
    """
    there = parts(address)
    if there.origin not in origins:
        raise FetchError(ELSEWHERE)
    wanted = Wanted(most, "*/*")
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": ACCEPTED, **wanted.headers}
    times = aiohttp.ClientTimeout(sock_connect=patience.connect, sock_read=patience.silence)
    with explained(there.host):
        async with (
            asyncio.timeout(patience.total),
            aiohttp.ClientSession(
                auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar(), timeout=times
            ) as session,
            session.get(
                URL(str(there), encoded=True), headers=headers, allow_redirects=False, proxy=proxy
            ) as answer,
        ):
            _check(answer, there.host)
            body = await body_of(answer, wanted, host=there.host, silence=patience.silence)
            if answer.content_type == "text/html" and not _is_page(file, body):
                raise FetchError(LOGIN)
            return body


def _check(answer: aiohttp.ClientResponse, host: str) -> None:
    """Raise FetchError for an answer that holds no file."""
    is_login = answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
    if is_login or HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
        raise FetchError(LOGIN)
    if answer.status != HTTPStatus.OK:
        raise FetchError(f"{host}: answers {named(answer.status)}", status=answer.status)


def _is_page(file: Attached, body: bytes) -> bool:
    """Tell whether a web page is the file itself, and not the one at which people log in."""
    return file.suffix in PAGES and len(body) == file.size
