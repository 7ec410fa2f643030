"""A reading that was fetched is stored as its source's."""

from dataclasses import dataclass, replace

from bot.errors import ReadError
from bot.library.ingest import Ingest, stated
from bot.library.load import NOTHING_LEFT, Clock
from bot.library.reading import Reading
from bot.source import Source
from bot.store.library import Library
from bot.store.records import Outcome


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a document, its id, and how many passages were written."""

    outcome: Outcome
    document_id: str
    passages: int


class Storing:
    """Stores what is fetched, for the workspaces that see its source."""

    def __init__(self, library: Library, ingest: Ingest, *, now: Clock) -> None:
        self._library = library
        self._ingest = ingest
        self._now = now

    def store(self, source: Source, reading: Reading, *, key: str, address: str | None) -> Stored:
        """Store *reading* under the source key *key*. Raises ReadError if nothing is left of it."""
        whole = replace(stated(reading, source), url=reading.url or address)
        draft = self._ingest.draft(whole, key, workspace=source.workspace, address=address or whole.url)
        if not draft.passages:
            raise ReadError(NOTHING_LEFT)
        outcome, document_id = self._library.put(draft, now=self._now())
        is_written = outcome in {Outcome.NEW, Outcome.CHANGED}
        return Stored(outcome, document_id, len(draft.passages) if is_written else 0)
