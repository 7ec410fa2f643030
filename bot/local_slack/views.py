"""Methods that open, push, change and publish modals and home tabs."""

from bot.local_slack.limits import view_fault
from bot.local_slack.method import Answer, Arguments, Method, Methods
from bot.local_slack.state import Workspace
from bot.local_slack.values import Refused, View

STACK = 3
"""How many modals may lie upon each other."""


def _open(workspace: Workspace, arguments: Arguments) -> Answer:
    workspace.use_trigger(str(arguments.get("trigger_id") or ""))
    return _added(workspace, arguments)


def _push(workspace: Workspace, arguments: Arguments) -> Answer:
    """Lay a modal upon the one in which someone did what gave the trigger."""
    below = workspace.views.get(workspace.use_trigger(str(arguments.get("trigger_id") or "")))
    if below is None:
        raise Refused("invalid_trigger_id")
    if below.depth >= STACK:
        raise Refused("push_limit_reached")
    return _added(workspace, arguments, depth=below.depth + 1)


def _added(workspace: Workspace, arguments: Arguments, *, depth: int = 1) -> Answer:
    shown = _view(arguments)
    if fault := view_fault(shown):
        raise Refused(fault)
    view = View(workspace.new_id("V"), "", workspace.new_id("h"), dict(shown), depth)
    workspace.views[view.id] = view
    return {"view": _told(view)}


def _view(arguments: Arguments) -> Answer:
    view = arguments.get("view")
    return view if isinstance(view, dict) else {}


def _update(workspace: Workspace, arguments: Arguments) -> Answer:
    view = workspace.views.get(str(arguments.get("view_id")))
    if view is None:
        raise Refused("not_found")
    return {"view": _told(_changed(workspace, view, arguments))}


def _publish(workspace: Workspace, arguments: Arguments) -> Answer:
    user = str(arguments.get("user_id"))
    if user not in workspace.users:
        raise Refused("user_not_found")
    home = workspace.homes.get(user)
    if home is None:
        home = workspace.homes[user] = View(workspace.new_id("V"), user, "", {})
    return {"view": _told(_changed(workspace, home, arguments))}


def _changed(workspace: Workspace, view: View, arguments: Arguments) -> View:
    if arguments.get("hash") and arguments["hash"] != view.hash:
        raise Refused("hash_conflict")
    shown = _view(arguments)
    if fault := view_fault(shown):
        raise Refused(fault)
    view.view, view.hash = dict(shown), workspace.new_id("h")
    return view


def answer_view(workspace: Workspace, view: View, answer: Answer) -> None:
    """Do with a modal that was sent what the app answers: it is closed, or stays with errors, or changes.

    Raises Refused for a view that Slack does not take: it tells people that there was trouble.
    """
    act = answer.get("response_action")
    if act == "errors":
        if not answer.get("errors"):
            raise Refused("invalid_arguments")
    elif act == "update":
        _changed(workspace, view, answer)
    elif act == "push":
        if view.depth >= STACK:
            raise Refused("push_limit_reached")
        _added(workspace, answer, depth=view.depth + 1)
    elif act in {None, "clear"}:
        workspace.views.pop(view.id, None)
    else:
        raise Refused("invalid_arguments")


def _told(view: View) -> Answer:
    return {**view.view, "id": view.id, "hash": view.hash}


METHODS: Methods = {
    "views.open": Method(_open),
    "views.push": Method(_push),
    "views.update": Method(_update),
    "views.publish": Method(_publish),
}
