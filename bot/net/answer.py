"""What is asked for at an address, and what the answer holds: whole, or not at all."""

import asyncio
from dataclasses import dataclass

import aiohttp

from bot.errors import FetchError
from bot.net import headers
from bot.net.inflate import Inflating


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: *most* bytes of what *accept* names, and only where *etag* or *modified* changed."""

    most: int
    accept: str
    etag: str | None = None
    modified: str | None = None
    cuts: bool = False
    """What goes beyond *most* is cut off rather than refused."""

    @property
    def headers(self) -> dict[str, str]:
        """What is sent beside the address."""
        conditions = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {"Accept": self.accept, **{name: value for name, value in conditions.items() if value}}


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: status 200 with its whole body, or 304, which says that nothing changed."""

    status: int
    address: str
    """Where it was in the end."""

    moved_to: str | None
    """The same, where all that led there said that it is for good: ask there from now on."""

    body: bytes
    media_type: str | None
    charset: str | None
    """What the headers state, as Python calls it; the body may say otherwise."""

    etag: str | None
    modified: str | None
    max_age: int | None
    """Seconds for which it holds."""


async def body_of(answer: aiohttp.ClientResponse, wanted: Wanted, *, host: str, silence: float) -> bytes:
    """Return the whole body of *host*, unpacked, or its beginning where it may be cut.

    Raises FetchError where it cannot be taken, and TimeoutError after so many seconds of *silence*.
    """
    if (answer.content_length or 0) > wanted.most and not wanted.cuts:
        raise _too_large(host, wanted)
    inflating = Inflating(",".join(answer.headers.getall("Content-Encoding", ())), host=host)
    body, received = bytearray(), 0
    while packed := await _next(answer, silence):
        received += len(packed)
        for piece in inflating.feed(packed):
            body += piece
            if len(body) > wanted.most:
                break
        if max(len(body), received) > wanted.most:
            if wanted.cuts:
                return bytes(body[: wanted.most])
            raise _too_large(host, wanted)
    inflating.finish()
    return bytes(body)


async def _next(answer: aiohttp.ClientResponse, silence: float) -> bytes:
    """Return the next bytes of the body, b'' at its end."""
    # aiohttp counts the silence as well, but no longer once a server has sent chunks that are none.
    async with asyncio.timeout(silence):
        return await answer.content.readany()


def fetched(answer: aiohttp.ClientResponse, here: str, moved_to: str | None, body: bytes) -> Fetched:
    stated = answer.headers
    return Fetched(
        status=answer.status,
        address=here,
        moved_to=moved_to,
        body=body,
        media_type=headers.media_type(stated),
        charset=headers.charset(stated),
        etag=headers.validator(stated, "ETag"),
        modified=headers.validator(stated, "Last-Modified"),
        max_age=headers.max_age(stated),
    )


def _too_large(host: str, wanted: Wanted) -> FetchError:
    return FetchError(f"{host}: sends more than {wanted.most:,} bytes, which is the most that is taken")
