"""`config.yml` and the environment, read once into a Config.

Every scalar of the file is read as the characters that stand there, so that `09:00` stays a time and
`NO` a word; what a key expects decides what becomes of it. Secrets come from the environment alone.
"""

import dataclasses
import os
import re
from collections.abc import Mapping
from pathlib import Path

from bot.config import ROOT, Config, Slack
from bot.errors import ConfigError
from bot.faults import check
from bot.plain_yaml import PlainYamlError, parse
from bot.settings import filled

LARGEST = 1_000_000
"""Bytes of a configuration file; anything longer is some other file."""


SHORTEST_TOKEN = 16
"""Characters at least of a token that opens a page."""


def load(environment: Mapping[str, str] = os.environ) -> Config:
    """Return the configuration that *environment* points at. Raises ConfigError, one line a fault."""
    path = Path(environment.get("BRIEFBOT_CONFIG") or ROOT / "config.yml")
    try:
        settings = parse(_text(path))
    except PlainYamlError as error:
        raise ConfigError(f"{path.name}: {error}") from error
    config: Config = filled(Config, settings, where=path.name)
    check(config, name=path.name)
    return dataclasses.replace(
        config,
        data=Path(environment.get("BRIEFBOT_DATA") or config.data).absolute(),
        database_url=_database_url(environment),
        slack=_slack(environment),
        operators_token=_token(environment, "BRIEFBOT_OPERATORS_TOKEN"),
        metrics_token=_token(environment, "BRIEFBOT_METRICS_TOKEN"),
        playground_token=environment.get("BRIEFBOT_PLAYGROUND_TOKEN", ""),
        snapshot=Path(told).absolute() if (told := environment.get("BRIEFBOT_SNAPSHOT")) else None,
        postgresql_tools=environment.get("BRIEFBOT_PG_BIN", ""),
    )


def _database_url(environment: Mapping[str, str]) -> str:
    """Return PostgreSQL's address, '' for SQLite, which needs a disk that lasts."""
    url = environment.get("DATABASE_URL", "")
    if not url and environment.get("DYNO"):  # As Heroku names each of its machines.
        raise ConfigError(
            "DATABASE_URL: is not set, and this machine's disk is emptied with every restart; add a"
            " PostgreSQL (heroku addons:create heroku-postgresql), which sets it"
        )
    return url


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


def _token(environment: Mapping[str, str], name: str) -> str:
    token = environment.get(name, "").strip()
    if token and len(token) < SHORTEST_TOKEN:
        raise ConfigError(
            f"{name}: has {len(token)} characters and could be guessed; set one of"
            f" {SHORTEST_TOKEN} or more, as openssl rand -hex 16 prints"
        )
    return token


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
