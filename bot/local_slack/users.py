"""Methods that tell of people."""

from bot.local_slack.method import Answer, Arguments, Method, Methods
from bot.local_slack.state import Workspace
from bot.local_slack.values import Refused, User


def _user(workspace: Workspace, arguments: Arguments) -> Answer:
    user = workspace.users.get(str(arguments.get("user")))
    if user is None:
        raise Refused("user_not_found")
    return {"user": _shown(workspace, user)}


def _users(workspace: Workspace, arguments: Arguments) -> Answer:
    """Tell of everyone, page by page where a limit is given."""
    people = list(workspace.users.values())
    start, limit = int(arguments.get("cursor") or 0), int(arguments.get("limit") or 0) or len(people)
    following = str(start + limit) if start + limit < len(people) else ""
    members = [_shown(workspace, user) for user in people[start : start + limit]]
    return {"members": members, "response_metadata": {"next_cursor": following}}


def _shown(workspace: Workspace, user: User) -> Answer:
    return {
        "id": user.id,
        "team_id": workspace.team,
        "name": user.name,
        "tz": user.tz,
        "deleted": False,
        "real_name": user.name,
        "profile": {"real_name": user.name, "display_name": ""},
        "is_admin": user.is_admin,
        "is_owner": user.is_owner,
        "is_bot": user.is_bot,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": False,
    }


METHODS: Methods = {
    "users.info": Method(_user, ("users:read",)),
    "users.list": Method(_users, ("users:read",)),
}
