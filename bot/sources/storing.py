"""A reading that was fetched is stored as its source's."""

from collections.abc import Container
from dataclasses import dataclass, replace

from bot.errors import ReadError
from bot.library.ingest import Ingest, stated
from bot.library.load import NOTHING_LEFT, Clock
from bot.library.reading import Reading
from bot.source import Source
from bot.sources.item import Item
from bot.store.library import Library
from bot.store.records import Outcome


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a document, and how many passages were written."""

    outcome: Outcome
    passages: int


class Storing:
    """Stores what is fetched, for the workspaces that see its source."""

    def __init__(self, library: Library, ingest: Ingest, *, now: Clock) -> None:
        self._library = library
        self._ingest = ingest
        self._now = now

    def store(self, source: Source, item: Item, reading: Reading, *, listed: Container[str]) -> Stored:
        """Store *reading*, which is what *item* says; *listed* are the ids that its source has now.

        Raises ReadError if nothing is left of it.
        """
        whole = replace(stated(reading, source), url=reading.url or item.address)
        draft = self._ingest.draft(
            whole, _key(source, item.id), workspace=source.workspace, address=item.address or whole.url
        )
        if not draft.passages:
            raise ReadError(NOTHING_LEFT)
        outcome, document_id = self._library.put(draft, now=self._now())
        if outcome is Outcome.COPY:
            self._let_go(source, document_id, draft.key, listed)
        is_written = outcome in {Outcome.NEW, Outcome.CHANGED}
        return Stored(outcome, len(draft.passages) if is_written else 0)

    def _let_go(self, source: Source, document_id: str, key: str, listed: Container[str]) -> None:
        """Let go of what held the document in the same source before under an id that is no longer there.

        Otherwise an item that got another id, as where a feed changes its software, could not be edited any
        more: it would seem to be one of two.
        """
        own = _key(source, "")
        for sibling in self._library.siblings(document_id):
            if sibling != key and sibling.startswith(own) and sibling.removeprefix(own) not in listed:
                self._library.detach(source.workspace, sibling, now=self._now())


def _key(source: Source, item_id: str) -> str:
    return f"{source.address}#{item_id}"
