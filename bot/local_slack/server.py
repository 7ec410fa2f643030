"""The local Slack on the network: the Web API, response_urls and Socket Mode, with faults on request."""

import asyncio
import base64
import json
import random
import threading
import urllib.parse
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from aiohttp import web

from bot.local_slack import files, reading
from bot.local_slack.methods import call
from bot.local_slack.rates import Limited
from bot.local_slack.sockets import Sockets
from bot.local_slack.state import Workspace
from bot.local_slack.values import Refused, ResponseUrl

Result = TypeVar("Result")

Act = Callable[[], web.Response]
"""Does what a request asks for, and answers it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with the next call of a method, '' for any.

    `upload` is a file's way to its address, `download` its way from there. kind: `429` (with Retry-After),
    `500`, `slow` to act, `drop` before it acted, `drop_after` it acted, `cut` in the middle of the answer,
    `late`: the connection is dropped at once, and the call acts `seconds` afterwards.
    """

    kind: str
    method: str = ""
    seconds: float = 1.0


Refusing = Callable[[str, str, Mapping[str, Any]], None]
"""Hears of a call that is refused: its method, the error, and what was asked for."""


def _nobody(_method: str, _error: str, _arguments: Mapping[str, Any]) -> None:
    """Hear of nothing."""


class Server:
    """Serves one workspace to its app, or several that are on the same Slack.

    *pause* lets the seconds of a fault pass, *rng* chooses which connection an envelope goes to. `refusals`
    are the calls that were refused, each with its error; *refusing* hears of each with all that it asked for.
    """

    def __init__(
        self,
        workspace: Workspace,
        *others: Workspace,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        rng: random.Random | None = None,
        refusing: Refusing = _nobody,
    ) -> None:
        self.workspace = workspace
        self._refusing = refusing
        self.workspaces = (workspace, *others)
        self.sockets = Sockets(workspace, rng or random.Random())  # noqa: S311 - nothing secret hangs on it
        self._pause = pause
        self._late: set[asyncio.Task[None]] = set()
        self.faults: deque[Fault] = deque()
        self.is_away = False
        self.address = ""
        self.loop = asyncio.new_event_loop()
        self.refused = 0
        self.refusals: list[str] = []

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
        app.router.add_get("/api/{method}", self._api)
        app.router.add_post("/respond/{key}", self._respond)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_get("/files-pri/{file}/download/{name}", self._download)
        app.router.add_get("/oauth/v2/authorize", self._authorize)
        app.router.add_get("/socket/{ticket}", self._socket)
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        self.address = f"http://{host}:{port}"
        for workspace in self.workspaces:
            workspace.address = self.address
        started.set()
        await self._stopping.wait()
        await self.sockets.close()
        for acting in self._late:
            acting.cancel()
        await runner.cleanup()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]

        async def read() -> Act:
            arguments = await reading.arguments(request)
            kind, _, told = request.headers.get("authorization", "").partition(" ")
            if kind == "Basic":  # Which is how an app tells its id and secret where it has no token.
                client_id, _, secret = base64.b64decode(told).decode().partition(":")
                arguments |= {"client_id": client_id, "client_secret": secret}
                told = ""
            token = told or arguments.get("token")
            return lambda: self._called(name, token or "", arguments)

        return await self._met(request, name, read)

    async def _met(
        self, request: web.Request, name: str, read: Callable[[], Awaitable[Act]]
    ) -> web.StreamResponse:
        """Let a request meet its fault; *read* takes in what it asks for, and returns what does it."""
        fault = self._fault(name)
        if self.is_away or (fault and fault.kind == "drop"):
            return self._dropped(request)
        if fault and fault.kind in _ANSWERED:
            return _ANSWERED[fault.kind](fault)
        if fault and fault.kind == "slow":
            await self._pause(fault.seconds)
        act = await read()
        if fault and fault.kind == "late":
            self._act_later(fault.seconds, act)
            return self._dropped(request)
        answer = act()
        if fault and fault.kind == "cut":
            return await _cut(request, answer)
        return self._dropped(request) if fault and fault.kind == "drop_after" else answer

    def _called(self, name: str, token: str, arguments: dict[str, Any]) -> web.Response:
        try:
            workspace = self._called_in(token, arguments)
            answer = call(workspace, name, token, arguments)
            if not answer["ok"]:
                self._refuse(name, str(answer["error"]), arguments)
        except Limited as limited:
            return _limited(limited.retry_after)
        scopes = {"x-oauth-scopes": ",".join(sorted(workspace.scopes))}
        return web.json_response(answer, headers=scopes)

    def _called_in(self, token: str, arguments: Mapping[str, Any]) -> Workspace:
        """Return the workspace of a token or a code; of an organization's token, that of the channel."""
        code, channel = arguments.get("code"), str(arguments.get("channel") or "")
        its = [
            workspace
            for workspace in self.workspaces
            if code in workspace.codes or token in {workspace.bot_token, *workspace.ended_tokens}
        ]
        for workspace in its:
            if channel in {*workspace.channels, *workspace.users}:
                return workspace
        return its[0] if its else self.workspace

    def _act_later(self, seconds: float, act: Act) -> None:
        """Do what was asked by who is not there any more."""

        async def later() -> None:
            await self._pause(seconds)
            act()

        acting = self.loop.create_task(later())
        self._late.add(acting)
        acting.add_done_callback(self._late.discard)

    async def late_calls(self) -> None:
        """Wait until every call that is late has acted."""
        while self._late:
            await asyncio.wait(self._late)

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
        answer: dict[str, Any] = {}
        url: ResponseUrl | None = None
        try:
            key = request.match_info["key"]
            its = (workspace for workspace in self.workspaces if key in workspace.response_urls)
            workspace = next(its, self.workspace)
            url = workspace.use_response_url(key)
            answer = json.loads(await request.text())
            workspace.show(answer, user=url.user, channel=url.channel, clicked=url.message)
        except (Refused, ValueError) as error:
            self._refuse("response_url", str(error), answer | _where(url))
            return web.json_response({"ok": False, "error": str(error)}, status=404)
        return web.json_response({"ok": True})

    def _refuse(self, method: str, error: str, arguments: Mapping[str, Any]) -> None:
        self.refusals.append(f"{method}: {error}")
        self._refusing(method, error, arguments)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        """Take a file's bytes, as the body or in a form: as many as were announced, and no token."""

        async def read() -> Act:
            content = await reading.content(request)
            return lambda: self._filled(request, content)

        return await self._met(request, "upload", read)

    def _filled(self, request: web.Request, content: bytes) -> web.Response:
        held = (workspace.files.get(request.match_info["file"]) for workspace in self.workspaces)
        file = next(filter(None, held), None)
        if file is None or len(content) != file.length or "authorization" in request.headers:
            return web.Response(status=400, text="not what was announced")
        file.content = content
        return web.Response(text=f"OK - {len(content)}")

    async def _download(self, request: web.Request) -> web.StreamResponse:
        """Hand a file to whose token may read it; else a page to log in, as Slack does."""

        async def read() -> Act:
            return lambda: self._handed(request)

        return await self._met(request, "download", read)

    def _handed(self, request: web.Request) -> web.Response:
        team, _, file_id = request.match_info["file"].partition("-")
        its = next((one for one in self.workspaces if one.team == team), self.workspace)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        found = files.handed(its, file_id, token)
        return web.Response(status=found.status, headers=found.headers, body=found.body)

    async def _authorize(self, request: web.Request) -> web.Response:
        """Consent at once, or not, and send the browser back with the app's state.

        `team` chooses the workspace, `user` who consents. Without `redirect_uri` it is the manifest's first.
        """
        asked = request.query
        chosen = (one for one in self.workspaces if one.team == asked.get("team"))
        workspace = next(chosen, self.workspace)
        redirect_uri = asked.get("redirect_uri", "")
        home = redirect_uri or next(iter(workspace.redirect_urls), "")
        if asked.get("client_id") != workspace.client_id or not home:
            return web.Response(status=400, text="invalid_client_id")
        told = {"state": asked.get("state", "")}
        if workspace.consents:
            scopes = frozenset(filter(None, asked.get("scope", "").split(",")))
            told["code"] = workspace.new_code(redirect_uri, scopes=scopes, user=asked.get("user", ""))
        else:
            told["error"] = "access_denied"
        raise web.HTTPFound(f"{home}?{urllib.parse.urlencode(told)}")

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        return web.Response(status=403) if self.is_away else await self.sockets.connect(request)

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """Run *coroutine* on the server's loop and return what it returns."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result()


async def _cut(request: web.Request, answer: web.Response) -> web.StreamResponse:
    """Send half of an answer and close the connection."""
    body = answer.body if isinstance(answer.body, bytes) else b""
    half = web.StreamResponse(headers={"Content-Length": str(len(body))})
    await half.prepare(request)
    await half.write(body[: len(body) // 2])
    half.force_close()
    return half


def _limited(retry_after: int) -> web.Response:
    headers = {"Retry-After": str(retry_after)}
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)


def _where(url: ResponseUrl | None) -> dict[str, str]:
    """Return where an answer that was refused would have been seen, and by whom."""
    return {"channel": url.channel, "user": url.user} if url else {}


_ANSWERED: Mapping[str, Callable[[Fault], web.Response]] = {
    "429": lambda fault: _limited(int(fault.seconds)),
    "500": lambda _fault: web.Response(status=500, text="internal error"),
}
"""Faults that are an answer in place of the method's."""
