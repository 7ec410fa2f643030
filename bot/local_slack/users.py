"""Methods that tell of people."""

from bot.local_slack.method import Answer, Arguments, Method, Methods
from bot.local_slack.state import Workspace
from bot.local_slack.values import Refused, User


def _user(workspace: Workspace, arguments: Arguments) -> Answer:
    user = workspace.users.get(str(arguments.get("user")))
    if user is None:
        raise Refused("user_not_found")
    return {"user": _shown(user)}


def _users(workspace: Workspace, arguments: Arguments) -> Answer:
    """Tell of everyone, page by page where a limit is given."""
    people = list(workspace.users.values())
    start, limit = int(arguments.get("cursor") or 0), int(arguments.get("limit") or 0) or len(people)
    following = str(start + limit) if start + limit < len(people) else ""
    members = [_shown(user) for user in people[start : start + limit]]
    return {"members": members, "response_metadata": {"next_cursor": following}}


def _shown(user: User) -> Answer:
    return {
        "id": user.id,
        "name": user.name,
        "tz": user.tz,
        "is_admin": user.is_admin,
        "is_bot": user.is_bot,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": False,
    }


METHODS: Methods = {
    "users.info": Method(_user, ("users:read",)),
    "users.list": Method(_users, ("users:read",)),
}
