"""What Slack tells when the app is removed: its token is deleted, everything else stays for a reinstall."""

import asyncio
import logging
from datetime import UTC, datetime
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.slack.installed import Installed

log = logging.getLogger(__name__)


def register(app: AsyncApp, installed: Installed) -> None:
    """Take its events, in any order and any number of times; one from before a reinstall is too late."""

    async def remove(body: dict[str, Any], context: dict[str, Any]) -> None:
        is_org_wide = bool(context.get("is_enterprise_install"))
        owner = str(context.get("enterprise_id" if is_org_wide else "team_id") or "")
        told = body.get("event_time")
        now = datetime.now(UTC)
        # Slack counts in whole seconds: what was installed in the same one was installed before.
        until = datetime.fromtimestamp(told + 1, UTC) if isinstance(told, int) and 0 < told < 2**33 else now
        if await asyncio.to_thread(installed.installations.remove, owner, until=until):
            log.info("uninstalled from %s; its token is deleted", owner)
        installed.forget(owner)

    @app.event("app_uninstalled")
    async def _uninstalled(body: dict[str, Any], context: dict[str, Any]) -> None:
        await remove(body, context)

    @app.event("team_access_revoked")
    async def _left(event: dict[str, Any], context: dict[str, Any]) -> None:
        # An organization goes on without some of its workspaces.
        told, enterprise = event.get("team_ids"), str(context.get("enterprise_id") or "")
        teams = [str(team) for team in told] if isinstance(told, list) else []
        await asyncio.to_thread(installed.installations.leave, enterprise, teams)
        for team in teams:
            installed.forget(team)

    @app.event("tokens_revoked")
    async def _revoked(event: dict[str, Any], body: dict[str, Any], context: dict[str, Any]) -> None:
        tokens = event.get("tokens")
        # A person's own tokens are none of ours.
        if isinstance(tokens, dict) and tokens.get("bot"):
            await remove(body, context)
