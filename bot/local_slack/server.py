"""The local Slack on the network: the Web API, response_urls and Socket Mode, with faults on request."""

import asyncio
import json
import threading
import urllib.parse
from collections import deque
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from aiohttp import WSMsgType, web

from bot.local_slack.methods import call
from bot.local_slack.state import ANSWER_SECONDS, Refused, Workspace

Result = TypeVar("Result")

CONNECTIONS = 10
"""How many Socket Mode connections an app may have."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with the next call of a method, '' for any.

    kind: `429` (with Retry-After), `500`, `slow`, `drop` before it acted, `drop_after` it acted.
    """

    kind: str
    method: str = ""
    seconds: float = 1.0


class Server:
    """Serves one workspace to its app."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.faults: deque[Fault] = deque()
        self.is_away = False
        self.address = ""
        self.loop = asyncio.new_event_loop()
        self.sockets: list[web.WebSocketResponse] = []
        self.opened = 0
        self.refused = 0
        self._tickets: set[str] = set()
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}

    @property
    def api_url(self) -> str:
        """What SLACK_API_URL is to be."""
        return f"{self.address}/api/"

    @contextmanager
    def running(self) -> Iterator["Server"]:
        """Serve on a port of its own, in a thread of its own, while the block runs."""
        started = threading.Event()
        thread = threading.Thread(target=self._run, args=(started,), daemon=True)
        thread.start()
        started.wait()
        try:
            yield self
        finally:
            self.loop.call_soon_threadsafe(self._stopping.set)
            thread.join()

    def _run(self, started: threading.Event) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self._serve(started))
        self.loop.close()

    async def _serve(self, started: threading.Event) -> None:
        self._stopping = asyncio.Event()
        app = web.Application()
        app.router.add_post("/api/{method}", self._api)
        app.router.add_post("/respond/{key}", self._respond)
        app.router.add_get("/oauth/v2/authorize", self._authorize)
        app.router.add_get("/socket/{ticket}", self._socket)
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        self.address = f"http://{host}:{port}"
        started.set()
        await self._stopping.wait()
        for socket in list(self.sockets):
            await socket.close()
        await runner.cleanup()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        fault = self._fault(name)
        if self.is_away or (fault and fault.kind == "drop"):
            return self._dropped(request)
        if fault and fault.kind == "429":
            headers = {"Retry-After": str(int(fault.seconds))}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        if fault and fault.kind == "500":
            return web.Response(status=500, text="internal error")
        if fault and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        arguments = await _arguments(request)
        token = request.headers.get("authorization", "").removeprefix("Bearer ") or arguments.get("token", "")
        if name == "apps.connections.open":
            return web.json_response(self._open_socket(token))
        answer = call(self.workspace, name, token, arguments)
        if fault and fault.kind == "drop_after":
            return self._dropped(request)
        scopes = {"x-oauth-scopes": ",".join(sorted(self.workspace.scopes))}
        return web.json_response(answer, headers=scopes)

    def _fault(self, name: str) -> Fault | None:
        for fault in self.faults:
            if fault.method in {"", name}:
                self.faults.remove(fault)
                return fault
        return None

    def _dropped(self, request: web.Request) -> web.StreamResponse:
        """Close the connection without a word."""
        self.refused += 1
        if request.transport:
            request.transport.abort()
        return web.Response()

    async def _respond(self, request: web.Request) -> web.Response:
        try:
            url = self.workspace.use_response_url(request.match_info["key"])
            answer = json.loads(await request.text())
            self.workspace.show(answer, user=url.user, channel=url.channel)
        except (Refused, ValueError) as error:
            return web.json_response({"ok": False, "error": str(error)}, status=404)
        return web.json_response({"ok": True})

    async def _authorize(self, request: web.Request) -> web.Response:
        """Consent at once, and send the browser back with a code and the app's state."""
        asked = request.query
        redirect_uri = asked.get("redirect_uri", "")
        if asked.get("client_id") != self.workspace.client_id or not redirect_uri:
            return web.Response(status=400, text="invalid_client_id")
        told = {"code": self.workspace.new_code(redirect_uri), "state": asked.get("state", "")}
        raise web.HTTPFound(f"{redirect_uri}?{urllib.parse.urlencode(told)}")

    def _open_socket(self, token: str) -> dict[str, Any]:
        if token != self.workspace.app_token:
            return {"ok": False, "error": "invalid_auth"}
        ticket = self.workspace.new_id("ticket")
        self._tickets.add(ticket)
        return {"ok": True, "url": f"{self.address.replace('http', 'ws', 1)}/socket/{ticket}"}

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        ticket = request.match_info["ticket"]
        if self.is_away or ticket not in self._tickets or len(self.sockets) >= CONNECTIONS:
            return web.Response(status=403)
        self._tickets.remove(ticket)  # An address is good for one connection.
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        self.opened += 1
        await socket.send_json({"type": "hello", "num_connections": len(self.sockets)})
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._acknowledged(json.loads(frame.data))
        finally:
            self.sockets.remove(socket)
        return socket

    def _acknowledged(self, told: dict[str, Any]) -> None:
        waiting = self._answers.get(str(told.get("envelope_id")))
        if waiting and not waiting.done():
            waiting.set_result(told.get("payload") or {})

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """Run *coroutine* on the server's loop and return what it returns."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result()

    async def envelope(self, kind: str, payload: dict[str, Any], *, times: int = 1) -> dict[str, Any] | None:
        """Send an envelope over one of the connections; return the answer, None if none came in time.

        It is sent *times* times, as Slack does where it takes an answer for lost.
        """
        envelope_id = self.workspace.new_id("envelope")
        self._answers[envelope_id] = self.loop.create_future()
        envelope = {"envelope_id": envelope_id, "type": kind, "payload": payload}
        try:
            for attempt in range(times):
                if not self.sockets:
                    return None
                await self.sockets[-1].send_json({**envelope, "retry_attempt": attempt})
            return await asyncio.wait_for(self._answers[envelope_id], ANSWER_SECONDS)
        except (TimeoutError, ConnectionError):
            return None
        finally:
            del self._answers[envelope_id]

    async def refresh(self) -> None:
        """Tell the app that its connections will be closed, and close them when a new one is there."""
        before = list(self.sockets)
        opened = self.opened
        for socket in before:
            await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})
        while self.opened == opened:
            await asyncio.sleep(0.01)
        for socket in before:
            await socket.close()

    async def drop_sockets(self) -> None:
        """Cut all connections without a word."""
        for socket in list(self.sockets):
            if socket._req and socket._req.transport:
                socket._req.transport.abort()


async def _arguments(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        try:
            told = json.loads(await request.text() or "{}")
        except ValueError:
            return {}
        return told if isinstance(told, dict) else {}
    form = {key: str(value) for key, value in (await request.post()).items()}
    arguments: dict[str, Any] = dict(form)
    for key in ("blocks", "metadata", "view", "attachments"):
        if key in form:
            try:
                arguments[key] = json.loads(form[key])
            except ValueError:
                arguments[key] = None
    return arguments
