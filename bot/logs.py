"""What a process tells of itself on standard error: lines for people, or a JSON object a line."""

import json
import logging
import time
from collections.abc import Mapping

from bot.errors import ConfigError

PLAIN = "%(levelname)s %(name)s: %(message)s"

FORMS = ("text", "json")
"""What BRIEFBOT_LOG may be; nothing is text."""


class JsonLines(logging.Formatter):
    """Makes each record one line of JSON, of ASCII alone.

    `time` is in UTC with milliseconds; `exception` is there where there is one, traceback and all.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        told = {
            "time": _moment(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0]:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told)


def is_json(environment: Mapping[str, str]) -> bool:
    """Tell whether programs read the log."""
    return _form(environment) == "json"


def set_up(environment: Mapping[str, str]) -> None:
    """Log warnings to standard error as BRIEFBOT_LOG says. Raises ConfigError where it says nothing known."""
    form = _form(environment)
    logging.basicConfig(format=PLAIN, level=logging.WARNING)
    for handler in logging.getLogger().handlers:
        handler.addFilter(_is_ours_or_grave)
        if is_json(environment):
            handler.setFormatter(JsonLines())
    if form not in FORMS:
        raise ConfigError(f"BRIEFBOT_LOG: {form!r} is unknown; set {' or '.join(FORMS)}")


def _form(environment: Mapping[str, str]) -> str:
    return environment.get("BRIEFBOT_LOG", "").strip() or "text"


def _moment(record: logging.LogRecord) -> str:
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(record.created))}.{int(record.msecs):03}Z"


def _is_ours_or_grave(record: logging.LogRecord) -> bool:
    """Keep Slack's libraries to errors: what they tell below quotes what people typed."""
    return not record.name.startswith("slack_") or record.levelno >= logging.ERROR
