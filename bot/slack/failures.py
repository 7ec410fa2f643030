"""What went wrong, as a log may tell it: never with what a person typed."""

import logging
import traceback
import uuid

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.errors import BotError

log = logging.getLogger(__name__)

SLACK_FAILS = (SlackApiError, aiohttp.ClientError, TimeoutError, OSError)
"""What a call to Slack raises that it refused, or did not answer."""

LIMITED = frozenset({"rate_limited", "ratelimited"})
"""Slack's codes for what it did not do, and would do a little later."""

UNCERTAIN = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
"""Slack's codes of which it says that some of what was asked may have been done."""


class NoAccessError(BotError):
    """There is no token by which a workspace can be answered; its text tells whoever asks what to do."""


class Unanswered(Exception):  # noqa: N818 - it says what happened
    """An answer did not reach Slack, which is to bring its question again; it is logged already."""


def new_reference() -> str:
    """Return what names one failure, in the log and to who met it."""
    return uuid.uuid4().hex[:8]


def reported(error: BaseException) -> str:
    """Log a bug by its kind and where it happened; return its reference."""
    reference = new_reference()
    # Without the error's own text, which may quote what a person typed.
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s: %s\n%s", reference, type(error).__name__, where)
    return reference


def readable(error: BotError) -> str:
    """Return what anyone may read of an error; what is for operators alone is logged, and referred to."""
    if error.told == str(error):
        return error.told
    reference = new_reference()
    log.error("%s: %s", reference, error)
    return f"{error.told.rstrip('.')}. The log has the reason under {reference}."


def cause(error: BaseException) -> str:
    """Return Slack's own code where it has one, as invalid_auth for a token that is none."""
    told = error.response if isinstance(error, SlackApiError) else {}
    try:
        return str(told["error"])
    except Exception:
        return type(error).__name__


def is_undone(error: BaseException) -> bool:
    """Tell whether Slack certainly did not do what was asked, and may do it a little later."""
    return cause(error) in LIMITED or isinstance(error, aiohttp.ClientConnectorError)


def retry_after(error: BaseException) -> float:
    """Return for how many seconds Slack wants to hear nothing, 0 if it does not say."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    told = {name.lower(): value for name, value in headers.items()}.get("retry-after", "")
    return float(told) if told.isascii() and told.isdigit() and len(told) <= 6 else 0.0
