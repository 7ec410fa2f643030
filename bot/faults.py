"""The rules of `config.yml` that no single key can tell, and what is said where one does not hold."""

import dataclasses
import ipaddress
import re
from collections.abc import Callable

from bot.config import DAYS, Config, Digests, is_zone
from bot.errors import ConfigError

CENTURY = 36_500
"""Days that a calendar can go back from any year."""

_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")


def check(config: Config, *, name: str) -> None:
    """Raise ConfigError, with the file *name*, the key, the value and the fix, where a rule does not hold."""
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
    faults += [
        (f"retention.{kind}", days > CENTURY, f"{days} days are over a century; at most {CENTURY}")
        for kind, days in dataclasses.asdict(config.retention).items()
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


def _compiles(pattern: str, compiler: Callable[[str], object] = re.compile) -> bool:
    try:
        compiler(pattern)
    except re.error:
        return False
    return True
