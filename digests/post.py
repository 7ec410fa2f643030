"""How a message gets into Slack, and what its answers mean for who must not post it twice."""

import math
import re
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Protocol

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.client import WebClient

from bot.slack.blocks import Block
from bot.slack.failures import LIMITED, UNCERTAIN, retry_after
from digests.chart import without_charts
from digests.histories import EVENT_TYPE, Ours, TooLongError, ours_in
from digests.pictures import WAITS, Pictures

POST_SECONDS = 5
"""How long an answer may take: well below a lease, and short enough for a stop to wait for it."""

CODE = re.compile(r"[a-z_]+")
"""How Slack's codes look."""

LIMITED_SECONDS = 30.0
"""How long to wait where Slack does not say."""

REASONS: Mapping[str, str] = {
    "is_archived": "the channel is archived",
    "not_in_channel": "Briefbot is not in the channel; type /invite @Briefbot there",
    "channel_not_found": "Briefbot sees no such channel; if there is one, type /invite @Briefbot there",
    "user_not_found": "Slack knows no such person",
    "user_disabled": "the person's account is deactivated",
    "messages_tab_disabled": "the app takes no direct messages; switch on its Messages tab",
    "cannot_dm_bot": "bots have no direct messages",
    "restricted_action": "the workspace's rules keep Briefbot from posting there",
    "token_revoked": "Slack has revoked the token; install the app again and set SLACK_BOT_TOKEN, if used",
    "token_expired": "the token has expired; install the app again and set SLACK_BOT_TOKEN, if used",
    "account_inactive": "the app was uninstalled; install it again and set SLACK_BOT_TOKEN, if used",
    "invalid_auth": "Slack refuses the token; check SLACK_BOT_TOKEN",
    "not_authed": "there is no token; set SLACK_BOT_TOKEN",
    "missing_scope": "the app lacks the scope chat:write; install it from the manifest",
}
"""Refusals that stay, and what someone can do. Others are told by Slack's own code."""


ACCESS = {
    "token_revoked", "token_expired", "account_inactive", "invalid_auth", "not_authed", "missing_scope",
}  # fmt: skip
"""Refusals that concern the app, and end for all when someone mends it."""

BLOCKS = {
    "invalid_blocks", "invalid_blocks_format", "file_not_found", "msg_blocks_too_long", "msg_blocks_too_many",
}  # fmt: skip
"""Refusals of a message's blocks, as where one shows a file that is not ready or is gone."""

ACCESS_REASONS = tuple(REASONS[code] for code in sorted(ACCESS))


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message stands."""

    channel: str
    ts: str


class Denied(Exception):  # noqa: N818 - an outcome, as the others
    """Certainly not posted, and may be tried again after `seconds`."""

    def __init__(self, reason: str, *, seconds: float) -> None:
        super().__init__(reason)
        self.reason = reason
        self.seconds = seconds


class Refused(Exception):  # noqa: N818
    """Certainly not posted, and will not be until someone changes something; `reason` is for them.

    `concerns_all` tells that it is the app that is refused, not this message.
    """

    def __init__(self, reason: str, *, concerns_all: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.concerns_all = concerns_all


class Uncertain(Exception):  # noqa: N818
    """Perhaps posted, perhaps not."""


class TooLong(Uncertain):
    """Perhaps posted, perhaps not: there is too much to look through."""


class CannotLook(Exception):  # noqa: N818
    """The app may not read the channel's history."""


class Slack(Protocol):
    """What the ledger needs of Slack."""

    def post(
        self,
        channel: str,
        message: Mapping[str, Any],
        *,
        key: str,
        about: Mapping[str, Any] | None = None,
        thread_ts: str | None = None,
    ) -> Posted:
        """Post once, without any retry. Raises Denied, Refused or Uncertain.

        *about* stands beside the key in what is not shown, for who has nothing left but the channel.
        """

    def find(self, channel: str, *, key: str, oldest: float, thread_ts: str | None = None) -> list[Posted]:
        """Return the messages with *key* since *oldest* (seconds since 1970), oldest first.

        *channel* may be a person's id. Raises CannotLook, Refused or Uncertain.
        """

    def history(self, channel: str, *, oldest: float, latest: float) -> list[Ours]:
        """Return all messages of ours between two moments (seconds since 1970), those in threads included.

        *channel* may be a person's id. Raises CannotLook, Refused or Uncertain.
        """

    def delete(self, posted: Posted) -> None:
        """Delete a message of ours; one that is gone already is no error. Raises Uncertain."""


class WebSlack:
    """Slack by its Web API. *client* must have no retry handlers: a repeated post is a second message."""

    def __init__(
        self,
        client: WebClient,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._pictures = Pictures(client, monotonic=monotonic, sleep=sleep)

    def post(
        self,
        channel: str,
        message: Mapping[str, Any],
        *,
        key: str,
        about: Mapping[str, Any] | None = None,
        thread_ts: str | None = None,
    ) -> Posted:
        """Post once, a chart as its picture where Slack takes that.

        A picture is there before the call that posts, and Slack's no to blocks is certain: whatever becomes
        of pictures, no second message comes of it.
        """
        plain = without_charts(message["blocks"])
        payload = {**(about or {}), "key": key}
        if len(plain) < len(message["blocks"]):
            posted = self._pictured(channel, message, payload, thread_ts)
            if posted:
                return posted
        return self._posted(channel, message["text"], plain, payload, thread_ts)

    def _pictured(
        self, channel: str, message: Mapping[str, Any], payload: Mapping[str, Any], thread_ts: str | None
    ) -> Posted | None:
        """Post it with its pictures; None where there are none, or Slack has said that it takes none."""
        by = self._pictures.deadline()
        blocks = self._pictures.placed(message["blocks"], by=by)
        if len(blocks) == len(without_charts(message["blocks"])):
            return None
        for wait in (*WAITS, math.inf):
            try:
                posted = self._posted(channel, message["text"], blocks, payload, thread_ts)
            except _RefusedBlocks:
                if not self._pictures.wait(blocks, wait, by=by):
                    break
            else:
                self._pictures.taken(blocks)
                return posted
        self._pictures.refused(blocks)
        return None

    def _posted(
        self,
        channel: str,
        text: str,
        blocks: Sequence[Block],
        payload: Mapping[str, Any],
        thread_ts: str | None,
    ) -> Posted:
        answer = self._call(
            "chat.postMessage",
            channel=channel,
            text=text,
            blocks=blocks,
            mrkdwn=False,
            unfurl_links=False,
            unfurl_media=False,
            metadata={"event_type": EVENT_TYPE, "event_payload": payload},
            **({"thread_ts": thread_ts} if thread_ts else {}),
        )
        return Posted(str(answer["channel"]), str(answer["ts"]))

    def find(self, channel: str, *, key: str, oldest: float, thread_ts: str | None = None) -> list[Posted]:
        """Look through the channel's history, or the thread's."""
        with _looking():
            there = self._reached(channel)
            ours = ours_in(self._call, there, oldest=oldest, thread_ts=thread_ts)
            found = [Posted(there, one.ts) for one in ours if one.key == key]
        return sorted(found, key=lambda posted: float(posted.ts))

    def history(self, channel: str, *, oldest: float, latest: float) -> list[Ours]:
        """Look through the channel's history, and the threads of our messages."""
        with _looking():
            there = self._reached(channel)
            ours = list(ours_in(self._call, there, oldest=oldest, latest=latest))
            for one in [parent for parent in ours if parent.parts > 1]:
                replies = ours_in(self._call, there, oldest=oldest, thread_ts=one.ts)
                ours += [reply for reply in replies if reply.ts != one.ts]
        return ours

    def _reached(self, audience: str) -> str:
        """Return the channel in which an audience is reached."""
        if audience[:1] not in {"U", "W"}:
            return audience
        return str(self._call("conversations.open", users=audience)["channel"]["id"])

    def delete(self, posted: Posted) -> None:
        """Delete a message of ours."""
        try:
            self._call("chat.delete", channel=posted.channel, ts=posted.ts)
        except Refused as error:
            if "message_not_found" not in error.reason:
                raise Uncertain(error.reason) from error
        except (Denied, _MissingScope) as error:
            raise Uncertain(str(error)) from error

    def _call(self, method: str, **arguments: Any) -> Any:
        # Slack takes JSON where something is written, and forms where something is read.
        is_writing = method.startswith("chat.")
        try:
            if is_writing:
                return self._client.api_call(method, json=arguments).data
            return self._client.api_call(method, params=arguments).data
        except SlackApiError as error:
            raise _meaning(error, method) from error
        except (OSError, ValueError, HTTPException, SlackClientError) as error:
            if isinstance(getattr(error, "reason", error), ConnectionRefusedError | socket.gaierror):
                raise Denied("Slack cannot be reached", seconds=LIMITED_SECONDS) from error
            raise Uncertain(type(error).__name__) from error


@contextmanager
def _looking() -> Iterator[None]:
    """Tell in the ledger's words why a history cannot be looked through."""
    try:
        yield
    except _MissingScope as error:
        raise CannotLook from error
    except Denied as error:
        raise Uncertain(error.reason) from error
    except TooLongError as error:
        raise TooLong("the channel's history is too long to look through") from error


class _MissingScope(Refused):
    pass


class _RefusedBlocks(Refused):
    pass


def _meaning(error: SlackApiError, method: str) -> Exception:
    """Return what Slack's refusal means."""
    response = error.response
    code = str(response.get("error") or "") if isinstance(response.data, dict) else ""
    if response.status_code == 429 or code in LIMITED:
        return Denied("Slack asks to wait", seconds=retry_after(error) or LIMITED_SECONDS)
    if not CODE.fullmatch(code) or code in UNCERTAIN or response.status_code >= 500:
        return Uncertain(f"HTTP {response.status_code}")  # As for a page of some proxy's.
    if code == "missing_scope" and method.startswith("conversations."):
        return _MissingScope(code)
    if code in BLOCKS or "slack_file" in code:
        return _RefusedBlocks(f"Slack says {code}")
    return Refused(REASONS.get(code, f"Slack says {code}"), concerns_all=code in ACCESS)
