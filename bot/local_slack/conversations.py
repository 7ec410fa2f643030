"""Methods that read channels and direct messages."""

from bot.local_slack.channels import channel_of
from bot.local_slack.messages import told
from bot.local_slack.method import Answer, Arguments, Method, Methods
from bot.local_slack.state import Workspace
from bot.local_slack.values import Channel, Message, Refused

_HISTORY = ("channels:history", "groups:history", "im:history")
_READ = ("channels:read", "groups:read", "im:read")


def _history(workspace: Workspace, arguments: Arguments) -> Answer:
    channel = channel_of(workspace, arguments)
    _check_history(workspace, channel)
    messages = [m for m in workspace.visible(channel.id) if m.thread_ts in {None, m.ts}]
    return _page(messages[::-1], arguments)


def _replies(workspace: Workspace, arguments: Arguments) -> Answer:
    channel = channel_of(workspace, arguments)
    _check_history(workspace, channel)
    thread = str(arguments.get("ts"))
    found = [m for m in workspace.visible(channel.id) if thread in {m.ts, m.thread_ts}]
    if not found:
        raise Refused("thread_not_found")
    return _page(found, arguments)


def _page(messages: list[Message], arguments: Arguments) -> Answer:
    oldest, latest = float(arguments.get("oldest") or 0), float(arguments.get("latest") or "inf")
    within = [m for m in messages if oldest < float(m.ts) < latest]
    start, limit = int(arguments.get("cursor") or 0), min(int(arguments.get("limit") or 100), 999)
    page = within[start : start + limit]
    following = str(start + limit) if start + limit < len(within) else ""
    with_payload = str(arguments.get("include_all_metadata")).lower() in {"true", "1"}
    return {
        "messages": [told(message, with_payload=with_payload) for message in page],
        "has_more": bool(following),
        "response_metadata": {"next_cursor": following},
    }


def _conversation(workspace: Workspace, arguments: Arguments) -> Answer:
    channel = channel_of(workspace, arguments)
    return {"channel": _shown(workspace, channel)}


def _open(workspace: Workspace, arguments: Arguments) -> Answer:
    user = str(arguments.get("users") or "")
    if user not in workspace.users:
        raise Refused("user_not_found")
    return {"channel": {"id": workspace.direct(user).id}}


def _own(workspace: Workspace, arguments: Arguments) -> Answer:
    """Tell of the channels that the bot, or another user, is in."""
    user = str(arguments.get("user") or workspace.bot.id)
    if user not in workspace.users:
        raise Refused("user_not_found")
    kinds = str(arguments.get("types") or "public_channel").split(",")
    found = [
        channel
        for channel in workspace.channels.values()
        if {user, workspace.bot.id if channel.is_private else user} <= channel.members
        and _kind(channel) in {kind.strip() for kind in kinds}
        and not (channel.is_archived and _is_true(arguments.get("exclude_archived")))
    ]
    return {"channels": [_shown(workspace, channel) for channel in found]}


def _kind(channel: Channel) -> str:
    if channel.is_im:
        return "im"
    return "private_channel" if channel.is_private else "public_channel"


def _is_true(told: object) -> bool:
    return str(told).lower() in {"true", "1"}


def _check_history(workspace: Workspace, channel: Channel) -> None:
    needed = "im:history" if channel.is_im else "groups:history" if channel.is_private else "channels:history"
    if needed not in workspace.scopes:
        raise Refused("missing_scope", needed=needed, provided=",".join(sorted(workspace.scopes)))
    if workspace.bot.id not in channel.members:
        raise Refused("not_in_channel")


def _shown(workspace: Workspace, channel: Channel) -> Answer:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_im": channel.is_im,
        "is_member": workspace.bot.id in channel.members,
    }


METHODS: Methods = {
    "conversations.history": Method(_history, _HISTORY),
    "conversations.replies": Method(_replies, _HISTORY),
    "conversations.info": Method(_conversation, _READ),
    "conversations.open": Method(_open, ("im:write",)),
    "users.conversations": Method(_own, _READ),
}
