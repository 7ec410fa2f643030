"""What a message shortcut tells of its message, read into plain words; or why it is not taken."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.errors import BotError
from bot.library.decode import storable
from bot.slack.command import entities_read
from bot.slack.rich_text import linked, words
from bot.slack.text import one_line
from bot.store.audit import Actor
from bot.store.clips import Attached, Said

STRANGER = "You belong to another workspace, and only people of this one can do that."

PRIVATE_NAMES = ("privategroup", "directmessage", "mpdm-")
"""How the names begin that Slack tells of what not all can read."""

_TS = re.compile(r"[0-9]{1,10}\.[0-9]{1,6}")
_MARKED = re.compile(r"<([^<>]*)>")
_LABELLED = re.compile(r"<(?:[@#]|!subteam\^)([A-Z0-9]+)\|([^<>]+)>")
_KEPT = re.compile(r"```(?P<block>.+?)```|`(?P<code>[^`\n]+)`|<[^<>]*>", re.DOTALL)
_FORMATTED = [
    re.compile(rf"(?<!{mark})(?<![^\W_]){mark}(?=\S)([^{mark}\n]*[^{mark}\s]){mark}(?!{mark})(?![^\W_])")
    for mark in (r"\*", "_", "~")
]
"""Bold, italic and struck words, as Slack reads them: marks stand close around words, and not within one."""

_PERSON = re.compile(r"<@([UW][A-Z0-9]+)>")


def workspace_of(body: Mapping[str, Any]) -> str:
    """Return in which workspace something was done.

    Raises BotError where Slack does not tell, and for who belongs to another one, as in a shared channel.
    """
    workspace, own = place_of(body), _word(body, "user", "team_id")
    if workspace and is_stranger(own, workspace, _word(body, "enterprise", "id")):
        raise BotError(STRANGER)
    if not workspace:  # What belongs to none would be seen by all.
        raise BotError("Slack did not tell in which workspace this is, so nothing was done.")
    return workspace


def is_stranger(own: str, workspace: str, enterprise: str) -> bool:
    """Tell whether *own*, to which someone belongs, is neither *workspace* nor *enterprise*, of which it is.

    Which workspaces an organization has Slack does not tell: all may be its own, where there is one.
    """
    if not own or own in {workspace, enterprise}:
        return False
    return not enterprise or own.startswith("E")


def place_of(body: Mapping[str, Any]) -> str:
    """Return the workspace that a click, a form or a shortcut concerns, '' where Slack does not tell.

    Where the app is installed for an organization it names no team; where two workspaces share a channel, a
    form's team is that of who sent it, and not the one to which the form belongs.
    """
    installed = _word(body, "view", "app_installed_team_id")
    if installed.startswith("T") and not body.get("is_enterprise_install"):
        return installed
    return _word(body, "team", "id") or _word(body, "user", "team_id")


def check(body: Mapping[str, Any]) -> None:
    """Raise BotError, with the reason, where *body* tells of a message that is not added."""
    workspace_of(body)
    message = body.get("message") or {}
    if message.get("bot_id") or message.get("subtype") == "bot_message" or not writer(body):
        raise BotError("An app wrote this message, and only what people write is added to the library.")
    if not _word(body, "channel", "id") or not _TS.fullmatch(_word(body, "message", "ts")):
        raise BotError("Slack did not tell which message this is, so it cannot be added.")


def said(body: Mapping[str, Any], names: Mapping[str, str], files: Sequence[Attached]) -> Said:
    """Return the message that *body* tells of, with those of its *files* that can be read.

    People are called by *names*, by their ids where unknown. Its text is '' where it says nothing.
    """
    channel, user = _word(body, "channel", "id"), writer(body)
    text = _words(body.get("message") or {}, names)
    is_private, place = _place(channel, _word(body, "channel", "name"))
    return Said(
        workspace=workspace_of(body),
        channel=channel,
        ts=_word(body, "message", "ts"),
        text=text if re.search(r"\w", text) else "",
        writer=user,
        author=names.get(user, ""),
        place=place,
        is_private=is_private,
        files=tuple(files),
    )


def writer(body: Mapping[str, Any]) -> str:
    """Return the id of who wrote the message, '' if that is nobody's."""
    return _word(body, "message", "user")


def mentioned(body: Mapping[str, Any]) -> list[str]:
    """Return the ids of those whom the message mentions, in order."""
    return list(dict.fromkeys(_PERSON.findall(_word(body, "message", "text"))))


def _words(message: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Return what a message says: by its rich text, which is exact, or else by its text."""
    text = _word(message, "text")
    labels = {one: entities_read(label.lstrip("@")) for one, label in _LABELLED.findall(text)}
    exact = words(message.get("blocks"), {**labels, **names})
    return storable(exact) if exact else plain_text(text, names)


def plain_text(text: str, names: Mapping[str, str]) -> str:
    """Return *text* as people read it: Slack writes links, mentions and three characters in its own way.

    Marks of formatting go where they are such: in pairs, around words, and not in code.
    """
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        code = found["block"] or found["code"]
        told = _MARKED.sub(lambda marked: _read(marked[1], names), code or found[0])
        kept.append(told)
        return f"\0{len(kept) - 1}\0"  # Which no text has.

    plain = _KEPT.sub(keep, text)
    for pattern in _FORMATTED:
        plain = pattern.sub(r"\1", plain)
    return entities_read(re.sub(r"\0(\d+)\0", lambda at: kept[int(at[1])], plain))


def _read(marked: str, names: Mapping[str, str]) -> str:
    told, _, label = marked.partition("|")
    if told.startswith("@"):
        return f"@{label or names.get(told[1:], told[1:])}"
    if told.startswith("#"):
        return f"#{label or told[1:]}"
    if told.startswith("!"):
        return label or f"@{told[1:].partition('^')[0]}"
    return linked(told, label) if told.startswith(("http://", "https://")) else label or told


def _place(channel: str, name: str) -> tuple[bool, str]:
    """Return whether not all may read a channel, and what it is called; a private one's name is not told."""
    if channel.startswith("D") or name == "directmessage":
        return True, "a direct message"
    if channel.startswith("G") or not name or name.startswith(PRIVATE_NAMES):
        return True, "a private channel"
    return False, f"#{one_line(name)}"


def actor_of(body: Mapping[str, Any]) -> Actor:
    """Return who did something."""
    name = one_line(_word(body, "user", "name") or _word(body, "user", "username"))
    return Actor(_word(body, "user", "id"), name or "A member")


def _word(body: Mapping[str, Any], *path: str) -> str:
    """Return the text that stands at *path*, '' if there is none."""
    part: Any = body
    for key in path:
        part = part.get(key) if isinstance(part, Mapping) else None
    return storable(part) if isinstance(part, str) else ""
