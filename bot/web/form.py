"""What a page sends, within bounds: a form's fields, or anything."""

import asyncio
import urllib.parse
from collections.abc import Mapping

from starlette.requests import Request

LARGEST, SECONDS = 10_000, 10.0
"""Bytes of a form, and how long it may take to arrive."""


class TooLong(ValueError):  # noqa: N818 - no error of ours
    """More was sent than is taken."""


async def fields(request: Request) -> Mapping[str, str]:
    """Return a form's fields by their names, none of one that is too large.

    Raises TimeoutError or ClientDisconnect where it does not come whole.
    """
    try:
        body = await asyncio.wait_for(body_of(request, LARGEST), SECONDS)
    except TooLong:
        return {}
    return dict(urllib.parse.parse_qsl(body.decode("utf-8", "replace")))


async def body_of(request: Request, most: int) -> bytes:
    """Return all that is sent. Raises TooLong for more than *most* bytes."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            raise TooLong
    return bytes(body)
