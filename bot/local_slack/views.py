"""Methods that open, push, change and publish modals and home tabs."""

from bot.local_slack.limits import view_fault
from bot.local_slack.method import Answer, Arguments, Method, Methods
from bot.local_slack.state import Workspace
from bot.local_slack.values import Refused, View

_TOLD = frozenset(
    {
        "value",
        "selected_option",
        "selected_options",
        "selected_conversation",
        "selected_time",
        "selected_date",
    }
)
"""How what stands in a field is told."""

STACK = 3
"""How many modals may lie upon each other."""


def _open(workspace: Workspace, arguments: Arguments) -> Answer:
    trigger = workspace.use_trigger(str(arguments.get("trigger_id") or ""))
    return _added(workspace, arguments, user=trigger.user)


def _push(workspace: Workspace, arguments: Arguments) -> Answer:
    """Lay a modal upon the one in which someone did what gave the trigger."""
    trigger = workspace.use_trigger(str(arguments.get("trigger_id") or ""))
    below = workspace.views.get(trigger.view)
    if below is None:
        raise Refused("invalid_trigger_id")
    if below.depth >= STACK:
        raise Refused("push_limit_reached")
    return _added(workspace, arguments, user=trigger.user, depth=below.depth + 1)


def _added(workspace: Workspace, arguments: Arguments, *, user: str, depth: int = 1) -> Answer:
    shown = _view(arguments, "modal")
    view = View(workspace.new_id("V"), user, workspace.new_id("h"), dict(shown), depth)
    workspace.views[view.id] = view
    return {"view": told(view)}


def _view(arguments: Arguments, kind: str) -> Answer:
    """Return the view that is to be shown, of the kind that the method takes."""
    view = arguments.get("view")
    if not isinstance(view, dict) or view.get("type") != kind:
        raise Refused("invalid_arguments")
    if fault := view_fault(view):
        raise Refused(fault)
    return view


def _update(workspace: Workspace, arguments: Arguments) -> Answer:
    view = workspace.views.get(str(arguments.get("view_id")))
    if view is None:
        raise Refused("not_found")
    return {"view": told(_changed(workspace, view, arguments, "modal"))}


def _publish(workspace: Workspace, arguments: Arguments) -> Answer:
    if not workspace.has_home:
        raise Refused("not_enabled")
    user = str(arguments.get("user_id"))
    if user not in workspace.users:
        raise Refused("user_not_found")
    home = workspace.homes.get(user) or View(workspace.new_id("V"), user, "", {})
    workspace.homes[user] = _changed(workspace, home, arguments, "home")
    return {"view": told(home)}


def _changed(workspace: Workspace, view: View, arguments: Arguments, kind: str) -> View:
    if arguments.get("hash") and arguments["hash"] != view.hash:
        raise Refused("hash_conflict")
    view.view, view.hash = dict(_view(arguments, kind)), workspace.new_id("h")
    # What was filled in stays where a field of the same ids takes the place of another.
    view.filled = {place: view.filled[place] for place in _fields(view) if place in view.filled}
    return view


def answer_view(workspace: Workspace, view: View, answer: Answer) -> None:
    """Do with a modal that was sent what the app answers: it is closed, or stays with errors, or changes.

    Raises Refused for an answer that Slack does not take: it tells people that there was trouble.
    """
    match answer.get("response_action"):
        case None:
            workspace.views.pop(view.id, None)
        case "clear":
            for other in workspace.modals(view.user):
                del workspace.views[other.id]
        case "errors":
            inputs = {block.get("block_id") for block in view.view["blocks"] if block["type"] == "input"}
            if not answer.get("errors") or not answer["errors"].keys() <= inputs:
                raise Refused("invalid_arguments")
        case "update":
            _changed(workspace, view, answer, "modal")
        case "push":
            if view.depth >= STACK:
                raise Refused("push_limit_reached")
            _added(workspace, answer, user=view.user, depth=view.depth + 1)
        case _:
            raise Refused("invalid_arguments")


def told(view: View) -> Answer:
    """Return a view as the API and what people do in it tell of it."""
    return {**view.view, "id": view.id, "hash": view.hash, "state": {"values": values(view)}}


def values(view: View) -> Answer:
    """Return what stands in the fields of a view, by the ids of block and action: filled in, or put there."""
    standing: Answer = {}
    for (block, action), element in _fields(view).items():
        standing.setdefault(block, {})[action] = view.filled.get((block, action)) or _initial(element)
    return standing


def _fields(view: View) -> dict[tuple[str, str], Answer]:
    inputs = [block for block in view.view.get("blocks", ()) if block.get("type") == "input"]
    return {(str(one.get("block_id")), str(one["element"]["action_id"])): one["element"] for one in inputs}


def _initial(element: Answer) -> Answer:
    """Return what the app put into a field, as what stands in one is told."""
    names = {"initial_value": "value"}
    put = {names.get(key, key.replace("initial", "selected")): told for key, told in element.items()}
    return {"type": element["type"], **{key: put[key] for key in put if key in _TOLD}}


METHODS: Methods = {
    "views.open": Method(_open),
    "views.push": Method(_push),
    "views.update": Method(_update),
    "views.publish": Method(_publish),
}
