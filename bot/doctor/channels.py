"""Whether Briefbot is a member where it is to post: Slack is asked for a bounded number of channels."""

from collections.abc import Mapping
from contextlib import closing

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Config
from bot.doctor.finding import Finding
from bot.slack.failures import SLACK_FAILS, cause
from bot.store.database import connected
from digests.standing import channels

MOST = 20
"""Channels that are asked for: Slack lets an app ask for some fifty a minute, and serve asks as well."""

CALL_SECONDS = 5
"""How long Slack may take to answer for one."""

INVITE = (
    "type /invite @Briefbot there, or `digest stop here` and `unsubscribe all` if nothing is wanted there"
)


async def of_channels(config: Config, tokens: Mapping[str, str]) -> Finding:
    """Look at the channels that the workspaces of *tokens* send to, the soonest first."""
    wanted = _wanted(config, tokens)  # Here: a thread of the loop's would be waited for at the end.
    if not wanted:
        return Finding("channels", "none is sent to")
    client = AsyncWebClient(base_url=config.slack.api_url, timeout=CALL_SECONDS, retry_handlers=[])
    outside: list[str] = []
    for workspace, channel in wanted[:MOST]:
        try:
            answer = await client.conversations_info(token=tokens[workspace], channel=channel)
        except (SlackApiError, *SLACK_FAILS) as error:
            if cause(error) != "channel_not_found":
                return _unknown(len(wanted), cause(error))
            outside.append(channel)
        else:
            if not answer["channel"].get("is_member") or answer["channel"].get("is_archived"):
                outside.append(channel)
    cut = f", of which the first {MOST} were looked at" if len(wanted) > MOST else ""
    if outside:
        return Finding(
            "channels", f"{len(wanted)}{cut}; Briefbot cannot post in {', '.join(outside)}", INVITE
        )
    return Finding("channels", f"{len(wanted)}{cut}; Briefbot is in all of them")


def _unknown(count: int, code: str) -> Finding:
    if code == "missing_scope":
        # Not a fault: what cannot be posted is blocked with its reason, which `deliveries` counts.
        told = "whether Briefbot is in them is known with `manifest --with joining` alone"
        return Finding("channels", f"{count}; {told}")
    return Finding("channels", f"{count}; Slack does not tell of them ({code})", "look again in a minute")


def _wanted(config: Config, tokens: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the workspaces and channels that are sent to; those of config.yml first."""
    with closing(connected(config.database_url, config.data)) as database:
        found = channels(database, tokens)
    if len(tokens) == 1:
        [own] = tokens
        found = [*((own, channel) for channel in config.digests.weekly.channels), *found]
    return list(dict.fromkeys(found))
