"""Which channel a call means, and whether the app may post there."""

from bot.local_slack.method import Arguments
from bot.local_slack.state import Workspace
from bot.local_slack.values import Channel, Refused


def channel_of(workspace: Workspace, arguments: Arguments, key: str = "channel") -> Channel:
    """Return the channel that is named. Raises Refused for one that the app cannot see."""
    channel_id = str(arguments.get(key) or "")
    if channel_id in workspace.users:
        return workspace.direct(channel_id)
    channel = workspace.channels.get(channel_id)
    if channel is None or (channel.is_private and workspace.bot.id not in channel.members):
        raise Refused("channel_not_found")
    return channel


def postable(workspace: Workspace, arguments: Arguments, key: str = "channel") -> Channel:
    """Return the channel that is named. Raises Refused where the app may not post."""
    channel = channel_of(workspace, arguments, key)
    if channel.is_archived:
        raise Refused("is_archived")
    uninvited = "chat:write.public" in workspace.scopes and not channel.is_private
    if workspace.bot.id not in channel.members and not uninvited:
        raise Refused("not_in_channel")
    return channel
