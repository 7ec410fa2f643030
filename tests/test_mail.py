"""What is read of e-mail files."""

import contextlib
import datetime
import email.policy
import io
import json
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from office import book, paragraph, word

from bot.errors import ReadError
from bot.library.readers import eml
from bot.library.reading import Kind, Reading, Unreadable

MOST = 1_000_000
HEADING, PARAGRAPH, ITEM = Kind.HEADING, Kind.PARAGRAPH, Kind.ITEM
LONG = "The council of Port Elgin met on a wet Monday and talked about the new pier for four hours."


def mail(text: str = LONG, html: str = "", **headers: str) -> EmailMessage:
    """A mail with a text, in plain and maybe in HTML."""
    message = EmailMessage()
    for name, value in ({"Subject": "Ports", "From": "Ann Lee <ann@example.org>"} | headers).items():
        message[name] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def raw(body: bytes | str, *fields: str) -> bytes:
    """A mail as it is written."""
    head = "\r\n".join(["From: ann@example.org", *fields])
    return head.encode() + b"\r\n\r\n" + (body.encode() if isinstance(body, str) else body)


def everything(data: bytes | EmailMessage) -> list[Reading | Unreadable]:
    return list(eml.read(io.BytesIO(data if isinstance(data, bytes) else bytes(data)), MOST))


def reading(data: bytes | EmailMessage) -> Reading:
    [made] = everything(data)
    assert isinstance(made, Reading)
    return made


def texts(data: bytes | EmailMessage) -> list[str]:
    return [block.text for block in reading(data).blocks]


def test_a_mail_says_what_it_is_about_who_sent_it_and_when():
    message = mail(Date="Fri, 03 May 2024 23:30:00 -0700")
    message["Content-Language"] = "en"

    made = reading(message)

    assert (made.title, made.author, made.date) == ("Ports", "Ann Lee", datetime.date(2024, 5, 3))
    assert (made.key, made.url, made.language) == ("", None, "en")
    assert [block.text for block in made.blocks] == [LONG]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Ann Lee <ann@example.org>", "Ann Lee"),
        ('"Lee, Ann \\"Anni\\"" <ann@example.org>', 'Lee, Ann "Anni"'),
        ("=?utf-8?q?J=C3=B6rg_M=C3=BCller?= <j@example.org>", "Jörg Müller"),
        ("ann@example.org (Ann Lee)", "Ann Lee"),
        ("<ann@example.org>", "ann@example.org"),
        ("ann@example.org", "ann@example.org"),
        ("=?gb18030?b?wO7D9w==?= <li@example.org>", "李明"),
        ("", None),
    ],
)
def test_the_sender_is_named_or_else_by_address(written: str, name: str | None):
    data = raw(LONG, "Subject: x").replace(b"From: ann@example.org", f"From: {written}".encode())

    assert reading(data).author == name


@pytest.mark.parametrize(
    ("written", "subject"),
    [
        (b"=?UTF-8?B?5Lit5Zu9?= =?UTF-8?B?6Iqv54mH?=", "中国芯片"),
        (b"=?utf-8?b?5Lit5Q==?=\r\n =?utf-8?b?m70=?= News", "中国 News"),
        (b"Re: =?iso-8859-1?Q?Gr=F6=DFe_der_H=E4fen?=", "Re: Größe der Häfen"),
        ("Größe der Häfen".encode(), "Größe der Häfen"),
        ("Größe der Häfen".encode("latin-1"), "Größe der Häfen"),
        (b"=?shift_jis?B?jWCCzJOUkeQ=?=", "港の灯台"),
        (b"=?none-such?Q?Harbour=20news?=", "Harbour news"),
        (b"=?utf-8?B?@@@?= left", "left"),
        (b"=?utf-8?B?A?=x", "x"),
        (b"a\r\n long subject", "a long subject"),
    ],
)
def test_a_subject_is_decoded_however_it_is_written(written: bytes, subject: str):
    data = (
        b"Subject: " + written + b"\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n" + LONG.encode()
    )

    assert reading(data).title == subject


@pytest.mark.parametrize(
    "day", ["", "soon", "Thu, 01 Jan 1970 00:00:00 +0000", "99 Foo 2024", "Fri, 03 May 99999 1:1:1"]
)
def test_a_date_that_is_none_is_not_guessed(day: str):
    assert reading(raw(LONG, f"Date: {day}")).date is None


GERMAN = "Über die Größe der Häfen wird morgen früh entschieden, sagt der Bürgermeister."
CHINESE = "中国的人工智能产业规模超过五千亿元。华为在去年发布了新的芯片，产量受到限制。"
JAPANESE = "港の灯台は夜になると光り、船は朝になると出ていく。"


@pytest.mark.parametrize("how", ["8bit", "quoted-printable", "base64"])
@pytest.mark.parametrize(
    ("text", "charset"),
    [(GERMAN, "iso-8859-1"), (GERMAN, "utf-8"), (CHINESE, "gb18030"), (CHINESE, "big5"), (JAPANESE, "shift_jis"),
     (JAPANESE, "iso-2022-jp"), (JAPANESE, "euc-jp")],
)  # fmt: skip
def test_a_text_is_read_in_whatever_encoding_it_states(text: str, charset: str, how: str):
    text = text if charset != "big5" else "台灣的半導體產業規模超過五千億元，產量受到限制。"
    message = EmailMessage(policy=email.policy.default.clone(cte_type="8bit"))
    message["From"] = "a@example.org"
    message.set_content(text, charset=charset, cte=how)

    assert texts(bytes(message)) == [text]


@pytest.mark.parametrize(
    ("text", "written", "stated"),
    [
        (GERMAN, "utf-8", "iso-8859-1"),
        (GERMAN, "utf-8", "us-ascii"),
        (GERMAN, "cp1252", "utf-8"),
        (GERMAN, "cp1252", "none-such"),
        (GERMAN, "cp1252", "rot13"),
        (f"„{GERMAN}“", "cp1252", "iso-8859-1"),
        (CHINESE, "gb18030", "gb2312"),
        (CHINESE, "utf-8", "gb2312"),
        (CHINESE, "gb18030", "us-ascii"),
    ],
)
def test_an_encoding_that_is_wrong_or_unknown_costs_no_letter(text: str, written: str, stated: str):
    data = raw(text.encode(written), f"Content-Type: text/plain; charset={stated}")

    assert texts(data) == [text]


def test_the_plain_form_is_read_unless_it_is_a_stub():
    page = f"<p>{LONG}</p><p>{LONG}</p>"

    assert texts(mail(LONG, page)) == [LONG]
    assert texts(mail("See the web version.", page)) == [LONG, LONG]
    assert texts(mail("\n", page)) == [LONG, LONG]


def test_a_letter_in_html_keeps_its_headings_items_and_tables_and_not_its_frame():
    page = f"""<html><body><table role="presentation"><tr><td><h2>Ports</h2><p>{LONG}</p><ul><li>Tar</li></ul>
      <table><tr><td>2022</td><td>9 t</td></tr></table></td></tr></table></body></html>"""
    message = EmailMessage()
    message["Subject"] = "Letter"
    message.set_content(page, subtype="html")

    assert [(b.kind, b.text) for b in reading(message).blocks] == [
        (HEADING, "Ports"),
        (PARAGRAPH, LONG),
        (ITEM, "Tar"),
        (ITEM, "2022 | 9 t"),
    ]


def test_a_plain_letter_keeps_its_paragraphs_items_and_loud_headings():
    text = (
        "Dear all,\n\nHARBOUR NEWS\n\nThe pier is open,\nthey say.\n\n- Tar\n- Oil\n\n1. Row home.\n\nAnn\n"
    )

    assert [(b.kind, b.text) for b in reading(mail(text)).blocks] == [
        (PARAGRAPH, "Dear all,"),
        (HEADING, "HARBOUR NEWS"),
        (PARAGRAPH, "The pier is open,"),
        (PARAGRAPH, "they say."),
        (ITEM, "Tar"),
        (ITEM, "Oil"),
        (ITEM, "1. Row home."),
        (PARAGRAPH, "Ann"),
    ]


def test_flowing_lines_are_joined():
    text = "The council met on \r\na wet Monday.\r\n\r\n From here \r\non.\r\n> old \r\n> words\r\nNew. \r\n-- \r\nAnn"
    apart = "港の灯台は夜 \r\nに光る。"

    flowed = raw(text, "Content-Type: text/plain; format=flowed")
    joined = raw(apart, 'Content-Type: text/plain; charset=utf-8; Format=Flowed; DelSp="yes"')

    assert texts(flowed) == ["The council met on a wet Monday.", "From here on.", "New."]
    assert texts(joined) == ["港の灯台は夜に光る。"]


@pytest.mark.parametrize(
    "below",
    [
        "> The pier?\n> Which one?",
        "On Fri, 3 May 2024 at 10:00, Bo Ek <bo@example.org> wrote:\n\n> The pier?\n>> Which?",
        "On Fri, 3 May 2024 at 10:00, Bo Ek\n<bo@example.org> wrote:\n> The pier?",
        "On Fri, 3 May 2024 at 10:00, Bo Ek <bo@example.org> wrote:\n\nThe pier?\n\nWhich one?",
        "Am 03.05.2024 um 10:00 schrieb Bo Ek:\n> Der Pier?",
        "Le ven. 3 mai 2024 à 10:00, Bo Ek <bo@example.org> a écrit :\n> Le quai ?",
        "在 2024年5月3日，Bo Ek <bo@example.org> 写道：\n> 码头？",
        "2024年5月3日(金) 10:00 Bo Ek <bo@example.org>:\n> 港？",
        "-----Original Message-----\nFrom: Bo Ek\nSent: Friday\nTo: Ann Lee\nSubject: Pier\n\nThe pier?",
        "-----Ursprüngliche Nachricht-----\nVon: Bo Ek\n\nDer Pier?",
        "________________________________\nFrom: Bo Ek <bo@example.org>\nSent: Friday, 3 May 2024 10:00\nTo: Ann Lee\n"
        "Subject: Pier\n\nThe pier?",
        "发件人: Bo Ek\n发送时间: 2024年5月3日\n收件人: Ann Lee\n主题: 码头\n\n码头？",
        "-- \nAnn Lee\nHarbour office",
        "--\nAnn Lee",
        "Sent from my iPhone",
        "-- \nAnn Lee\n\nOn Fri, 3 May 2024, Bo Ek wrote:\n> The pier?",
    ],
)
def test_what_is_answered_and_signatures_are_left_out(below: str):
    assert texts(mail(f"{LONG}\n\n{below}\n", Subject="Re: Pier")) == [LONG]


def test_answers_between_quotes_are_kept():
    text = "On Fri, 3 May 2024, Bo Ek wrote:\n> The pier?\n\nThe northern one.\n\n> When?\n\nIn June.\n"

    assert texts(mail(text)) == ["The northern one.", "In June."]


@pytest.mark.parametrize(
    "text",
    [
        "On the new pier the council wrote:\n\nNobody may row alone.",
        ">From the start it was clear.",
        "From: the sea\n\nit came.",
        "The rule\n--\n" + "\n".join(f"{n}. Line of the rule." for n in range(1, 30)),
        "From 2019 on: the pier was shut.",
    ],
)
def test_what_only_looks_like_a_quote_is_kept(text: str):
    kept = " ".join(texts(mail(text)))

    assert kept.split()[-1] == text.rsplit(maxsplit=1)[-1]
    assert kept.split()[0] == text.removeprefix(">").split()[0]


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Fwd: Pier", f"Worth reading.\n\n---------- Forwarded message ---------\nFrom: Bo <b@example.org>\nDate: Fri\nSubject: Pier\nTo: Ann\n\n{LONG}\n"),
        ("WG: Pier", f"Worth reading.\n\nVon: Bo Ek\nGesendet: Freitag\nAn: Ann\nBetreff: Pier\n\n{LONG}\n"),
        ("Pier", f"Worth reading.\n\nBegin forwarded message:\n\n> From: Bo\n> Subject: Pier\n> \n> {LONG}\n"),
    ],
)  # fmt: skip
def test_a_mail_that_is_passed_on_is_kept_without_its_header(subject: str, text: str):
    assert texts(mail(text, Subject=subject)) == ["Worth reading.", LONG]


def test_a_mail_that_is_nothing_but_one_passed_on_is_read():
    text = f"-----Original Message-----\nFrom: Bo\nSent: Friday\nTo: Ann\nSubject: Pier\n\n{LONG}"

    assert texts(mail(text, Subject="Pier")) == [LONG]
    with pytest.raises(ReadError, match="holds no text"):
        everything(mail(text, Subject="Re: Pier"))


QUOTED = f"""<div>{LONG}</div><div class="gmail_quote"><div class="gmail_attr">On Fri, Bo wrote:</div>
  <blockquote type="cite">The pier?</blockquote></div>"""


@pytest.mark.parametrize(
    "page",
    [
        QUOTED,
        f'<p>{LONG}</p><div class="moz-cite-prefix">Bo wrote:</div><blockquote type="cite">Pier?</blockquote>',
        f"<p>{LONG}</p><hr><p><b>From:</b> Bo<br><b>Sent:</b> Friday<br><b>To:</b> Ann<br><b>Subject:</b> Pier</p><p>Pier?",
        f'<p>{LONG}</p><div class="gmail_signature">Ann Lee<br>Harbour office</div>',
        f"<p>{LONG}</p><div>--&nbsp;</div><div>Ann Lee</div>",
        f"<p>{LONG}</p><p>On Fri, 3 May 2024 at 10:00, Bo &lt;b@example.org&gt; wrote:</p><p>Pier?",
    ],
)
def test_quotes_and_signatures_in_html_are_left_out(page: str):
    message = EmailMessage()
    message["Subject"] = "Re: Pier"
    message.set_content(page, subtype="html")

    assert texts(message) == [LONG]


def test_a_quote_in_html_that_is_passed_on_or_a_passage_of_a_book_is_kept():
    message = EmailMessage()
    message["Subject"] = "Fwd: Pier"
    message.set_content(QUOTED + "<blockquote>Row home.</blockquote>", subtype="html")

    assert texts(message)[-2:] == ["The pier?", "Row home."]


def test_the_parts_of_a_text_are_read_in_their_order_and_related_pictures_are_none():
    message = mail("First.", "<p>First.</p>")
    message.make_mixed()
    message.attach(mail("Second."))
    picture = mail(
        "", '<p>Rich <img src="cid:a"> words that are more than the plain ones are, which are none</p>'
    )
    picture.get_payload()[-1].add_related(b"\x89PNG", "image", "png", cid="<a>")

    assert texts(message) == ["First.", "Second."]
    assert texts(picture)[0].startswith("Rich words")


def attach(message: EmailMessage, name: str, content: bytes) -> EmailMessage:
    message.add_attachment(content, "application", "octet-stream", filename=name)
    return message


def told(parts: list[Reading | Unreadable]) -> list[tuple[str, str]]:
    return [
        (part.key, part.blocks[-1].text) if isinstance(part, Reading) else (part.where, part.why)
        for part in parts
    ]


def test_attached_documents_are_readings_by_their_names_and_others_are_passed_over():
    message = mail("Here they are.")
    attach(message, "notes.txt", b"Notes\n\nBoats are blue.")
    attach(message, "C:\\of me\\notes.txt", b"Notes\n\nBoats are grey.")
    attach(message, "größe.DOCX", word(paragraph("Piers are long.")))
    attach(message, "b.epub", book("<p>Kelp grows.</p>"))
    attach(message, "many.jsonl", json.dumps({"id": "7", "text": "Eels return."}).encode() + b"\n{\n")
    attach(message, "logo.png", b"\x89PNG")
    attach(message, "none", b"x")
    attach(message, "bad.docx", b"x")

    assert told(everything(message)) == [
        ("", "Here they are."),
        ("notes.txt", "Boats are blue."),
        ("notes.txt (2)", "Boats are grey."),
        ("größe.DOCX", "Piers are long."),
        ("b.epub", "Kelp grows."),
        ("many.jsonl/7", "Eels return."),
        ("many.jsonl, line 2", "is not JSON"),
        ("bad.docx", "is no ZIP archive, or damaged; save it anew"),
    ]


def test_attached_mails_are_read_two_deep():
    inner = mail("Third.", Subject="Three")
    for subject, text in (("Four", "Fourth."), ("Two", "Second."), ("One", "First.")):
        outer = mail(text, Subject=subject)
        outer.add_attachment(inner)
        attach(outer, f"{subject}.txt", b"Notes\n\nOf " + subject.encode() + b".")
        inner = outer

    assert [key for key, _text in told(everything(inner))] == [
        "", "Two.eml", "Two.eml/Four.eml", "Two.eml/Two.txt", "One.txt",
    ]  # fmt: skip


def test_a_mail_attached_as_a_file_is_read():
    message = attach(mail("See this."), "old.eml", bytes(mail("Old words.", Subject="Old")))

    _own, attached = everything(message)

    assert isinstance(attached, Reading)
    assert (attached.key, attached.title, attached.blocks[0].text) == ("old.eml", "Old", "Old words.")


def test_a_mail_without_a_text_has_the_readings_of_what_is_attached():
    message = EmailMessage()
    message["Subject"] = "Scan"
    attach(message, "a.txt", b"Notes\n\nBoats are blue.")

    assert told(everything(message)) == [("a.txt", "Boats are blue.")]


def test_no_more_than_so_many_attachments_are_read():
    inner, message = mail("Inner."), mail("Many.")
    for n in range(eml.ATTACHMENTS - 5):
        attach(inner, f"{n}.txt", b"Notes\n\nBoats.")
    message.add_attachment(inner)
    for n in range(20):
        attach(message, f"{n}.txt", b"Notes\n\nPiers.")

    made = everything(message)

    assert sum(isinstance(part, Reading) for part in made) == 1 + eml.ATTACHMENTS
    assert [part.where for part in made if isinstance(part, Unreadable)] == ["attachments"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is empty"),
        (b"\r\n\r\n", "is empty"),
        (b"Just some words.\n", "is no e-mail"),
        (raw(""), "holds no text"),
        (raw("> all quoted"), "holds no text"),
        (raw("x", "Content-Type: image/png"), "holds no text"),
        (raw("x", "Content-Type: multipart/encrypted; boundary=b"), "is encrypted"),
        (raw("x", "Content-Type: application/pkcs7-mime; smime-type=enveloped-data"), "is encrypted"),
        (raw(b"\x89PNG" + bytes(range(256)) * 9, "Content-Type: text/plain"), "is no text"),
        (raw("x", "Content-Type: text/plain; charset=a\x00"), "holds a zero"),
        (raw("x", "Content-Disposition: attachment; filename*=a\x00'en'b.txt"), "holds a zero"),
        (raw("x", "X: y\rContent-Type: text/plain; a=" + ";" * 5000), "a field of more than 4,000 bytes"),
        (raw("x", "Content-Type: text/plain; a=" + ";" * 5000), "a field of more than 4,000 bytes"),
        (b"From: a\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\nContent-Type: multipart/mixed; boundary=c\n\n" * 200,
         "parts that hold parts"),
    ],
)  # fmt: skip
def test_what_is_no_mail_is_refused_with_a_reason(data: bytes, why: str):
    with pytest.raises(ReadError, match=why):
        everything(data)


def test_a_mail_larger_than_may_be_is_not_parsed():
    with pytest.raises(ReadError, match="larger than 1 MB"):
        everything(raw("x" * MOST))


def test_parts_within_parts_as_deep_as_may_be_are_read():
    data = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(eml.CONTAINERS)
    )

    assert texts(b"From: a@example.org\r\n" + data + b"\r\nDeep words.") == ["Deep words."]


@pytest.mark.parametrize(
    "body",
    ["> \n" * 100_000, "On a wrote:\n" * 50_000, "From: a\n" * 50_000, "--\n" * 50_000, "x" * 900_000, "On " * 100_000,
     "-----Original Message-----\n" * 20_000, "a <b> " * 50_000, "\n" * 900_000, "> From: a\nSent: b\nTo: c\n" * 9_000],
)  # fmt: skip
def test_no_mail_takes_more_than_its_length(body: str):
    for subject in ("Subject: Pier", "Subject: Fwd: Pier"):
        for flowed in ("", "Content-Type: text/plain; format=flowed"):
            with contextlib.suppress(ReadError):
                everything(raw(body, subject, *filter(None, [flowed])))


def whole_mail() -> bytes:
    message = mail(GERMAN, f"<p>{GERMAN}</p>", Date="Fri, 03 May 2024 10:00:00 +0200", Subject="Größe")
    attach(message, "größe.txt", b"Notes\n\nBoats.")
    message.add_attachment(mail("Inner."))
    return bytes(message)


def refused_or_read(data: bytes) -> None:
    """Whatever *data* is, there is a reading or a reason and nothing else."""
    with contextlib.suppress(ReadError):
        for made in eml.read(io.BytesIO(data), MOST):
            assert isinstance(made, Reading | Unreadable)


@pytest.mark.parametrize("share", [n / 40 for n in range(40)])
def test_a_mail_cut_off_anywhere_is_refused_or_read(share: float):
    data = whole_mail()

    refused_or_read(data[: int(len(data) * share)])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_mail_with_wrong_bytes_is_refused_or_read(changes: list[tuple[int, int]]):
    data = bytearray(whole_mail())
    for at, byte in changes:
        data[at % len(data)] = byte

    refused_or_read(bytes(data))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [b"From: ", b"a@b", b"\r\n", b"\r\n\r\n", b"Content-Type: ", b"multipart/mixed; ", b"boundary=x", b"--x",
             b"--x--", b"text/plain", b"text/html", b"; charset=", b"utf-7", b"utf-16", b"\xff", b"=?", b"?b?", b"?q?",
             b"?=", b"utf-8", b'"', b"(", b"<", b">", b"filename*0*=utf-8''%ff", b"; name=", b"a.eml", b"Subject: ",
             b"Date: ", b"message/rfc822", b"Content-Transfer-Encoding: ", b"base64", b"x-uuencode", b"begin 644 a",
             b"quoted-printable", b"=", b"=3D", b"Content-Disposition: attachment", b"; filename=", b"\x00", b" ", b"word"]
        ),
        max_size=60,
    )
)  # fmt: skip
def test_whatever_pieces_a_mail_is_of_it_is_refused_or_read(pieces: list[bytes]):
    refused_or_read(b"From: a@example.org\r\n" + b"".join(pieces))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300), st.sampled_from(["Pier", "Re: Pier", "Fwd: Pier"]))
def test_whatever_a_mail_says_it_is_refused_or_read(text: str, subject: str):
    refused_or_read(
        raw(text.encode("utf-8", "replace"), f"Subject: {subject}", "Content-Type: text/plain; charset=utf-8")
    )
