"""Twelve weekly digests over a stream of news: they tell its story, and each of their figures can be checked."""

import asyncio
import datetime
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import stream
from once import READER
from test_subscribing import configure
from world import World, opened

from bot.app import open_briefbot
from bot.library.ingest import Ingest
from bot.loading import load
from bot.local_slack.draw import draw
from digests.chart import without_charts
from digests.schedule import Setter
from digests.themes.alike import are_alike

UTC = datetime.UTC
OLD, NEW = "C0CHIPS", "C0POLICY"
"""A channel that has digests from the first week on, and one that has them from the ninth."""

BEGIN = 9
PREVIEWED = {9, 12, 17, 21, 22}
ANNA = Setter("U0ANNA", "anna")
FIGURE = r"\d[\d,]*(?:\.\d)?"


@dataclass(frozen=True)
class Digest:
    """What a channel was sent for a week: its messages as Slack keeps them, the parent first."""

    week: int
    channel: str
    messages: tuple[Any, ...]

    @property
    def point(self) -> str:
        """The first line of the parent."""
        return draw({"blocks": self.messages[0].blocks[:1]}, width=1000).strip().strip("*")

    @property
    def text(self) -> str:
        """All that is read."""
        return "\n".join(draw({"blocks": one.blocks}, width=10_000) for one in self.messages)

    @property
    def quotes(self) -> list[tuple[str, str]]:
        """What is quoted, each with the line below it that says where it stands."""
        quoted = []
        elements = [
            element for one in self.messages for block in one.blocks for element in block.get("elements", ())
        ]
        for element, below in pairwise(elements):
            if element["type"] == "rich_text_quote":
                quoted.append((_said(element), _said(below)))
        return quoted

    @property
    def offers(self) -> list[tuple[str, str, Any]]:
        """What opens passages: what stands on it, its query, and its message."""
        return [
            (label, value, one)
            for one in self.messages
            for block in one.blocks
            if block["type"] == "actions"
            for label, value in _offered(block)
        ]

    @property
    def rising(self) -> list[str]:
        """The themes that are called rising."""
        return re.findall(
            r"^  • \*(.+?)\*  \S+  rising: ", draw({"blocks": self.messages[0].blocks}, width=1000), re.M
        )


def _said(element: Any) -> str:
    return "".join(run.get("text", "") for run in element["elements"])


def _offered(block: Any) -> Iterator[tuple[str, str]]:
    for element in block["elements"]:
        if not element["action_id"].startswith("digest_show"):
            continue
        if element["type"] == "button":
            yield element["text"]["text"], element["value"]
        for option in element.get("options", ()):
            yield option["text"]["text"], option["value"]


@dataclass
class Story:
    """A run of the stream, and what came of it."""

    world: World
    digests: list[Digest]
    previews: dict[int, tuple[str, Sequence[Any]]]
    stream: dict[int, list[stream.News]]

    def of(self, week: int, channel: str = "") -> Digest:
        """Return the digest of a week."""
        wanted = channel or (NEW if week >= BEGIN else OLD)
        [found] = [one for one in self.digests if (one.week, one.channel) == (week, wanted)]
        return found


def slot(week: int) -> datetime.datetime:
    """Return when the digest of a week is due."""
    return datetime.datetime.combine(stream.monday(week + 1), datetime.time(9), UTC)


def told(folder: Path, last: int) -> Iterator[Story]:
    """Run the stream until the end of a week, from nothing."""
    (folder / "config.yml").write_text(stream.CONFIG)
    settings = {"BRIEFBOT_DATA": str(folder / "data"), "BRIEFBOT_CONFIG": str(folder / "config.yml")}
    briefbot = open_briefbot(load(settings))
    start = datetime.datetime.combine(stream.FIRST, datetime.time(9, 30), UTC)
    with opened(briefbot, lambda name, _: folder / name, start) as world:
        story, news = Story(world, [], {}, {}), stream.Stream()
        world.say("digest here monday 09:00 UTC", channel=OLD)
        for week in range(1, last + 1):
            if week == BEGIN:
                world.say("digest here monday 09:00 UTC", channel=NEW)
            story.stream[week] = list(news.week(week))
            arrive(world, folder, story.stream[week])
            world.now = slot(week)
            if week in stream.QUIETER:
                configure(world, quiet_week=("skip", "shelf")[stream.QUIETER.index(week)])
            if week != stream.DOWN[0]:
                tell(story, week)
        yield story
    briefbot.close()


def arrive(world: World, folder: Path, news: Sequence[stream.News]) -> None:
    """Let a week's news arrive, a file each day."""
    for day in sorted({one.arrives for one in news}):
        world.now = datetime.datetime.combine(day, datetime.time(18), UTC)
        path = folder / f"{day}.jsonl"
        path.write_text("\n".join(one.json for one in news if one.arrives == day))
        summary = Ingest(world.briefbot.library, world.briefbot.config, apart=READER).run(
            [path], now=lambda: world.now
        )
        assert not summary.refused


def tell(story: Story, week: int) -> None:
    """Let the digests of a week be sent, and keep what they said and what was foretold."""
    world = story.world
    had = {message.ts for message in world.slack.messages}
    world.sending.chooser.look_again()
    if week >= BEGIN:
        _, content = world.sending.digests.content(world.slack.team, NEW, ANNA, now=slot(week))
        world.now -= datetime.timedelta(seconds=1)  # Typing takes one.
        shown = world.say("digest", channel=NEW) if week in PREVIEWED else ""
        story.previews[week] = shown, content.messages
    world.tick(minutes=1)
    for channel in (OLD, NEW):
        sent = [one for one in world.slack.visible(channel) if one.metadata and one.ts not in had]
        if sent:
            story.digests.append(Digest(week, channel, tuple(sent)))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    yield from told(tmp_path_factory.mktemp("story"), stream.QUIETER[-1])


WEEKS = [week for week in range(BEGIN, stream.LAST + 1) if week not in {stream.QUIET, stream.DOWN[0]}]
"""Weeks at the end of which there is something to tell."""


def test_what_rises_is_called_rising_while_it_rises_and_not_else(story: Story):
    rising = {week: story.of(week).rising for week in WEEKS}

    assert {week for week, themes in rising.items() if "Lumen X9" in themes} == {9, 10, 11}
    assert {week for week, themes in rising.items() if "Vella Strait" in themes} == {16, 17}
    assert {week for week, themes in rising.items() if "energy" in themes} == {16, 17}
    assert {name for themes in rising.values() for name in themes} <= {
        "Lumen X9",
        "Vella Strait",
        "energy",
        "chips",
    }
    assert story.of(9).point.startswith("Rising: Lumen X9 (")
    assert story.of(17).point.startswith("Rising: energy ("), "the topic that swells"


def test_nothing_rises_before_four_periods_are_known(story: Story):
    assert "Orla Quay" in story.of(3, OLD).text
    assert [story.of(week, OLD).rising for week in range(1, 6)] == [[]] * 5


def test_an_import_a_newcomer_and_a_lone_voice_make_nothing_rise(story: Story):
    for week in (stream.IMPORT, stream.UNDATED, stream.NEWCOMER):
        assert story.of(week).rising == []
        assert "rising" not in story.of(week).text.lower()

    assert story.of(stream.IMPORT).point.startswith("Mostly older or undated: ")
    assert "Kestrel ledger" in story.of(stream.UNDATED).text
    named = re.findall(
        r"(Salt Road forum|Brightfield cells) [\d,]+ \(one source\)", story.of(stream.NEWCOMER).text
    )
    assert named == ["Salt Road forum", "Brightfield cells"]


def test_the_first_digest_a_flood_and_a_week_after_downtime_say_so(story: Story):
    assert story.of(1, OLD).point.startswith("The first digest: ")
    assert story.of(stream.FLOOD).point.startswith("A flood: 1,")
    assert (
        story.of(stream.DOWN[1]).text.count("It covers 14 days: what was due before could not be sent") == 1
    )
    assert not [one for one in story.digests if one.week == stream.DOWN[0]]
    assert "It covers" not in "".join(story.of(week).text for week in WEEKS if week != stream.DOWN[1])


def test_a_quiet_week_is_told_shortly_or_not_at_all_or_looks_back(story: Story):
    skipped, shelf = stream.QUIETER

    assert len(story.of(stream.QUIET).messages) == 1
    assert "Nothing new arrived" in story.of(stream.QUIET).point
    assert story.of(stream.QUIET).quotes == []
    assert not [one for one in story.digests if one.week == skipped]
    assert "nothing would be sent" in story.previews[skipped][0]
    assert "From the shelf: " in story.of(shelf).text
    assert len(story.of(shelf).quotes) == 2


@pytest.mark.parametrize("channel", [OLD, NEW])
def test_no_passage_comes_twice_in_a_channels_digests(story: Story, channel: str):
    quotes = [quote for one in story.digests if one.channel == channel for quote in one.quotes]

    ids = [where.split(" · ")[1].split()[0] for _, where in quotes]
    assert len(ids) > 80
    assert len(set(ids)) == len(ids)
    assert len({said for said, _ in quotes}) == len(quotes)


def test_a_digest_quotes_no_near_copies(story: Story):
    for digest in story.digests:
        said = [text for text, _ in digest.quotes]
        assert not [
            (one, other) for at, one in enumerate(said) for other in said[:at] if are_alike(one, other)
        ]


def test_quotations_are_verbatim_short_and_of_the_document_that_is_named(story: Story):
    published = {}
    for one in (one for news in story.stream.values() for one in news):
        published.setdefault((one.title, one.publisher, str(one.date)), []).extend(one.paragraphs)
    for digest in story.digests:
        for said, where in digest.quotes:
            title, publisher, day = re.match(r"(.+), ([^,]+), (\d{4}-\d\d-\d\d), paragraph", where).groups()
            assert any(said in paragraph for paragraph in published[title, publisher, day])
            assert 40 < len(said) <= 300
            assert said.endswith(".")


def test_a_digest_keeps_to_9000_characters_and_30_blocks(story: Story):
    for digest in story.digests:
        assert sum(len(one.blocks) for one in digest.messages) <= 30
        assert len(digest.text) < 9000
        assert all(len(json.dumps(one.blocks, ensure_ascii=False)) < 9000 for one in digest.messages)


def test_a_preview_says_what_is_posted(story: Story):
    for week in WEEKS:
        posted = story.of(week).messages
        preview, content = story.previews[week]
        assert story.of(week).point in preview or week not in PREVIEWED
        assert [without_charts(one["blocks"]) for one in content] == [one.blocks for one in posted]
        assert [one["text"] for one in content] == [one.text for one in posted]


def test_the_headline_counts_what_arrived(story: Story):
    for week in WEEKS:
        weeks = stream.DOWN if week == stream.DOWN[1] else (week,)
        news = [one for at in weeks for one in story.stream[at]]
        passages = sum(len(one.paragraphs) for one in news) - _copies(news, story, weeks[0])
        sources = len({one.publisher for one in news})
        told = f"{passages:,} new passages · {len(news):,} documents · {sources} sources"

        assert told in story.of(week).text
        if fresh := re.search(rf"({FIGURE}) of the passages were published in the week", story.of(week).text):
            dated = [
                one for one in news if one.date and stream.monday(week) <= one.date < stream.monday(week + 1)
            ]
            copies = _copies(dated, story, week)
            assert number(fresh[1]) == sum(len(one.paragraphs) for one in dated) - copies


def _copies(news: Sequence[stream.News], story: Story, week: int) -> int:
    """Return how many paragraphs of *news* the weeks before had word for word."""
    had = {text for at in range(1, week) for one in story.stream[at] for text in one.paragraphs}
    copies = 0
    for text in (text for one in news for text in one.paragraphs):
        copies += text in had
        had.add(text)
    return copies


def test_a_named_thing_is_counted_as_it_stands_in_the_news(story: Story):
    for name, course in stream.RISES.items():
        for week in set(course) & set(WEEKS):
            held = sum(name in said for one in story.stream[week] for said in one.paragraphs)
            for figure in re.findall(rf"{name}\*  \S+  (?:rising: )?({FIGURE}) new", story.of(week).text):
                assert number(figure) == held


def test_every_offer_opens_as_many_passages_as_it_says_and_each_once(story: Story):
    checked = set()
    for digest in story.digests:
        for label, query, message in digest.offers:
            [figure] = [number(one) for one in re.findall(rf"(?<![\w]){FIGURE}", _figure(label))]
            if (figure, query) not in checked:
                checked.add((figure, query))
                assert_opens(story.world, figure, query, message)
    assert len(checked) > 200


def assert_opens(world: World, figure: int, query: str, message: Any) -> None:
    """Asked in words, clicked and paged through, a query finds as many passages as a figure says."""
    asked = world.say(query, channel=NEW)
    assert number((re.match(rf"({FIGURE}) passage", asked) or ["", "0"])[1]) == figure, query
    if not figure or figure > 60:
        return
    action = {"action_id": "digest_show_all", "value": query, "type": "button"}
    ids: list[str] = []
    while action:
        asyncio.run(world.people.click(action, user="U0ANNA", channel=NEW, ts=message.ts))
        page = world.slack.visible(NEW, user="U0ANNA")[-1]
        ids += re.findall(r" · ([a-z2-7]{12})\b", draw({"blocks": page.blocks}, width=10_000))
        turns = [one for block in page.blocks if block["type"] == "actions" for one in block["elements"]]
        following = [one for one in turns if one["text"]["text"].startswith("Next")]
        action = following[0] if following else {}
    assert len(ids) == len(set(ids)) == figure, query


def _figure(label: str) -> str:
    """Return the part of a label that counts."""
    return re.sub(r"^.*: |in the .*$", "", label)


def number(figure: str) -> int:
    """Return a figure as a number."""
    return int(figure.replace(",", ""))


def test_every_figure_of_a_theme_stands_on_what_opens_it(story: Story):
    for digest in story.digests:
        if not digest.quotes or digest.week > stream.LAST:
            continue
        menu = dict(
            label.split(": ", 1)
            for label, _, one in digest.offers[:]
            if one is digest.messages[0] and ": " in label
        )
        for name, figures in re.findall(
            r"^  • \*(.+?)\*  (.+)$", draw({"blocks": digest.messages[0].blocks}, width=1000), re.M
        ):
            new = re.search(rf"({FIGURE}) new", figures)
            assert menu[name] == f"{new[1]} new"
            usual = re.search(rf"usually ({FIGURE})", figures)
            behind = _behind(digest, name)
            last = re.search(rf"({FIGURE}) published", figures)
            if usual or last:
                assert number((last or new)[1]) == behind["in the week"]
            if usual:
                many = min(7, digest.week - 1)
                mean = behind["before"] / many
                assert abs(float(usual[1]) - mean) <= (0.5 if mean >= 10 else 0.05)


def _behind(digest: Digest, name: str) -> dict[str, int]:
    """Return the figures of a theme's own menu."""
    found = {}
    for message in digest.messages[1:]:
        for element in (
            one for block in message.blocks if block["type"] == "actions" for one in block["elements"]
        ):
            if element["type"] == "button" and element["action_id"].startswith("digest_subscribe"):
                here = element["text"]["text"] == f"Subscribe to {name}"
            for option in element.get("options", ()):
                if here:
                    label = option["text"]["text"]
                    found[re.sub(r"^.*?(new|before|in the week)$", r"\1", label)] = number(
                        re.search(FIGURE, label)[0]
                    )
    return found


def test_the_footers_query_finds_what_the_headline_counts(story: Story):
    for week in WEEKS:
        query, count = re.search(rf"/brief (added:\S+) finds all ({FIGURE})", story.of(week).text).groups()
        assert f"{count} new passages" in story.of(week).text
        assert story.world.say(query).startswith(f"{number(count)} passages")


def test_the_same_stream_is_told_in_the_same_bytes(story: Story, tmp_path: Path):
    [again] = told(tmp_path, 12)

    before = [said_by(one) for one in story.digests if one.week <= 12]
    assert [said_by(one) for one in again.digests] == before


def said_by(digest: Digest) -> tuple[Any, ...]:
    """Return what a digest says, and where."""
    return digest.week, digest.channel, [(one.text, one.blocks) for one in digest.messages]
