"""Where someone does something: a message or a view, and in it one element."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.local_slack.state import Workspace
from bot.local_slack.values import Message, View
from bot.web.playground.choosing import Unchosen

Part = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Spot:
    """One element of a block."""

    block: Part
    element: Part

    @property
    def action(self) -> dict[str, Any]:
        """What Slack tells of every element that is used."""
        return {"action_id": self.element["action_id"], "block_id": self.block["block_id"]}


def elements_of(block: Part) -> Sequence[Part]:
    """Return what can be used in a block."""
    single = block.get("accessory") or block.get("element")
    return [single] if single else block.get("elements") or ()


def named(blocks: Sequence[Part]) -> list[Part]:
    """Return *blocks* with an id each, as Slack gives one to those that have none."""
    return [{**block, "block_id": block.get("block_id") or f"b{at}"} for at, block in enumerate(blocks)]


def spot(blocks: Sequence[Part], at: str) -> Spot:
    """Return the element at `BLOCK.ELEMENT`, both from 0. Raises Unchosen where there is none to be used."""
    try:
        block_at, element_at = map(int, at.split("."))
        if min(block_at, element_at) < 0:
            raise IndexError(at)
        block = named(blocks)[block_at]
        found = Spot(block, elements_of(block)[element_at])
    except (ValueError, IndexError):
        raise Unchosen(at) from None
    if "action_id" not in found.element:
        raise Unchosen(at)
    return found


def message_at(workspace: Workspace, place: str, person: str) -> Message:
    """Return the message at `CHANNEL:TS` that someone sees. Raises Unchosen where there is none."""
    channel_id, _, ts = place.partition(":")
    channel = workspace.channels.get(channel_id)
    if channel and person in channel.members:
        for message in workspace.visible(channel_id, user=person):
            if message.ts == ts:
                return message
    raise Unchosen(place)


def view_at(workspace: Workspace, view_id: str, person: str) -> View:
    """Return someone's Home or modal. Raises Unchosen where it is not there, or is another's."""
    home = workspace.homes.get(person)
    found = home if home and home.id == view_id else workspace.views.get(view_id)
    if found is None or (found is not home and found.user != person):
        raise Unchosen(view_id)
    return found
