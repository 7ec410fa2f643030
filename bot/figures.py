"""How a process and its store stand, in figures: the list of what each part tells."""

from collections.abc import Callable
from datetime import datetime

from bot.app import Briefbot
from bot.errors import StoreError
from bot.measure import Figure
from bot.sources import status
from bot.sources.collecting import Collector
from bot.store.visits import Visits
from digests import standing
from digests.tick import Tick


def of_process(briefbot: Briefbot, tick: Tick | None) -> list[Figure]:
    """Return the figures that need no database; without a *tick* nothing is sent."""
    figures = [
        Figure(
            "briefbot_index_writer",
            "Whether this process wrote the index last, and did not take up what another wrote",
            float(briefbot.index.is_writer),
        )
    ]
    try:
        documents, passages = briefbot.searcher.whole()
    except StoreError:
        pass  # The index is damaged, which the log tells, and is mended by itself.
    else:
        figures += [
            Figure("briefbot_documents", "Documents in this process' index", documents),
            Figure("briefbot_passages", "Passages in this process' index", passages),
        ]
    if tick:
        told = "Since when no tick has come to its end; one that fails does not"
        figures.append(Figure("briefbot_tick_age_seconds", told, tick.age()))
    return figures


def of_store(briefbot: Briefbot, collector: Collector, *, now: Callable[[], datetime]) -> list[Figure]:
    """Return the figures that the database tells. Raises StoreError."""
    state = briefbot.library.state()
    lag = state.revision - max(0, briefbot.index.answers_upto(state))
    found = status.statuses(collector.sources(), Visits(briefbot.database))
    moment = now()
    return [
        Figure("briefbot_index_lag_revisions", "Revisions of the store that answers do not know", lag),
        *standing.figures(standing.standing(briefbot.database, now=moment), now=moment),
        *status.figures(found),
    ]
