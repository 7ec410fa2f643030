"""Files: brought into a channel by the app or by people, told of, and handed out to who may read them."""

import mimetypes
import urllib.parse
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from bot.local_slack.channels import postable
from bot.local_slack.method import Answer, Arguments, Method, Methods
from bot.local_slack.state import Workspace
from bot.local_slack.values import File, Message, Refused

READ = "files:read"
"""The scope by which files are told of and handed out."""

LOGIN = b"<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in</body></html>"
"""What stands in place of a file for who may not read it: no error, but a page for people."""


def share(
    workspace: Workspace, channel: str, user: str, name: str, content: bytes, *, text: str = "", **stated: Any
) -> Message:
    """Let a person share a file in a channel; *stated* is what Slack tells of it besides or otherwise."""
    file = File(workspace.new_id("F"), name, len(content), content, workspace.now(), stated)
    workspace.files[file.id] = file
    return workspace.post(channel, user, text, files=[{"user": user, **told(workspace, file)}])


def delete(workspace: Workspace, file_id: str) -> None:
    """Let a person delete a file: its messages keep a stone in its place."""
    del workspace.files[file_id]
    for message in workspace.messages:
        message.files = [
            {"id": file_id, "mode": "tombstone"} if one["id"] == file_id else one for one in message.files
        ]


def told(workspace: Workspace, file: File) -> Answer:
    """Return a file as Slack tells of it."""
    kind = PurePosixPath(file.name).suffix.removeprefix(".").lower()
    private = f"{workspace.address}/files-pri/{workspace.team}-{file.id}"
    name = urllib.parse.quote(file.name, safe="")
    return {
        "id": file.id,
        "name": file.name,
        "title": file.name,
        "filetype": kind or "binary",
        "mimetype": mimetypes.guess_type(f"a.{kind}")[0] or "application/octet-stream",
        "mode": "hosted",
        "is_external": False,
        "size": file.length,
        "url_private": f"{private}/{name}",
        "url_private_download": f"{private}/download/{name}",
        **file.stated,
    }


@dataclass(frozen=True, slots=True)
class Handed:
    """What who asks for a file is answered."""

    status: int
    headers: dict[str, str]
    body: bytes = b""


def handed(workspace: Workspace, file_id: str, token: str) -> Handed:
    """Return the file for who may read it by *token*, and else the page at which people log in."""
    is_ours = token == workspace.bot_token and workspace.is_installed and READ in workspace.scopes
    if not is_ours or not _is_seen(workspace, file_id):
        return Handed(200, {"Content-Type": "text/html; charset=utf-8"}, LOGIN)
    file = workspace.files[file_id]
    if file.leads_to:
        return Handed(302, {"Location": file.leads_to})
    return Handed(200, {"Content-Type": told(workspace, file)["mimetype"]}, file.content or b"")


def _is_seen(workspace: Workspace, file_id: str) -> bool:
    """Tell whether a file is there, and shared in a channel that the bot is in."""
    return file_id in workspace.files and any(
        workspace.bot.id in workspace.channels[message.channel].members
        for message in workspace.messages
        if any(one.get("id") == file_id for one in message.files)
    )


def _info(workspace: Workspace, arguments: Arguments) -> Answer:
    file_id = str(arguments.get("file") or "")
    if not _is_seen(workspace, file_id):
        raise Refused("file_not_found")
    return {"file": told(workspace, workspace.files[file_id])}


def _upload_url(workspace: Workspace, arguments: Arguments) -> Answer:
    name, length = str(arguments.get("filename") or ""), int(arguments.get("length") or 0)
    if not name or length <= 0:
        raise Refused("invalid_arguments")
    file = File(workspace.new_id("F"), name, length)
    workspace.files[file.id] = file
    return {"file_id": file.id, "upload_url": f"{workspace.address}/upload/{file.id}"}


def _complete(workspace: Workspace, arguments: Arguments) -> Answer:
    wanted = [(str(told["id"]), told.get("title")) for told in arguments.get("files") or ()]
    if not wanted:
        raise Refused("invalid_arguments")
    files = []
    for file_id, title in wanted:
        file = workspace.files.get(file_id)
        if file is None or file.content is None:
            raise Refused("file_not_found")
        file.ready = workspace.now() + workspace.file_seconds
        files.append({"id": file.id, "name": file.name, "title": str(title or file.name)})
    if arguments.get("channel_id"):
        channel = postable(workspace, arguments, "channel_id")
        comment = str(arguments.get("initial_comment") or "")
        thread_ts = arguments.get("thread_ts")
        workspace.post(channel.id, workspace.bot.id, comment, files=files, thread_ts=thread_ts)
    return {"files": files}


METHODS: Methods = {
    "files.info": Method(_info, (READ,)),
    "files.getUploadURLExternal": Method(_upload_url, ("files:write",)),
    "files.completeUploadExternal": Method(_complete, ("files:write",)),
}
