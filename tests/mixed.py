"""A folder as a research team has one: a hundred files of all kinds and encodings, and what each of them says."""

import datetime
import email.message
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import docx
import feeds
import office
import pages
import pdfs
from feeds import Dialect

DAY = datetime.date(2024, 3, 11)

PROSE = {
    "en": ("The quay of {place} was closed for {n} days because of the fog, and nobody complained.",
           "Its harbour master counted {n} barges, each of them older than the lock at {place}.",
           "“We measured it twice,” an engineer of {place} said, “and found {n} cracks.”"),
    "de": ("Die Schleuse von {place} blieb {n} Tage geschlossen, weil die Tür über Nacht zugefroren war.",
           "Für {n} Kähne fehlte ein Liegeplatz, hieß es aus {place}; größere Schäden gab es keine."),
    "fr": ("Le quai de {place} est resté fermé {n} jours à cause du brouillard, déjà très épais l’été dernier.",
           "À {place}, l’ingénieur a relevé {n} fissures ; la préfète n’a pas été prévenue."),
    "zh": ("{place}的码头因为大雾关闭了{n}天，没有人抱怨，渡轮也停在港口里。",
           "港口的工程师在{place}数了{n}条驳船，每一条都比水闸老得多。"),
}  # fmt: skip
PLACES = {
    "en": ("Kiel", "Odense", "Gdynia"), "de": ("Lübeck", "Köln", "Würzburg"), "fr": ("Sète", "Orléans", "Évian"),
    "zh": ("宁波", "苏州", "青岛"),
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What a document says; `belongs` where it is ordered as it stands there, `foreign` nowhere."""

    belongs: tuple[str, ...]
    title: str | None = None
    date: datetime.date | None = None
    foreign: tuple[str, ...] = ()
    language: str | None = None
    pages: int = 0
    is_ordered: bool = True


Files = dict[str, list[Told]]
"""The documents of each file, by its name."""


def made(folder: Path) -> Files:
    """Write the files into *folder*; return what they say."""
    told: Files = {}
    for name, data, documents in (*_pages(), *_pdfs(), *_word(), *_books(), *_mails(), *_feeds(), *_texts()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        told[name] = documents
    return told


Made = Iterator[tuple[str, bytes, list[Told]]]


def prose(seed: int, language: str, paragraphs: int = 4) -> tuple[str, ...]:
    """Return paragraphs in a language, each of some sentences."""
    chance = random.Random(seed)  # noqa: S311 - texts, not secrets
    space = "" if language == "zh" else " "

    def sentence() -> str:
        form = chance.choice(PROSE[language])
        return form.format(place=chance.choice(PLACES[language]), n=chance.randint(3, 9999))

    return tuple(space.join(sentence() for _ in range(4)) for _ in range(paragraphs))


def _pages() -> Made:
    for number, layout in enumerate(list(pages.LAYOUTS) * 3):
        page = pages.page(layout, number)
        suffix = (".html", ".htm", ".HTML")[number % 3]
        name = f"web/{layout} {number}{suffix}"
        yield name, page.data, [Told(page.belongs, page.title, page.date, page.foreign, is_ordered=False)]


def _pdfs() -> Made:
    for number in range(12):
        paper = pdfs.article(number, pdfs.Look(columns=2), sections=8)
        above = {paper.title, *paper.headings}
        belongs = tuple(text for text, _page in paper.paragraphs if text not in above)
        last = max(page for _text, page in paper.paragraphs)
        told = Told(belongs, paper.title, foreign=paper.furniture, pages=last)
        yield f"papers/paper-{number}.pdf", paper.data, [told]


def _word() -> Made:
    for number in range(12):
        document, title = docx.Document(), f"The locks of the year {1990 + number}"
        document.core_properties.title = title
        body = prose(100 + number, ("en", "de")[number % 2], 6)
        document.add_heading("What was found", level=1)
        document.add_paragraph(body[0])
        table = document.add_table(rows=2, cols=3)
        cells = [[f"lock {row}{column}" for column in "abc"] for row in range(2)]
        for row, texts in zip(table.rows, cells, strict=True):
            for one, text in zip(row.cells, texts, strict=True):
                one.text = text
        for text in body[1:]:
            document.add_paragraph(text)
        document.sections[0].header.paragraphs[0].text = "Confidential draft of the authority"
        rows = tuple(" | ".join(texts) for texts in cells)
        told = Told((body[0], *rows, *body[1:]), title, foreign=("Confidential draft of the authority",))
        yield f"reports/Bericht {number} für die Behörde.docx", office.saved(document), [told]


def _books() -> Made:
    for number in range(5):
        chapters = [prose(200 + 10 * number + n, "en") for n in range(3)]
        bodies = [
            f"<h1>Chapter {n}</h1>" + "".join(f"<p>{text}</p>" for text in chapter)
            for n, chapter in enumerate(chapters, start=1)
        ]
        title = f"A book of harbours, volume {number}"
        stated = f"<dc:title>{title}</dc:title><dc:date>{DAY}</dc:date><dc:language>en</dc:language>"
        belongs = tuple(text for chapter in chapters for text in chapter)
        yield (
            f"books/{number}.epub",
            office.book(*bodies, metadata=stated),
            [Told(belongs, title, DAY, (), "en")],
        )


def _mails() -> Made:
    charsets = ("utf-8", "iso-8859-1", "gb18030", "utf-8", "windows-1252")
    for number, charset in enumerate(charsets * 2):
        language = {"gb18030": "zh", "iso-8859-1": "de"}.get(charset, "fr" if number % 2 else "en")
        body = prose(300 + number, language, 3)
        mail = email.message.EmailMessage()
        mail["Subject"], mail["From"] = f"{PLACES[language][0]}: {number}", "Anna Berg <anna@harbour.example>"
        mail["To"], mail["Date"] = "desk@harbour.example", "Mon, 11 Mar 2024 09:30:00 +0000"
        quoted = "> The quoted words of somebody else entirely"
        text = "\n\n".join(body).replace("’", "'").replace("“", '"').replace("”", '"')
        mail.set_content(
            f"{text}\n\n{quoted}\n-- \nAnna Berg, signature of mine\n", charset=charset, cte="base64"
        )
        told = Told(tuple(text.split("\n\n")), f"{PLACES[language][0]}: {number}", DAY, (quoted[2:],))
        yield f"mail/{number} {charset}.eml", mail.as_bytes(), [told]


def _feeds() -> Made:
    dialects = (
        Dialect.RSS_20,
        Dialect.ATOM_10,
        Dialect.RSS_10,
        Dialect.ATOM_03,
        Dialect.JSON_11,
        Dialect.ATOM_XHTML,
    )
    suffixes = (".rss", ".atom", ".xml", ".atom", ".json", ".xml")
    for number, (dialect, suffix) in enumerate(zip(dialects, suffixes, strict=True)):
        items = feeds.items(4, seed=number, language=("en", "zh")[number % 2])
        told = [Told(item.paragraphs, item.title, item.published.date()) for item in items]
        yield f"feeds/{dialect}{suffix}", feeds.written(items, dialect), told


def _texts() -> Made:
    encodings = [
        ("utf-8", "en"), ("utf-8-sig", "fr"), ("latin-1", "de"), ("cp1252", "fr"), ("gb18030", "zh"),
        ("utf-16", "zh"), ("utf-16-le", "en"), ("utf-16-be", "de"), ("utf-8", "zh"), ("cp1252", "de"),
        ("gb18030", "zh"), ("latin-1", "de"),
    ]  # fmt: skip
    for number, (encoding, language) in enumerate(encodings):
        body = prose(400 + number, language)
        text = "\n\n".join(body)
        if encoding == "latin-1":
            text = text.replace("’", "'").replace("“", '"').replace("”", '"')
        yield f"notes/{number} {encoding}.txt", text.encode(encoding), [Told(tuple(text.split("\n\n")))]
    for number in range(9):
        body, title = prose(500 + number, ("en", "zh", "de")[number % 3]), f"港口 notes {number}"
        head = f"---\ntitle: {title}\ndate: {DAY}\n---\n\n"
        yield f"notes/笔记 {number}.md", (head + "\n\n".join(body)).encode(), [Told(body, title, DAY)]
    for number in range(4):
        bodies = [prose(600 + 10 * number + n, "en", 2) for n in range(5)]
        lines = [
            {
                "id": n,
                "title": f"Row {number}.{n}",
                "text": "\n\n".join(body),
                "date": str(DAY),
                "language": "en",
            }
            for n, body in enumerate(bodies)
        ]
        told = [Told(body, f"Row {number}.{n}", DAY, (), "en") for n, body in enumerate(bodies)]
        yield f"rows/{number}.jsonl", "\n".join(map(json.dumps, lines)).encode(), told
