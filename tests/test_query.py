"""Whatever is typed means something sensible."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import Topic
from bot.errors import QueryError
from bot.library.words import spans, words
from bot.search.period import Span
from bot.search.query import Query, parse

TODAY = date(2026, 3, 2)
TOPICS = {"ferries": Topic(aliases=("boats", "渡轮")), "tidal power": Topic()}


def moment(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told).replace(tzinfo=UTC) if told else None


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


def test_a_question_has_a_length():
    assert read("a" * 500).words
    with pytest.raises(QueryError, match="501 characters; at most 500"):
        read("a" * 501)


@given(st.text(st.one_of(st.characters(), st.sampled_from('":-() \t')), max_size=120))
def test_any_text_is_a_question_or_is_told_why_not(typed: str):
    try:
        query = read(typed)
    except QueryError as error:
        assert str(error).endswith((".", "?"))
    else:
        assert len(query.words) == len(query.written)


@given(st.text(alphabet="aZ9.,%’'-mbn 渡轮é\n", max_size=60))
def test_what_is_looked_up_is_what_is_marked(text: str):
    assert words(text) == [word.word for word in spans(text)]
