"""PDFs that are made from texts: what a reader gets out of them can be held against what went in."""

import io
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 595.0, 842.0  # A4, in points.
MARGIN = 72.0
SONG = "STSong-Light"

SUBJECTS = [
    "the harbour master",
    "an independent inspector",
    "the northern ministry",
    "every fishing cooperative",
    "the engineering department",
    "a travelling merchant",
    "the provincial government",
    "our correspondent",
    "the insurance company",
    "a visiting delegation",
    "the lighthouse keeper",
    "the municipal council",
    "a neighbouring settlement",
    "the observatory",
    "the shipbuilding industry",
    "the agricultural committee",
]
VERBS = [
    "examined",
    "published",
    "recommended",
    "postponed",
    "described",
    "remembered",
    "transported",
    "manufactured",
    "considered",
    "reconstructed",
    "investigated",
    "photographed",
    "distributed",
    "underestimated",
    "announced",
    "purchased",
]
OBJECTS = [
    "the remarkable foundations",
    "a complicated agreement",
    "several hundred instruments",
    "the western territory",
    "long-term investments",
    "a state-of-the-art laboratory",
    "the temporary accommodation",
    "electrical equipment",
    "an extraordinary collection",
    "the international exhibition",
    "well-known manuscripts",
    "the railway connection",
    "unprecedented quantities of timber",
    "the administrative headquarters",
    "two particular observations",
    "a self-governing association",
]
ENDS = [
    "during the following winter",
    "without further explanation",
    "according to the annual statement",
    "in the neighbourhood of the cathedral",
    "against considerable opposition",
    "for the benefit of the population",
    "between the mountains and the estuary",
    "at the beginning of the century",
    "despite the terrible weather",
    "under the supervision of experienced officials",
    "before the conference was interrupted",
]
NAMES = [
    "Elgin",
    "Tarnby",
    "Odense",
    "Kiel",
    "Turku",
    "Gdynia",
    "Riga",
    "Malmo",
    "Lund",
    "Narva",
    "Vaasa",
    "Pori",
    "Skagen",
    "Bergen",
    "Husum",
    "Emden",
]
CHINESE = [
    "港口的主管在冬天检查了新的灯塔",
    "政府公布了关于铁路的年度报告",
    "渔业合作社购买了三百台仪器",
    "代表团参观了北方的天文台",
    "委员会推迟了关于木材的协议",
    "保险公司调查了桥梁的基础",
    "记者描述了山谷里的居民",
    "工程部门重建了东部的仓库",
    "商人把货物运到了河口",
    "大学收藏了许多古老的手稿",
]


@dataclass(frozen=True, slots=True)
class Made:
    """A document, and what a reader should get out of it."""

    data: bytes
    title: str
    paragraphs: tuple[tuple[str, int], ...]
    """Each paragraph of the text with the page on which it begins, in the order of reading."""
    headings: tuple[str, ...] = ()
    furniture: tuple[str, ...] = ()
    """What stands at the edges of its pages."""

    @property
    def words(self) -> list[str]:
        """The words that belong, in their order."""
        return " ".join(text for text, _ in self.paragraphs).split()


@dataclass(frozen=True, slots=True)
class Look:
    """How a document is set."""

    columns: int = 1
    size: float = 10.0
    leading: float = 12.5
    indent: float = 14.0
    gap: float = 0.0
    is_justified: bool = True
    is_hyphenated: bool = True
    by_words: bool = False
    """Whether each word is written on its own, without spaces, as some programs do."""
    gutter: float = 22.0
    font: str = "Times-Roman"
    bold: str = "Times-Bold"
    footnotes: bool = False
    has_furniture: bool = True


def sentence(chance: random.Random) -> str:
    """Return a sentence; no two are likely to be alike."""
    name, number = chance.choice(NAMES), chance.randrange(10, 9999)
    told = (
        f"In {name}, {chance.choice(SUBJECTS)} {chance.choice(VERBS)} {chance.choice(OBJECTS)}"
        f" {chance.choice(ENDS)}, which cost {number} crowns"
    )
    if chance.random() < 0.5:
        told += f", and {chance.choice(SUBJECTS)} {chance.choice(VERBS)} {chance.choice(OBJECTS)}"
    return f"{told}."


def paragraph(chance: random.Random, *, least: int = 2, most: int = 6) -> str:
    """Return some sentences."""
    return " ".join(sentence(chance) for _ in range(chance.randint(least, most)))


def chinese(chance: random.Random) -> str:
    """Return a paragraph of Chinese."""
    count = chance.randint(3, 8)
    return "".join(f"{chance.randrange(1950, 2030)}年{chance.choice(CHINESE)}。" for _ in range(count))


def heading(chance: random.Random, number: int) -> str:
    """Return the heading of a section."""
    return f"{number} The {chance.choice(OBJECTS).split(' ', 1)[1]} of {chance.choice(NAMES)}"


def broken(text: str, width: float, look: Look, *, indent: float = 0.0, font: str = "") -> list[str]:
    """Return *text* in lines of *width* points, long words divided where the look wants it."""
    font = font or look.font
    lines, line = [], ""
    room = width - indent
    words = re.findall(r"\w[\d.]*|\W", text) if font == SONG else text.split()
    space = "" if font == SONG else " "
    while words:
        word = words.pop(0)
        tried = f"{line}{space}{word}" if line else word
        if pdfmetrics.stringWidth(tried, font, look.size) <= room or not line:
            line = tried
            continue
        if font == SONG and word in "，。":  # No line begins with a stop.
            lines.append(line + word)
            line, room = "", width
            continue
        head, tail = _divided(word, line, room, font, look)
        lines.append(f"{line} {head}" if head else line)
        if head:
            words.insert(0, tail)
            line = ""
        else:
            line = word
        room = width
    return [*lines, line] if line else lines


def _divided(word: str, line: str, room: float, font: str, look: Look) -> tuple[str, str]:
    """Return the parts of a word of which the first ends the line, '' if it goes to the next whole."""
    at_own = [n + 1 for n, letter in enumerate(word) if letter == "-"]
    letters = word.rstrip(".,")
    places = [n for n in range(3, len(letters) - 2) if letters.isalpha()] if look.is_hyphenated else []
    for n in sorted({*at_own, *places}, reverse=True):
        head = word[:n] if n in at_own else f"{word[:n]}-"
        if pdfmetrics.stringWidth(f"{line} {head}", font, look.size) <= room:
            return head, word[n:]
    return "", word


class Press:
    """Sets text on pages, column after column, and writes down what begins on which."""

    def __init__(self, look: Look, seed: int = 1, *, title: str = "", **stated: str) -> None:
        self.look = look
        self.chance = random.Random(seed)  # noqa: S311 - no secret, but the same each time
        self.page, self.column, self.top = 0, 0, 0.0
        self.told: list[tuple[str, int]] = []
        self.headings: list[str] = []
        self.furniture: list[str] = []
        self.notes: list[str] = []
        self.buffer = io.BytesIO()
        lock = StandardEncryption(userPassword=stated.pop("password")) if "password" in stated else None
        self.canvas = Canvas(
            self.buffer, pagesize=(WIDTH, HEIGHT), invariant=True, lang=stated.get("language"), encrypt=lock
        )
        self.canvas.setTitle(title)
        self.canvas.setAuthor(stated.get("author", ""))
        self.turn()

    @property
    def width(self) -> float:
        """How wide a column is."""
        return (WIDTH - 2 * MARGIN + self.look.gutter) / self.look.columns - self.look.gutter

    @property
    def left(self) -> float:
        """Where the column begins."""
        return MARGIN + self.column * (self.width + self.look.gutter)

    def turn(self) -> None:
        """Begin the next page."""
        if self.page:
            self.canvas.showPage()
        self.page += 1
        self.column, self.top = 0, HEIGHT - MARGIN
        self.y, self.floor = self.top, MARGIN
        if self.look.has_furniture:
            self._edges()
        if self.look.footnotes:
            self._note()

    def _edges(self) -> None:
        head = "Quarterly gazette of coastal affairs" if self.page % 2 else "Zephyr Quibble (editor)"
        foot = f"Copyright Xylo Press, page {self.page}"
        for text, y in ((head, HEIGHT - 40), (foot, 40)):
            self.canvas.setFont("Helvetica", 8)
            self.canvas.drawCentredString(WIDTH / 2, y, text)
            self.furniture.append(text)

    def _note(self) -> None:
        """Set a note at the foot of the first column."""
        note = f"{self.page} Compare {self.chance.choice(OBJECTS)} {self.chance.choice(ENDS)}."
        small = replace(self.look, size=7.5)
        for at, line in enumerate(broken(note, self.width, small)):
            self.canvas.setFont(self.look.font, small.size)
            self.canvas.drawString(MARGIN, MARGIN + 9 - 9 * at, line)
        self.notes.append(note)

    def feed(self, by: float) -> None:
        """Go down the column, or on to the next one if there is no room."""
        floor = MARGIN + (28 if self.look.footnotes and self.column == 0 else 0)
        if self.y - by < floor:
            self.column, self.y = self.column + 1, self.top
            if self.column == self.look.columns:
                self.turn()
        self.y -= by

    def line(self, text: str, *, left: float, room: float, is_last: bool) -> None:
        """Write a line, set to the column's width where the look wants it."""
        look, words = self.look, text.split()
        spare = room - pdfmetrics.stringWidth(text, look.font, look.size)
        extra = spare / max(len(words) - 1, 1) if look.is_justified and not is_last and spare > 0 else 0.0
        if look.by_words:
            space = pdfmetrics.stringWidth(" ", look.font, look.size) + extra
            for word in words:
                self.canvas.drawString(left, self.y, word)
                left += pdfmetrics.stringWidth(word, look.font, look.size) + space
            return
        written = self.canvas.beginText(left, self.y)
        written.setWordSpace(extra)
        written.textOut(text)
        self.canvas.drawText(written)

    def paragraph(self, text: str, *, mark: str = "") -> None:
        """Set a paragraph, or an item behind its *mark*."""
        look = self.look
        hang = 14.0 if mark else 0.0
        indent = 0.0 if mark else look.indent
        lines = broken(text, self.width - hang, look, indent=indent)
        for at, line in enumerate(lines):
            self.feed(look.leading + (look.gap if at == 0 else 0))
            self.canvas.setFont(look.font, look.size)
            if at == 0:
                self.told.append((text, self.page))
                self.canvas.drawString(self.left, self.y, mark)
            inset = hang + (indent if at == 0 else 0)
            is_last = at == len(lines) - 1
            self.line(line, left=self.left + inset, room=self.width - inset, is_last=is_last)

    def heading(self, text: str, size: float) -> None:
        """Set a heading that stands on one line or more, never at a column's foot."""
        look = Look(columns=self.look.columns, size=size, font=self.look.bold, is_hyphenated=False)
        lines = broken(text, self.width, look)
        if self.y - (len(lines) + 3) * size * 1.2 < MARGIN + 30:
            self.y = 0
        for at, line in enumerate(lines):
            self.feed(size * 1.2 + (size if at == 0 else 0))
            self.canvas.setFont(look.font, size)
            if at == 0:
                self.told.append((text, self.page))
            self.canvas.drawString(self.left, self.y, line)
        self.y -= 3
        self.headings.append(text)

    def banner(self, lines: Sequence[str], size: float, *, font: str = "Helvetica-Bold") -> None:
        """Set lines in the middle of the page over all its columns; what comes goes on below."""
        for line in lines:
            self.y -= size * 1.4
            self.canvas.setFont(font, size)
            self.canvas.drawCentredString(WIDTH / 2, self.y, line)
        self.y -= size
        self.column, self.top = 0, self.y

    def table(self, rows: Sequence[Sequence[str]], *, size: float = 9.0) -> None:
        """Set a table over all columns, from the height that has been reached."""
        step = (WIDTH - 2 * MARGIN) / len(rows[0])
        for row in rows:
            self.y -= size * 1.7
            self.canvas.setFont(self.look.font, size)
            for at, cell in enumerate(row):
                self.canvas.drawString(MARGIN + at * step, self.y, cell)
        self.y -= size * 1.5
        self.column, self.top = 0, self.y

    def made(self, title: str) -> Made:
        """Return the document."""
        self.canvas.showPage()
        self.canvas.save()
        return Made(
            self.buffer.getvalue(), title, tuple(self.told), tuple(self.headings), tuple(self.furniture)
        )


def article(seed: int, look: Look, *, sections: int = 4, **stated: str) -> Made:
    """Return an article in sections below a title over all columns."""
    press = Press(look, seed, **stated)
    chance = press.chance
    title = f"The {chance.choice(OBJECTS).split(' ', 1)[1]} of {chance.choice(NAMES)}"
    press.told.append((title, 1))
    press.banner([title], 20)
    for number in range(1, sections + 1):
        press.heading(heading(chance, number), 13)
        for _ in range(chance.randint(3, 6)):
            press.paragraph(paragraph(chance))
    return press.made(title)


def page_of(lines: Sequence[str], *, font: str = "Times-Roman") -> bytes:
    """Return a page with a paragraph of these lines, which are full, above another paragraph."""
    if font not in pdfmetrics.standardFonts:
        pdfmetrics.registerFont(UnicodeCIDFont(font))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=True)
    canvas.setFont(font, 12)
    for at, line in enumerate(lines):
        canvas.drawString(MARGIN, 700 - 15 * at, line)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def raw_pdf(*, pages: int = 1, text: str = "", letters: Mapping[str, str] = {}) -> bytes:
    """Return a document written by hand: the same page again and again, with *text* in lines.

    Its font says that it shows *letters* for those that stand there.
    """
    words = text.split()
    lines = [" ".join(words[at : at + 200]) for at in range(0, len(words), 200)]
    shown = "BT /F 4 Tf 5 TL 9 830 Td " + "".join(f"({line}) Tj T* " for line in lines) + "ET"
    kids = " ".join(["3 0 R"] * pages)
    told = "".join(f"<{ord(one):02X}> <{ord(other):04X}>\n" for one, other in letters.items())
    named = f"begincmap\n1 begincodespacerange\n<00> <FF>\nendcodespacerange\n{len(letters)} beginbfchar\n{told}endbfchar\nendcmap"
    things = [
        "<</Type /Catalog /Pages 2 0 R>>",
        f"<</Type /Pages /Kids [{kids}] /Count {pages}>>",
        "<</Type /Page /Parent 2 0 R /MediaBox [0 0 9000 842] /Contents 4 0 R"
        " /Resources <</Font <</F 5 0 R>>>>>>",
        f"<</Length {len(shown)}>>\nstream\n{shown}\nendstream",
        "<</Type /Font /Subtype /Type1 /BaseFont /Times-Roman /ToUnicode 6 0 R>>",
        f"<</Length {len(named)}>>\nstream\n{named}\nendstream",
    ]
    data = b"%PDF-1.4\n"
    places = []
    for number, thing in enumerate(things, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{thing}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 7\n0000000000 65535 f \n{table}trailer <</Size 7 /Root 1 0 R>>\nstartxref\n{len(data)}\n%%EOF"
    return data + end.encode()


def scan(pages: int, *, press: Press | None = None) -> bytes:
    """Return pages that are pictures, below those of *press* if it is given."""
    buffer = press.buffer if press else io.BytesIO()
    canvas = press.canvas if press else Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=True)
    for _ in range(pages):
        if press:
            canvas.showPage()
        picture = Image.new("L", (60, 80), 200)
        canvas.drawImage(ImageReader(picture), 20, 20, WIDTH - 40, HEIGHT - 40)
        if not press:
            canvas.showPage()
    canvas.save()
    return buffer.getvalue()


pdfmetrics.registerFont(UnicodeCIDFont(SONG))
