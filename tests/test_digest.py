"""A digest is looked at, opened, changed, kept and shown elsewhere, and its figures hold."""

import asyncio
import datetime
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from conftest import Run, Write
from limits import check
from world import World, opened

from bot.app import Briefbot, sending_of
from bot.config import Config, Topic
from bot.document import Document, Passage
from bot.errors import BotError
from bot.library.ingest import remove
from bot.local_slack.draw import draw
from bot.local_slack.values import Message
from bot.search.search import Searcher
from bot.store.records import Draft
from digests.chart import without_charts
from digests.exhibit import exhibit
from digests.schedule import Setter
from digests.slots import When

START = datetime.datetime(2026, 3, 4, 10, 0, tzinfo=datetime.UTC)
MONDAY = datetime.datetime(2026, 3, 9, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))

TOPICS = {
    "chips": Topic(keywords=("wafer", "foundry"), aliases=("semiconductor",)),
    "harbours": Topic(keywords=("quay", "ferry"), aliases=("port",)),
}


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, topics=TOPICS)


@pytest.fixture
def world(briefbot: Briefbot, write: Write) -> Iterator[World]:
    with opened(briefbot, write, START) as world:
        yield world


REPORTS = (
    "The foundry at Greyfell sent its first wafer lot to customers, five weeks late and short of a third.",
    "Engineers in Osterholm say that every fourth wafer breaks when it is cut, which nobody had planned for.",
    "A second foundry is being built at Ulvsund; the town gives the ground and half of the water it needs.",
    "Prices of a wafer fell by nine crowns in February, traders told the bulletin of the exchange.",
    "Who runs a foundry must say from May on where its gases come from, by an order of the ministry.",
    "The wafer store at Varde burned down in the night; nobody was hurt, and the cause is not known.",
    "Students of the polytechnic may now spend a term at the foundry and are paid for it.",
    "Foundry workers in Ystad ask for four free Saturdays a month, and have called off the strike.",
    "A court let the wafer maker keep its licence, though its books for two years are missing.",
    "Two banks lend the Tarnby foundry what it needs for its third furnace, at six in the hundred.",
)


def report(number: int) -> str:
    """Return a passage on chips, unlike the others."""
    return REPORTS[number]


def clickable(message: Message, label: str) -> dict[str, Any]:
    """Return the action of the button or menu entry that is labelled so."""
    for block in message.blocks:
        for element in block["elements"] if block["type"] == "actions" else ():
            action = {"action_id": element["action_id"], "block_id": block.get("block_id", "generated")}
            if element["type"] == "button" and element["text"]["text"] == label:
                return {**action, "value": element["value"]}
            for option in element.get("options", ()):
                if option["text"]["text"] == label:
                    return {**action, "selected_option": option}
    raise AssertionError(f"nothing to click is labelled {label}")


def click(world: World, message: Message, label: str, **changed: Any) -> Message:
    """Click as Anna does; return what she sees then."""
    action = {**clickable(message, label), **changed} if label else changed
    asyncio.run(world.people.click(action, user="U0ANNA", channel=message.channel, ts=message.ts))
    seen = world.slack.visible(message.channel, user="U0ANNA")
    answer = message if action["action_id"] in REPLACING else seen[-1]
    check({"text": answer.text, "blocks": answer.blocks, "mrkdwn": False})
    return answer


REPLACING = {"digest_page_previous", "digest_page_next", "digest_move_day", "digest_move_time", "digest_stop"}


def posted(world: World, channel: str = "C0POLICY") -> list[Message]:
    return [message for message in world.slack.visible(channel) if message.metadata]


def seen(message: Message) -> str:
    return draw({"blocks": without_charts(message.blocks)}, width=1000)


@pytest.fixture
def configure(world: World) -> Callable[..., None]:
    """Change settings of digests in mid-run."""

    def configured(**digests: str) -> None:
        config = world.briefbot.config
        changed = replace(config, digests=replace(config.digests, **digests))
        world.sending.chooser._themes._config = changed

    return configured


@pytest.fixture
def digest(world: World) -> list[Message]:
    """A digest of eight passages on chips and one on harbours: the message and its thread."""
    world.say("digest here monday 09:00", channel="C0POLICY")
    world.arrive(*[report(number) for number in range(8)])
    world.arrive("The quay at Norrvik was closed for the ferry on Sunday, as its wall had cracked again.")
    world.now = MONDAY
    world.tick(minutes=1)
    return posted(world)


def test_its_first_line_is_the_point_and_its_thread_has_the_evidence(digest: list[Message]):
    first, *thread = digest

    assert seen(first).startswith("*The first digest: 9 passages from 2 documents, most on chips (8)")
    assert first.text.startswith("The first digest: 9 passages from 2 documents, most on chips (8)")
    assert "set up by anna" in seen(first)
    assert all(message.thread_ts == first.ts for message in thread)
    quoted = [line for line in seen(thread[0]).split("\n") if line.startswith("┃")]
    assert len(quoted) == 3
    assert any("foundry" in line for line in quoted)


def test_each_figure_opens_all_that_it_counts(world: World, digest: list[Message]):
    for message, label, count in ((digest[0], "Show all 9", 9), (digest[1], "Show all 8", 8)):
        page = click(world, message, label)
        found = set(re.findall(r"· ([a-z2-7]{12})$", seen(page), re.MULTILINE))
        assert seen(page).startswith(f"*{count} passages*")
        while "Next" in seen(page):
            turn = next(e["text"]["text"] for e in page.blocks[-1]["elements"] if "Next" in e["text"]["text"])
            page = click(world, page, turn)
            found |= set(re.findall(r"· ([a-z2-7]{12})$", seen(page), re.MULTILINE))
        assert len(found) == count
        assert "Previous" in seen(page)
    assert page.thread_ts == digest[0].ts, "who clicks in a thread is answered there"
    assert seen(click(world, digest[0], "harbours: 1 new")).startswith("*1 passage*")


def test_a_digest_counts_and_opens_however_short_the_questions_of_people_must_be(world: World):
    limits = replace(world.briefbot.config.limits, query_characters=20)
    world.briefbot.searcher._config = replace(world.briefbot.config, limits=limits)
    world.say("digest here chips, harbours monday 09:00", channel="C0POLICY")
    world.arrive(*[report(number) for number in range(8)])
    world.now = MONDAY
    world.tick(minutes=1)

    [first, *_] = posted(world)

    assert seen(click(world, first, "Show all 8")).startswith("*8 passages*")
    assert "Only the first 20 characters were read." in world.say("foundry wafer at Greyfell")


def test_its_foot_tells_the_question_that_finds_as_many(world: World, digest: list[Message]):
    [query] = re.findall(r"(added:\S+) finds all 9", seen(digest[0]))

    assert world.say(query).startswith("9 passages on")
    assert world.say(f"{query} topic:chips").startswith("8 passages on")


def test_a_theme_is_subscribed_to_by_a_button(world: World, digest: list[Message]):
    answer = click(world, digest[1], "Subscribe to chips")

    assert "You hear of *chips*" in seen(answer)
    assert "chips" in world.say("subscriptions")


def test_who_may_change_it_changes_its_time_or_stops_it(world: World, digest: list[Message]):
    settings = click(world, digest[0], "Change or stop")
    assert "every Monday at 09:00" in seen(settings)

    settings = click(world, settings, "Every Friday")
    assert "every Friday at 09:00" in seen(settings)
    row = settings.blocks[1]
    settings = click(
        world, settings, "", action_id="digest_move_time", block_id=row["block_id"], selected_time="17:30"
    )
    assert "every Friday at 17:30" in seen(settings)
    assert "weekly friday 17:30" in world.say("subscriptions", channel="C0POLICY")
    assert "gets no more digests" in seen(click(world, settings, "Stop this digest"))
    assert "been changed or stopped" in seen(click(world, digest[0], "Change or stop"))


def test_a_digest_that_is_moved_goes_on_where_it_was(world: World, digest: list[Message]):
    settings = click(world, digest[0], "Change or stop")
    click(world, settings, "Every Friday")
    world.arrive("A new foundry at Tarnby takes its first wafer orders, five years after the first plans.")
    world.tick(days=5)

    assert "Most on chips (1, usually 8)" in seen(posted(world)[-2])


def test_a_digest_keeps_to_its_topics(world: World):
    told = world.say("digest here harbours monday 09:00", channel="C0CHIPS")
    assert "a digest on harbours every Monday" in told
    world.arrive(*[report(number) for number in range(3)])
    world.arrive("The quay at Norrvik was closed for the ferry on Sunday, as its wall had cracked again.")
    world.now = MONDAY
    world.tick()

    first, *thread = posted(world, "C0CHIPS")
    assert "1 new passage on harbours" in seen(first)
    assert "wafer" not in json.dumps([message.blocks for message in (first, *thread)])
    assert "no topic “fish”" in world.say("digest here fish friday 09:00", channel="C0CHIPS")

    world.arrive(report(9))
    world.tick(days=7)
    quiet = seen(posted(world, "C0CHIPS")[-1])
    assert "Nothing new arrived on harbours" in quiet
    assert "1 passage arrived on other topics" in quiet


def test_no_excerpt_comes_twice(world: World, digest: list[Message]):
    world.arrive(report(8), report(9))
    world.tick(days=7)

    quoted = [line for one in posted(world) for line in seen(one).split("\n") if line.startswith("┃")]
    assert len(set(quoted)) == len(quoted) == 5


def test_a_quiet_week_takes_from_the_shelf_what_was_not_had_for_longest(
    world: World, digest: list[Message], configure: Callable[..., None]
):
    configure(quiet_week="shelf")
    world.arrive(report(8))
    world.tick(days=7)
    shelved = []
    for _ in range(3):
        world.tick(days=7)
        shelved.append(re.findall(r"From the shelf: \*(\w+)\*", seen(posted(world)[-1])))

    assert shelved == [["harbours"], ["chips"], ["harbours"]]


def test_past_digests_are_kept_and_opened_again(world: World, digest: list[Message]):
    world.arrive(report(8))
    world.tick(days=7)
    listed = world.say("digest past", channel="C0POLICY")
    assert "9 March 2026" in listed
    assert "16 March 2026" in listed
    answer = world.slack.visible("C0POLICY", user="U0ANNA")[-1]

    again = click(world, answer, "9 March 2026")

    assert again.blocks == [block for message in digest for block in without_charts(message.blocks)]
    assert "No digest has been sent here" in world.say("digest past", channel="C0CHIPS")


def test_what_is_previewed_is_what_is_posted(world: World):
    world.say("digest here monday 09:00", channel="C0POLICY")
    world.arrive(*[report(number) for number in range(8)])
    shown = exhibit(world.sending.digests, channel="C0POLICY", at="2026-03-09T09:00", now=world.now)
    world.now = MONDAY - datetime.timedelta(seconds=1)
    world.say("digest", channel="C0POLICY")
    preview = world.slack.visible("C0POLICY", user="U0ANNA")[-1].blocks
    world.now = MONDAY + datetime.timedelta(hours=3)
    world.arrive(report(9))
    world.tick()

    sent = [message.blocks for message in posted(world)]
    assert [message["blocks"] for message in shown.messages] == sent
    for block in [one for blocks in sent for one in blocks]:
        assert block in preview
        preview.remove(block)
    assert len(preview) == 3, "but for “Preview”, “In its thread” and the button"
    again = exhibit(world.sending.digests, channel="C0POLICY", at="2026-03-09T09:00", now=world.now)
    assert [message["blocks"] for message in again.messages] == sent


def test_the_command_line_shows_a_digest_in_each_form(run: Run, write: Write, tmp_path: Path):
    path = write("report.md", "# Report\n\n" + "\n\n".join(f"## {n}\n\n{report(n)}" for n in range(4)))
    settings = write("config.yml", "topics:\n  chips:\n    keywords: [wafer, foundry]\n")
    run = partial(run, environment={"BRIEFBOT_CONFIG": str(settings)})
    run("ingest", str(path))

    assert "The first digest: 4 passages" in run("digest").stdout
    told = json.loads(run("digest", "--json").stdout)
    assert told["new"] == 4
    assert told["messages"][0]["blocks"]
    page, picture = tmp_path / "digest.html", tmp_path / "digest.png"
    run("digest", "--html", str(page))
    assert "Osterholm" in page.read_text()
    assert "default-src 'none'" in page.read_text()
    assert "write 2026-11-23T09:00" in run("digest", "--at", "soon").stderr
    run("digest", "--png", str(picture))
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_topic_without_news_is_named_once_there_is_a_past(world: World, digest: list[Message]):
    world.arrive(report(8))
    world.tick(days=7)

    assert "Nothing new on harbours" not in seen(digest[0])
    assert "Nothing new on harbours" in seen(posted(world)[len(digest)])


def test_a_chart_of_the_weeks_goes_with_it_where_files_may_be_written(
    world: World, write: Write, digest: list[Message]
):
    world.slack.scopes.add("files:write")
    world.slack.file_seconds = 0
    world.ledger = world.new_ledger()
    world.arrive(report(8))
    world.tick(days=7)

    [picture] = [block for block in posted(world)[-1].blocks if block["type"] == "image"]
    assert "chips: 1, down from a usual 8" in picture["alt_text"]
    assert picture["slack_file"]["id"]
    assert not [block for message in digest for block in message.blocks if block["type"] == "image"]


@pytest.mark.parametrize(
    "at", ["0001-01-01", "9999-12-31T23:59-12:00", "9999-12-31", "0001-01-01T00:00+14:00", "1899-12-31"]
)
def test_a_moment_beyond_the_calendar_is_refused_in_a_line(run: Run, at: str):
    told = run("digest", "--at", at)

    assert told.returncode == 1
    assert told.stderr.startswith(f"briefbot: --at: '{at}' is ")


def test_a_time_before_the_first_arrival_is_told_without_calling_the_library_empty(
    world: World, digest: list[Message]
):
    shown = exhibit(world.sending.digests, channel="", at="2020-01-01", now=world.now)

    assert "library is empty" not in shown.text(width=1000, color=False)


def test_a_digest_within_a_day_names_that_day_once(world: World, digest: list[Message]):
    assert "Nothing new arrived, 9 March 2026." in world.say("digest", channel="C0POLICY")


def test_topics_in_another_order_are_the_same_digest(world: World):
    world.say("digest here chips, harbours monday", channel="C0POLICY")

    assert "gets that digest already" in world.say("digest here harbours, chips", channel="C0POLICY")


def test_who_stops_one_of_several_digests_is_told_of_the_others_and_how_it_begins_again(world: World):
    world.say("digest here chips, harbours monday 09:00", channel="C0POLICY")
    world.say("digest here monday 10:00", channel="C0POLICY")
    world.arrive(report(1))
    world.now = MONDAY
    world.tick(minutes=1)
    settings = click(world, posted(world)[0], "Change or stop")

    told = seen(click(world, settings, "Stop this digest"))

    assert "gets that digest no more (weekly monday 09:00 on chips or harbours), but 1 other." in told
    again = re.findall(r"/brief (digest here .*) begins it again", told)
    assert again == ["digest here chips, harbours weekly monday 09:00 Europe/Berlin"]
    assert "a digest on chips or harbours every Monday" in world.say(again[0], channel="C0POLICY")


def test_a_digest_that_two_move_at_once_is_moved_once(world: World, digest: list[Message]):
    panel = click(world, digest[0], "Change or stop")
    schedule = world.sending.digests.running(
        clickable(panel, "Stop this digest")["value"], workspace=world.slack.team
    )
    move = partial(world.sending.digests.move, schedule, now=world.now)
    move(When(4, "09:00", "Europe/Berlin"), Setter("U0ANNA", "anna"))

    with pytest.raises(BotError, match="been changed or stopped"):
        move(When(1, "09:00", "Europe/Berlin"), Setter("U0BELA", "bela"))

    assert "tuesday" not in world.say("subscriptions", channel="C0POLICY")


def test_a_page_whose_passages_were_removed_is_the_last_there_is(world: World, digest: list[Message]):
    first = click(world, digest[0], "Show all 9")
    remove(world.briefbot.library, str(world.write("0001.md", "")), now=world.now)
    world.briefbot.index.follow(world.briefbot.library)

    assert "Norrvik" in seen(click(world, first, "Next 4"))
    assert "no more in the library" in seen(click(world, digest[1], "Show all 8"))


def restart(world: World, topics: dict[str, Topic]) -> None:
    """Begin again with other topics declared, over the same library."""
    config = replace(world.briefbot.config, topics=topics)
    searcher = Searcher(world.briefbot.index, config)
    world.briefbot = replace(world.briefbot, config=config, searcher=searcher)
    world.sending = sending_of(world.briefbot)
    world.ledger = world.new_ledger()


@pytest.mark.parametrize("topics", [{"harbours": TOPICS["harbours"]}, {}])
def test_a_digest_on_a_topic_that_is_declared_no_more_is_skipped_and_holds_up_no_other(
    world: World, topics: dict[str, Topic]
):
    world.say("digest here chips monday 09:00", channel="C0POLICY")
    world.say("digest here monday 09:00", channel="C0CHIPS")
    world.arrive(*[report(number) for number in range(4)])
    restart(world, topics)
    shown = exhibit(world.sending.digests, channel="C0POLICY", at="2026-03-09T08:59", now=world.now)

    world.now = MONDAY
    world.tick(minutes=1)

    assert shown.reason == "chips is no topic of config.yml any more"
    assert posted(world, "C0CHIPS")
    assert not posted(world, "C0POLICY")


def test_a_digest_keeps_to_those_of_its_topics_that_are_still_declared(world: World):
    world.say("digest here chips, harbours monday 09:00", channel="C0POLICY")
    world.arrive(*[report(number) for number in range(3)])
    world.arrive("The quay at Norrvik was closed for the ferry on Sunday, as its wall had cracked again.")
    restart(world, {"harbours": TOPICS["harbours"]})

    world.now = MONDAY
    world.tick(minutes=1)

    assert "1 new passage on harbours" in seen(posted(world)[0])


def test_what_shows_a_topic_that_is_declared_no_more_says_so(world: World, digest: list[Message]):
    searcher = world.briefbot.searcher
    searcher._config = replace(world.briefbot.config, topics={})

    for label in ("Show all 8", "Subscribe to chips"):
        assert "There is no topic 'chips'. There are none." in seen(click(world, digest[1], label))


def test_a_clip_is_in_the_digests_of_its_own_workspace_alone(world: World):
    world.arrive(report(0))
    content = partial(world.sending.digests.content, audience="C1", setter=Setter("", "you"), now=MONDAY)
    _, before = content("T2")
    text = "The foundry at Greyfell hides a wafer of marmalade."
    document = Document(id="", title="Clip", workspace="T1")
    draft = Draft(document, "clip:1", (), (Passage(text, topics=("chips",)),), text, "1")
    world.briefbot.library.put(draft, now=world.now)
    world.briefbot.index.follow(world.briefbot.library)
    world.sending.chooser.look_again()

    assert "marmalade" in json.dumps(content("T1")[1].messages)
    assert content("T2")[1] == before


class TestManyTopics:
    @pytest.fixture
    def config(self, config: Config) -> Config:
        return replace(config, topics={f"harbour {at}": Topic(keywords=(f"quay{at}",)) for at in range(41)})

    def test_a_digest_on_more_topics_than_its_questions_can_name_is_refused(self, world: World):
        named = ", ".join(f"harbour {at}" for at in range(41))

        told = world.say(f"digest here {named} monday 09:00", channel="C0POLICY")

        assert told.startswith("41 topics are too many for one digest")
        assert "a digest on harbour 1 or" in world.say("digest here harbour 1, harbour 2", channel="C0POLICY")
