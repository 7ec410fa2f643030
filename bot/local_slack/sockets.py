"""The app's Socket Mode connections, as Slack keeps, uses and closes them."""

import asyncio
import json
import random
from typing import Any

from aiohttp import WSMsgType, web

from bot.local_slack.state import ANSWER_SECONDS, Workspace

CONNECTIONS = 10
"""How many an app may have."""


class Sockets:
    """The connections that are open now, oldest first; `opened` counts all there were.

    Each envelope goes to one of them, chosen by *rng*.
    """

    def __init__(self, workspace: Workspace, rng: random.Random) -> None:
        self._workspace = workspace
        self._random = rng
        self._open: list[web.WebSocketResponse] = []
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.opened = 0

    def __len__(self) -> int:
        return len(self._open)

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Hold a connection until it is closed; an address is good for one."""
        ticket = request.match_info["ticket"]
        if ticket not in self._workspace.tickets or len(self._open) >= CONNECTIONS:
            return web.Response(status=403)
        self._workspace.tickets.remove(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._open.append(socket)
        self.opened += 1
        await socket.send_json({"type": "hello", "num_connections": len(self._open)})
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._acknowledged(json.loads(frame.data))
        finally:
            self._open.remove(socket)
        return socket

    def _acknowledged(self, told: dict[str, Any]) -> None:
        waiting = self._answers.get(str(told.get("envelope_id")))
        if waiting and not waiting.done():
            waiting.set_result(told.get("payload") or {})

    async def envelope(
        self, kind: str, payload: dict[str, Any], *, times: int = 1, attempt: int = 0, reason: str = ""
    ) -> dict[str, Any] | None:
        """Send an envelope over one of the connections; return the answer, None if none came in time.

        It is sent *times* times, as Slack does where it takes an answer for lost. *attempt* and *reason* say
        how often and why its payload was brought before.
        """
        envelope_id = self._workspace.new_id("envelope")
        answer = self._answers[envelope_id] = asyncio.get_running_loop().create_future()
        envelope = {"envelope_id": envelope_id, "type": kind, "payload": payload, "retry_reason": reason}
        try:
            for again in range(times):
                if not self._open:
                    return None
                told = {**envelope, "retry_attempt": attempt + again}
                await self._random.choice(self._open).send_json(told)
            return await asyncio.wait_for(answer, ANSWER_SECONDS)
        except (TimeoutError, ConnectionError):
            return None
        finally:
            del self._answers[envelope_id]

    async def refresh(self) -> None:
        """Tell the app that its connections will be closed, and close them when a new one is there."""
        before = list(self._open)
        opened = self.opened
        for socket in before:
            await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})
        while self.opened == opened:
            await asyncio.sleep(0.01)
        for socket in before:
            await socket.close()

    async def close(self) -> None:
        """Close all."""
        for socket in list(self._open):
            await socket.close()

    async def drop(self) -> None:
        """Cut all without a word."""
        for socket in list(self._open):
            if socket._req and socket._req.transport:
                socket._req.transport.abort()
