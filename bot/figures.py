"""How a process and its store stand, in figures: the list of what each part tells, and where it is read."""

from typing import TYPE_CHECKING

from starlette.routing import Route

from bot.app import Briefbot
from bot.config import Config
from bot.errors import StoreError
from bot.measure import Figure
from bot.sources import status
from bot.sources.collecting import Collector
from bot.store.visits import Visits
from digests import standing
from digests.sending import Now, Sender
from digests.tick import Tick

if TYPE_CHECKING:
    from bot.web.metrics import Meter


def meter_of(config: Config) -> "Meter | None":
    """Return what counts what a process does; None where nobody may read it."""
    if not config.metrics_token:
        return None
    from bot.web.metrics import Meter  # noqa: PLC0415 - Prometheus' client, where it is asked for

    return Meter()


def route(
    briefbot: Briefbot, meter: "Meter", sender: Sender | None, collector: Collector, *, now: Now
) -> Route:
    """Return where all of it is read; without a *sender* nothing is sent."""
    from bot.web.metrics import Metrics  # noqa: PLC0415

    metrics = Metrics(
        briefbot.config.metrics_token,
        meter,
        lambda: of_process(briefbot, sender.tick if sender else None),
        lambda: of_store(briefbot, collector, now=now),
    )
    return Route("/metrics", metrics.answer)


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


def of_store(briefbot: Briefbot, collector: Collector, *, now: Now) -> list[Figure]:
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
