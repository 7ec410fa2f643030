"""What sends in one process: the parts wired together, and a ledger for each workspace."""

import datetime
import itertools
from collections.abc import Callable, Mapping
from typing import Protocol

from slack_sdk.web.client import WebClient

from bot.config import Config
from bot.measure import UNMEASURED, Measures
from bot.search.index import Index
from bot.search.search import Searcher
from bot.slack.limited import HearsLimits
from bot.store.clips import Clips
from bot.store.database import Database
from bot.store.library import Library
from bot.store.timeline import Timeline
from digests.choose import LibraryChooser
from digests.deliveries import Deliveries
from digests.digests import Digests
from digests.ledger import Ledger
from digests.overview import Overview
from digests.owing import Owing
from digests.past import Past
from digests.post import ACCESS_REASONS, POST_SECONDS, WebSlack
from digests.retention import Retention
from digests.subscriptions import Subscriptions
from digests.telling import ThemeChooser
from digests.themes.weeks import Weeks
from digests.tick import Tick
from digests.times import TIMES, Times

Now = Callable[[], datetime.datetime]


class Sending:
    """Subscriptions, digests and their deliveries over one store and index."""

    def __init__(
        self,
        database: Database,
        library: Library,
        index: Index,
        searcher: Searcher,
        config: Config,
        *,
        measures: Measures = UNMEASURED,
    ) -> None:
        self.config = config
        self._measures = measures
        self.subscriptions = Subscriptions(database)
        self.owing = Owing(database)
        self.deliveries = Deliveries(database)
        self.overview = Overview(database)
        self.past = Past(database)
        self.clips = Clips(database)
        self.retention = Retention(database, config.retention)
        self.weeks = Weeks(Timeline(database), searcher, config)
        themes = ThemeChooser(self.weeks, self.past, config)
        self.chooser = LibraryChooser(library, index, searcher, self.subscriptions, themes, config=config)
        self.digests = Digests(
            self.subscriptions,
            self.owing,
            self.deliveries,
            self.chooser,
            past=self.past,
            library=library,
            config=config,
        )

    def client(self, token: str) -> WebClient:
        """Return what posts by *token*: without retries, as one whose answer was lost would post twice."""
        hears = HearsLimits(self._measures.limited)
        return WebClient(
            token, base_url=self.config.slack.api_url, timeout=POST_SECONDS, retry_handlers=[hears]
        )

    def ledger(self, workspace: str, client: WebClient, *, now: Now, times: Times = TIMES) -> Ledger:
        """Return the ledger of *workspace*; *client* must repeat nothing by itself."""
        return Ledger(
            self.owing,
            self.deliveries,
            self.chooser,
            WebSlack(client),
            workspace,
            now=now,
            times=times,
            repeats=self.config.digests.in_doubt == "repeat",
            measures=self._measures,
        )


class Whose(Protocol):
    """Who is sent to."""

    def tokens(self) -> Mapping[str, str]:
        """Return the bot token of each workspace that is sent to."""


class Sender:
    """Sends in the background of a process, to each workspace by its own client, in its own threads."""

    def __init__(self, sending: Sending, whose: Whose, *, now: Now) -> None:
        self._sending = sending
        self._whose = whose
        self._now = now
        self._ledgers: dict[str, tuple[str, Ledger]] = {}
        self._turns = itertools.count()
        self.tick = Tick(self._plan, self._send, seconds=sending.config.digests.tick_seconds)

    def _plan(self) -> None:
        """Owe what is due; look after what was posted twice; forget what is old or nobody confirmed."""
        self._sending.clips.forget_old(now=self._now())
        self._sending.retention.forget(now=self._now())
        self._ledgers = self._known()
        if not self._ledgers:
            return
        self._sending.chooser.look_again()
        for workspace, (_, ledger) in self._ledgers.items():
            self._sending.digests.follow_config(workspace, now=self._now())
            ledger.recall(self.tick.is_stopping)
            ledger.plan_due(self.tick.is_stopping)
            ledger.sweep(self.tick.is_stopping)

    def _send(self, is_over: Callable[[], bool]) -> int:
        """Send for all workspaces; each hand begins with another, so that none waits for who has much."""
        ledgers = [ledger for _, ledger in self._ledgers.values()]
        first = next(self._turns) % max(1, len(ledgers))
        return sum(ledger.send_due(is_over) for ledger in ledgers[first:] + ledgers[:first])

    def _known(self) -> dict[str, tuple[str, Ledger]]:
        """Return the ledger of each workspace: a new one where its token is new."""
        ledgers = {}
        for workspace, token in self._whose.tokens().items():
            known = self._ledgers.get(workspace)
            if known is None or known[0] != token:
                # What was blocked for want of access may go now.
                self._sending.deliveries.unblock(workspace, ACCESS_REASONS)
                known = token, self._sending.ledger(workspace, self._sending.client(token), now=self._now)
            ledgers[workspace] = known
        return ledgers
