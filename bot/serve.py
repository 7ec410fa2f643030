"""One running process: HTTP always, Socket Mode where there is a token; one ordered start and stop."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Route

from bot.app import Briefbot, open_briefbot, register_all
from bot.config import Config
from bot.errors import ConfigError
from bot.search.follow import following
from bot.slack.http import PATH, Doorkeeper, Endpoint
from bot.slack.once import Once
from bot.slack.socket import Socket
from bot.web.health import healthz

FINISH_SECONDS = 5
"""How long requests in hand may take once the process was told to stop."""

log = logging.getLogger(__name__)


def serve(config: Config) -> None:
    """Answer Slack until SIGTERM or SIGINT. Raises ConfigError where no way from Slack leads here."""
    slack = config.slack
    if not slack.signing_secret and not slack.app_token:
        raise ConfigError(
            "set SLACK_SIGNING_SECRET for requests over HTTP, or SLACK_APP_TOKEN for Socket Mode;"
            " README tells where Slack shows them"
        )
    briefbot = open_briefbot(config)
    server = uvicorn.Server(
        uvicorn.Config(
            web_app(briefbot),
            host="0.0.0.0",  # noqa: S104 - where platforms and proxies look for it
            port=slack.port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=FINISH_SECONDS,
        )
    )
    # The server raises the signal that stopped it once more when all is done: it is spent by then.
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, lambda *_: None)
    try:
        asyncio.run(server.serve())
    finally:
        briefbot.close()


def slack_app(briefbot: Briefbot, client: AsyncWebClient) -> AsyncApp:
    """Return the Slack app of one workspace. Requests are verified before they reach it."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        # What auth.test would tell is not needed to answer, and a request should not cost a call.
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_token=briefbot.config.slack.bot_token
        )

    app = AsyncApp(
        client=client,
        authorize=authorize,
        request_verification_enabled=False,
        process_before_response=True,
        # What is not used is not run through with each request.
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    register_all(app, briefbot)
    return app


def web_app(briefbot: Briefbot) -> Starlette:
    """Return what answers over HTTP, and keeps index and Socket Mode going while it runs."""
    slack = briefbot.config.slack
    # Without retries of its own: one whose answer was lost would post twice.
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    app = slack_app(briefbot, client)
    once = Once()
    routes = [Route("/healthz", healthz)]
    if slack.signing_secret:
        endpoint = Endpoint(app, Doorkeeper(slack.signing_secret), once)
        routes.append(Route(PATH, endpoint.answer, methods=["POST"]))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        with following(briefbot.index, briefbot.library):
            socket = Socket(app, client, slack.app_token, once) if slack.app_token else None
            if socket:
                socket.start()
            ways = [way for way, there in (("HTTP", slack.signing_secret), ("Socket Mode", socket)) if there]
            log.info("listening on port %d; Slack reaches it by %s", slack.port, " and ".join(ways))
            yield
            if socket:
                await socket.stop()

    return Starlette(routes=routes, lifespan=lifespan)
