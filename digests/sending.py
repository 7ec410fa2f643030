"""What sends in one process: the parts wired together, for the workspace that the token is of."""

import datetime
import logging
from collections.abc import Callable

from slack_sdk.errors import SlackApiError
from slack_sdk.web.client import WebClient

from bot.config import Config
from bot.search.index import Index
from bot.search.search import Searcher
from bot.slack.failures import SLACK_FAILS, cause
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
from digests.post import POST_SECONDS, WebSlack
from digests.subscriptions import Subscriptions
from digests.telling import ThemeChooser
from digests.themes.weeks import Weeks
from digests.tick import Tick
from digests.times import TIMES, Times

log = logging.getLogger(__name__)

Now = Callable[[], datetime.datetime]


class Sending:
    """Subscriptions, digests and their deliveries over one store and index."""

    def __init__(
        self, database: Database, library: Library, index: Index, searcher: Searcher, config: Config
    ) -> None:
        self.config = config
        self.subscriptions = Subscriptions(database)
        self.owing = Owing(database)
        self.deliveries = Deliveries(database)
        self.overview = Overview(database)
        self.past = Past(database)
        self.clips = Clips(database)
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
        )


class Sender:
    """Sends in the background of a process, by its own client and in its own threads."""

    def __init__(self, sending: Sending, *, now: Now) -> None:
        slack = sending.config.slack
        # Without retries: one whose answer was lost would post twice.
        self._client = WebClient(
            slack.bot_token, base_url=slack.api_url, timeout=POST_SECONDS, retry_handlers=[]
        )
        self._sending = sending
        self._now = now
        self._ledger: Ledger | None = None
        self._workspace = ""
        self.tick = Tick(self._plan, self._send, seconds=sending.config.digests.tick_seconds)

    def _plan(self) -> None:
        """Owe what is due; look after what was posted twice; forget what nobody confirmed."""
        self._sending.clips.forget_old(now=self._now())
        if self._ledger is None:
            self._ledger = self._known()
        if self._ledger:
            self._sending.chooser.look_again()
            self._sending.digests.follow_config(self._workspace, now=self._now())
            self._ledger.plan_due(self.tick.is_stopping)
            self._ledger.sweep(self.tick.is_stopping)

    def _send(self, is_over: Callable[[], bool]) -> int:
        return self._ledger.send_due(is_over) if self._ledger else 0

    def _known(self) -> Ledger | None:
        """Ask Slack which workspace the token is of; it is asked again with the next tick."""
        try:
            self._workspace = str(self._client.auth_test()["team_id"])
        except (SlackApiError, *SLACK_FAILS) as error:
            log.warning("nothing is sent yet: Slack does not tell whose the token is (%s)", cause(error))
            return None
        return self._sending.ledger(self._workspace, self._client, now=self._now)
