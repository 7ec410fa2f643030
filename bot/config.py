"""What can be set: a frozen Config, filled once from `config.yml` and the environment."""

import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.source import Source

ROOT = Path(__file__).resolve().parent.parent
"""The checkout: `config.yml` and `seeds/` are found here."""

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Topic:
    """What people follow: the words that tell it, and its other names in any language."""

    description: str = ""
    keywords: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """What of a page is not the article: own rules by name, and built-in ones that are not wanted."""

    drop: dict[str, str] = field(default_factory=dict)
    keep: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LibraryConfig:
    """Where documents come from, and what is left out of them.

    `allow` are networks inside one's own that may be fetched from, `robots` says whether robots.txt is
    heeded: `respect` or `ignore`.
    """

    sources: tuple[Source, ...] = (Source("seeds"),)
    allow: tuple[str, ...] = ()
    robots: str = "respect"
    boilerplate: Boilerplate = field(default_factory=Boilerplate)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is read at most: characters of a question, megabytes of a document."""

    query_characters: int = 500
    file_megabytes: int = 20


@dataclass(frozen=True, slots=True)
class Search:
    """How many passages an answer in Slack shows, and the folder of a sentence model ('' for none)."""

    results: int = 5
    semantic: str = ""


@dataclass(frozen=True, slots=True)
class Retention:
    """Days for which is kept what people asked in vain or said of answers, what was sent, who did what."""

    questions: int = 365
    deliveries: int = 365
    audit: int = 730


@dataclass(frozen=True, slots=True)
class Weekly:
    """When a weekly digest comes where nothing else was said, and the channels (ids) that get one.

    With `topics` it tells them of these alone.
    """

    channels: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    day: str = "monday"
    at: str = "09:00"
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Instant alerts wait from `start` to `end` (HH:MM) by the clocks of who gets them."""

    start: str = "22:00"
    end: str = "07:00"


@dataclass(frozen=True, slots=True)
class DigestLimits:
    """How many subscriptions there may be, and digests of one channel."""

    person: int = 50
    channel: int = 20
    digests: int = 5


@dataclass(frozen=True, slots=True)
class Digests:
    """What is sent on schedule."""

    weekly: Weekly = Weekly()
    quiet_week: str = "short"
    quiet_hours: QuietHours = QuietHours()
    in_doubt: str = "repeat"
    tick_seconds: int = 30
    limits: DigestLimits = DigestLimits()


@dataclass(frozen=True, slots=True)
class Roles:
    """Who may do what concerns others, besides Slack's own admins and owners: people's ids.

    `schedule` says who sets up what channels get, `add` who adds sources: `everyone` or `operators`.
    """

    operators: tuple[str, ...] = ()
    schedule: str = "everyone"
    add: str = "everyone"


@dataclass(frozen=True, slots=True)
class Slack:
    """How Slack and the app reach each other. `api_url` ends in a slash; secrets are '' where not set.

    `keys` seal the tokens of workspaces that install the app by OAuth, the newest first.
    """

    signing_secret: str = field(default="", repr=False)
    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    keys: tuple[str, ...] = field(default=(), repr=False)
    api_url: str = "https://slack.com/api/"
    port: int = 3000

    @property
    def is_by_oauth(self) -> bool:
        """Tell whether workspaces install the app themselves, each with a token of its own."""
        return bool(self.client_id or self.client_secret)


@dataclass(frozen=True, slots=True)
class Config:
    """All settings. `features` are what the app is to have besides the core, as `manifest --with` names them;
    `names` are groups of names for the same thing. `data` holds the SQLite file and the
    index; `database_url` is '' for that file. Without an `operators_token` there is no page for operators,
    and without a `metrics_token` there are no metrics; `playground_token` is what the playground asks for.
    A data folder without an index begins with that of `snapshot`. `postgresql_tools` is the folder of
    pg_dump and pg_restore, '' for those of the PATH.
    """

    command: str = "/brief"
    features: tuple[str, ...] = ()
    library: LibraryConfig = LibraryConfig()
    topics: Mapping[str, Topic] = field(default_factory=dict)
    names: tuple[tuple[str, ...], ...] = ()
    search: Search = Search()
    limits: Limits = Limits()
    digests: Digests = Digests()
    retention: Retention = Retention()
    roles: Roles = Roles()
    data: Path = field(default=ROOT / ".briefbot", metadata={"environment": True})
    database_url: str = field(default="", repr=False, metadata={"environment": True})
    slack: Slack = field(default=Slack(), metadata={"environment": True})
    operators_token: str = field(default="", repr=False, metadata={"environment": True})
    snapshot: Path | None = field(default=None, metadata={"environment": True})
    metrics_token: str = field(default="", repr=False, metadata={"environment": True})
    playground_token: str = field(default="", repr=False, metadata={"environment": True})
    postgresql_tools: str = field(default="", metadata={"environment": True})

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders and files of the library; relative ones stand in Briefbot's own folder."""
        return tuple(ROOT / one.folder for one in self.library.sources if not one.is_on_net)


def is_zone(name: str) -> bool:
    """Tell whether the time zone database knows *name*."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # A path, or a folder of zones.
        return False
    return True
