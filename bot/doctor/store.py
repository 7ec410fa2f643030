"""The database, and what is in it: schema, clock, library, index, topics, sources, deliveries."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime, timedelta

from bot.app import Briefbot, collector_of, open_briefbot
from bot.config import Config
from bot.doctor.finding import Finding
from bot.doctor.index import of_index
from bot.sources.status import statuses
from bot.store.database import Database, connected
from bot.store.schema import SCHEMA, Schema
from bot.store.stuck import forsaken
from bot.store.visits import Visits
from digests.sending import Now
from digests.standing import Standing, age, standing
from digests.times import TIMES

SKEW_SECONDS = 10
"""How far this machine's clock may be from the database's: much less than a claim lasts."""

PENDING, DOUBT = timedelta(hours=1), timedelta(minutes=15)
"""What is due for longer than this is late, and what is in doubt for longer is not being looked up."""

FORSAKEN = timedelta(minutes=10)
"""For how long a claim has been over that any process would have taken up since."""


def of_store(config: Config, *, now: Now) -> Iterator[Finding]:
    """Yield what is found of the store. Raises StoreError where it cannot be used."""
    with closing(connected(config.database_url, config.data)) as database:
        schema = _schema(database.schema())
        yield schema
        if schema.advice:
            return
        clock = _clock(database, now)
    with closing(open_briefbot(config)) as briefbot:
        state = briefbot.library.state()
        empty = "" if briefbot.searcher.size()[0] else "fill it: python -m bot ingest"
        yield Finding("store", f"{briefbot.database.name}, revision {state.revision}", empty)
        yield clock
        yield from of_index(briefbot, state)
        yield _topics(briefbot.searcher.counts(), is_filled=briefbot.searcher.size()[1] > 0)
        yield _sources(briefbot)
        stands = standing(briefbot.database, now=now())
        yield _deliveries(stands.counts)
        yield _waiting(stands, now())
        yield _forsaken(briefbot.database, now())


def _schema(schema: Schema) -> Finding:
    if schema.version is None:
        return Finding("schema", f"none yet, {SCHEMA} is made")
    if schema.lacks:
        advice = "back it up, then python -m bot migrate; serve does it as well when it starts"
        return Finding("schema", f"{schema.version}, and this Briefbot needs {SCHEMA}", advice)
    if schema.is_strange:
        return Finding("schema", f"{schema.version}, and this Briefbot knows {SCHEMA}", "upgrade Briefbot")
    beside = "" if schema.version == SCHEMA else f", with which this Briefbot ({SCHEMA}) works"
    return Finding("schema", f"{schema.version}{beside}")


def _clock(database: Database, now: Now) -> Finding:
    """Compare the clocks: each process keeps to its own, also for how long its claims last."""
    before = now()
    told = database.now()
    if told is None:
        return Finding("database clock", "this machine's own")
    skew = ((before + (now() - before) / 2) - told).total_seconds()
    lease = TIMES.lease.total_seconds()
    advice = (
        "set this machine's clock by NTP: what is due comes as much too early or late, and from"
        f" {lease:g} s on one process takes deliveries out of another's hands"
    )
    is_off = abs(skew) > SKEW_SECONDS
    return Finding("database clock", f"{skew:+.0f} s beside the database's", advice if is_off else "")


def _topics(counts: Mapping[str, int], *, is_filled: bool) -> Finding:
    if not counts:
        advice = "declare some in config.yml: python -m bot topics suggests which" if is_filled else ""
        return Finding("topics", "none are declared", advice)
    unmet = [topic for topic, count in counts.items() if not count] if is_filled else []
    if not unmet:
        return Finding("topics", f"{len(counts)} declared")
    advice = "python -m bot topics says which keywords would serve"
    return Finding("topics", f"{len(counts)} declared, nothing is about {', '.join(unmet)}", advice)


def _sources(briefbot: Briefbot) -> Finding:
    with closing(collector_of(briefbot)) as collector:
        found = statuses(collector.sources(), Visits(briefbot.database))
    failing = sum(1 for one in found if one.fault)
    advice = "python -m bot sources shows why" if failing else ""
    return Finding("sources", f"{len(found)}, {failing} that fail" if failing else f"{len(found)}", advice)


def _deliveries(counts: Mapping[str, int]) -> Finding:
    stuck = counts["blocked"] + counts["left"]
    advice = "python -m bot deliveries shows why" if stuck else ""
    return Finding("deliveries", f"{counts['sent']} sent, {counts['due']} due, {stuck} stuck", advice)


def _waiting(stands: Standing, now: datetime) -> Finding:
    """Tell of what nobody sends, looks up or takes up again."""
    pending, doubt = age(stands.due_since, now), age(stands.doubted_since, now)
    told, advice = [], []
    if pending > PENDING.total_seconds():
        told.append(f"a delivery has been due for {_long(pending)}")
        advice.append("see that serve runs and what its log says")
    if doubt > DOUBT.total_seconds():
        told.append(f"{stands.in_doubt} in doubt, one for {_long(doubt)}")
        advice.append("python -m bot deliveries says why they cannot be looked up")
    if stands.expired:
        told.append(f"{stands.expired} claimed by a process that is no more")
        advice.append("start serve: it takes them up")
    if stands.unrecalled:
        told.append(f"{stands.unrecalled} channels and people to be looked up after a restore")
        advice.append("start serve: it asks Slack what they were sent, and its log says what keeps it")
    return Finding("waiting", ", ".join(told) or "nothing for long", "; ".join(advice))


def _forsaken(database: Database, now: datetime) -> Finding:
    files, sources = forsaken(database, before=now - FORSAKEN)
    told = f"{files} files and {sources} sources that a process claimed and did not read"
    is_none = not (files or sources)
    return Finding("reading", "nothing is left lying" if is_none else told, "" if is_none else "start serve")


def _long(seconds: float) -> str:
    hours, minutes = divmod(int(seconds) // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
