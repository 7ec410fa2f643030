"""What is clicked under passages and answers, over the local Slack."""

import asyncio
import datetime
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import anything as some
import pytest
import sqlalchemy as sa
from conftest import Write
from hypothesis import given, settings
from hypothesis import strategies as st
from limits import check
from world import World, opened

from bot import citation
from bot.app import Briefbot
from bot.config import Config
from bot.document import Document, Excerpt
from bot.local_slack.draw import draw
from bot.local_slack.values import Message
from bot.search.answer import Hit
from bot.slack import passages
from bot.store.acts import Acts
from bot.store.questions import Questions, writing_down

START = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC)
PLACES = (
    "Ystad",
    "Tarnby",
    "Odense",
    "Kiel",
    "Turku",
    "Gdynia",
    "Riga",
    "Malmo",
    "Lund",
    "Narva",
    "Vaasa",
    "Pori",
)


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, topics={}, names=(), search=replace(config.search, results=3))


@pytest.fixture
def world(briefbot: Briefbot, write: Write) -> Iterator[World]:
    with opened(briefbot, write, START) as world:
        for number, place in enumerate(PLACES):
            world.arrive(
                f"The harbour of {place} was dredged in its year {number}.",
                f"Who lives in {place} had asked for the works.",
                title=f"Dredging at {place}",
            )
        yield world


def asked(world: World, text: str, *, channel: str = "C0POLICY") -> Message:
    """Return the answer that Anna sees to what she asks."""
    world.say(text, channel=channel)
    return world.slack.visible(channel, user="U0ANNA")[-1]


def click(
    world: World, message: Message, label: str, *, which: int = 0, user: str = "U0ANNA"
) -> list[Message]:
    """Click on one of the buttons that are labelled so; return what that person sees that was not there."""
    found = [
        element
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if element["type"] == "button" and element["text"]["text"] == label
    ]
    action = {"action_id": found[which]["action_id"], "block_id": "b", "value": found[which]["value"]}
    before = [(one.ts, json.dumps(one.blocks)) for one in world.slack.visible(message.channel, user=user)]
    world.now += datetime.timedelta(seconds=1)
    asyncio.run(world.people.click(action, user=user, channel=message.channel, ts=message.ts))
    seen = world.slack.visible(message.channel, user=user)
    told = [one for one in seen if (one.ts, json.dumps(one.blocks)) not in before]
    for one in told:
        check({"text": one.text, "blocks": one.blocks, "mrkdwn": False})
    return told


def quoted(message: Message) -> list[str]:
    return [line[2:] for line in drawn(message).split("\n") if line.startswith("┃")]


def drawn(message: Message) -> str:
    return draw({"blocks": message.blocks}, width=1000).replace("*", "")


def test_a_passage_is_shared_with_all_and_who_shared_it(world: World):
    answer = asked(world, "harbour Ystad")

    (shared,) = click(world, answer, "Share here")

    assert shared.seen_by is None, "everybody in the channel sees it"
    assert "@U0ANNA shared a passage from Dredging at Ystad" in drawn(shared)
    assert quoted(shared) == ["The harbour of Ystad was dredged in its year 0."]
    assert "paragraph 1" in drawn(shared)


def test_a_passage_is_shared_once_however_often_it_is_clicked(world: World):
    answer = asked(world, "harbour Ystad")
    click(world, answer, "Share here")

    (again,) = click(world, answer, "Share here")

    assert again.seen_by == "U0ANNA"
    assert "already" in drawn(again)
    assert [click(world, answer, "Share here", which=1)[0].seen_by] == [None], "another passage is another"


def test_two_processes_share_once(briefbot: Briefbot):
    acts = [Acts(briefbot.database), Acts(briefbot.database)]

    assert [one.is_first("share a", now=START) for one in acts] == [True, False]
    assert acts[1].is_first("share b", now=START)
    assert acts[0].is_first("share a", now=START + datetime.timedelta(days=2)), "it may be done again later"


def test_what_stands_around_a_passage_is_shown_and_more_of_it(world: World):
    world.arrive(*(f"Sentence number {n} tells of ballast." for n in range(9)), title="On ballast")
    answer = asked(world, '"number 4 tells"')

    (around,) = click(world, answer, "Show around it")
    (more,) = click(world, around, "Show more around it")

    assert quoted(around) == [f"Sentence number {n} tells of ballast." for n in (3, 4, 5)]
    assert quoted(more) == [f"Sentence number {n} tells of ballast." for n in (2, 3, 4, 5, 6)]
    (most,) = click(world, more, "Show more around it")
    assert "Show more" not in drawn(most)


def test_passages_like_one_are_shown(world: World):
    answer = asked(world, "harbour Ystad")

    (like,) = click(world, answer, "More like this")

    assert len(quoted(like)) == 3
    assert sum("dredged" in text for text in quoted(like)) >= 2
    assert "harbour of Ystad" not in "".join(quoted(like))


def test_a_citation_can_be_copied_in_three_forms(world: World):
    (cited,) = click(world, asked(world, "harbour Ystad"), "Copy citation")

    assert "“The harbour of Ystad was dredged in its year 0.” — Dredging at Ystad" in drawn(cited)
    assert "> The harbour of Ystad was dredged in its year 0." in drawn(cited)
    assert "@misc{" in drawn(cited)
    assert cited.seen_by == "U0ANNA"


def test_an_order_is_explained(world: World):
    (told,) = click(world, asked(world, "harbour Ystad"), "Why in this order")

    assert "1. Dredging at Ystad, Part 1, paragraph 1" in drawn(told)
    assert "It has ystad" in drawn(told)
    assert "% of the question" in drawn(told)


def test_pages_stay_as_they_are_whatever_arrives(world: World):
    first = asked(world, "harbour dredged")
    page = quoted(first)
    (second,) = click(world, first, "Next page")
    seen = [*page, *quoted(second)]
    for number in range(5):
        world.arrive(f"The harbour, dredged harbour, was dredged and dredged again: {number}.")

    (third,) = click(world, second, "Next page")
    later = quoted(third)
    (back,) = click(world, third, "Previous page")
    there = quoted(back)
    (start,) = click(world, back, "Previous page")

    assert second.ts == first.ts, "a private answer turns its pages in place"
    assert not set(seen) & set(later), "nothing is shown twice"
    assert there == seen[3:]
    assert quoted(start) == page
    assert "Previous" not in drawn(start)


def test_all_pages_together_have_every_answer_once(world: World):
    message, seen = asked(world, "harbour dredged"), list[str]()
    seen += quoted(message)
    while "Next page" in drawn(message):
        (message,) = click(world, message, "Next page")
        seen += quoted(message)

    assert len(seen) == len(set(seen)) == len(PLACES)


def test_a_search_is_subscribed_to(world: World):
    (told,) = click(world, asked(world, "harbour dredged"), "Subscribe to this search")

    assert "harbour dredged" in drawn(told)
    assert "harbour dredged" in world.say("subscriptions")


@pytest.mark.parametrize("label", ["Share here", "Show around it", "More like this", "Copy citation"])
def test_what_is_gone_is_told_kindly(world: World, label: str):
    answer = asked(world, "harbour Ystad")
    library = world.briefbot.library
    for change in library.changes(0):
        library.remove(change.document_id, now=world.now)
    world.briefbot.index.follow(library)

    (told,) = click(world, answer, label)

    assert "no longer in the library" in drawn(told)
    assert told.seen_by == "U0ANNA"


def test_what_people_say_of_answers_is_counted(world: World):
    questions = world.briefbot.questions
    answer = asked(world, "harbour dredged")
    click(world, answer, "This was useful")
    click(world, answer, "This was useful")
    click(world, answer, "This was no use", user="U0BELA")
    assert questions.verdicts() == (0, 0), "it is written later"

    questions.write()

    assert questions.verdicts() == (1, 1)
    assert questions.verdicts("T0OTHER") == (0, 0)


def test_what_was_asked_in_vain_is_kept_and_can_be_forgotten(world: World):
    questions = world.briefbot.questions
    for user in ("U0ANNA", "U0BELA"):
        world.say("zeppelins", user=user)
    world.say("hovercraft")
    world.say("harbour")
    questions.write()

    assert [(one.text, one.people) for one in questions.unanswered()] == [("zeppelins", 2), ("hovercraft", 1)]
    assert [one.text for one in questions.of(world.slack.team, "U0ANNA")] == ["hovercraft", "zeppelins"]
    assert questions.forget(world.slack.team, "U0ANNA") == 2
    assert [(one.text, one.people) for one in questions.unanswered()] == [("zeppelins", 1)]


def test_a_search_costs_no_statement(world: World):
    statements: list[str] = []
    sa.event.listen(
        world.briefbot.database.engine, "before_cursor_execute", lambda *told: statements.append(told[2])
    )

    world.say("zeppelins over Narva")
    world.say("harbour")

    assert statements == []


def test_what_is_noted_is_written_while_it_runs_and_at_the_end(briefbot: Briefbot):
    questions = Questions(briefbot.database)
    with writing_down(questions, interval=3600):
        questions.note("zeppelins", workspace="T1", user="U1", is_found=False, now=START)

    assert [one.text for one in questions.unanswered()] == ["zeppelins"]


def test_what_was_noted_long_ago_goes(briefbot: Briefbot):
    questions = Questions(briefbot.database, days=30)
    for text, day in (("airships", 0), ("zeppelins", 25), ("balloons", 31)):
        now = START + datetime.timedelta(days=day)
        questions.note(text, workspace="T1", user="U1", is_found=False, now=now)
        questions.write()

    assert {one.text for one in questions.unanswered()} == {"zeppelins", "balloons"}


def test_operators_read_what_was_asked_in_vain(run: Callable[..., Any]):
    told = run("questions")

    assert told.returncode == 0
    assert "0 answers were of use" in told.stdout


@pytest.mark.parametrize("text", ["payload", "the payload of a rocket", "harbour payload=1&text=x"])
def test_a_question_with_a_word_that_bolt_takes_for_its_own_is_answered(world: World, text: str):
    assert world.say(text)


@settings(some.TRIED, max_examples=100)
@given(some.EXCERPTS, st.text(max_size=300))
def test_any_passage_keeps_the_limits_in_every_form(excerpt: Excerpt, name: str):
    hits = tuple(Hit(replace(excerpt, id=f"abcdefghij{n}x"), 1.0, ()) for n in range(8))
    for message in (
        passages.shared(excerpt, "U0ANNA", name, command="/brief"),
        passages.around([excerpt] * 7, excerpt, beside=3, most=3),
        passages.alike(hits, excerpt, command="/brief"),
        passages.citations(excerpt),
    ):
        check(message)
        draw(message)


def test_what_stands_around_a_very_long_passage_fits_into_one_message():
    long = "word & " * 1500
    document = Document("d", title=long, file=long, url="https://example.org/" + "u" * 900)
    excerpt = Excerpt("abcdefghijkl", document, long, (long, long), 7, context=long)

    check(passages.around([excerpt] * 7, excerpt, beside=3, most=3))


def test_a_citation_is_inert_where_it_is_pasted():
    document = Document(
        "abcdefghijkl", title=r"50% of {all} \input & $x_1$ ~#^", publisher="P*ss [x](http://e)"
    )
    excerpt = Excerpt("x", document, "First line\n# not a heading <b> `x`", (), 1)

    assert r"\# not a heading \<b\> \`x\`" in citation.markdown(excerpt)
    assert (
        r"title = {50\% of \{all\} \textbackslash{}input \& \$x\_1\$ \textasciitilde{}\#\textasciicircum{}}"
        in (citation.bibtex(excerpt))
    )
