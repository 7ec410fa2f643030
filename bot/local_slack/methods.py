"""The Web API: who may call which method, and how often."""

from bot.local_slack import conversations, files, installing, messages, scheduled, users, views
from bot.local_slack.method import Answer, Arguments, Methods
from bot.local_slack.state import Workspace
from bot.local_slack.values import Refused

METHODS: Methods = {
    **installing.METHODS,
    **messages.METHODS,
    **scheduled.METHODS,
    **conversations.METHODS,
    **users.METHODS,
    **views.METHODS,
    **files.METHODS,
}


def call(workspace: Workspace, name: str, token: str, arguments: Arguments) -> Answer:
    """Answer a call as Slack does: `ok` and what was asked for, or an error's code.

    Raises Limited, which tells how long to wait, for a call that is one too many.
    """
    workspace.calls[name] += 1
    workspace.post_due()
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
    except (AttributeError, KeyError, TypeError, ValueError):
        return {"ok": False, "error": "invalid_arguments"}
    except Refused as refused:
        return {"ok": False, "error": refused.error, **refused.told}


def _check_token(workspace: Workspace, name: str, token: str) -> None:
    if name == "oauth.v2.access":
        return  # Who asks for a token has none yet.
    wanted = workspace.app_token if name == "apps.connections.open" else workspace.bot_token
    if not token:
        raise Refused("not_authed")
    if token in workspace.ended_tokens:
        raise Refused("account_inactive")
    if token != wanted:
        raise Refused("invalid_auth")
    if not workspace.is_installed:
        raise Refused("account_inactive")
