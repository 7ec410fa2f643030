"""Methods that bring a file into a channel: an address is given, filled, and what is there is shared."""

from bot.local_slack.channels import postable
from bot.local_slack.method import Answer, Arguments, Method, Methods
from bot.local_slack.state import Workspace
from bot.local_slack.values import File, Refused


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
    "files.getUploadURLExternal": Method(_upload_url, ("files:write",)),
    "files.completeUploadExternal": Method(_complete, ("files:write",)),
}
