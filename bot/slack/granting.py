"""What Slack grants for the code that an installer brings back, or why it grants nothing."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Slack
from bot.slack.failures import LIMITED, UNCERTAIN, cause
from bot.slack.keys import Keys
from bot.slack.manifest import CORE
from bot.store.installations import Installation

log = logging.getLogger(__name__)

GRANT_SECONDS = 10.0
"""How long Slack may take."""

SPENT = frozenset({"invalid_code", "code_already_used", "code_expired"})
"""Slack's codes for a code that is no good any more."""


class NotGrantedError(Exception):
    """Nothing was granted: `told` says why and what to do, `status` is for HTTP."""

    def __init__(self, told: str, status: int) -> None:
        super().__init__(told)
        self.told = told
        self.status = status


async def granted(slack: Slack, code: str, keys: Keys, *, now: datetime) -> Installation:
    """Exchange *code* for an installation. Raises NotGrantedError."""
    # Without retries: a code is good once.
    client = AsyncWebClient(base_url=slack.api_url, retry_handlers=[])
    told = {"client_id": slack.client_id, "client_secret": slack.client_secret, "code": code}
    # The SDK's own method for it goes by a part of aiohttp that is about to end.
    exchange = client.api_call("oauth.v2.access", data=told)
    try:
        answer = (await asyncio.wait_for(exchange, GRANT_SECONDS)).data
    except SlackApiError as error:
        raise _refused(cause(error), error.response.status_code) from error
    except Exception as error:
        log.warning("Slack does not answer: %s", cause(error))
        raise NotGrantedError("Slack does not answer. Try again in a minute.", 502) from error
    if not isinstance(answer, dict):
        raise NotGrantedError("Slack's answer cannot be read. Try again in a minute.", 502)
    return _read(answer, keys, now)


def _refused(code: str, status: int) -> NotGrantedError:
    if code in SPENT:
        return NotGrantedError("Slack's permission was used already, or came too late. Begin again.", 400)
    if code in LIMITED or status == 429:
        return NotGrantedError("Slack asks to wait. Begin again in a minute.", 503)
    if code in UNCERTAIN or status >= 500:
        return NotGrantedError("Slack is not well. Begin again in a minute.", 502)
    return NotGrantedError(
        f"Slack refuses this app ({code}). Whoever runs it: check SLACK_CLIENT_ID and SLACK_CLIENT_SECRET.",
        500,
    )


def _read(answer: Mapping[str, Any], keys: Keys, now: datetime) -> Installation:
    """Return the installation that Slack's answer tells of."""
    scopes = str(answer.get("scope") or "")
    if missing := sorted(CORE.keys() - set(scopes.split(","))):
        raise NotGrantedError(
            f"Slack did not grant {' and '.join(missing)}, without which Briefbot is of no use. Begin again"
            " and allow all that is asked for.",
            400,
        )
    if answer.get("refresh_token"):
        raise NotGrantedError(
            "The app has token rotation switched on, which Briefbot does not do. Whoever runs it: make the"
            " app from python -m bot manifest, which leaves it off.",
            500,
        )
    team, enterprise = answer.get("team") or {}, answer.get("enterprise") or {}
    whose = enterprise if answer.get("is_enterprise_install") else team
    token = str(answer.get("access_token") or "")
    if not (whose.get("id") and token):
        raise NotGrantedError("Slack's answer names no workspace or no token. Begin again.", 502)
    owner = str(whose["id"])
    return Installation(
        owner=owner,
        enterprise=str(enterprise["id"]) if enterprise.get("id") else None,
        name=str(whose.get("name") or owner),
        bot_user=str(answer.get("bot_user_id") or ""),
        scopes=scopes,
        installed_by=str((answer.get("authed_user") or {}).get("id") or ""),
        installed_at=now,
        sealed_token=keys.seal(token, owner=owner),
    )
