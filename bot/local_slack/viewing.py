"""What people do in an app's Home tab and modals, brought to the app as Slack brings it."""

from collections.abc import Mapping
from typing import Any

from bot.local_slack.blocks import part_fault
from bot.local_slack.people import Bring, Outcome, happened, who
from bot.local_slack.state import Workspace
from bot.local_slack.values import Refused, View
from bot.local_slack.views import answer_view, told
from bot.local_slack.views import values as standing

Part = Mapping[str, Any]


class Viewing:
    """Acts for the people of *workspace*."""

    def __init__(self, workspace: Workspace, bring: Bring) -> None:
        self.workspace = workspace
        self._bring = bring

    async def open_home(self, user: str, *, tab: str = "home", events: int = 1) -> Outcome:
        """Open the app's Home, of which Slack tells by as many *events*; return what came of the last."""
        workspace = self.workspace
        event: dict[str, Any] = {
            "type": "app_home_opened",
            "user": user,
            "channel": workspace.direct(user).id,
            "event_ts": f"{workspace.now():.6f}",
            "tab": tab,
        }
        if tab == "home" and user in workspace.homes:
            event["view"] = told(workspace.homes[user])
        outcome = Outcome(0, {})
        for _ in range(events):
            outcome = await self._bring("events_api", happened(workspace, event), {})
        return outcome

    async def choose(self, callback_id: str, *, user: str) -> Outcome:
        """Choose a global shortcut."""
        body = {
            "type": "shortcut",
            **who(self.workspace, user),
            "callback_id": callback_id,
            "action_ts": f"{self.workspace.now():.6f}",
            "trigger_id": self.workspace.new_trigger(user=user),
        }
        return await self._bring("interactive", body, {})

    async def act(self, view: View, action: Part, *, user: str) -> Outcome:
        """Use a button or menu of a view. No response_url comes with it."""
        is_modal = view.view["type"] == "modal"
        body = {
            "type": "block_actions",
            **who(self.workspace, user),
            "container": {"type": "view", "view_id": view.id},
            "trigger_id": self.workspace.new_trigger(user=user, view=view.id if is_modal else ""),
            "view": told(view),
            "actions": [{"action_ts": f"{self.workspace.now():.6f}", **action}],
        }
        return await self._bring("interactive", body, {})

    async def suggest(self, view: View, element: Part, typed: str, *, user: str) -> list[Part]:
        """Type in a menu whose choices the app tells, and return them.

        Raises Refused for choices that Slack does not take.
        """
        body = {
            "type": "block_suggestion",
            **who(self.workspace, user),
            "container": {"type": "view", "view_id": view.id},
            "action_id": element["action_id"],
            "block_id": element["action_id"],
            "value": typed,
            "view": told(view),
        }
        outcome = await self._bring("interactive", body, {})
        choices = outcome.answer.get("options")
        if not isinstance(choices, list) or (
            choices and part_fault({"type": "static_select", **outcome.answer})
        ):
            raise Refused("invalid_options")
        return choices

    async def fill(self, view: View, name: str, value: Part, *, user: str) -> Outcome | None:
        """Fill in the field whose block is called *name*; the app hears of it if it asked to."""
        block = next(one for one in view.view["blocks"] if one.get("block_id") == name)
        element = block["element"]
        told_ = {"type": element["type"], **value}
        view.filled[name, element["action_id"]] = told_
        if not block.get("dispatch_action"):
            return None
        return await self.act(view, {**told_, "block_id": name, "action_id": element["action_id"]}, user=user)

    async def submit(self, view: View, values: Part, *, user: str) -> Outcome:
        """Submit a form as it is filled in, and with *values*, by the ids of block and action.

        What the app answers is done with it.

        Raises Refused for an answer that Slack does not take, and shows people as a failure.
        """
        body = {
            "type": "view_submission",
            **who(self.workspace, user),
            "trigger_id": self.workspace.new_trigger(user=user, view=view.id),
            "view": {**told(view), "state": {"values": {**standing(view), **values}}},
            "response_urls": [],
        }
        outcome = await self._bring("interactive", body, {})
        if outcome.status == 200:
            answer_view(self.workspace, view, outcome.answer)
        return outcome

    async def close(self, view: View, *, user: str) -> Outcome | None:
        """Close a modal; the app hears of it if it asked to."""
        del self.workspace.views[view.id]
        if not view.view.get("notify_on_close"):
            return None
        body = {"type": "view_closed", **who(self.workspace, user), "view": told(view), "is_cleared": False}
        return await self._bring("interactive", body, {})
