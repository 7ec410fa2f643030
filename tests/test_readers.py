"""What readers make of files."""

import datetime
import io
import json

import pytest
from articles import BLOG, BROKEN_LISTS, MARKDOWN, PULL_QUOTES

from bot.config import Boilerplate
from bot.document import Passage
from bot.errors import ReadError
from bot.library.clean import clean, rules_of
from bot.library.decode import decode
from bot.library.readers import jsonl, markdown, text
from bot.library.reading import Kind, Left, Reading, Unreadable
from bot.library.split import split

MOST = 1_000_000
RULES = rules_of(Boilerplate())


def read_text(content: str) -> Reading:
    return next(text.read(io.BytesIO(content.encode()), MOST))


def passages(reading: Reading) -> list[Passage]:
    return split(clean(reading, RULES))


def left_out(reading: Reading, rule: str) -> list[str]:
    return [b.text for b in clean(reading, RULES) if isinstance(b, Left) and b.rule == rule]


def test_title_author_and_date_are_those_that_the_page_states():
    reading = read_text(BLOG)

    assert reading.title == "Harbour Towns Turn to Tidal Power"
    assert reading.author == "Tide and Table"
    assert reading.date == datetime.date(2023, 3, 3)


def test_what_a_page_does_not_state_is_not_guessed():
    for article in (PULL_QUOTES, BROKEN_LISTS):
        reading = read_text(article)

        assert (reading.title, reading.author, reading.date) == (None, None, None)


def test_headings_are_told_without_marks():
    headings = [b.text for b in read_text(BLOG).blocks if b.kind is Kind.HEADING]

    assert "What Drives the Boom" in headings
    assert "Key Points" in headings


def test_page_furniture_is_left_out_by_name():
    reading = read_text(BLOG)

    assert left_out(reading, "byline") == ["Tide and Table", "7 min readMar 3, 2023"]
    assert left_out(reading, "photo credit") == ["Photo by Anna Vogel on Unsplash"]
    assert left_out(reading, "sources") == ["Portions of this article were inspired by and sourced from:"]
    assert left_out(reading, "about the author") == [
        "Tide and Table",
        "Telling the stories of small ports since the last flood.",
    ]
    assert left_out(reading, "invitation to comment") == [
        "We invite readers to share their views on tidal power. What do you think of it?"
        " Join the conversation in the comments below."
    ]


def test_an_invitation_is_left_out_and_its_paragraph_kept():
    told = [p.text for p in passages(read_text(BLOG))]

    assert "As the tide turns, the question remains who will repair the machines in twenty years." in told


def test_a_pull_quote_is_left_out_and_its_paragraph_kept():
    reading = read_text(PULL_QUOTES)

    assert len(left_out(reading, "pull quote")) == 1
    assert sum("carrying nothing but the log book" in p.text for p in passages(reading)) == 1


def test_a_heading_whose_words_stand_in_its_text_is_no_pull_quote():
    reading = read_text(
        "Lamps\n\nThe great storm of 1953\n\nNobody forgets the great storm of 1953. It broke nine towers."
    )

    assert left_out(reading, "pull quote") == []


def test_a_lone_dash_belongs_to_the_item_below_and_a_label_to_its_text():
    items = [b.text for b in read_text(BROKEN_LISTS).blocks if b.kind is Kind.ITEM]

    assert items[0].startswith("Subsidy: The council pays 4.2 million crowns")
    assert items[1].startswith("Crew School: Every spring forty deckhands")


def test_bullets_below_questions_answer_the_last_one():
    answer = passages(read_text(BROKEN_LISTS))[-1]

    assert answer.text == (
        "How does the company save fuel?\n- Slower crossings at night\n- Hulls cleaned every spring\n"
        "- Shore power in both ports"
    )
    assert answer.section == ("FAQ",)


def test_a_question_above_its_answer_is_a_heading():
    reading = read_text(
        "Ferries\n\nWho owns the boats?\n\nThe boats belong to the council, which bought them from a bank"
        " in 1994 and has leased them to the crews ever since."
    )

    assert passages(reading)[0].section == ("Who owns the boats?",)


def test_numbers_of_a_list_stay_and_a_numbered_heading_is_one():
    reading = read_text(
        "Report\n\n1. Outlook\n\nThe outlook is fair, the harbour master says, and the boats are ready.\n\n"
        "Two rules hold:\n\n1. Lamps are lit at dusk.\n2. Nobody rows alone.\n"
    )

    kinds = {block.text: block.kind for block in reading.blocks}
    assert kinds["1. Outlook"] is Kind.HEADING
    assert kinds["1. Lamps are lit at dusk."] is Kind.ITEM


def test_lines_broken_at_a_column_are_joined():
    wrapped = (
        "The council of Port Elgin met on a wet Monday and talked about the\n"
        "new pier for the better part of four hours, while outside the boats\n"
        "lay idle and the crews played cards in the shed beside the slipway.\n\n"
        "Nothing was decided, and the mayor went home by the coast road in\n"
        "the rain, as he had done after every meeting of that long autumn.\n"
    )

    assert [block.paragraph for block in read_text(wrapped).blocks] == [1, 2]


def test_markdown_front_matter_tells_what_the_document_says_of_itself():
    reading = next(markdown.read(io.BytesIO(MARKDOWN.encode()), MOST))

    assert reading.title == "The seed vault at Greyfell"
    assert (reading.publisher, reading.author) == ("Northern Notes", "M. Olsen")
    assert reading.date == datetime.date(2024, 5, 9)
    assert reading.url == "https://example.org/vault"
    assert reading.topics == ("talent",)


def test_markdown_sections_and_lists_become_passages():
    made = passages(next(markdown.read(io.BytesIO(MARKDOWN.encode()), MOST)))

    assert [p.section for p in made] == [(), ("Who pays",), ("What was lost",)]
    assert made[1].text.startswith("The vault costs 310,000 crowns a year:\n1. The agriculture")


def test_a_declaration_that_is_none_hides_nothing_but_itself():
    source = b"<div>A pier.<![no such thing]>\nA boat.</div>\n"

    assert [b.text for b in next(markdown.read(io.BytesIO(source), MOST)).blocks] == ["A pier.", "A boat."]


def test_markdown_marks_are_no_text():
    source = b"# Ports\n\nThe **old** [pier](https://example.org) of `Elgin` &amp; the *new* one.\n"

    reading = next(markdown.read(io.BytesIO(source), MOST))

    assert reading.title == "Ports"
    assert reading.blocks[1].text == "The old pier of Elgin & the new one."


@pytest.mark.parametrize(
    ("front", "told"),
    [
        ("date: soon", "date: 'soon' is no date"),
        ("url: javascript:alert(1)", "is no web address"),
        ("title: [a, b]", "title: "),
        ("- a", "holds no settings"),
        ("a: [", "is not YAML"),
    ],
)
def test_front_matter_that_is_wrong_says_what(front: str, told: str):
    with pytest.raises(ReadError, match=told.replace("(", r"\(")):
        next(markdown.read(io.BytesIO(f"---\n{front}\n---\n\nText.\n".encode()), MOST))


def test_jsonl_has_a_document_a_line_and_a_bad_line_stops_no_other():
    lines = [
        json.dumps(
            {"id": 1, "title": "Kelp", "text": "Kelp grows.\n\nIt is cut in June.", "date": "2024-02"}
        ),
        "{",
        json.dumps({"id": "b", "title": "Eels", "text": "Eels return."}),
        "[]",
        json.dumps({"id": "b", "text": "Again."}),
        json.dumps({"text": "No id."}),
        json.dumps({"id": "c", "text": " "}),
        json.dumps({"id": "d", "title": "Half \ud800 a \u0000 character", "text": "Text."}),
    ]

    read = list(jsonl.read(io.BytesIO("\n".join(lines).encode()), MOST))

    assert [r.key for r in read if isinstance(r, Reading)] == ["b", "d"]
    assert [r.where for r in read if isinstance(r, Unreadable)] == [f"line {n}" for n in (1, 2, 4, 5, 6, 7)]


def test_a_jsonl_line_may_be_no_larger_than_a_document():
    lines = b'{"id": "a", "text": "' + b"x" * 2000 + b'"}\n{"id": "b", "text": "Short."}\n'

    read = list(jsonl.read(io.BytesIO(lines), 1000))

    assert isinstance(read[0], Unreadable)
    assert isinstance(read[1], Reading)


CHINESE = "中国的人工智能产业规模超过五千亿元。华为在2023年发布了新的昇腾芯片，产量受到限制。"
WESTERN = "Über die Größe der Hafenstädte: naïve Fischer zahlen 600 Kronen für ein Café in São Paulo."


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (CHINESE, "utf-8"),
        (CHINESE, "utf-8-sig"),
        (CHINESE, "utf-16"),
        (CHINESE, "gb18030"),
        (WESTERN, "latin-1"),
        (WESTERN, "cp1252"),
        (WESTERN, "utf-16"),
        (WESTERN, "utf-16-le"),
        (WESTERN, "utf-16-be"),
    ],
)
def test_text_is_read_in_whatever_encoding(content: str, encoding: str):
    assert decode(content.encode(encoding)) == content


NEWS = {
    "German": "Über die Größe der Häfen wird morgen früh in München entschieden, sagt der Bürgermeister. Für viele"
    " Städte wäre das schön, denn die Gebühren müssten höher ausfallen. Natürlich wählen außerdem auch Schüler.",
    "French": "L'été dernier, les élèves ont étudié la géographie à l'école. Le ministère a décidé qu'une réforme"
    " était nécessaire après les événements passés. Où sont allés les pêcheurs français, déclare un député âgé ?",
    "Chinese": "中国的人工智能产业规模超过五千亿元。华为在去年发布了新的芯片，产量受到限制。\n北京市政府表示，将在未来"
    "三年内投入更多资金支持研究机构和企业的合作。专家认为，出口管制使国内公司更加依赖自主研发的技术，但短期内难以赶上。",
    "Japanese": "港の灯台は夜になると光り、船は朝になると出ていく。政府は来年度の予算案を発表し、人工知能の研究に多くの資金を"
    "投入すると述べた。専門家によると、半導体の生産は依然として限られている。カタカナのテクノロジー企業も増えている。",
    "Korean": "항구의 등대는 밤이 되면 빛나고 배는 아침이 되면 떠난다. 정부는 내년 예산안을 발표하고 인공지능 연구에 많은"
    " 자금을 투입하겠다고 밝혔다. 전문가들은 반도체 생산이 여전히 제한적이라고 말한다.",
    "Russian": "Вчера правительство объявило, что цены на энергию будут выше, чем в прошлом году. Жители города удивлены,"
    " сообщает газета. Россия и Китай подписали новый договор о сотрудничестве в области искусственного интеллекта.",
}  # fmt: skip
WIDE = ("utf-16", "utf-16-le", "utf-16-be")
IN_USE = {
    "German": ("latin-1", "cp1252", *WIDE),
    "French": ("latin-1", "cp1252", *WIDE),
    "Chinese": ("gb18030", *WIDE),
    "Japanese": ("shift_jis", *WIDE),
    "Korean": ("euc_kr", *WIDE),
    "Russian": ("cp1251", *WIDE),
}


@pytest.mark.parametrize("length", [40, 60, 90])
@pytest.mark.parametrize(
    ("language", "encoding"), [(name, encoding) for name, used in IN_USE.items() for encoding in used]
)
def test_short_texts_are_read_in_the_encodings_of_their_languages(language: str, encoding: str, length: int):
    text = NEWS[language]

    for begin in range(0, len(text) - length, 7):
        part = text[begin : begin + length].strip()
        assert decode(part.encode(encoding)) == part


@pytest.mark.parametrize(
    ("data", "stated", "text"),
    [
        ("Größe".encode("cp1252"), "ISO-8859-1", "Größe"),
        ("Größe".encode(), "iso-8859-1", "Größe"),
        ("Größe".encode("utf-16"), "iso-8859-1", "Größe"),
        ("Größe der Häuser".encode("cp1252"), "utf-8", "Größe der Häuser"),
        ("灯台".encode("shift_jis"), "Shift_JIS", "灯台"),
        ("灯台".encode("gb18030"), "gb2312", "灯台"),
        ("灯台の光".encode(), "gb2312", "灯台の光"),
        ("灯台".encode("iso-2022-jp"), "iso-2022-jp", "灯台"),
        ("Größe".encode("cp1252"), "none-such", "Größe"),
        (b"a\\x62", "unicode_escape", "a\\x62"),
        (b"rot", "rot13", "rot"),
    ],
)
def test_an_encoding_that_is_stated_holds_where_the_text_bears_it_out(data: bytes, stated: str, text: str):
    assert decode(data, stated) == text


def test_letters_two_by_two_are_no_chinese():
    text = "Bush hid the facts and the café was shut."

    assert decode(text.encode("cp1252") * 3) == text * 3
    with pytest.raises(ReadError, match="no text"):
        decode(b"\x01\x02" + text.encode("cp1252"))


@pytest.mark.parametrize("data", [b"", b" \n\t ", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(data: bytes):
    with pytest.raises(ReadError, match="is empty"):
        decode(data)


def test_a_binary_file_is_refused():
    with pytest.raises(ReadError, match="binary data"):
        decode(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9)


REPORT = "The ministry wrote a long report on the towns of the coast and on the boats in their harbours. " * 3


@pytest.mark.parametrize(
    "line",
    [
        "Getty Images sued Stability AI in London in 2023.",
        "Image by image, the model learned to see.",
        "Copyright holders in the United States filed twelve suits by the end of 2023.",
        "Copyright law protects databases in the Union for fifteen years.",
        "The content was generated by large language models in nine of ten cases, the court found.",
        "China was invited to join the discussion on AI safety at Bletchley Park.",
        "Several firms argued in the comments to the ministry that the rule was vague.",
        "The views expressed by the judges differed. One said that the rule was vague.",
        "This article does not apply to public bodies, the statute says.",
        "Share: 34 percent of the world market.",
        "Comments: the ministry received 412 of them.",
        "Posted workers number 12,000 in 2023.",
        "Updated rules of 2024 apply.",
        "By Monday the talks had failed.",
        "- 4 May 2016: regulation adopted",
        "By the numbers",
        "Summit opens March 5, 2025",
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_what_belongs_to_the_article_is_kept_and_says_nothing_of_author_and_date(line: str, is_first: bool):
    parts = [line, REPORT] if is_first else [REPORT, line, REPORT]
    reading = read_text("The great report\n\n" + "\n\n".join(parts))

    left = [b.text for b in clean(reading, RULES) if isinstance(b, Left) and b.rule != "title"]
    assert left == []
    assert (reading.author, reading.date) == (None, None)


@pytest.mark.parametrize(
    ("line", "author", "day"),
    [
        ("By Ann Lee", "Ann Lee", None),
        ("By: Ann Lee", "Ann Lee", None),
        ("Written by Ann Lee, Staff Writer", "Ann Lee", None),
        ("By Ann Lee Updated 3 May 2024", "Ann Lee", datetime.date(2024, 5, 3)),
        ("By Ann Lee · May 3, 2024 · 4 min read", "Ann Lee", datetime.date(2024, 5, 3)),
        ("By Ann Lee | Published on May 3rd, 2024", "Ann Lee", datetime.date(2024, 5, 3)),
        ("Tuesday 4 June 2024 09.15 BST", None, datetime.date(2024, 6, 4)),
        ("Apr 3, 2025, 10:22am EDT", None, datetime.date(2025, 4, 3)),
        ("2024-05-03", None, datetime.date(2024, 5, 3)),
        ("作者：李明", "李明", None),
        ("03/05/2024", None, None),
    ],
)
def test_a_byline_is_read_and_left_out(line: str, author: str | None, day: datetime.date | None):
    reading = read_text(f"The great report\n\n{line}\n\n{REPORT}")

    assert (reading.title, reading.author, reading.date) == ("The great report", author, day)
    assert (line in left_out(reading, "byline")) is (author is not None or day is not None)


@pytest.mark.parametrize(
    "first",
    ["By Tom Frank", "July 6, 2024", "6 min read", "Photo by Ann Lee on Unsplash", "Home | News | Subscribe",
     "Advertisement", "12 comments", "https://example.org/a"],
)  # fmt: skip
def test_what_stands_above_a_title_is_no_title(first: str):
    assert read_text(f"{first}\n\n{REPORT}").title is None


def test_no_heading_is_lost():
    reading = read_text(f"Report\n\nA lost subtitle\n\nCosts\n\n{REPORT}\n\nNothing below this")

    told = [(p.section, p.text[:12]) for p in passages(reading)]
    assert told[0] == (("A lost subtitle", "Costs"), "The ministry")
    assert any("Nothing below this" in (*p.section, p.text) for p in passages(reading))


def test_short_lines_between_blank_lines_are_a_list():
    reading = read_text(f"Report\n\n{REPORT}\n\nCosts rise\nWages fall\nShips wait\n\nWhat now?\n\n{REPORT}")

    assert [b.text for b in reading.blocks if b.kind is Kind.ITEM] == [
        "Costs rise",
        "Wages fall",
        "Ships wait",
    ]


def test_one_long_line_does_not_break_a_wrapped_text():
    lines = [
        "The council of Port Elgin met on a wet Monday and talked about the",
        "new pier for the better part of four hours, while outside the boats",
        "lay idle and the crews played cards in the shed beside the slipway.",
    ]
    address = "https://example.org/" + "a" * 130

    reading = read_text("\n".join([*lines, "", address, "", *lines]))

    assert reading.blocks[0].text == " ".join(lines)


def test_a_bulleted_label_belongs_to_the_text_below_it():
    reading = read_text(f"Report\n\n{REPORT}\n\n- Leasing:\nBoats are leased for nine years at a time.\n")

    assert reading.blocks[-1].text == "Leasing: Boats are leased for nine years at a time."


def test_text_within_html_and_empty_items_of_markdown_is_kept():
    source = (
        b"<div>\n<p>Boats are blue.</p><script>x()</script>\n</div>\n\n-\n\nPiers are grey.\n\n-     code\n"
    )

    reading = next(markdown.read(io.BytesIO(source), MOST))

    assert [block.text for block in reading.blocks] == ["Boats are blue.", "Piers are grey.", "code"]


def test_a_rule_of_dashes_is_no_front_matter():
    reading = next(markdown.read(io.BytesIO(b"---\n\nBoats are blue.\n\n---\n\nPiers are grey.\n"), MOST))

    assert [block.text for block in reading.blocks] == ["Boats are blue.", "Piers are grey."]


def test_front_matter_that_would_grow_or_nest_without_end_is_refused():
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\ntitle: *b"
    for front in (bomb, "a: " + "[" * 20_000, 'title: "' + "x" * 2000 + '"'):
        with pytest.raises(ReadError):
            next(markdown.read(io.BytesIO(f"---\n{front}\n---\n\nText.\n".encode()), MOST))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"id": "a", "text": "A boat.", "date": "2024-06-07T10:00:00Z"}', "A boat."),
        (
            '{"id": "a", "text": "The sequence \\\\u001b starts a colour."}',
            "The sequence \\u001b starts a colour.",
        ),
        ('{"id": "a", "title": "x\\u0000y \\ud800", "text": "A boat."}', "A boat."),
    ],
)
def test_jsonl_that_is_well_is_read(line: str, told: str):
    [reading] = jsonl.read(io.BytesIO(line.encode()), MOST)

    assert isinstance(reading, Reading)
    assert reading.blocks[0].text == told
    assert "\x00" not in (reading.title or "")


@pytest.mark.parametrize(
    "line",
    ['{"id": ' + "9" * 5000 + "}", '{"id": true, "text": "x"}', '{"id": "a", "text": "x", "url": "http://[oops/"}',
     '{"id": "a", "text": "x", "title": NaN}', '{"id": "a", "text": "x", "language": "' + "e" * 36 + '"}',
     "[" * 100_000],
)  # fmt: skip
def test_jsonl_that_is_not_well_is_told(line: str):
    [unreadable] = jsonl.read(io.BytesIO(line.encode()), MOST)

    assert isinstance(unreadable, Unreadable)


@pytest.mark.parametrize(
    "content",
    ["A. " * 30_000, "U.S. " * 20_000, "jan" * 30_000, "Join the discussion. Yes it is. " * 5_000,
     "Join the discussion. Do you " + "do you " * 14_000 + "x.", "中" * 200_000, "word " * 200_000,
     "This is a plain sentence of words. " * 20_000, "1.\n" * 30_000 + "1", "x\n" * 50_000, "a:\n" * 50_000, "".join(f"Short line {n}\n" for n in range(20_000)), "".join(f"Who goes {n}?\n" for n in range(30_000)), '"' * 100_000],
)  # fmt: skip
def test_no_text_takes_more_than_its_length(content: str):
    # Each took from seven seconds to minutes; the limit of the test run would end it.
    assert passages(read_text(content))
