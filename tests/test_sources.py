"""Sources: what they bring is there once, what fails is told and tried again, and costs nobody else."""

import datetime
import json
import logging
import os
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pdfs
import pytest
from conftest import Run
from feeds import Oddity, edited
from following import START, World, article, fetcher, hurried, rss, sitemap, sitemap_index, story, world_of
from webserver import (
    Answer,
    Asked,
    Conditional,
    InTurn,
    Server,
    cut_off,
    page,
    redirect,
    reset,
    silence,
)

from bot.config import Config
from bot.errors import StoreError
from bot.net.fetch import Patience
from bot.source import Source
from bot.sources import collecting, taking, watching
from bot.sources.reading import Reader
from bot.sources.status import report, statuses
from bot.store.audit import Actor
from bot.store.database import open_database
from bot.store.visits import Entry, Visits

ACTOR = Actor("U1", "Ada")
HOUR = datetime.timedelta(hours=1)
MINUTES = datetime.timedelta(minutes=1)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server({"/robots.txt": page(status=404)}) as one:
        yield one


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with nothing in it."""
    folder = tmp_path_factory.mktemp("store")
    open_database("", folder).close()
    return folder / "briefbot.db"


@pytest.fixture
def world(tmp_path: Path, config: Config, migrated: Path) -> Iterator[World]:
    (tmp_path / "data").mkdir()
    shutil.copy(migrated, tmp_path / "data")
    database = hurried(open_database("", tmp_path / "data"))
    with world_of(database, config) as one:
        yield one
    database.close()


def stories(server: Server, count: int, *, first: int = 0, host: str = "") -> list:
    """So many items, the newest first; their pages are there."""
    numbers = range(first + count - 1, first - 1, -1)
    told = [story(number, server.at(f"/story/{number}", host=host)) for number in numbers]
    for item in told:
        server.handlers[item.url.removeprefix(server.at("", host=host))] = page(article(item))
    return told


# Feeds


def test_an_item_of_a_feed_becomes_a_document_with_all_that_is_told_of_it(world: World, server: Server):
    [item] = stories(server, 1)
    server.handlers["/feed"] = page(rss([item]))
    source = Source(feed=server.at("/feed"), name="Harbour news", topics=("Harbours",), language="de")

    visited = world.visit(source)[source.address]

    [(document, text)] = world.texts().items()
    assert (document.title, document.date, document.author) == (
        item.title,
        item.published.date(),
        item.author,
    )
    assert (document.publisher, document.language, document.url) == ("News & more", "en", item.url)
    assert text.split() == " ".join(item.paragraphs).split()
    assert [topics for topics, _held in world.library.living()] == [["Harbours"]]
    assert world.library.addresses(document.id) == [item.url]
    assert (visited.counts, visited.failed, visited.why) == ({"new": 1}, 0, None)
    assert server.paths() == ["/feed"], "all of the text stood in the feed"


def test_a_source_says_what_its_documents_do_not(world: World, server: Server):
    [item] = stories(server, 1)
    bare = (
        rss([item]).replace(b"<title>News &amp; more</title>", b"").replace(b"<language>en</language>", b"")
    )
    server.handlers["/feed"] = page(bare)

    world.visit(Source(feed=server.at("/feed"), name="Harbour news", language="de"))

    [document] = world.texts()
    assert (document.publisher, document.language) == ("Harbour news", "de")


def test_a_summary_is_replaced_by_the_text_of_its_page(world: World, server: Server):
    [item] = stories(server, 1)
    server.handlers["/feed"] = page(rss([item], Oddity.TEASERS))

    world.visit(Source(feed=server.at("/feed")))

    [(document, text)] = world.texts().items()
    assert text.split() == " ".join(item.paragraphs).split()
    assert (document.title, document.date) == (item.title, item.published.date())


@pytest.mark.parametrize(
    "answer",
    [page(status=403), page(b"x" * 50, headers={"Content-Type": "video/mp4"}), page(b"<html></html>")],
    ids=["refused", "no text", "empty"],
)
def test_a_page_that_cannot_be_read_leaves_the_teaser(world: World, server: Server, answer: Answer):
    [item] = stories(server, 1)
    server.handlers |= {"/feed": page(rss([item], Oddity.TEASERS)), "/story/0": answer}
    source = Source(feed=server.at("/feed"))

    visited = world.visit(source)[source.address]
    world.visit(source, after=24 * HOUR)

    [text] = world.texts().values()
    assert item.paragraphs[0][:60] in text
    assert item.paragraphs[1] not in text
    assert visited.failed == 0
    assert server.paths().count("/story/0") == 1, "that will not be otherwise later"


def test_the_first_visit_takes_the_newest_and_later_ones_what_is_new(world: World, server: Server):
    told = stories(server, 6)
    server.handlers["/feed"] = page(rss(told[2:]))
    source = Source(feed=server.at("/feed"), limit=2)

    world.visit(source)
    first = world.titles()
    server.handlers["/feed"] = page(rss([*told[:2], *told[2:4], edited(told[5], title="Changed"), told[4]]))
    world.visit(source, after=HOUR)

    assert first == ["Story 2", "Story 3"]
    assert world.titles() == ["Story 2", "Story 3", "Story 4", "Story 5"], "what was passed over stays so"


def test_a_feed_that_did_not_change_costs_nothing(world: World, server: Server):
    feed = Conditional(rss(stories(server, 2)))
    server.handlers["/feed"] = feed
    source = Source(feed=server.at("/feed"))

    world.visit(source)
    again = world.visit(source, after=HOUR)[source.address]

    sent = server.asked[-1].headers
    assert sent["if-none-match"] == feed.etag
    assert "if-modified-since" in sent
    assert (again.counts, again.why) == ({}, None)
    assert world.visited(source).succeeded_at == world.now
    assert world.visited(source).due_at == world.now + HOUR


def test_nothing_is_asked_before_it_is_due(world: World, server: Server):
    server.handlers["/feed"] = page(rss(stories(server, 1)))
    source = Source(feed=server.at("/feed"), every=30)

    world.visit(source)

    assert world.visit(source, after=29) == {}
    assert len(world.visit(source, after=1)) == 1


@pytest.mark.parametrize(("status", "asked"), [(301, ["/new"]), (308, ["/new"]), (302, ["/old", "/new"])])
def test_a_redirect_for_good_is_remembered(world: World, server: Server, status: int, asked: list[str]):
    server.handlers |= {
        "/old": redirect(server.at("/new"), status=status),
        "/new": page(rss(stories(server, 1))),
    }
    source = Source(feed=server.at("/old"))

    world.visit(source)
    server.asked.clear()
    world.visit(source, after=HOUR)

    assert server.paths() == asked


def test_a_redirect_that_leads_nowhere_any_more_is_forgotten(world: World, server: Server):
    [first, second] = stories(server, 2)
    server.handlers |= {
        "/old": redirect(server.at("/new"), status=301),
        "/new": Conditional(rss([second]), etag='"new"'),
    }
    source = Source(feed=server.at("/old"))
    world.visit(source)

    server.handlers |= {"/old": Conditional(rss([first, second]), etag='"new"'), "/new": page(status=404)}
    world.visit(source, after=HOUR)
    failed = world.visited(source)
    world.visit(source, after=10)

    assert (failed.moved_to, failed.failures) == (None, 1)
    assert world.titles() == ["Story 0", "Story 1"], "what the other address said of itself is forgotten too"


def test_a_source_that_is_gone_for_good_is_asked_again_after_a_month(world: World, server: Server):
    server.handlers["/feed"] = page(status=410)
    source = Source(feed=server.at("/feed"))

    world.visit(source)

    assert "410 (Gone)" in str(world.status(source).fault)
    assert world.visited(source).due_at == START + datetime.timedelta(days=30)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (page(status=404), "404"),
        (page(status=503), "503"),
        (page(status=429), "429"),
        (cut_off(b"<rss>", of=999), "broke off"),
        (reset(), "connection broke"),
        (silence(), "does not answer in time"),
    ],
    ids=["404", "503", "429", "cut off", "reset", "silent"],
)
def test_a_source_that_fails_is_left_alone_for_longer_each_time_and_recovers(
    world: World, server: Server, answer: Answer, why: str
):
    world.fetcher = lambda: fetcher(patience=Patience(total=0.2, silence=0.2))
    server.handlers["/feed"] = answer
    source = Source(feed=server.at("/feed"))

    waits = []
    for _time in range(3):
        visited = world.visit(source)[source.address]
        assert why in str(visited.why)
        assert why in str(world.status(source).fault)
        waits.append((world.visited(source).due_at - world.now) / MINUTES)
        world.now = world.visited(source).due_at
    server.handlers["/feed"] = page(rss(stories(server, 1)))
    world.visit(source)

    assert waits == [10, 20, 40]
    assert (world.visited(source).failures, world.status(source).fault) == (0, None)
    assert world.titles() == ["Story 0"]


@pytest.mark.parametrize(("stated", "minutes"), [("7200", 120), ("Mon, 02 Mar 2099 09:00:00 GMT", 1440)])
def test_a_server_that_asks_to_be_left_alone_is(world: World, server: Server, stated: str, minutes: int):
    server.handlers["/feed"] = page(status=503, headers={"Retry-After": stated})
    source = Source(feed=server.at("/feed"))

    world.visit(source)

    assert world.visited(source).due_at == START + minutes * MINUTES


def test_an_item_whose_page_fails_stands_as_its_teaser_until_the_page_is_there(world: World, server: Server):
    [item] = stories(server, 1)
    server.handlers |= {
        "/feed": Conditional(rss([item], Oddity.TEASERS)),
        "/story/0": InTurn([page(status=503), page(status=503), page(article(item))]),
    }
    source = Source(feed=server.at("/feed"))

    world.visit(source)
    teaser = world.texts()
    world.visit(source, after=10)
    world.visit(source, after=40)

    assert item.paragraphs[1] not in next(iter(teaser.values()))
    [(document, text)] = world.texts().items()
    assert text.split() == " ".join(item.paragraphs).split()
    assert [one.id for one in teaser] == [document.id]
    assert world.visits.waiting("", source.address) == []


def test_an_item_with_no_teaser_is_told_as_failed_and_tried_five_times(world: World, server: Server):
    server.handlers |= {
        "/map": page(sitemap([(server.at("/gone"), "2026-03-01")])),
        "/gone": page(status=404),
    }
    source = Source(sitemap=server.at("/map"))

    for minutes in (0, 10, 40, 160, 640, 2560):
        world.visit(source, after=minutes)

    assert server.paths().count("/gone") == 5
    assert world.status(source).held.failed == 1
    assert "404" in str(world.status(source).fault)


def test_an_item_that_left_its_feed_is_waited_for_no_more(world: World, server: Server):
    [item, other] = stories(server, 2)
    server.handlers |= {"/feed": page(rss([item], Oddity.TEASERS)), item.url[-8:]: page(status=503)}
    source = Source(feed=server.at("/feed"))

    world.visit(source)
    server.handlers["/feed"] = Conditional(rss([other]))
    for hours in (1, 24, 1):
        world.visit(source, after=hours * HOUR)

    assert world.titles() == ["Story 0", "Story 1"]
    assert "if-none-match" in server.asked[-1].headers


def test_touched_and_reordered_items_are_nothing_new(world: World, server: Server):
    told = stories(server, 4)
    server.handlers["/feed"] = page(rss(told))
    source = Source(feed=server.at("/feed"))
    world.visit(source)
    before, revision = world.texts(), world.library.state().revision

    server.handlers["/feed"] = page(rss(list(reversed(told)), Oddity.PIXELS, Oddity.MODIFIED))
    visited = world.visit(source, after=HOUR)[source.address]

    assert world.texts() == before
    assert world.library.state().revision == revision
    assert visited.counts.keys() <= {"unchanged"}


def test_an_edited_item_replaces_what_stood_there(world: World, server: Server):
    told = stories(server, 2)
    server.handlers["/feed"] = page(rss(told))
    source = Source(feed=server.at("/feed"))
    world.visit(source)
    ids = {document.id for document in world.texts()}

    server.handlers["/feed"] = page(
        rss([edited(told[0], title="Corrected", last="All else was wrong."), told[1]])
    )
    visited = world.visit(source, after=HOUR)[source.address]

    assert {document.id for document in world.texts()} == ids
    assert world.titles() == ["Corrected", "Story 0"]
    assert any(text.endswith("All else was wrong.") for text in world.texts().values())
    assert visited.counts == {"changed": 1}


def test_an_item_that_gets_another_id_stays_one_document_that_can_be_edited(world: World, server: Server):
    [item] = stories(server, 1)
    server.handlers["/feed"] = page(rss([item]))
    source = Source(feed=server.at("/feed"))
    world.visit(source)
    [before] = world.texts()

    moved = replace(item, id="another:1")
    server.handlers["/feed"] = page(rss([moved]))
    world.visit(source, after=HOUR)
    server.handlers["/feed"] = page(rss([edited(moved, last="All else was wrong.")]))
    world.visit(source, after=HOUR)

    [(after, text)] = world.texts().items()
    assert after.id == before.id
    assert text.endswith("All else was wrong.")


def test_the_same_press_release_in_six_feeds_is_one_document_with_six_sources(world: World, server: Server):
    release = story(1, "")
    sources = []
    for number in range(6):
        host = f"paper{number}.test"
        own = replace(release, url=server.at("/release", host=host), id=f"{host}:1")
        server.handlers[f"{host}/feed"] = page(rss([own]))
        sources.append(Source(feed=server.at("/feed", host=host)))

    world.visit(*sources)

    [document] = world.texts()
    assert len(world.library.siblings(document.id)) == 6
    assert len(world.library.addresses(document.id)) == 6


def test_a_feed_that_turns_into_a_page_is_told_and_not_exchanged_for_another(world: World, server: Server):
    told = stories(server, 2)
    named = f'<link rel="alternate" type="application/rss+xml" href="{server.at("/other")}">'
    server.handlers |= {
        "/feed": InTurn(
            [page(rss(told[:1])), page(article(told[0], head=named), headers={"Content-Type": "text/html"})]
        ),
        "/other": page(rss(told[1:])),
    }
    source = Source(feed=server.at("/feed"))

    world.visit(source)
    world.visit(source, after=HOUR)

    assert "is no feed" in str(world.status(source).fault)
    assert world.titles() == ["Story 1"]


def test_an_empty_feed_is_no_failure(world: World, server: Server):
    server.handlers["/feed"] = page(b'<rss version="2.0"><channel><title>None yet</title></channel></rss>')
    source = Source(feed=server.at("/feed"))

    visited = world.visit(source)[source.address]

    assert (visited.why, visited.counts) == (None, {})


def test_an_item_with_an_address_that_nobody_may_ask_costs_no_other(world: World, server: Server):
    hostile = [
        replace(story(at, url), id=f"hostile:{at}")
        for at, url in enumerate(
            [
                "http://169.254.169.254/latest/",
                "http://user:word@paper.test/",
                "http://127.1/",
                server.at("/x", host="127.0.0.2"),
                "http://paper.test:22/",
                "javascript:alert(1)",
            ]
        )
    ]
    [good] = stories(server, 1, first=50)
    server.handlers |= {"/feed": page(rss([*hostile, good], Oddity.TEASERS))}
    source = Source(feed=server.at("/feed"))

    visited = world.visit(source)[source.address]

    assert len(world.texts()) == 7
    assert visited.failed == 0
    assert set(server.paths()) == {"/feed", "/robots.txt", "/story/50"}
    assert "http://user:word@paper.test/" not in {document.url for document in world.texts()}


def test_a_feed_that_leads_inward_is_refused(world: World, server: Server):
    server.handlers["/feed"] = redirect(server.at("/", host="127.0.0.2"), status=301)
    source = Source(feed=server.at("/feed"))

    world.visit(source)

    assert "inside a network" in str(world.status(source).fault)
    assert world.visited(source).moved_to is None


# Pages and sitemaps


def test_a_page_is_one_document_wherever_it_leads_to(world: World, server: Server):
    told = story(1, ""), story(2, "")
    server.handlers |= {
        "/today": InTurn([redirect("/monday"), redirect("/tuesday")]),
        "/monday": page(article(told[0])),
        "/tuesday": page(article(told[1])),
    }
    source = Source(page=server.at("/today"))

    world.visit(source)
    [monday] = world.texts()
    world.visit(source, after=24 * HOUR)

    [tuesday] = world.texts()
    assert (monday.title, tuesday.title, monday.id) == ("Story 1", "Story 2", tuesday.id)


def test_robots_txt_is_asked_for_pages_and_not_for_feeds(world: World, server: Server):
    [item] = stories(server, 1)
    server.handlers |= {
        "/robots.txt": page(b"User-agent: *\nDisallow: /"),
        "/feed": page(rss([item], Oddity.TEASERS)),
    }
    feed, single = Source(feed=server.at("/feed")), Source(page=item.url)

    visited = world.visit(feed, single)

    assert "/story/0" not in server.paths()
    assert len(world.texts()) == 1, "the feed is there for machines, and its teaser with it"
    assert "robots.txt asks machines to stay away" in str(visited[single.address].why)


def test_the_pages_of_a_sitemap_are_documents(world: World, server: Server):
    told = stories(server, 3)
    days = ["2026-03-01", "2026-02-01", "2026-01-01"]
    pages = [(item.url, day) for item, day in zip(told, days, strict=True)]
    server.handlers["/map"] = page(sitemap(pages))
    source = Source(sitemap=server.at("/map"), limit=2)

    world.visit(source)
    first = world.titles()
    server.handlers["/story/2"] = page(article(edited(told[0], title="Corrected")))
    server.handlers["/map"] = page(sitemap([(told[0].url, "2026-03-02"), *pages[1:]]))
    world.visit(source, after=6 * HOUR)

    assert first == ["Story 1", "Story 2"]
    assert world.titles() == ["Corrected", "Story 1"]


def test_a_sitemap_of_sitemaps_loses_no_page_to_one_that_fails(world: World, server: Server):
    told = stories(server, 2)
    server.handlers |= {
        "/index": page(sitemap_index([server.at("/one"), server.at("/none"), server.at("/two")])),
        "/one": page(sitemap([(told[0].url, "2026-03-01")])),
        "/two": page(sitemap([(told[0].url, "2026-03-01"), (told[1].url, "2026-02-01")])),
    }

    world.visit(Source(sitemap=server.at("/index")))

    assert world.titles() == ["Story 0", "Story 1"]


def test_a_sitemap_all_of_whose_sitemaps_fail_is_told_as_failing(world: World, server: Server):
    server.handlers["/index"] = page(sitemap_index([server.at("/none")]))
    source = Source(sitemap=server.at("/index"))

    world.visit(source)

    assert "404" in str(world.status(source).fault)


def test_a_page_may_be_a_pdf(world: World, server: Server):
    server.handlers["/paper"] = page(
        pdfs.article(1, pdfs.Look()).data, headers={"Content-Type": "application/pdf"}
    )

    world.visit(Source(page=server.at("/paper")))

    [text] = world.texts().values()
    assert text


# Added by people


def test_the_address_of_a_site_that_people_add_finds_its_feed(world: World, server: Server):
    [first, second] = stories(server, 2, host="paper.test")
    named = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    home = page(article(story(9, ""), head=named), headers={"Content-Type": "text/html"})
    server.handlers |= {"paper.test/": home, "paper.test/feed": page(rss([second]))}
    added = Source(page=server.at("/", host="paper.test"), workspace="T1")
    world.followed.add(added, ACTOR, now=START)

    world.visit()
    [source] = world.collector.sources()
    server.handlers["paper.test/feed"] = page(rss([first, second]))
    world.visit(after=HOUR)

    assert (source.kind, source.address, source.is_added) == ("feed", added.address, True)
    assert world.titles() == ["Story 0", "Story 1"]
    assert {document.workspace for document in world.texts()} == {"T1"}
    assert server.paths().count("/") == 1


@pytest.mark.parametrize("kind", ["feed", "sitemap", "page"])
def test_what_people_add_is_what_it_turns_out_to_be(world: World, server: Server, kind: str):
    [item] = stories(server, 1)
    bodies = {"feed": rss([item]), "sitemap": sitemap([(item.url, "2026-03-01")]), "page": article(item)}
    server.handlers["/added"] = page(bodies[kind], headers={"Content-Type": "text/html"})
    world.followed.add(Source(page=server.at("/added")), ACTOR, now=START)

    world.visit()

    [source] = world.collector.sources()
    assert source.kind == kind
    assert world.titles() == ["Story 0"]


def test_a_source_that_is_removed_leaves_its_documents_and_nothing_else(world: World, server: Server):
    server.handlers["/feed"] = page(rss(stories(server, 1)))
    source = Source(feed=server.at("/feed"))
    world.followed.add(source, ACTOR, now=START)
    world.visit()

    world.followed.remove("", source.address, ACTOR, now=START)

    assert world.collector.sources() == []
    assert world.titles() == ["Story 0"]
    assert world.visits.entries("", source.address) == {}
    assert world.visits.of([source]) == {}


# Several at once, and what goes wrong


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[tuple[Visits, Visits]]:
    """Two processes' views of one store, on each engine."""
    opened = [open_database(database_url, tmp_path / "data") for _process in range(2)]
    yield Visits(opened[0]), Visits(opened[1])
    for one in opened:
        one.close()


SOURCES = [Source(feed=f"https://{name}.example/feed") for name in "abcde"]
LATER = START + 10 * MINUTES


def claimed(visits: Visits, *, now: datetime.datetime = START, limit: int = 9) -> list[str]:
    return [one.address for one in visits.claim(SOURCES, now=now, until=now + 10 * MINUTES, limit=limit)]


def test_a_source_is_claimed_by_one_alone_until_its_lease_ends(store: tuple[Visits, Visits]):
    one, other = store

    mine, theirs = claimed(one, limit=3), claimed(other)
    lapsed = claimed(other, now=LATER)

    assert len(mine) == 3
    assert sorted(mine + theirs) == [source.address for source in SOURCES]
    assert sorted(lapsed) == [source.address for source in SOURCES]


def test_many_that_claim_at_once_share_the_sources(store: tuple[Visits, Visits]):
    taken: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda at=at: taken.append(claimed(store[at % 2], limit=2)))
        for at in range(6)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(address for one in taken for address in one) == [source.address for source in SOURCES]


def test_what_is_settled_is_due_when_it_says_and_what_is_released_at_once(store: tuple[Visits, Visits]):
    one, other = store
    first, second = one.claim(SOURCES[:2], now=START, until=LATER, limit=2)

    one.settle(replace(first, due_at=LATER, etag='"1"', failures=2, why="404"))
    one.release(second)

    assert claimed(other, limit=9)[0] == second.address
    assert first.address not in claimed(other)
    [again] = [
        visit
        for visit in other.claim(SOURCES, now=LATER, until=LATER, limit=9)
        if visit.address == first.address
    ]
    assert (again.etag, again.failures, again.why) == ('"1"', 2, "404")


def test_what_is_due_longest_comes_first(store: tuple[Visits, Visits]):
    one, _other = store
    for visit in one.claim(SOURCES, now=START, until=START, limit=9):
        one.settle(replace(visit, due_at=START - SOURCES.index(Source(feed=visit.address)) * MINUTES))

    assert claimed(one) == [source.address for source in reversed(SOURCES)]


def test_what_a_source_held_is_remembered_entry_by_entry(store: tuple[Visits, Visits]):
    one, other = store
    seen = [Entry(f"{at}", "old") for at in range(1200)]
    late = Entry("1", "new", failures=2, due_at=LATER, why="503")

    one.note("", "a", seen)
    other.note("", "a", [late, Entry("2", "new", failures=1, due_at=START)])

    assert one.entries("", "a", ["0", "1", "none"]) == {"0": seen[0], "1": late}
    assert len(one.entries("", "a", [entry.id for entry in seen])) == 1200
    assert [entry.id for entry in one.waiting("", "a")] == ["2", "1"]
    held = one.held()["", "a"]
    assert (held.documents, held.failed, held.why) == (1199, 1, "503")


def test_what_is_forgotten_is_not_known_any_more(store: tuple[Visits, Visits]):
    one, other = store
    one.note("", "a", [Entry("1", "x"), Entry("2", "x")])
    one.note("T1", "a", [Entry("1", "x")])

    one.forget("", "a", ["1"])
    assert list(other.entries("", "a")) == ["2"]
    one.forget("", "a")

    assert other.entries("", "a") == {}
    assert list(other.entries("T1", "a")) == ["1"]


def test_two_processes_visit_each_source_once(world: World, server: Server, tmp_path: Path):
    sources = []
    for number in range(20):
        host = f"paper{number}.test"
        server.handlers[f"{host}/feed"] = page(rss(stories(server, 1, first=number)))
        sources.append(Source(feed=server.at("/feed", host=host)))
    database = open_database("", tmp_path / "data")

    with world_of(database, world.config) as other:
        thread = threading.Thread(target=other.visit, args=sources)
        thread.start()
        world.visit(*sources)
        thread.join()
    database.close()

    assert server.paths().count("/feed") == 20
    assert len(world.texts()) == 20


class Killed(BaseException):
    """What ends a process, as far as it sees."""


def test_a_visit_that_is_killed_before_it_noted_what_it_stored_is_taken_up_when_its_lease_ends(
    world: World, server: Server, monkeypatch: pytest.MonkeyPatch
):
    server.handlers["/feed"] = page(rss(stories(server, 3)))
    source = Source(feed=server.at("/feed"))

    def killed(*_all: object, **_named: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Visits, "note", lambda *these, **_named: killed() if these[3] else None)
        with pytest.raises(Killed):
            world.visit(source)
    before = world.texts()
    world.restart()
    at_once = world.visit(source)
    later = world.visit(source, after=collecting.LEASE)[source.address]

    assert len(before) == 1
    assert at_once == {}
    assert later.counts == {"new": 2, "unchanged": 1}
    assert world.titles() == ["Story 0", "Story 1", "Story 2"]


def test_a_visit_that_is_broken_off_is_due_again_at_once(world: World, server: Server):
    asked = threading.Event()

    def hanging(_asked: Asked) -> Answer:
        asked.set()
        return silence()

    server.handlers["/feed"] = hanging
    source = Source(feed=server.at("/feed"))
    done: list[object] = []
    thread = threading.Thread(target=lambda: done.append(world.visit(source)))

    thread.start()
    assert asked.wait(20)
    world.collector.close()
    thread.join(20)
    server.handlers["/feed"] = page(rss(stories(server, 1)))
    world.restart()
    world.visit(source)

    assert done == [{}]
    assert world.titles() == ["Story 0"]


def test_slow_servers_keep_no_other_source_waiting(world: World, server: Server):
    slow = [Source(feed=server.at(f"/a/{number}", host=f"slow{number}.test")) for number in range(13)]
    # They are claimed in order of address.
    quick = [Source(feed=server.at(f"/b/{number}", host=f"swift{number}.test")) for number in range(9)]
    server.handlers |= {f"/a/{number}": silence() for number in range(13)}
    for number in range(9):
        server.handlers[f"/b/{number}"] = page(rss(stories(server, 1, first=number)))
    thread = threading.Thread(target=world.visit, args=[*slow, *quick])
    until = time.monotonic() + 10  # Before the slow ones are given up.

    thread.start()
    while len(world.texts()) < 9 and time.monotonic() < until:
        threading.Event().wait(0.05)
    found = len(world.texts())
    world.collector.close()
    thread.join(20)

    assert found == 9


def test_nothing_new_begins_once_it_is_over(world: World, server: Server):
    sources = [Source(feed=server.at(f"/feed/{number}")) for number in range(3)]

    assert world.collector.collect(sources, is_over=lambda: True) == []
    assert server.paths() == []


def broken(*_all: object, **_named: object) -> None:
    raise RuntimeError("a bug")


def test_a_bug_in_one_visit_costs_no_other_and_is_told(
    world: World, server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    sources = [Source(feed=server.at(f"/feed/{number}")) for number in range(4)]
    for number in range(4):
        server.handlers[f"/feed/{number}"] = page(rss(stories(server, 1, first=number)))
    fetch = Reader.fetch

    async def fetched(self: Reader, kind: str, address: str, **named: str | None) -> object:
        if address.endswith("/feed/1"):
            raise RuntimeError("a bug")
        return await fetch(self, kind, address, **named)

    monkeypatch.setattr(Reader, "fetch", fetched)
    with caplog.at_level(logging.ERROR):
        visited = world.visit(*sources)

    assert world.titles() == ["Story 0", "Story 2", "Story 3"]
    assert [one.why for one in visited.values()].count(taking.FAULT) == 1
    assert world.status(sources[1]).fault == taking.FAULT
    assert world.visited(sources[1]).due_at == START + 10 * MINUTES
    assert "a bug" in caplog.text
    monkeypatch.undo()
    assert world.visit(*sources, after=10)[sources[1].address].counts == {"new": 1}


def test_a_bug_in_one_item_costs_no_other_item(
    world: World, server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    told = stories(server, 3)
    server.handlers["/feed"] = page(rss(told))
    source = Source(feed=server.at("/feed"))
    draft = collecting.Ingest.draft

    with monkeypatch.context() as patched, caplog.at_level(logging.ERROR):
        patched.setattr(
            collecting.Ingest,
            "draft",
            lambda self, reading, *rest, **named: (
                broken() if reading.title == "Story 1" else draft(self, reading, *rest, **named)
            ),
        )
        visited = world.visit(source)[source.address]
    first = world.titles()
    fault = world.status(source).fault
    world.visit(source, after=10)

    assert (first, visited.failed) == (["Story 0", "Story 2"], 1)
    assert fault == f"1 could not be read, as {taking.FAULT}"
    assert world.titles() == ["Story 0", "Story 1", "Story 2"]
    assert world.status(source).fault is None


def test_a_store_that_fails_ends_the_visit_and_leaves_nothing_claimed(
    world: World, server: Server, monkeypatch: pytest.MonkeyPatch
):
    server.handlers["/feed"] = page(rss(stories(server, 2)))
    source = Source(feed=server.at("/feed"))

    def full(*_all: object, **_named: object) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(Visits, "settle", full)
        with pytest.raises(StoreError):
            world.visit(source)
    world.visit(source)

    assert world.titles() == ["Story 0", "Story 1"]


def test_a_visit_that_takes_too_long_goes_on_with_the_next(
    world: World, server: Server, monkeypatch: pytest.MonkeyPatch
):
    server.handlers["/feed"] = Conditional(rss(stories(server, 5)))
    source = Source(feed=server.at("/feed"), limit=4)
    whole = Reader.whole

    async def slowly(self: Reader, item: object) -> object:
        world.now += 3 * MINUTES
        return await whole(self, item)

    monkeypatch.setattr(Reader, "whole", slowly)
    done = world.collector.collect([source])

    assert [one.visited.counts.total() for one in done] == [2, 2]
    assert world.titles() == ["Story 1", "Story 2", "Story 3", "Story 4"]


# Folders


def folder(path: Path) -> Source:
    return Source(folder=str(path), topics=("Harbours",))


def test_a_folder_is_read_and_what_changed_since_again(world: World, tmp_path: Path):
    here = tmp_path / "papers"
    here.mkdir()
    for name in ("a", "b", "c"):
        (here / f"{name}.txt").write_text(f"The {name} ferry runs daily.\n")
    (here / "bad.pdf").write_bytes(b"no PDF")
    source = folder(here)
    world.now = datetime.datetime.now(datetime.UTC) + HOUR

    first = world.visit(source)[source.address]
    (here / "b.txt").write_text("The b ferry runs twice a day now.\n")
    (here / "c.txt").unlink()
    (here / "d.txt").write_text("The d ferry runs at night.\n")
    second = world.visit(source, after=1)[source.address]

    assert (first.counts, first.failed) == ({"new": 3}, 1)
    assert "bad.pdf" in str(first.why)
    assert second.counts == {"changed": 1, "new": 1, "removed": 1}
    assert sorted(world.texts().values()) == [
        "The a ferry runs daily.",
        "The b ferry runs twice a day now.",
        "The d ferry runs at night.",
    ]
    held = world.status(source).held
    assert (held.documents, held.failed) == (3, 1)
    assert held.why is not None
    assert "bad.pdf" in str(world.status(source).fault)


def test_a_file_that_did_not_change_is_not_opened_again(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.txt").write_text("The ferry runs daily.\n")
    source = folder(tmp_path / "papers")
    world.now = datetime.datetime.now(datetime.UTC) + HOUR
    world.visit(source)

    monkeypatch.setattr("bot.library.files.opened", broken)
    visited = world.visit(source, after=1)[source.address]

    assert (visited.why, visited.counts) == (None, {})


def test_a_file_that_changes_within_the_same_moment_is_read_again(world: World, tmp_path: Path):
    (tmp_path / "papers").mkdir()
    path = tmp_path / "papers" / "a.txt"
    moment = START.timestamp()
    source = folder(path.parent)

    path.write_text("The ferry runs at 9.\n")
    os.utime(path, (moment, moment))
    world.visit(source)
    path.write_text("The ferry runs at 8.\n")
    os.utime(path, (moment, moment))
    world.visit(source, after=1)

    assert list(world.texts().values()) == ["The ferry runs at 8."]


def test_a_file_of_tomorrow_is_read_once(world: World, tmp_path: Path):
    (tmp_path / "papers").mkdir()
    path = tmp_path / "papers" / "a.txt"
    path.write_text("The ferry runs at 9.\n")
    os.utime(path, (START.timestamp() + 86_400, START.timestamp() + 86_400))
    source = folder(path.parent)

    world.visit(source)

    assert world.visit(source, after=1)[source.address].counts == {}


def test_a_folder_that_is_empty_or_gone_removes_nothing(world: World, tmp_path: Path):
    here = tmp_path / "papers"
    here.mkdir()
    (here / "a.txt").write_text("The ferry runs daily.\n")
    source = folder(here)
    world.visit(source)

    (here / "a.txt").unlink()
    empty = world.visit(source, after=1)[source.address]
    here.rmdir()
    gone = world.visit(source, after=1)[source.address]

    assert "nothing was removed" in str(empty.why)
    assert "cannot be read" in str(gone.why)
    assert len(world.texts()) == 1
    assert world.visited(source).failures == 2


def test_a_bug_in_a_folder_costs_no_other_source(
    world: World, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    server.handlers["/feed"] = page(rss(stories(server, 1)))
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.txt").write_text("The ferry runs daily.\n")
    source, feed = folder(tmp_path / "papers"), Source(feed=server.at("/feed"))
    monkeypatch.setattr("bot.sources.folders.files_at", broken)

    visited = world.visit(source, feed)

    assert visited[source.address].why == taking.FAULT
    assert world.titles() == ["Story 0"]
    assert world.visited(source).due_at == START + MINUTES


def test_a_file_put_into_a_watched_folder_is_in_the_library_without_waiting_for_the_tick(
    tmp_path: Path, config: Config
):
    here = tmp_path / "papers"
    here.mkdir()
    (here / "a.txt").write_text("The ferry runs daily.\n")
    database = open_database("", tmp_path / "data")
    until = time.monotonic() + 30

    with (
        world_of(database, config, folder(here)) as world,
        watching.collecting(world.collector, [here], seconds=600),
    ):
        while len(world.texts()) < 1 and time.monotonic() < until:
            os.sched_yield()
        at = 0
        while len(world.texts()) < 2 and time.monotonic() < until:
            # The first may come before anybody watches.
            (here / "b.txt").write_text(f"The night ferry runs at {at}.\n")
            at += 1
            threading.Event().wait(0.2)
        found = len(world.texts())
    database.close()

    assert found == 2


# At a terminal


def test_the_terminal_shows_how_it_stands_with_each_source(world: World, server: Server):
    server.handlers |= {"/feed": page(rss(stories(server, 2))), "/gone": page(status=410)}
    good = Source(feed=server.at("/feed"), name="Harbour\x1b[31m news")
    gone, new = Source(page=server.at("/gone")), Source(sitemap="https://new.example/map")

    world.visit(good, gone)
    lines = list(report(statuses([good, gone, new], world.visits, world.library)))

    assert lines[1].split() == [
        "Harbour�[31m",
        "news",
        "feed",
        "2",
        "2026-03-02",
        "09:00Z",
        "2026-03-02",
        "10:00Z",
    ]
    assert lines[2].split() == [good.address]
    assert lines[3].split()[1:] == ["page", "0", "never", "2026-04-01", "09:00Z"]
    assert lines[4].strip().startswith("!! 127.0.0.1")
    assert "410 (Gone)" in lines[4]
    assert lines[5].split()[1:] == ["sitemap", "0", "never", "at", "once"]


def test_a_file_of_many_documents_counts_as_so_many(world: World, tmp_path: Path):
    (tmp_path / "papers").mkdir()
    lines = [f'{{"id": "{at}", "text": "The ferry runs at {at}."}}' for at in range(3)]
    (tmp_path / "papers" / "a.jsonl").write_text("\n".join(lines))
    (tmp_path / "papers of others").mkdir()
    (tmp_path / "papers of others" / "b.txt").write_text("The night ferry runs daily.\n")
    source = folder(tmp_path / "papers")

    world.visit(source, folder(tmp_path / "papers of others"))

    assert world.status(source).held.documents == 3


def own_config(tmp_path: Path, library: str) -> dict[str, str]:
    (tmp_path / "own.yml").write_text(library)
    return {"BRIEFBOT_CONFIG": str(tmp_path / "own.yml")}


def test_sources_are_added_visited_shown_and_removed_at_a_terminal(tmp_path: Path, server: Server, run: Run):
    server.handlers |= {"/feed": page(rss(stories(server, 2))), "/gone": page(status=410)}
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.txt").write_text("The ferry runs daily.\n")
    (tmp_path / "feeds.opml").write_text(
        f'<opml version="2.0"><body><outline text="News" xmlUrl="{server.at("/feed")}"/></body></opml>'
    )
    settings = f"library:\n  allow: ['127.0.0.1/32']\n  sources:\n  - folder: {tmp_path / 'papers'}\n"
    environment = own_config(tmp_path, f"{settings}  - page: {server.at('/gone')}\n")

    added = run("sources", "--add", tmp_path / "feeds.opml", environment=environment)
    ingested = run("ingest", environment=environment)
    shown = json.loads(run("sources", "--json", environment=environment).stdout)
    removed = run("sources", "--remove", server.at("/feed"), environment=environment)

    assert "1 added, 0 were there already" in added.stderr
    assert ingested.returncode == 1, "one of them failed"
    assert "2 of 2 sources on the net were due: 2 new" in ingested.stderr
    assert "410 (Gone)" in ingested.stderr
    assert [(one["kind"], one["documents"]) for one in shown] == [("folder", 1), ("page", 0), ("feed", 2)]
    assert "410 (Gone)" in shown[1]["why"]
    assert server.at("/feed") not in removed.stdout
    assert "1 removed" in removed.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--add", "http://10.0.0.1/"), "inside a network"),
        (("--add", "none.opml"), "cannot be read"),
        (("--remove", "https://none.example/"), "is no source that was added"),
    ],
)
def test_what_cannot_be_added_or_removed_is_told(arguments: tuple[str, ...], said: str, run: Run):
    told = run("sources", *arguments)

    assert told.returncode != 0
    assert said in told.stderr
    assert "Traceback" not in told.stderr
