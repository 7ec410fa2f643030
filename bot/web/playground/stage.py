"""The workspace that is played in: its people, its channels, and what was said before anyone came."""

import secrets
from collections.abc import Callable

from bot.local_slack.state import Workspace
from bot.local_slack.values import Channel, User

TEAM = "T0PLAYGROUND"

CHANNELS = {
    "research": "What we read, and the digest of each Monday",
    "policy": "Briefbot is here too, and posts nothing until someone sets it up",
    "random": "A channel that Briefbot has not been added to",
    "strategy": "A private channel",
}
"""The channels, and what each is for; the bot is in the first two, and the last is private."""

SAID = {
    "research": "Two foundries told us this morning that *mature chips* are sold out until summer."
    " Worth keeping: _Add to library_ is in the menu of this message.",
    "strategy": "The board wants a page on export licences by Friday. Nobody else has seen the draft.",
}
"""What a colleague said in a channel."""


def set_up(now: Callable[[], float], *, timezone: str) -> Workspace:
    """Return a workspace with secrets of its own, two people of whom one is an admin, and four channels."""
    workspace = Workspace(team=TEAM, now=now, rates=False)
    workspace.signing_secret = secrets.token_hex(32)
    workspace.bot_token = f"xoxb-{secrets.token_hex(24)}"
    workspace.bot.name = "Briefbot"
    anna = _person(workspace, "anna", timezone, is_admin=True)
    ben = _person(workspace, "ben", timezone)
    for name in CHANNELS:
        members = [anna, ben, workspace.bot] if name in {"research", "policy"} else [anna, ben]
        channel = workspace.add_channel(name, *members, is_private=name == "strategy")
        if name in SAID:
            workspace.post(channel.id, ben.id, SAID[name])
    for person in (anna, ben):
        workspace.direct(person)
    return workspace


def _person(workspace: Workspace, name: str, timezone: str, *, is_admin: bool = False) -> User:
    person = workspace.add_user(name, tz=timezone, is_admin=is_admin)
    person.name = name.capitalize()
    return person


def people_of(workspace: Workspace) -> list[User]:
    """Return those whose part one can take."""
    return [user for user in workspace.users.values() if not user.is_bot]


def channels_of(workspace: Workspace, person: str) -> list[Channel]:
    """Return the channels that someone sees, in order, and the direct messages with the bot last."""
    seen = [channel for channel in list(workspace.channels.values()) if person in channel.members]
    return sorted(seen, key=lambda channel: channel.is_im)
