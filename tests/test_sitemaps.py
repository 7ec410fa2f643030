"""What sitemaps and lists of feeds are read as, however broken."""

import datetime
import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import ReadError
from bot.library.readers import sitemap
from bot.library.readers.opml import MOST_OUTLINES, Outline, outlines_of
from bot.library.readers.sitemap import Page, Sitemap, sitemap_of

ADDRESS = "https://a.example/sitemap.xml"
NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
JULY = datetime.datetime(2024, 7, 6, tzinfo=datetime.UTC)
MAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
  xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><image:image><image:loc>https://a.example/1.jpg</image:loc></image:image><loc> https://a.example/undated?a=1&b=2 </loc></url>
<url><loc>/old</loc><lastmod>2020-01-02</lastmod></url>
<url><loc>https://a.example/new</loc><lastmod>2024-07-06T08:00:00+08:00</lastmod><news:news><news:publication>
  <news:name>港口报</news:name><news:language>zh</news:language></news:publication>
  <news:publication_date>2024-07-06</news:publication_date><news:title>新码头 &amp; 旧船</news:title></news:news></url>
<url><loc>https://a.example/wrong</loc><lastmod>2099-01-01</lastmod></url>
<url><loc>ftp://a.example/x</loc></url><url><loc>https://a.example/old</loc></url></urlset>""".encode()
LIST = """<?xml version="1.0"?><opml version="2.0"><head><title>x</title></head><body>
<outline text="芯片 &amp; more"><outline text="Tidal" title="Tidal News" type="rss" xmlUrl="https://t.example/?a=1&b=2" htmlUrl="https://t.example/"/>
  <outline title="Asia"><outline text="Port" XMLURL="feed://p.example/rss"/></outline></outline>
<outline text="Again"><outline text="Other name" xmlUrl="https://t.example/?a=1&amp;b=2"/></outline>
<outline text="Bad" xmlUrl="javascript:x()"/><outline xmlUrl="https://bare.example/feed"/></body></opml>""".encode()


def read(data: bytes) -> Sitemap:
    return sitemap_of(data, ADDRESS, now=NOW)


def test_a_sitemap_names_its_pages_newest_first_each_once():
    new, *others = read(MAP).pages

    assert new == Page(
        "https://a.example/new",
        changed=JULY,
        title="新码头 & 旧船",
        published=JULY,
        publisher="港口报",
        language="zh",
    )
    assert [page.url.removeprefix("https://a.example/") for page in others] == [
        "old",
        "undated?a=1&b=2",
        "wrong",
    ]


def test_of_very_many_pages_the_newest_are_kept():
    assert [page.url for page in sitemap_of(MAP, ADDRESS, now=NOW, most=1).pages] == ["https://a.example/new"]


def test_an_index_names_further_sitemaps():
    data = b"<sitemapindex><sitemap><loc>https://a.example/1.xml</loc></sitemap><sitemap><loc>/2.xml.gz</loc><lastmod>2024-07-06</lastmod></sitemap></sitemapindex>"

    told = read(data)

    assert told.pages == ()
    assert told.sitemaps == (
        Page("https://a.example/2.xml.gz", changed=JULY),
        Page("https://a.example/1.xml"),
    )


def test_lines_of_addresses_are_a_sitemap():
    told = read("\ufeffhttps://a.example/1\r\n\r\nno address\nhttps://a.example/港\n".encode())

    assert [page.url for page in told.pages] == ["https://a.example/1", "https://a.example/港"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_sitemap_may_be_compressed(encoding: str):
    assert read(gzip.compress(MAP.decode().encode(encoding))) == read(MAP)


def test_a_compressed_sitemap_may_have_several_members_or_a_missing_end():
    half = len(MAP) // 2
    whole = gzip.compress(MAP[:half]) + gzip.compress(MAP[half:])

    assert read(whole) == read(MAP)
    assert read(gzip.compress(MAP)[:-9]) == read(MAP)
    assert read(whole[:-60]).pages == read(MAP).pages[: len(read(whole[:-60]).pages)]


@pytest.mark.parametrize("size", [sitemap.MOST_BYTES // 2, sitemap.MOST_BYTES])
def test_members_that_inflate_too_far_together_are_refused(size: int):
    with pytest.raises(ReadError, match="inflates to more than 50 MB"):
        read(gzip.compress(b"\n" * size, 1) * 3)


def test_members_behind_very_many_are_not_read():
    # Each is copied with all behind it.
    with pytest.raises(ReadError, match="is empty"):
        read(gzip.compress(b"") * sitemap.MOST_MEMBERS + gzip.compress(MAP))


def test_a_sitemap_within_gzip_within_gzip_is_none():
    with pytest.raises(ReadError, match="is no text"):
        read(gzip.compress(gzip.compress(MAP)))


def test_a_sitemap_that_inflates_too_far_is_refused():
    bomb = gzip.compress(b"\n" * (sitemap.MOST_BYTES + 1))

    with pytest.raises(ReadError, match="inflates to more than 50 MB"):
        read(bomb)


def test_a_sitemap_that_is_cut_off_gives_its_whole_pages():
    told = read(MAP[: MAP.index(b"/wrong") + 3])

    assert [page.url.removeprefix("https://a.example/") for page in told.pages] == [
        "new",
        "old",
        "undated?a=1&b=2",
    ]


def test_a_list_of_feeds_has_names_and_folders():
    assert outlines_of(LIST) == [
        Outline("https://t.example/?a=1&b=2", "Tidal", "https://t.example/", ("芯片 & more", "Again")),
        Outline("http://p.example/rss", "Port", None, ("芯片 & more", "Asia")),
        Outline("https://bare.example/feed"),
    ]


def test_of_very_long_lists_the_beginning_is_read():
    many = "".join(f'<outline xmlUrl="https://a.example/{number}"/>' for number in range(MOST_OUTLINES + 5))

    found = outlines_of(f"<opml><body>{many}</body></opml>".encode())

    assert [found[0].address, found[-1].address] == [
        "https://a.example/0",
        f"https://a.example/{MOST_OUTLINES - 1}",
    ]


@pytest.mark.parametrize(
    ("stated", "address"),
    [("a.example/feed", "http://a.example/feed"), ("feed:https://a.example/f", "https://a.example/f"),
     ("feed://a.example/f", "http://a.example/f"), (" https://a.example/f\n", "https://a.example/f"), ("file:///etc/passwd", None),
     ("", None), ("mailto:a@b.example", None)],
)  # fmt: skip
def test_an_address_in_a_list_may_lack_its_scheme(stated: str, address: str | None):
    found = outlines_of(f'<opml><body><outline xmlUrl="{stated}"/></body></opml>'.encode())

    assert [outline.address for outline in found] == ([address] if address else [])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "gb18030"])
def test_a_list_of_feeds_is_read_in_any_encoding_that_it_states(encoding: str):
    stated = LIST.decode().replace("?>", f' encoding="{encoding}"?>', 1)

    assert outlines_of(stated.encode(encoding)) == outlines_of(LIST)


def test_a_list_that_is_cut_off_gives_its_whole_feeds():
    cut = LIST[: LIST.index(b"feed://p") + 8]

    assert [outline.name for outline in outlines_of(cut)] == ["Tidal"]


@pytest.mark.parametrize("read_one", [read, outlines_of])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(read_one, encoding: str):
    for declared in ('<!ENTITY a "aa"><!ENTITY b "&a;&a;">', '<!ENTITY a SYSTEM "file:///etc/passwd">'):
        data = f"<!DOCTYPE x [{declared}]><opml><urlset>&b;</urlset></opml>".encode(encoding)

        with pytest.raises(ReadError, match="declares entities"):
            read_one(data)


def test_numbers_of_no_character_hidden_in_a_broken_tag_are_left_out():
    broken = b'<opml><body><outline text="<![CDATA[&#xD800;&#0;a" xmlUrl="http://a.example"/></body></opml>'

    assert [outline.address for outline in outlines_of(broken)] == ["http://a.example"]


def test_entities_within_are_none():
    within = b'<opml><body><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><outline text="&a;" xmlUrl="http://a.example"/></body></opml>'

    assert "root:" not in str(outlines_of(within))


@pytest.mark.parametrize(
    ("data", "why"),
    [(b"<html/>", "is no sitemap: its outermost element is <html>"), (b"<rss/>", "is no sitemap but a feed"),
     (b"words\nwords", "is no sitemap"), (b"\x1f\x8bnothing", "is damaged"), (b"", "is empty")],
)  # fmt: skip
def test_what_is_no_sitemap_is_told(data: bytes, why: str):
    with pytest.raises(ReadError, match=why):
        read(data)


@pytest.mark.parametrize("data", [b"<rss/>", b"words", b"", b"<!--"])
def test_what_is_no_list_of_feeds_is_told(data: bytes):
    with pytest.raises(ReadError, match=r"is no|is empty"):
        outlines_of(data)


def test_no_list_takes_more_than_its_length():
    deep = b"<opml><body>" + b"<outline text='a'>" * 50_000
    many = b"<urlset>" + b"<url><loc>https://a.example/</loc></url>" * 50_000

    assert outlines_of(deep) == []
    assert len(read(many).pages) == 1


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from([MAP, LIST, gzip.compress(MAP)]),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), st.binary(max_size=8) | st.sampled_from([b"<", b"&", b"</outline>", b"<!--"])), max_size=5),
)  # fmt: skip
def test_any_bytes_are_read_or_told_not_to_be(data: bytes, changes: list[tuple[float, int, bytes]]):
    for place, gone, piece in changes:
        at = int(place * len(data))
        data = data[:at] + piece + data[at + gone :]

    for read_one in (read, outlines_of):
        try:
            read_one(data)
        except ReadError as error:
            assert str(error)
