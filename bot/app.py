"""The wiring: the only place that knows all parts."""

import datetime
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.config import Config
from bot.errors import StoreError
from bot.library.marking import mark_again
from bot.measure import UNMEASURED, Measures
from bot.search.at_large import make_ready
from bot.search.index import Index
from bot.search.search import Searcher
from bot.store.acts import Acts
from bot.store.audit import Audit
from bot.store.database import Database, open_database
from bot.store.library import Library
from bot.store.questions import Questions
from bot.store.timeline import Timeline

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient
    from starlette.routing import Route

    from bot.net.fetch import Fetcher
    from bot.slack.filing import Filing
    from bot.slack.installed import Installed, OwnToken
    from bot.slack.members import Members
    from bot.sources.collecting import Collector
    from digests.reach import Reach
    from digests.sending import Sending

log = logging.getLogger(__name__)

PATIENCE = 10.0
"""Seconds a start waits for another process that is at the index."""


def utc_now() -> datetime.datetime:
    """Return the time by this machine's clock."""
    return datetime.datetime.now(datetime.UTC)


@dataclass(frozen=True, slots=True)
class Briefbot:
    """The opened parts of one process."""

    config: Config
    database: Database
    library: Library
    index: Index
    searcher: Searcher
    questions: Questions

    def close(self) -> None:
        """Let go of the store."""
        self.database.close()


def open_briefbot(config: Config, *, sleep: Callable[[float], None] = time.sleep) -> Briefbot:
    """Open store and index, the index at the store's revision, passages marked by today's topics.

    Raises StoreError where one of them cannot be used.
    """
    database = open_database(config.database_url, config.data)
    library = Library(database)
    mark_again(library, config)
    index = Index(config.data / "index", start=config.snapshot)
    waited = 0.0
    try:
        while not index.follow(library) and waited < PATIENCE:
            sleep(0.05)
            waited += 0.05
    except StoreError as error:
        if index.snapshot.is_empty:
            raise
        log.warning("answers are of an earlier state: %s", error)
    if index.snapshot.is_empty and not index.is_at(library.state()):
        raise StoreError(f"{config.data / 'index'}: another process is building it; try again in a while")
    make_ready(config.data / "index")  # 30 ms here, and not for whoever asks first.
    questions = Questions(database, days=config.retention.questions)
    return Briefbot(config, database, library, index, Searcher(index, config), questions)


def collector_of(
    briefbot: Briefbot,
    *,
    now: Callable[[], datetime.datetime] = utc_now,
    fetcher: "Callable[[], Fetcher] | None" = None,
) -> "Collector":
    """Return what visits the sources of the library; *fetcher* makes what asks the net."""
    from bot.sources.collecting import Collector  # noqa: PLC0415 - the net, which most verbs do without
    from bot.store.followed import Followed  # noqa: PLC0415
    from bot.store.visits import Visits  # noqa: PLC0415

    visits, followed = Visits(briefbot.database), Followed(briefbot.database)
    return Collector(briefbot.library, visits, followed, briefbot.config, now=now, fetcher=fetcher)


def filing_of(
    briefbot: Briefbot,
    client: "AsyncWebClient | None",
    access: "Installed | OwnToken",
    *,
    now: Callable[[], datetime.datetime] = utc_now,
) -> "Filing":
    """Return what reads the files of messages that people add, had and told of by *client*."""
    from bot.library.apart import Apart  # noqa: PLC0415 - what reads documents, which most verbs do without
    from bot.library.ingest import Ingest  # noqa: PLC0415
    from bot.slack.files import Files  # noqa: PLC0415
    from bot.slack.filing import Filing  # noqa: PLC0415
    from bot.slack.telling import Telling  # noqa: PLC0415
    from bot.store.awaited import AwaitedFiles  # noqa: PLC0415
    from bot.store.clips import Clips  # noqa: PLC0415

    apart, megabytes = Apart(), briefbot.config.limits.file_megabytes
    return Filing(
        Files(client, access, megabytes=megabytes),
        Telling(client, access, briefbot.config.command),
        AwaitedFiles(briefbot.database),
        Clips(briefbot.database),
        Ingest(briefbot.library, briefbot.config, apart=apart),
        apart,
        megabytes * 1_000_000,
        now,
    )


def local_app(briefbot: Briefbot, collector: "Collector") -> "AsyncApp":
    """Return the Slack app for this machine alone: no workspace, no signatures, no call to Slack."""
    from slack_bolt.async_app import AsyncApp  # noqa: PLC0415 - most verbs do without Bolt
    from slack_bolt.authorization import AuthorizeResult  # noqa: PLC0415

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="TLOCAL")

    app = AsyncApp(
        authorize=authorize,
        request_verification_enabled=False,
        process_before_response=True,
        raise_error_for_unhandled_request=True,
    )
    from bot.slack.installed import OwnToken  # noqa: PLC0415
    from bot.slack.members import Members  # noqa: PLC0415
    from digests.reach import NoReach  # noqa: PLC0415

    members = Members(None, OwnToken(""), briefbot.config.roles.operators)
    register_all(
        app,
        briefbot,
        sending_of(briefbot),
        collector,
        NoReach(),
        members=members,
        filing=filing_of(briefbot, None, OwnToken("")),
        wake=lambda: None,
    )
    return app


def sending_of(briefbot: Briefbot, *, measures: Measures = UNMEASURED) -> "Sending":
    """Return what keeps subscriptions and sends, over the same store and index."""
    from digests.sending import Sending  # noqa: PLC0415

    return Sending(
        briefbot.database,
        briefbot.library,
        briefbot.index,
        briefbot.searcher,
        briefbot.config,
        measures=measures,
    )


def operators_page(
    briefbot: Briefbot,
    sending: "Sending",
    collector: "Collector",
    token: str,
    *,
    wake: Callable[[], None],
    now: Callable[[], datetime.datetime] = utc_now,
    base: str = "/operators",
) -> "list[Route]":
    """Return the routes of the operators' page, below the path *base* and open to who knows *token*.

    *wake* is called when there is something to send at once.
    """
    from bot.store.installations import Installations  # noqa: PLC0415
    from bot.store.visits import Visits  # noqa: PLC0415
    from bot.web.gate import Gate  # noqa: PLC0415
    from digests.operators.lists import Lists  # noqa: PLC0415
    from digests.operators.page import Page  # noqa: PLC0415 - templates, which most verbs do without

    lists = Lists(
        sending.overview,
        sending.past,
        sending.digests,
        sending.subscriptions,
        briefbot.library,
        briefbot.questions,
        Audit(briefbot.database),
        Installations(briefbot.database),
        collector,
        Visits(briefbot.database),
        briefbot.config,
    )
    return Page(lists, base=base, wake=wake, now=now).routes(Gate(token))


def register_all(
    app: "AsyncApp",
    briefbot: Briefbot,
    sending: "Sending",
    collector: "Collector",
    reach: "Reach",
    *,
    members: "Members",
    filing: "Filing",
    wake: Callable[[], None],
    now: Callable[[], datetime.datetime] = utc_now,
    measures: Measures = UNMEASURED,
) -> None:
    """Register every listener; the command first, as Bolt looks through them in order.

    *wake* is called when there is something to send at once.
    """
    from bot.slack import adding, clip, clips, command, conversation, dispatch, form, reading  # noqa: PLC0415
    from bot.slack.search import reading_verbs, search_verb  # noqa: PLC0415
    from bot.slack.suggesting import Suggesting  # noqa: PLC0415
    from bot.store.followed import Followed  # noqa: PLC0415
    from bot.store.visits import Visits as SourceVisits  # noqa: PLC0415
    from digests import joining, opening, owning, posting  # noqa: PLC0415
    from digests.forms import fields, filling  # noqa: PLC0415
    from digests.forms.scheduling import Scheduling  # noqa: PLC0415
    from digests.forms.subscribing import Subscribing  # noqa: PLC0415
    from digests.home import visiting  # noqa: PLC0415
    from digests.home.desk import Desk  # noqa: PLC0415
    from digests.home.oversight import Oversight  # noqa: PLC0415
    from digests.home.visit import Visits  # noqa: PLC0415
    from digests.own import OwnData  # noqa: PLC0415
    from digests.permission import Permission  # noqa: PLC0415
    from digests.verbs import WAYS, Verbs  # noqa: PLC0415

    sends = Verbs(
        sending.subscriptions,
        sending.digests,
        briefbot.searcher,
        briefbot.config,
        reach,
        Permission(briefbot.config.roles, members, briefbot.config.command),
        lambda: briefbot.library.state().revision,
        now,
    )
    clipping = clip.Clipping(sending.clips, members, filing, briefbot.config, now)
    taking = clips.Taking(
        sending.clips, members, briefbot.library, briefbot.index, briefbot.config.command, now
    )
    visits = SourceVisits(briefbot.database)
    adds = adding.Adding(
        collector,
        Followed(briefbot.database),
        visits,
        members,
        briefbot.library,
        briefbot.index,
        briefbot.config.roles,
        briefbot.config.command,
        now,
    )
    own = OwnData(briefbot.database, briefbot.questions, sending.clips)
    owns = owning.Owning(own, briefbot.config.command, now)
    ways = (*WAYS, *adding.WAYS, *clips.WAYS, *owning.WAYS)
    offers = (fields.subscribe_button(), fields.schedule_button())
    reads = reading_verbs(briefbot.searcher, briefbot.library, briefbot.config, ways, offers)
    verbs = {**reads, **sends.verbs(), **adds.verbs(), **taking.verbs(), **owns.verbs()}
    search = search_verb(briefbot.searcher, briefbot.config, briefbot.questions, now)
    command.register(app, briefbot.config.command, verbs, search, measures=measures)
    conversation.register(app, briefbot.config.command, verbs, search, measures=measures)
    reading.register(
        app, briefbot.searcher, briefbot.config, Acts(briefbot.database), briefbot.questions, now=now
    )
    suggesting = Suggesting(briefbot.searcher, briefbot.library, briefbot.config)
    form.register(app, briefbot.searcher, suggesting, briefbot.config, now=now)
    owns.register(app)
    posting.register(app, sending.digests, wake, command=briefbot.config.command, now=now)
    opening.register(app, sending.digests, sends, briefbot.searcher, command=briefbot.config.command, now=now)
    clip.register(app, clipping)
    clips.register(app, taking)
    adding.register(app, adds)
    home = Visits(
        sending.subscriptions,
        briefbot.searcher,
        briefbot.library,
        Timeline(briefbot.database),
        briefbot.config,
    )
    oversight = Oversight(
        sending.overview,
        briefbot.library,
        briefbot.questions,
        Audit(briefbot.database),
        members,
        collector,
        visits,
        zone=briefbot.config.digests.weekly.timezone,
        wake=wake,
        now=now,
    )
    joining.register(
        app, joining.Joining(sending.subscriptions, Acts(briefbot.database), briefbot.config, now)
    )
    subscribing, scheduling = Subscribing(sends, members), Scheduling(sends)
    desk = Desk(sends, home, oversight, subscribing, scheduling)
    homes = visiting.Homes(desk)
    visiting.register(app, desk, homes)
    filling.register(app, homes, subscribing, scheduling, at=briefbot.config.digests.weekly.at)
    dispatch.register(app, briefbot.config.command)
