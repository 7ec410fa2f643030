"""What is in a workspace: people, channels, messages, views; and how Slack refuses."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class User:
    """A person, or the app's bot; who `is_restricted` is a guest."""

    id: str
    name: str
    tz: str = "Europe/Berlin"
    is_admin: bool = False
    is_bot: bool = False
    is_owner: bool = False
    is_restricted: bool = False


@dataclass(slots=True)
class Channel:
    """A channel, private or not, or a direct message with one person."""

    id: str
    name: str
    members: set[str] = field(default_factory=set)
    is_private: bool = False
    is_archived: bool = False
    is_im: bool = False

    @property
    def told_name(self) -> str:
        """What payloads call it: those of which not all are members are not named."""
        if self.is_im:
            return "directmessage"
        return "privategroup" if self.is_private else self.name


@dataclass(slots=True)
class Message:
    """A message as it stands; `seen_by` is the one person who sees an ephemeral one."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str | None = None
    files: list[dict[str, Any]] = field(default_factory=list)
    metadata: dict[str, Any] | None = None
    seen_by: str | None = None
    is_edited: bool = False
    bot_id: str = ""


@dataclass(slots=True)
class ResponseUrl:
    """Where an answer can be sent without a token; `message` is what was clicked, and may be replaced."""

    user: str
    channel: str
    made: float
    message: Message | None = None
    uses: int = 0


@dataclass(slots=True)
class View:
    """A modal or a home tab of `user`; `hash` changes with it, `depth` counts it and the modals below it.

    `filled` is what a person filled in, by the ids of block and action.
    """

    id: str
    user: str
    hash: str
    view: dict[str, Any]
    depth: int = 1
    filled: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trigger:
    """When a trigger_id was made, for whom, and in which modal, if in one."""

    made: float
    view: str = ""
    user: str = ""


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A message that is to be posted at `post_at`, in whole seconds since 1970."""

    id: str
    channel: str
    post_at: int
    message: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Code:
    """What someone consented to, and where the code is brought: '' for the app's own page."""

    redirect_uri: str
    scopes: frozenset[str]
    made: float
    user: str


@dataclass(slots=True)
class File:
    """A file that is being uploaded; `content` is None until it is, `ready` until its upload is complete.

    From `ready` on, in seconds since 1970, messages can show it. `stated` is what Slack tells of it besides
    or otherwise; who downloads it is led to the address `leads_to`, if there is one.
    """

    id: str
    name: str
    length: int
    content: bytes | None = None
    ready: float | None = None
    stated: dict[str, Any] = field(default_factory=dict)
    leads_to: str = ""


class Refused(Exception):  # noqa: N818 - it is no error of ours
    """Slack refuses a call: `error` is its code, the rest what it tells besides."""

    def __init__(self, error: str, **told: Any) -> None:
        super().__init__(error)
        self.error = error
        self.told = told
