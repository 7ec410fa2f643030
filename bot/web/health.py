"""Whether the process lives, and whether it is ready, for what watches it."""

import logging
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse

from bot.errors import StoreError
from bot.search.index import Index
from bot.store.database import Database
from bot.store.library import Library
from bot.store.records import State
from bot.store.schema import SCHEMA, Schema
from bot.web.look import Look

WITHIN = 2.0
"""Seconds that the database may take to answer."""

KEPT = 1.0
"""Seconds for which what was seen is good, so that nobody burdens the database by asking."""

LEEWAY = 120.0
"""Seconds in which the index reaches what the store held when it was seen to be behind: four times what the
largest commit of a long catching-up takes, see `index.COMMITS`."""

log = logging.getLogger(__name__)


async def healthz(_request: Request) -> PlainTextResponse:
    """Answer as long as the process can."""
    return PlainTextResponse("ok")


class Pursuit:
    """Tells whether an index keeps up with a store that goes on: behind is ready, for a while.

    At first it must be where the store was at the look before, as a store that is written to without a pause
    is ahead of every index. From then on it must reach, within LEEWAY, what the store held when it was seen
    to be behind; once it has, the next goal is what the store holds by then.
    """

    def __init__(self, *, leeway: float = LEEWAY) -> None:
        self._leeway = leeway
        self._goal: float = math.inf
        self._by = -math.inf

    def keeps_up(self, reached: int, revision: int, *, now: float) -> bool:
        """Tell whether an index at *reached* keeps up with a store at *revision*; *now* is in seconds."""
        if reached >= min(self._goal, revision):
            self._goal, self._by = revision, now + self._leeway
        elif self._by == -math.inf:
            self._goal = revision
        return now <= self._by


@dataclass(frozen=True, slots=True)
class Ready:
    """Looks whether a process can do its work: the database answers, and schema and index are at it."""

    database: Database
    library: Library
    index: Index
    pursuit: Pursuit
    monotonic: Callable[[], float] = time.monotonic

    def lacks(self) -> list[str]:
        """Return a line for each thing that is not ready. Raises StoreError without the database."""
        schema = self.database.schema()
        if schema.lacks or schema.is_strange:
            return [_of_schema(schema)]
        return self._of_index(self.library.state())

    def _of_index(self, state: State) -> list[str]:
        reached = self.index.answers_upto(state)
        if self.pursuit.keeps_up(reached, state.revision, now=self.monotonic()):
            return []
        return [f"index: answers are of revision {max(reached, 0)}, the store is at {state.revision}"]


def _of_schema(schema: Schema) -> str:
    stands = f"schema: {schema.version or 'none'}, and this process"
    if schema.is_strange:
        return f"{stands} knows {SCHEMA}; start it anew with the newer Briefbot"
    return f"{stands} needs {SCHEMA}; run python -m bot migrate"


class Readiness:
    """Answers `/readyz`, within WITHIN seconds whatever the database does.

    Without the database a process that was ready stays so: it answers questions from its index, and tells of
    all else that it must wait. The others have the same database: if all left, nobody would be answered.
    """

    def __init__(
        self, lacks: Callable[[], Sequence[str]], *, within: float = WITHIN, kept: float = KEPT
    ) -> None:
        self._look = Look(lacks, kept=kept)
        self._within = within
        self._was_ready = False

    async def readyz(self, _request: Request) -> PlainTextResponse:
        """Answer 200, or 503 with a line for each thing that is not ready."""
        try:
            lacking = await self._look.seen(within=self._within)
        except TimeoutError:
            return self._without_database(f"has not answered for {self._within:g} s")
        except StoreError as error:
            log.warning("the database cannot be read: %s", error)
            return self._without_database("cannot be read; the log has the reason")
        self._was_ready = not lacking
        return _told(lacking, "ready")

    def _without_database(self, why: str) -> PlainTextResponse:
        """Answer without telling anybody where the store is."""
        told = f"database: {why}"
        return _told([] if self._was_ready else [told], f"ready to answer from the index; {told}")


def _told(lacking: Sequence[str], ready: str) -> PlainTextResponse:
    if lacking:
        return PlainTextResponse("".join(f"{line}\n" for line in lacking), 503)
    return PlainTextResponse(f"{ready}\n")
