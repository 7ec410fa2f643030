"""What the reader of HTML makes of pages: of made-up ones in fifteen layouts, and of hostile ones."""

import datetime
import io

import pytest
from other_pages import OTHERS, twenty_five
from pages import LAYOUTS, Made, fifty, shares, tokens

from bot.errors import ReadError
from bot.library.readers.charset import text_of
from bot.library.readers.html import read, reading_of_html
from bot.library.reading import Kind, Reading

BELONGS, FOREIGN = 0.98, 0.02
PAGES = {"tuned": fifty(), "blind": twenty_five()}


def told(reading: Reading) -> list[str]:
    return [reading.title or "", *(block.text for block in reading.blocks)]


def blocks(html: str) -> list[tuple[Kind, str]]:
    return [(block.kind, block.text) for block in reading_of_html(html.encode()).blocks]


def of_layout(name: str) -> list[Made]:
    return [made for pages in PAGES.values() for made in pages if made.layout == name]


@pytest.mark.parametrize("name", [*LAYOUTS, *OTHERS])
def test_a_page_has_the_words_that_belong_and_few_that_do_not(name: str):
    for made in of_layout(name):
        ours, others = shares(made, told(reading_of_html(made.data)))

        assert ours >= BELONGS
        assert others <= FOREIGN


@pytest.mark.parametrize("pages", PAGES.values(), ids=PAGES)
def test_pages_have_on_average_what_belongs_and_nothing_else(pages: list[Made]):
    measured = [shares(made, told(reading_of_html(made.data))) for made in pages]

    assert sum(ours for ours, _ in measured) / len(pages) >= BELONGS
    assert sum(others for _, others in measured) / len(pages) <= FOREIGN / 4


@pytest.mark.parametrize("name", [*LAYOUTS, *OTHERS])
def test_a_page_has_the_title_and_the_date_that_it_states(name: str):
    for made in of_layout(name):
        reading = reading_of_html(made.data)

        assert (reading.title, reading.date) == (made.title, made.date)


def test_most_words_of_made_pages_tell_what_belongs_from_what_does_not():
    for made in PAGES["tuned"]:
        ours, others = tokens(made.belongs), tokens(made.foreign)

        assert sum(n for word, n in ours.items() if word not in others) > sum(ours.values()) / 3


def test_blocks_stand_in_the_order_of_the_page_as_what_they_are():
    html = """<html><body><main><h1>Ports</h1><p>Boats <b>are</b> blue<sup><a href="#n1">1</a></sup>.</p><h2>Costs</h2>
    <ol start=3><li>The pier is grey.<ul><li>And long.</li></ul></li><li><p>It leaks.</p><p>Often.</p></li></ol>
    <table><tr><th>Port<th>Boats<tr><td>Elgin<td>12<tr><td><td></table><blockquote>We wait.</blockquote>
    <pre>a = 1\n  b = 2</pre></main></body></html>"""

    reading = reading_of_html(html.encode())

    assert [(b.kind, b.text) for b in reading.blocks] == [
        (Kind.HEADING, "Ports"),
        (Kind.PARAGRAPH, "Boats are blue."),
        (Kind.HEADING, "Costs"),
        (Kind.ITEM, "3. The pier is grey."),
        (Kind.ITEM, "And long."),
        (Kind.ITEM, "4. It leaks."),
        (Kind.PARAGRAPH, "Often."),
        (Kind.ITEM, "Port | Boats"),
        (Kind.ITEM, "Elgin | 12"),
        (Kind.PARAGRAPH, "We wait."),
        (Kind.PARAGRAPH, "a = 1\n  b = 2"),
    ]
    assert [b.level for b in reading.blocks if b.kind is Kind.HEADING] == [1, 2]


def test_a_text_of_a_feed_is_whole_and_its_links_are_text():
    entry = "<p>Boats are blue.</p><ul><li><a href='/a'>One</a></li><li><a href='/b'>Two</a></li></ul><script>x()</script>"

    assert [text for _, text in blocks(entry)] == ["Boats are blue.", "One", "Two"]


CHINESE = "中国的人工智能产业规模超过五千亿元，华为发布了新的昇腾芯片。"
WESTERN = "Über die Größe der Hafenstädte: Fischer zahlen für ein Café in São Paulo."
JAPANESE = "港の船は青く、桟橋は灰色である。カモメが鳴いている。"
TAIWANESE = "臺灣的港口有許多藍色的船，碼頭是灰色的。"


@pytest.mark.parametrize(
    ("content", "encoding", "stated"),
    [
        (CHINESE, "gb18030", "gb2312"),
        (CHINESE, "gb18030", None),
        (CHINESE, "utf-16", None),
        (CHINESE, "utf-8-sig", "gbk"),
        (CHINESE, "utf-8", "iso-8859-1"),
        (WESTERN, "latin-1", "iso-8859-1"),
        (WESTERN, "latin-1", None),
        (WESTERN, "utf-16-le", None),
        (JAPANESE, "shift_jis", "Shift_JIS"),
        (JAPANESE, "euc_jp", "euc-jp"),
        (TAIWANESE, "big5", "big5"),
    ],
)
def test_a_page_is_read_in_the_charset_that_it_states_or_is_in(
    content: str, encoding: str, stated: str | None
):
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={stated}">' if stated else ""
    page = f"<html><head>{meta}</head><body><p>{content * 3}</p></body></html>"

    assert reading_of_html(page.encode(encoding)).blocks[0].text == content * 3


def test_the_servers_charset_comes_before_the_pages():
    page = f"<html><head><meta charset=utf-8></head><body><p>{CHINESE}</p></body></html>"

    assert CHINESE in text_of(page.encode("gb18030"), "GB2312")


def test_a_page_states_its_address_publisher_author_and_language():
    html = """<html lang="de-AT"><head><title>Boote - Hafenblatt</title><link rel=canonical href="https://a.example/b">
    <meta property="og:site_name" content="Hafenblatt"><meta name=author content="Ida Brandt"></head><body><p>Die Boote sind blau.</p>"""

    reading = reading_of_html(html.encode(), address="https://a.example/b?utm=1")

    assert (reading.url, reading.publisher) == ("https://a.example/b", "Hafenblatt")
    assert (reading.author, reading.language, reading.title) == ("Ida Brandt", "de-AT", "Boote")


def test_an_address_that_is_none_of_the_web_is_not_told():
    html = '<html><head><link rel=canonical href="javascript:alert(1)"></head><body><p>Boats are blue.</p>'

    assert reading_of_html(html.encode()).url is None
    assert reading_of_html(html.encode(), address="https://a.example/b").url == "https://a.example/b"


@pytest.mark.parametrize(
    ("head", "body", "day"),
    [
        ("<meta property='article:published_time' content='2024-05-03T23:30:00-05:00'>", "", datetime.date(2024, 5, 3)),
        ("<meta property='article:modified_time' content='2024-06-03'>", "<p>Published 3 May 2024</p>", datetime.date(2024, 5, 3)),
        ("", "<time datetime='2024-05-03'>yesterday</time>", datetime.date(2024, 5, 3)),
        ("", "<p>发布时间：2024年5月3日</p>", datetime.date(2024, 5, 3)),
        ("", "<p>Last updated on May 3, 2024</p>", datetime.date(2024, 5, 3)),
        ("<link rel=canonical href='https://a.example/2024/05/03/boats'>", "", datetime.date(2024, 5, 3)),
        ("", "<p>03/05/2024</p>", None),
        ("", "<p>The treaty of 3 May 2024 ended it.</p>", None),
        ("", "<footer>© 2024</footer>", None),
    ],
)  # fmt: skip
def test_the_date_is_the_one_stated_and_never_a_guess(head: str, body: str, day: datetime.date | None):
    html = f"<html><head>{head}</head><body><h1>Boats</h1>{body}<p>{'Boats are blue and lie in the harbour. ' * 9}</p></body></html>"

    assert reading_of_html(html.encode()).date == day


@pytest.mark.parametrize(
    "html",
    ["<html><body><div id=root></div><script>x()</script><noscript>You need to enable JavaScript.</noscript>",
     "<html><body><div>Loading...</div>", "<html><body><nav><a href=/>Home</a></nav>",
     "<html><body><ul><li><a href=/a>About us</a><li><a href=/b>Products</a></ul>"],
)  # fmt: skip
def test_a_page_that_a_script_fills_is_refused(html: str):
    with pytest.raises(ReadError, match="holds no text to read"):
        reading_of_html(html.encode())


def test_text_that_only_the_data_for_machines_has_is_read_from_there():
    html = '<html><body><div id=root></div><script type="application/ld+json">{"@type":"Article","articleBody":"Boats are blue.\\nPiers are grey."}</script>'

    assert [text for _, text in blocks(html)] == ["Boats are blue.", "Piers are grey."]


@pytest.mark.parametrize(
    "html",
    ["<div>" * 100_000 + "x", "<span>" * 100_000 + "</p>" * 100_000, "<i>x</i>" * 500_000,
     "<p " + " ".join(f"a{n}=1" for n in range(200_000)) + ">Boats are blue.</p>"],
    ids=["deep", "deep and broken", "many", "attributes"],
)  # fmt: skip
def test_a_page_beyond_all_bounds_is_refused(html: str):
    with pytest.raises(ReadError, match=r"deep|tags|attributes"):
        reading_of_html(f"<html><body>{html}".encode())


@pytest.mark.parametrize(
    "html",
    ["<p>" + "word " * 400_000, "<div>" * 2_000 + "<p>Text here.</p>" * 200, "<p>Share</p><i></i>" * 5_000 + "<p>Boats are blue.",
     "<p <p <<a b=\"<p>'>x<//p></ div><!-- <p>y" * 2_000 + "--><p>z.", "<h6>Related</h6><a href=x>x</a>" * 4_000 + "<p>Boats are blue.",
     "<p>" + "\n" * 50_000 + "中\n" * 50_000, "x<br>" * 20_000, "<b>x <p>" * 900, "<p>a\x00b.</p>",
     "<h1><a href=x>Boats</a> are blue. " * 900 + "</h1>" * 900 + "<p>Piers are grey.</p>" * 9],
    ids=range(10),
)  # fmt: skip
def test_no_page_takes_more_than_its_length(html: str):
    reading = reading_of_html(f"<html><body>{html}".encode())

    assert all("\x00" not in block.text for block in reading.blocks)


def test_a_file_that_is_too_large_is_refused():
    with pytest.raises(ReadError, match="is larger than"):
        next(read(io.BytesIO(b"<p>x" * 300_000), 1_000_000))


@pytest.mark.parametrize(
    "number", ["0", "3", "x1F", "xD800", "xFFFF", "x110000", "9" * 5000, "x" + "F" * 5000]
)
def test_a_character_by_a_number_that_no_text_has_is_no_obstacle(number: str):
    html = f"<p>Boats &#{number}; are blue.<span hidden>Not these.</span>&#{number} Piers are grey.</p>"

    [block] = reading_of_html(html.encode()).blocks

    assert block.text.replace("�", "").split() == ["Boats", "are", "blue.", "Piers", "are", "grey."]
