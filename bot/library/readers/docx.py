"""Word files: their text as it is read, with what is tracked as inserted and without what is deleted."""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from bot.errors import ReadError
from bot.library.byline import front_of
from bot.library.facts import LONGEST, language_in
from bot.library.readers.archive import Archive
from bot.library.readers.docx_styles import TITLE_LEVEL, Outline, Outlines
from bot.library.readers.docx_text import NOTES, Note, is_deleted, line_of, paragraphs, rows_of, within
from bot.library.readers.markup import LONGEST_CELL, one_line
from bot.library.readers.tree import Element, attribute, child, local, tree_of
from bot.library.reading import LONGEST_HEADING, Kind, Reading, number

Blocks = list[tuple[Kind, str, int]]
"""As `number` of bot/library/reading.py takes them."""

_UNNAMED = re.compile(
    r"(?:ms |microsoft |word |office |- )*(?:document|dokument|documento|文档|文書|文件)[ _-]*\d*"
    r"|(?:untitled|unbenannt|sans titre|无标题|無題|word|presentation|powerpoint presentation|normal)\W*\d*"
    r"|\W*title\W*|.*\.(?:docx?|dotx?|dotm|rtf|odt|tmp)",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"(?:microsoft |ms |windows |office |default |word )*(?:user|office|word)|admin(?:istrator)?|author|owner"
    r"|python-docx|apache poi|docx4j|openpyxl|pandoc|unknown|anonymous|benutzer|utilisateur|用户|作者|\W*",
    re.IGNORECASE,
)


def read(file: BinaryIO, most: int) -> Iterator[Reading]:
    """Yield the one reading of *file*. Raises ReadError for what is no Word file, locked or unsafe."""
    archive = Archive(file, most)
    main = _main_part(archive)
    body = child(tree_of(archive.read(main), what="Word file"), "body")
    if body is None:
        raise ReadError("is no Word document; save it as .docx")
    blocks = _Word(archive, main.rpartition("/")[0]).told(body)
    if not blocks:
        raise ReadError("holds no text; what it shows may be pictures")
    core = _core(archive)
    title = core.get("title") or _title(blocks)
    above = [
        text for _kind, text, _level in itertools.takewhile(lambda block: block[0] is not Kind.ITEM, blocks)
    ]
    front = front_of(above, has_title=bool(above) and above[0] == title)
    yield Reading(
        number(blocks),
        title=title,
        author=front.author or core.get("author"),
        date=front.date,
        language=core.get("language"),
        front=front.lines,
    )


def _title(blocks: Sequence[tuple[Kind, str, int]]) -> str | None:
    """A paragraph of the style Title is the title; so is a heading above all else."""
    titles = [text for kind, text, level in blocks if kind is Kind.HEADING and level == TITLE_LEVEL]
    first = [text for kind, text, _level in blocks[:1] if kind is Kind.HEADING]
    return next(iter(titles + first), None)


def _main_part(archive: Archive) -> str:
    for related in tree_of(archive.read("_rels/.rels"), what="Word file"):
        if (attribute(related, "Type") or "").endswith("/officeDocument"):
            return (attribute(related, "Target") or "").lstrip("/")
    raise ReadError("is no Word document; save it as .docx")


def _core(archive: Archive) -> dict[str, str]:
    """Return what the file's properties say of it, but for what programs put there themselves."""
    said: dict[str, str] = {}
    if "docProps/core.xml" in archive:
        for element in tree_of(archive.read("docProps/core.xml"), what="Word file"):
            said[local(element)] = one_line(element.text or "")
    title, author = (
        text if len(text := said.get(name, "")) <= LONGEST else "" for name in ("title", "creator")
    )
    is_named = not _UNNAMED.fullmatch(title) and title != _template(archive)
    facts = {
        "title": title if is_named and len(title) <= LONGEST else "",
        "author": author if not _NOBODY.fullmatch(author) and len(author) <= LONGEST else "",
        "language": language_in(said.get("language")),
    }
    return {name: text for name, text in facts.items() if text}


def _template(archive: Archive) -> str:
    """Return the name of the template that the file was made from; its title is none of the file's."""
    if "docProps/app.xml" not in archive:
        return ""
    named = child(tree_of(archive.read("docProps/app.xml"), what="Word file"), "Template")
    return "" if named is None else re.sub(r"\.dot[xm]?$", "", one_line(named.text or ""))


class _Word:
    """Tells the parts of one file, whose notes, styles and lists lie in members of their own."""

    def __init__(self, archive: Archive, folder: str) -> None:
        self._archive = archive
        self._folder = folder
        self._outlines = Outlines(self._part("styles"), self._part("numbering"))
        self._notes = {
            (part, attribute(note, "id")): note
            for part in NOTES.values()
            for note in self._part(part)
            if attribute(note, "type") in {None, "normal"}
        }

    def _part(self, name: str) -> Element:
        path = f"{self._folder}/{name}.xml".lstrip("/")
        return tree_of(self._archive.read(path), what="Word file") if path in self._archive else ()

    def told(self, around: Element) -> Blocks:
        """Return the blocks of all that stands in *around*, notes below what refers to them."""
        blocks: Blocks = []
        waiting: list[Note] = []  # Notes on items are told below their list, which they would cut.
        for element in within(around, {"p", "tbl"}):
            if local(element) == "tbl":
                blocks += self._table(element, waiting)
                continue
            line = line_of(element)
            if not line.text and is_deleted(element):
                continue
            outline = self._outlines.of(element)
            if line.text and outline.mark is None:
                blocks += self._noted(waiting)
            if line.text and not outline.is_contents:
                blocks.append(_block(line.text, outline))
            for box in line.boxes:
                blocks += self.told(box)
            waiting += line.notes
        return blocks + self._noted(waiting)

    def _noted(self, waiting: list[Note]) -> Blocks:
        """Return the text of the notes that are *waiting*, each once; then none are."""
        notes = [note for which in waiting if (note := self._notes.pop(which, None)) is not None]
        waiting.clear()
        return [block for note in notes for block in self.told(note)]

    def _table(self, table: Element, waiting: list[Note]) -> Blocks:
        """Return a block a row; what stands in a frame, or in columns of text, is told as it stands."""
        rows = list(rows_of(table))
        lines = [[[line_of(p) for p in paragraphs(cell)] for cell in row] for row in rows]
        cells = [[" ".join(line.text for line in cell).strip() for cell in row] for row in lines]
        texts = [[text for text in row if text] for row in cells]
        is_frame = max(map(len, texts), default=0) < 2
        if is_frame or max(len(text) for row in texts for text in row) > LONGEST_CELL:
            return [block for row in rows for cell in row for block in self.told(cell)]
        waiting += [note for row in lines for cell in row for line in cell for note in line.notes]
        return [(Kind.ITEM, one_line(" | ".join(row)), 1) for row in texts if row]


def _block(text: str, outline: Outline) -> tuple[Kind, str, int]:
    if outline.heading is not None and len(text) <= LONGEST_HEADING:
        return Kind.HEADING, text, outline.heading
    if outline.mark is None:
        return Kind.PARAGRAPH, text, 1
    return Kind.ITEM, f"{outline.mark} {text}".strip(), outline.depth
