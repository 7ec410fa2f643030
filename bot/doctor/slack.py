"""The token, or those of the workspaces that installed the app: whose it is, and what it may do."""

import asyncio
import email.utils
import time
from collections.abc import Collection, Iterator
from contextlib import closing

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Config
from bot.doctor.channels import of_channels
from bot.doctor.finding import MEND, Finding
from bot.errors import BotError
from bot.slack.keys import Keys
from bot.slack.manifest import FEATURES, scopes
from bot.store.database import connected
from bot.store.installations import Installation, Installations
from bot.workspaces import check
from digests.workspaces import InstalledWorkspaces

SKEW_SECONDS = 60
"""How far the clock may be off; from 300 on Slack's requests would be refused."""

CALL_SECONDS = 10
"""How long Slack may take to answer."""

NAMED = 5
"""Workspaces that are named where more lack something."""


def of_slack(config: Config) -> Iterator[Finding]:
    """Yield what is found of the app in Slack."""
    if config.slack.is_by_oauth:
        yield from _installations(config)
    elif config.slack.bot_token:
        yield from asyncio.run(_token(config))
    else:
        advice = "set SLACK_BOT_TOKEN: Slack shows it under OAuth & Permissions"
        yield Finding("token", "SLACK_BOT_TOKEN is not set", advice)


def _installations(config: Config) -> Iterator[Finding]:
    """Look at the workspaces that installed the app, and whether their tokens can be opened."""
    try:
        check(config)
        keys = Keys(config.slack.keys)
        database = connected(config.database_url, config.data)
    except BotError as error:
        yield Finding("installations", str(error), MEND)
        return
    with closing(database):
        installations = Installations(database)
        known = installations.all()
        newest = sum(keys.is_newest(one.sealed_token) for one in known)
        behind = "" if newest == len(known) else "run python -m bot keys before an old key goes"
        advice = behind if known else "open /slack/install in a browser"
        yield Finding("installations", f"{len(known)}, {newest} sealed with the newest key", advice)
        yield _scopes_of_all(known, config.features)
        tokens = InstalledWorkspaces(installations, keys).tokens()
    yield asyncio.run(of_channels(config, tokens))


def _scopes_of_all(known: Collection[Installation], features: Collection[str]) -> Finding:
    wanted = scopes(features).keys()
    lacking = [one.owner for one in known if not wanted <= _granted(one.scopes)]
    if not lacking:
        return Finding("scopes", f"all that {', '.join(['core', *features])} need")
    more = f" and {len(lacking) - NAMED} more" if len(lacking) > NAMED else ""
    told = f"{', '.join(lacking[:NAMED])}{more} lack some of {', '.join(sorted(wanted))}"
    return Finding("scopes", told, "let them install the app again: /slack/install")


async def _token(config: Config) -> list[Finding]:
    slack = config.slack
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, timeout=CALL_SECONDS)
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        code = error.response["error"]
        return [Finding("token", f"Slack says {code}", "install the app again and copy its bot token")]
    except Exception as error:
        told = f"Slack does not answer at {config.slack.api_url} ({type(error).__name__})"
        return [Finding("token", told, "check the network, and SLACK_API_URL if it is set")]
    headers = {name.lower(): value for name, value in answer.headers.items()}
    granted = _granted(headers.get("x-oauth-scopes", ""))
    return [
        Finding("token", f"of {answer['user']} in {answer['team']}"),
        _scopes(granted, config.features),
        await of_channels(config, {str(answer["team_id"]): slack.bot_token}),
        _in_doubt(granted, config.digests.in_doubt),
        _clock(headers.get("date", ""), time.time()),
    ]


def _granted(told: str) -> set[str]:
    return {scope.strip() for scope in told.split(",")}


def _scopes(granted: set[str], features: Collection[str]) -> Finding:
    missing = sorted(scopes(features).keys() - granted)
    if missing:
        wanting = [name for name in features if not FEATURES[name].scopes.keys() <= granted]
        of_features = f", which features of config.yml need: {', '.join(wanting)}" if wanting else ""
        advice = "add them under OAuth & Permissions, or paste `python -m bot manifest`, and install again"
        return Finding("scopes", f"lacks {', '.join(missing)}{of_features}", advice)
    on = [name for name, feature in FEATURES.items() if feature.scopes.keys() <= granted]
    return Finding("scopes", f"core{''.join(f', {name}' for name in on)}")


def _in_doubt(granted: set[str], in_doubt: str) -> Finding:
    """Say what becomes of a delivery when Slack gives no answer."""
    if FEATURES["exact-delivery"].scopes.keys() <= granted:
        return Finding("deliveries in doubt", "are looked up in the channel's history")
    told = {"repeat": "are sent again, marked as a possible repeat", "leave": "are left, and listed"}[
        in_doubt
    ]
    return Finding("deliveries in doubt", f"{told}: exact-delivery is off, digests.in_doubt is {in_doubt}")


def _clock(date: str, now: float) -> Finding:
    parsed = email.utils.parsedate_to_datetime(date).timestamp() if date else now
    skew = now - parsed
    advice = (
        "" if abs(skew) <= SKEW_SECONDS else "set the clock by NTP: Slack's requests are of now or refused"
    )
    return Finding("clock", f"{skew:+.0f} s beside Slack's", advice)
