"""What is clicked under a passage or an answer: it is shared, shown in its place, cited, paged on, judged."""

import asyncio
import datetime
from collections.abc import Callable
from dataclasses import replace

from slack_bolt.async_app import AsyncApp

from bot.config import Config
from bot.document import Excerpt
from bot.errors import BotError
from bot.search.search import Searcher
from bot.slack import answers, passages
from bot.slack.answers import NEXT, PREVIOUS, USEFUL, WHY
from bot.slack.blocks import Message
from bot.slack.clicks import on
from bot.slack.command import Ask
from bot.slack.passages import AROUND, CITE, LIKE, SHARE
from bot.store.acts import Acts
from bot.store.questions import Questions

MOST_BESIDE = 3
"""Passages that can be seen on each side of one."""


def register(
    app: AsyncApp,
    searcher: Searcher,
    config: Config,
    acts: Acts,
    questions: Questions,
    *,
    now: Callable[[], datetime.datetime],
) -> None:
    """Answer each click: in private, but for what is shared."""
    clicks = Clicks(searcher, config, acts, questions, now)
    on(app, SHARE, clicks.share, config.command, undo=clicks.unshare)
    for action, do in (
        (AROUND, clicks.around),
        (LIKE, clicks.alike),
        (CITE, clicks.cite),
        (WHY, clicks.why),
        (f"{USEFUL}_yes", clicks.useful),
        (f"{USEFUL}_no", clicks.useless),
    ):
        on(app, action, do, config.command)
    for action, do in ((NEXT, clicks.following), (PREVIOUS, clicks.previous)):
        on(app, action, do, config.command, replaces=True)


class Clicks:
    """What the buttons do, each by what it carries."""

    def __init__(
        self,
        searcher: Searcher,
        config: Config,
        acts: Acts,
        questions: Questions,
        now: Callable[[], datetime.datetime],
    ) -> None:
        self._searcher = searcher
        self._config = config
        self._acts = acts
        self._questions = questions
        self._now = now

    async def share(self, ask: Ask) -> Message:
        """Return a passage for everybody, once however often it is clicked."""
        excerpt = self._excerpt(ask, ask.text)
        if not await asyncio.to_thread(self._acts.is_first, _share_key(ask), now=self._now()):
            raise BotError("You have shared that passage here already.")
        return passages.shared(excerpt, ask.user, ask.user_name or "Someone", command=self._config.command)

    async def unshare(self, ask: Ask) -> None:
        """Let it be shared again: it did not reach the channel."""
        await asyncio.to_thread(self._acts.undo, _share_key(ask))

    async def around(self, ask: Ask) -> Message:
        """Return a passage with those beside it."""
        told, _, excerpt_id = ask.text.partition(" ")
        beside = min(int(told), MOST_BESIDE) if told.isascii() and told.isdigit() else 1
        excerpt = self._excerpt(ask, excerpt_id)
        beside_it = self._searcher.around(excerpt.id, workspace=ask.workspace, beside=beside)
        return passages.around(beside_it, excerpt, beside=beside, most=MOST_BESIDE)

    async def alike(self, ask: Ask) -> Message:
        """Return passages that are like one."""
        excerpt = self._excerpt(ask, ask.text)
        most = self._config.search.results
        hits = self._searcher.more_like(excerpt.id, workspace=ask.workspace, limit=most)
        return passages.alike(hits, excerpt, command=self._config.command)

    async def cite(self, ask: Ask) -> Message:
        """Return a passage as it is cited elsewhere."""
        return passages.citations(self._excerpt(ask, ask.text))

    async def why(self, ask: Ask) -> Message:
        """Return why the best answers stand in their order."""
        most, today = self._config.search.results, self._now().date()
        answer = self._searcher.search(ask.text, workspace=ask.workspace, limit=most, today=today)
        if not answer.hits:
            raise BotError("Nothing answers that any more.")
        return answers.why(answer)

    async def following(self, ask: Ask) -> Message:
        """Return the best of what was not shown yet."""
        before, query = _carried(ask.text)
        most = self._config.search.results
        answer = self._searcher.search(
            query, workspace=ask.workspace, limit=len(before) + most, today=self._now().date()
        )
        hits = tuple(hit for hit in answer.hits if hit.excerpt.id not in before)[:most]
        if not hits:
            raise BotError("That was all: nothing follows.")
        return answers.found(replace(answer, hits=hits), command=self._config.command, before=before)

    async def previous(self, ask: Ask) -> Message:
        """Return the page before, with the passages that stood there, as far as they are still held."""
        shown, query = _carried(ask.text)
        most = self._config.search.results
        page, before = shown[-most:], shown[:-most]
        answer = self._searcher.shown(query, page, workspace=ask.workspace, today=self._now().date())
        if not answer.hits:
            raise BotError("What stood there is no longer in the library. Ask again.")
        return answers.found(answer, command=self._config.command, before=before)

    async def useful(self, ask: Ask) -> Message:
        """Note that an answer was of use."""
        return self._judged(ask, is_useful=True)

    async def useless(self, ask: Ask) -> Message:
        """Note that an answer was of no use."""
        return self._judged(ask, is_useful=False)

    def _judged(self, ask: Ask, *, is_useful: bool) -> Message:
        self._questions.note(
            ask.text,
            workspace=ask.workspace,
            user=ask.user,
            is_found=True,
            is_useful=is_useful,
            now=self._now(),
        )
        told = "Thank you. Whoever runs Briefbot sees how many answers were of use, and not whose."
        return answers.refusal(told)

    def _excerpt(self, ask: Ask, excerpt_id: str) -> Excerpt:
        excerpt = self._searcher.excerpt(excerpt_id, ask.workspace)
        if excerpt is None:
            raise BotError(
                f"That passage is no longer in the library. {self._config.command} help tells more."
            )
        return excerpt


def _share_key(ask: Ask) -> str:
    return f"share {ask.workspace} {ask.channel} {ask.user} {ask.message} {ask.text}"


def _carried(text: str) -> tuple[list[str], str]:
    """Return the passages that a button carries, by their ids, and the question."""
    ids, _, query = text.partition(" ")
    return [one for one in ids.split(",") if one], query
