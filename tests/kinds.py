"""The kinds of messages, modals and pages that are met less often, brought about one by one."""

import asyncio
import datetime
import html
import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa
import test_digest
from conftest import Write
from following import rss, story
from hosting import Browser, Page, hosted, open_to_all
from test_clipping import choose, submit
from test_form import send
from test_home import Person
from test_reading import asked, click
from test_same_once import RELEASE, draft
from webserver import Server as Web
from webserver import page
from world import World

from bot.app import Briefbot
from bot.library.ingest import remove
from bot.local_slack import files
from bot.local_slack.server import Server
from bot.local_slack.state import Workspace
from bot.slack import filing
from bot.slack.answers import apology
from digests.chart import without_charts

Show = Callable[..., None]
"""Draws blocks under a heading."""

CHANNEL = "C0POLICY"


def drawn_further(world: World, show: Show, write: Write) -> None:
    """Show them, each under what brings it about."""
    _passages(world, show)
    _form(world, show)
    _subscriptions(world, show)
    _clips(world, show)
    _files(world, show)
    _digests(world, show)
    _home(world, show)
    _own_data(world, show)
    show("Where something is broken on our side", apology("5f3a2c1e", command="/brief")["blocks"])
    _removed(world, show, write)
    _reprinted(world, show)
    _sources(world, show)


def _reprinted(world: World, show: Show) -> None:
    library = world.briefbot.library
    for feed in ("wire", "herald", "coast"):
        library.put(draft(*RELEASE, feed=feed), now=world.now)
    world.briefbot.index.follow(library)
    found = asked(world, "battery ferry Bergen", channel=CHANNEL)
    passage_id = found.blocks[2]["elements"][0]["text"].rpartition(" ")[2]
    show("/brief show ID, of what stands at three addresses", asked(world, f"show {passage_id}").blocks)


def _passages(world: World, show: Show) -> None:
    found = asked(world, "harbour cranes", channel=CHANNEL)
    passage_id = found.blocks[2]["elements"][0]["text"].rpartition(" ")[2]
    show("/brief show ID", asked(world, f"show {passage_id}").blocks)
    show("/brief show ID, of which there is none", asked(world, "show aaaaaaaaaaaa").blocks)
    click(world, found, "Share here")
    (again,) = click(world, found, "Share here")
    show("Share here, clicked once more", again.blocks)


def _form(world: World, show: Show) -> None:
    view = send(world, form_words={"value": "harbour cranes"})["view"]
    show(f"After the form for a search was sent: {view['title']['text']}", view["blocks"])


def _subscriptions(world: World, show: Show) -> None:
    show("/brief subscribe here ports", asked(world, "subscribe here ports").blocks)
    world.arrive("The port of Vaasa is free of ice a month earlier than usual.", title="Ice")
    world.tick(minutes=1)
    sent = [one for one in world.slack.visible(CHANNEL) if one.metadata]
    show("What a subscription brings", *(one.blocks for one in sent))
    show("/brief subscribe nowhere", asked(world, "subscribe nowhere").blocks)
    world.say("unsubscribe here ports", channel=CHANNEL)


def _clips(world: World, show: Show) -> None:
    anna = world.slack.users["U0ANNA"]
    world.slack.add_channel("board", anna, is_private=True)
    private = world.slack.post("C0BOARD", "U0ANNA", "The southern ferry is to be sold.")
    show(
        "Add to library, on a message of a private channel",
        world.slack.views[choose(world, private)].view["blocks"],
    )
    told = next(one for one in world.slack.visible(CHANNEL) if "northern ferry" in one.text)
    view = choose(world, told)
    submit(world, view)
    show("After it was added once more", world.slack.views[view].view["blocks"])
    empty = world.slack.post(CHANNEL, "U0BELA", "", files=[{"id": "F1"}])
    show("Add to library, on a file", world.slack.views[choose(world, empty)].view["blocks"])
    listed = asked(world, "clips", channel=CHANNEL)
    show("/brief clips, with one", listed.blocks)
    (after,) = click(world, listed, "Remove from the library")
    show("Remove from the library, under it", after.blocks)


def _files(world: World, show: Show) -> None:
    world.slack.scopes |= {"files:read"}
    report = b"# The eastern ferry\n\nThe eastern ferry was laid up for the winter, and its crew is ashore."
    told = files.share(world.slack, CHANNEL, "U0BELA", "ferry.md", report, text="The report is here.")
    for name, content in (("ferry.pdf", b"MZ"), ("crew.png", b"PNG")):
        told.files += files.share(world.slack, CHANNEL, "U0BELA", name, content).files
    view = choose(world, told)
    show("Add to library, on a message with files", world.slack.views[view].view["blocks"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filing, "READING", 60.0)
        submit(world, view)
        show("After it was added with them", world.slack.views[view].view["blocks"])
        patch.setattr(filing, "READING", 0.0)
        view = choose(world, told)
        submit(world, view)  # With the loop ends whatever went on in it.
        show("The same, where that takes longer", world.slack.views[view].view["blocks"])
    asyncio.run(world.filing.read_left_over())
    seen = world.slack.visible(world.slack.direct("U0ANNA").id, user="U0ANNA")[-1]
    show("What is written where the window was closed", seen.blocks)
    world.slack.scopes -= {"files:read"}
    for _ in range(2):
        click(world, asked(world, "clips", channel=CHANNEL), "Remove from the library")


def _sources(world: World, show: Show) -> None:
    with Web() as web:
        world.web_port = web.port
        web.handlers |= {
            "herald.test/feed": page(
                rss([story(number, f"http://herald.test/{number}") for number in (8, 9)])
            ),
            "herald.test/robots.txt": page(),
        }
        show("/brief add", asked(world, "add http://herald.test/feed", channel=CHANNEL).blocks)
        again = asked(world, "add http://herald.test/feed", channel=CHANNEL)
        show("/brief add, of what is a source already", again.blocks)
        nowhere = asked(world, "add http://herald.test/nowhere", channel=CHANNEL)
        show("/brief add, of what cannot be had", nowhere.blocks)
        listed = asked(world, "sources", channel=CHANNEL)
        show("/brief sources", listed.blocks)
        (after,) = click(world, listed, "Remove this source")
        show("Remove this source, under it", after.blocks)
    world.collector.close()


def _digests(world: World, show: Show) -> None:
    world.say("digest here monday 09:00", channel=CHANNEL)
    world.arrive("A pilot of the port of Narva was honoured.", "The quay of Pori sinks.", title="Pilots")
    world.now = datetime.datetime(2026, 3, 9, 8, 5, tzinfo=datetime.UTC)
    world.tick(minutes=1)
    sent = [one for one in world.slack.visible(CHANNEL) if one.metadata][-2:]
    show("A digest, and its thread", *(without_charts(one.blocks) for one in sent))
    [everything] = re.findall(r"Show all [0-9]+", str(sent[0].blocks))
    for message, label in (
        (sent[0], everything),
        (sent[0], "Change or stop"),
        (sent[1], "Subscribe to ports"),
    ):
        show(f"{label}, in a digest", test_digest.click(world, message, label).blocks)
    past = asked(world, "digest past", channel=CHANNEL)
    show("/brief digest past, with one", past.blocks)
    show("Open one, under it", test_digest.click(world, past, "9 March 2026").blocks)
    world.now = datetime.datetime(2026, 3, 16, 8, 5, tzinfo=datetime.UTC)
    world.tick(minutes=1)
    quiet = [one for one in world.slack.visible(CHANNEL) if one.metadata][-1]
    show("A digest of a week in which nothing arrived", quiet.blocks)
    preview = asked(world, "digest", channel=CHANNEL)
    show("/brief digest, when nothing has arrived", preview.blocks)
    action = test_digest.clickable(preview, "Post it in this channel")
    for run in (asyncio.run, Person(world)._run):  # The first does not wait for what is sent meanwhile.
        run(world.people.click(action, user="U0ANNA", channel=CHANNEL, ts=preview.ts))
        world.tick(minutes=1)
    show("Post it in this channel, under it", preview.blocks)


def _home(world: World, show: Show) -> None:
    anna = Person(world)
    anna.opens()
    for label in ("Change this digest", "Preview this digest"):
        anna.taps(label, beside="C0POLICY")
        show(f"{label}, in Home: {anna.modal.view['title']['text']}", anna.modal.view["blocks"])
    stale = replace(anna.home)
    anna.taps("Stop this digest")
    show("Stop this digest, in Home", anna.home.view["blocks"][:2])
    show("What its channel is told", world.slack.visible(CHANNEL)[-1].blocks)
    anna.taps("Stop this digest", within=stale)
    show(f"The same once more: {anna.modal.view['title']['text']}", anna.modal.view["blocks"])
    _rename(world, "subscription", "lost")
    world.now += datetime.timedelta(seconds=1)
    anna.opens()
    blocks = json.loads(re.sub("under [0-9a-f]{8}", "under 5f3a2c1e", json.dumps(anna.home.view["blocks"])))
    show("Home, while the store cannot be read", blocks)
    _rename(world, "lost", "subscription")


def _rename(world: World, table: str, to: str) -> None:
    with world.briefbot.database.writing() as connection:
        connection.execute(sa.text(f"ALTER TABLE {table} RENAME TO {to}"))


def _own_data(world: World, show: Show) -> None:
    message = asked(world, "forget me", channel=CHANNEL)
    (done,) = click(world, message, "Delete all of it")
    show("Delete all of it, under /brief forget me", done.blocks)


def _removed(world: World, show: Show, write: Write) -> None:
    found = asked(world, "harbour cranes", channel=CHANNEL)
    passage_id = found.blocks[2]["elements"][0]["text"].rpartition(" ")[2]
    remove(world.briefbot.library, str(write("0001.md", "")), now=world.now)
    world.briefbot.index.follow(world.briefbot.library)
    show("/brief show ID, of one that was removed", asked(world, f"show {passage_id}").blocks)


def installed(briefbot: Briefbot, show: Show, tell: Callable[[str, str], None]) -> None:
    """Install it by OAuth: the pages in a browser, and what who did is written."""
    slack = Workspace()
    slack.is_installed = False
    slack.add_user("anna")
    with Server(slack).running() as server, hosted(open_to_all(briefbot, server), server) as host:
        anna = Browser()
        tell("The page that adds it to Slack", _read(anna.get(f"{host.address}/slack/install")))
        way_back = anna.consent(host, slack)
        tell("After it was added", _read(anna.get(way_back)))
        tell("After a way back that was used", _read(anna.get(way_back)))
        slack.consents = False
        tell("After a no", _read(anna.get(anna.consent(host, slack))))
    show("What is written to who added it", slack.messages[-1].blocks)


def _read(page: Page) -> str:
    """Return a page as it is read."""
    body = page.text.partition("<main>")[2]
    linked = re.sub(r'<a href="[^"]*">([^<]*)</a>', r"[ \1 ]", body)
    return html.unescape(re.sub(r"<[^>]*>", "", linked)).strip()
