"""What is read of a paragraph of a Word file, and what stands in what: WordprocessingML, ECMA-376 part 1."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.library.readers.markup import one_line
from bot.library.readers.tree import Element, attribute, child, local

Note = tuple[str, str | None]
"""A note's part of the file, and its id there."""

NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
"""Which part holds the notes that an element refers to."""

_PASSED_OVER = {
    "del", "moveFrom", "pPr", "rPr", "tblPr", "tblPrEx", "trPr", "tcPr", "sectPr", "sdtPr", "rt", "rubyPr",
}  # fmt: skip
_INSTEAD = {"tab": " ", "br": " ", "cr": " ", "ptab": " ", "noBreakHyphen": "-"}
_OFF = {"0", "false", "off"}


@dataclass(slots=True)
class Line:
    """A paragraph's text, and what is anchored in it."""

    text: str
    boxes: list[Element] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def within(around: Element, names: set[str]) -> Iterator[Element]:
    """Yield the outermost elements of *names* in *around*, in order, but for those that were deleted."""
    rest = [iter(around)]
    while rest:
        element = next(rest[-1], None)
        if element is None:
            rest.pop()
        elif local(element) in names:
            yield element
        elif not _is_passed_over(element):
            rest.append(_content(element))


def line_of(paragraph: Element) -> Line:
    """Return what *paragraph* says, without the codes of its fields."""
    texts: list[str] = []
    line = Line("")
    fields: list[str] = []  # Of each field that we are in, whether in its code or in its result.
    for element in within(paragraph, {"t", "txbxContent", "fldChar", *_INSTEAD, *NOTES}):
        name = local(element)
        if name == "fldChar":
            _enter(fields, attribute(element, "fldCharType"))
        elif name == "txbxContent":
            line.boxes.append(element)
        elif name in NOTES:
            line.notes.append((NOTES[name], attribute(element, "id")))
        elif "begin" not in fields:
            texts.append(_INSTEAD.get(name) or element.text or "")
    line.text = one_line("".join(texts))
    return line


def paragraphs(around: Element) -> Iterator[Element]:
    """Yield all paragraphs in *around*, those of tables and boxes in it in their place."""
    for element in within(around, {"p", "tbl"}):
        if local(element) == "p":
            yield element
            for box in line_of(element).boxes:
                yield from paragraphs(box)
        else:
            for row in rows_of(element):
                for cell in row:
                    yield from paragraphs(cell)


def rows_of(table: Element) -> Iterator[list[Element]]:
    """Yield the cells of each row of *table*; merged ones stand where they begin."""
    for row in within(table, {"tr"}):
        if child(child(row, "trPr"), "del") is None:
            yield [cell for cell in within(row, {"tc"}) if not _is_continued(cell)]


def is_deleted(paragraph: Element) -> bool:
    """Tell whether the end of *paragraph* was deleted: if it is empty, it is none."""
    return child(child(child(paragraph, "pPr"), "rPr"), "del") is not None


def _is_passed_over(element: Element) -> bool:
    name = local(element)
    if name == "r":
        hidden = child(child(element, "rPr"), "vanish")
        return hidden is not None and attribute(hidden, "val") not in _OFF
    if name == "sdt":
        return child(child(element, "sdtPr"), "showingPlcHdr") is not None
    return not name or name in _PASSED_OVER


def _content(element: Element) -> Iterator[Element]:
    """Return what is in *element*; of what is given twice, for newer and for older programs, the first."""
    if local(element) != "AlternateContent":
        return iter(element)
    chosen = child(element, "Choice")
    return iter(element[:1] if chosen is None else chosen)


def _enter(fields: list[str], kind: str | None) -> None:
    if kind == "begin":
        fields.append(kind)
    elif fields and kind == "separate":
        fields[-1] = kind
    elif fields and kind == "end":
        fields.pop()


def _is_continued(cell: Element) -> bool:
    """Tell whether *cell* only continues the one above it or before it, or was deleted."""
    about = child(cell, "tcPr")
    merged = [part for name in ("vMerge", "hMerge") if (part := child(about, name)) is not None]
    return child(about, "cellDel") is not None or any(attribute(part, "val") != "restart" for part in merged)
