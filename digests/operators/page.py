"""The operators' page over HTTP: it is read without any script, and what it does is a form's."""

import asyncio
import re
import urllib.parse
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.errors import BotError, StoreError
from bot.slack.blocks import Message
from bot.store.audit import Actor
from bot.web.export import as_csv, as_json, saved
from bot.web.form import fields
from bot.web.gate import Gate
from bot.web.page import html_of
from bot.web.templating import static, templates
from digests.chart import KIND, Chart
from digests.home import operators
from digests.operators.bars import lines
from digests.operators.lists import FILES, Lists
from digests.overview import IN_DOUBT
from digests.past import Sent
from digests.replies import cadence, past_moment
from digests.schedule import Setter

HERE = Path(__file__).parent

SHOWN = 12
"""Lines of each list; its files hold all of it."""

OPERATORS = Actor("operators", "the operators' page")
"""Who sends again what is sent again here: the page knows a token and no names."""

PREVIEW = Setter("", "you")
"""Who posts what is only looked at."""

STATES: Mapping[str, str] = {
    "due": "wait for their turn",
    "sending": "are being sent",
    IN_DOUBT: "may have arrived, and are looked up or sent again with a mark",
    "blocked": "could not be sent",
    "left": "may have arrived, and are not sent again by themselves",
    "sent": "arrived",
    "merged": "were taken up by a later one",
    "empty": "had nothing to say",
}
"""The states of deliveries in their order, and what is told of those in them."""

FAILED = frozenset({IN_DOUBT, "blocked", "left"})
"""The states in which an operator can have a delivery sent again."""

Endpoint = Callable[[Request], Awaitable[Response]]


class Page:
    """Shows it to who has come through the gate, and sends again what is asked for. *base* is its path."""

    def __init__(
        self, lists: Lists, *, base: str, wake: Callable[[], None], now: Callable[[], datetime]
    ) -> None:
        self._lists = lists
        self._base = base
        self._wake = wake
        self._now = now
        self._zone = lists.config.digests.weekly.timezone
        self._templates = templates(HERE / "templates")
        self._templates.filters["moment"] = self._moment
        self._templates.filters["cadence"] = cadence

    def routes(self, gate: Gate) -> list[Route]:
        """Return all that it answers, behind *gate*."""
        behind = [Middleware(gate.guarding)]
        shows = {"": self._overview, "/": self._overview, "/digest": self._digest, "/preview": self._preview}
        return [
            *(
                Route(f"{self._base}{at}", self._answering(show), middleware=behind)
                for at, show in shows.items()
            ),
            Route(self._base, self._again, methods=["POST"], middleware=behind),
            Route(f"{self._base}/files/{{name}}.{{kind}}", self._file, middleware=behind),
            *static(HERE / "static", f"{self._base}/static", middleware=behind),
        ]

    def _answering(self, show: Callable[[Request], str]) -> Endpoint:
        """Return what answers with what *show* makes, in a thread, as it reads the store."""

        async def answer(request: Request) -> Response:
            try:
                return HTMLResponse(await asyncio.to_thread(show, request))
            except BotError as error:
                return self._refused(error)

        return answer

    def _refused(self, error: BotError) -> Response:
        status = 503 if isinstance(error, StoreError) else 404
        return HTMLResponse(self._render("refused.html", "", {}, why=str(error)), status)

    def _overview(self, request: Request) -> str:
        workspaces, workspace = self._chosen(request)
        asked = request.query_params
        state = asked.get("state", "")
        sent = self._lists.sent(workspace, limit=SHOWN)
        coming, peoples = self._lists.coming(workspace)
        useful, useless = self._lists.questions.verdicts(workspace)
        return self._render(
            "overview.html",
            workspace,
            workspaces,
            sent=sent,
            chart=self._last_chart(workspace, sent),
            coming=coming,
            peoples=peoples,
            counts=self._lists.states(workspace),
            state=state if state in STATES else "",
            deliveries=self._lists.deliveries(workspace, state if state in STATES else "", limit=SHOWN),
            retried=operators.retried(asked["retried"] or None) if "retried" in asked else "",
            sources=self._lists.sources(workspace),
            unanswered=self._lists.unanswered(workspace, limit=SHOWN),
            useful=useful,
            useless=useless,
            acts=self._lists.acts(workspace, limit=SHOWN),
        )

    def _digest(self, request: Request) -> str:
        workspaces, workspace = self._chosen(request)
        one = self._lists.channels_digest(workspace, request.query_params.get("delivery", ""))
        return self._render(
            "digest.html",
            workspace,
            workspaces,
            title=f"Digest of {past_moment(one.due_at, self._zone)}",
            channel=one.audience,
            note="As it was posted.",
            messages=_drawn(one.messages),
        )

    def _preview(self, request: Request) -> str:
        workspaces, workspace = self._chosen(request)
        schedule = self._lists.channels_schedule(workspace, request.query_params.get("schedule", ""))
        channel = schedule.plan.audience
        _, content = self._lists.digests.content(
            workspace, channel, PREVIEW, schedule=schedule, now=self._now()
        )
        note = "What it would say now. Nothing of it is posted."
        return self._render(
            "digest.html",
            workspace,
            workspaces,
            title="Preview of a digest",
            channel=channel,
            note=note if content.messages else f"Nothing would be sent now: {content.reason}.",
            messages=_drawn(content.messages),
        )

    async def _again(self, request: Request) -> Response:
        """Send a delivery again that a form names, and show what there is."""
        try:
            delivery = (await fields(request)).get("delivery", "")
            state = await asyncio.to_thread(self._retried, request, delivery)
        except (ClientDisconnect, TimeoutError):
            return PlainTextResponse("It did not come whole.", 408)
        except BotError as error:
            return self._refused(error)
        self._wake()
        shown = {"workspace": request.query_params.get("workspace", ""), "retried": state or ""}
        return RedirectResponse(f"{self._base}?{urllib.parse.urlencode(shown)}#deliveries", 303)

    def _retried(self, request: Request, delivery: str) -> str | None:
        _, workspace = self._chosen(request)
        if not delivery:
            return None
        return self._lists.overview.retry(delivery, OPERATORS, now=self._now(), workspace=workspace)

    async def _file(self, request: Request) -> Response:
        name, kind = request.path_params["name"], request.path_params["kind"]
        if name not in FILES or kind not in KINDS:
            return self._refused(BotError("There is no such file."))
        try:
            return await asyncio.to_thread(self._saved, request, name, kind)
        except BotError as error:
            return self._refused(error)

    def _saved(self, request: Request, name: str, kind: str) -> Response:
        _, workspace = self._chosen(request)
        write, media_type = KINDS[kind]
        one = FILES[name]
        content = write(one.columns, one.rows(self._lists, workspace))
        whose = re.sub(r"\W", "", f"-{workspace}", flags=re.ASCII)
        return saved(content, f"briefbot-{name}-{whose}.{kind}", media_type)

    def _chosen(self, request: Request) -> tuple[dict[str, str], str]:
        """Return all workspaces, and the one that is asked for, or the first. Raises BotError for another."""
        workspaces = self._lists.workspaces()
        asked = request.query_params.get("workspace", "") or next(iter(workspaces), "")
        if asked and asked not in workspaces:
            raise BotError("Nothing is known of that workspace.")
        return workspaces, asked

    def _last_chart(self, workspace: str, sent: Sequence[Sent]) -> Mapping[str, Any] | None:
        """Return the chart of the digest that was sent last, None where it has none."""
        if not sent:
            return None
        messages = self._lists.past.digest(workspace, sent[0].id).messages
        charts = [block["chart"] for one in messages for block in one["blocks"] if block["type"] == KIND]
        return _charted(Chart.of_json(charts[0])) if charts else None

    def _render(self, name: str, workspace: str, workspaces: Mapping[str, str], **shown: Any) -> str:
        return self._templates.get_template(name).render(
            base=self._base,
            at=partial(self._at, workspace),
            workspace=workspace,
            workspaces=workspaces,
            zone=self._zone,
            states=STATES,
            failed=FAILED,
            repeats=operators.REPEATS[0],
            shown=SHOWN,
            **shown,
        )

    def _at(self, workspace: str, path: str = "", **more: str) -> str:
        """Return the address of a page of *workspace*."""
        return f"{self._base}{path}?{urllib.parse.urlencode({'workspace': workspace, **more})}"

    def _moment(self, moment: datetime) -> Markup:
        told = past_moment(moment, self._zone)
        return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), told)


KINDS: Mapping[str, tuple[Callable[..., bytes], str]] = {
    "csv": (as_csv, "text/csv"),
    "json": (as_json, "application/json"),
}
"""What writes each kind of file, and its content type."""


def _drawn(messages: Sequence[Message]) -> list[list[Mapping[str, Any]]]:
    """Return the pieces of *messages*: blocks in HTML, and charts."""
    return [[_piece(block) for block in message["blocks"]] for message in messages]


def _piece(block: Mapping[str, Any]) -> Mapping[str, Any]:
    if block["type"] == KIND:
        return {"chart": _charted(Chart.of_json(block["chart"])), "html": ""}
    return {"chart": None, "html": Markup(html_of(block))}  # noqa: S704 - which escapes all text


def _charted(chart: Chart) -> Mapping[str, Any]:
    return {"title": chart.title, "first": chart.periods[0], "last": chart.periods[-1], "lines": lines(chart)}
