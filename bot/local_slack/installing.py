"""Methods by which an app gets its token, asks who it is and connects."""

from bot.local_slack.method import Answer, Arguments, Method, Methods
from bot.local_slack.state import Workspace
from bot.local_slack.values import Refused


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


METHODS: Methods = {
    "auth.test": Method(_auth_test),
    "oauth.v2.access": Method(_oauth_access),
    "apps.connections.open": Method(_connections_open),
}
