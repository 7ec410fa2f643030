"""All text that reaches Slack goes through here: shown as its characters, never acting.

Slack parses `text`, mrkdwn objects and nothing else; what comes from documents and people is therefore
sent as plain_text or as rich_text elements, which are not parsed, and the one `text` is escaped.
"""

import re
import urllib.parse
from datetime import datetime

from wcwidth import iter_graphemes

from bot.library.decode import storable

LONGEST_CHARACTER = 40
"""Code points of what is seen as one character; families of emoji have about ten."""

# Characters that are not seen but change what is: controls, and orders to write the other way round.
# Joiners and direction marks stay, which scripts and emoji need.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)

_SEEN = re.compile("[^\\s\u200b-\u200f]")

_KEPT = re.compile("[&<>]")


def shown(text: str, most: int = 3000) -> str:
    """Return *text* for a field that Slack does not parse: at most *most* UTF-16 units, nothing hidden."""
    return cut(_UNSEEN.sub("", text.encode("utf-8", "replace").decode()), most)


def is_seen(text: str) -> bool:
    """Return whether there is more to *text*, as `shown` returns it, than white space and joiners."""
    return bool(_SEEN.search(text))


def short(text: str, most: int = 3000) -> str:
    """Return *text* as `shown` does, and so short that it has at most *most* units where Slack keeps it.

    Slack keeps three characters as entities, also of what it does not parse.
    """
    room = most
    while room > 0:
        safe = shown(text, room)
        long = units(_entities(safe)) if _KEPT.search(safe) else 0
        if long <= most:
            return safe
        room = min(room * most // long, room - 1)  # Entities are longer than what they stand for.
    return ""


def escaped(text: str, most: int = 3000) -> str:
    """Return *text* for a field that Slack parses, so that it stays text; at most *most* units long."""
    return _entities(short(text, most))


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def link(url: str, label: str) -> str:
    """Return mrkdwn for a link of ours to *url*, which cannot break out of it."""
    return f"<{escaped(address(url), 2900)}|{escaped(label, 75)}>"


def address(url: str) -> str:
    """Return *url* in characters that stand for themselves wherever an address may stand."""
    return urllib.parse.quote(url.encode("utf-8", "replace"), safe=":/?#[]@!$&'()*+,;=%~-._")


def web_address(url: str) -> str:
    """Return *url* as `address` does, '' where it leads nowhere in the web: in a link `!channel` acts."""
    told = address(url)
    return told if told.lower().startswith(("http://", "https://")) else ""


def cut(text: str, most: int) -> str:
    """Return *text*, or as much of it as fits into *most* UTF-16 units, ended by an ellipsis.

    Cuts between words where it can, and never within what is seen as one character.
    """
    if units(text) <= most:
        return text
    end = _end(text, most - 1)
    space = text.rfind(" ", 0, end)
    if space > end * 0.8:
        end = space
    return text[: _between(text, end)].rstrip() + "…"


def pieces(text: str, most: int) -> list[str]:
    """Return all of *text* in pieces of at most *most* UTF-16 units, which end with a line where they can.

    None begins or ends within what is seen as one character, unless that is longer.
    """
    parts = []
    while units(text) > most:
        end = _end(text, most)
        line = text.rfind("\n", 0, end) + 1
        end = line if line > end // 2 else _between(text, end) or end
        parts.append(text[:end])
        text = text[end:]
    return [*parts, text]


def _end(text: str, most: int) -> int:
    """Return how many characters of a text that is longer have at most *most* units."""
    end = most
    while units(text[:end]) > most:
        end -= max((units(text[:end]) - most) // 2, 1)
    return end


def _between(text: str, end: int) -> int:
    """Return the last place up to *end* where no character that is seen as one would be cut."""
    whole = max(end - LONGEST_CHARACTER, 0)
    while (
        whole and "\U0001f1e6" <= text[whole] <= "\U0001f1ff"
    ):  # Of flags, two letters each, any may begin one.
        whole -= 1
    for character in iter_graphemes(text[whole : end + LONGEST_CHARACTER]):
        if whole + len(character) > end:
            break
        whole += len(character)
    return whole


def units(text: str) -> int:
    """Count as Slack's own programs do: characters outside the basic plane are two."""
    return len(text) + sum(character > "\uffff" for character in text)


def day_in_words(moment: datetime) -> str:
    """Return a day as people write it."""
    return f"{moment.day} {moment:%B %Y}"


def one_line(name: str) -> str:
    """Return a name as it can be stored, in one line."""
    return " ".join(storable(name).split())
