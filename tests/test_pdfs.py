"""What the reader makes of PDFs."""

import datetime
import io
from dataclasses import replace

import pytest
from pdfs import (
    HEIGHT,
    MARGIN,
    NAMES,
    SONG,
    WIDTH,
    Look,
    Made,
    Press,
    article,
    chinese,
    page_of,
    paragraph,
    raw_pdf,
    scan,
    sentence,
)
from rapidfuzz.distance import LCSseq

from bot.errors import ReadError
from bot.library.readers import pdf
from bot.library.readers.pdf_hyphens import together
from bot.library.readers.pdf_lines import Line
from bot.library.reading import Kind, Reading, Unreadable

MOST = 20_000_000
TWO = Look(columns=2)
PLAIN = Look(has_furniture=False)
LOOKS = {
    "one column": Look(),
    "two columns": TWO,
    "three columns": Look(columns=3, size=9, leading=11, gutter=16),
    "paragraphs apart": Look(indent=0, gap=7),
    "two columns, apart, ragged": Look(columns=2, indent=0, gap=6, is_justified=False),
    "two columns, ragged": Look(columns=2, is_justified=False),
    "written word by word": Look(columns=2, by_words=True),
    "not hyphenated": Look(columns=2, is_hyphenated=False),
    "footnotes": Look(columns=2, footnotes=True),
    "a narrow gutter": Look(columns=2, gutter=12),
    "large type": Look(size=13, leading=17, font="Helvetica", bold="Helvetica-Bold"),
}


def read(data: bytes) -> Reading:
    first = next(iter(pdf.read(io.BytesIO(data), MOST)))
    assert isinstance(first, Reading)
    return first


def texts(reading: Reading, *kinds: Kind) -> list[str]:
    return [block.text for block in reading.blocks if block.kind in (kinds or Kind)]


def lines(*told: str, **stated: str) -> bytes:
    """Return a page of these lines, and a paragraph above and below to tell its width."""
    return page_of(told, **stated)


def shares(made: Made, reading: Reading) -> tuple[float, float]:
    """Return the share of the words that belong that is read in the right order, and of what is not."""
    told = " ".join(texts(reading)).split()
    common = LCSseq.similarity(made.words, told)
    return common / len(made.words), 1 - common / len(told)


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_words_come_in_the_order_in_which_they_are_read_and_nothing_else_does(look: Look):
    for seed in range(3):
        made = article(seed, look, sections=6)

        right, wrong = shares(made, read(made.data))

        assert right >= 0.99
        assert wrong <= (0.03 if look.footnotes else 0.0), "notes belong too"


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_paragraphs_are_put_together_across_lines_columns_and_pages(look: Look):
    told, found = 0, 0
    for seed in range(3):
        made = article(seed, look, sections=6)
        pages = {block.text: block.page for block in read(made.data).blocks}
        told += len(made.paragraphs)
        found += sum(pages.get(text) == page for text, page in made.paragraphs)

    assert found >= 0.97 * told


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_headings_are_told_by_their_type_and_the_title_is_the_largest(look: Look):
    made = article(1, look, sections=6)

    reading = read(made.data)

    headings = [(b.text, b.level) for b in reading.blocks if b.kind is Kind.HEADING]
    assert headings == [(made.title, 1), *((text, 2) for text in made.headings)]
    assert reading.title == made.title


def test_running_heads_feet_and_page_numbers_are_left_out():
    made = article(5, TWO, sections=8)

    told = " ".join(texts(read(made.data)))

    for word in ("gazette", "Quibble", "Copyright", "Xylo"):
        assert word in " ".join(made.furniture)
        assert word not in told


def test_running_heads_of_several_lines_are_left_out():
    press = Press(PLAIN)
    for number in range(1, 5):
        press.canvas.setFont("Helvetica", 9)
        press.canvas.drawString(MARGIN, HEIGHT - 40, f"Gazette {number}")
        press.canvas.drawString(MARGIN, HEIGHT - 50, "of coastal affairs")
        press.canvas.drawString(MARGIN, HEIGHT - 60, "and of tides")
        press.paragraph(paragraph(press.chance))
        press.turn()
    made = press.made("")

    assert texts(read(made.data)) == [text for text, _ in made.paragraphs]


@pytest.mark.parametrize("number", ["3", "- 3 -", "Page 3 of 10", "iii", "第3页", "3 / 10"])
def test_a_page_number_alone_at_the_foot_is_left_out(number: str):
    press = Press(PLAIN, 1)
    press.paragraph("The year was 12. It ended.")
    press.canvas.setFont(SONG, 9)
    press.canvas.drawCentredString(WIDTH / 2, 40, number)

    assert texts(read(press.made("").data)) == ["The year was 12. It ended."]


def test_text_at_the_same_place_on_two_pages_stays():
    press = Press(PLAIN, 1)
    for _ in range(2):
        for _ in range(40):
            press.paragraph("The boat is blue.")
        press.paragraph(paragraph(press.chance))
        press.turn()

    assert texts(read(press.made("").data)).count("The boat is blue.") == 80


def test_a_heading_at_the_same_place_on_two_pages_stays():
    press = Press(PLAIN, 1)
    for _ in range(3):
        press.heading("Results", 16)
        press.paragraph(paragraph(press.chance))
        press.turn()

    assert texts(read(press.made("").data), Kind.HEADING) == ["Results"] * 3


def test_a_table_over_both_columns_is_read_in_rows_and_breaks_no_sentence():
    press = Press(TWO, 4)
    for _ in range(8):
        press.paragraph(paragraph(press.chance, least=8, most=9))
    press.turn()
    rows = [("Harbour", "Boats", "Crew", "Year"), *((name, "12", "340", "1998") for name in NAMES[:5])]
    press.y -= 30
    press.table(rows)
    before = len(press.told)
    press.paragraph(paragraph(press.chance))
    press.paragraph(paragraph(press.chance))
    made = press.made("")

    reading = read(made.data)

    told = texts(reading)
    assert [" | ".join(row) for row in rows] == texts(reading, Kind.ITEM)
    assert [text for text, _ in made.paragraphs[before:]] == told[-2:]
    assert {text for text, _ in made.paragraphs} <= {*told}


def test_a_paragraph_goes_on_behind_a_table_on_the_next_page():
    press = Press(PLAIN, 4)
    long = paragraph(press.chance, least=40, most=40)
    words = long.split()
    press.paragraph(" ".join(words[:500]))
    press.turn()
    press.table([("Harbour", "Boats", "Crew")] * 4)
    press.canvas.setFont("Times-Roman", 10)
    press.look = replace(press.look, indent=0)
    press.paragraph(" ".join(words[500:]))

    reading = read(press.made("").data)

    assert [block.text for block in reading.blocks[:1]] == [long]
    assert [block.page for block in reading.blocks] == [1, 2, 2, 2, 2]


def test_a_cell_of_two_lines_stays_in_its_row():
    press = Press(PLAIN)
    press.paragraph(paragraph(press.chance))
    press.canvas.setFont("Times-Roman", 9)
    for at, (town, boats) in enumerate([("Kiel", "many old boats"), ("Lund", "none"), ("Riga", "nine")]):
        press.canvas.drawString(MARGIN, 500 - 24 * at, town)
        press.canvas.drawString(300, 500 - 24 * at, boats)
    press.canvas.drawString(300, 490, "and rafts")

    rows = texts(read(press.made("").data), Kind.ITEM)

    assert rows == ["Kiel | many old boats and rafts", "Lund | none", "Riga | nine"]


def test_bullets_and_numbers_are_no_column_of_a_table():
    press = Press(PLAIN)
    press.paragraph(paragraph(press.chance))
    for at, mark in enumerate(["•", "•", "•", "1.", "2.", "3."]):
        press.canvas.setFont("Times-Roman", 10)
        press.canvas.drawString(MARGIN, 500 - 20 * at, mark)
        press.canvas.drawString(MARGIN + 40, 500 - 20 * at, f"boats of {NAMES[at]}")

    items = texts(read(press.made("").data), Kind.ITEM)

    assert items == [
        f"{mark}boats of {name}" for mark, name in zip(["", "", "", "1. ", "2. ", "3. "], NAMES, strict=False)
    ]


def test_items_that_are_no_sentences_are_items():
    press = Press(PLAIN)
    told = [
        f"boats of {name} that were mended in the winter and sold again in spring, {name} and all"
        for name in NAMES[:4]
    ]
    for text in told:
        press.paragraph(text, mark="•")

    assert texts(read(press.made("").data), Kind.ITEM) == told


def test_a_heading_may_be_larger_and_not_bolder():
    press = Press(replace(PLAIN, bold="Times-Roman"))
    press.heading("The boats of Kiel", 13)
    press.paragraph(paragraph(press.chance))

    assert texts(read(press.made("").data), Kind.HEADING) == ["The boats of Kiel"]


def test_footnotes_stand_behind_the_paragraph_that_goes_on_past_them():
    press = Press(Look(columns=2, footnotes=True), 3)
    for _ in range(20):
        press.paragraph(paragraph(press.chance, least=5))
    made = press.made("")

    told = texts(read(made.data))

    assert {*press.notes} <= {*told}
    assert {text for text, _ in made.paragraphs} <= {*told}


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("The treaty was inter-", "national and long.", "The treaty was international and long."),
        ("It was a state-of-the-", "art machine.", "It was a state-of-the-art machine."),
        ("It was a state-", "of-the-art machine.", "It was a state-of-the-art machine."),
        ("The up-to-the-min-", "ute news came.", "The up-to-the-minute news came."),
        ("She was well-", "known in the town.", "She was well-known in the town."),
        ("They asked Strath-", "eia about it.", "They asked Stratheia about it."),
        ("The zorn-flim was old. A zorn-", "flim broke.", "The zorn-flim was old. A zorn-flim broke."),
        ("Many wayposts stood. A way-", "posts shop sold.", "Many wayposts stood. A wayposts shop sold."),
        ("Between 2019-", "2020 it rained.", "Between 2019-2020 it rained."),
        ("The treaty of Franco-", "German trade.", "The treaty of Franco-German trade."),
        ("He came – late", "– and left.", "He came – late – and left."),
    ],
)
def test_words_that_a_lines_end_divides_are_mended(first: str, second: str, told: str):
    assert told in texts(read(lines(first, second)))


def test_soft_hyphens_are_no_text_and_ligatures_are_letters():
    letters = {"#": "\u00ad", "A": "\ufb01", "B": "\ufb03"}

    reading = read(raw_pdf(text="The re#mark#able Arst oBce.", letters=letters))

    assert texts(reading) == ["The remarkable first office."]


def test_radicals_are_the_letters_that_they_show():
    [told] = texts(read(raw_pdf(text="goose %.", letters={"%": "\u2f08"})))

    assert told == "goose \u4eba."


def test_soft_hyphens_at_a_lines_end_are_no_text():
    divided = [Line(text, 0, 100, 0, 10) for text in ("a wayz\u00ad", "goose")]

    assert together(divided, set()) == "a wayzgoose"


def test_letters_of_chinese_that_stand_apart_are_not_parted():
    press = Press(PLAIN)
    press.canvas.setFont(SONG, 10)
    for at, word in enumerate(["港口的主管", "在冬天检查", "了新的灯塔"]):
        press.canvas.drawString(MARGIN + 55 * at, 700, word)

    assert texts(read(press.made("").data)) == ["港口的主管在冬天检查了新的灯塔"]


@pytest.mark.parametrize("columns", [1, 2])
def test_lines_of_chinese_are_joined_without_spaces(columns: int):
    look = Look(columns=columns, font=SONG, bold=SONG, indent=20, is_justified=False, has_furniture=False)
    press = Press(look, 2)
    for number in range(1, 5):
        press.heading(f"{number} 关于铁路的协议", 14)
        for _ in range(9):
            press.paragraph(chinese(press.chance))
    made = press.made("")

    told = {block.text: block.page for block in read(made.data).blocks}

    assert all(told.get(text) == page for text, page in made.paragraphs)
    assert sum(" " in text for text in told) == 4, "in headings, behind their numbers"


@pytest.mark.parametrize(
    ("font", "first", "second"),
    [
        ("HeiseiMin-W3", "東京の港では、新しい船が", "毎年たくさん造られている。"),
        ("HYSMyeongJo-Medium", "항구에는 새로운 배가 많", "이 들어온다."),
    ],
)
def test_lines_of_japanese_and_korean_are_joined_without_spaces(font: str, first: str, second: str):
    assert first + second in texts(read(lines(first, second, font=font)))


def test_list_items_lose_their_bullets_and_keep_their_numbers():
    press = Press(TWO, 4)
    bulleted = [sentence(press.chance) for _ in range(4)]
    numbered = [sentence(press.chance) for _ in range(4)]
    press.paragraph(paragraph(press.chance))
    for text in bulleted:
        press.paragraph(text, mark="•")
    press.paragraph(paragraph(press.chance))
    for number, text in enumerate(numbered, start=1):
        press.paragraph(text, mark=f"{number}.")
    press.paragraph(paragraph(press.chance))

    items = texts(read(press.made("").data), Kind.ITEM)

    assert items == [*bulleted, *(f"{number}. {text}" for number, text in enumerate(numbered, start=1))]


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("Tides of the north", "Tides of the north"),
        ("Microsoft Word - tides.doc", None),
        ("tides_final.pdf", None),
        ("untitled", None),
        ("", None),
    ],
)
def test_the_title_is_the_one_that_is_stated_unless_it_is_a_files_name(stated: str, title: str | None):
    made = article(1, TWO, title=stated)

    assert read(made.data).title == title or made.title


def test_what_a_document_states_of_itself_is_told_and_nothing_is_guessed():
    press = Press(Look(), 1, author="Ann Lee", language="en-GB")
    press.paragraph(paragraph(press.chance))
    bare = article(1, TWO, author="anonymous")

    stated, silent = read(press.made("").data), read(bare.data)

    assert (stated.author, stated.language, stated.title, stated.date) == ("Ann Lee", "en-GB", None, None)
    assert (silent.author, silent.language, silent.date) == (None, None, None), "nor when the file was made"


def test_a_byline_below_the_title_tells_author_and_date():
    press = Press(TWO, 1)
    press.banner(["The tide tables of Elgin"], 20)
    press.banner(["By Ann Lee, 3 May 2024"], 10, font="Helvetica")
    for _ in range(4):
        press.paragraph(paragraph(press.chance))

    reading = read(press.made("").data)

    assert (reading.author, reading.date) == ("Ann Lee", datetime.date(2024, 5, 3))
    assert reading.front == ("By Ann Lee, 3 May 2024",)


def test_a_page_on_its_side_is_read_as_one_reads_it():
    press = Press(PLAIN, 1)
    press.canvas.setPageRotation(90)
    press.canvas.translate(WIDTH, 0)
    press.canvas.rotate(90)
    press.y = WIDTH - MARGIN
    press.paragraph(paragraph(press.chance))
    made = press.made("")

    assert texts(read(made.data)) == [text for text, _ in made.paragraphs]


def test_what_is_written_across_a_page_is_left_out():
    press = Press(Look(), 1)
    press.paragraph(paragraph(press.chance))
    press.canvas.rotate(45)
    press.canvas.drawString(300, 200, "DRAFT")

    assert "DRAFT" not in " ".join(texts(read(press.made("").data)))


def test_a_scan_is_told_to_be_one():
    with pytest.raises(ReadError, match=r"^is a scan: .* run it through OCR first$"):
        read(scan(3))


def test_a_document_with_scans_is_read_and_they_are_named():
    press = Press(Look(), 1)
    for _ in range(3):
        press.paragraph(paragraph(press.chance))
    told = [text for text, _ in press.told]

    reading, unreadable = pdf.read(io.BytesIO(scan(3, press=press)), MOST)

    assert isinstance(reading, Reading)
    assert {*told} <= {*texts(reading)}
    assert unreadable == Unreadable("pages 2-4", "are pictures without text (scans); run them through OCR")


def test_a_picture_beside_text_is_no_scan():
    press = Press(Look(), 1)
    press.paragraph(paragraph(press.chance))

    [reading] = pdf.read(io.BytesIO(scan(0, press=press)), MOST)

    assert isinstance(reading, Reading)


def test_an_encrypted_document_is_refused():
    with pytest.raises(ReadError, match=r"^is encrypted; remove the password$"):
        read(article(1, TWO, password="tide").data)  # noqa: S106 - of a test


@pytest.mark.parametrize("data", [b"", b" \n "])
def test_an_empty_file_is_refused(data: bytes):
    with pytest.raises(ReadError, match="is empty"):
        read(data)


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"PK\x03\x04", b"\x00" * 2000, b"<html>"])
def test_what_is_no_pdf_is_refused(data: bytes):
    with pytest.raises(ReadError, match="is no PDF, or is damaged"):
        read(data)


def test_a_document_without_any_text_is_refused():
    with pytest.raises(ReadError, match="is empty: there is nothing to read"):
        read(raw_pdf(pages=1))


def test_a_document_with_too_many_pages_is_refused():
    with pytest.raises(ReadError, match="has more than 5,000 pages; split it"):
        read(raw_pdf(pages=5001))


def test_a_document_larger_than_the_limit_is_refused():
    with pytest.raises(ReadError, match="is larger than 0 MB"):
        next(iter(pdf.read(io.BytesIO(article(1, TWO).data), 1000)))


def test_a_page_of_too_many_characters_is_cut_and_told():
    reading, unreadable = pdf.read(io.BytesIO(raw_pdf(text="sea boat " * 8_000)), MOST)

    assert isinstance(reading, Reading)
    assert sum(map(len, texts(reading))) <= 50_000
    assert unreadable == Unreadable("page 1", "has more than 50,000 characters; what is beyond is left out")


def test_fonts_that_do_not_name_their_letters_are_told():
    with pytest.raises(ReadError, match="fonts that do not tell which letters they show"):
        read(raw_pdf(text="ABC ABC ABC " * 20, letters={"A": "\ue041", "B": "\ue042", "C": "\ue043"}))


def test_a_file_cut_at_any_byte_is_read_or_refused():
    data = article(2, TWO, sections=1).data

    for end in range(0, len(data), len(data) // 150):
        damaged(data[:end])


def test_a_file_with_any_byte_changed_is_read_or_refused():
    data, chance = article(2, TWO, sections=1).data, Press(TWO, 7).chance

    for _ in range(150):
        changed = bytearray(data)
        for _ in range(20):
            changed[chance.randrange(len(data))] = chance.randrange(256)
        damaged(bytes(changed))


def damaged(data: bytes) -> None:
    try:
        for read_ in pdf.read(io.BytesIO(data), MOST):
            assert isinstance(read_, Reading | Unreadable)
    except ReadError as error:
        assert str(error)
