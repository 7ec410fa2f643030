"""What a form of a page sends."""

import asyncio
import urllib.parse
from collections.abc import Mapping

from starlette.requests import Request

LARGEST, SECONDS = 10_000, 10.0
"""Bytes of a form, and how long it may take to arrive."""


async def fields(request: Request) -> Mapping[str, str]:
    """Return a form's fields by their names, none of one that is too large.

    Raises TimeoutError or ClientDisconnect where it does not come whole.
    """
    body = await asyncio.wait_for(_body(request), SECONDS)
    return dict(urllib.parse.parse_qsl(body.decode("utf-8", "replace")))


async def _body(request: Request) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            return b""
    return body
