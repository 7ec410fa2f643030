"""The elements of a page to pieces in the order in which they are read: headings, paragraphs, items, rows."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import lxml.etree
import lxml.html
from lxml.html import HtmlElement

from bot.library.decode import storable
from bot.library.reading import Kind
from bot.library.words import CJK

HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
) | frozenset(HEADINGS)
"""Elements that begin a line of their own."""


def is_block(element: HtmlElement) -> bool:
    """Tell whether *element* begins a line of its own; elements of a page's own making do."""
    return element.tag in BLOCKS or "-" in element.tag or element.get("role") == "heading"


LONGEST_HEADING = 300
"""Characters of a heading; a longer one is text."""

LONGEST_BOLD = 90
"""Characters of a line that is bold and so a heading."""

BOLD_LEVEL = 4
"""The depth of a heading that is only known by its being bold."""

LONGEST_CELL = 400
"""Characters of a cell; a table with longer ones is there for its looks."""

_ENDS = re.compile(r"[.!?。！？；;:：…][\"'”’」』）)\]]*$")
_BULLET = re.compile(r"^[•·●○▪■◆►▶‣*–—-]\s+(?=\S)")
_BROKEN_WIDE = re.compile(f"(?<=[{CJK}，。、；：！？”）》])[ \t]*\n\\s*(?=[{CJK}“（《])")
_ZERO_WIDTH = re.compile("[\u00ad\u200b\u2060]")
_NOTE_MARK = re.compile(r"[\[(]?[\w*†‡]{1,4}[\])]?(?:[,;\s]+[\[(]?[\w*†‡]{1,4}[\])]?)*")
_INDENT = ("\u3000", "\u00a0\u00a0")


@dataclass(slots=True)
class Piece:
    """A block as it stands on the page: its element, and how many of its characters are links."""

    kind: Kind
    text: str
    level: int
    element: HtmlElement
    linked: int = 0

    @property
    def link_share(self) -> float:
        """How much of its text is links."""
        return min(1.0, self.linked / max(1, len(self.text)))

    @property
    def is_sentence(self) -> bool:
        """Whether it ends as sentences do."""
        return _ENDS.search(self.text) is not None


class _Run:
    """Text that is read on one line, as it grows."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.linked = 0
        self.bold = 0

    @property
    def is_broken(self) -> bool:
        """Whether a line was ended and nothing written since: another break ends the paragraph."""
        text = next((part for part in reversed(self.parts) if part == "\v" or part.strip()), None)
        return text == "\v"

    def add(self, text: str | None, *, in_link: bool, in_bold: bool) -> None:
        if text:
            self.parts.append(text)
            length = len(text.strip())
            self.linked += length * in_link
            self.bold += length * in_bold


def pieces_of(root: HtmlElement) -> list[Piece]:
    """Return the pieces of what is below *root*, as a browser shows it."""
    return list(_Walk(root).pieces())


def title_at(pieces: Sequence[Piece], title: str | None) -> int:
    """Return where among *pieces* the *title* stands, else the first heading of rank 1, else -1."""
    wanted = (title or "").casefold()
    headings = [at for at, piece in enumerate(pieces) if piece.kind is Kind.HEADING]
    for places in (headings, range(len(pieces))):
        for at in places:
            if wanted and pieces[at].text.rstrip("¶# ").casefold() == wanted:
                return at
    return next((at for at in headings if pieces[at].level == 1), -1)


class _Walk:
    """One way through a tree, without recursion: pages nest deep."""

    def __init__(self, root: HtmlElement) -> None:
        self._root = root
        self._run = _Run()
        self._lists: list[list[int | None]] = []  # For each list, the number of its next item.
        self._mark = ""
        self._fresh = False  # The next line is the first of its item.
        self._links = self._bolds = self._pre = self._cells = 0
        self._around: list[HtmlElement] = [root]

    def pieces(self) -> Iterator[Piece]:
        skipped: HtmlElement | None = None
        for event, element in lxml.etree.iterwalk(self._root, events=("start", "end")):
            if skipped is not None:
                if event == "end" and element is skipped:
                    skipped = None
                    self._tail(element)
                continue
            if event == "start":
                if element.tag == "table" and (rows := data_rows(element)):
                    yield from self._flush()
                    yield from rows
                    skipped = element
                elif is_note_mark(element):
                    skipped = element
                else:
                    yield from self._enter(element)
            else:
                yield from self._leave(element)
        yield from self._flush()

    def _enter(self, element: HtmlElement) -> Iterator[Piece]:
        tag = element.tag
        if is_block(element):
            yield from self._flush()
            self._around.append(element)
        if tag in {"ul", "ol", "menu"}:
            start = element.get("start", "1")
            self._lists.append(
                [int(start) if start.isdecimal() and len(start) < 7 else 1] if tag == "ol" else [None]
            )
        elif tag in {"li", "dd", "dt"}:
            self._fresh, self._mark = True, ""
            if tag == "li" and self._lists and (count := self._lists[-1][0]) is not None:
                self._mark = f"{count}. "
                self._lists[-1][0] = count + 1
        elif tag == "br":
            if self._run.is_broken:
                yield from self._flush()
            self._run.parts.append("\v")
        self._links += tag == "a" and element.get("href") is not None
        self._bolds += tag in {"b", "strong"}
        self._pre += tag == "pre"
        self._add(element.text)

    def _leave(self, element: HtmlElement) -> Iterator[Piece]:
        tag = element.tag
        if is_block(element):
            yield from self._flush()
            self._around.pop()
        if tag in {"ul", "ol", "menu"}:
            self._lists.pop()
        if tag in {"li", "dd", "dt"}:
            self._fresh, self._mark = False, ""
        self._links -= tag == "a" and element.get("href") is not None
        self._bolds -= tag in {"b", "strong"}
        self._pre -= tag == "pre"
        self._tail(element)

    def _tail(self, element: HtmlElement) -> None:
        if element is not self._root:
            self._add(element.tail)

    def _add(self, text: str | None) -> None:
        self._run.add(text, in_link=self._links > 0, in_bold=self._bolds > 0)

    def _flush(self) -> Iterator[Piece]:
        run, self._run = self._run, _Run()
        around = self._around[-1]
        raw = "".join(run.parts)
        texts = [_code(raw)] if self._pre else list(_lines(raw))
        texts = [text for text in texts if text]
        if not texts:
            return
        size = sum(map(len, texts))
        for text in texts:
            linked = run.linked * len(text) // size
            is_bold = run.bold > 0.9 * size and len(texts) == 1
            yield self._piece(text, around, linked=linked, is_bold=is_bold)
            self._fresh = False

    def _piece(self, text: str, around: HtmlElement, *, linked: int, is_bold: bool) -> Piece:
        level = _heading_level(around)
        if level and len(text) <= LONGEST_HEADING:
            return Piece(Kind.HEADING, text, level, around, linked)
        if self._fresh:
            return Piece(Kind.ITEM, self._mark + text, max(1, len(self._lists)), around, linked)
        if bullet := _BULLET.match(text):
            return Piece(Kind.ITEM, text[bullet.end() :], 1, around, linked)
        is_heading = is_bold and len(text) <= LONGEST_BOLD and not _ENDS.search(text) and not self._lists
        if is_heading and not linked and not self._pre:
            return Piece(Kind.HEADING, text, BOLD_LEVEL, around)
        return Piece(Kind.PARAGRAPH, text, 1, around, linked)


def _heading_level(element: HtmlElement) -> int:
    if element.tag in HEADINGS:
        return HEADINGS[element.tag]
    if element.get("role") == "heading":
        level = element.get("aria-level", "2")
        return int(level) if level in {"1", "2", "3", "4", "5", "6"} else 2
    parent = element.getparent()
    # A line within a heading, as in <h1><div>.
    return HEADINGS.get(parent.tag, 0) if parent is not None and isinstance(parent.tag, str) else 0


def unbolded(piece: Piece) -> Piece:
    """Return *piece* as a paragraph if it is a heading by its being bold alone."""
    if piece.kind is Kind.HEADING and not _heading_level(piece.element):
        return replace(piece, kind=Kind.PARAGRAPH, level=1)
    return piece


def is_note_mark(element: HtmlElement) -> bool:
    """Tell whether *element* is a raised mark that leads to a note: it is none of the sentence's words."""
    if element.tag != "sup" or len(element) == 0:
        return False
    is_link = element.find(".//a[@href]") is not None
    return is_link and _NOTE_MARK.fullmatch(plain("".join(element.itertext()))) is not None


def plain(raw: str) -> str:
    """Return *raw* on one line, without what is not seen of it."""
    text = _ZERO_WIDTH.sub("", _BROKEN_WIDE.sub("", raw))
    return " ".join(storable(text.replace("\v", " ")).split())


def _code(raw: str) -> str:
    lines = storable(raw.replace("\v", "\n").expandtabs(4)).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n").rstrip()


def _lines(raw: str) -> Iterator[str]:
    """Yield the paragraphs of a run: one, or one a line where lines are sentences, set in or marked."""
    if "\v" not in raw:
        yield plain(raw)
        return
    lines = [line for line in raw.split("\v") if line.strip()]
    told = [plain(line) for line in lines]
    is_broken = len(told) > 1 and (
        all(_ENDS.search(text) for text in told[:-1])
        or all(line.lstrip("\n\r\t ").startswith(_INDENT) for line in lines[1:])
        or sum(_BULLET.match(text) is not None for text in told) > 1
    )
    if is_broken:
        yield from told
    else:
        yield plain(raw)


def data_rows(table: HtmlElement) -> list[Piece]:
    """Return the rows of a table of data, its cells joined; nothing for one that only places things."""
    if next(table.iterdescendants("table", "h1", "h2", "article", "form", "nav"), None) is not None:
        return []
    cells = [[cell for cell in row if cell.tag in {"td", "th"}] for row in table.iter("tr")]
    if not _holds_data(table, cells):
        return []
    pieces = [_row_piece([caption]) for caption in table.iterchildren("caption")]
    for piece in pieces:
        piece.kind = Kind.PARAGRAPH
    return [piece for piece in [*pieces, *map(_row_piece, cells)] if piece.text]


def _holds_data(table: HtmlElement, cells: list[list[HtmlElement]]) -> bool:
    if max(map(len, cells), default=0) < 2:
        return False
    sizes = [len("".join(cell.itertext()).strip()) for row in cells for cell in row]
    is_marked = next(table.iterdescendants("th", "caption"), None) is not None
    if max(sizes) > LONGEST_CELL * (4 if is_marked else 1):
        return False
    # One row of cells, each with paragraphs, is columns of a page.
    return is_marked or len(cells) > 1 or sum(1 for _ in table.iterdescendants("p", "div", "ul")) == 0


def _row_piece(cells: list[HtmlElement]) -> Piece:
    texts = [_cell_text(cell) for cell in cells]
    linked = sum(len(text_) for cell in cells for link in cell.iter("a") for text_ in link.itertext())
    return Piece(
        Kind.ITEM, " | ".join(filter(None, texts)), 1, cells[0] if cells else lxml.html.Element("tr"), linked
    )


def _cell_text(cell: HtmlElement) -> str:
    return plain(" ".join(piece.text for piece in pieces_of(cell)) if len(cell) else cell.text or "")
