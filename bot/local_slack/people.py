"""What people do in a workspace, brought to the app as Slack brings it."""

import asyncio
import hashlib
import hmac
import json
import urllib.parse
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp

from bot.local_slack.messages import told
from bot.local_slack.state import ANSWER_SECONDS, Workspace
from bot.local_slack.values import Message, Refused

if TYPE_CHECKING:  # A web server, which who brings payloads otherwise can do without.
    from bot.local_slack.server import Server


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: the HTTP status (200 for an answered envelope, 0 for none in time) and the answer.

    `headers` have lower-case names; `reason` is Slack's word for why there was no answer.
    """

    status: int
    answer: dict[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)
    reason: str = "http_error"


Bring = Callable[[str, dict[str, Any], Mapping[str, str]], Awaitable[Outcome]]
"""Brings the app a payload of a kind (slash_commands, interactive, events_api) with more headers."""


RETRY_SECONDS = (0, 60, 300)
"""How long after each failure Slack brings an event again."""


def who(workspace: Workspace, user: str) -> dict[str, Any]:
    """Return what Slack tells of who does something; no team, where the app is an organization's."""
    name = workspace.users[user].name
    return {
        "team": None if workspace.is_org_wide else {"id": workspace.team, "domain": "local"},
        "enterprise": {"id": workspace.enterprise} if workspace.enterprise else None,
        "is_enterprise_install": workspace.is_org_wide,
        "user": {"id": user, "username": name, "name": name, "team_id": workspace.team},
        "api_app_id": "A0LOCAL",
    }


def happened(workspace: Workspace, event: Any, *, at: float | None = None) -> dict[str, Any]:
    """Return what Slack tells of an event; an organization's authorization names no team."""
    whose = {
        "enterprise_id": workspace.enterprise or None,
        "team_id": None if workspace.is_org_wide else workspace.team,
        "is_enterprise_install": workspace.is_org_wide,
    }
    return {
        "type": "event_callback",
        "team_id": workspace.team,
        "event_id": workspace.new_id("Ev"),
        "event_time": int(workspace.now() if at is None else at),
        "authorizations": [{**whose, "user_id": workspace.bot.id, "is_bot": True}],
        "event": event,
    }


class People:
    """Acts for the people of *workspace*; response_urls begin with *address*.

    *pause* lets the seconds pass between one bringing of an event and the next.
    """

    def __init__(
        self,
        workspace: Workspace,
        bring: Bring,
        *,
        address: str = "",
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.workspace = workspace
        self._bring = bring
        self._address = address
        self._pause = pause

    async def command(self, text: str, *, user: str, channel: str, command: str = "/brief") -> Outcome:
        """Type a slash command; the answer is put where it is seen.

        Raises Refused for an answer that Slack does not take, and tells it.
        """
        workspace = self.workspace
        if workspace.commands and command not in workspace.commands:
            return Outcome(404, {})  # Slack itself says that there is no such command.
        body = {
            "team_id": workspace.team,
            "team_domain": "local",
            "channel_id": channel,
            "channel_name": workspace.channels[channel].name or "directmessage",
            "user_id": user,
            "user_name": workspace.users[user].name,
            "command": command,
            "text": text,
            "api_app_id": "A0LOCAL",
            "is_enterprise_install": str(workspace.is_org_wide).lower(),
            **({"enterprise_id": workspace.enterprise} if workspace.enterprise else {}),
            "response_url": self._response_url(user, channel),
            "trigger_id": workspace.new_trigger(user=user),
        }
        outcome = await self._bring("slash_commands", body, {})
        if outcome.status == 200 and outcome.answer:
            try:
                workspace.show(outcome.answer, user=user, channel=channel)
            except Refused as refused:
                refused.told = outcome.answer
                raise
        return outcome

    async def click(self, action: dict[str, Any], *, user: str, channel: str, ts: str) -> Outcome:
        """Use a button or menu of a message."""
        workspace = self.workspace
        seen = workspace.visible(channel, user=user)
        clicked = next((message for message in seen if message.ts == ts), None)
        container: dict[str, Any] = {"type": "message", "message_ts": ts, "channel_id": channel}
        container["is_ephemeral"] = clicked is not None and clicked.seen_by is not None
        if clicked and clicked.thread_ts:
            container["thread_ts"] = clicked.thread_ts
        body = {
            "type": "block_actions",
            **who(workspace, user),
            "channel": {"id": channel},
            "container": container,
            "trigger_id": workspace.new_trigger(user=user),
            "response_url": self._response_url(user, channel, clicked),
            "actions": [{"action_ts": f"{workspace.now():.6f}", **action}],
        }
        return await self._bring("interactive", body, {})

    async def shortcut(self, callback_id: str, *, user: str, channel: str, ts: str) -> Outcome:
        """Choose a message shortcut in the menu of a message."""
        workspace = self.workspace
        seen = workspace.visible(channel, user=user)
        chosen = next(message for message in seen if message.ts == ts)
        body = {
            "type": "message_action",
            "callback_id": callback_id,
            **who(workspace, user),
            "channel": {"id": channel, "name": workspace.channels[channel].told_name},
            "message": told(chosen),
            "message_ts": ts,
            "action_ts": f"{workspace.now():.6f}",
            "trigger_id": workspace.new_trigger(user=user),
            "response_url": self._response_url(user, channel),
        }
        return await self._bring("interactive", body, {})

    async def uninstall(self, *, events: Sequence[str] = ("tokens_revoked", "app_uninstalled")) -> None:
        """Take the app out of the workspace, which Slack tells by two events in whatever order."""
        self.workspace.uninstall()
        tokens = {"bot": [self.workspace.bot.id], "oauth": []}
        told = {"app_uninstalled": {}, "tokens_revoked": {"tokens": tokens}}
        for kind in events:
            await self.event({"type": kind, **told[kind]})

    async def event(
        self, event: Any, *, attempts: int = 1 + len(RETRY_SECONDS), at: float | None = None
    ) -> Outcome:
        """Let an event happen, now or *at* a moment in seconds since 1970.

        It is brought again, up to *attempts* times, until the app takes it.

        An app that answers with the header X-Slack-No-Retry: 1 is not asked again.
        """
        body = happened(self.workspace, event, at=at)
        outcome = await self._bring("events_api", body, {})
        for attempt, seconds in enumerate(RETRY_SECONDS[: attempts - 1], start=1):
            if outcome.status == 200 or outcome.headers.get("x-slack-no-retry") == "1":
                break
            await self._pause(seconds)
            again = {"x-slack-retry-num": str(attempt), "x-slack-retry-reason": outcome.reason}
            outcome = await self._bring("events_api", body, again)
        return outcome

    async def verify_url(self, challenge: str) -> Outcome:
        """Ask the app to repeat *challenge*, as Slack does when its address is set."""
        return await self._bring("events_api", {"type": "url_verification", "challenge": challenge}, {})

    def _response_url(self, user: str, channel: str, clicked: Message | None = None) -> str:
        return f"{self._address}/respond/{self.workspace.new_response_url(user, channel, clicked)}"


def by_socket(server: "Server") -> Bring:
    """Bring payloads by envelope over the app's Socket Mode connections."""

    async def bring(kind: str, body: dict[str, Any], headers: Mapping[str, str]) -> Outcome:
        answer = await server.sockets.envelope(
            kind,
            body,
            attempt=int(headers.get("x-slack-retry-num", 0)),
            reason=headers.get("x-slack-retry-reason", ""),
        )
        return Outcome(0, {}, reason="timeout") if answer is None else Outcome(200, answer)

    return bring


def by_http(workspace: Workspace, request_url: str, *, now: Callable[[], float] | None = None) -> Bring:
    """Bring payloads to *request_url*, signed by the clock *now*, the workspace's if it is not given."""

    async def bring(kind: str, body: dict[str, Any], headers: Mapping[str, str]) -> Outcome:
        content, content_type = written(kind, body)
        signed = sign(workspace, content, at=now() if now else None)
        return await request(request_url, content, {"content-type": content_type, **signed, **headers})

    return bring


def sign(workspace: Workspace, body: bytes, *, at: float | None = None) -> dict[str, str]:
    """Return the headers with which Slack signs *body*."""
    timestamp = str(int(workspace.now() if at is None else at))
    base = b"v0:%b:%b" % (timestamp.encode(), body)
    signature = hmac.new(workspace.signing_secret.encode(), base, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": timestamp, "x-slack-signature": f"v0={signature}"}


async def request(url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
    """Send the app a request as it is; status 0 if no answer came in Slack's time."""
    timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(url, data=body, headers=headers) as response,
        ):
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Outcome(response.status, answer_of(await response.text()), headers)
    except TimeoutError:
        return Outcome(0, {}, reason="http_timeout")
    except aiohttp.ClientError:
        return Outcome(0, {}, reason="connection_failed")


def written(kind: str, body: dict[str, Any]) -> tuple[bytes, str]:
    """Return *body* as Slack writes it for its kind, and the content type."""
    if kind == "events_api":
        return json.dumps(body).encode(), "application/json"
    form = body if kind == "slash_commands" else {"payload": json.dumps(body)}
    return urllib.parse.urlencode(form).encode(), "application/x-www-form-urlencoded"


def answer_of(text: str) -> dict[str, Any]:
    """Return an acknowledgement's message: JSON, or plain text, which is its text."""
    try:
        told = json.loads(text)
    except ValueError:
        return {"text": text} if text else {}
    return told if isinstance(told, dict) else {"text": text}
