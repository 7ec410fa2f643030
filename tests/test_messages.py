"""All that people see, drawn from its blocks into docs/messages.txt: kept as it is by this test.

    BRIEFBOT_DRAW=1 python -m pytest tests/test_messages.py

draws it anew; what changed is then seen in the difference of the file.
"""

import asyncio
import datetime
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType
from typing import Any

from conftest import Write
from kinds import drawn_further, installed
from test_builders import MESSAGES, PAGES, SENT, VIEWS, named
from test_clipping import choose, submit
from test_forms import Filler
from test_home import Person
from test_reading import asked, click
from world import World, opened

from bot.app import Briefbot, open_briefbot
from bot.config import ROOT, Config, Topic
from bot.local_slack.draw import draw
from bot.slack.blocks import line, run
from bot.slack.form import form
from digests.forms.fields import CHANNEL, OFTEN, SCHEDULE, SUBSCRIBE, TOPIC, WHO, WITHOUT, WORDS

FILE = ROOT / "docs" / "messages.txt"
START = datetime.datetime(2026, 3, 2, 15, 0, tzinfo=datetime.UTC)
WIDTH = 100

PORTS = (
    "The port of Ystad was dredged in the spring, and ships of twelve metres can enter it now.",
    "Dredging at Tarnby cost forty million crowns, which is twice what the council had expected.",
    "Who lives at the harbour of Odense asks for quieter cranes at night.",
    "The quay of Kiel will be closed for a month while its cranes are replaced.",
    "A pilot boat was lost off Turku; its crew was saved by the ferry to Mariehamn.",
    "The harbour of Gdynia took in more containers than ever, for the third year in a row.",
    "At Riga the ice closed the harbour for nine days, longer than in any winter since 1987.",
)


def test_what_people_see_is_as_it_is_drawn(config: Config, write: Write):
    topics = {"ports": Topic("Harbours and what they cost", keywords=("harbour", "port", "quay"))}
    search = replace(config.search, results=3)
    briefbot = open_briefbot(replace(config, topics=topics, names=(), search=search))
    with called() as made:
        told = _drawn(briefbot, write)
    briefbot.close()
    if os.environ.get("BRIEFBOT_DRAW"):
        FILE.write_text(told)

    assert FILE.read_text() == told, "draw it anew with BRIEFBOT_DRAW=1, and look at the difference"

    assert {named(maker) for maker in (*MESSAGES, *SENT, *VIEWS, *PAGES)} <= made, "each kind is drawn"


@contextmanager
def called() -> Iterator[set[str]]:
    """Collect the names of our functions that are called meanwhile, in whatever thread."""
    names: set[str] = set()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        module = str(frame.f_globals.get("__name__"))
        if event == "call" and module.startswith(("bot.slack.", "digests.")):
            names.add(f"{module}.{frame.f_code.co_qualname}")

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield names
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def joined(world: World, channel: str) -> list[dict[str, Any]]:
    """Return what Briefbot says in a channel when it is invited there."""
    world.slack.invite(channel)
    event = {"type": "member_joined_channel", "user": "U0BOT", "channel": channel, "event_ts": channel}
    asyncio.run(world.people.event(event))
    return world.slack.visible(channel)[-1].blocks


def operators_window(world: World) -> dict[str, Any]:
    """Return what an operator sees of a workspace in which a delivery failed."""
    world.arrive("The port of Visby was dredged in summer.", title="Harbours this summer")
    world.slack.archive("C0CHIPS")
    world.briefbot.questions.write()
    world.tick(days=1)
    world.slack.users["U0CLEO"].is_admin = True
    cleo = Person(world, "U0CLEO")
    cleo.opens()
    cleo.taps("Show what operators see", beside="failed")
    return cleo.modal.view


def _forms(anna: Filler, show: Callable[..., None]) -> None:
    """Show the forms that subscribe and schedule: as they open, filled in, and what comes of them."""

    def form(what: str) -> None:
        show(what, anna.modal.view["blocks"])

    anna.clicks(f"{SUBSCRIBE}_open", channel="C0POLICY")
    form("The form for a subscription")
    anna.fills({WORDS: "the of"})
    form("The same, with words that cannot be followed")
    anna.fills({TOPIC: "ports", WORDS: "", WITHOUT: "cranes", OFTEN: "friday", WHO: "channel"})
    form("The same, filled in, for a channel")
    anna.sends()
    form("What it set up")
    anna.clicks(f"{SUBSCRIBE}_open", channel="C0POLICY")
    anna.fills({TOPIC: "ports", WHO: "channel", CHANNEL: "C0ELSEWHERE"})
    [refused] = anna.sends().answer["errors"].values()
    show("At the field of a channel where Briefbot is no member", [line(run(refused))])
    anna.clicks(f"{SCHEDULE}_open", channel="C0POLICY")
    form("The form for a digest")
    anna.sends()
    form("What it set up, as a digest")
    anna.opens()
    anna.taps("Change this subscription", beside="C0POLICY")
    form("Change this subscription, in Home")
    anna.taps("Change this digest")
    form("Change this digest, in Home")
    anna.taps("Pause this subscription", beside="C0POLICY")
    show("What Home says at its top once something was done", anna.home.view["blocks"][:2])
    show("And what its channel is told", anna.world.slack.visible("C0POLICY")[-1].blocks)
    anna.world.say("digest stop here", channel="C0POLICY")
    anna.opens()


def _drawn(briefbot: Briefbot, write: Write) -> str:
    pictures: list[str] = []
    with opened(briefbot, write, START) as world:
        channel, direct = "C0POLICY", world.slack.direct("U0ANNA").id
        world.arrive(*PORTS, title="Harbours this spring")

        def show(what: str, *blocks: object) -> None:
            drawn = "\n\n".join(draw({"blocks": some}, width=WIDTH) for some in blocks)
            lines = (line.rstrip() for line in drawn.split("\n"))
            pictures.append(f"{what}\n{'=' * len(what)}\n\n" + "\n".join(lines).strip("\n") + "\n")

        def typed(text: str, where: str = direct) -> None:
            show(f"/brief {text}".strip(), asked(world, text, channel=where).blocks)

        def clicked(label: str, text: str, where: str = channel) -> None:
            show(
                f"{label}, under /brief {text}",
                *(m.blocks for m in click(world, asked(world, text, channel=where), label)),
            )

        for text in (
            "",
            "topics",
            "harbour cranes",
            "harbuor cranes",
            '"the quay" -night',
            "zeppelins",
            "a (b",
        ):
            typed(text)
        for label in ("Share here", "Show around it", "More like this", "Copy citation", "Why in this order"):
            clicked(label, "harbour cranes")
        clicked("Next page", "topic:ports")
        clicked("Subscribe to this search", "harbour cranes")
        clicked("This was useful", "harbour cranes")
        for text in (
            "subscribe ports",
            "subscribe",
            "subscriptions",
            "unsubscribe ports",
            "my data",
            "clips",
        ):
            typed(text)
        for text in ("digest", "digest here monday 09:00", "digest past", "digest stop here"):
            typed(text, channel)
        show("The form for a search", form(briefbot.config)["blocks"])
        message = world.slack.post(channel, "U0BELA", "The northern ferry runs twice a day from May on.")
        view = choose(world, message)
        show("Add to library, on a message", world.slack.views[view].view["blocks"])
        submit(world, view)
        show("After it was added", world.slack.views[view].view["blocks"])
        _forms(Filler(world), show)
        show("Home", world.slack.homes["U0ANNA"].view["blocks"])
        show(
            "What stands in the channel",
            *(m.blocks for m in world.slack.visible(channel) if m.user == world.slack.bot.id),
        )
        show("In a channel that it joins, where nothing is set up", joined(world, "C0ELSEWHERE"))
        asked(world, "subscribe here ports daily 09:00", channel="C0CHIPS")
        show("In a channel that it joins, where something is", joined(world, "C0CHIPS"))
        window = operators_window(world)["blocks"]
        show("The end of an operator's Home", world.slack.homes["U0CLEO"].view["blocks"][-2:])
        show("What operators see, from there", window)
        drawn_further(world, show, write)
    installed(
        briefbot,
        show,
        lambda what, told: pictures.append(f"{what}\n{'=' * len(what)}\n\n{told}\n"),
    )
    return "What people see, drawn from the blocks that Slack gets.\n\n\n" + "\n\n".join(pictures)
