"""The verbs that read the library: a question, a passage by its id, the topics, help."""

import asyncio
import datetime
import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from bot.config import Config
from bot.document import ID_LENGTH, Excerpt
from bot.search.search import Searcher
from bot.slack import answers, passages
from bot.slack.blocks import Block, Message
from bot.slack.command import ALONE, Ask, Nothing, Verb
from bot.store.library import Library
from bot.store.questions import Questions
from bot.store.records import Removed

Now = Callable[[], datetime.datetime]

KEPT = 500
"""Answers that are kept until the library changes: what one person asks, others ask too."""

AN_ID = re.compile(rf"(?:[a-z2-7]{{{ID_LENGTH}}})?", re.IGNORECASE)


def search_verb(searcher: Searcher, config: Config, questions: Questions, now: Now) -> Verb:
    """Return what answers a question, and notes it if there is nothing."""
    seen = searcher.snapshot

    @lru_cache(maxsize=KEPT)
    def answered(text: str, workspace: str, day: datetime.date) -> tuple[Message, bool]:
        answer = searcher.search(text, workspace=workspace, limit=config.search.results, today=day)
        told = answers.found if answer.hits else answers.nothing
        return told(answer, command=config.command), bool(answer.hits)

    def search(ask: Ask) -> Message | Nothing:
        nonlocal seen
        if seen is not searcher.snapshot:
            answered.cache_clear()
            seen = searcher.snapshot
        asked_at = now()
        message, is_found = answered(ask.text, ask.workspace, asked_at.date())
        if is_found:
            return message
        questions.note(ask.text, workspace=ask.workspace, user=ask.user, is_found=False, now=asked_at)
        return Nothing(message)

    return Verb(search, takes=re.compile(r".*"))


def reading_verbs(
    searcher: Searcher,
    library: Library,
    config: Config,
    more: Sequence[tuple[str, str]] = (),
    offers: Sequence[Block] = (),
) -> dict[str, Verb]:
    """Return the verbs `show`, `topics` and `help`, which tells of *more* verbs: their use, what they do.

    *offers* are the buttons that help has beside the one that opens the form for a search.
    """
    command = config.command

    async def show(ask: Ask) -> Message:
        wanted = ask.text.lower()
        if not wanted:
            return answers.refusal(f"Which passage? Its id stands under it: {command} show ID")
        excerpt: Excerpt | Removed | None = searcher.excerpt(wanted, ask.workspace)
        if excerpt is None:
            excerpt = await asyncio.to_thread(library.excerpt, wanted, workspace=ask.workspace)
        if isinstance(excerpt, Excerpt):
            addresses = await asyncio.to_thread(library.addresses, excerpt.document.id)
            return passages.passage(excerpt, addresses)
        if isinstance(excerpt, Removed):
            return answers.removed(wanted, excerpt, command=command)
        return answers.unknown(wanted, command=command)

    def topics(ask: Ask) -> Message:
        return answers.topics(searcher.counts(ask.workspace), config.topics, command=command)

    def usage(ask: Ask) -> Message:
        documents, passages = searcher.size(ask.workspace)
        examples = searcher.examples(ask.workspace)
        return answers.usage(
            command, examples, documents=documents, passages=passages, more=more, offers=offers
        )

    return {
        "show": Verb(show, takes=AN_ID),
        "topics": Verb(topics, takes=ALONE),
        "help": Verb(usage, takes=ALONE),
    }
