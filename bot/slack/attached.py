"""What Slack tells of the files of a message: which can be read, why others cannot, and what came of each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from bot.library.clip import KINDS
from bot.library.decode import storable
from bot.store.clips import Attached, Clip

MOST = 10
"""Files of one message that are looked at."""

NAME_CHARACTERS = 200

SLACKS = {"text": ".txt", "markdown": ".md", "html": ".html", "email": ".eml"}
"""Kinds that Slack calls otherwise than names of files end; others it calls alike."""

UNTOLD = "Slack does not tell of it"
DELETED = "was deleted"
HIDDEN = "is hidden by Slack, as the workspace has reached the limit of its plan"
EXTERNAL = "lies outside of Slack, where Briefbot does not read it"
FOREIGN = "is another organization's, and Slack does not let Briefbot see it"
NO_KIND = "is of no kind that is read: PDF, Word (.docx), EPUB, web pages, mails, Markdown and plain text are"
UNSEEN = (
    "is not to be seen by Briefbot: it was deleted, or shared where Briefbot is no member; invite it there"
    " and choose Add to library once more"
)
LACKS = "may not be read, as Briefbot lacks the scope files:read"
HELP = (
    "Its files are left out, as Briefbot may not read files here. Who manages the app lets it: add the scope"
    " files:read, as python -m bot manifest --with files prints it, and install the app again."
)
"""What is said where the scope is missing."""

REFUSED: Mapping[str, str] = {
    "missing_scope": LACKS,
    "not_allowed_token_type": LACKS,
    "file_deleted": DELETED,
    "file_not_found": UNSEEN,
    "not_in_channel": UNSEEN,
    "channel_not_found": UNSEEN,
    "access_denied": FOREIGN,
    "team_access_not_granted": FOREIGN,
    "slack_connect_file_upload_sharing_blocked": FOREIGN,
    "slack_connect_canvas_sharing_blocked": FOREIGN,
}
"""Why a file cannot be read, by Slack's codes."""

_ID = re.compile(r"F[A-Z0-9]{1,30}")


@dataclass(frozen=True, slots=True)
class Offered:
    """A file of a message, and why it cannot be read, '' where it can."""

    file: Attached
    why: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """The files of a message, in their order. Where Briefbot `lacks_scope` none of them can be read."""

    files: tuple[Offered, ...] = ()
    lacks_scope: bool = False
    more: int = 0
    """Files that were not looked at."""

    @property
    def readable(self) -> tuple[Attached, ...]:
        """Those that can be read."""
        return tuple(one.file for one in self.files if not one.why)


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of a file: its clip, or why there is none; while it is being read, neither.

    `left` is what of it could not be read.
    """

    name: str
    clip: Clip | None = None
    is_new: bool = True
    left: str = ""
    why: str = ""

    @property
    def is_done(self) -> bool:
        """Tell whether anything came of it yet."""
        return self.clip is not None or bool(self.why)


def files_of(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return what a message tells of its files."""
    told = message.get("files")
    return [one for one in told if isinstance(one, Mapping)] if isinstance(told, list) else []


def offered(told: Mapping[str, Any], *, megabytes: int) -> Offered:
    """Return the file that Slack tells of, and why it cannot be read, if so."""
    title, size = _line(told.get("title")), told.get("size")
    # A name is no path, whatever stands in it.
    name = re.split(r"[/\\]", _line(told.get("name")))[-1].strip() or title or "a file without a name"
    file = Attached(
        id=id_of(told),
        name=name,
        title=title,
        suffix=_suffix(name, told.get("filetype")),
        size=size if isinstance(size, int) and 0 <= size < 2**53 else 0,
    )
    return Offered(file, gone(told) or _fault(told, file, megabytes))


def gone(told: Mapping[str, Any]) -> str:
    """Return why Slack has nothing more to tell of a file, '' where it has."""
    mode = told.get("mode")
    if not id_of(told):
        return UNTOLD
    return {"tombstone": DELETED, "hidden_by_limit": HIDDEN}.get(mode if isinstance(mode, str) else "", "")


def id_of(told: Mapping[str, Any]) -> str:
    """Return a file's id, '' where it is none."""
    found = told.get("id")
    return found if isinstance(found, str) and _ID.fullmatch(found) else ""


def _fault(told: Mapping[str, Any], file: Attached, megabytes: int) -> str:
    if told.get("is_external") or told.get("mode") == "external":
        return EXTERNAL
    if told.get("file_access") not in {None, "visible"}:
        return FOREIGN
    if not file.suffix:
        return NO_KIND
    if not file.size:
        return "is empty"
    if file.size > megabytes * 1_000_000:
        return f"is larger than {megabytes} MB, which is the most that is read (limits.file_megabytes)"
    return ""


def _line(told: object) -> str:
    """Return what a file is called as it can be stored and shown: in one line, nothing hidden in it."""
    name = storable(told) if isinstance(told, str) else ""
    seen = "".join(letter if letter.isprintable() else " " for letter in name)
    return " ".join(seen.split())[-NAME_CHARACTERS:]


def _suffix(name: str, kind: object) -> str:
    """Return how a file is read: by the end of its name, or else by what Slack takes it for."""
    by_name = PurePosixPath(name).suffix.lower()
    if by_name:
        return by_name if by_name in KINDS else ""
    by_kind = SLACKS.get(kind, f".{kind}") if isinstance(kind, str) else ""
    return by_kind if by_kind in KINDS else ""
