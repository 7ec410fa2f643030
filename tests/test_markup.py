"""What is made of HTML and XHTML, whoever wrote it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import ReadError
from bot.library.readers.markup import DEEPEST, blocks_of
from bot.library.reading import LONGEST_HEADING, Kind

HEADING, PARAGRAPH, ITEM = Kind.HEADING, Kind.PARAGRAPH, Kind.ITEM


def test_headings_paragraphs_and_items_stand_in_their_order():
    page = "<h1>Ports</h1>Loose words<p>The <b>old</b> pier.<ul><li>Boats<li>Sheds</ul><h3>Costs</h3><p>Few."

    assert blocks_of(page) == [
        (HEADING, "Ports", 1),
        (PARAGRAPH, "Loose words", 1),
        (PARAGRAPH, "The old pier.", 1),
        (ITEM, "Boats", 1),
        (ITEM, "Sheds", 1),
        (HEADING, "Costs", 3),
        (PARAGRAPH, "Few.", 1),
    ]


def test_an_item_of_a_numbered_list_bears_its_number():
    page = (
        '<ol start="4"><li>Light the lamp.<ul><li>With oil</ul><li value="9"><p>Row home.<p>Slowly.</ol>'
        '<ol type="a"><li>Tar</ol><ol><li>1. Own number</ol><ol style="list-style: none"><li>None</ol>'
    )

    assert blocks_of(page) == [
        (ITEM, "4. Light the lamp.", 1),
        (ITEM, "With oil", 2),
        (ITEM, "9. Row home.", 1),
        (PARAGRAPH, "Slowly.", 1),
        (ITEM, "Tar", 1),
        (ITEM, "1. Own number", 1),
        (ITEM, "None", 1),
    ]


def test_a_row_of_a_table_is_an_item_in_its_place():
    page = """<p>Before<table><caption>Fish landed</caption><thead><tr><th>Year<th>Tons</thead>
      <tr><td>2022<td><p>1,200<br>(est.)</p><tr><td><td> <tr><td colspan=2>Source: harbour office</table>After"""

    assert blocks_of(page) == [
        (PARAGRAPH, "Before", 1),
        (PARAGRAPH, "Fish landed", 1),
        (ITEM, "Year | Tons", 1),
        (ITEM, "2022 | 1,200 (est.)", 1),
        (ITEM, "Source: harbour office", 1),
        (PARAGRAPH, "After", 1),
    ]


@pytest.mark.parametrize(
    "table",
    [
        "<table><tr><td><table><tr><td><p>Boats are blue.</table><td>Piers are grey.</table>",
        "<table role=presentation><tr><td>Boats are blue.<td>Piers are grey.</table>",
        "<table><tr><td>Boats are blue.<tr><td>Piers are grey.</table>",
    ],
)
def test_a_table_that_only_arranges_a_page_is_no_table(table: str):
    assert blocks_of(table) == [(PARAGRAPH, "Boats are blue.", 1), (PARAGRAPH, "Piers are grey.", 1)]


def test_columns_of_text_are_no_cells():
    long = "Boats are blue. " * 80

    assert [kind for kind, _, _ in blocks_of(f"<table><tr><td>{long}<td>{long}</table>")] == [PARAGRAPH] * 2


def test_two_line_breaks_part_paragraphs_and_one_is_a_space():
    page = "<div>Boats are<br>blue.<br>\n <br/>Piers are grey.<br></div>"

    assert [text for _, text, _ in blocks_of(page)] == ["Boats are blue.", "Piers are grey."]


def test_what_a_browser_does_not_show_is_left_out():
    page = """<!DOCTYPE html><html><head><title>T</title><style>p {}</style></head><body><!-- no -->
      <script>if (a < b) x()</script><p hidden>no</p><p style="color: red; DISPLAY:none">no<p>Boats</p> are
      <svg><text>no</text></svg><select><option>no</select><ruby>灯<rt>とう</rt></ruby><p>&zwnj;&nbsp;&zwnj;"""

    assert [text for _, text, _ in blocks_of(page)] == ["Boats", "are 灯"]


def test_preformatted_lines_stay_lines():
    assert blocks_of("<pre>\n  a = 1 \n\tb = 2\n</pre>") == [(PARAGRAPH, "a = 1\n\tb = 2", 1)]


def test_a_term_leads_in_what_is_said_of_it():
    page = "<dl><dt>Kelp<dd>A weed.<dt>Eel<dd>A fish.</dl>"

    assert [kind for kind, _, _ in blocks_of(page)] == [PARAGRAPH, ITEM] * 2


def test_soft_hyphens_and_controls_are_no_text_and_chinese_lines_are_joined_without_a_space():
    assert blocks_of("<p>har&shy;bour\x01 &#1;&amp; &lt;pier&gt;")[0][1] == "harbour & <pier>"
    assert (
        blocks_of("<p>中国的\n  人工智能，\n产业 and\nmore 항구\n도시")[0][1]
        == "中国的人工智能，产业 and more 항구 도시"
    )


def test_a_heading_that_is_too_long_is_text():
    assert blocks_of("<h2>" + "x" * (LONGEST_HEADING + 1))[0][0] is PARAGRAPH


def test_elements_can_be_left_out_and_what_follows_them_stays():
    page = "<p>Boats<sup>1</sup> sail.<table><tr><td>a<sup>2</sup><td>b</table>"

    made = blocks_of(page, is_left=lambda element: element.tag == "sup")

    assert [text for _, text, _ in made] == ["Boats sail.", "a | b"]


@pytest.mark.parametrize(
    ("text", "encoding", "head"),
    [
        ("Größe", "utf-8", ""),
        ("Größe", "cp1252", "<meta charset=iso-8859-1>"),
        ("Größe", "utf-8", "<meta charset=iso-8859-1>"),
        ("Größe der Häuser", "cp1252", '<meta charset="utf-8">'),
        ("Größe", "utf-16", ""),
        (
            "深度求索发布了模型",
            "gb18030",
            '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">',
        ),
        ("港の灯台は夜に光る", "shift_jis", '<?xml version="1.0" encoding="Shift_JIS"?>'),
        ("Größe", "cp1252", "<meta charset=none-such>"),
        ("Größe", "cp1252", "<meta charset=unicode_escape>"),
    ],
)
def test_bytes_are_read_in_the_encoding_that_they_state_if_they_bear_it_out(
    text: str, encoding: str, head: str
):
    assert blocks_of(f"<html>{head}<p>{text}".encode(encoding)) == [(PARAGRAPH, text, 1)]


def test_nothing_deep_is_lost_in_silence():
    assert blocks_of("<div>" * 1000 + "deep</div><p>after") == [
        (PARAGRAPH, "deep", 1),
        (PARAGRAPH, "after", 1),
    ]
    with pytest.raises(ReadError, match="nests its elements"):
        blocks_of("<div>" * (DEEPEST + 1) + "deep</div><p>after")


@pytest.mark.parametrize("markup", ["", " ", "<!-- x -->", "<p>", "<table><tr><td></table>"])
def test_what_shows_nothing_has_no_blocks(markup: str):
    assert blocks_of(markup) == []


@pytest.mark.parametrize(
    "piece",
    ["<table><tr><td>x", "<ol><li>", "<p><b>", "<br>", "&amp;", "<h1>", "</p>", "<table><tr><td>a<td>b</table>",
     "<pre>\n", "<a <a ", "<!--", "<![CDATA[", "\v", "<li value=99999999999>"],
)  # fmt: skip
def test_no_markup_takes_more_than_its_length(piece: str):
    try:
        blocks_of(piece * 50_000)
    except ReadError as error:
        assert "deep" in str(error)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<table>", "<tr>", "<td>", "</table>", "<ul>", "<li>", "<pre>", "</pre>", "<h2>",
             "<br>", "a", "<dl>", "<dd>", "</li>", "</ul>", "<sup>", "&#0;", "\x00", "<title/>", "<ol>", "é"]
        )
    )
)  # fmt: skip
def test_whatever_tags_stand_in_whatever_order_all_letters_are_told(parts: list[str]):
    made = "".join(text for _, text, _ in blocks_of("<p>" + "".join(parts)))

    assert made.count("a") == parts.count("a")
