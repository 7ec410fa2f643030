"""The form for a search: words, topic, source and days; what comes of it stands in the same window."""

import asyncio
import datetime
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Config
from bot.errors import BotError
from bot.search.search import Searcher
from bot.slack import answers
from bot.slack.answering import in_window, is_opened
from bot.slack.answers import FORM, FORM_OPEN
from bot.slack.blocks import Block, date_picker, external_select, field, modal, select, text_input
from bot.slack.command import plain
from bot.slack.failures import readable
from bot.slack.spoken import place_of, workspace_of
from bot.slack.suggesting import Suggesting
from bot.slack.text import shown

WORDS, PICKED, TOPIC, SOURCE, AFTER, UPTO = (
    "form_words", "form_picked", "form_topic", "form_source", "form_after", "form_upto",
)  # fmt: skip
"""Its fields."""

ERROR_UNITS = 500
"""Characters of what is told at a field of a form."""

WORDS_UNITS = 300
"""Characters of the words: the rest of a question has room beside them."""


def form(config: Config) -> Block:
    """Return the form, empty."""
    fields = [
        field("Words to look for", text_input(WORDS, "chips export", most=WORDS_UNITS), optional=True),
        field("Or pick what the library has", external_select(PICKED, "Type some letters"), optional=True),
    ]
    if config.topics:
        named = [(name, name) for name in config.topics]
        fields.append(field("Topic", select("Any topic", TOPIC, named), optional=True))
    fields += [
        field("Source", external_select(SOURCE, "Type a name"), optional=True),
        field("From", date_picker(AFTER), optional=True),
        field("Up to", date_picker(UPTO), optional=True),
    ]
    return modal("Search the library", fields, submit="Search", callback=FORM)


def asked(view: Mapping[str, Any]) -> str:
    """Return the question that a form asks that was filled in; '' if nothing was."""
    told = {name: value for block in view["state"]["values"].values() for name, value in block.items()}

    def chosen(name: str) -> str:
        return str((told.get(name, {}).get("selected_option") or {}).get("value") or "")

    parts = [plain(told.get(WORDS, {}).get("value")), chosen(PICKED)]
    parts += [
        f'{name}:"{value}"' for name, value in (("topic", chosen(TOPIC)), ("source", chosen(SOURCE))) if value
    ]
    if day := told.get(AFTER, {}).get("selected_date"):
        parts.append(f"after:{day}")
    if day := told.get(UPTO, {}).get("selected_date"):
        parts.append(f"before:{datetime.date.fromisoformat(day) + datetime.timedelta(days=1)}")
    return " ".join(part for part in parts if part)


def register(
    app: AsyncApp,
    searcher: Searcher,
    suggesting: Suggesting,
    config: Config,
    *,
    now: Callable[[], datetime.datetime],
) -> None:
    """Open the form, suggest while it is filled in, and answer it."""

    async def opened(
        ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        await ack()
        try:
            workspace_of(body)  # What is suggested in it is for people of the workspace.
            window = form(config)
        except BotError as error:
            window = in_window(answers.refusal(readable(error)))
        await is_opened(client, respond, body, window)

    app.shortcut(FORM)(opened)
    app.action(FORM_OPEN)(opened)

    async def sent(ack: AsyncAck, body: dict[str, Any]) -> None:
        question = asked(body["view"])
        try:
            workspace = workspace_of(body)
            if not question:
                raise BotError("Type what to look for, or choose a topic or a source.")
            answer = await asyncio.to_thread(
                searcher.search,
                question,
                workspace=workspace,
                limit=config.search.results,
                today=now().date(),
            )
        except BotError as error:
            await ack(response_action="errors", errors={WORDS: shown(readable(error), ERROR_UNITS)})
            return
        told = answers.found if answer.hits else answers.nothing
        await ack(response_action="push", view=in_window(told(answer, command=config.command)))

    app.view(FORM)(sent)

    async def suggested(ack: AsyncAck, body: dict[str, Any], suggest: Callable[[str, str], Any]) -> None:
        workspace = place_of(body)
        found = await asyncio.to_thread(suggest, plain(body.get("value")), workspace)
        await ack(options=found)

    @app.options(PICKED)
    async def _words(ack: AsyncAck, body: dict[str, Any]) -> None:
        await suggested(ack, body, suggesting.words)

    @app.options(SOURCE)
    async def _sources(ack: AsyncAck, body: dict[str, Any]) -> None:
        await suggested(ack, body, suggesting.sources)
