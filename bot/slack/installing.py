"""OAuth v2 over HTTP: the page that leads to Slack, and the one to which Slack leads back."""

import asyncio
import logging
import re
import secrets
import urllib.parse
from collections.abc import Callable
from datetime import datetime

from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.config import Config
from bot.errors import BotError
from bot.slack.blocks import Message
from bot.slack.failures import cause
from bot.slack.granting import NotGrantedError, granted
from bot.slack.installed import Installed
from bot.slack.manifest import INSTALL_PATH, scopes
from bot.slack.notice import notice
from bot.store.install_states import LIFE, InstallStates, Spent
from bot.store.installations import Installation

COOKIE = "briefbot_install"

PATIENCE = 2.0
"""Seconds that who installs waits for the greeting to be sent."""

BEGIN = (INSTALL_PATH, "Begin again")

_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")

_LOST = {
    Spent.UNKNOWN: ("It was used already, or it is none of ours.", 400),
    Spent.EXPIRED: ("It is older than ten minutes.", 410),
    Spent.ELSEWHERE: ("It belongs to another browser, or this one keeps no cookies.", 403),
}

log = logging.getLogger(__name__)


class Installing:
    """Answers who installs. *installed* is told, and *wake* called, when someone has.

    Who did gets what *greeting* returns for the workspace, by direct message; nobody else does.
    """

    def __init__(
        self,
        config: Config,
        states: InstallStates,
        installed: Installed,
        *,
        greeting: Callable[[str], Message],
        now: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        """Raise ConfigError where `features` names one that is none."""
        self._config = config
        self._scopes = sorted(scopes(config.features))
        self._states = states
        self._installed = installed
        self._greeting = greeting
        self._now = now
        self._wake = wake

    async def begin(self, request: Request) -> Response:
        """Show the way to Slack, with a state that is good in this browser alone."""
        browser = request.cookies.get(COOKIE, "")
        if not _SECRET.fullmatch(browser):
            browser = secrets.token_urlsafe(32)
        try:
            state = await asyncio.to_thread(self._states.issue, browser, now=self._now())
        except BotError as error:
            return _failed(error)
        page = notice(
            "Add Briefbot to Slack",
            "Briefbot answers questions with passages of its library, word for word, and where they stand. It"
            " asks Slack for what it needs and for nothing else:",
            *(f"{scope}: {why}." for scope, why in scopes(self._config.features).items()),
            link=(self._authorize_url(state), "Add to Slack"),
        )
        page.set_cookie(
            COOKIE,
            browser,
            max_age=int(LIFE.total_seconds()),
            path="/slack",
            httponly=True,
            samesite="lax",
            secure=_is_https(request),
        )
        return page

    def _authorize_url(self, state: str) -> str:
        """Return Slack's page of consent; without an address to come back to, it is the manifest's."""
        asked = {"client_id": self._config.slack.client_id, "scope": ",".join(self._scopes), "state": state}
        home = self._config.slack.api_url.removesuffix("api/")
        return f"{home}oauth/v2/authorize?{urllib.parse.urlencode(asked)}"

    async def end(self, request: Request) -> Response:
        """Take what Slack sent the browser back with."""
        told, browser = request.query_params, request.cookies.get(COOKIE, "")
        try:
            spent = await asyncio.to_thread(
                self._states.spend, told.get("state", ""), browser, now=self._now()
            )
            if spent is not Spent.GOOD:
                why, status = _LOST[spent]
                return _nothing("This way back from Slack is no good any more.", why, status=status)
            if told.get("error") or not told.get("code"):
                return _denied(told.get("error", ""))
            made = await granted(self._config.slack, told["code"], self._installed.keys, now=self._now())
            await asyncio.to_thread(self._installed.installations.put, made)
        except NotGrantedError as error:
            log.warning("nothing was installed: %s", error.told)
            return _nothing(error.told, status=error.status)
        except BotError as error:
            return _failed(error)
        for whose in {made.owner, made.enterprise or made.owner}:
            self._installed.forget(whose)
        log.info("installed in %s", made.owner)
        self._wake()
        await self._greet(made)
        return _welcome(made, self._config.command)

    async def _greet(self, made: Installation) -> None:
        """Write to who installed it; where that does not arrive, the page says as much."""
        if not made.installed_by:
            return
        token = self._installed.keys.open(made.sealed_token, owner=made.owner)
        client = AsyncWebClient(token, base_url=self._config.slack.api_url, retry_handlers=[])
        try:
            told = {**await asyncio.to_thread(self._greeting, made.owner), "channel": made.installed_by}
            del told["response_type"]  # Which only answers have.
            await asyncio.wait_for(client.chat_postMessage(**told), PATIENCE)
        except Exception as error:
            log.warning("who installed it could not be written to: %s", cause(error))


def _is_https(request: Request) -> bool:
    """Tell whether the browser came by https, as what stands before us says."""
    return "https" in {request.url.scheme, request.headers.get("x-forwarded-proto", "").split(",")[0].strip()}


def _welcome(made: Installation, command: str) -> HTMLResponse:
    where = (
        f"everyone in the workspaces of {made.name} to which an admin adds Briefbot"
        if made.owner == made.enterprise
        else f"everyone in {made.name}"
    )
    return notice(
        f"Briefbot is installed in {made.name}",
        f"From now on {where} can type {command} anywhere in Slack, and gets an answer that is theirs alone.",
        f"Try {command} topics first. For a weekly digest, invite it to a channel with /invite @Briefbot and"
        f" type {command} digest here monday 09:00 there.",
    )


def _denied(error: str) -> HTMLResponse:
    if error == "access_denied":
        return _nothing("You, or your workspace's rules, did not allow it.", status=403)
    return _nothing("Slack sent you back without its permission.", status=400)


def _failed(error: BotError) -> HTMLResponse:
    log.error("nothing was installed: %s", error)
    return _nothing(
        "Briefbot cannot reach its store. Whoever runs it finds the reason in its log.", status=503
    )


def _nothing(*why: str, status: int) -> HTMLResponse:
    return notice("Nothing was installed", *why, link=BEGIN, status=status)
