"""All text that reaches Slack goes through here: shown as its characters, never acting.

Slack parses `text`, mrkdwn objects and nothing else; what comes from documents and people is therefore
sent as plain_text or as rich_text elements, which are not parsed, and the one `text` is escaped.
"""

import re
import urllib.parse

from wcwidth import iter_graphemes

LONGEST_CHARACTER = 40
"""Code points of what is seen as one character; families of emoji have about ten."""

# Characters that are not seen but change what is: controls, and orders to write the other way round.
# Joiners and direction marks stay, which scripts and emoji need.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)


def shown(text: str, most: int = 3000) -> str:
    """Return *text* for a field that Slack does not parse: at most *most* UTF-16 units, nothing hidden."""
    return cut(_UNSEEN.sub("", text.encode("utf-8", "replace").decode()), most)


def escaped(text: str, most: int = 3000) -> str:
    """Return *text* for a field that Slack parses, so that it stays text; at most *most* units long."""
    room = most
    while room > 0:
        safe = shown(text, room)
        for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
            safe = safe.replace(character, entity)
        if units(safe) <= most:
            return safe
        room = min(room * most // units(safe), room - 1)  # Entities are longer than what they stand for.
    return ""


def link(url: str, label: str) -> str:
    """Return mrkdwn for a link of ours to *url*, which cannot break out of it."""
    return f"<{escaped(address(url), 2900)}|{escaped(label, 75)}>"


def address(url: str) -> str:
    """Return *url* in characters that stand for themselves wherever an address may stand."""
    return urllib.parse.quote(url.encode("utf-8", "replace"), safe=":/?#[]@!$&'()*+,;=%~-._")


def cut(text: str, most: int) -> str:
    """Return *text*, or as much of it as fits into *most* UTF-16 units, ended by an ellipsis.

    Cuts between words where it can, and never within what is seen as one character.
    """
    if units(text) <= most:
        return text
    end = most - 1
    while units(text[:end]) > most - 1:
        end -= max((units(text[:end]) - most + 1) // 2, 1)
    space = text.rfind(" ", 0, end)
    if space > end * 0.8:
        end = space
    whole = max(end - LONGEST_CHARACTER, 0)
    for character in iter_graphemes(text[whole : end + LONGEST_CHARACTER]):
        if whole + len(character) > end:
            break
        whole += len(character)
    return text[:whole].rstrip() + "…"


def units(text: str) -> int:
    """Count as Slack's own programs do: characters outside the basic plane are two."""
    return len(text) + sum(character > "\uffff" for character in text)
