"""Methods by which an app gets its token, asks who it is and connects."""

from bot.local_slack.method import Answer, Arguments, Method, Methods
from bot.local_slack.state import Workspace
from bot.local_slack.values import Code, Refused

CODE_SECONDS = 600
"""How long a code is good."""

ROTATION_SECONDS = 43_200
"""How long a token is good where tokens rotate."""


def _oauth_access(workspace: Workspace, arguments: Arguments) -> Answer:
    told = (arguments.get("client_id"), arguments.get("client_secret"))
    if told != (workspace.client_id, workspace.client_secret):
        raise Refused("bad_client_secret")
    code = workspace.codes.pop(str(arguments.get("code")), None)
    if code is None or workspace.now() - code.made > CODE_SECONDS:
        raise Refused("invalid_code")
    if (arguments.get("redirect_uri") or "") != code.redirect_uri:
        raise Refused("bad_redirect_uri")
    _install(workspace, code)
    rotating = {"refresh_token": workspace.new_id("xoxe-1-"), "expires_in": ROTATION_SECONDS}
    organization = (
        {"id": workspace.enterprise, "name": "Local Organization"} if workspace.enterprise else None
    )
    return {
        "access_token": workspace.bot_token,
        "token_type": "bot",
        "scope": ",".join(sorted(workspace.scopes)),
        "bot_user_id": workspace.bot.id,
        "app_id": "A0LOCAL",
        "team": None if workspace.is_org_wide else {"id": workspace.team, "name": "Local"},
        "enterprise": organization,
        "is_enterprise_install": workspace.is_org_wide,
        "authed_user": {"id": code.user},
        **(rotating if workspace.rotates_tokens else {}),
    }


def _install(workspace: Workspace, code: Code) -> None:
    """Put the app in: after it was taken out with a new token, and the scopes that are consented to alone."""
    if not workspace.is_installed:
        if workspace.bot_token in workspace.ended_tokens:
            workspace.bot_token = workspace.new_id("xoxb-local-token-")
        workspace.scopes = set(code.scopes) or workspace.scopes
    workspace.scopes |= code.scopes
    workspace.is_installed = True


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
