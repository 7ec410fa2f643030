"""Two workspaces with the same people, channels and topics, on one store and index: neither sees the other."""

import asyncio
import datetime
import json
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from conftest import NOW, Write
from test_clipping import ADD, submit
from test_reading import asked
from world import World, opened

from bot.app import open_briefbot
from bot.config import Config, Search, Topic
from bot.document import Document, Passage
from bot.local_slack.draw import draw
from bot.local_slack.viewing import Viewing
from bot.slack.suggesting import Suggesting
from bot.store.audit import Audit
from bot.store.records import Draft

ANNA, CHANNEL = "U0ANNA", "C0POLICY"
SECRETS = {"T0LOCAL": "zanthorium", "T0OTHER": "quibblotine"}
"""A word of each workspace's own, which stands in whatever is done there."""

CHANGING = re.compile(r"added:\S+|\d\d:\d\d(:\d\d)?Z?|/brief show \w+ opens the first")
"""What of a picture changes as time passes, and with the order of answers."""


@dataclass
class Side:
    """One of the workspaces, and Anna in it."""

    world: World
    team: str

    @property
    def secret(self) -> str:
        return SECRETS[self.team]

    @property
    def other(self) -> str:
        return next(secret for team, secret in SECRETS.items() if team != self.team)

    @contextmanager
    def entered(self) -> Iterator[World]:
        """Be in this workspace: what is typed and clicked comes from here."""
        self.world.slack.team = self.team
        yield self.world

    def say(self, text: str) -> str:
        with self.entered() as world:
            return world.say(text, channel=CHANNEL)

    def click(self, text: str, label: str) -> None:
        """Click what is labelled so under the answer to *text*, if there is any."""
        with self.entered() as world:
            message = asked(world, text)
            rows = [block for block in message.blocks if block["type"] == "actions"]
            for one in (element for row in rows for element in row["elements"]):
                if one.get("text", {}).get("text") == label:
                    acting = world.people.click(one, user=ANNA, channel=CHANNEL, ts=message.ts)
                    asyncio.run(acting)
                    return

    def clip(self, number: int) -> None:
        with self.entered() as world:
            told = f"The {self.secret} ferry is late at the harbour, for the {number}th time."
            message = world.slack.post(CHANNEL, ANNA, told)
            before = set(world.slack.views)
            asyncio.run(world.people.shortcut(ADD, user=ANNA, channel=CHANNEL, ts=message.ts))
            [view] = set(world.slack.views) - before
            submit(world, view)
            world.slack.messages.remove(message)

    def publish(self, number: int) -> None:
        """Let a document of this workspace alone arrive."""
        briefbot, text = self.world.briefbot, f"A {self.secret} of harbour number {number} was weighed."
        document = Document("", title=f"{self.secret} {number}", publisher=f"The {self.secret} Gazette")
        passages = (Passage(text, topics=("ports",)),)
        draft = Draft(replace(document, workspace=self.team), f"d:{number}", (), passages, text, "1")
        briefbot.library.put(draft, now=self.world.now)
        briefbot.index.follow(briefbot.library)

    def seen(self) -> str:
        """All that is shown here, however it is asked for, in lines without their order.

        How rare a word is counts in all workspaces: what one adds may change the order of another's answers.
        """
        searcher, today = self.world.briefbot.searcher, self.world.now.date()
        words = [self.secret, self.other]
        probes = [one for word in words for one in (word[:4], word[:5] + word[6] + word[5] + word[7:])]
        typed = [self.say(text) for text in (*ASKED, *probes)]
        suggesting = Suggesting(searcher, self.world.briefbot.library, self.world.briefbot.config)
        suggested = [ask(one, self.team) for ask in (suggesting.words, suggesting.sources) for one in probes]
        facets = [searcher.facets(word, workspace=self.team, today=today) for word in ("harbour", "ferry")]
        counts = [searcher.count(word, workspace=self.team, today=today) for word in (*words, "harbour")]
        kept = [
            searcher.size(self.team), counts, dict(searcher.counts(self.team)),
            [one.on for one in Audit(self.world.briefbot.database).newest(limit=99, workspace=self.team)],
            self._asked(),
        ]  # fmt: skip
        told = [*typed, self._home(), *map(str, (suggested, facets, kept))]
        return "\n".join(sorted(CHANGING.sub("", "\n".join(told)).split("\n")))

    def _asked(self) -> Any:
        questions = self.world.briefbot.questions
        questions.write()
        unanswered = questions.unanswered(self.team, limit=99)
        return questions.verdicts(self.team), sorted((one.text, one.people) for one in unanswered)

    def _home(self) -> str:
        with self.entered() as world:
            world.slack.homes.clear()
            asyncio.run(Viewing(world.slack, world._bring).open_home(ANNA))
            world.now += datetime.timedelta(seconds=1)
            return draw(world.slack.homes[ANNA].view, width=1000)

    def tick(self) -> str:
        """Send what is due here; return what was posted."""
        with self.entered() as world:
            before = len(world.slack.messages)
            world.ledger = world.new_ledger()
            world.tick(hours=1)
            return json.dumps([[one.text, one.blocks] for one in world.slack.messages[before:]])


ASKED = (
    "harbour ferry", "ferry late", "topic:ports", "lang:en harbour", "source:gazette", "topics", "help",
    "subscriptions", "clips", "my data", "digest", "digest past",
)  # fmt: skip
"""What is asked in both workspaces; none of it names what is another's."""

ACTS: dict[str, Callable[[Side, int], Any]] = {
    "clip": Side.clip,
    "publish": Side.publish,
    "unclip": lambda side, _: side.click("clips", "Remove from the library"),
    "subscribe": lambda side, _: side.say(f'subscribe "{side.secret} ferry"'),
    "subscribe here": lambda side, _: side.say("subscribe here ports"),
    "subscribe to a search": lambda side, _: side.click(f"{side.secret} ferry", "Subscribe to this search"),
    "unsubscribe": lambda side, _: side.say("unsubscribe all"),
    "schedule": lambda side, number: side.say(f"digest here monday {10 + number % 10}:00"),
    "stop": lambda side, _: side.say("digest stop here"),
    "ask in vain": lambda side, number: side.say(f"{side.secret}{number} zeppelin"),
    "judge": lambda side, _: side.click("harbour ferry", "This was useful"),
    "share": lambda side, _: side.click(f"{side.secret} harbour", "Share here"),
    "post": lambda side, _: side.click("digest", "Post it in this channel"),
    "forget me": lambda side, _: side.click("forget me", "Delete all of it"),
}

ALWAYS = [("T0OTHER", "publish"), ("T0LOCAL", "clip"), ("T0OTHER", "clip"), ("T0OTHER", "subscribe")]
"""How each life begins, so that there is something to hide."""


@pytest.mark.parametrize("seed", [1, 2])
def test_neither_workspace_sees_or_changes_what_is_the_others(config: Config, write: Write, seed: int):
    steps = [(team, act) for team in SECRETS for act in ACTS]
    random.Random(seed).shuffle(steps)  # noqa: S311 - an order, no secret
    topics = {"ports": Topic("Harbours", keywords=("harbour", "port", "quay"))}
    briefbot = open_briefbot(replace(config, topics=topics, names=(), search=Search(results=8)))
    try:
        with opened(briefbot, write, NOW) as world:
            world.arrive("The harbour of Ystad has a ferry.", "The quay of Kiel is closed.", title="Ports")
            _live(world, [*ALWAYS, *steps])
    finally:
        briefbot.close()


def _live(world: World, steps: list[tuple[str, str]]) -> None:
    sides = {team: Side(world, team) for team in SECRETS}
    for side in sides.values():
        side.seen()  # What is asked in vain is noted the first time.
    pictures = {team: side.seen() for team, side in sides.items()}
    for number, (team, act) in enumerate(steps):
        ACTS[act](sides[team], number)
        world.briefbot.index.follow(world.briefbot.library)
        if act == "forget me":
            sides[team].seen()  # What is asked in vain is noted anew.
        for whose, side in sides.items():
            seen = side.seen()
            assert side.other not in seen, f"{act} in {team} is seen in {whose}"
            if whose != team:
                changed = set(seen.split("\n")) ^ set(pictures[whose].split("\n"))
                assert not changed, f"{act} in {team} changes what is seen in {whose}"
            pictures[whose] = seen
    for side in sides.values():
        assert side.other not in side.tick()
