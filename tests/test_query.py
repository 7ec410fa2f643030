"""Whatever is typed means something sensible."""

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import Topic
from bot.errors import QueryError
from bot.library.words import spans, words
from bot.search.parts import (
    AllOf,
    AnyOf,
    Dated,
    Languages,
    Not,
    Part,
    Phrase,
    Prefix,
    Sources,
    Topics,
    Word,
)
from bot.search.period import Span
from bot.search.query import Query, parse

TODAY = date(2026, 3, 2)
CROWDED = "There are too many alternatives and beginnings; the last were left out."
TOPICS = {"ferries": Topic(aliases=("boats", "渡轮")), "tidal power": Topic()}


def moment(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told).replace(tzinfo=UTC) if told else None


def word(written: str) -> Word:
    return Word(written, written)


def either(*parts: Part) -> AnyOf:
    return AnyOf(parts)


def read(text: str) -> Query:
    return parse(text, topics=TOPICS, today=TODAY)


def test_words_phrases_and_exclusions():
    query = read('lamps "Grey Skerry" -fog -"log book"')

    assert query.words == ("lamps",)
    assert query.phrases == (("grey", "skerry"),)
    assert query.without == (("fog",), ("log", "book"))


def test_fields_narrow():
    query = read('pier topic:ferries -topic:"tidal power" source:notes -source:"the herald"')

    assert (query.topics, query.without_topics) == ((("ferries",),), ("tidal power",))
    assert (query.sources, query.without_sources) == ((("notes",),), (("the", "herald"),))


@pytest.mark.parametrize(
    ("typed", "topic"),
    [
        ("topic:boats", "ferries"),
        ("topic:渡轮", "ferries"),
        ("topic:Tidal-Power", "tidal power"),
        ('TOPIC:"tidal power"', "tidal power"),
    ],
)
def test_a_topic_goes_by_any_of_its_names(typed: str, topic: str):
    assert read(typed).topics == ((topic,),)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("after:2024", date(2024, 1, 1)),
        ("after:2024-07", date(2024, 7, 1)),
        ("after:2024-07-06", date(2024, 7, 6)),
        ("after:30d", date(2026, 1, 31)),
        ("after:2w", date(2026, 2, 16)),
        ("after:1year", date(2025, 3, 2)),
        ('after:"3 months"', date(2025, 12, 2)),
        ('after:"3 months ago"', date(2025, 12, 2)),
        ('after:"a week ago"', date(2026, 2, 23)),
        ("after:2024/07/06", date(2024, 7, 6)),
        ("after: 2024", date(2024, 1, 1)),
        ("after:today", date(2026, 3, 2)),
        ("after:Yesterday", date(2026, 3, 1)),
        ('after:"this week"', date(2026, 3, 2)),
        ('after:"last week"', date(2026, 2, 23)),
        ('after:"last month"', date(2026, 2, 1)),
        ('after:"last year"', date(2025, 1, 1)),
    ],
)
def test_dates_are_written_in_several_ways(typed: str, day: date):
    assert read(typed).after == day


@pytest.mark.parametrize(
    ("typed", "after", "upto"),
    [
        ("added:2024-02", "2024-01-31T23:59:59.999999", None),
        ("added:2024..2024", "2023-12-31T23:59:59.999999", "2024-12-31T23:59:59.999999"),
        ("added:2024-02..2024-12", "2024-01-31T23:59:59.999999", "2024-12-31T23:59:59.999999"),
        ("added:2024-02-05..2024-02-28", "2024-02-04T23:59:59.999999", "2024-02-28T23:59:59.999999"),
        ("added:2w..1d", "2026-02-15T23:59:59.999999", "2026-03-01T23:59:59.999999"),
        ('added:"last week..yesterday"', "2026-02-22T23:59:59.999999", "2026-03-01T23:59:59.999999"),
        ('added:"..last week"', None, "2026-03-01T23:59:59.999999"),
        ('added:"..Last Month"', None, "2026-02-28T23:59:59.999999"),
        ('added:"..last year"', None, "2025-12-31T23:59:59.999999"),
        ("added:..2024", None, "2024-12-31T23:59:59.999999"),
        ("added:2026-02-23T09:00..2026-03-02t09:00z", "2026-02-23T09:00", "2026-03-02T09:00"),
    ],
)
def test_arrival_is_a_span_of_days_or_of_moments(typed: str, after: str | None, upto: str | None):
    assert read(typed).added == Span(moment(after), moment(upto))


@pytest.mark.parametrize(
    "typed",
    [
        "after:soon", "before:2024-13", "added:2024-02-31", "after:9999y", "added:2024..soon", "added:..soon",
        "added:2024-01-01T25:00", "added:9999..9999", "added:..",
    ],
)  # fmt: skip
def test_what_is_no_date_says_how_to_write_one(typed: str):
    with pytest.raises(QueryError, match=r"is no date\. Write"):
        read(f"pier {typed}")


def test_commas_part_topics_of_which_one_is_meant():
    query = read('topic:"boats, tidal power" topic:ferries -topic:ferries,"x" ,')

    assert query.topics == (("ferries", "tidal power"), ("ferries",))
    assert query.without_topics == ("ferries",)


def test_an_unknown_topic_is_told_the_nearest():
    with pytest.raises(QueryError, match="Did you mean topic:ferries"):
        read("topic:feries")
    with pytest.raises(QueryError, match='topic:"tidal power"'):
        read("topic:tidalpower")


def test_typographic_quotes_and_dashes_are_meant_as_straight_ones():
    assert read("“Grey Skerry” –fog −horn").phrases == (("grey", "skerry"),)
    assert read("pier –fog −horn").without == (("fog",), ("horn",))


def test_a_quote_that_nobody_closed_quotes_nothing():
    assert read('"grey skerry').words == ("grey", "skerry")
    assert read('"grey skerry" "fog').phrases == (("grey", "skerry"),)


def test_an_unknown_field_is_words():
    assert read("price:high http://example.org/x").words == ("price", "high", "http", "example", "org", "x")


def test_a_hyphen_within_a_word_excludes_nothing():
    assert read("low-speed rotor").words == ("low", "speed", "rotor")
    assert read("low-speed rotor").without == ()


def test_common_words_are_passed_over():
    assert read("how many of the lamps are there?").words == ("lamps",)
    with pytest.raises(QueryError, match="stand everywhere"):
        read("what is the")


@pytest.mark.parametrize("typed", ["", "  ", '""', "()", "😀", "-", '"'])
def test_nothing_to_look_for_says_so(typed: str):
    with pytest.raises(QueryError, match="no word"):
        read(typed)


def test_only_what_to_leave_out_says_so():
    with pytest.raises(QueryError, match="leave out"):
        read("-fog")


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("lamps OR piers", [either(word("lamps"), word("piers"))]),
        ("lamps|piers || fog", [either(word("lamps"), word("piers"), word("fog"))]),
        ("lamps or piers and fog", [word("lamps"), word("piers"), word("fog")]),
        ("old lamps OR piers", [word("old"), either(word("lamps"), word("piers"))]),
        ("lamps AND piers", [word("lamps"), word("piers")]),
        ("(lamps piers)", [word("lamps"), word("piers")]),
        ("((lamps) ((OR (piers))))", [word("lamps"), word("piers")]),
        ("lamps OR (piers OR fog)", [either(word("lamps"), word("piers"), word("fog"))]),
        ('"grey skerry" OR fog*', [either(Phrase(("grey", "skerry")), Prefix("fog", "fog*"))]),
        ("GPT-4 OR Llama", [either(Phrase(("gpt", "4")), Word("llama", "Llama"))]),
        ("渡轮码头 OR 灯塔", [either(Phrase(("渡轮", "轮码", "码头")), word("灯塔"))]),
        ("topic:boats OR topic:ferries", [Topics(("ferries",))]),
        ("(lang:de OR lang:English)", [Languages(("de", "en"))]),
        ("(lamps -fog) OR topic:boats", [either(AllOf((word("lamps"), Not(word("fog")))), Topics(("ferries",)))]),
        ("lamps NOT fog", [word("lamps"), Not(word("fog"))]),
        ("lamps -(fog OR horn)", [word("lamps"), Not(word("fog")), Not(word("horn"))]),
        ("lamps -(fog horn)", [word("lamps"), Not(AllOf((word("fog"), word("horn"))))]),
        ("lamps -(-fog)", [word("lamps"), word("fog")]),
        ("lamps --fog", [word("lamps"), Not(word("fog"))]),
        ("lamps - fog -", [word("lamps"), word("fog")]),
        ("lamps -fog* -low-speed", [word("lamps"), Not(Prefix("fog", "fog*")), Not(Phrase(("low", "speed")))]),
        ('lamps -"fog"', [word("lamps"), Not(Word("fog", '"fog"'))]),
        ("lamps -after:2024", [word("lamps"), Not(Dated(after=date(2024, 1, 1)))]),
        ("semicon*", [Prefix("semicon", "semicon*")]),
        ("U.S.*", [Prefix("us", "U.S.*")]),
        ("芯* 半导*", [Prefix("芯", "芯*"), word("半导")]),
        ("*lamps* fog", [word("lamps"), word("fog")]),
        ("lang:zh-CN -lang:Deutsch,fr", [Languages(("zh",)), Not(Languages(("de", "fr")))]),
        ("source:herald,notes", [Sources((("herald",), ("notes",)))]),
        ('source:(herald OR "grey notes")', [Sources((("herald",), ("grey", "notes")))]),
        ('source:"Ships, and Men" topic: boats', [Sources((("ships", "and", "men"),)), Topics(("ferries",))]),
        ("topic：渡轮　（灯塔　OR　雾）", [Topics(("ferries",)), either(word("灯塔"), word("雾"))]),
        ("“Grey Skerry” －fog 「出口 管制」", [Phrase(("grey", "skerry")), Not(word("fog")), Phrase(("出口", "管制"))]),
        ("lamps😀 OR", [Word("lamps", "lamps")]),
        ("lamps\0piers \ud800", [word("lamps"), word("piers")]),
    ],
)  # fmt: skip
def test_what_is_typed_is_understood(typed: str, parts: list[Part]):
    assert list(read(typed).parts) == parts


@pytest.mark.parametrize(
    ("typed", "words_"),
    [
        ("O'Brien", "obrien"),
        ("C++ 5G 7nm", "c 5g 7nm"),
        ("GPT-4", "gpt 4"),
        ("U.S.-China", "us china"),
        ("AT&T", "t"),
    ],
)
def test_names_are_words(typed: str, words_: str):
    assert " ".join(read(typed).words) == words_
    assert read(typed).subject == typed


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ('lamps "fog', "A quote was not closed; it was left out."),
        ("(lamps", "A parenthesis was not closed; it was closed at the end."),
        ("1) lamps", "A parenthesis closed nothing; it was left out."),
        ("lamps OR", "“OR” had nothing to join; it was left out."),
        ("| lamps", "“|” had nothing to join; it was left out."),
        ("lamps NOT", "“NOT” had nothing after it; it was left out."),
        ("IT OR lamps", "“IT” stands everywhere and was left out; quote it to insist."),
        ("tpoic:boats", "“tpoic:” is no field; it was searched for as words. Did you mean topic:?"),
        ("lamps topic:", "“topic:” has nothing right after it; it was left out."),
        ("lamps source:😀", "“source:” has nothing right after it; it was left out."),
        ("x* lamps", "“x*” is too short to begin words; it was read as “x”."),
        ("l*mps", "A * stands for the rest of a word, at its end and outside quotes; elsewhere it was left out."),
        ('"grey sker*"', "A * stands for the rest of a word, at its end and outside quotes; elsewhere it was left out."),
        ("(" * 9 + "lamps" + ")" * 9, "Parentheses more than 8 deep were left out."),
        ("lamps (a1 OR " + " OR ".join(f"-b{n}" for n in range(20)) + ")", CROWDED),
        ("lamps (a1 OR " + " OR ".join(f"(c{n} d{n})" for n in range(17)) + ")", CROWDED),
        ("lamps " * 65, "Only the first 64 words were looked for."),
        ("lamps " + "a" * 495, "Only the first 500 characters were read."),
    ],
)  # fmt: skip
def test_what_is_not_read_as_it_stands_is_told(typed: str, note: str):
    assert read(typed).notes == (note,)


def test_an_unknown_field_is_told_which_there_are():
    [note] = read("foo:bar").notes

    assert note.endswith("Fields are topic, source, lang, after, before, added.")


@pytest.mark.parametrize(
    "typed",
    ['lamps -fog* "log book" (lamp OR pier) lang:en AND after:2024', "Ports: a tale http://example.org/x 12:30", "a - b c"],
)  # fmt: skip
def test_ordinary_things_need_no_note(typed: str):
    assert read(typed).notes == ()


@pytest.mark.parametrize(
    ("typed", "subject"),
    [
        ('old "Grey Skerry" lamps OR piers -fog topic:boats', 'old "grey skerry" (lamps OR piers)'),
        ("lamps OR Fog*", "lamps OR Fog*"),
        ("(lamps -fog) OR topic:boats", "(lamps -fog) OR topic:boats"),
        ("topic:boats", ""),
    ],
)
def test_its_subject_is_what_it_asks_for(typed: str, subject: str):
    assert read(typed).subject == subject


def test_what_is_too_long_is_cut_at_a_word():
    query = read(f'{"lamp " * 20}"{"herring " * 2000}"')

    assert len(query.text) <= 500
    assert set(query.words) == {"lamp", "herring"}
    assert query.notes == (
        "Only the first 500 characters were read.",
        "Only the first 64 words were looked for.",
    )


def test_what_is_left_out_stays_left_out_in_parentheses_of_any_depth():
    for depth in (7, 8, 9, 15, 60):
        query = read(f"lamps {'(' * depth}pier -(fog OR horn){')' * depth}")
        assert query.without == (("fog",), ("horn",)), depth


def test_what_says_less_than_nothing_is_told_what_to_do():
    with pytest.raises(QueryError, match="Write its code or its English name"):
        read("lang:klingon")
    for typed in ("-lang:de", "-(fog OR horn)", "NOT fog", "-fog*", "-fog OR -horn"):
        with pytest.raises(QueryError, match="leave out"):
            read(typed)


FRAGMENTS = st.sampled_from(
    ['"', "(", ")", "-", " OR ", " AND ", " NOT ", "|", "*", ":", "：", "（", "“", "\0", "lamps", "-fog", "lam*",
     "topic:", "topic:boats", "lang:", "lang:de", "source:", "after:", "after:2024", "added:1d", "渡轮", "-(", ' "']
)  # fmt: skip


@settings(max_examples=500)
@given(st.lists(st.one_of(FRAGMENTS, st.text(max_size=5), st.just(" ")), max_size=40).map("".join))
def test_any_text_is_a_question_or_is_told_why_not(typed: str):
    try:
        query = read(typed)
    except QueryError as error:
        assert str(error).endswith((".", "?"))
    else:
        assert query == read(typed)
        assert len(query.words) == len(query.written)
        assert all(isinstance(told, str) for told in (query.subject, *query.notes, *query.tokens))
        assert all(note.endswith((".", "?")) for note in query.notes)


@pytest.mark.parametrize(
    "typed", ["(", "-(", "(a OR ", "-(a ", "a OR ", '"', "-", "*", "topic:", "a|", "NOT "]
)
def test_nothing_typed_is_too_much(typed: str):
    for text in (typed * 5000, f"{typed * 5000}lamps", f"lamps {typed * 200}"):
        with suppress(QueryError):
            parse(text, topics=TOPICS, today=TODAY, most=100_000)


@given(st.text(alphabet="aZ9.,%’'-mbn 渡轮é\n", max_size=60))
def test_what_is_looked_up_is_what_is_marked(text: str):
    assert words(text) == [word.word for word in spans(text)]


@given(
    st.lists(
        st.one_of(
            st.sampled_from(["the", "of", "chips", "Or", "Nvidia", "per", "cent", "a", "GPU"]),
            st.text(alphabet="abcXYZ", min_size=1, max_size=6),
        ),
        min_size=1,
        max_size=9,
    ).map(" ".join)
)
def test_plain_words_are_read_as_the_grammar_reads_them(typed: str):
    try:
        quick = read(typed)
    except QueryError:
        return
    slow = read(f"{typed} (zzz)")  # Syntax of which nothing stays.

    assert slow.words == (*quick.words, "zzz")
    assert slow.written == (*quick.written, "zzz")
    assert slow.tokens == (*quick.tokens, "zzz")
