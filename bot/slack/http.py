"""Slack over HTTP: a request is Slack's own, of now, and new, or it is refused without effect."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Callable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from bot.slack.dispatch import Dispatch, request_of

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

    def forget(self, signature: str) -> None:
        """Let a request in again: what was not answered with 200 Slack repeats within the same second."""
        self._seen.pop(signature, None)

    def _forget(self, now: float) -> None:
        """Let go of what would be refused by its age: the oldest stand first."""
        while self._seen:
            oldest = next(iter(self._seen))
            if self._seen[oldest] > now - 2 * LEEWAY:
                return
            del self._seen[oldest]


class Endpoint:
    """Answers Slack's requests with what the app makes of them."""

    def __init__(self, dispatch: Dispatch, doorkeeper: Doorkeeper) -> None:
        self._dispatch = dispatch
        self._doorkeeper = doorkeeper

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
        response = await self._dispatched(body, request, signature)
        if response.status_code != 200:
            self._doorkeeper.forget(signature)
        return response

    async def _dispatched(self, body: bytes, request: Request, signature: str) -> Response:
        asked = request_of(body, request.headers)
        if asked is None:
            return PlainTextResponse("not what Slack sends", 400)
        if asked.body.get("type") == "block_suggestion":
            # It changes nothing, and who types the same twice in a second asks by the same signature.
            self._doorkeeper.forget(signature)
        try:
            answer = await self._dispatch.answer(asked)
        except asyncio.CancelledError:
            # The process ends, and this took too long to be waited for; Slack brings it to another.
            return PlainTextResponse("closing", 503)
        return Response(answer.body, answer.status, answer.first_headers())
