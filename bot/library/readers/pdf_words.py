"""The words of a PDF's page, and where each stands."""

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pypdfium2.raw as pdfium
from pypdfium2 import PdfPage, PdfTextPage

CHARACTERS_A_PAGE = 50_000
"""What stands on a page beyond so many is not read: a page of small type in three columns has 10,000."""

NAME_BYTES = 128
"""Of a font's name; whether it is bold stands at its end or its beginning."""

BOLD = 600
"""The weight from which type is bold (CSS: semi-bold)."""

_BOLD_NAMES = ("bold", "black", "heavy", "demi", "-bd", "cmbx")
_SPACES = frozenset([0, 9, 10, 13, 32, 0xA0, 0x3000, *range(0x2000, 0x200C), 0x202F, 0x205F, 0xFEFF])
_LINE_HYPHENS = {0x02: "-", 0xFFFE: "-"}
"""What PDFium makes of a hyphen at the end of a line."""

_SAMPLES = 200
"""Characters that are asked which way a page's text runs."""


_Box = tuple[float, float, float, float]
_NOWHERE: _Box = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters without space, in points from the page's left and top as one reads it.

    `base` is where its letters stand. A space follows that the document holds (`is_spaced`), or only
    one that is seen (`is_apart`), or none.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    is_bold: bool
    is_apart: bool = False
    is_spaced: bool = False


@dataclass(frozen=True, slots=True)
class Canvas:
    """A page as one reads it: its size in points, its words as they were written, and what they lack.

    `unknown` counts the characters that a font draws without saying which they are; `is_cut` tells that
    there were more characters than are read.
    """

    width: float
    height: float
    words: tuple[Word, ...]
    unknown: int
    is_cut: bool


@dataclass(frozen=True, slots=True)
class _Run:
    """Characters of one word: the first one's number, and the box around all."""

    first: int
    text: str
    box: _Box
    is_apart: bool = False
    is_spaced: bool = False


def canvas_of(page: PdfPage) -> Canvas:
    """Return the words of *page* that run the way most of them do; others are stamps and labels of axes."""
    textpage = page.get_textpage()
    try:
        told = textpage.count_chars()
        count = min(told, CHARACTERS_A_PAGE)
        turn = _turn(textpage, count)
        frame = _turned(page.get_bbox(), turn)
        runs = list(_runs(textpage, count))
        words = tuple(_words(textpage, runs, turn, frame))
        unknown = sum(_unknown(run.text) for run in runs)
    finally:
        textpage.close()
    left, top, right, bottom = frame
    return Canvas(right - left, bottom - top, words, unknown, told > count)


def _turn(textpage: PdfTextPage, count: int) -> int:
    """Return by how many quarters of a circle, clockwise, most of the text is turned."""
    asked = range(0, count, max(1, count // _SAMPLES))
    turns = Counter(_quarter(textpage, at) for at in asked)
    return turns.most_common(1)[0][0] if turns else 0


def _quarter(textpage: PdfTextPage, at: int) -> int:
    """Return the quarters by which a character is turned, -1 if it stands aslant."""
    angle = pdfium.FPDFText_GetCharAngle(textpage.raw, at)
    quarters = max(angle, 0.0) / (math.pi / 2)
    return round(quarters) % 4 if abs(quarters - round(quarters)) < 0.05 else -1


def _turned(box: _Box, turn: int) -> _Box:
    """Return (left, top, right, bottom), downwards as one reads, of (left, bottom, right, top)."""
    left, bottom, right, top = box
    match turn:
        case 3:
            return bottom, left, top, right
        case 2:
            return -right, bottom, -left, top
        case 1:
            return -top, -right, -bottom, -left
        case _:
            return left, -top, right, -bottom


def _runs(textpage: PdfTextPage, count: int) -> Iterator[_Run]:
    """Yield the page's characters in runs without space, in the order in which they were written."""
    raw = textpage.raw
    unicode_of, box_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    found = pdfium.FS_RECTF()
    reference = ctypes.byref(found)
    letters: list[str] = []
    first, box = 0, _NOWHERE
    for at in range(count):
        code = unicode_of(raw, at)
        if code in _SPACES:
            if letters:
                is_own = code not in {10, 13} and not pdfium.FPDFText_IsGenerated(raw, at)
                yield _Run(first, _text(letters), box, is_apart=True, is_spaced=is_own)
                letters = []
            continue
        box_of(raw, at, reference)
        here = (found.left, found.bottom, found.right, found.top)
        if letters and _follows(box, here):
            box = (min(box[0], here[0]), min(box[1], here[1]), max(box[2], here[2]), max(box[3], here[3]))
            letters.append(chr(code))
            continue
        if letters:
            yield _Run(first, _text(letters), box)
        first, box, letters = at, here, [chr(code)]
    if letters:
        yield _Run(first, _text(letters), box)


def _follows(box: _Box, here: _Box) -> bool:
    """Tell whether a character touches a word's box, along its line, whichever way that runs."""
    high = here[3] - here[1]
    if box[1] == here[1] and box[3] == here[3] and -high < here[0] - box[2] < 0.5 * high:
        return True  # As nearly all do.
    reach = 0.5 * min(here[2] - here[0] + high, box[3] - box[1] + box[2] - box[0])
    across = min(box[2], here[2]) - max(box[0], here[0])
    upright = min(box[3], here[3]) - max(box[1], here[1])
    narrowest = min(high, box[3] - box[1], here[2] - here[0] + reach)
    return min(across, upright) > -0.5 * reach and max(across, upright) > 0.4 * narrowest


def _text(letters: list[str]) -> str:
    """Return the word: radicals as the letters they are, hyphens at line ends as hyphens."""
    text = "".join(letters)
    if text.isascii() and "\x02" not in text:
        return text
    text = text.translate(_LINE_HYPHENS)
    if text.isascii():
        return text
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return "".join(unicodedata.normalize("NFKC", c) if "\u2f00" <= c <= "\u2fdf" else c for c in text)


def _unknown(text: str) -> int:
    """Count the characters that nobody can read: no letter is known for what the font draws.

    A word of private characters alone is a bullet or an arrow.
    """
    bad = sum(c == "\ufffd" or c < " " or "\ue000" <= c <= "\uf8ff" for c in text)
    return bad if len(text) > 1 else 0


def _words(textpage: PdfTextPage, runs: list[_Run], turn: int, frame: _Box) -> Iterator[Word]:
    styles: dict[int, tuple[int, float, bool]] = {}
    x, y = ctypes.c_double(), ctypes.c_double()
    for run in runs:
        quarter, size, is_bold = _style(textpage, run.first, styles)
        left, _, right, _ = _turned(run.box, turn)
        pdfium.FPDFText_GetCharOrigin(textpage.raw, run.first, ctypes.byref(x), ctypes.byref(y))
        base = _turned((x.value, y.value, x.value, y.value), turn)[1]
        is_within = frame[0] - size < left < frame[2] and frame[1] < base < frame[3] + size
        if quarter == turn and is_within and size > 0:
            yield Word(
                run.text, left - frame[0], right - frame[0], base - frame[1], size,
                is_bold, run.is_apart, run.is_spaced,
            )  # fmt: skip


def _style(
    textpage: PdfTextPage, at: int, known: dict[int, tuple[int, float, bool]]
) -> tuple[int, float, bool]:
    """Return a character's turn, size in points, and whether it is bold: the same for a text object."""
    pointer = pdfium.FPDFText_GetTextObject(textpage.raw, at)
    key = ctypes.addressof(pointer.contents) if pointer else 0
    if key not in known:
        matrix = pdfium.FS_MATRIX()
        is_told = pdfium.FPDFText_GetMatrix(textpage.raw, at, ctypes.byref(matrix))
        scale = math.hypot(matrix.c, matrix.d) if is_told else 1.0
        size = pdfium.FPDFText_GetFontSize(textpage.raw, at) * scale
        known[key] = _quarter(textpage, at), abs(size), _is_bold(textpage.raw, at)
    return known[key]


def _is_bold(raw: object, at: int) -> bool:
    name = ctypes.create_string_buffer(NAME_BYTES)
    flags = ctypes.c_int()
    get: Callable[..., int] = pdfium.FPDFText_GetFontInfo
    length = get(raw, at, name, NAME_BYTES, ctypes.byref(flags))
    told = name.raw[:length].decode("utf-8", "replace").lower() if length <= NAME_BYTES else ""
    return pdfium.FPDFText_GetFontWeight(raw, at) >= BOLD or any(part in told for part in _BOLD_NAMES)
