"""The feeds that a page names."""

import pytest

from bot.library.readers.discovery import MOST_FEEDS, discovered

NAMED = "<link rel=alternate type=application/rss+xml href='{}'>"


def test_a_page_names_its_feeds_in_order():
    page = b"""<html><head><base href="/blog/"><link rel="stylesheet" href="x.css">
        <link rel="alternate" type="application/rss+xml; charset=utf-8" title="News" href="feed.xml">
        <link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts">
        <LINK REL='home ALTERNATE' TYPE='application/atom+xml' HREF='https://other.example/atom?a=1&amp;b=2'>
        <link rel=alternate type=application/feed+json href=//cdn.example/feed.json>
        <link rel="alternate" type="application/rss+xml" href="feed.xml"><link rel="alternate" type="text/html" hreflang="de" href="/de">
        <link rel="alternate" type="application/rss+xml" href="javascript:x()">"""

    assert discovered(page, "https://a.example/x/y") == [
        "https://a.example/blog/feed.xml",
        "https://other.example/atom?a=1&b=2",
        "https://cdn.example/feed.json",
    ]
    assert discovered(b"", "https://a.example/") == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_a_page_names_its_feeds_in_any_encoding(encoding: str):
    page = f"<html><head><meta charset={encoding}><title>港口的新闻，九台潮汐发电机</title>{NAMED.format('/港口/feed')}"

    assert discovered(page.encode(encoding), "https://a.example/") == ["https://a.example/港口/feed"]


@pytest.mark.parametrize("base", ["javascript:x()", "http://[oops/", "", "file:///etc/"])
def test_a_base_that_is_no_address_is_none(base: str):
    page = f"<base href='{base}'>{NAMED.format('feed')}".encode()

    assert discovered(page, "https://a.example/x/y") == ["https://a.example/x/feed"]


def test_a_page_names_no_more_feeds_than_anyone_reads():
    page = "".join(NAMED.format(f"/{number}") for number in range(MOST_FEEDS + 9)).encode()

    assert len(discovered(page, "https://a.example/")) == MOST_FEEDS


@pytest.mark.parametrize(
    "page",
    [b"", b"\x00\xff\xfe\x01" * 50, b"<" * 5000, b"<div>" * 50_000, b"<!DOCTYPE html [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>&x;",
     NAMED.format("http://[x").encode(), b"<link rel=alternate type=application/rss+xml>"],
)  # fmt: skip
def test_a_page_without_feeds_names_none(page: bytes):
    assert discovered(page, "https://a.example/") == []
