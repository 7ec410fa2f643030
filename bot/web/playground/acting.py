"""What someone does on the page, done in the local Slack, which brings it to the app as Slack does."""

import html
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.local_slack.files import share
from bot.local_slack.people import Outcome, People
from bot.local_slack.state import Workspace
from bot.local_slack.values import Refused, View
from bot.local_slack.viewing import Viewing
from bot.local_slack.views import values
from bot.web.playground.choosing import Choice, Unchosen, chosen
from bot.web.playground.places import Part, message_at, named, spot, view_at
from bot.web.playground.refusal import Refusals
from bot.web.playground.stage import channels_of

Asked = Mapping[str, Any]
Told = dict[str, Any]

LONGEST = 4000
"""Characters of what someone may type; Slack's own limit of a message."""

NO_ANSWER = "Briefbot gave no answer in three seconds, and Slack would say that it failed."


@dataclass
class Acting:
    """Acts for whoever it is told to; every act returns what the page is to tell of it, {} for nothing."""

    workspace: Workspace
    people: People
    viewing: Viewing
    shortcuts: Sequence[Part]
    refusals: Refusals
    listed: dict[tuple[str, str], list[Part]] = field(default_factory=dict)

    async def act(self, name: str, asked: Asked, person: str) -> Told:
        """Do the act called *name*. Raises Unchosen for what the page does not offer."""
        acts: Mapping[str, Callable[[Asked, str], Awaitable[Told]]] = {
            "say": self._say,
            "use": self._use,
            "fill": self._fill,
            "suggest": self._suggest,
            "submit": self._submit,
            "close": self._close,
            "shortcut": self._shortcut,
            "home": self._home,
            "invite": self._invite,
            "dismiss": self._dismiss,
        }
        if name not in acts:
            raise Unchosen(name)
        last = self.refusals.last
        told = await acts[name](asked, person)
        for one in self.refusals.windows_since(last):
            told = {"told": f"Slack refuses this window with {one.error}: nobody would see it."}
        return told

    async def _say(self, asked: Asked, person: str) -> Told:
        """Type a command, a message or a reply."""
        text, thread = _text(asked, "text").strip()[:LONGEST], _text(asked, "thread") or None
        channel = self._channel(asked, person)
        if not text:
            return {}
        if thread:
            message_at(self.workspace, f"{channel}:{thread}", person)
        if not text.startswith("/"):
            return await self._said(text, channel, thread, person)
        if thread:
            return {"told": f"Slack takes no commands in threads. Write @{self.workspace.bot.name} instead."}
        return await self._command(text, channel, person)

    async def share(self, asked: Asked, content: bytes, person: str) -> Told:
        """Share a file in a channel. Raises Unchosen where there is no such channel, or no file."""
        channel, name = self._channel(asked, person), _text(asked, "name")[:255]
        if not name or not content:
            raise Unchosen(name)
        share(self.workspace, channel, person, name, content)
        return {}

    async def _command(self, text: str, channel: str, person: str) -> Told:
        command, *rest = text.split(maxsplit=1)
        if command not in self.workspace.commands:
            known = ", ".join(sorted(self.workspace.commands))
            return {"told": f"{command} is not a command here. There is {known}."}
        before = len(self.workspace.messages)
        try:
            outcome = await self.people.command(
                _escaped(*rest), user=person, channel=channel, command=command
            )
        except Refused as refused:
            self.refusals.hear("response_url", refused.error, {**refused.told, "channel": channel})
            return {}
        if outcome.status == 200 and len(self.workspace.messages) > before:
            return {}
        return _failed(outcome, f"{command} failed")

    async def _said(self, text: str, channel: str, thread: str | None, person: str) -> Told:
        workspace = self.workspace
        told = re.sub(rf"@{workspace.bot.name}\b", f"<@{workspace.bot.id}>", _escaped(text), flags=re.I)
        message = workspace.post(channel, person, told, thread_ts=thread)
        is_direct = workspace.channels[channel].is_im
        if not is_direct and f"<@{workspace.bot.id}>" not in told:
            return {}
        if workspace.bot.id not in workspace.channels[channel].members:
            return {"told": f"{workspace.bot.name} does not hear of it: it is not in this channel."}
        event = {
            "type": "message" if is_direct else "app_mention",
            "user": person,
            "channel": channel,
            "text": told,
            "ts": message.ts,
            **({"channel_type": "im"} if is_direct else {}),
            **({"thread_ts": thread} if thread else {}),
        }
        return _failed(await self.people.event(event, attempts=1), "It was not heard")

    async def _use(self, asked: Asked, person: str) -> Told:
        """Use an element of a message, or of a view outside its fields."""
        place, at, choice = _text(asked, "place"), _text(asked, "at"), asked.get("choice")
        kind, _, where = place.partition(":")
        if kind == "view":
            view = view_at(self.workspace, where, person)
            action = self._action(view.view["blocks"], at, choice, place)
            return _failed(await self.viewing.act(view, action, user=person), "That failed")
        message = message_at(self.workspace, where, person)
        action = self._action(message.blocks, at, choice, place)
        outcome = await self.people.click(action, user=person, channel=message.channel, ts=message.ts)
        return _failed(outcome, "That failed")

    def _action(self, blocks: Sequence[Part], at: str, choice: Choice, place: str) -> dict[str, Any]:
        found = spot(blocks, at)
        return {**found.action, **chosen(found.element, choice, self.listed.get((place, at), ()))}

    async def _fill(self, asked: Asked, person: str) -> Told:
        """Fill in a field of which the app wants to hear at once."""
        view = view_at(self.workspace, _text(asked, "view"), person)
        (name, _), value = self._value(view, _text(asked, "at"), asked.get("choice"))
        outcome = await self.viewing.fill(view, name, value, user=person)
        return _failed(outcome, "That failed") if outcome else {}

    async def _suggest(self, asked: Asked, person: str) -> Told:
        """Type in a menu whose choices the app tells."""
        view, at = view_at(self.workspace, _text(asked, "view"), person), _text(asked, "at")
        element = spot(view.view["blocks"], at).element
        try:
            options = await self.viewing.suggest(view, element, _text(asked, "text"), user=person)
        except Refused as refused:
            return {"told": f"Slack does not take these choices: {refused.error}"}
        self.listed[f"view:{view.id}", at] = list(options)
        return {"options": [option["text"]["text"] for option in options]}

    async def _submit(self, asked: Asked, person: str) -> Told:
        """Send a form with all that stands in it; errors are told by the numbers of their blocks."""
        view = view_at(self.workspace, _text(asked, "view"), person)
        given = asked.get("values")
        if not isinstance(given, dict):
            raise Unchosen("values")
        # It stays in the form, which is there again when a window that is laid upon it closes.
        view.filled |= dict(self._value(view, at, choice) for at, choice in given.items())
        try:
            outcome = await self.viewing.submit(view, {}, user=person)
        except Refused as refused:
            return {
                "told": f"Slack does not take the answer, and says that there was trouble: {refused.error}"
            }
        if outcome.answer.get("response_action") == "errors":
            names = [block["block_id"] for block in named(view.view["blocks"])]
            errors = outcome.answer["errors"]
            return {"errors": {names.index(name): told for name, told in errors.items()}}
        return _failed(outcome, "It was not sent")

    def _value(self, view: View, at: str, choice: Choice) -> tuple[tuple[str, str], dict[str, Any]]:
        """Return what stands in a field, by the ids of its block and action."""
        found = spot(view.view["blocks"], at)
        block, action = found.block["block_id"], found.element["action_id"]
        standing = values(view).get(block, {}).get(action, {}).get("selected_option")
        listed = [*self.listed.get((f"view:{view.id}", at), ()), *([standing] if standing else ())]
        return (block, action), chosen(found.element, choice, listed)

    async def _close(self, asked: Asked, person: str) -> Told:
        await self.viewing.close(view_at(self.workspace, _text(asked, "view"), person), user=person)
        return {}

    async def _shortcut(self, asked: Asked, person: str) -> Told:
        """Choose a shortcut of the app, one for messages at a message."""
        callback = _text(asked, "callback")
        found = next((one for one in self.shortcuts if one["callback_id"] == callback), None)
        if found is None:
            raise Unchosen(callback)
        if found["type"] == "message":
            message = message_at(self.workspace, _text(asked, "place").partition(":")[2], person)
            outcome = await self.people.shortcut(
                callback, user=person, channel=message.channel, ts=message.ts
            )
        else:
            outcome = await self.viewing.choose(callback, user=person)
        return _failed(outcome, f"{found['name']} failed")

    async def _home(self, _asked: Asked, person: str) -> Told:
        return _failed(await self.viewing.open_home(person), "Home could not be opened")

    async def _invite(self, asked: Asked, person: str) -> Told:
        """Add the app to a channel."""
        channel, bot = self._channel(asked, person), self.workspace.bot.id
        self.workspace.invite(channel)
        event = {
            "type": "member_joined_channel",
            "user": bot,
            "channel": channel,
            "inviter": person,
            "channel_type": "G" if self.workspace.channels[channel].is_private else "C",
            "event_ts": f"{self.workspace.now():.6f}",
        }
        return _failed(await self.people.event(event, attempts=1), "It was not heard")

    async def _dismiss(self, asked: Asked, person: str) -> Told:
        """Take away what only this person sees."""
        message = message_at(self.workspace, _text(asked, "place").partition(":")[2], person)
        if message.seen_by != person:
            raise Unchosen(message.ts)
        self.workspace.messages.remove(message)
        return {}

    def _channel(self, asked: Asked, person: str) -> str:
        channel = _text(asked, "channel")
        if channel not in {one.id for one in channels_of(self.workspace, person)}:
            raise Unchosen(channel)
        return channel


def _text(asked: Asked, key: str) -> str:
    told = asked.get(key, "")
    if not isinstance(told, str):
        raise Unchosen(key)
    return told.encode("utf-8", "replace").decode()


def _escaped(text: str = "") -> str:
    """Return *text* with three characters as entities, as Slack writes them."""
    return html.escape(text, quote=False)


def _failed(outcome: Outcome, what: str) -> Told:
    """Tell why there was no answer, {} where there was one."""
    if outcome.status == 200:
        return {}
    return {"told": NO_ANSWER if outcome.status == 0 else f"{what}: Briefbot answered with {outcome.status}."}
