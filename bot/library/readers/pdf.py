"""PDF: text with the pages it stands on, in the order in which it is read."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import BinaryIO

import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument, PdfiumError

from bot.errors import ReadError
from bot.library.byline import front_of
from bot.library.decode import storable
from bot.library.readers.pdf_columns import areas
from bot.library.readers.pdf_facts import author_in, language_in, title_in
from bot.library.readers.pdf_flow import paragraphs
from bot.library.readers.pdf_furniture import without_furniture
from bot.library.readers.pdf_hyphens import together, words_in
from bot.library.readers.pdf_lines import Line, body_size
from bot.library.readers.pdf_pages import WHOLE, Fault, Sheet, sheets_of, unreadable
from bot.library.readers.pdf_paragraphs import BULLETED, Paragraph, Role, Type
from bot.library.readers.pdf_tables import with_rows
from bot.library.reading import Block, Kind, Reading, Unreadable, number

PAGES = 5_000
"""A document has no more: the longest reports have two thousand."""

LEVELS = 6
"""Headings are no deeper."""

LARGE = 1.15
"""A title is larger than the text by this."""

_Told = tuple[Kind, str, int]


def read(file: BinaryIO, most: int) -> Iterator[Reading | Unreadable]:
    """Yield the reading of *file*, then the pages of it that cannot be read and why.

    Raises ReadError for what is encrypted, damaged, larger than *most* bytes, too long or a scan.
    """
    data = file.read(most + 1)
    if len(data) > most:
        raise ReadError(
            f"is larger than {most // 1_000_000} MB; split it, or raise limits.file_megabytes in config.yml"
        )
    if not data.strip():
        raise ReadError("is empty: there is nothing to read")
    with _opened(data) as document:
        yield from _readings(document)


def _opened(data: bytes) -> PdfDocument:
    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise ReadError("is encrypted; remove the password") from error
        raise ReadError("is no PDF, or is damaged: it cannot be opened; save it anew") from error
    if not 0 < len(document) <= PAGES:
        told = f"has more than {PAGES:,} pages; split it" if len(document) else "is damaged: it has no pages"
        document.close()
        raise ReadError(told)
    return document


def _readings(document: PdfDocument) -> Iterator[Reading | Unreadable]:
    sheets, faults = sheets_of(document)
    bare = without_furniture(sheets)
    faults |= {sheet.number: Fault.SCAN for sheet in bare if sheet.is_scan}
    # Where all is alike on all pages, as in a form, nothing of it is furniture.
    told = _areas(bare) or ([] if faults else _areas(sheets))
    if not told:
        raise ReadError(_why_empty(faults))
    yield _reading(document, told)
    yield from unreadable(faults)


def _areas(sheets: Sequence[Sheet]) -> list[list[Line]]:
    """Return the lines of all pages in the order in which they are read, by the areas they stand in."""
    gutters: Counter[int] = Counter()
    texts = [sheet.lines for sheet in sheets if not sheet.is_scan]
    return [with_rows(area) for lines in texts for area in areas(lines, gutters)]


def _why_empty(faults: Mapping[int, Fault]) -> str:
    most = Counter(faults.values()).most_common(1)
    return WHOLE[most[0][0]] if most else "is empty: there is nothing to read"


def _reading(document: PdfDocument, told: Sequence[Sequence[Line]]) -> Reading:
    lines = [line for area in told for line in area]
    size = body_size(lines)
    bold = sum(len(line.text) for line in lines if line.is_bold)
    body = Type(size, is_bold=2 * bold > sum(len(line.text) for line in lines))
    found = paragraphs(told, body)
    blocks = _blocks(found, words_in(lines))
    shown = _shown_title(found, blocks, body)
    title = title_in(document) or shown
    begin = next((at for at, block in enumerate(blocks) if block.text in {title, shown}), None)
    front = front_of([block.text for block in blocks[begin or 0 :]], has_title=begin is not None)
    return Reading(
        blocks,
        title=title,
        author=front.author or author_in(document),
        date=front.date,
        front=front.lines,
        language=language_in(document),
    )


def _blocks(found: Sequence[Paragraph], words: Set[str]) -> tuple[Block, ...]:
    styles = sorted({one.style for one in found if one.role is Role.HEADING}, reverse=True)
    levels = {style: min(level, LEVELS) for level, style in enumerate(styles, start=1)}
    blocks = number([_told(paragraph, words, levels) for paragraph in found])
    return tuple(
        replace(block, page=paragraph.lines[0].page)
        for block, paragraph in zip(blocks, found, strict=True)
    )  # fmt: skip


def _told(paragraph: Paragraph, words: Set[str], levels: Mapping[tuple[float, bool], int]) -> _Told:
    text = " ".join(storable(together(paragraph.lines, words)).split())
    if paragraph.role is Role.HEADING:
        return Kind.HEADING, text, levels[paragraph.style]
    bullet = None if paragraph.role is Role.ROW else BULLETED.match(text)
    if bullet and bullet.end() < len(text):
        return Kind.ITEM, text[bullet.end() :], 1
    kind = Kind.ITEM if paragraph.role in {Role.ITEM, Role.ROW} else Kind.PARAGRAPH
    return kind, text, 1


def _shown_title(found: Sequence[Paragraph], blocks: Sequence[Block], body: Type) -> str | None:
    """Return the largest heading of the first page, if it is larger than the text."""
    first = [
        (paragraph.lines[0].size, -at)
        for at, paragraph in enumerate(found)
        if paragraph.role is Role.HEADING and paragraph.lines[0].page == 1
    ]
    size, at = max(first, default=(0.0, 0))
    return blocks[-at].text if size >= LARGE * body.size else None
