"""Methods that schedule messages. They are posted when the clock has passed their time."""

from bot.local_slack.channels import postable
from bot.local_slack.limits import message_fault
from bot.local_slack.method import Answer, Arguments, Method, Methods
from bot.local_slack.pictures import check_pictures
from bot.local_slack.state import Workspace
from bot.local_slack.values import Refused, Scheduled

FARTHEST_SECONDS = 120 * 24 * 3600
MOST, WINDOW_SECONDS = 30, 300
"""How many may be due in one channel within so many seconds."""

TOO_LATE_SECONDS = 60
"""What is due so soon cannot be taken back."""


def _schedule(workspace: Workspace, arguments: Arguments) -> Answer:
    channel = postable(workspace, arguments)
    post_at = int(arguments.get("post_at") or 0)
    if post_at <= workspace.now():
        raise Refused("time_in_past")
    if post_at > workspace.now() + FARTHEST_SECONDS:
        raise Refused("time_too_far")
    if fault := message_fault(arguments):
        raise Refused(fault)
    check_pictures(workspace.files, arguments.get("blocks"), now=workspace.now())
    near = [s for s in workspace.scheduled if s.channel == channel.id and _is_near(s.post_at, post_at)]
    if len(near) >= MOST:
        raise Refused("restricted_too_many")
    scheduled = Scheduled(workspace.new_id("Q"), channel.id, post_at, dict(arguments))
    workspace.scheduled.append(scheduled)
    return {"channel": channel.id, "scheduled_message_id": scheduled.id, "post_at": post_at}


def _is_near(one: int, other: int) -> bool:
    return one // WINDOW_SECONDS == other // WINDOW_SECONDS


def _delete(workspace: Workspace, arguments: Arguments) -> Answer:
    wanted = (str(arguments.get("scheduled_message_id")), str(arguments.get("channel")))
    for scheduled in workspace.scheduled:
        is_in_time = scheduled.post_at - workspace.now() > TOO_LATE_SECONDS
        if (scheduled.id, scheduled.channel) == wanted and is_in_time:
            workspace.scheduled.remove(scheduled)
            return {}
    raise Refused("invalid_scheduled_message_id")


def _list(workspace: Workspace, arguments: Arguments) -> Answer:
    channel = arguments.get("channel")
    waiting = [s for s in workspace.scheduled if channel in {None, "", s.channel}]
    return {
        "scheduled_messages": [
            {"id": s.id, "channel_id": s.channel, "post_at": s.post_at, "text": s.message.get("text") or ""}
            for s in sorted(waiting, key=lambda scheduled: scheduled.post_at)
        ]
    }


METHODS: Methods = {
    "chat.scheduleMessage": Method(_schedule, ("chat:write",)),
    "chat.deleteScheduledMessage": Method(_delete, ("chat:write",)),
    "chat.scheduledMessages.list": Method(_list),
}
