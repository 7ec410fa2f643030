"""The Web API: what each method needs, does and answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.local_slack.limits import TEXT, message_fault, update_fault, view_fault
from bot.local_slack.state import Channel, Message, Refused, View, Workspace

Arguments = Mapping[str, Any]
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Method:
    """A method of the Web API; `scopes` are those of which it needs one."""

    act: Callable[[Workspace, Arguments], Answer]
    scopes: tuple[str, ...] = ()


def call(workspace: Workspace, name: str, token: str, arguments: Arguments) -> Answer:
    """Answer a call as Slack does: `ok` and what was asked for, or an error's code.

    Raises Limited, which tells how long to wait, for a call that is one too many.
    """
    try:
        method = METHODS.get(name)
        if method is None:
            raise Refused("unknown_method")
        _check_token(workspace, name, token)
        if workspace.rates:
            workspace.rates.count(name, str(arguments.get("channel") or ""))
        if method.scopes and not workspace.scopes & set(method.scopes):
            provided = ",".join(sorted(workspace.scopes))
            raise Refused("missing_scope", needed=method.scopes[0], provided=provided)
        return {"ok": True, **method.act(workspace, arguments)}
    except (TypeError, ValueError):
        return {"ok": False, "error": "invalid_arguments"}
    except Refused as refused:
        return {"ok": False, "error": refused.error, **refused.told}


def _check_token(workspace: Workspace, name: str, token: str) -> None:
    if name == "oauth.v2.access":
        return  # Who asks for a token has none yet.
    wanted = workspace.app_token if name == "apps.connections.open" else workspace.bot_token
    if not token:
        raise Refused("not_authed")
    if token != wanted:
        raise Refused("invalid_auth")
    if not workspace.is_installed:
        raise Refused("account_inactive")


def _oauth_access(workspace: Workspace, arguments: Arguments) -> Answer:
    told = (arguments.get("client_id"), arguments.get("client_secret"))
    if told != (workspace.client_id, workspace.client_secret):
        raise Refused("bad_client_secret")
    redirect_uri = workspace.codes.pop(str(arguments.get("code")), None)
    if redirect_uri is None:
        raise Refused("invalid_code")
    if arguments.get("redirect_uri") not in {None, redirect_uri}:
        raise Refused("bad_redirect_uri")
    workspace.is_installed = True
    return {
        "access_token": workspace.bot_token,
        "token_type": "bot",
        "scope": ",".join(sorted(workspace.scopes)),
        "bot_user_id": workspace.bot.id,
        "app_id": "A0LOCAL",
        "team": {"id": workspace.team, "name": "Local"},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _auth_test(workspace: Workspace, _arguments: Arguments) -> Answer:
    bot = workspace.bot
    return {
        "team_id": workspace.team,
        "user_id": bot.id,
        "user": bot.name,
        "bot_id": "B0BOT",
        "team": "Local",
    }


def _connections_open(workspace: Workspace, _arguments: Arguments) -> Answer:
    ticket = workspace.new_id("ticket")
    workspace.tickets.add(ticket)
    return {"url": f"{workspace.address.replace('http', 'ws', 1)}/socket/{ticket}"}


def _post_message(workspace: Workspace, arguments: Arguments) -> Answer:
    channel = _postable(workspace, arguments)
    if fault := message_fault(arguments):
        raise Refused(fault)
    message = workspace.post(
        channel.id,
        workspace.bot.id,
        str(arguments.get("text") or "")[:TEXT],
        blocks=arguments.get("blocks") or [],
        thread_ts=arguments.get("thread_ts"),
        metadata=arguments.get("metadata"),
    )
    return {"channel": channel.id, "ts": message.ts, "message": told(message)}


def _post_ephemeral(workspace: Workspace, arguments: Arguments) -> Answer:
    channel = _postable(workspace, arguments)
    if arguments.get("user") not in channel.members:
        raise Refused("user_not_in_channel")
    if fault := message_fault(arguments):
        raise Refused(fault)
    message = workspace.post(
        channel.id,
        workspace.bot.id,
        str(arguments.get("text") or ""),
        blocks=arguments.get("blocks") or [],
        seen_by=arguments["user"],
    )
    return {"message_ts": message.ts}


def _update(workspace: Workspace, arguments: Arguments) -> Answer:
    message = _own(workspace, arguments)
    if fault := update_fault(arguments):
        raise Refused(fault)
    message.text = str(arguments.get("text") or "")
    message.blocks = arguments.get("blocks") or []
    message.is_edited = True
    return {"channel": message.channel, "ts": message.ts, "text": message.text}


def _delete(workspace: Workspace, arguments: Arguments) -> Answer:
    message = _own(workspace, arguments)
    workspace.messages.remove(message)
    return {"channel": message.channel, "ts": message.ts}


def _history(workspace: Workspace, arguments: Arguments) -> Answer:
    channel = _channel(workspace, arguments)
    _check_history(workspace, channel)
    messages = [m for m in workspace.visible(channel.id) if m.thread_ts in {None, m.ts}]
    return _page(messages[::-1], arguments)


def _replies(workspace: Workspace, arguments: Arguments) -> Answer:
    channel = _channel(workspace, arguments)
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
    channel = _channel(workspace, arguments)
    return {"channel": _shown(workspace, channel)}


def _open(workspace: Workspace, arguments: Arguments) -> Answer:
    user = str(arguments.get("users") or "")
    if user not in workspace.users:
        raise Refused("user_not_found")
    return {"channel": {"id": workspace.direct(user).id}}


def _user(workspace: Workspace, arguments: Arguments) -> Answer:
    user = workspace.users.get(str(arguments.get("user")))
    if user is None:
        raise Refused("user_not_found")
    return {"user": {"id": user.id, "name": user.name, "tz": user.tz, "is_admin": user.is_admin}}


def _views_open(workspace: Workspace, arguments: Arguments) -> Answer:
    shown = _view(arguments)
    workspace.use_trigger(str(arguments.get("trigger_id") or ""))
    if fault := view_fault(shown):
        raise Refused(fault)
    view = View(workspace.new_id("V"), "", workspace.new_id("h"), dict(shown))
    workspace.views[view.id] = view
    return {"view": _told_view(view)}


def _view(arguments: Arguments) -> Answer:
    view = arguments.get("view")
    return view if isinstance(view, dict) else {}


def _views_update(workspace: Workspace, arguments: Arguments) -> Answer:
    view = workspace.views.get(str(arguments.get("view_id")))
    if view is None:
        raise Refused("not_found")
    return {"view": _told_view(_changed(workspace, view, arguments))}


def _views_publish(workspace: Workspace, arguments: Arguments) -> Answer:
    user = str(arguments.get("user_id"))
    if user not in workspace.users:
        raise Refused("user_not_found")
    home = workspace.homes.get(user)
    if home is None:
        home = workspace.homes[user] = View(workspace.new_id("V"), user, "", {})
    return {"view": _told_view(_changed(workspace, home, arguments))}


def _changed(workspace: Workspace, view: View, arguments: Arguments) -> View:
    if arguments.get("hash") and arguments["hash"] != view.hash:
        raise Refused("hash_conflict")
    shown = _view(arguments)
    if fault := view_fault(shown):
        raise Refused(fault)
    view.view, view.hash = dict(shown), workspace.new_id("h")
    return view


def _channel(workspace: Workspace, arguments: Arguments) -> Channel:
    channel_id = str(arguments.get("channel") or "")
    if channel_id in workspace.users:
        return workspace.direct(channel_id)
    channel = workspace.channels.get(channel_id)
    if channel is None or (channel.is_private and workspace.bot.id not in channel.members):
        raise Refused("channel_not_found")
    return channel


def _postable(workspace: Workspace, arguments: Arguments) -> Channel:
    channel = _channel(workspace, arguments)
    if channel.is_archived:
        raise Refused("is_archived")
    uninvited = "chat:write.public" in workspace.scopes and not channel.is_private
    if workspace.bot.id not in channel.members and not uninvited:
        raise Refused("not_in_channel")
    return channel


def _check_history(workspace: Workspace, channel: Channel) -> None:
    needed = "im:history" if channel.is_im else "groups:history" if channel.is_private else "channels:history"
    if needed not in workspace.scopes:
        raise Refused("missing_scope", needed=needed, provided=",".join(sorted(workspace.scopes)))
    if workspace.bot.id not in channel.members:
        raise Refused("not_in_channel")


def _own(workspace: Workspace, arguments: Arguments) -> Message:
    channel = _channel(workspace, arguments)
    message = workspace.message(channel.id, str(arguments.get("ts")))
    if message.user != workspace.bot.id:
        raise Refused("cant_update_message")
    return message


def _shown(workspace: Workspace, channel: Channel) -> Answer:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_im": channel.is_im,
        "is_member": workspace.bot.id in channel.members,
    }


def told(message: Message, *, with_payload: bool = True) -> Answer:
    """Return a message as the API tells of it; metadata's payload only where it was asked for."""
    answer: Answer = {"type": "message", "ts": message.ts, "user": message.user, "text": message.text}
    if message.blocks:
        answer["blocks"] = message.blocks
    if message.thread_ts:
        answer["thread_ts"] = message.thread_ts
    if message.metadata:
        answer["metadata"] = dict(message.metadata)
        if not with_payload:
            answer["metadata"].pop("event_payload", None)
    return answer


def _told_view(view: View) -> Answer:
    return {**view.view, "id": view.id, "hash": view.hash}


METHODS: Mapping[str, Method] = {
    "auth.test": Method(_auth_test),
    "oauth.v2.access": Method(_oauth_access),
    "apps.connections.open": Method(_connections_open),
    "chat.postMessage": Method(_post_message, ("chat:write",)),
    "chat.postEphemeral": Method(_post_ephemeral, ("chat:write",)),
    "chat.update": Method(_update, ("chat:write",)),
    "chat.delete": Method(_delete, ("chat:write",)),
    "conversations.history": Method(_history, ("channels:history", "groups:history", "im:history")),
    "conversations.replies": Method(_replies, ("channels:history", "groups:history", "im:history")),
    "conversations.info": Method(_conversation, ("channels:read", "groups:read", "im:read")),
    "conversations.open": Method(_open, ("im:write",)),
    "users.info": Method(_user, ("users:read",)),
    "views.open": Method(_views_open),
    "views.update": Method(_views_update),
    "views.publish": Method(_views_publish),
}
