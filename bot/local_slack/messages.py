"""Methods that post, change and delete messages."""

from bot.local_slack.channels import channel_of, postable
from bot.local_slack.limits import TEXT, message_fault, update_fault
from bot.local_slack.method import Answer, Arguments, Method, Methods
from bot.local_slack.pictures import check_pictures
from bot.local_slack.state import Workspace
from bot.local_slack.values import Message, Refused


def _post_message(workspace: Workspace, arguments: Arguments) -> Answer:
    channel = postable(workspace, arguments)
    if fault := message_fault(arguments):
        raise Refused(fault)
    check_pictures(workspace.files, arguments.get("blocks"), now=workspace.now())
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
    channel = postable(workspace, arguments)
    if arguments.get("user") not in channel.members:
        raise Refused("user_not_in_channel")
    if fault := message_fault(arguments):
        raise Refused(fault)
    check_pictures(workspace.files, arguments.get("blocks"), now=workspace.now())
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
    check_pictures(workspace.files, arguments.get("blocks"), now=workspace.now())
    message.text = str(arguments.get("text") or "")
    message.blocks = arguments.get("blocks") or []
    message.is_edited = True
    return {"channel": message.channel, "ts": message.ts, "text": message.text}


def _delete(workspace: Workspace, arguments: Arguments) -> Answer:
    message = _own(workspace, arguments)
    workspace.messages.remove(message)
    return {"channel": message.channel, "ts": message.ts}


def _permalink(workspace: Workspace, arguments: Arguments) -> Answer:
    channel = channel_of(workspace, arguments)
    message = workspace.message(channel.id, str(arguments.get("message_ts")))
    link = f"https://local.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    in_thread = message.thread_ts and message.thread_ts != message.ts
    suffix = f"?thread_ts={message.thread_ts}&cid={channel.id}" if in_thread else ""
    return {"channel": channel.id, "permalink": f"{link}{suffix}"}


def _own(workspace: Workspace, arguments: Arguments) -> Message:
    channel = channel_of(workspace, arguments)
    message = workspace.message(channel.id, str(arguments.get("ts")))
    if message.user != workspace.bot.id:
        raise Refused("cant_update_message")
    return message


def told(message: Message, *, with_payload: bool = True) -> Answer:
    """Return a message as the API tells of it; metadata's payload only where it was asked for."""
    answer: Answer = {"type": "message", "ts": message.ts, "user": message.user, "text": message.text}
    if message.blocks:
        answer["blocks"] = message.blocks
    if message.thread_ts:
        answer["thread_ts"] = message.thread_ts
    if message.bot_id:
        answer["bot_id"] = message.bot_id
    if message.files:
        answer["files"] = message.files
    if message.metadata:
        answer["metadata"] = dict(message.metadata)
        if not with_payload:
            answer["metadata"].pop("event_payload", None)
    return answer


_WRITE = ("chat:write",)
METHODS: Methods = {
    "chat.postMessage": Method(_post_message, _WRITE),
    "chat.postEphemeral": Method(_post_ephemeral, _WRITE),
    "chat.update": Method(_update, _WRITE),
    "chat.delete": Method(_delete, _WRITE),
    "chat.getPermalink": Method(_permalink),
}
