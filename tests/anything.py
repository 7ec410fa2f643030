"""What documents, people and Slack may bring: any text, and all that is made of texts."""

import datetime
from collections import Counter
from typing import Any

from conftest import NOW
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from bot.config import Config, Topic
from bot.document import Document, Excerpt
from bot.search.answer import Answer, Hit, Near
from bot.search.concept import Concept, Correction
from bot.search.query import Query, topic_query
from bot.search.ranking import Ranked
from bot.slack.attached import Brought, Looked, Offered
from bot.source import Source as SourceOfDocuments
from bot.sources.status import Status
from bot.sources.visited import Visited
from bot.store.audit import Actor, Entry
from bot.store.clips import Attached, Clip, Said
from bot.store.questions import Told
from bot.store.records import Arrival, Removed, Source
from bot.store.visits import Held, Visit
from digests.delivery import Delivery
from digests.home.operators import Seen
from digests.overview import Listed
from digests.schedule import Cadence, Kind, Plan, Schedule, Setter, Subscription
from digests.slots import When
from digests.themes.theme import Candidate, Theme, Week
from digests.themes.trend import Trend
from digests.themes.window import PERIODS, Window

TRIED = settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.generate],  # To make a long text short by trial and error takes minutes.
    suppress_health_check=list(HealthCheck),
)
"""How often what is made of texts is tried, where nothing else is said."""

LONGEST = 10_000
"""Characters of a text."""

WHOLE = ("👩‍👩‍👧‍👦", "🇩🇪", "e\u0301\u0323\u0308", "क्षि", "각")
"""What is seen as one character, of several code points each but the last."""

STRANGE = (
    "<!channel>", "<!here>", "<@U1>", "<#C1>", "<!subteam^S1>", "<!date^1^{date}|now>", "<https://evil.example|a>",
    "<mailto:a@b.c>", "@channel", "#general", "https://evil.example", "&lt;", "&amp;lt;", "&", "<", ">", "|", "*b*",
    "_i_", "~s~", "`c`", "```", "> q", ":smile:", "\0", "\x1b[31m", "\x7f", "\x85", "\u200b", "\u200d", "\u200f",
    "\u2060", "\ufeff", "\u202e", "\u2066", "\u2028", "\U000e0041", "\n", "\r\n", "\t", " ", "𝒳", "مرحبا", "שלום", "漢字",
    '"', "'", "\\", "{}", "%s", "w ", "word ", *WHOLE,
)  # fmt: skip

PIECES = st.sampled_from(STRANGE) | st.text(st.characters(), max_size=20)
RUNS = st.builds(lambda piece, times: piece * times, PIECES, st.sampled_from((1, 1, 1, 5, 80, 2000)))
ANY = st.lists(RUNS, max_size=3).map(lambda pieces: "".join(pieces)[:LONGEST])
"""Any text at all, also none, and one with halves of characters as JSON can bring them."""

STORED = ANY.map(lambda text: text.encode("utf-8", "replace").decode().replace("\0", ""))
"""Any text that the store can hold."""

TEXT = STORED.filter(bool)
MAYBE = st.none() | STORED
QUERIES = TEXT.map(lambda text: text[:500])
"""Questions have so many characters at most."""

TOPICS = st.from_regex(r"[^\W_]{1,12}([ -][^\W_]{1,9}){0,2}", fullmatch=True)
"""Names that `config.yml` takes."""

COMMAND = st.just("/brief")
IDS = st.sampled_from(("abcdefghijkl", "mnopqrstuvwx", "yz234567abcd"))
AUDIENCES = st.sampled_from(("C0POLICY", "U0ANNA"))


def few(one: st.SearchStrategy[Any], most: int = 3, least: int = 0) -> st.SearchStrategy[tuple[Any, ...]]:
    """Return up to so many of something."""
    return st.lists(one, min_size=least, max_size=most).map(tuple)


DOCUMENTS = st.builds(
    Document,
    id=IDS,
    title=MAYBE,
    author=MAYBE,
    publisher=MAYBE,
    based_on=MAYBE,
    url=st.none() | STORED | STORED.map("https://example.org/{}".format),
    date=st.none() | st.dates(),
    file=MAYBE,
)
ADDRESSES = st.one_of(STORED, STORED.map("https://{}".format), STORED.map("https://example.org/{}".format))
EXCERPTS = st.builds(
    Excerpt,
    id=IDS,
    document=DOCUMENTS,
    text=TEXT,
    section=few(STORED),
    paragraph=st.integers(1, 9999),
    context=MAYBE,
    topics=few(TOPICS),
)


@st.composite
def _hits(pick: st.DrawFn) -> Hit:
    excerpt = pick(EXCERPTS)
    ends = sorted(pick(st.sets(st.integers(0, len(excerpt.text)), max_size=8)))
    marks = tuple(zip(ends[::2], ends[1::2], strict=False))
    ranked = Ranked(1, None, 0, 1.4, bm25=1.5, together=0.2, kin=-0.1)  # type: ignore[arg-type]
    return Hit(excerpt, 1.0, marks, pick(few(DOCUMENTS, 2)), pick(st.none() | st.just(ranked)))


HITS = _hits()
ANSWERS = st.builds(
    Answer,
    query=st.builds(Query, text=QUERIES, notes=few(TEXT)),
    hits=few(HITS, 8, least=1),
    total=st.integers(8, 10**7),
    subject=QUERIES,
    is_exact=st.booleans(),
    corrections=few(st.builds(Correction, TEXT, TEXT), 2),
    nearest=few(st.builds(Near, TEXT, st.integers(1, 9))),
    undated=st.integers(0, 3),
    documents=st.integers(0, 9),
    concepts=few(st.builds(Concept, TEXT, st.just(()), st.floats(0, 9))),
)
REMOVALS = st.builds(Removed, DOCUMENTS, st.just(NOW), document_remains=st.booleans())
DECLARED = st.dictionaries(TOPICS, st.builds(Topic, description=STORED), max_size=60)
CONFIGS = st.builds(Config, topics=DECLARED)

ACTORS = st.builds(Actor, st.just("U0ANNA"), TEXT)
CLIPS = st.builds(Clip, IDS, TEXT, TEXT, ACTORS, st.just(NOW))
ATTACHED = st.builds(Attached, IDS, TEXT, TEXT, st.just(".pdf"), st.integers(0, 10**10))
LOOKED = st.builds(
    Looked,
    st.lists(st.builds(Offered, ATTACHED, st.just("") | TEXT), max_size=10).map(tuple),
    st.booleans(),
    st.integers(0, 9),
)
BROUGHT = st.builds(Brought, TEXT, st.none() | CLIPS, st.booleans(), st.just("") | TEXT, st.just("") | TEXT)
SAID = st.builds(
    Said,
    workspace=st.just("T0LOCAL"),
    channel=st.just("C0POLICY"),
    ts=st.just("1772463633.000001"),
    text=TEXT,
    writer=st.just("U0BELA"),
    author=STORED,
    place=TEXT,
    is_private=st.booleans(),
    files=st.lists(ATTACHED, min_size=1, max_size=3).map(tuple),
)

SOURCES = st.builds(
    lambda name, tail, is_added: SourceOfDocuments(
        page=f"https://example.org/{tail}"[:1500], name=name, workspace="T0LOCAL", is_added=is_added
    ),
    MAYBE.map(str),
    st.text("abcdefgh/?&=%", max_size=1500),
    st.booleans(),
)
VISITED = st.builds(
    lambda new, failed, why: Visited(Counter({"new": new}), new * 9, failed, why),
    st.integers(0, 10**6),
    st.integers(0, 9),
    MAYBE,
)
STATUSES = st.builds(
    Status,
    SOURCES,
    st.none()
    | st.builds(Visit, st.just("T0LOCAL"), st.just("a"), st.just(NOW), succeeded_at=st.just(NOW), why=MAYBE),
    st.builds(Held, st.integers(0, 10**6), st.integers(0, 9), MAYBE),
)

NAMES = ANY.map(lambda text: text[:80]).filter(bool)
"""What people call themselves."""

PHRASES = STORED.map(lambda text: text[:80]).filter(bool)
"""What stands out in texts."""

SETTERS = st.builds(Setter, st.just("U0ANNA"), NAMES)
WHENS = st.builds(When, st.none() | st.integers(0, 6), st.just("09:00"), st.just("UTC"))


@st.composite
def _schedules(pick: st.DrawFn, kind: Kind | None = None) -> Schedule:
    when = pick(st.none() | WHENS)
    cadence = Cadence.INSTANT if when is None else Cadence.WEEKLY
    topics = pick(few(TOPICS))
    kind = kind or pick(st.sampled_from(Kind))
    plan = Plan("T0LOCAL", pick(AUDIENCES), kind, cadence, "UTC", when, topics)
    due_at = NOW if when else None
    return Schedule(plan.id, plan, pick(SETTERS), NOW, 0, NOW, due_at, pick(MAYBE), None)


SCHEDULES = _schedules()
DIGESTS = _schedules(Kind.DIGEST)
SUBSCRIPTIONS = st.builds(
    Subscription,
    id=IDS,
    query=QUERIES | TOPICS.map(topic_query),
    since=st.just(0),
    setter=SETTERS,
    created_at=st.just(NOW),
    schedule=_schedules(Kind.SUBSCRIPTIONS),
    is_paused=st.booleans(),
)
DELIVERIES = st.builds(
    lambda schedule, days: Delivery(
        "d", schedule, "s", NOW, 0, 9, NOW - datetime.timedelta(days=days), False, 0, ()
    ),
    SCHEDULES,
    st.sampled_from((0, 1, 7, 40)),
)
ARRIVALS = st.builds(Arrival, EXCERPTS, st.just(1), st.uuids().map(str))
FRESH = few(st.tuples(SUBSCRIPTIONS, few(ARRIVALS, 9, least=1)), 3, least=1)

CANDIDATES = st.builds(Candidate, EXCERPTS, st.uuids().map(str))


@st.composite
def _themes(pick: st.DrawFn) -> Theme:
    is_topic = pick(st.booleans())
    name = pick(TOPICS if is_topic else PHRASES)
    return Theme(
        name,
        topic_query(name) if is_topic else f'"{name}"',
        pick(st.integers(1, 10**6)),
        pick(st.integers(1, 9)),
        Trend(name, tuple(pick(st.lists(st.integers(0, 999), min_size=PERIODS, max_size=PERIODS)))),
        evidence=pick(st.sampled_from((0.0, 9.5))),
        terms=pick(few(PHRASES)),
        passages=pick(few(CANDIDATES)),
        is_topic=is_topic,
    )


THEMES = _themes()
WINDOWS = st.builds(
    lambda days, topics: Window(
        "T0LOCAL", 0, 9, NOW - datetime.timedelta(days=days), NOW, "UTC", days, topics
    ),
    st.sampled_from((1, 7)),
    few(TOPICS),
)
WEEKS = st.builds(
    Week,
    window=WINDOWS,
    count=st.integers(1, 10**6),
    documents=st.integers(1, 999),
    sources=st.integers(1, 9),
    read=st.integers(0, 99),
    recent=st.integers(0, 9),
    rising=few(THEMES, 2),
    resting=few(THEMES, 2),
    topics=few(THEMES, 6),
    phrases=few(THEMES, 2),
    begins=st.integers(0, PERIODS - 1),
    by_publication=st.booleans(),
    is_first=st.booleans(),
    elsewhere=st.integers(0, 9),
    silent=few(TOPICS),
    last_arrival=st.none() | st.just(NOW),
    passages=few(CANDIDATES),
)

SEEN = st.builds(
    Seen,
    counts=st.dictionaries(st.sampled_from(("sent", "blocked", "left")), st.integers(1, 10**6)),
    failed=few(
        st.builds(Listed, IDS, st.just(NOW), AUDIENCES, STORED, st.sampled_from(("blocked", "left")), MAYBE),
        8,
    ),
    failures=st.integers(8, 10**6),
    failing=few(STATUSES, 8),
    sources=few(st.builds(Source, MAYBE, st.integers(1, 10**6), st.just(NOW)), 8),
    useful=st.integers(0, 9),
    useless=st.integers(0, 9),
    unanswered=few(st.builds(Told, TEXT, st.integers(1, 9), st.just(NOW)), 8),
    acts=few(
        st.builds(
            Entry, st.just("T0LOCAL"), st.just(NOW), ACTORS, TEXT, STORED | STORED.map("C0POLICY, {}".format)
        ),
        8,
    ),
)
