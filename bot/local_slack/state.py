"""What a workspace holds: people, channels, messages, views, and the app with its tokens and scopes."""

import itertools
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from bot.local_slack.limits import message_fault
from bot.local_slack.pictures import check_pictures
from bot.local_slack.rates import Rates
from bot.local_slack.values import (
    Channel,
    Code,
    File,
    Message,
    Refused,
    ResponseUrl,
    Scheduled,
    Trigger,
    User,
    View,
)

RESPONSE_USES, RESPONSE_SECONDS = 5, 30 * 60
"""How often and how long a response_url can be used."""

TRIGGER_SECONDS = 3.0
"""How long a trigger_id can be used, and once."""

ANSWER_SECONDS = 3.0
"""How long Slack waits for an acknowledgement."""


class Workspace:
    """One workspace with one app in it. *now* is in seconds since 1970 and may be injected.

    Without *rates* the app may call as often as it likes, as a benchmark must. `address` is where this Slack
    is reached, '' as long as it is not on the network. `file_seconds` is how long a file that was uploaded is
    looked through before a message can show it; in Slack that is some seconds, of which it tells nothing.
    `enterprise` is the organization that it is of, and `is_org_wide` tells that the app is installed there.
    Whoever is asked for consent gives it where `consents`.
    `calls` counts the calls of each method.
    """

    def __init__(
        self,
        *,
        team: str = "T0LOCAL",
        scopes: tuple[str, ...] = ("commands", "chat:write"),
        now: Callable[[], float] = time.time,
        rates: bool = True,
    ) -> None:
        self.team = team
        self.scopes = set(scopes)
        self.now = now
        self.rates = Rates(now) if rates else None
        self.address = ""
        self.signing_secret = "local-signing-secret"  # noqa: S105 - of this machine alone
        self.bot_token = "xoxb-local-token"  # noqa: S105
        self.app_token = "xapp-local-token"  # noqa: S105
        self.client_id = "local.client"
        self.client_secret = "local-client-secret"  # noqa: S105
        self.redirect_urls: list[str] = []
        self.enterprise = ""
        self.is_org_wide = False
        self.consents = True
        self.rotates_tokens = False
        self.is_installed = True
        self.ended_tokens: set[str] = set()
        self.bot = User("U0BOT", "briefbot", is_bot=True)
        self.users = {self.bot.id: self.bot}
        self.channels: dict[str, Channel] = {}
        self.messages: list[Message] = []
        self.views: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self.has_home = True
        self.calls: Counter[str] = Counter()
        self.response_urls: dict[str, ResponseUrl] = {}
        self.triggers: dict[str, Trigger] = {}
        self.commands: set[str] = set()
        self.codes: dict[str, Code] = {}
        self.tickets: set[str] = set()
        self.scheduled: list[Scheduled] = []
        self.files: dict[str, File] = {}
        self.file_seconds = 0.0
        self._numbers = itertools.count(1)
        self._last_ts = 0.0

    def create_app(self, manifest: dict[str, Any]) -> dict[str, str]:
        """Make the app that *manifest* describes and install it; return what its settings then show."""
        self.scopes = set(manifest["oauth_config"]["scopes"]["bot"])
        self.commands = {command["command"] for command in manifest["features"]["slash_commands"]}
        self.has_home = manifest["features"]["app_home"]["home_tab_enabled"]
        self.redirect_urls = manifest["oauth_config"].get("redirect_urls", [])
        self.rotates_tokens = manifest["settings"]["token_rotation_enabled"]
        self.is_installed = True
        shown = {"SLACK_BOT_TOKEN": self.bot_token, "SLACK_SIGNING_SECRET": self.signing_secret}
        if manifest["settings"]["socket_mode_enabled"]:
            shown["SLACK_APP_TOKEN"] = self.app_token
        return shown

    def beside(self, team: str, *, token: str) -> "Workspace":
        """Return another workspace on the same Slack, for the same app, which has another token there."""
        other = Workspace(team=team, scopes=tuple(self.scopes), now=self.now, rates=bool(self.rates))
        other.bot_token, other.redirect_urls = token, self.redirect_urls
        other.is_installed, other.commands = self.is_installed, self.commands
        other._numbers = self._numbers
        return other

    def new_code(self, redirect_uri: str, *, scopes: frozenset[str] = frozenset(), user: str = "") -> str:
        """Return the code that who consents brings back to *redirect_uri*; it is good once."""
        code = self.new_id("code")
        self.codes[code] = Code(redirect_uri, scopes, self.now(), user)
        return code

    def add_user(self, name: str, **stated: Any) -> User:
        """Add a person."""
        user = User(f"U0{name.upper()}", name, **stated)
        self.users[user.id] = user
        return user

    def add_channel(self, name: str, *members: User, **stated: Any) -> Channel:
        """Add a channel with *members*; the bot is not among them unless it is named."""
        channel = Channel(f"C0{name.upper()}", name, {user.id for user in members}, **stated)
        self.channels[channel.id] = channel
        return channel

    def direct(self, user: User | str) -> Channel:
        """Return the direct messages of the bot with a person."""
        user_id = user if isinstance(user, str) else user.id
        channel_id = f"D0{user_id[2:]}"
        members = {user_id, self.bot.id}
        return self.channels.setdefault(channel_id, Channel(channel_id, "", members, is_im=True))

    def invite(self, channel: Channel | str, user: User | None = None) -> None:
        """Take a person, or else the bot, into a channel."""
        self._named(channel).members.add((user or self.bot).id)

    def kick(self, channel: Channel | str, user: User | None = None) -> None:
        """Put a person, or else the bot, out of a channel."""
        self._named(channel).members.discard((user or self.bot).id)

    def archive(self, channel: Channel | str) -> None:
        """Archive a channel: it can be read, and nobody can post there."""
        self._named(channel).is_archived = True

    def unarchive(self, channel: Channel | str) -> None:
        """Bring a channel back from the archive."""
        self._named(channel).is_archived = False

    def uninstall(self) -> None:
        """Take the app out of the workspace: every call is refused with account_inactive."""
        self.is_installed = False
        self.ended_tokens.add(self.bot_token)

    def reinstall(self) -> None:
        """Install the app again, with the tokens it had."""
        self.is_installed = True
        self.ended_tokens.discard(self.bot_token)

    def _named(self, channel: Channel | str) -> Channel:
        return self.channels[channel] if isinstance(channel, str) else channel

    def post(self, channel: str, user: str, text: str, *, at: float | None = None, **stated: Any) -> Message:
        """Add a message, as of now unless *at* is given; its `ts` is unique and grows."""
        message = self.message_of(channel, user, text, at=at, **stated)
        self.messages.append(message)
        return message

    def message_of(
        self, channel: str, user: str, text: str, *, at: float | None = None, **stated: Any
    ) -> Message:
        """Return a message as `post` adds it, which nobody sees."""
        self._last_ts = max(self.now() if at is None else at, self._last_ts + 0.000_001)
        return Message(f"{self._last_ts:.6f}", channel, user, text, **stated)

    def post_due(self) -> None:
        """Post the scheduled messages whose time has come, where the bot may still post.

        Those with metadata vanish, as they do in Slack, which documents it as a bug.
        """
        due = sorted((s for s in self.scheduled if s.post_at <= self.now()), key=lambda s: s.post_at)
        for scheduled in due:
            self.scheduled.remove(scheduled)
            channel, message = self.channels[scheduled.channel], scheduled.message
            is_open = self.is_installed and not channel.is_archived and self.bot.id in channel.members
            if is_open and not message.get("metadata"):
                self.post(
                    channel.id,
                    self.bot.id,
                    str(message.get("text") or ""),
                    at=scheduled.post_at,
                    blocks=message.get("blocks") or [],
                    thread_ts=message.get("thread_ts"),
                )

    def show(
        self, answer: dict[str, Any], *, user: str, channel: str, clicked: Message | None = None
    ) -> Message:
        """Put an answer of the app where it is seen, or in place of the message that was *clicked*.

        Raises Refused for what Slack does not take.
        """
        if fault := message_fault(answer):
            raise Refused(fault)
        check_pictures(self.files, answer.get("blocks"), now=self.now())
        seen_by = None if answer.get("response_type") == "in_channel" else user
        text, blocks = str(answer.get("text") or ""), answer.get("blocks") or []
        if clicked and answer.get("replace_original"):
            clicked.text, clicked.blocks = text, blocks
            return clicked
        thread = answer.get("thread_ts")
        return self.post(channel, self.bot.id, text, blocks=blocks, seen_by=seen_by, thread_ts=thread)

    def message(self, channel: str, ts: str) -> Message:
        """Return a message that all see. Raises Refused if there is none."""
        for message in self.messages:
            if (message.channel, message.ts, message.seen_by) == (channel, ts, None):
                return message
        raise Refused("message_not_found")

    def visible(self, channel: str, *, user: str | None = None) -> list[Message]:
        """Return the messages of a channel that all see, and those that *user* alone does."""
        self.post_due()
        return [m for m in self.messages if m.channel == channel and m.seen_by in {None, user}]

    def modals(self, user: str) -> list[View]:
        """Return the modals that a person has before them, the lowest first."""
        return sorted((v for v in list(self.views.values()) if v.user == user), key=lambda view: view.depth)

    def new_id(self, kind: str) -> str:
        """Return an id that was not given out before."""
        return f"{kind}{next(self._numbers):08d}"

    def new_trigger(self, *, user: str = "", view: str = "") -> str:
        """Return a trigger_id, good once and for three seconds; *view* is the modal it was given in."""
        trigger = f"{self.new_id('')}.{self.team}"
        self.triggers[trigger] = Trigger(self.now(), view, user)
        return trigger

    def use_trigger(self, trigger: str) -> Trigger:
        """Spend a trigger_id and return what it is. Raises Refused if it is unknown, spent or too old."""
        found = self.triggers.pop(trigger, None)
        if found is None:
            raise Refused("exchanged_trigger_id" if trigger.endswith(self.team) else "invalid_trigger_id")
        if self.now() - found.made > TRIGGER_SECONDS:
            raise Refused("expired_trigger_id")
        return found

    def new_response_url(self, user: str, channel: str, message: Message | None = None) -> str:
        """Return the key of a new response_url, as someone gets who clicks in *message*."""
        key = self.new_id("r")
        self.response_urls[key] = ResponseUrl(user, channel, self.now(), message)
        return key

    def use_response_url(self, key: str) -> ResponseUrl:
        """Count a use of a response_url. Raises Refused if it is unknown, used up or too old."""
        url = self.response_urls.get(key)
        if url is None:
            raise Refused("invalid_url")
        if url.uses >= RESPONSE_USES:
            raise Refused("used_url")
        if self.now() - url.made > RESPONSE_SECONDS:
            raise Refused("expired_url")
        url.uses += 1
        return url
