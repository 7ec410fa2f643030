"""The pages of the playground over HTTP: what is seen, what someone does there, and what changed since."""

import asyncio
import json
import urllib.parse
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.local_slack.server import Server
from bot.web.form import TooLong, body_of
from bot.web.playground.acting import Acting
from bot.web.playground.choosing import Unchosen
from bot.web.playground.places import message_at, view_at
from bot.web.playground.showing import HERE, HOME, SHOWN, Showing, Wanted
from bot.web.playground.stage import channels_of, people_of
from bot.web.templating import static

LOOK_SECONDS, WAIT_SECONDS = 0.05, 20.0
"""How often it is looked whether anything changed while a page waits for it, and how long it waits."""

LARGEST, LARGEST_FILE = 100_000, 50_000_000
"""Bytes of what someone does, and of a file that is shared."""

BUILDER = "https://app.slack.com/block-kit-builder/#"
"""Slack's own page on which blocks are tried out."""

Move = Callable[[str], Awaitable[None]]
"""Moves the clock: by an `hour`, a `day` or a `week`, or to `monday`. Raises Unchosen for anything else."""


@dataclass
class Face:
    """Serves the pages, to whom the gate before it lets in.

    `more` are served beside its own, among them the operators' page.
    `is_over` tells whether all ends: then nobody waits.
    """

    slack: Server
    showing: Showing
    acting: Acting
    move: Move
    more: Sequence[Route] = ()
    is_over: Callable[[], bool] = lambda: False
    _acts: int = 0

    def app(self, *, operators: str) -> Starlette:
        """Return what answers; *operators* is the address that admins are given of the operators' page."""
        app = Starlette(
            routes=[
                Route("/", self._first),
                Route("/home", self._home),
                Route("/channel/{channel}", self._channel),
                Route("/changes", self._changes),
                Route("/act/{name}", self._act, methods=["POST"]),
                Route("/upload", self._upload, methods=["POST"]),
                Route("/file/{file}", self._file),
                Route("/blocks/{place}", self._blocks),
                Route("/builder/{place}", self._builder),
                *static(HERE / "static", "/static"),
                *self.more,
            ],
            exception_handlers={ClientDisconnect: _gone, Exception: _failed},
        )
        app.state.operators = operators
        return app

    def seen(self) -> str:
        """Return the state of all that can be seen: another one after every act and every call."""
        workspace = self.slack.workspace
        uses = sum(url.uses for url in list(workspace.response_urls.values()))
        return f"{self._acts}.{workspace.calls.total()}.{uses}.{len(workspace.messages)}"

    async def _first(self, _request: Request) -> Response:
        first = next(iter(self.slack.workspace.channels))
        return RedirectResponse(f"/channel/{first}", 303)

    async def _home(self, request: Request) -> Response:
        return self._page(request, HOME)

    async def _channel(self, request: Request) -> Response:
        wanted = request.path_params["channel"]
        seen = {one.id for one in channels_of(self.slack.workspace, self._person(request))}
        return self._page(request, wanted) if wanted in seen else _nothing()

    def _page(self, request: Request, place: str) -> Response:
        shown = request.query_params.get("shown", "")
        wanted = Wanted(
            self._person(request),
            place,
            request.query_params.get("thread", ""),
            int(shown) if shown.isdecimal() and len(shown) < 7 else SHOWN,
        )
        operators = request.app.state.operators
        return HTMLResponse(self.showing.page(wanted, seen=self.seen(), operators=operators))

    def _person(self, request: Request) -> str:
        """Return whose part is taken: as the tab that asks says, or else in the one that was used last."""
        people = [one.id for one in people_of(self.slack.workspace)]
        chosen = request.headers.get("x-person") or request.cookies.get("person", "")
        return chosen if chosen in people else people[0]

    async def _changes(self, request: Request) -> Response:
        """Answer as soon as something is other than it was *seen*."""
        before, waited = request.query_params.get("seen", ""), 0.0
        while self.seen() == before and waited < WAIT_SECONDS and not self.is_over():
            await asyncio.sleep(LOOK_SECONDS)
            waited += LOOK_SECONDS
        return PlainTextResponse(self.seen())

    async def _act(self, request: Request) -> Response:
        try:
            asked = await _json(request)
            told = await self._acted(request.path_params["name"], asked, self._acting(asked))
        except Unchosen:
            return JSONResponse({"told": "That is not there any more."})
        self._acts += 1
        return JSONResponse(told)

    async def _acted(self, name: str, asked: dict[str, Any], person: str) -> dict[str, Any]:
        if name == "clock":
            await self.move(str(asked.get("to")))
            return {}
        return await self._on_slack(self.acting.act(name, asked, person))

    def _acting(self, asked: dict[str, Any]) -> str:
        person = str(asked.get("person"))
        if person not in {one.id for one in people_of(self.slack.workspace)}:
            raise Unchosen(person)
        return person

    async def _on_slack(self, act: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
        """Let the local Slack do it, in the one thread in which all that is there changes."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(act, self.slack.loop))

    async def _upload(self, request: Request) -> Response:
        """Share a file in a channel."""
        asked = dict(request.query_params)
        try:
            content = await body_of(request, LARGEST_FILE)
            await self._on_slack(self.acting.share(asked, content, self._acting(asked)))
        except TooLong:
            return PlainTextResponse(f"A file may have {LARGEST_FILE // 1_000_000} MB.", 413)
        except Unchosen:
            return PlainTextResponse("That is not there any more.", 404)
        self._acts += 1
        return PlainTextResponse("ok")

    async def _file(self, request: Request) -> Response:
        file = self.slack.workspace.files.get(request.path_params["file"])
        is_picture = file is not None and (file.content or b"").startswith(b"\x89PNG")
        return Response(file.content, media_type="image/png") if file and is_picture else _nothing()

    async def _blocks(self, request: Request) -> Response:
        return self._of_blocks(request, lambda told: PlainTextResponse(told, media_type="application/json"))

    async def _builder(self, request: Request) -> Response:
        return self._of_blocks(
            request, lambda told: RedirectResponse(BUILDER + urllib.parse.quote(told), 303)
        )

    def _of_blocks(self, request: Request, answer: Callable[[str], Response]) -> Response:
        """Answer with what stands at a place, as Slack was told it: a message's blocks, or a whole view."""
        kind, _, where = request.path_params["place"].partition(":")
        workspace, person = self.slack.workspace, self._person(request)
        try:
            if kind == "view":
                told = view_at(workspace, where, person).view
            else:
                told = {"blocks": message_at(workspace, where, person).blocks}
        except Unchosen:
            return _nothing()
        return answer(json.dumps(told, indent=2, ensure_ascii=False))


async def _gone(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("It did not come whole.", 408)


async def _failed(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("That went wrong, and is a fault of ours: the terminal tells more.", 500)


def _nothing() -> Response:
    return PlainTextResponse("There is nothing here.", 404)


async def _json(request: Request) -> dict[str, Any]:
    """Return what a page sends. Raises Unchosen for what none of ours does."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise Unchosen("content type")
    try:
        asked = json.loads(await body_of(request, LARGEST))
    except (ValueError, RecursionError):
        raise Unchosen("body") from None
    if not isinstance(asked, dict):
        raise Unchosen("body")
    return asked
