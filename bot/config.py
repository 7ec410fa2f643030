"""`config.yml` and the environment, read once into a frozen Config.

Every scalar of the file is read as the characters that stand there, so that `09:00` stays a time and
`NO` a word; what a key expects decides what becomes of it. Secrets come from the environment alone.
"""

import dataclasses
import ipaddress
import os
import re
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import ConfigError
from bot.plain_yaml import PlainYamlError, parse
from bot.settings import filled
from bot.source import Source

ROOT = Path(__file__).resolve().parent.parent
"""The checkout: `config.yml` and `seeds/` are found here."""

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")

LARGEST = 1_000_000
"""Bytes of a configuration file; anything longer is some other file."""


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
    """Days for which is kept what people asked in vain and said of answers."""

    questions: int = 365


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
    index; `database_url` is '' for that file.
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

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders and files of the library; relative ones stand in Briefbot's own folder."""
        return tuple(ROOT / one.folder for one in self.library.sources if not one.is_on_net)


def load(environment: Mapping[str, str] = os.environ) -> Config:
    """Return the configuration that *environment* points at. Raises ConfigError, one line a fault."""
    path = Path(environment.get("BRIEFBOT_CONFIG") or ROOT / "config.yml")
    try:
        settings = parse(_text(path))
    except PlainYamlError as error:
        raise ConfigError(f"{path.name}: {error}") from error
    config: Config = filled(Config, settings, where=path.name)
    _check(config, name=path.name)
    return dataclasses.replace(
        config,
        data=Path(environment.get("BRIEFBOT_DATA") or config.data).absolute(),
        database_url=environment.get("DATABASE_URL", ""),
        slack=_slack(environment),
    )


def _slack(environment: Mapping[str, str]) -> Slack:
    port = environment.get("PORT") or "3000"
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise ConfigError(f"PORT: {port!r} is no port; set a number from 1 to 65535")
    api_url = environment.get("SLACK_API_URL") or "https://slack.com/api/"
    if not re.fullmatch(r"https?://\S+", api_url):
        raise ConfigError(f"SLACK_API_URL: {api_url!r} is no address; write https://slack.com/api/")
    for name, start in (("SLACK_BOT_TOKEN", "xoxb-"), ("SLACK_APP_TOKEN", "xapp-")):
        if environment.get(name) and not environment[name].startswith(start):
            raise ConfigError(f"{name}: does not begin with {start}; copy it again from the app's settings")
    return Slack(
        signing_secret=environment.get("SLACK_SIGNING_SECRET", ""),
        bot_token=environment.get("SLACK_BOT_TOKEN", ""),
        app_token=environment.get("SLACK_APP_TOKEN", ""),
        client_id=environment.get("SLACK_CLIENT_ID", ""),
        client_secret=environment.get("SLACK_CLIENT_SECRET", ""),
        keys=tuple(key.strip() for key in environment.get("BRIEFBOT_KEY", "").split(",") if key.strip()),
        api_url=f"{api_url.rstrip('/')}/",
        port=int(port),
    )


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise ConfigError(f"{path}: is too large for a configuration file; name another file")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read ({error.strerror}); set BRIEFBOT_CONFIG to the file to use"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8; save it as UTF-8") from error


def _check(config: Config, *, name: str) -> None:
    """Hold the rules that no single key can tell."""
    for key, wrong, rule in _faults(config):
        if wrong:
            raise ConfigError(f"{name}: {key}: {rule}")


def _faults(config: Config) -> list[tuple[str, bool, str]]:
    command = config.command
    faults = [
        (
            "command",
            not re.fullmatch(r"/[a-z0-9_-]{1,31}", command),
            f"{command!r} is no command; write a slash and up to 31 small letters, as /brief",
        ),
        (
            "search.results",
            config.search.results > 8,
            f"{config.search.results} passages make a message longer than Slack takes; at most 8",
        ),
        (
            "limits.file_megabytes",
            config.limits.file_megabytes > 1000,
            f"{config.limits.file_megabytes} is more than memory holds; at most 1000",
        ),
        (
            "names",
            any(not re.search(r"[^\W_]", name) for names in config.names for name in names),
            "a name has at least one letter or digit",
        ),
        (
            "limits.query_characters",
            config.limits.query_characters > 500,
            f"{config.limits.query_characters} is over what search can bear; at most 500",
        ),
    ]
    faults += _library_faults(config)
    faults += _digest_faults(config.digests)
    faults += [
        (
            "roles.operators",
            not re.fullmatch(r"[UW][A-Z0-9]{5,}", person),
            f"{person!r} is not a person's id, as U024BE7LH; a person's profile has it under Copy member ID",
        )
        for person in config.roles.operators
    ]
    faults += [
        (
            f"roles.{role}",
            who not in {"everyone", "operators"},
            f"{who!r} is unknown; write everyone or operators",
        )
        for role, who in (("schedule", config.roles.schedule), ("add", config.roles.add))
    ]
    faults += [
        (
            "digests.weekly.topics",
            topic not in config.topics,
            f"{topic!r} is no declared topic; there are {', '.join(config.topics)}",
        )
        for topic in config.digests.weekly.topics
    ]
    faults += [
        (
            f"topics.{topic}",
            not re.fullmatch(r"[^\W_]+(?:[ -][^\W_]+)*", topic) or len(topic) > 40,
            "a topic's name has letters, digits, single spaces or hyphens, at most 40 of them",
        )
        for topic in config.topics
    ]
    faults += [
        (f"library.boilerplate.drop.{rule}", not _compiles(pattern), f"{pattern!r} is no pattern")
        for rule, pattern in config.library.boilerplate.drop.items()
    ]
    return faults


def _library_faults(config: Config) -> list[tuple[str, bool, str]]:
    library = config.library
    faults = [
        (f"library.sources[{at}]", bool(source.fault()), source.fault())
        for at, source in enumerate(library.sources)
    ]
    faults += [
        (
            f"library.sources[{at}].topics",
            topic not in config.topics,
            f"{topic!r} is no declared topic; there are {', '.join(config.topics)}",
        )
        for at, source in enumerate(library.sources)
        for topic in source.topics
    ]
    named = [source.address for source in library.sources]
    faults += [
        ("library.sources", named.count(address) > 1, f"{address} stands there twice; leave one out")
        for address in named
    ]
    faults += [
        (
            "library.allow",
            not _is_network(network),
            f"{network!r} is no network; write one as 10.1.2.0/24, or an address as 127.0.0.1",
        )
        for network in library.allow
    ]
    faults.append(
        (
            "library.robots",
            library.robots not in {"respect", "ignore"},
            f"{library.robots!r} is unknown; write respect or ignore",
        )
    )
    return faults


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True


def _digest_faults(digests: Digests) -> list[tuple[str, bool, str]]:
    weekly, hours = digests.weekly, digests.quiet_hours
    times = {"weekly.at": weekly.at, "quiet_hours.start": hours.start, "quiet_hours.end": hours.end}
    faults = [
        (f"digests.{key}", not _TIME.fullmatch(at), f"{at!r} is not a time of day; write HH:MM, as 09:00")
        for key, at in times.items()
    ]
    faults += [
        (
            "digests.weekly.channels",
            not re.fullmatch(r"[CG][A-Z0-9]{5,}", channel),
            f"{channel!r} is not a channel's id, as C024BE91L; a channel's details show it at their foot",
        )
        for channel in weekly.channels
    ]
    return [
        *faults,
        (
            "digests.weekly.day",
            weekly.day.lower() not in DAYS,
            f"{weekly.day!r} is no day of the week; write one of {', '.join(DAYS)}",
        ),
        (
            "digests.weekly.timezone",
            not is_zone(weekly.timezone),
            f"{weekly.timezone!r} is no time zone; write one as Europe/Berlin",
        ),
        (
            "digests.quiet_week",
            digests.quiet_week not in {"skip", "short", "shelf"},
            f"{digests.quiet_week!r} is unknown; write skip, short or shelf",
        ),
        (
            "digests.in_doubt",
            digests.in_doubt not in {"repeat", "leave"},
            f"{digests.in_doubt!r} is unknown; write repeat or leave",
        ),
    ]


def is_zone(name: str) -> bool:
    """Tell whether the time zone database knows *name*."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # A path, or a folder of zones.
        return False
    return True


def _compiles(pattern: str, compiler: Callable[[str], object] = re.compile) -> bool:
    try:
        compiler(pattern)
    except re.error:
        return False
    return True
