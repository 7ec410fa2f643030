"""How the paragraphs of a PDF go on across columns and pages, past notes, captions and tables."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.library.readers.pdf_lines import Line, is_wide
from bot.library.readers.pdf_paragraphs import ENDS, STOPS, Paragraph, Role, Type, is_full, is_like, within


def paragraphs(areas: Sequence[Sequence[Line]], body: Type) -> list[Paragraph]:
    """Return the paragraphs of a document's areas, which stand in the order in which they are read."""
    found = [paragraph for area in areas if area for paragraph in within(area, body)]
    return list(_across(found))


def _across(found: Sequence[Paragraph]) -> Iterator[Paragraph]:
    """Yield the paragraphs, those joined that go on in the next column; what lies between comes after."""
    opened: Paragraph | None = None
    waiting: list[Paragraph] = []
    is_set_in = _is_set_in_often(found)
    for paragraph in found:
        if opened is None:
            opened = paragraph
        elif _goes_on(opened, paragraph, is_set_in=is_set_in):
            lines = opened.lines + paragraph.lines
            opened = replace(opened, lines=lines, is_last=paragraph.is_last)
        elif paragraph.role in {Role.APART, Role.ROW} and _may_go_on(opened):
            waiting.append(paragraph)
        else:
            yield from (opened, *waiting)
            opened, waiting = paragraph, []
    if opened is not None:
        yield from (opened, *waiting)


def _is_set_in_often(found: Sequence[Paragraph]) -> bool:
    """Tell whether paragraphs begin with an indent in this document."""
    texts = [paragraph for paragraph in found if paragraph.role is Role.TEXT and len(paragraph.lines) > 1]
    return sum(paragraph.is_indented for paragraph in texts) > 0.3 * len(texts)


def _may_go_on(opened: Paragraph) -> bool:
    """Tell whether a paragraph may go on in the next area."""
    last = opened.lines[-1]
    is_text = opened.role in {Role.TEXT, Role.ITEM} and opened.is_last
    return is_text and (not ENDS.search(last.text) or is_full(last))


def _goes_on(opened: Paragraph, after: Paragraph, *, is_set_in: bool) -> bool:
    last, first = opened.lines[-1], after.lines[0]
    if opened.role is Role.HEADING and after.role is Role.HEADING:
        is_near = last.page == first.page and 0 < first.base - last.base < 1.6 * first.size
        return is_near and opened.style == after.style and opened.is_last and after.is_first
    if not (_may_go_on(opened) and after.role is Role.TEXT and after.is_first and is_like(last, first)):
        return False
    if last.is_bold != first.is_bold:
        return False
    if STOPS.search(last.text):
        return is_set_in and not after.is_indented
    return first.text[0].islower() or is_wide(first.text[0]) or is_full(last) or last.text[-1] in "-‐,–"
