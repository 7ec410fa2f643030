"""Slack over HTTP: a request is Slack's own, of now, and new, or it is refused without effect."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Callable

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from bot.slack.once import Once

PATH = "/slack/events"

LEEWAY = 300
"""Seconds that a request may be old or early, as Slack advises."""

LARGEST = 1_000_000
"""Bytes of a request; Slack's own are far smaller."""


BODY_SECONDS = 10.0
"""How long a request may take to arrive whole."""


class Doorkeeper:
    """Lets in what Slack has signed, once.

    Bolt's own check answers a timestamp that is no number with an error, lets a request in again within
    the five minutes, and logs whole bodies.
    """

    def __init__(self, signing_secret: str, *, now: Callable[[], float] = time.time) -> None:
        self._secret = signing_secret.encode()
        self._now = now
        self._seen: dict[str, float] = {}

    def admits(self, body: bytes, timestamp: str, signature: str) -> bool:
        """Tell whether the request is signed, of now, and not one that was let in before."""
        now = self._now()
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            return False
        if abs(now - int(timestamp)) > LEEWAY or not signature.isascii():
            return False
        signed = hmac.new(self._secret, b"v0:%b:%b" % (timestamp.encode(), body), hashlib.sha256)
        if not hmac.compare_digest(f"v0={signed.hexdigest()}", signature):
            return False
        self._forget(now)
        if signature in self._seen:
            return False
        self._seen[signature] = now
        return True

    def _forget(self, now: float) -> None:
        """Let go of what would be refused by its age: the oldest stand first."""
        while self._seen:
            oldest = next(iter(self._seen))
            if self._seen[oldest] > now - 2 * LEEWAY:
                return
            del self._seen[oldest]


class Endpoint:
    """Answers Slack's requests with what the app makes of them."""

    def __init__(self, app: AsyncApp, doorkeeper: Doorkeeper, once: Once) -> None:
        self._app = app
        self._doorkeeper = doorkeeper
        self._once = once

    async def answer(self, request: Request) -> Response:
        """Return the app's answer, or why there is none."""
        length = request.headers.get("content-length", "")
        is_chunked = "transfer-encoding" in request.headers  # Which may be of any length.
        if is_chunked or not length.isdigit() or int(length) > LARGEST:
            return PlainTextResponse("a length of up to a megabyte is required", 413)
        try:
            body = await asyncio.wait_for(request.body(), BODY_SECONDS)
        except (ClientDisconnect, TimeoutError):
            return PlainTextResponse("it did not come whole", 408)
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        if not self._doorkeeper.admits(body, timestamp, signature):
            return PlainTextResponse("not a request of Slack's, or not a new one", 401)
        return await self._dispatched(body, request)

    async def _dispatched(self, body: bytes, request: Request) -> Response:
        asked = _read(body, request)
        if asked is None:
            return PlainTextResponse("not what Slack sends", 400)
        if not self._once.is_new(asked.body):
            return Response()
        answer = await self._app.async_dispatch(asked)
        if answer.status != 200:
            self._once.forget(asked.body)
        return Response(answer.body, answer.status, answer.first_headers())


def _read(body: bytes, request: Request) -> AsyncBoltRequest | None:
    """Return the request as Bolt knows it; None if it is neither a form nor a JSON object in UTF-8."""
    try:
        asked = AsyncBoltRequest(body=body.decode(), headers=dict(request.headers))
    except (ValueError, AttributeError, TypeError, RecursionError):
        return None  # Bolt looks into whatever JSON it is given as if it were an object.
    return asked if isinstance(asked.body, dict) else None
