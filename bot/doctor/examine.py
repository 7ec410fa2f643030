"""Looks at one part after the other."""

from collections.abc import Callable, Iterator
from functools import partial

from bot.app import utc_now
from bot.config import Config
from bot.doctor.finding import MEND, Finding, bounded
from bot.doctor.slack import of_slack
from bot.doctor.store import of_store
from bot.errors import BotError
from bot.loading import load
from digests.sending import Now

WITHIN = 60.0
"""Seconds for the store, and again for Slack. A writer of SQLite may wait for half of them for another."""


def examine(
    environment: Callable[[], Config] = load, *, now: Now = utc_now, within: float = WITHIN
) -> Iterator[Finding]:
    """Yield what is found, one thing after the other; what cannot be reached ends its part alone."""
    try:
        config = environment()
    except BotError as error:
        yield Finding("configuration", str(error), MEND)
        return
    yield Finding("configuration", f"{len(config.topics)} topics, command {config.command}")
    yield from bounded(
        partial(of_store, config, now=now),
        what="store",
        seconds=within,
        advice="see whether the database answers others; an index that is being built is left to serve",
    )
    yield from _ways(config)
    yield from bounded(
        partial(of_slack, config),
        what="Slack",
        seconds=within,
        advice="check the network, and that the database answers",
    )


def _ways(config: Config) -> Iterator[Finding]:
    slack = config.slack
    ways = []
    if slack.signing_secret:
        ways.append(f"HTTP on port {slack.port}")
    if slack.app_token:
        ways.append("Socket Mode")
    advice = "" if ways else "set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP"
    yield Finding("ways from Slack", " and ".join(ways) or "none", advice)
    for what, path, token in (
        ("operators' page", "/operators", config.operators_token),
        ("metrics", "/metrics", config.metrics_token),
    ):
        yield Finding(what, f"{path} on port {slack.port}" if token else "off, as no token is set")
