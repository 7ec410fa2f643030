"""What stands in the way: each part is looked at, and each finding is ok or says what to do next."""

import asyncio
import email.utils
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import Briefbot, collector_of, open_briefbot, sending_of
from bot.config import Config
from bot.errors import BotError
from bot.loading import load
from bot.slack.keys import Keys
from bot.slack.manifest import CORE, FEATURES
from bot.sources.status import statuses
from bot.store.database import open_database
from bot.store.installations import Installations
from bot.store.visits import Visits
from bot.workspaces import check

SKEW_SECONDS = 60
"""How far the clock may be off; from 300 on Slack's requests would be refused."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `advice` is '' where it is as it should be."""

    what: str
    told: str
    advice: str = ""


def examine(environment: Callable[[], Config] = load) -> Iterator[Finding]:
    """Yield what is found, one thing after the other; what cannot be reached ends its part alone."""
    try:
        config = environment()
    except BotError as error:
        yield Finding("configuration", str(error), "mend it and look again")
        return
    yield Finding("configuration", f"{len(config.topics)} topics, command {config.command}")
    yield from _library(config)
    yield from _ways(config)
    if config.slack.is_by_oauth:
        yield _installations(config)
    elif config.slack.bot_token:
        yield from asyncio.run(_slack(config))
    else:
        advice = "set SLACK_BOT_TOKEN: Slack shows it under OAuth & Permissions"
        yield Finding("token", "SLACK_BOT_TOKEN is not set", advice)


def _library(config: Config) -> Iterator[Finding]:
    try:
        briefbot = open_briefbot(config)
    except BotError as error:
        yield Finding("store", str(error), "mend it and look again")
        return
    state = briefbot.library.state()
    documents, passages = briefbot.searcher.size()
    empty = "" if documents else "fill it: python -m bot ingest"
    yield Finding("store", f"{briefbot.database.name}, revision {state.revision}", empty)
    behind = "" if briefbot.index.is_at(state) else "it follows by itself; look again in a minute"
    yield Finding("index", f"{documents} documents, {passages} passages", behind)
    yield _topics(briefbot.searcher.counts(), is_filled=passages > 0)
    yield _sources(briefbot)
    counts = sending_of(briefbot).overview.counts()
    stuck = counts.get("blocked", 0) + counts.get("left", 0)
    advice = "python -m bot deliveries shows why" if stuck else ""
    yield Finding(
        "deliveries", f"{counts.get('sent', 0)} sent, {counts.get('due', 0)} due, {stuck} stuck", advice
    )
    briefbot.close()


def _sources(briefbot: Briefbot) -> Finding:
    with closing(collector_of(briefbot)) as collector:
        found = statuses(collector.sources(), Visits(briefbot.database))
    failing = sum(1 for one in found if one.fault)
    advice = "python -m bot sources shows why" if failing else ""
    return Finding("sources", f"{len(found)}, {failing} that fail" if failing else f"{len(found)}", advice)


def _topics(counts: Mapping[str, int], *, is_filled: bool) -> Finding:
    if not counts:
        advice = "declare some in config.yml: python -m bot topics suggests which" if is_filled else ""
        return Finding("topics", "none are declared", advice)
    unmet = [topic for topic, count in counts.items() if not count] if is_filled else []
    if not unmet:
        return Finding("topics", f"{len(counts)} declared")
    advice = "python -m bot topics says which keywords would serve"
    return Finding("topics", f"{len(counts)} declared, nothing is about {', '.join(unmet)}", advice)


def _ways(config: Config) -> Iterator[Finding]:
    slack = config.slack
    ways = []
    if slack.signing_secret:
        ways.append(f"HTTP on port {slack.port}")
    if slack.app_token:
        ways.append("Socket Mode")
    advice = "" if ways else "set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP"
    yield Finding("ways from Slack", " and ".join(ways) or "none", advice)
    there = f"/operators on port {slack.port}" if config.operators_token else "off, as no token is set"
    yield Finding("operators' page", there)


def _installations(config: Config) -> Finding:
    """Look at the workspaces that installed the app, and whether their tokens can be opened."""
    try:
        check(config)
        keys = Keys(config.slack.keys)
        database = open_database(config.database_url, config.data)
    except BotError as error:
        return Finding("installations", str(error), "mend it and look again")
    known = Installations(database).all()
    database.close()
    newest = sum(keys.is_newest(one.sealed_token) for one in known)
    behind = "" if newest == len(known) else "run python -m bot keys before an old key goes"
    advice = behind if known else "open /slack/install in a browser"
    return Finding("installations", f"{len(known)}, {newest} sealed with the newest key", advice)


async def _slack(config: Config) -> list[Finding]:
    client = AsyncWebClient(config.slack.bot_token, base_url=config.slack.api_url)
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        code = error.response["error"]
        return [Finding("token", f"Slack says {code}", "install the app again and copy its bot token")]
    except Exception as error:
        told = f"Slack does not answer at {config.slack.api_url} ({type(error).__name__})"
        return [Finding("token", told, "check the network, and SLACK_API_URL if it is set")]
    headers = {name.lower(): value for name, value in answer.headers.items()}
    granted = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")}
    return [
        Finding("token", f"of {answer['user']} in {answer['team']}"),
        _scopes(granted),
        _in_doubt(granted, config.digests.in_doubt),
        _clock(headers.get("date", ""), time.time()),
    ]


def _scopes(granted: set[str]) -> Finding:
    missing = sorted(CORE.keys() - granted)
    if missing:
        advice = "add them under OAuth & Permissions, or paste `python -m bot manifest`, and install again"
        return Finding("scopes", f"lacks {', '.join(missing)}", advice)
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
