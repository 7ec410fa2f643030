"""Sources are visited when they are due, and what is new there becomes documents, once."""

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import NOW
from gathered import Gathering, article, rss, story
from webserver import Answer, Conditional, InTurn, Server, cut_off, page, redirect, reset

from bot.app import Briefbot
from bot.errors import ReadError
from bot.source import Source
from bot.sources.storing import Storing
from bot.store.audit import Actor

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
HTML = {"Content-Type": "text/html; charset=utf-8"}
ANNA = Actor("U0ANNA", "Anna")

Gathered = Callable[..., Gathering]


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as served:
        yield served


@pytest.fixture
def gathering(briefbot: Briefbot, server: Server) -> Iterator[Gathered]:
    """Gather from the feed at /feed, or from other sources."""
    made: list[Gathering] = []

    def gathering_(*sources: Source, **feed: object) -> Gathering:
        own = sources or (Source(feed=server.at("/feed"), **feed),)  # type: ignore[arg-type]
        made.append(Gathering(briefbot, server, list(own), NOW))
        return made[-1]

    yield gathering_
    for one in made:
        one.collector.close()


def at(server: Server) -> Callable[[str], str]:
    return lambda what: server.at(f"/{what}")


def test_items_of_a_feed_become_documents_with_what_it_states(gathering: Gathered, server: Server):
    server.handlers["/feed"] = page(rss(["one", "two"]))
    gathered = gathering(name="The Herald", topics=("chips",))

    gathered.collect()

    [(document, _), _] = gathered.briefbot.library.added("T1", limit=9)
    assert gathered.titles() == ["News of one", "News of two"]
    assert (document.publisher, document.language) == ("Harbour Herald", "en")
    assert document.date == datetime.date(2026, 3, 2)
    assert document.url.startswith("http://news.test/")
    assert " ".join(gathered.texts()["News of one"].split()) == story("one")
    topics = [topics for topics, _ in gathered.briefbot.library.living()]
    assert topics == [["chips"], ["chips"]]


def test_the_page_is_fetched_where_the_feed_has_a_summary(gathering: Gathered, server: Server):
    server.handlers |= {
        "/feed": page(rss(["one"], teaser=True, at=at(server))),
        "/one": page(article("one"), headers=HTML),
    }
    gathered = gathering()

    gathered.collect()

    assert story("one", 1) in gathered.texts()["News of one"]
    assert "forty bicycles" in gathered.texts()["News of one"]


def test_the_summary_stays_where_the_page_cannot_be_read(gathering: Gathered, server: Server):
    server.handlers |= {
        "/feed": page(rss(["one", "two"], teaser=True, at=at(server))),
        "/one": page(b"gone", status=410),
        "/two": page(b"<html><body></body></html>", headers=HTML),
    }
    gathered = gathering()

    gathered.collect()

    assert gathered.titles() == ["News of one", "News of two"]


def test_a_page_that_fails_is_tried_again_and_then_done_without(gathering: Gathered, server: Server):
    server.handlers |= {
        "/feed": page(rss(["one", "two"], teaser=True, at=at(server))),
        "/one": InTurn([page(status=503), page(article("one"), headers=HTML)]),
        "/two": page(status=503),
    }
    gathered = gathering()

    gathered.collect()
    assert gathered.titles() == []
    assert "503" in str(gathered.status().fault)
    gathered.collect(after=HOUR)
    assert gathered.titles() == ["News of one"]
    for _ in range(30):
        gathered.collect(after=HOUR)

    assert gathered.titles() == ["News of one", "News of two"]
    assert "forty bicycles" in gathered.texts()["News of one"]
    assert gathered.status().fault is None


def test_the_first_visit_takes_the_newest_and_later_ones_each_that_is_new(
    gathering: Gathered, server: Server
):
    old = [f"old{n}" for n in range(5)]
    server.handlers["/feed"] = page(rss(["a", "b", *old]))
    gathered = gathering(limit=2)

    gathered.collect()
    assert gathered.titles() == ["News of a", "News of b"]
    server.handlers["/feed"] = page(rss(["c", "d", "e", "f", "a", "b", *old]))
    gathered.collect(after=HOUR)

    assert gathered.titles() == [f"News of {what}" for what in "abcdef"]


def test_nothing_is_fetched_before_it_is_due_and_what_did_not_change_costs_nothing(
    gathering: Gathered, server: Server
):
    feed = Conditional(rss(["one"]))
    server.handlers["/feed"] = feed
    gathered = gathering()

    gathered.collect()
    gathered.collect(after=HOUR / 2)
    assert server.paths() == ["/feed"]
    gathered.collect(after=HOUR / 2)
    assert server.asked[-1].headers["if-none-match"] == feed.etag
    feed.body, feed.etag = rss(["two", "one"]), '"2"'
    gathered.collect(after=HOUR)

    assert gathered.titles() == ["News of one", "News of two"]


def test_order_and_touches_make_nothing_new_and_edits_replace(gathering: Gathered, server: Server):
    server.handlers["/feed"] = page(rss(["one", "two"]))
    gathered = gathering()
    gathered.collect()
    ids = {document.id for document, _ in gathered.briefbot.library.added("T1", limit=9)}
    revision = gathered.briefbot.library.state().revision

    touched = rss(["two", "one"]).replace(b"Harbour Herald", b"Harbour Herald (412 comments)")
    server.handlers["/feed"] = page(touched)
    gathered.collect(after=HOUR)
    assert gathered.briefbot.library.state().revision == revision
    server.handlers["/feed"] = page(rss(["two", "one"]).replace(b"three bids", b"five bids"))
    gathered.collect(after=HOUR)

    assert {document.id for document, _ in gathered.briefbot.library.added("T1", limit=9)} == ids
    assert "five bids" in gathered.texts()["News of one"]


def test_the_same_release_in_six_feeds_is_one_document_with_six_sources(gathering: Gathered, server: Server):
    sources = []
    for number in range(6):
        told = rss(["harbours"], at=lambda _what, n=number: f"http://agency{n}.test/release")
        server.handlers[f"/{number}"] = page(
            told.replace(b"The ferry", b"OSLO (Agency %d) - The ferry" % number)
        )
        sources.append(Source(feed=server.at(f"/{number}")))
    gathered = gathering(*sources)

    gathered.collect()

    [(document, _)] = gathered.briefbot.library.added("T1", limit=9)
    assert len(gathered.briefbot.library.siblings(document.id)) == 6
    assert len(gathered.briefbot.library.addresses(document.id)) == 6


def test_permanent_redirects_are_remembered_and_forgotten_if_they_lead_nowhere(
    gathering: Gathered, server: Server
):
    server.handlers |= {"/feed": redirect("/new", status=301), "/new": page(rss(["one"]))}
    gathered = gathering()

    gathered.collect()
    gathered.collect(after=HOUR)
    assert server.paths() == ["/feed", "/new", "/new"]
    server.handlers |= {"/feed": page(rss(["two", "one"])), "/new": page(status=404)}
    gathered.collect(after=HOUR)
    gathered.collect(after=HOUR)

    assert gathered.titles() == ["News of one", "News of two"]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (page(status=404), "404"),
        (page(status=503, headers={"Retry-After": "60"}), "503"),
        (cut_off(rss(["one"]), of=10_000), "broke off"),
        (reset(), "connection"),
        (page(b"<html><body>No feed</body></html>", headers=HTML), "no feed"),
        (redirect("http://10.1.2.3/feed"), "inside a network"),
    ],
)
def test_a_source_that_fails_is_told_left_alone_and_comes_back(
    gathering: Gathered, server: Server, answer: Answer, why: str
):
    server.handlers |= {"/feed": answer, "/other": page(rss(["other"]))}
    gathered = gathering(Source(feed=server.at("/feed")), Source(feed=server.at("/other")))

    gathered.collect()
    assert gathered.titles() == ["News of other"]
    assert why in str(gathered.status().fault)
    asked = len(server.asked)
    gathered.collect(after=HOUR / 60)
    assert len(server.asked) == asked
    server.handlers["/feed"] = page(rss(["one"]))
    gathered.collect(after=HOUR)

    assert gathered.titles() == ["News of one", "News of other"]
    assert gathered.status().fault is None


def test_a_server_is_left_alone_for_as_long_as_it_asks(gathering: Gathered, server: Server):
    server.handlers["/feed"] = page(status=429, headers={"Retry-After": "7200"})
    gathered = gathering()

    for _ in range(12):
        gathered.collect(after=HOUR / 6)

    assert server.paths() == ["/feed"]


def test_what_is_gone_for_good_is_asked_for_once_a_month(gathering: Gathered, server: Server):
    server.handlers["/feed"] = page(status=410)
    gathered = gathering()

    for _ in range(40):
        gathered.collect(after=DAY)

    assert server.paths() == ["/feed", "/feed"]


def test_links_of_items_into_a_network_are_not_followed(gathering: Gathered, server: Server):
    server.handlers["/feed"] = page(
        rss(["one"], teaser=True, at=lambda _what: "http://169.254.169.254/latest")
    )
    gathered = gathering()

    gathered.collect()

    assert gathered.titles() == ["News of one"]
    assert server.paths() == ["/feed"]


def test_robots_txt_is_heeded_for_pages(gathering: Gathered, server: Server):
    server.handlers |= {
        "/robots.txt": page(b"User-agent: *\nDisallow: /one"),
        "/feed": page(rss(["one"], teaser=True, at=at(server))),
        "/one": page(article("one"), headers=HTML),
    }
    gathered = gathering()

    gathered.collect()

    assert "/one" not in server.paths()
    assert gathered.titles() == ["News of one"]


def test_pages_and_sitemaps_are_sources(gathering: Gathered, server: Server):
    urls = "".join(f"<url><loc>{server.at(f'/{what}')}</loc></url>" for what in ("one", "two"))
    index = f"<sitemapindex><sitemap><loc>{server.at('/map')}</loc></sitemap></sitemapindex>"
    server.handlers |= {
        "/index": page(index.encode()),
        "/map": page(f"<urlset>{urls}</urlset>".encode()),
        "/one": page(article("one"), headers=HTML),
        "/two": page(article("two"), headers=HTML),
        "/page": page(article("quays"), headers=HTML),
    }
    gathered = gathering(Source(sitemap=server.at("/index")), Source(page=server.at("/page")))

    gathered.collect()

    assert gathered.titles() == ["News of one", "News of quays", "News of two"]


def test_a_page_that_changes_is_the_same_document(gathering: Gathered, server: Server):
    server.handlers["/page"] = page(article("quays"), headers=HTML)
    gathered = gathering(Source(page=server.at("/page")))
    gathered.collect()
    [(before, _)] = gathered.briefbot.library.added("T1", limit=9)

    server.handlers["/page"] = page(article("quays").replace(b"three bids", b"five bids"), headers=HTML)
    gathered.collect(after=DAY)

    [(after, _)] = gathered.briefbot.library.added("T1", limit=9)
    assert after.id == before.id
    assert "five bids" in gathered.texts()["News of quays"]


@pytest.mark.parametrize("path", ["/feed", "/"])
def test_what_people_add_is_found_out_by_the_first_visit(gathering: Gathered, server: Server, path: str):
    head = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    server.handlers |= {"/feed": page(rss(["one"])), "/": page(article("home", head=head), headers=HTML)}
    gathered = gathering(Source(folder="seeds"))
    gathered.followed.add(Source(page=server.at(path), workspace="T1", is_added=True), ANNA, now=NOW)
    added = [one for one in gathered.collector.sources() if one.is_added]

    gathered.collector.collect(added)
    [turned] = gathered.followed.all()
    server.handlers["/feed"] = page(rss(["two", "one"]))
    gathered.now += HOUR
    gathered.collector.collect([turned])

    assert turned.kind == "feed"
    assert gathered.titles() == ["News of one", "News of two"]
    assert gathered.briefbot.library.added("T2", limit=9) == []


def test_two_processes_visit_a_source_once(gathering: Gathered, server: Server):
    server.handlers["/feed"] = page(rss(["one"]))
    one, other = gathering(), gathering()

    claimed = one.visits.claim(one.sources, now=NOW, until=NOW + HOUR, limit=9)
    other.collect()
    assert server.paths() == []
    other.collect(after=HOUR * 2)

    assert len(claimed) == 1
    assert server.paths() == ["/feed"]


@pytest.mark.parametrize("error", [RuntimeError("a bug"), ReadError("is odd")])
def test_what_breaks_one_visit_breaks_no_other_and_is_tried_again(
    gathering: Gathered, server: Server, monkeypatch: pytest.MonkeyPatch, error: Exception
):
    server.handlers |= {"/feed": page(rss(["one"])), "/other": page(rss(["other"]))}
    gathered = gathering(Source(feed=server.at("/feed")), Source(feed=server.at("/other")))
    store = Storing.store

    def broken(self: Storing, source: Source, *told: object, **more: object) -> object:
        if source.address.endswith("/feed"):
            raise error
        return store(self, source, *told, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Storing, "store", broken)
        gathered.collect()
    assert gathered.titles() == ["News of other"]
    assert gathered.status().fault
    server.handlers["/feed"] = page(rss(["one"]).replace(b"three bids", b"four bids"))
    gathered.collect(after=DAY)

    assert gathered.titles() == ["News of one", "News of other"]


def test_a_folder_is_swept_and_what_did_not_change_is_not_opened(
    gathering: Gathered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = tmp_path / "papers"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.md").write_text(f"# News of {name}\n\n{story(name)}\n")
    (folder / "c.pdf").write_bytes(b"%PDF-1.4 broken")
    gathered = gathering(Source(folder=str(folder), name="Papers"))
    gathered.now = NOW + 3650 * DAY

    gathered.collect()
    assert gathered.titles() == ["News of a", "News of b"]
    status = gathered.status()
    assert (status.held.documents, status.held.failed) == (2, 1)
    assert "c.pdf" in str(status.fault)
    with monkeypatch.context() as patched:
        patched.setattr("bot.library.ingest.readings", lambda *_told, **_more: pytest.fail("opened"))
        gathered.collect(after=HOUR)
    (folder / "a.md").write_text(f"# News of a\n\n{story('a')} It sank.\n")
    (folder / "b.md").unlink()
    (folder / "c.pdf").unlink()
    gathered.collect(after=HOUR)

    assert gathered.titles() == ["News of a"]
    assert "It sank." in gathered.texts()["News of a"]
    assert gathered.status().fault is None


def test_an_emptied_folder_removes_nothing_and_says_so(gathering: Gathered, tmp_path: Path):
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "a.md").write_text(f"# News of a\n\n{story('a')}\n")
    gathered = gathering(Source(folder=str(folder)))

    gathered.collect()
    (folder / "a.md").unlink()
    gathered.collect(after=HOUR)

    assert gathered.titles() == ["News of a"]
    assert "nothing was removed" in str(gathered.status().fault)
