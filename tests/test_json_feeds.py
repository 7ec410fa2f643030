"""What feeds in JSON are read as."""

import json

import pytest
from feeds import SITE, Dialect, Oddity, items, written
from test_feeds import HARMLESS, assert_told, read, texts

from bot.errors import ReadError
from bot.library.listing import Entry

JSON = [Dialect.JSON_10, Dialect.JSON_11]


def feed(*entries: object, **facts: object) -> bytes:
    told = {"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": entries, **facts}
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "surrogatepass")


def entry_of(**facts: object) -> Entry:
    [entry] = read(feed(facts)).entries
    return entry


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "gb18030"])
@pytest.mark.parametrize("dialect", JSON)
def test_a_feed_is_read_in_any_encoding(dialect: Dialect, encoding: str):
    made = items(3, language="zh")

    assert_told(read(written(made, dialect, encoding=encoding)), made, dialect)


@pytest.mark.parametrize("dialect", JSON)
def test_noise_and_relative_links_change_nothing(dialect: Dialect):
    made = items(3)
    bare, noisy = (read(written(made, dialect, oddities=odd)) for odd in ((), HARMLESS))

    assert_told(noisy, made, dialect)
    assert [entry.hash for entry in noisy.entries] == [entry.hash for entry in bare.entries]


def test_a_plain_text_is_read_as_it_stands():
    entry = entry_of(id="1", title="5 < 6 & <i>x</i>", content_text="One <b> & two.\n\nThree.")

    assert (entry.title, texts(entry)) == ("5 < 6 & <i>x</i>", ("One <b> & two.", "Three."))


def test_an_id_that_is_a_number_is_its_digits():
    assert entry_of(id=17, content_text="x").id == "17"


def test_where_a_note_is_about_another_page_its_own_is_its_address():
    assert entry_of(id="1", url="/own", external_url="https://b.example/").url == f"{SITE}/own"
    assert entry_of(id="1", external_url="https://b.example/").url == "https://b.example/"


def test_authors_are_those_of_the_entry_else_of_the_feed():
    own = {"id": "1", "authors": [{"name": "Ada"}, {"name": "李雪"}, {"url": "x"}]}
    told = read(feed(own, {"id": "2"}, authors=[{"name": "All of us"}])).entries

    assert [entry.author for entry in told] == ["Ada, 李雪", "All of us"]


@pytest.mark.parametrize(
    "wrong",
    [
        "null",
        "5",
        "true",
        "[]",
        "{}",
        "[1]",
        '{"a": 1}',
        '"\\ud800"',
        "1e999",
        "NaN",
        "[[[]]]",
        '[{"name": []}]',
    ],
)
@pytest.mark.parametrize(
    "name",
    [
        "id",
        "url",
        "title",
        "content_html",
        "summary",
        "date_published",
        "authors",
        "author",
        "tags",
        "language",
    ],
)
def test_what_has_a_wrong_type_breaks_no_entry(name: str, wrong: str):
    told = read(feed({"content_text": "One.", name: "WRONG"}).replace(b'"WRONG"', wrong.encode()))

    [entry] = told.entries
    assert str(entry).encode()
    assert texts(entry) == ("One.",) or name == "content_html"


def test_a_number_without_end_is_no_id():
    data = feed({"id": "WRONG", "content_text": "x"}).replace(b'"WRONG"', b"9" * 5000)

    with pytest.raises(ReadError, match="begins as JSON and is none"):
        read(data)


@pytest.mark.parametrize("entries", [None, 5, {}, "x", [None, 5, "x", []]])
def test_a_feed_without_entries_has_none(entries: object):
    assert read(feed(items=entries)).entries == ()


def test_a_feed_that_is_cut_off_is_told():
    data = written(items(2), Dialect.JSON_11)

    with pytest.raises(ReadError, match="begins as JSON and is none"):
        read(data[:-30])


def test_a_teaser_is_no_whole_text_and_a_text_that_is_longer_than_its_summary_is():
    def is_whole(**facts: object) -> bool:
        return entry_of(id="1", url="https://a.example/", **facts).is_whole

    assert not is_whole(summary="Ferries are late. " * 9)
    assert not is_whole(content_text="Ferries are late.", summary="Ferries are late.")
    assert is_whole(content_text="Ferries are late today. " * 3, summary="Ferries are late.")
    assert read(written(items(1), Dialect.JSON_11, oddities=[Oddity.TEASERS])).entries[0].is_whole is False
