"""Metrics for Prometheus: what a process counts, and how it and its store stand when they are asked for."""

import hmac
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.errors import StoreError
from bot.measure import OUTCOMES, Figure, Measures
from bot.web.look import Look

WITHIN, KEPT = 3.0, 10.0
"""Seconds that the database may take to tell its figures, and for which they are good."""

ANSWER_SECONDS = 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0
"""Slack waits three seconds for an answer."""

LATE_SECONDS = 10.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0, 14_400.0, 86_400.0
"""A tick comes every 30 seconds as shipped; what is a day late was due while nothing ran."""

Figures = Callable[[], Sequence[Figure]]

log = logging.getLogger(__name__)


class Meter:
    """Counts in a registry of its own: several may be in one process."""

    def __init__(self) -> None:
        self.registry: Final = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        seconds = Histogram(
            "briefbot_answer_seconds",
            "From what someone typed to its answer, by what became of it",
            ["outcome"],
            registry=self.registry,
            buckets=ANSWER_SECONDS,
        )
        late = Histogram(
            "briefbot_delivery_lateness_seconds",
            "From when a delivery was due, or its quiet hours were over, until it was sent",
            registry=self.registry,
            buckets=LATE_SECONDS,
        )
        limited = Counter("briefbot_slack_limited", "Times that Slack answered 429", registry=self.registry)
        by_outcome = {outcome: seconds.labels(outcome) for outcome in OUTCOMES}
        self.measures: Final = Measures(
            answered=lambda outcome, took: by_outcome[outcome].observe(took),
            sent=late.observe,
            limited=limited.inc,
        )


class Metrics:
    """Answers `/metrics` to who knows *token*, which is long enough not to be guessed.

    What the database tells is read in a thread, and is good for *kept* seconds. Where it fails, or takes
    longer than *within*, the process' own figures are told alone.
    """

    def __init__(
        self,
        token: str,
        meter: Meter,
        of_process: Figures,
        of_store: Figures,
        *,
        within: float = WITHIN,
        kept: float = KEPT,
    ) -> None:
        self._wanted = f"Bearer {token}".encode()
        self._meter = meter
        self._of_process = of_process
        self._of_store = Look(_told_of_failure(of_store), kept=kept)
        self._within = within

    async def answer(self, request: Request) -> Response:
        """Answer with the metrics as text."""
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, self._wanted):
            return PlainTextResponse(
                "Send the token: Authorization: Bearer ...\n", 401, headers={"WWW-Authenticate": "Bearer"}
            )
        figures = [*self._of_process(), *await self._known_of_store()]
        told = generate_latest(self._meter.registry) + generate_latest(_Standing(figures))
        return Response(told, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4, "Cache-Control": "no-store"})

    async def _known_of_store(self) -> list[Figure]:
        try:
            known = await self._of_store.seen(within=self._within)
        except TimeoutError:
            known = None
        up = Figure(
            "briefbot_database_up", "Whether the database tells its figures", float(known is not None)
        )
        return [up, *(known or ())]


def _told_of_failure(of_store: Figures) -> Callable[[], Sequence[Figure] | None]:
    """Return what reads the store's figures, or tells the log why they cannot be read."""

    def read() -> Sequence[Figure] | None:
        try:
            return of_store()
        except StoreError as error:
            log.warning("metrics are without the store's: %s", error)
            return None

    return read


class _Standing(Collector):
    """Figures as Prometheus knows them."""

    def __init__(self, figures: Iterable[Figure]) -> None:
        self._figures = figures

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for figure in self._figures:
            labels = [figure.label] if figure.label else []
            family = GaugeMetricFamily(figure.name, figure.means, labels=labels)
            values = figure.value if isinstance(figure.value, Mapping) else {"": figure.value}
            for label, value in values.items():
                family.add_metric([label] if labels else [], value)
            yield family
