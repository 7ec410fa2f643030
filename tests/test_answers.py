"""Every message keeps Slack's limits and shows any text as it is."""

import datetime
from dataclasses import replace

import anything as some
from conftest import NOW
from hypothesis import given, settings
from limits import check

from bot.config import Topic
from bot.document import Document, Excerpt
from bot.local_slack.draw import draw
from bot.search.answer import Answer, Hit, Near
from bot.search.concept import Correction
from bot.search.query import Query
from bot.search.report import refused, report
from bot.slack import answers, passages
from bot.store.records import Removed


@settings(some.TRIED, max_examples=150)
@given(some.ANSWERS)
def test_any_answer_keeps_the_limits(answer: Answer):
    for message in (answers.found(answer, command="/brief"), answers.nothing(answer, command="/brief")):
        check(message)
        draw(message)


@settings(some.TRIED, max_examples=100)
@given(some.EXCERPTS, some.TEXT)
def test_any_other_message_keeps_the_limits(excerpt: Excerpt, text: str):
    gone = Removed(excerpt.document, NOW, document_remains=True)
    for message in (
        passages.passage(excerpt),
        answers.removed("abcdefghijkl", gone, command="/brief"),
        answers.unknown(text, command="/brief"),
        answers.topics({"a": 1}, {"a": Topic(description=text)}, command="/brief"),
        answers.usage("/brief", [text], documents=1, passages=2),
        answers.refusal(text),
        answers.apology("abc", command="/brief"),
    ):
        check(message)
        draw(message)


def excerpt(**stated: object) -> Excerpt:
    document = Document(id="d", **stated)  # type: ignore[arg-type]
    return Excerpt("abcdefghijkl", document, "The pier is new.", ("Piers",), 7, topics=("sea",))


def answer(*found: Excerpt, total: int = 1, **told: object) -> Answer:
    ranked = tuple(Hit(one, 1.0, ((4, 8),)) for one in found)
    return Answer(Query(text="pier"), ranked, total, subject="pier", **told)  # type: ignore[arg-type]


def test_a_passage_is_shown_with_the_other_addresses_of_its_document():
    places = ["https://wire.example/1", "https://www.herald.example/2", "https://coast.example/3"]

    told = draw(passages.passage(excerpt(url=places[0]), places))
    alone = draw(passages.passage(excerpt(url=places[0]), places[:1]))

    also = f"Also at 2 other addresses herald.example: {places[1]} coast.example: {places[2]}"
    assert also in " ".join(told.split())
    assert "Also at" not in alone


def test_long_titles_and_many_topics_keep_the_limits():
    long = excerpt(
        title="t" * 400, author="a" * 300, publisher="p" * 300, url="https://example.org/" + "u" * 900
    )
    full = replace(long, text="word " * 300, context="lead-in " * 37, topics=("x" * 40,) * 9)
    for count in (1, 5, 8):
        check(answers.found(answer(*[full] * count, total=99), command="/brief"))
    topics = {f"topic {n}": Topic(description="d" * 300) for n in range(90)}
    check(answers.topics(dict.fromkeys(topics, 9), topics, command="/brief"))


def test_a_passage_that_is_cut_ends_where_it_is_cut():
    text = "The pier " + "is new and long and grey " * 80 + "and the pier ends here."
    end = text.rindex("pier")
    hit = Hit(replace(excerpt(), text=text), 1.0, ((4, 8), (end, end + 4)))
    told = Answer(Query(text="pier"), (hit,), 1, subject="pier")

    shown = "".join(
        run["text"] for run in answers.found(told, command="/brief")["blocks"][1]["elements"][0]["elements"]
    )

    assert shown.endswith("…")
    assert text.startswith(shown.removesuffix("…").rstrip())


def test_an_answer_shows_the_passage_and_where_it_stands():
    found = answers.found(
        answer(excerpt(title="Ports", author="M. Olsen", date=datetime.date(2024, 5, 9))), command="/brief"
    )

    assert draw(found) == (
        "1 passage on *pier*\n"
        "┃ The *pier* is new.\n"
        "  Ports, M. Olsen, 2024-05-09, Piers, paragraph 7 · sea · abcdefghijkl\n\n"
        "[ Share here ]  [ Show around it ]  [ More like this ]  [ Copy citation ]\n"
        "  /brief show abcdefghijkl opens the first.\n\n"
        "[ Subscribe to this search ]  [ Why in this order ]  [ This was useful ]  [ This\n"
        "was no use ]"
    )
    assert found["text"].startswith("1 passage on pier. Ports, M. Olsen")


def test_a_summary_is_cited_as_one():
    shown = draw(
        passages.passage(excerpt(title="Ours", publisher="Briefbot", based_on='"Theirs", The Herald')),
        width=200,
    )

    assert 'Briefbot\'s summary of "Theirs", The Herald' in shown


def test_nothing_says_so_and_helps():
    nothing = answer(total=0, nearest=(Near("piers", 6),), documents=4)

    assert draw(answers.nothing(nothing, command="/brief")) == (
        "Nothing on *pier* in 4 documents.\nNearest: piers (6).\n  /brief topics shows what there is.\n\n"
        "[ Tell me when something arrives ]"
    )


def test_what_was_corrected_is_told_with_a_way_to_insist():
    shown = draw(
        answers.found(answer(excerpt(), corrections=(Correction("peir", "pier"),)), command="/brief")
    )

    assert "searched pier for “peir”" in shown
    assert '/brief "peir" insists' in shown


def test_what_was_not_read_as_it_stands_is_told_right_below_the_point():
    query = Query(text='pier "', notes=("A quote was not closed; it was left out.", "“<@U1>:” is no field."))
    for told in (answers.found, answers.nothing):
        shown = told(replace(answer(excerpt(), documents=1), query=query), command="/brief")

        assert draw(shown).split("\n")[1] == (
            "  A quote was not closed; it was left out. “<@U1>:” is no field."
        )


def test_a_program_is_told_too():
    query = Query(text='pier "', notes=("A quote was not closed; it was left out.",))

    told = report(replace(answer(excerpt()), query=query), took_ms=0.0)

    assert told["notes"] == ["A quote was not closed; it was left out."]
    assert report(answer(excerpt()), took_ms=0.0)["notes"] == refused("", "why")["notes"] == []


def test_undated_passages_are_told():
    shown = draw(answers.nothing(answer(total=0, undated=2, documents=1), command="/brief"))

    assert "2 passages are left out: the document states no date." in " ".join(shown.split())


def test_a_terminal_sees_bold_and_no_escapes_of_others():
    passage = excerpt(title="Evil \x1b[31m title")

    assert "\x1b[1m" in draw(passages.passage(passage), color=True)
    assert "\x1b[31m" not in draw(passages.passage(passage), color=True)
    assert "\x1b" not in draw(passages.passage(passage))
