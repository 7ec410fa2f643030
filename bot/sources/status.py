"""How it stands with each source, as operators read it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.config import ROOT
from bot.library.files import key_of
from bot.measure import Figure
from bot.source import Source
from bot.store.library import Library
from bot.store.visits import Held, Visit, Visits


@dataclass(frozen=True, slots=True)
class Status:
    """A source, its last visit (None before the first) and what it gave."""

    source: Source
    visit: Visit | None
    held: Held

    @property
    def fault(self) -> str | None:
        """Why it fails, or some of its documents do; None if all is well."""
        if self.visit and self.visit.why:
            return self.visit.why
        if self.held.failed:
            return f"{self.held.failed} could not be read, as {self.held.why}"
        return None


def statuses(sources: Sequence[Source], visits: Visits, library: Library | None = None) -> list[Status]:
    """Return how it stands with each of *sources*, in their order. Folders count with the *library*."""
    known, held = visits.of(sources), visits.held()
    found = []
    for source in sources:
        key = source.workspace, source.address
        one = Status(source, known.get(key), held.get(key, Held()))
        found.append(_of_folder(one, library) if library and not source.is_on_net else one)
    return found


def _of_folder(one: Status, library: Library) -> Status:
    """Return it with the documents of its files: one may hold a million, and `ingest` reads them as well."""
    documents = library.count("", key_of(ROOT / one.source.folder))
    return replace(one, held=replace(one.held, documents=documents))


def report(found: Sequence[Status]) -> Iterator[str]:
    """Yield the lines that tell of all sources in a terminal."""
    if not found:
        yield "sources: none; name some under library.sources in config.yml"
        return
    width = min(max(len(_plain(one.source.title)) for one in found), 50)
    yield f"{'SOURCE':<{width}}  KIND     DOCUMENTS  LAST SUCCESS       NEXT VISIT"
    for one in found:
        succeeded, due = ("never", "at once")
        if one.visit:
            succeeded, due = _moment(one.visit.succeeded_at) or "never", _moment(one.visit.due_at)
        name, kind = _plain(one.source.title), one.source.kind
        yield f"{name[:width]:<{width}}  {kind:<7}  {one.held.documents:>9}  {succeeded:<17}  {due}"
        if name != one.source.address:
            yield f"    {_plain(one.source.address)}"
        if one.fault:
            yield f"    !! {_plain(one.fault)}"


def reported(one: Status) -> dict[str, Any]:
    """Return what tells of one source as JSON."""
    visit = one.visit
    return {
        "name": one.source.title,
        "kind": one.source.kind,
        "address": one.source.address,
        "moved_to": visit.moved_to if visit else None,
        "topics": list(one.source.topics),
        "documents": one.held.documents,
        "failed": one.held.failed,
        "last_success": _iso(visit.succeeded_at if visit else None),
        "next_visit": _iso(visit.due_at if visit else None),
        "failures_in_a_row": visit.failures if visit else 0,
        "why": one.fault,
    }


def figures(found: Sequence[Status]) -> list[Figure]:
    """Return what who watches is told of sources."""
    failing = sum(1 for one in found if one.fault)
    return [
        Figure("briefbot_sources", "Sources that are visited", len(found)),
        Figure("briefbot_sources_failing", "Sources that fail, or some of whose documents do", failing),
    ]


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z" if moment else ""


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _plain(text: str) -> str:
    """Return *text* in one line, without what a terminal would obey."""
    return "".join(one if one.isprintable() else "�" for one in " ".join(text.split()))
