"""Slack over Socket Mode: the app calls Slack, and needs no public address.

slack-sdk's own client retries an address that is good for one use, forever once Slack was away at the wrong
moment, and its stop does not wait for answers in hand; so the connection is kept here, on aiohttp.
"""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.dispatch import Dispatch, request_of
from bot.slack.failures import cause, retry_after

PING_SECONDS = 10.0
"""Between pings; a connection that leaves one unanswered is given up."""

FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
"""Seconds between tries while Slack is away, at first and at most."""

IN_HAND_SECONDS = 3.0
"""How long a stop waits for answers in hand, counted from when no more were taken."""

KEPT_ANSWERS = 200
"""Answers that are kept for when Slack brings their question again."""

log = logging.getLogger(__name__)


class Socket:
    """One connection to Slack, kept up: a new one is opened before Slack closes the old."""

    def __init__(
        self,
        dispatch: Dispatch,
        client: AsyncWebClient,
        app_token: str,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._dispatch = dispatch
        self._client = client
        self._app_token = app_token
        self._sleep = sleep
        self._connections: set[asyncio.Task[None]] = set()
        self._in_hand: set[asyncio.Task[None]] = set()
        self._answers: dict[str, dict[str, Any]] = {}
        self._session: aiohttp.ClientSession | None = None
        self._stopping_since: float | None = None

    def start(self) -> None:
        """Connect, and keep connected until `stop`."""
        self._session = aiohttp.ClientSession()
        self._begin()

    def take_no_more(self) -> None:
        """Leave what comes from now on to Slack, which brings it to another process, or again."""
        if self._stopping_since is None:
            self._stopping_since = time.monotonic()

    async def stop(self) -> None:
        """Take nothing more, finish what is in hand, close."""
        self.take_no_more()
        waited = time.monotonic() - (self._stopping_since or 0.0)
        if self._in_hand:
            await asyncio.wait(self._in_hand, timeout=max(0.0, IN_HAND_SECONDS - waited))
        for connection in self._connections:
            connection.cancel()
        if self._session:
            await self._session.close()

    def _begin(self) -> None:
        connection = asyncio.create_task(self._connected())
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)

    async def _connected(self) -> None:
        """Connect and listen until a successor takes over; try again while Slack is away."""
        wait = FIRST_WAIT
        while self._stopping_since is None:
            began = time.monotonic()
            why, asked_for = "it closed the connection", 0.0
            try:
                if await self._listen():
                    return
            except Exception as error:
                why, asked_for = cause(error), retry_after(error)
            if time.monotonic() - began > LONGEST_WAIT:
                wait = FIRST_WAIT  # It held a while.
            pause = max(wait, asked_for)
            log.warning("Slack is away (%s); the next try is in %.0f s", why, pause)
            await self._sleep(pause)
            wait = min(wait * 2, LONGEST_WAIT)

    async def _listen(self) -> bool:
        """Answer what one connection brings until it is closed; tell whether there is a successor."""
        opened = await self._client.apps_connections_open(app_token=self._app_token)
        if self._session is None:
            return True
        has_successor = False
        async with self._session.ws_connect(str(opened["url"]), heartbeat=PING_SECONDS) as connection:
            async for frame in connection:
                envelope = _read(frame.data) if frame.type is aiohttp.WSMsgType.TEXT else {}
                if envelope.get("type") == "disconnect":
                    is_refresh = envelope.get("reason") in {"refresh_requested", "warning"}
                    if is_refresh and not has_successor and self._stopping_since is None:
                        has_successor = True
                        self._begin()
                elif isinstance(envelope.get("envelope_id"), str) and self._stopping_since is None:
                    answering = asyncio.create_task(self._answer(connection, envelope))
                    self._in_hand.add(answering)
                    answering.add_done_callback(self._in_hand.discard)
        return has_successor

    async def _answer(self, connection: aiohttp.ClientWebSocketResponse, envelope: dict[str, Any]) -> None:
        told = self._answers.get(envelope["envelope_id"]) or await self._dispatched(envelope)
        if told:
            with suppress(ConnectionError):  # It was closed meanwhile; Slack brings it again.
                await connection.send_json(told)

    async def _dispatched(self, envelope: dict[str, Any]) -> dict[str, Any] | None:
        """Return what the app answers; it is kept, as Slack asks again where the answer got lost."""
        payload = envelope.get("payload")
        headers = {
            "x-slack-retry-num": str(envelope.get("retry_attempt") or 0),
            "x-slack-retry-reason": str(envelope.get("retry_reason") or ""),
        }
        asked = request_of(payload if isinstance(payload, dict) else {}, headers)
        if asked is None:
            return {"envelope_id": envelope["envelope_id"]}
        answer = await self._dispatch.answer(asked)
        if answer.status != 200:
            return None  # Slack brings it again.
        told: dict[str, Any] = {"envelope_id": envelope["envelope_id"]}
        if answer.body:
            is_json = answer.first_headers().get("content-type", "").startswith("application/json")
            told["payload"] = json.loads(answer.body) if is_json else {"text": answer.body}
        self._answers[envelope["envelope_id"]] = told
        while len(self._answers) > KEPT_ANSWERS:
            del self._answers[next(iter(self._answers))]
        return told


def _read(data: str) -> dict[str, Any]:
    try:
        envelope = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return envelope if isinstance(envelope, dict) else {}
