"""One running process: HTTP always, Socket Mode where there is a token; one ordered start and stop."""

import asyncio
import gc
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing

import uvicorn
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Route

from bot import figures
from bot.app import (
    Briefbot,
    collector_of,
    filing_of,
    open_briefbot,
    operators_page,
    register_all,
    sending_of,
    utc_now,
)
from bot.config import Config
from bot.errors import ConfigError
from bot.measure import UNMEASURED, Measures
from bot.search.follow import following
from bot.slack import uninstalling
from bot.slack.dispatch import Dispatch
from bot.slack.filing import Filing
from bot.slack.http import PATH, Doorkeeper, Endpoint
from bot.slack.installed import Installed, OwnToken
from bot.slack.limited import HearsLimitsAsync
from bot.slack.members import Members
from bot.slack.once import Once
from bot.slack.socket import Socket
from bot.sources.collecting import Collector
from bot.sources.watching import collecting
from bot.store.questions import writing_down
from bot.web.health import Pursuit, Readiness, Ready, healthz
from bot.web.listening import listening_on
from bot.web.patience import patient
from bot.workspaces import check, parts_of
from digests.reach import WebReach
from digests.sending import Now, Sender, Sending

FINISH_SECONDS = 5
"""How long requests in hand may take once the process was told to stop."""

LAST_SECONDS = 9
"""After which the process ends whatever is in hand: platforms kill it after ten, or thirty."""

SWITCH_SECONDS = 0.0001
"""After which a thread that computes lets another go on."""

MOST_CONNECTIONS = 500
"""Connections at once; who comes beyond them is told to come again."""

log = logging.getLogger(__name__)


def serve(config: Config) -> None:
    """Answer Slack until SIGTERM or SIGINT. Raises ConfigError where no way from Slack leads here."""
    slack = config.slack
    check(config)
    if not slack.signing_secret and not slack.app_token:
        raise ConfigError(
            "set SLACK_SIGNING_SECRET for requests over HTTP, or SLACK_APP_TOKEN for Socket Mode;"
            " README tells where Slack shows them"
        )
    # The server has its own while it runs, and raises the signal that stopped it once more when all is done.
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, _leave)
    # Threads that send or make digests give way to answers sooner than Python's 5 ms: a search takes its turn
    # a few hundred times, at each excerpt that it looks at.
    sys.setswitchinterval(SWITCH_SECONDS)
    briefbot = open_briefbot(config)
    try:
        with _port(slack.port) as listening:
            # What is loaded by now stays: the collector is not to go through it while someone waits.
            gc.collect()
            gc.freeze()
            asyncio.run(_serve(briefbot, listening))
    finally:
        briefbot.close()


def _leave(*_: object) -> None:
    """End a process that has not begun to answer, or has ended to."""
    raise SystemExit(0)


def _port(port: int) -> socket.socket:
    try:
        return listening_on("0.0.0.0", port)  # noqa: S104 - where platforms look for it
    except OSError as error:
        raise ConfigError(
            f"PORT: {port} cannot be listened on ({os.strerror(error.errno or 0)}); set another"
        ) from error


async def _serve(briefbot: Briefbot, listening: socket.socket) -> None:
    app = web_app(briefbot, collects=True)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            http=patient(),
            log_config=None,
            access_log=False,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_graceful_shutdown=FINISH_SECONDS,
        )
    )
    watching = asyncio.create_task(_stop_taking(server, app))
    await server.serve(sockets=[listening])
    watching.cancel()


async def _stop_taking(server: uvicorn.Server, app: Starlette) -> None:
    """Take nothing more by Socket Mode, and send nothing more, as soon as the server is told to stop."""
    while not server.should_exit:
        await asyncio.sleep(0.1)
    # Threads may wait for a database that hangs. What they were at is found by the next process.
    last = threading.Timer(LAST_SECONDS, os._exit, [0])
    last.daemon = True
    last.start()
    link: Socket | None = app.state.link
    if link:
        link.take_no_more()
    sender: Sender | None = app.state.sender
    if sender:
        sender.tick.take_no_more()
    collect_no_more: Callable[[], None] | None = app.state.collect_no_more
    if collect_no_more:
        collect_no_more()


def slack_app(
    briefbot: Briefbot,
    client: AsyncWebClient,
    sending: Sending,
    collector: Collector,
    filing: Filing,
    *,
    installed: Installed | None = None,
    wake: Callable[[], None] = lambda: None,
    now: Now = utc_now,
    measures: Measures = UNMEASURED,
) -> AsyncApp:
    """Return the Slack app of one workspace, or of all that *installed* it.

    Requests are verified before they reach it. What auth.test would tell is not needed to answer, and a
    request should not cost a call.
    """
    access = installed or OwnToken(briefbot.config.slack.bot_token)

    async def authorize(
        context: AsyncBoltContext, enterprise_id: str | None, team_id: str | None
    ) -> AuthorizeResult:
        is_org_wide = bool(context.is_enterprise_install)
        found = await access.find(team_id or "", enterprise_id or "", is_org_wide=is_org_wide)
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=found.bot_token,
            bot_user_id=found.bot_user,
        )

    app = AsyncApp(
        client=client,
        authorize=authorize,
        request_verification_enabled=False,
        process_before_response=True,
        raise_error_for_unhandled_request=True,  # Which would else be logged with what was typed.
        # What is not used is not run through with each request.
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    if installed:
        uninstalling.register(app, installed)
    members = Members(client, access, briefbot.config.roles.operators)
    register_all(
        app,
        briefbot,
        sending,
        collector,
        WebReach(client, access),
        members=members,
        filing=filing,
        wake=wake,
        now=now,
        measures=measures,
    )
    return app


def web_app(briefbot: Briefbot, *, now: Now = utc_now, collects: bool = False) -> Starlette:
    """Return what answers over HTTP, and keeps index, Socket Mode and the tick going while it runs.

    Where it *collects* it visits the library's sources, too.
    """
    slack = briefbot.config.slack
    meter = figures.meter_of(briefbot.config)
    measures = meter.measures if meter else UNMEASURED
    # Without retries of its own: one whose answer was lost would post twice.
    hears = HearsLimitsAsync(measures.limited)
    client = AsyncWebClient(slack.bot_token or None, base_url=slack.api_url, retry_handlers=[hears])
    sending = sending_of(briefbot, measures=measures)
    parts = parts_of(briefbot, sending, now)
    sender = parts.sender
    wake = sender.tick.wake if sender else lambda: None
    collector = collector_of(briefbot, now=now)
    filing = filing_of(briefbot, client, parts.installed or OwnToken(slack.bot_token), now=now)
    app = slack_app(
        briefbot,
        client,
        sending,
        collector,
        filing,
        installed=parts.installed,
        wake=wake,
        now=now,
        measures=measures,
    )
    dispatch = Dispatch(app, Once())
    ready = Ready(briefbot.database, briefbot.library, briefbot.index, Pursuit())
    watched = Route("/healthz", healthz), Route("/readyz", Readiness(ready.lacks).readyz)
    routes = [*watched, *parts.routes]
    if slack.signing_secret:
        endpoint = Endpoint(dispatch, Doorkeeper(slack.signing_secret))
        routes.append(Route(PATH, endpoint.answer, methods=["POST"]))
    if meter:
        routes.append(figures.route(briefbot, meter, sender, collector, now=now))
        log.info("metrics are at /metrics")
    if token := briefbot.config.operators_token:
        routes += operators_page(briefbot, sending, collector, token, wake=wake, now=now)
        log.info("the operators' page is at /operators")

    @asynccontextmanager
    async def lifespan(served: Starlette) -> AsyncIterator[None]:
        folders = briefbot.config.folders
        with (
            following(briefbot.index, briefbot.library),
            writing_down(briefbot.questions),
            collecting(collector, folders) if collects else closing(collector) as collected,
        ):
            served.state.collect_no_more = collected if collects else None
            link = Socket(dispatch, client, slack.app_token) if slack.app_token else None
            served.state.link, served.state.sender = link, sender
            if link:
                link.start()
            if sender:
                sender.tick.start()
            reading = asyncio.create_task(filing.keep_reading())
            ways = [way for way, there in (("HTTP", slack.signing_secret), ("Socket Mode", link)) if there]
            log.info("listening on port %d; Slack reaches it by %s", slack.port, " and ".join(ways))
            yield
            reading.cancel()
            await filing.close()
            if link:
                await link.stop()
            if sender:
                await asyncio.to_thread(sender.tick.stop)

    return Starlette(routes=routes, lifespan=lifespan)
