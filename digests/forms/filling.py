"""The forms that subscribe and schedule: opened by a button, kept up as they are filled in, sent."""

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BotError
from bot.slack import answers
from bot.slack.afterwards import Afterwards
from bot.slack.answering import is_opened
from bot.slack.blocks import Block, Message
from bot.slack.clicks import asker
from bot.slack.command import Ask
from bot.slack.failures import SLACK_FAILS, cause, readable
from bot.slack.form import ERROR_UNITS
from bot.slack.text import shown
from digests.forms import fields
from digests.forms.fields import CHANNEL, OFTEN, WHO, Carried, Filled, Misfilled, carried_by, filled_in
from digests.home.desk import Reply
from digests.home.visiting import Homes, apology, soon

EDITED = re.compile(r"wish_\w+")
"""Whatever field of a form is heard of as it changes."""

KEPT = 1000
"""Forms of which the last change is remembered."""

log = logging.getLogger(__name__)


class Form(Protocol):
    """A form: what stands in it, and what comes of it. It is refused by BotError."""

    @property
    def name(self) -> str:
        """What Slack knows it by."""

    async def new(self, ask: Ask, *, words: str = "", is_home: bool = False) -> Block:
        """Return it for something new."""

    async def view(self, ask: Ask, filled: Filled, carried: Carried) -> Block:
        """Return it as it is filled in."""

    async def save(self, ask: Ask, filled: Filled, carried: Carried) -> tuple[Message, Sequence[Block]]:
        """Do what it asks for; return the confirmation, and the same for Home."""


class Newest:
    """Which change of each form is the last, by Slack's clock: what an older one finds is shown no more."""

    def __init__(self) -> None:
        self._at: dict[str, float] = {}

    def is_newest(self, view_id: str, at: float) -> bool:
        """Tell whether no later change of a form is known; one that is not stays the last."""
        last = self._at.pop(view_id, 0.0)
        self._at[view_id] = max(last, at)
        if len(self._at) > KEPT:
            del self._at[next(iter(self._at))]
        return at >= last


def register(app: AsyncApp, homes: Homes, subscribing: Form, scheduling: Form, *, at: str) -> None:
    """Open, keep up and take in the forms; *at* is the time of day that stands in one at first."""
    for form in (subscribing, scheduling):
        _opens(app, f"{form.name}_open", form, homes)
        _takes(app, form, homes, at)
    _opens(app, answers.TELL, subscribing, homes)
    _keeps_up(app, {form.name: form for form in (subscribing, scheduling)}, at)


def _opens(app: AsyncApp, action: str, form: Form, homes: Homes) -> None:
    @app.action(action)
    async def _opened(
        ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        await ack()
        is_home = (body.get("view") or {}).get("type") == "home"
        try:
            ask = asker(body)
            words = ask.text if action == answers.TELL else ""
            window = await form.new(ask, words=words, is_home=is_home)
        except BotError as error:
            window = fields.answer("Not done", answers.refusal(readable(error)))
        except Exception as error:
            window = apology(error, homes.command)
        if is_home:
            await homes.answer(client, body, Reply(modal=window, publishes=False))
        else:
            await is_opened(client, respond, body, window)


def _keeps_up(app: AsyncApp, known: Mapping[str, Form], at: str) -> None:
    newest = Newest()

    @app.action(EDITED)
    async def _edited(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        view = body.get("view") or {}
        form, now = known.get(str(view.get("callback_id"))), _moment(body)
        if form is None or not newest.is_newest(view["id"], now):
            return
        try:
            window = await form.view(asker(body), filled_in(view, at=at), carried_by(view))
        except BotError as error:
            log.info("a form is not kept up: %s", type(error).__name__)
            return
        # The form may have been shown anew since it was clicked; the last change is still the one to show.
        for expected in (view.get("hash"), None):
            if not newest.is_newest(view["id"], now) or await _is_shown(client, view["id"], window, expected):
                return


async def _is_shown(client: AsyncWebClient, view_id: str, window: Block, expected: str | None) -> bool:
    """Show a form anew; False where another than the *expected* stands there."""
    try:
        await soon(client.views_update(view_id=view_id, view=window, hash=expected))
    except SLACK_FAILS as error:
        if isinstance(error, SlackApiError) and cause(error) == "hash_conflict":
            return False
        log.warning("a form could not be kept up: %s", cause(error))
    return True


def _moment(body: Mapping[str, Any]) -> float:
    try:
        return float(body["actions"][0].get("action_ts") or 0)
    except ValueError:
        return 0.0


def _takes(app: AsyncApp, form: Form, homes: Homes, at: str) -> None:
    afterwards = Afterwards()

    @app.view(form.name)
    async def _sent(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        view = body["view"]
        carried, reply = carried_by(view), Reply()
        try:
            ask = asker(body)
            message, notice = await form.save(ask, filled_in(view, at=at), carried)
            if carried.is_home:
                reply = Reply(notice)
                await ack()
            else:
                await ack(response_action="update", view=fields.answer("It is set up", message))
        except BotError as error:
            await ack(response_action="errors", errors=_errors(view, error))
        except Exception as error:
            await ack(response_action="update", view=apology(error, homes.command))
        if carried.is_home:
            afterwards.do(homes.answer(client, body, reply))


def _errors(view: Mapping[str, Any], error: BotError) -> dict[str, str]:
    """Return an error at its field, or at one that the form has."""
    named = {block.get("block_id") for block in view.get("blocks") or () if block.get("type") == "input"}
    wanted = [error.field] if isinstance(error, Misfilled) else []
    place = next((name for name in [*wanted, CHANNEL, WHO] if name in named), OFTEN)
    return {place: shown(readable(error), ERROR_UNITS)}
