"""What is read of Word files and books."""

import contextlib
import datetime
import io
import zipfile
from collections.abc import Callable, Iterator
from typing import BinaryIO

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from office import CONTAINER, W, book, cell, core, opf, packed, paragraph, run, saved, table, word, xhtml

from bot.errors import ReadError
from bot.library.decode import storable
from bot.library.readers.docx import read as read_word
from bot.library.readers.epub import read as read_book
from bot.library.readers.markup import LONGEST_CELL
from bot.library.reading import Block, Kind, Reading, Unreadable

MOST = 1_000_000
HEADING, PARAGRAPH, ITEM = Kind.HEADING, Kind.PARAGRAPH, Kind.ITEM
LONG = "The council of Port Elgin met on a wet Monday and talked about the new pier for four hours."


def reading(data: bytes) -> Reading:
    [made] = read_word(io.BytesIO(data), MOST)
    return made


def told(data: bytes) -> list[tuple[Kind, str, int]]:
    return [(block.kind, block.text, block.level) for block in reading(data).blocks]


def texts(data: bytes) -> list[str]:
    return [block.text for block in reading(data).blocks]


def test_a_word_file_is_read_in_its_order():
    document = docx.Document()
    document.add_heading("Ports of the north", level=0)
    document.add_heading("Costs", level=1)
    document.add_paragraph(LONG)
    document.add_paragraph("Tar", style="List Bullet")
    document.add_paragraph("Light the lamp", style="List Number")
    document.add_paragraph("Row home", style="List Number")
    rows = document.add_table(rows=2, cols=2)
    for at, text in enumerate(["Year", "Tons", "2022", "1,200"]):
        rows.cell(at // 2, at % 2).text = text
    document.add_heading("Outlook", level=2)
    document.add_paragraph("Fair.")

    made = reading(saved(document))

    assert made.blocks == (
        Block(HEADING, "Ports of the north", 0, 0),
        Block(HEADING, "Costs", 0, 1),
        Block(PARAGRAPH, LONG, 1, 1),
        Block(ITEM, "Tar", 2, 1),
        Block(ITEM, "1. Light the lamp", 3, 1),
        Block(ITEM, "2. Row home", 4, 1),
        Block(ITEM, "Year | Tons", 5, 1),
        Block(ITEM, "2022 | 1,200", 6, 1),
        Block(HEADING, "Outlook", 6, 2),
        Block(PARAGRAPH, "Fair.", 7, 1),
    )
    assert (made.title, made.author, made.date) == ("Ports of the north", None, None)


def test_headings_are_told_in_any_language_by_their_style_what_it_is_based_on_or_its_level():
    made = told(
        word(
            paragraph("One", style="berschrift1"),
            paragraph("Two", style="Kapitel"),
            paragraph("Three", style="Abschnitt"),
            paragraph("Four", about='<w:outlineLvl w:val="3"/>'),
            paragraph("Text", style="berschrift1", about='<w:outlineLvl w:val="9"/>'),
            paragraph("Circle", style="Kreis"),
        )
    )

    assert made == [
        (HEADING, "One", 1),
        (HEADING, "Two", 2),
        (HEADING, "Three", 3),
        (HEADING, "Four", 4),
        (PARAGRAPH, "Text", 1),
        (PARAGRAPH, "Circle", 1),
    ]


def test_items_bear_the_numbers_that_word_shows():
    made = told(
        word(
            paragraph("a", numbered=(1, 0)),
            paragraph("b", numbered=(1, 1)),
            paragraph("c", numbered=(1, 1)),
            paragraph("d", numbered=(1, 2)),
            paragraph("e", style="Schritte"),
            paragraph("f", numbered=(1, 1)),
            paragraph("g", numbered=(3, 0)),
            paragraph("h", numbered=(2, 0)),
            paragraph("i", numbered=(0, 0), style="Schritte"),
            paragraph("j", numbered=(99, 5)),
        )
    )

    assert made == [
        (ITEM, "1. a", 1),
        (ITEM, "1.1. b", 2),
        (ITEM, "1.2. c", 2),
        (ITEM, "d", 3),
        (ITEM, "2. e", 1),
        (ITEM, "2.1. f", 2),
        (ITEM, "4. g", 1),
        (ITEM, "h", 1),
        (PARAGRAPH, "i", 1),
        (ITEM, "j", 6),
    ]


def test_merged_cells_are_told_once_and_tables_within_tables_are_flattened():
    goes_on, begins = "<w:vMerge/>", '<w:vMerge w:val="restart"/>'
    rows = table(
        [cell("Port"), cell("Catch", about='<w:gridSpan w:val="2"/>')],
        [cell("Elgin", about=begins), cell("Cod"), cell("9 t")],
        [cell("stale", about=goes_on), cell(table([cell("Eel"), cell("smoked")]), ""), cell("2 t", "dried")],
        [cell(), cell()],
    )

    assert texts(word(rows)) == ["Port | Catch", "Elgin | Cod | 9 t", "Eel smoked | 2 t dried"]


def test_what_stands_in_a_frame_or_in_columns_is_told_as_it_stands():
    column = "Boats are blue. " * (LONGEST_CELL // 10)

    framed = told(word(table([cell(paragraph("Note", style="berschrift1"), LONG)])))
    columns = told(word(table([cell("Left", column), cell("Right")])))

    assert framed == [(HEADING, "Note", 1), (PARAGRAPH, LONG, 1)]
    assert columns == [(PARAGRAPH, text, 1) for text in ("Left", column.strip(), "Right")]


def test_tracked_insertions_are_read_and_deletions_are_not():
    gone = '<w:del w:id="1"><w:r><w:delText>old </w:delText><w:t>ones </w:t></w:r></w:del>'
    moved = f'<w:moveFrom w:id="4">{run("here ")}</w:moveFrom><w:moveTo w:id="5">{run("there")}</w:moveTo>'
    row = f"<w:tr><w:trPr><w:del/></w:trPr>{cell('Gone')}{cell('gone')}</w:tr>"
    data = word(
        paragraph("The ", gone, f'<w:ins w:id="2">{run("new ")}</w:ins>', "pier ", moved),
        paragraph('<w:del w:id="3"><w:r><w:delText>x</w:delText></w:r></w:del>', numbered=(1, 0),
                  about="<w:rPr><w:del/></w:rPr>"),
        paragraph("kept", numbered=(1, 0)),
        table([cell("a"), cell("b")]).replace("</w:tbl>", f"{row}</w:tbl>"),
    )  # fmt: skip

    assert texts(data) == ["The new pier there", "1. kept", "a | b"]


def test_codes_of_fields_hidden_text_comments_and_contents_are_no_text():
    code = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    begin, separate, end = (code.format(kind) for kind in ("begin", "separate", "end"))
    field = (
        f'{begin}<w:r><w:instrText>HYPERLINK "x"</w:instrText></w:r>{run("7 = ")}{separate}{run("pier")}{end}'
    )
    prompt = f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('Click here')}</w:sdtContent></w:sdt>"
    data = word(
        paragraph("Costs 3", style="Verzeichnis1"),
        paragraph("The old ", field, '<w:commentRangeStart w:id="0"/>', '<w:r><w:commentReference w:id="0"/></w:r>'),
        paragraph("Lamps", run(" secret", about="<w:vanish/>"), run(" burn", about='<w:vanish w:val="0"/>'), prompt),
        comments=f'<w:comments {W}><w:comment w:id="0">{paragraph("Really?")}</w:comment></w:comments>',
        header1=f"<w:hdr {W}>{paragraph('Confidential')}</w:hdr>",
        footer1=f"<w:ftr {W}>{paragraph('Page 1')}</w:ftr>",
    )  # fmt: skip

    assert texts(data) == ["The old pier", "Lamps burn"]


def test_links_are_their_text_and_line_breaks_and_tabs_are_spaces():
    link = f'<w:hyperlink r:id="r9">{run("the harbour master")}</w:hyperlink>'
    data = word(
        paragraph(
            "Ask ", link, "<w:r><w:tab/><w:t>or</w:t><w:br/><w:t>wait, har\xadbour</w:t><w:softHyphen/></w:r>"
        )
    )

    assert texts(data) == ["Ask the harbour master or wait, harbour"]


def test_the_text_of_a_box_is_told_once_below_its_paragraph():
    box = f"<w:txbxContent>{paragraph('Boxed', style='berschrift2')}{paragraph('words')}</w:txbxContent>"
    drawn = (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><wps:txbx>{box}</wps:txbx></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    old = f"<w:r><w:pict><v:textbox>{box}</v:textbox></w:pict></w:r>"

    assert texts(word(paragraph("Before", drawn), paragraph("After"))) == [
        "Before",
        "Boxed",
        "words",
        "After",
    ]
    assert texts(word(paragraph(old), paragraph("After"))) == ["Boxed", "words", "After"]
    assert texts(word(table([cell(paragraph("a", drawn)), cell("b")]))) == ["a Boxed words | b"]


def test_notes_stand_below_the_paragraph_the_list_or_the_table_that_refers_to_them():
    def note(kind: str, n: int) -> str:
        return f'<w:r><w:{kind}Reference w:id="{n}"/></w:r>'

    def notes(kind: str, *said: str) -> str:
        apart = f'<w:{kind} w:type="separator" w:id="0">{paragraph("---")}</w:{kind}>'
        inner = "".join(
            f'<w:{kind} w:id="{n}">{paragraph(f"<w:r><w:{kind}Ref/></w:r>", text)}</w:{kind}>'
            for n, text in enumerate(said, start=1)
        )
        return f"<w:{kind}s {W}>{apart}{inner}</w:{kind}s>"

    data = word(
        paragraph("One", note("footnote", 1), note("footnote", 9)),
        paragraph("Two", note("endnote", 1)),
        paragraph("a", note("footnote", 2), numbered=(2, 0)),
        paragraph("b", numbered=(2, 0)),
        table([cell(paragraph("c", note("footnote", 3))), cell("d")]),
        paragraph("Last", note("footnote", 1)),
        footnotes=notes("footnote", "first", "second", "third"),
        endnotes=notes("endnote", "end"),
    )

    assert texts(data) == ["One", "first", "Two", "a", "b", "c | d", "end", "second", "third", "Last"]


def test_title_author_and_language_are_those_of_the_properties():
    data = word(
        paragraph("Ports", style="Titel"),
        core=core(title="Ports &amp; piers", creator="Ann Lee", language="de-DE"),
    )

    made = reading(data)

    assert (made.title, made.author, made.language) == ("Ports & piers", "Ann Lee", "de-DE")


@pytest.mark.parametrize(
    "name",
    ["Document1", "Dokument 2", "Microsoft Word - Document1", "Word Document", "文档1", "Untitled", "report_v2.docx",
     "[Title]", "Normal.dotm", "Quarterly letter", " ", "x" * 2000],
)  # fmt: skip
def test_what_a_program_or_a_template_put_there_is_no_title_and_no_author(name: str):
    app = '<Properties xmlns="urn:p"><Template>Quarterly letter.dotx</Template></Properties>'
    data = word(
        paragraph("Ports", style="berschrift1"), core=core(title=name, creator="Windows User"), app=app
    )

    made = reading(data)

    assert (made.title, made.author, made.language) == ("Ports", None, None)


def test_a_heading_below_a_text_is_no_title():
    assert reading(word(paragraph(LONG), paragraph("Costs", style="berschrift1"))).title is None


def test_author_and_date_are_those_that_the_text_states():
    data = word(
        paragraph("Ports", style="Titel"),
        paragraph("By Ann Lee · 3 May 2024"),
        paragraph(LONG),
        core=core(creator="jsmith", created="2019-01-01T00:00:00Z"),
    )

    made = reading(data)

    assert (made.author, made.date) == ("Ann Lee", datetime.date(2024, 5, 3))
    assert made.front == ("By Ann Lee · 3 May 2024",)


def test_the_strict_form_of_a_word_file_is_read():
    data = word(paragraph("Ports", style="berschrift1"))
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    members = unpacked(data)

    renamed = {
        name: content.replace(
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main", strict.encode()
        )
        for name, content in members.items()
    }

    assert told(packed(renamed)) == [(HEADING, "Ports", 1)]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is empty"),
        (b"No archive.", "is no ZIP archive"),
        (packed({"a.txt": "x"}), "has no '_rels/.rels'"),
        (packed({"_rels/.rels": "<Relationships/>"}), "is no Word document"),
        (word(), "holds no text"),
        (word("<w:p>"), "is damaged"),
        (book("<p>x</p>"), "has no '_rels/.rels'"),
    ],
)
def test_what_is_no_word_file_is_refused_with_a_reason(data: bytes, why: str):
    with pytest.raises(ReadError, match=why):
        reading(data)


def test_a_note_that_lacks_its_part_and_a_style_that_is_none_stop_nothing():
    data = word(
        paragraph("One", '<w:r><w:footnoteReference w:id="5"/></w:r>', style="None", numbered=(5, 44))
    )
    bare = {k: v for k, v in unpacked(data).items() if k in {"_rels/.rels", "word/document.xml"}}

    assert texts(packed(bare)) == ["One"]


def test_tables_within_tables_within_the_depth_of_xml_are_read():
    deep = paragraph("deep")
    for _ in range(70):
        deep = table([cell(deep, "")])

    assert texts(word(deep)) == ["deep"]
    with pytest.raises(ReadError, match="256 deep"):
        reading(word("<w:sdt>" * 300 + "</w:sdt>" * 300))


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def whole_word() -> bytes:
    return word(
        paragraph("Ports", style="Titel"),
        paragraph(LONG),
        paragraph("a", numbered=(1, 0)),
        table([cell("c"), cell("d")]),
        core=core(title="Ports"),
    )


def refused_or_read(read: Callable[[BinaryIO, int], Iterator[Reading | Unreadable]], data: bytes) -> None:
    """Whatever *data* is, there is a reading or a reason and nothing else."""
    with contextlib.suppress(ReadError):
        for made in read(io.BytesIO(data), MOST):
            assert isinstance(made, Reading | Unreadable)


@pytest.mark.parametrize("share", [n / 20 for n in range(20)])
def test_a_word_file_cut_off_anywhere_is_refused(share: float):
    data = whole_word()

    with pytest.raises(ReadError):
        reading(data[: int(len(data) * share)])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_word_file_with_wrong_bytes_is_refused_or_read(changes: list[tuple[int, int]]):
    data = bytearray(whole_word())
    for at, byte in changes:
        data[at % len(data)] = byte

    refused_or_read(read_word, bytes(data))


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["document", "styles", "numbering"]),
    st.integers(0, 10_000),
    st.integers(0, 30),
    st.binary(max_size=4),
)
def test_a_word_file_with_wrong_parts_is_refused_or_read(part: str, at: int, length: int, put: bytes):
    members = unpacked(whole_word())
    content = members[f"word/{part}.xml"]
    at %= len(content)
    members[f"word/{part}.xml"] = content[:at] + put + content[at + length :]

    refused_or_read(read_word, packed(members))


def book_of(data: bytes) -> Reading:
    [made] = read_book(io.BytesIO(data), MOST)
    assert isinstance(made, Reading)
    return made


def pages(data: bytes) -> list[str]:
    return [block.text for block in book_of(data).blocks]


def test_a_book_is_read_chapter_by_chapter_in_the_order_of_its_spine():
    content = (
        '<manifest><item id="b" href="text/two%20b.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="a" href="text/one.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="i" href="i.png" media-type="image/png"/></manifest>'
        '<spine><itemref idref="a"/><itemref idref="i"/><itemref idref="b"/><itemref idref="none"/></spine>'
    )
    data = packed(
        {
            "META-INF/container.xml": CONTAINER,
            "OEBPS/book.opf": opf(content=content),
            "OEBPS/text/one.xhtml": xhtml("<h1>One</h1><p>Boats<br/>sail.</p><ol><li>Tar</li></ol>"),
            "OEBPS/text/two b.xhtml": xhtml(
                "<h1>Two</h1><table><tr><th>Year</th><td>Tons</td></tr></table><p>The end.</p>"
            ),
        }
    )

    assert [(b.kind, b.text) for b in book_of(data).blocks] == [
        (HEADING, "One"),
        (PARAGRAPH, "Boats sail."),
        (ITEM, "1. Tar"),
        (HEADING, "Two"),
        (ITEM, "Year | Tons"),
        (PARAGRAPH, "The end."),
    ]


def test_a_book_says_what_it_is():
    made = book_of(
        book(
            "<p>Boats.</p>",
            metadata="""<dc:title>The  Seed&#173; Vault</dc:title><dc:title>A story</dc:title>
              <dc:creator opf:role="aut">Ann Lee</dc:creator><dc:creator id="n">Bo Ek</dc:creator>
              <dc:creator opf:role="ill">Di Ra</dc:creator><dc:creator id="t">Tor Lund</dc:creator>
              <meta refines="#t" property="role">trl</meta><dc:publisher>Northern Press</dc:publisher>
              <dc:date opf:event="modification">2024-01-01</dc:date>
              <dc:date opf:event="publication">2019-05-03T00:00:00Z</dc:date><dc:language>en-GB</dc:language>
              <meta property="dcterms:modified">2023-01-01T00:00:00Z</meta>""",
        )
    )

    assert made.title == "The Seed Vault"
    assert made.author == "Ann Lee, Bo Ek"
    assert (made.publisher, made.language) == ("Northern Press", "en-GB")
    assert made.date == datetime.date(2019, 5, 3)


def test_what_a_book_does_not_say_is_not_guessed():
    made = book_of(
        book("<h1>One</h1><p>Boats.</p>", metadata="<dc:date>2019</dc:date><dc:language>und</dc:language>")
    )

    assert (made.title, made.author, made.publisher, made.date, made.language) == (
        None,
        None,
        None,
        None,
        None,
    )


def test_contents_covers_and_marks_of_notes_are_left_out_and_notes_kept():
    chapter = """<nav epub:type="toc"><ol><li>One</li></ol></nav><span epub:type="pagebreak">12</span>
      <p>Boats<a epub:type="noteref" href="#n1">1</a> sail<sup><a href="#n2">2</a></sup> far<a href="n.xhtml#n3"><sup>3</sup></a>
      or<a href="#n4">[4]</a> near<a class="noteref" href="#n5">5</a>, as <a href="#c3">3</a> says of H<sup>2</sup>O.</p>
      <aside epub:type="footnote" id="n1"><p><a href="#r1" role="doc-backlink">1</a> Blue ones.</p></aside>"""
    cover = '<section epub:type="cover"><p>Cover words</p></section><p>Inside</p>'

    assert pages(book(cover, chapter)) == [
        "Inside",
        "Boats sail far or near, as 3 says of H2O.",
        "Blue ones.",
    ]


def test_pages_of_contents_and_covers_are_left_out():
    content = (
        '<manifest><item id="n" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>'
        '<item id="v" href="cover.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="c" href="one.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="v"/><itemref idref="n"/><itemref idref="c"/></spine>'
        '<guide><reference type="cover" href="cover.xhtml"/><reference type="toc" href="one.xhtml#toc"/></guide>'
    )
    data = packed(
        {
            "META-INF/container.xml": CONTAINER,
            "OEBPS/book.opf": opf(content=content),
            "OEBPS/nav.xhtml": xhtml('<nav><a href="one.xhtml">The <i>first</i></a></nav><p>Contents</p>'),
            "OEBPS/cover.xhtml": xhtml("<p>Cover</p>"),
            "OEBPS/one.xhtml": xhtml("<p>Boats.</p>"),
        }
    )

    assert [(b.kind, b.text) for b in book_of(data).blocks] == [(HEADING, "The first"), (PARAGRAPH, "Boats.")]


def test_a_chapter_without_a_heading_has_the_name_that_the_contents_give_it():
    contents = (
        "<ncx><navMap><navPoint><navLabel><text>One</text></navLabel><content src='c0.xhtml#a'/></navPoint>"
        "<navPoint><navLabel><text>Two</text></navLabel><content src='c1.xhtml'/></navPoint></navMap></ncx>"
    )
    data = book("<p>Boats.</p>", "<h2>Second</h2><p>Piers.</p>", more={"OEBPS/toc.ncx": contents})
    members = unpacked(data)
    members["OEBPS/book.opf"] = (
        members["OEBPS/book.opf"]
        .replace(b"<spine>", b'<spine toc="x">')
        .replace(b"<manifest>", b'<manifest><item id="x" href="toc.ncx"/>')
    )

    assert pages(packed(members)) == ["One", "Boats.", "Second", "Piers."]


def test_a_page_is_read_once_however_often_the_spine_names_it():
    members = unpacked(book("<p>Boats.</p>"))
    members["OEBPS/book.opf"] = members["OEBPS/book.opf"].replace(
        b'<itemref idref="c0"/>', b'<itemref idref="c0"/>' * 1000
    )

    assert pages(packed(members)) == ["Boats."]


def test_elements_that_are_closed_where_they_open_swallow_nothing():
    assert pages(book('<script src="x"/><p/><a id="x"/><p>Boats<i/> sail.</p><div/>')) == ["Boats sail."]


def locked(algorithm: str) -> dict[str, str]:
    return {
        "META-INF/encryption.xml": '<encryption xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData>'
        f'<enc:EncryptionMethod Algorithm="{algorithm}"/></enc:EncryptedData></encryption>'
    }


def test_a_locked_book_is_refused_and_one_with_hidden_fonts_is_read():
    fonts = "http://www.idpf.org/2008/embedding"

    assert pages(book("<p>Boats.</p>", more=locked(fonts))) == ["Boats."]
    with pytest.raises(ReadError, match=r"is encrypted \(DRM\)"):
        pages(book("<p>Boats.</p>", more=locked("http://www.w3.org/2001/04/xmlenc#aes128-cbc")))


@pytest.mark.parametrize("named", ["c0.xhtml", "c\ufeff0.xhtml"])
def test_a_chapter_that_is_missing_is_told_and_the_others_are_read(named: str):
    members = unpacked(book("<p>Boats.</p>", "<p>Piers.</p>"))
    del members["OEBPS/c0.xhtml"]
    members = {name: data.replace(b"c0.xhtml", named.encode()) for name, data in members.items()}

    lacking, made = read_book(io.BytesIO(packed(members)), MOST)

    assert lacking == Unreadable(f"OEBPS/{storable(named)}", "is missing in the book")
    assert isinstance(made, Reading)
    assert [block.text for block in made.blocks] == ["Piers."]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is empty"),
        (b"No archive.", "is no ZIP archive"),
        (word(paragraph("x")), "is no book"),
        (packed({"META-INF/container.xml": "<container/>"}), "names no package"),
        (packed({"META-INF/container.xml": CONTAINER}), "has no 'OEBPS/book.opf'"),
        (packed({"META-INF/container.xml": CONTAINER, "OEBPS/book.opf": "<package/>"}), "holds no text"),
        (book("<img/>"), "holds no text"),
    ],
)
def test_what_is_no_book_is_refused_with_a_reason(data: bytes, why: str):
    with pytest.raises(ReadError, match=why):
        pages(data)


@pytest.mark.parametrize("share", [n / 20 for n in range(20)])
def test_a_book_cut_off_anywhere_is_refused(share: float):
    data = book("<h1>One</h1><p>Boats.</p>", metadata="<dc:title>Ports</dc:title>")

    with pytest.raises(ReadError):
        pages(data[: int(len(data) * share)])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_book_with_wrong_bytes_is_refused_or_read(changes: list[tuple[int, int]]):
    data = bytearray(book("<h1>One</h1><p>Boats.</p>", metadata="<dc:title>Ports</dc:title>"))
    for at, byte in changes:
        data[at % len(data)] = byte

    refused_or_read(read_book, bytes(data))


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["META-INF/container.xml", "OEBPS/book.opf", "OEBPS/c0.xhtml"]),
    st.integers(0, 10_000),
    st.integers(0, 30),
    st.binary(max_size=4),
)
def test_a_book_with_wrong_parts_is_refused_or_read(part: str, at: int, length: int, put: bytes):
    members = unpacked(book("<h1>One</h1><p>Boats.</p>", metadata="<dc:title>Ports</dc:title>"))
    content = members[part]
    at %= len(content)
    members[part] = content[:at] + put + content[at + length :]

    refused_or_read(read_book, packed(members))
