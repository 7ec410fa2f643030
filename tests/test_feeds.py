"""What feeds of all dialects are read as, however broken; and what is refused."""

import datetime
import io
import unicodedata
from dataclasses import replace

import pytest
from feeds import DATED, SITE, XML, Dialect, Item, Oddity, edited, items, written
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import ReadError
from bot.library.facts import LONGEST
from bot.library.readers import feed
from bot.library.readers.dialects import MOST_ATTRIBUTES, MOST_CATEGORIES
from bot.library.readers.entry import LONGEST_ADDRESS, LONGEST_NAME, MOST_ENTRIES, MOST_TEXT, Entry
from bot.library.readers.feed import Feed, feed_of
from bot.library.readers.moment import moment_of
from bot.library.reading import Reading, Unreadable

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
ADDRESS = f"{SITE}/feed"
HARMLESS = sorted(set(Oddity) - {Oddity.CUT, Oddity.TEASERS})


def read(data: bytes, charset: str | None = None) -> Feed:
    return feed_of(data, ADDRESS, charset=charset, now=NOW)


def rss(inner: str, attributes: str = "") -> bytes:
    spaces = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    return (
        f'<rss version="2.0" {spaces} {attributes}><channel><title>T</title>{inner}</channel></rss>'.encode()
    )


def item(**fields: str) -> str:
    return f"<item>{''.join(f'<{name}>{text}</{name}>' for name, text in fields.items())}</item>"


def entry_of(inner: str) -> Entry:
    [entry] = read(rss(f"<item>{inner}</item>")).entries
    return entry


def texts(entry: Entry) -> tuple[str, ...]:
    return tuple(block.text for block in entry.blocks)


def assert_told(told: Feed, made: list[Item], dialect: Dialect) -> None:
    """Look at all that *dialect* can state of the items *made*."""
    assert [entry.title for entry in told.entries] == [item.title for item in made]
    assert [entry.url for entry in told.entries] == [item.url for item in made]
    assert [texts(entry) for entry in told.entries] == [item.paragraphs for item in made]
    assert all(entry.is_whole and entry.language == made[0].language for entry in told.entries)
    assert (told.title, told.home) == ("News & more", f"{SITE}/")
    if dialect in DATED:
        assert [entry.id for entry in told.entries] == [item.id for item in made]
        assert [entry.published for entry in told.entries] == [item.published for item in made]
        assert [entry.day for entry in told.entries] == [item.published.date() for item in made]
        assert {entry.author for entry in told.entries} == {made[0].author}
        assert {entry.categories for entry in told.entries} == {made[0].categories}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("dialect", Dialect)
def test_every_dialect_gives_what_was_put_in(dialect: Dialect, language: str):
    made = items(6, language=language)

    assert_told(read(written(made, dialect)), made, dialect)


@pytest.mark.parametrize("oddity", HARMLESS)
@pytest.mark.parametrize("dialect", sorted(XML))
def test_what_is_odd_changes_nothing(dialect: Dialect, oddity: Oddity):
    made = items(3, seed=1)

    assert_told(read(written(made, dialect, oddities=[oddity])), made, dialect)


@pytest.mark.parametrize("dialect", sorted(XML))
def test_all_that_is_odd_at_once_changes_nothing(dialect: Dialect):
    made = items(3, seed=2)

    assert_told(read(written(made, dialect, oddities=HARMLESS)), made, dialect)


@pytest.mark.parametrize("dialect", sorted(XML))
def test_a_feed_that_is_cut_off_gives_its_whole_entries(dialect: Dialect):
    # Half of an id or an address would make the last one another entry than it is tomorrow.
    made = items(4)

    assert_told(read(written(made, dialect, oddities=[Oddity.CUT])), made[:-1], dialect)


@pytest.mark.parametrize("declared", [None, "utf-8", "iso-8859-1", "utf-16", "nonsense"])
@pytest.mark.parametrize(
    ("encoding", "language"),
    [("utf-8", "zh"), ("utf-8-sig", "zh"), ("utf-16", "zh"), ("utf-16-le", "en"), ("utf-16-be", "en"),
     ("gb18030", "zh"), ("latin-1", "en"), ("cp1252", "en")],
)  # fmt: skip
def test_an_encoding_is_found_whatever_is_declared(encoding: str, language: str, declared: str | None):
    made = items(3, language=language)

    told = read(written(made, Dialect.RSS_20, encoding=encoding, declared=declared))

    assert_told(told, made, Dialect.RSS_20)


@pytest.mark.parametrize(("charset", "declared"), [("gb2312", "iso-8859-1"), ("iso-8859-1", "gb2312")])
def test_of_two_encodings_that_are_named_the_one_that_says_something_holds(charset: str, declared: str):
    made = items(2, language="zh")
    data = written(made, Dialect.RSS_091, encoding="gb18030", declared=declared)

    assert_told(read(data, charset), made, Dialect.RSS_091)


@pytest.mark.parametrize(
    ("encoding", "charset", "language"),
    [("gb18030", "gb2312", "zh"), ("gb18030", "iso-8859-1", "zh"), ("gb18030", None, "zh"), ("utf-8", "gb2312", "zh"),
     ("utf-8", "iso-8859-1", "zh"), ("big5", "big5", "zh"), ("latin-1", "iso-8859-1", "en"), ("latin-1", "utf-8", "en"),
     ("latin-1", "gb2312", "en"), ("latin-1", "shift_jis", "en"), ("latin-1", "nonsense", "en"), ("cp1252", None, "en"),
     ("utf-8", "us-ascii", "en"), ("utf-16-le", "utf-8", "en")],
)  # fmt: skip
def test_an_encoding_that_only_the_server_names_holds_where_the_text_bears_it_out(
    encoding: str, charset: str | None, language: str
):
    made = items(3, language=language)
    _declaration, _line, text = written(made, Dialect.RSS_20).decode().partition("\n")

    told = read(text.encode(encoding, "xmlcharrefreplace"), charset)

    assert_told(told, made, Dialect.RSS_20)


@pytest.mark.parametrize("dialect", Dialect)
def test_a_teaser_is_no_whole_text(dialect: Dialect):
    for language in ("en", "zh"):
        told = read(written(items(3, language=language), dialect, oddities=[Oddity.TEASERS]))

        assert [entry.is_whole for entry in told.entries] == [False] * 3
        assert all(texts(entry)[0].endswith("…") for entry in told.entries)


@pytest.mark.parametrize(
    ("description", "is_whole"),
    [("Short but plain. " * 5, False), ("A long and plain story. " * 50, True),
     ("A long and plain story. " * 50 + "[…]", False), ("A long and plain story. " * 80 + "…", True),
     ("&lt;p&gt;" + "A plain story goes on. " * 50 + "&lt;/p&gt;&lt;p&gt;Read the full story &amp;raquo;", False), ("A plain story goes on. " * 30 + "Continue reading →", False),
     ("很长的故事。" * 80, True), ("很长的故事。" * 80 + "阅读全文", False), ("", False)],
)  # fmt: skip
def test_a_description_is_whole_if_it_is_long_and_ends(description: str, is_whole: bool):
    entry = entry_of(
        f"<link>https://a.example/1</link><title>x</title><description>{description}</description>"
    )

    assert entry.is_whole is is_whole


def test_a_text_of_which_not_all_is_read_is_not_whole():
    endless = "a word " * (MOST_TEXT // 7 + 9)

    for element in ("description", "content:encoded"):
        entry = entry_of(f"<link>https://a.example/1</link><{element}>{endless}</{element}>")

        assert not entry.is_whole
        assert sum(map(len, texts(entry))) <= MOST_TEXT


def test_of_a_summary_and_a_text_the_longer_is_read():
    note, story = "Ferries are late.", "A long and plain story. " * 50
    order = f"<description>{note}</description><content:encoded>{story}</content:encoded>"
    wrong = f"<description>{story}</description><content:encoded>{note}</content:encoded>"

    for inner in (order, wrong):
        assert texts(entry_of(f"<link>https://a.example/1</link>{inner}")) == (story.strip(),)


@pytest.mark.parametrize(
    "below",
    ["17 Comments", "评论 (3)", "Share on: Facebook, X", "Facebook | Twitter | E-mail", "分享到：微博 微信",
     "The post <a>Ferries</a> appeared first on <a>The News</a>.", "Filed under: ports, boats", "Comments URL: https://a.example/c",
     "<img src='https://count.example/?n=4' width='1' height='1'/>", "submitted by /u/somebody"],
)  # fmt: skip
def test_what_stands_below_a_text_is_neither_told_nor_an_edit(below: str):
    story = f"<p>{'A long and plain story. ' * 50}</p>"
    bare, noisy = (
        entry_of(
            f"<guid>1</guid><link>https://a.example/1</link><description><![CDATA[{text}]]></description>"
        )
        for text in (story, f"{story}<p>{below}</p>")
    )

    assert (texts(noisy), noisy.hash, noisy.is_whole) == (texts(bare), bare.hash, True)


@pytest.mark.parametrize(
    "below", ["Share prices fell.", "Seventeen people commented.", "The post office is closed."]
)
def test_a_last_sentence_is_no_noise(below: str):
    entry = entry_of(f"<description><![CDATA[<p>A story.</p><p>{below}</p>]]></description>")

    assert texts(entry) == ("A story.", below)


def test_what_has_no_page_has_no_more_text():
    assert entry_of("<title>x</title><description>Ferries are late.</description>").is_whole


def test_an_entry_is_the_same_after_its_feed_changed_order_noise_and_counts():
    made = items(5)
    before = read(written(made, Dialect.RSS_20)).entries
    after = read(written(made[::-1], Dialect.RSS_20, oddities=[Oddity.PIXELS, Oddity.BARE])).entries

    assert {entry.id: entry.hash for entry in before} == {entry.id: entry.hash for entry in after}


@pytest.mark.parametrize("dialect", [Dialect.RSS_091, Dialect.RSS_20, Dialect.JSON_11])
def test_an_entry_is_the_same_however_its_letters_are_composed(dialect: Dialect):
    # What one program writes as é, another writes as e and its accent: no one has edited anything.
    text = written(items(3), dialect).decode()
    composed, apart = (read(unicodedata.normalize(form, text).encode()).entries for form in ("NFC", "NFD"))

    assert [(entry.id, entry.hash) for entry in composed] == [(entry.id, entry.hash) for entry in apart]
    assert texts(apart[0]) == tuple(unicodedata.normalize("NFD", text) for text in texts(composed[0]))


@pytest.mark.parametrize("change", [{"title": "New"}, {"last": "Corrected: it was nine."}])
def test_an_edit_changes_the_hash_and_not_the_id(change: dict[str, str]):
    [made] = items(1)
    [before] = read(written([made], Dialect.ATOM_10)).entries
    [after] = read(written([edited(made, **change)], Dialect.ATOM_10)).entries

    assert before.id == after.id
    assert before.hash != after.hash


def test_tracking_in_an_address_changes_no_hash():
    urls = ("http://a.example/1", "https://a.example/1?utm_source=rss#top")
    hashes = {entry_of(f"<guid>1</guid><link>{url}</link><title>x</title>").hash for url in urls}

    assert len(hashes) == 1


@pytest.mark.parametrize("is_addressed", [True, False])
def test_entries_with_one_guid_have_ids_of_their_own_in_any_order(is_addressed: bool):
    made = [replace(one, id="same", url=one.url if is_addressed else f"{SITE}/log") for one in items(4)]
    ids = [
        {entry.title: entry.id for entry in read(written(order, Dialect.RSS_20)).entries}
        for order in (made, made[::-1])
    ]

    assert ids[0] == ids[1]
    assert len(set(ids[0].values())) == 4


def test_the_same_entry_twice_in_a_feed_is_one():
    made = items(3)

    assert len(read(written([*made, *made], Dialect.ATOM_10)).entries) == 3


def test_without_an_id_the_address_is_one_and_without_that_title_and_date():
    linked = read(rss(item(link="https://a.example/1", title="x"))).entries
    days = ("2024-07-06", "2024-07-07")
    bare = read(rss("".join(item(title=title, pubDate=day) for title in "xy" for day in days))).entries

    assert linked[0].id == "https://a.example/1"
    assert len({entry.id for entry in bare}) == 4


@pytest.mark.parametrize("place", [ADDRESS, f"{SITE}/"])
def test_the_address_of_the_feed_or_its_site_is_no_id_of_an_entry(place: str):
    told = read(rss(f"<link>{SITE}/</link>" + item(guid=place, link=f"{SITE}/1", title="x"))).entries

    assert [entry.id for entry in told] == [f"{SITE}/1"]


def test_an_element_of_very_many_attributes_has_none():
    # For each of them Python's reader of XML looks through all.
    many = " ".join(f'a{number}="1"' for number in range(MOST_ATTRIBUTES))
    feed = (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><link {many} href="/a"/></entry></feed>'
    )

    assert read(feed.encode()).entries[0].url is None


def test_an_id_is_no_link_to_be_resolved():
    # Else the ids of a feed that moves to another address would be new ones, and all its entries with them.
    for element in ('<guid isPermaLink="true">17</guid>', "<guid>17</guid>"):
        entry = entry_of(f"{element}<title>x</title>")

        assert (entry.id, entry.url) == ("17", None)


def test_an_id_is_the_same_in_a_feed_that_is_broken():
    broken = rss("<item><guid>https://a.example/?a=1&amp;b=2</guid><title>x</b></title></item>")

    assert read(broken).entries[0].id == "https://a.example/?a=1&b=2"


def test_a_guid_is_the_address_where_there_is_no_other():
    assert entry_of("<guid>https://a.example/1</guid>").url == "https://a.example/1"
    assert entry_of('<guid isPermaLink="false">https://a.example/1</guid>').url is None


@pytest.mark.parametrize(
    ("link", "base", "address"),
    [("/a", "", "https://news.example/a"), ("a?b=1#c", "", "https://news.example/a?b=1#c"), ("//b.example/a", "", "https://b.example/a"),
     ("../a", "https://c.example/x/y/", "https://c.example/x/a"), ("a", "sub/", "https://news.example/sub/a"),
     (" https://d.example/\n a ", "", "https://d.example/a")],
)  # fmt: skip
def test_links_are_relative_to_what_is_stated_else_to_the_feed(link: str, base: str, address: str):
    around = f'xml:base="{base}"' if base else ""
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom" {around}><entry><id>1</id><link href="{link}"/></entry></feed>'

    assert read(feed.encode()).entries[0].url == address


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "http://[oops/", "mailto:a@b.example"]
)
def test_what_is_no_web_address_is_none(link: str):
    assert entry_of(f"<title>x</title><link>{link}</link>").url is None


def test_the_newest_entries_are_kept_of_very_many():
    days = [datetime.date(2020, 1, 1) + datetime.timedelta(days=n) for n in range(MOST_ENTRIES + 5)]

    told = read(rss("".join(item(title=str(day), pubDate=str(day)) for day in days)))

    assert [entry.day for entry in told.entries] == days[:-MOST_ENTRIES - 1:-1]  # fmt: skip


def test_entries_without_dates_stay_in_the_order_of_their_feed():
    dates = {"a": "2024-07-04", "b": "", "c": "2024-07-06", "d": "2099-01-01", "e": "2024-07-05"}

    told = read(rss("".join(item(title=title, pubDate=date) for title, date in dates.items())))

    assert [entry.title for entry in told.entries] == ["c", "d", "e", "a", "b"]


def test_what_is_stated_is_kept_up_to_a_length():
    entry = entry_of(
        f"<guid>{'g' * 5000}</guid><title>{'t ' * 5000}</title><dc:creator>{'a' * 5000}</dc:creator>"
        f"<link>https://a.example/{'x' * LONGEST_ADDRESS}</link>"
        + "".join(f"<category>{n} {'c' * 500}</category>" for n in range(MOST_CATEGORIES + 9))
    )
    other = entry_of(f"<guid>{'g' * 5001}</guid><title>x</title>")

    assert len(entry.title or "") == LONGEST
    assert len(entry.author or "") == LONGEST_NAME
    assert len(entry.categories) == MOST_CATEGORIES
    assert {len(name) for name in entry.categories} == {LONGEST_NAME}
    assert entry.url is None
    assert len(entry.id) <= LONGEST
    assert entry.id != other.id


@pytest.mark.parametrize("inner", ["<guid>{}</guid>", "<link>https://a.example/{}</link>"])
@pytest.mark.parametrize("character", ["g", "港"])
def test_an_id_is_short_enough_for_an_index(character: str, inner: str):
    ids = [
        entry_of(inner.format(character * count)).id for count in (LONGEST - 50, LONGEST - 49, LONGEST + 50)
    ]

    assert all(len(told.encode()) <= LONGEST for told in ids)
    assert len(set(ids)) == 3


def test_a_date_to_come_and_the_date_of_a_change_are_none_of_publication():
    later = (NOW + datetime.timedelta(days=3)).isoformat()
    changed = rss(
        "<item><title>x</title><m:modified>2024-07-06</m:modified></item>",
        'xmlns:m="http://purl.org/dc/terms/"',
    )

    assert entry_of(f"<title>x</title><pubDate>{later}</pubDate>").published is None
    assert read(changed).entries[0].published is None


@pytest.mark.parametrize(
    ("stated", "moment"),
    [("Sat, 06 Jul 2024 08:30:00 GMT", "2024-07-06T08:30:00+00:00"), ("06 Jul 24 08:30 EDT", "2024-07-06T08:30:00-04:00"),
     ("Sat, 6 July 2024 08:30:00 +0530", "2024-07-06T08:30:00+05:30"), ("2024-07-06", "2024-07-06T00:00:00+00:00"),
     ("2024-07-06T08:30:00.5+08:00", "2024-07-06T08:30:00+08:00"), ("2024/7/6 8:30", "2024-07-06T08:30:00+00:00"),
     ("2024年7月6日 08:30", "2024-07-06T08:30:00+00:00"), ("2024年07月06日 下午3:05", "2024-07-06T15:05:00+00:00"),
     ("July 6th, 2024 at 3:05 pm PST", "2024-07-06T15:05:00-08:00"), ("Sat Jul  6 08:30:00 2024", "2024-07-06T08:30:00+00:00"),
     ("20240706T083000Z", "2024-07-06T08:30:00+00:00"), ("Sat, 06 Jul 2024 24:00:00 GMT", "2024-07-07T00:00:00+00:00"),
     ("Sat, 06 Jul 2024 08:30:00 GMT+8", "2024-07-06T08:30:00+08:00")],
)  # fmt: skip
def test_dates_are_read_as_they_are_written(stated: str, moment: str):
    assert (told := moment_of(stated))
    assert told.isoformat() == moment


@pytest.mark.parametrize(
    "stated",
    ["", "yesterday", "2024-07", "2024-13-01", "30 Feb 2024", "1970-01-01T00:00:00Z", "0001-01-01",
     "Wed, 31 Dec 1969 19:00:00 EST", "9999-12-31T24:00:00Z", "1" * 10_000],
)  # fmt: skip
def test_what_is_no_date_is_none(stated: str):
    assert moment_of(stated) is None


def test_cst_is_the_time_of_those_who_write_it():
    assert str(moment_of("Sat, 06 Jul 2024 08:30:00 CST", "zh-CN")) == "2024-07-06 08:30:00+08:00"
    assert str(moment_of("Sat, 06 Jul 2024 08:30:00 CST", "en")) == "2024-07-06 08:30:00-06:00"


def test_titles_are_text():
    titles = {
        "AT&amp;amp;T &amp;lt;b&amp;gt;": "AT&T <b>",
        "&lt;i&gt;One&lt;/i&gt; two": "One two",
        "5 &lt; 6": "5 < 6",
    }

    assert {told: entry_of(f"<title>{told}</title>").title for told in titles} == titles


@pytest.mark.parametrize(
    ("written_as", "read_as"),
    [("Ten&nbsp;km &mdash; caf&eacute;", "Ten km — café"), ("R&D at AT&T", "R&D at AT&T"), ("a &nowhere; b", "a &nowhere; b"),
     ("one\x08 t\x1fwo", "one two"), ("x &#0;&#xD800;y", "x y"), ("&#26085;&#x672C;", "日本")],
)  # fmt: skip
def test_references_and_controls_that_xml_does_not_have_break_nothing(written_as: str, read_as: str):
    entry = entry_of(f"<title>{written_as}</title><description>{written_as}</description>")

    assert (entry.title, " ".join(" ".join(texts(entry)).split())) == (read_as, read_as)


def test_what_is_said_of_a_picture_is_not_the_text():
    spaces = 'xmlns:media="http://search.yahoo.com/mrss/"'
    caption = f"<media:description>{'The picture shows a pier. ' * 9}</media:description>"

    for inner in (
        f"<description>Ferries are late.</description>{caption}",
        f"{caption}<description>Ferries are late.</description>",
    ):
        [entry] = read(rss(f"<item><title>x</title>{inner}</item>", spaces)).entries

        assert texts(entry) == ("Ferries are late.",)


def test_markup_that_was_escaped_twice_is_read():
    entry = entry_of(
        "<description>&amp;lt;p&amp;gt;One.&amp;lt;/p&amp;gt;&amp;lt;p&amp;gt;Two.&amp;lt;/p&amp;gt;</description>"
    )

    assert texts(entry) == ("One.", "Two.")


def test_an_article_about_entities_is_read():
    text = "<![CDATA[<p>Write &lt;!ENTITY x SYSTEM 'file'&gt; and <code>&lt;!DOCTYPE a [</code>.</p><!ENTITY y>]]>"

    assert texts(entry_of(f"<description>{text}</description>")) == (
        "Write <!ENTITY x SYSTEM 'file'> and <!DOCTYPE a [.",
    )


def test_a_feed_says_how_often_it_wishes_to_be_asked():
    made = items(1)

    assert read(written(made, Dialect.RSS_20)).every == 90 * 60
    assert read(written(made, Dialect.RSS_10)).every == 30 * 60
    assert read(written(made, Dialect.ATOM_10)).every is None
    assert read(rss("<ttl>-5</ttl>" + item(title="x"))).every is None


def test_a_file_gives_a_reading_an_entry_and_tells_those_without_a_text():
    made = items(2, language="zh")
    data = written(made, Dialect.ATOM_10).replace(
        b"</feed>", b"<entry><id>e</id><title>x</title></entry></feed>"
    )

    *readings, bare = feed.read(io.BytesIO(data), 10**6)

    assert [(r.key, r.title, r.date) for r in readings if isinstance(r, Reading)] == [
        (one.id, one.title, one.published.date()) for one in made
    ]
    assert bare == Unreadable("entry 'e'", "has no text")


@pytest.mark.parametrize(
    "data",
    [b"<html><body>x</body></html>", b"<?xml version='1.0'?><urlset/>", b"plain words", b'{"a": 1}', b"[1]", b"{", b"<",
     b"<!-- <rss> -->", b"{" * 100_000, b'{"version": 1, "items": []}'],
)  # fmt: skip
def test_what_is_no_feed_is_told(data: bytes):
    with pytest.raises(ReadError, match="is no"):
        read(data)


_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 20))
ATTACKS = (
    f'<!DOCTYPE rss [<!ENTITY l0 "ha">{_LAUGHS}]><rss><channel><title>&l19;</title></channel></rss>',
    '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title></channel></rss>',
    '<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://127.0.0.1/x.dtd"> %x;]><rss><channel><title>t</title></channel></rss>',
    '<!-- a --> <?pi <rss?><!doctype rss SYSTEM "a>b" [<!ENTITY x "<rss>">]><rss>&x;</rss>',
    f'<!DOCTYPE rss [<!ENTITY x "{"x" * 10_000}">]><rss><channel><title>{"&x;" * 10_000}</title></channel></rss>',
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_entities_are_refused_in_any_encoding(attack: str, encoding: str):
    with pytest.raises(ReadError, match="declares entities"):
        read(f'<?xml version="1.0" encoding="{encoding}"?>{attack}'.encode(encoding))


@pytest.mark.parametrize("data", [b"/etc/passwd", b"file:///etc/passwd", b"http://127.0.0.1/"])
def test_a_path_or_an_address_is_no_feed(data: bytes):
    # feedparser.parse would open each of them, as bytes too.
    with pytest.raises(ReadError, match="is no XML"):
        read(data)


@pytest.mark.parametrize(
    "inner",
    ["<item>" + "<category>c</category>" * 1000 + "".join(f"<category>{n}</category>" for n in range(40_000)) + "</item>",
     "<item " + " ".join(f"a{n}='1'" for n in range(40_000)) + "/>", "<item>" + "<![CDATA[" * 40_000,
     "<item><tags>" + ",".join(map(str, range(40_000))) + "</tags></item>", "<item>" + "<a>" * 20_000,
     "<item " + " ".join(f"xmlns:a{n}='u{n}'" for n in range(5000)) + ">" + "".join(f"<a{n}:b/>" for n in range(5000)) + "</item>",
     "<item>" + "".join(f"<a xml:base='b{n}/'>" for n in range(20_000)) + "<link>x</link></item>",
     "<item><description>" + "&lt;div&gt;" * 40_000 + "</description></item>"],
)  # fmt: skip
def test_no_feed_takes_more_than_its_length(inner: str):
    # Each of them took feedparser the square of it; the limit of the test run would end it.
    assert read(rss(inner)).title == "T"


@pytest.mark.parametrize(
    "name",
    ["links", "tags", "authors", "content", "source", "summary_detail", "author_detail", "enclosures",
     "contributors", "id", "language", "updated", "own_named", "own_permalink", "feedburner_origlink", "sy_updateperiod"],
)  # fmt: skip
@pytest.mark.parametrize(
    "written_as", ["<{0}>x</{0}>", "<{0} a='b'>x</{0}>", "<{0}/>", "<{0}><b>x</b></{0}>"]
)
def test_an_element_named_as_what_the_parser_gathers_is_no_obstacle(name: str, written_as: str):
    odd = written_as.format(name)
    item = f"<item><title>The pier</title><description>It is closed.</description>{odd}</item>"

    for inner in (f"{odd}{item}", f"{item}{odd}"):
        [entry] = read(rss(inner)).entries
        assert entry.title == "The pier"


_SEEDS = [written(items(2, language=language), dialect) for dialect in Dialect for language in ("en", "zh")]
_PIECES = [b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"</item>", b"<item>", b"</channel>", b"\x00", b"\xff", b"&#xD800;",
           b"&#0;", b"xml:base='//'", b"<image>", b"<source>", b"<svg>", b"</tags>", b"<itunes:keywords a='b'>", b"{", b'"', b"9" * 99]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(_SEEDS),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(_PIECES) | st.binary(max_size=6)), max_size=6),
)  # fmt: skip
def test_any_bytes_are_a_feed_or_told_not_to_be(data: bytes, changes: list[tuple[float, int, bytes]]):
    for place, gone, piece in changes:
        at = int(place * len(data))
        data = data[:at] + piece + data[at + gone :]

    try:
        told = read(data)
    except ReadError:
        return

    assert len({entry.id for entry in told.entries}) == len(told.entries)
    for entry in told.entries:
        assert all(
            "\x00" not in text and isinstance(text.encode(), bytes)
            for text in (*texts(entry), entry.id, entry.title or "")
        )


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_noise_is_a_feed_or_told_not_to_be(data: bytes):
    for whole in (data, rss("").replace(b"</channel>", data + b"</channel>")):
        try:
            assert isinstance(read(whole), Feed)
        except ReadError as error:
            assert str(error)
