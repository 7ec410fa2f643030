"""Sources that people add in Slack, what they hear of them, and taking them back."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from conftest import NOW, Write
from feeds import Item
from following import article, rss, story
from test_clipping import click
from test_home import Person
from webserver import Server, page, silence
from world import World, opened

from bot.app import Briefbot
from bot.config import Roles
from bot.local_slack.draw import draw
from bot.local_slack.state import Message
from bot.slack import adding, source_views
from bot.slack.members import Members
from bot.store.audit import Audit

HTML = {"Content-Type": "text/html; charset=utf-8"}
LOCKS, *NEWS = (story(number, f"http://herald.test/story/{number}") for number in (7, 8, 9))
FEED_LINK = '<link rel="alternate" type="application/rss+xml" href="/feed">'


@pytest.fixture
def world(briefbot: Briefbot, write: Write) -> Iterator[World]:
    with opened(briefbot, write, NOW) as made:
        yield made


@pytest.fixture
def web(world: World) -> Iterator[Server]:
    """All of the net."""
    with Server() as server:
        world.web_port = server.port
        server.handlers |= {
            "herald.test/": page(article(story(6, ""), head=FEED_LINK), headers=HTML),
            "herald.test/feed": page(rss(NEWS)),
            **{
                f"herald.test/story/{at}": page(article(one), headers=HTML)
                for at, one in zip((8, 9), NEWS, strict=True)
            },
            "herald.test/locks": page(article(LOCKS), headers=HTML),
            "herald.test/robots.txt": page(status=404),
        }
        yield server
    world.collector.close()


def sources(world: World, *, user: str = "U0ANNA") -> Message:
    world.say("sources", user=user)
    return world.slack.visible(world.slack.direct(user).id, user=user)[-1]


def question(item: Item) -> str:
    """Return words that stand in a text."""
    return " ".join(item.paragraphs[0].split()[:9])


def test_a_page_that_is_added_is_read_and_found(world: World, web: Server):
    told = world.say("add http://herald.test/locks")

    assert "Added: *http://herald.test/locks*" in told
    assert "1 document read" in told
    assert LOCKS.title in world.say(question(LOCKS))


def test_the_feed_of_a_site_is_followed(world: World, web: Server):
    told = world.say("add http://herald.test/")

    assert "2 documents read" in told
    assert "feed, 2 documents" in world.say("sources")


def test_links_are_taken_as_slack_writes_them(world: World, web: Server):
    assert "Added: *http://herald.test/locks*" in world.say(
        "add <http://herald.test/locks?utm_source=x|herald.test>"
    )


def test_the_same_address_again_is_no_second_source(world: World, web: Server):
    world.say("add http://herald.test/feed")

    told = world.say("add http://herald.test/feed", user="U0BELA")
    assert "That is a source already" in told
    assert "feed, 2 documents, read last on" in told
    assert world.say("sources").count("http://herald.test/feed") == 1


def test_a_slow_server_is_not_waited_for(world: World, web: Server, monkeypatch: pytest.MonkeyPatch):
    web.handlers["herald.test/slow"] = silence(1)
    monkeypatch.setattr(adding, "READING", 0.05)

    assert "It is being read" in world.say("add http://herald.test/slow")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("add", "Which address?"),
        ("add ftp://herald.test/feed", "is no web address"),
        ("add <ftp://herald.test/feed|the feed>", "is no web address"),
        ("add http://10.0.0.7/secret", "inside a network"),
        ("add http://169.254.169.254/latest/meta-data", "inside a network"),
        ("add http://anna:pw@herald.test/", "name"),
        (f"add http://herald.test/{'a' * 3000}", "characters"),
    ],
)
def test_what_is_no_address_is_refused_and_adds_nothing(world: World, web: Server, typed: str, told: str):
    assert told in world.say(typed)

    assert world.collector.sources()[1:] == []
    assert web.asked == []


def test_what_does_not_lead_anywhere_is_told_and_stays_to_be_tried_again(world: World, web: Server):
    assert "404" in world.say("add http://herald.test/nowhere")

    assert "Fails: " in world.say("sources")


@pytest.mark.parametrize("typed", ["add cranes to the quay", "sources of copper"])
def test_questions_that_begin_with_a_verb_are_questions(world: World, typed: str):
    assert "Nothing on" in world.say(typed)


def test_who_added_a_source_or_an_operator_removes_it(world: World, web: Server):
    world.say("add http://herald.test/feed", user="U0BELA")

    assert "Remove this source" not in str(sources(world).blocks)
    told = click(world, sources(world, user="U0BELA"), user="U0BELA")

    assert "Removed: http://herald.test/feed" in told
    assert "http://herald.test/feed" not in world.say("sources")
    assert NEWS[0].title in world.say(question(NEWS[0])), "what it gave stays"
    acts = Audit(world.briefbot.database).newest(limit=2)
    assert [act.what for act in acts] == ["source removed", "source added"]


def test_where_operators_alone_add_sources_others_are_told_so(
    world: World, web: Server, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(
        adding.Adding, "roles", property(lambda _self: replace(Roles(), add="operators")), raising=False
    )

    assert "only operators" in world.say("add http://herald.test/feed")


def test_what_one_workspace_adds_no_other_sees(world: World, web: Server):
    world.say("add http://herald.test/feed")

    seen = adding_of(world)._seen("T0OTHER")

    assert [one.address for one in seen if one.is_added] == []
    assert world.briefbot.searcher.size("T0OTHER") == (0, 0)


def adding_of(world: World) -> adding.Adding:
    made = object.__new__(adding.Adding)
    object.__setattr__(made, "collector", world.collector)
    return made


def test_the_limit_of_a_workspace_is_told(world: World, web: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(adding, "MOST", 1)
    world.say("add http://herald.test/feed")

    assert "which is the most" in world.say("add http://herald.test/locks")


def test_long_lists_are_turned_page_by_page(world: World, web: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(adding, "PER_PAGE", 2)
    monkeypatch.setattr(source_views, "PER_PAGE", 2)
    for path in ("feed", "locks"):
        world.say(f"add http://herald.test/{path}")

    first = sources(world)
    buttons = [one for block in first.blocks if block["type"] == "actions" for one in block["elements"]]
    turn = next(at for at, one in enumerate(buttons) if one["text"]["text"] == "Next sources")

    assert "3 to 3" in click(world, first, turn)


def test_operators_see_in_home_what_fails_and_why(world: World, web: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Members, "is_operator", an_operator)
    world.say("add http://herald.test/nowhere")
    anna = Person(world)

    assert "1 source could not be read." in anna.opens()
    anna.taps("Show what operators see")
    window = draw(anna.modal.view, width=1000)

    assert "http://herald.test/nowhere" in window
    assert "never read: herald.test: answers 404" in window


async def an_operator(_members: Members, _workspace: str, _user: str) -> bool:
    return True
