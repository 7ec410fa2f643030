"""The app's manifest: what Slack is to allow, and why, for Socket Mode or for an address."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import ConfigError
from bot.slack.answers import FORM
from bot.slack.clip_views import ADD, TITLE
from bot.slack.http import PATH

INSTALL_PATH, REDIRECT_PATH = "/slack/install", "/slack/oauth_redirect"
"""Where workspaces install the app, and where Slack sends them back to."""

GONE = ("app_uninstalled", "team_access_revoked", "tokens_revoked")
"""Events that tell that a workspace or an organization removed the app; they need no scope."""

CORE: Mapping[str, str] = {
    "commands": "to be asked by slash command; the answer is private and needs no other scope",
    "chat:write": "to post digests where someone has set them up, in channels that it was invited to",
}
"""The two scopes without which it is of no use, and what each is for."""

HOME_OPENED = "app_home_opened"
"""The event on which Home is published; it needs no scope."""


@dataclass(frozen=True, slots=True)
class Feature:
    """What may be switched on besides: its scopes, each with its reason, and the events it needs."""

    scopes: Mapping[str, str]
    events: tuple[str, ...] = ()


FEATURES: Mapping[str, Feature] = {
    "mentions": Feature(
        {"app_mentions:read": "to answer where it is mentioned, also in threads, which have no commands"},
        events=("app_mention",),
    ),
    "direct-messages": Feature(
        {
            "im:history": "to read what is written to it in a direct message, and answer there",
            "im:write": "to open a direct message with who subscribed",
        },
        events=("message.im",),
    ),
    "joining": Feature(
        {
            "channels:read": "to hear that it joined a public channel, and say there what comes and when",
            "groups:read": "the same in a private channel",
        },
        events=("member_joined_channel",),
    ),
    "exact-delivery": Feature(
        {
            "channels:history": "to look up, when in doubt, whether a digest arrived in a public channel",
            "groups:history": "the same in a private channel",
            "im:history": "the same in a direct message with the bot",
            "im:write": "to find that direct message, which Slack calls opening it",
        }
    ),
    "files": Feature(
        {"files:read": "to read the files of a message that someone adds to the library, and no others"}
    ),
    "charts": Feature({"files:write": "to put the chart of a digest's themes into its message as a picture"}),
    "zones": Feature(
        {"users:read": "to send what a person subscribed to by that person's clock, and to know guests"}
    ),
    "roles": Feature(
        {
            "users:read": "to know Slack's admins and owners, who may remove what others added and see what"
            " failed; and names"
        }
    ),
}
"""What may be switched on besides, by name."""


def manifest(command: str, *, url: str = "", features: Iterable[str] = ()) -> dict[str, Any]:
    """Return the manifest for requests to *url*, or for Socket Mode where it is ''.

    Raises ConfigError for a feature or an address that is none.
    """
    wanted = _features(features)
    if url and not url.startswith("https://"):
        raise ConfigError(f"--url: {url!r} is no public address; Slack wants https://...")
    request_url = f"{url.rstrip('/')}{PATH}" if url else ""
    # What only matters where workspaces install it goes by an address.
    gone = GONE if url else ()
    events = sorted([HOME_OPENED, *gone, *(event for feature in wanted for event in feature.events)])
    addressed = {"request_url": request_url} if url else {}
    settings: dict[str, Any] = {
        "org_deploy_enabled": bool(url),
        "socket_mode_enabled": not url,
        "token_rotation_enabled": False,
        "interactivity": {"is_enabled": True, **addressed},
        "event_subscriptions": {"bot_events": events, **addressed},
    }
    return {
        "display_information": {
            "name": "Briefbot",
            "description": "The passage itself, word for word, and where it stands",
            "background_color": "#1f3a5f",
        },
        "features": {
            "bot_user": {"display_name": "Briefbot", "always_online": True},
            # Messages is where a person's subscriptions arrive; Slack refuses direct messages without it.
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": FEATURES["direct-messages"] not in wanted,
            },
            "shortcuts": [
                {
                    "name": "Search the library",
                    "type": "global",
                    "callback_id": FORM,
                    "description": "Find passages by words, topic, source and days",
                },
                {
                    "name": TITLE,
                    "type": "message",
                    "callback_id": ADD,
                    "description": "Let all in this workspace find this message; it asks first",
                },
            ],
            "slash_commands": [
                {
                    "command": command,
                    "description": "Find passages in your team's library",
                    "usage_hint": 'chips "export controls" | topics | help',
                    "should_escape": False,
                    **({"url": request_url} if url else {}),
                }
            ],
        },
        "oauth_config": {
            "scopes": {"bot": sorted(scopes(features))},
            **({"redirect_urls": [f"{url.rstrip('/')}{REDIRECT_PATH}"]} if url else {}),
        },
        "settings": settings,
    }


def scopes(features: Iterable[str] = ()) -> dict[str, str]:
    """Return the scopes of the core and *features*, and what each is for."""
    return dict(CORE) | {
        scope: why for feature in _features(features) for scope, why in feature.scopes.items()
    }


def _features(names: Iterable[str]) -> list[Feature]:
    found = []
    for name in names:
        if name not in FEATURES:
            raise ConfigError(f"features: {name!r} is none; there are {', '.join(FEATURES)}")
        found.append(FEATURES[name])
    return found
