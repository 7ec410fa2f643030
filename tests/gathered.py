"""A library that gathers from a web server of our own, at a time that is told."""

import datetime
import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from html import escape

from webserver import Names, Server

from bot.app import Briefbot
from bot.net.fetch import Fetcher, Patience
from bot.source import Source
from bot.sources.collecting import Collector
from bot.sources.status import Status, statuses
from bot.store.followed import Followed
from bot.store.visits import Visits

PATIENT = Patience(total=2.0, connect=1.0, silence=0.3, redirects=5)
"""A tenth of a second of silence is long in a test."""

SENTENCES = (
    "The ferry {what} was repaired in the dry dock of the northern harbour before the winter came.",
    "Its owners of {what} had asked for three bids, and took the second one without any delay.",
    "Nobody in the council spoke against {what}, and the money was found within the same week.",
    "From the spring on {what} will run each hour, with room for forty bicycles and two lorries.",
    "Those who live on the island say that they can hear {what} in the fog long before they see it.",
    "A second boat like {what} is to be built in the yard across the bay, if the bank agrees to it.",
    "The captain who has steered {what} for nineteen years will retire when the new engine is in place.",
    "Until then a smaller boat takes the place of {what}, and lorries have to go round by the bridge.",
)


@dataclass
class Gathering:
    """Sources, and the collector that visits them; `now` may be set forward."""

    briefbot: Briefbot
    server: Server
    sources: list[Source]
    now: datetime.datetime

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Go on as a new process does."""
        library = replace(self.briefbot.config.library, sources=tuple(self.sources))
        config = replace(self.briefbot.config, library=library)
        self.visits, self.followed = Visits(self.briefbot.database), Followed(self.briefbot.database)
        self.collector = Collector(
            self.briefbot.library,
            self.visits,
            self.followed,
            config,
            now=lambda: self.now,
            fetcher=lambda: Fetcher(
                allowed=[ipaddress.ip_network("127.0.0.0/8")], patience=PATIENT, interval=0, resolver=Names()
            ),
        )

    def collect(self, *, after: datetime.timedelta | None = None) -> None:
        """Visit what is due, *after* some time has passed."""
        self.now += after or datetime.timedelta()
        self.collector.collect()

    def titles(self) -> list[str]:
        """The titles of all documents, in order."""
        return sorted(str(document.title) for document, _ in self.briefbot.library.added("T1", limit=10_000))

    def texts(self) -> dict[str, str]:
        """The text of each document, by its title."""
        return {
            str(excerpts[0].document.title): "\n".join(one.text for one in excerpts)
            for _topics, excerpts in self.briefbot.library.living()
        }

    def status(self) -> Status:
        """How it stands with the first source."""
        return statuses(self.collector.sources(), self.visits)[0]


def story(what: str, count: int = 8) -> str:
    """Return a text on something, of up to eight sentences."""
    return " ".join(sentence.format(what=what) for sentence in SENTENCES[:count])


def article(what: str, *, head: str = "") -> bytes:
    """Return the page on something."""
    title = escape(f"News of {what}")
    text = "".join(f"<p>{escape(sentence.format(what=what))}</p>" for sentence in SENTENCES)
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>{title}</title>{head}</head>'
        f"<body><nav><a href=/>Home</a></nav><article><h1>{title}</h1>{text}</article></body></html>"
    ).encode()


def rss(items: Iterable[str], *, teaser: bool = False, at: Callable[[str], str] | None = None) -> bytes:
    """Return a feed with an item on each of *items*, the newest first, with its text or a *teaser* of it."""
    told = []
    for number, what in enumerate(items):
        text = f"{story(what, 1)[:60]} …" if teaser else f"<p>{escape(story(what))}</p>"
        name = "description" if teaser else "content:encoded"
        link = at(what) if at else f"http://news.test/{what}"
        told.append(
            f"<item><guid isPermaLink='false'>{what}</guid><title>News of {what}</title><link>{link}</link>"
            f"<pubDate>Mon, 02 Mar 2026 {23 - number % 24:02}:00:00 +0000</pubDate>"
            f"<{name}>{escape(text)}</{name}></item>"
        )
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>Harbour Herald</title><language>en</language>{''.join(told)}</channel></rss>"
    ).encode()
