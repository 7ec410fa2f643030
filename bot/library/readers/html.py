"""HTML: the article of a page without what stands around it, and what the page states of it."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from lxml.html import HtmlElement

from bot.errors import ReadError
from bot.library.byline import FRONT_LINES, front_of
from bot.library.readers.article import article_of, fragment_of, remnant_of
from bot.library.readers.charset import text_of
from bot.library.readers.page_facts import facts_of_page
from bot.library.readers.page_tree import drop, is_hidden, tree_of
from bot.library.readers.pieces import Piece, pieces_of
from bot.library.readers.shown_dates import Shown, shown_dates
from bot.library.reading import Kind, Reading, number

_PAGE = re.compile(r"<(?:!doctype|html|head|body|title)\b", re.IGNORECASE)

NOTHING = "holds no text to read; a page that a script fills cannot be read"


def read(file: BinaryIO, most: int) -> Iterator[Reading]:
    """Yield the one reading of *file*. Raises ReadError if it is too large or has no text."""
    data = file.read(most + 1)
    if len(data) > most:
        raise ReadError(
            f"is larger than {most // 1_000_000} MB; split it, or raise limits.file_megabytes in config.yml"
        )
    yield reading_of_html(data)


def reading_of_html(data: bytes, *, address: str | None = None, charset: str | None = None) -> Reading:
    """Return what the page *data* says, or the part of one that a feed holds.

    *address* is where it was found, *charset* what the server said of it. Raises ReadError for a page
    that holds no text, is none, or goes beyond all bounds.
    """
    text = text_of(data, charset)
    is_page = _PAGE.search(text) is not None
    root = tree_of(text)
    facts = facts_of_page(root, address)
    _seen(root)
    shown = shown_dates(root, pieces_of(root), facts.title) if is_page else Shown()
    pieces = article_of(root, facts.title) if is_page else fragment_of(root)
    if not _has_text(pieces):
        # What little there is was taken for furniture: it is all that the page has.
        pieces = remnant_of(_seen(tree_of(text)))
    if not _has_text(pieces) and not facts.body:
        raise ReadError(NOTHING)
    blocks = number(
        _blocks(pieces) if _has_text(pieces) else [(Kind.PARAGRAPH, line, 1) for line in facts.body]
    )
    front = front_of(_front_lines(pieces), has_title=pieces[:1] != [] and pieces[0].kind is Kind.HEADING)
    return Reading(
        blocks,
        title=facts.title,
        author=facts.author or front.author,
        publisher=facts.publisher,
        url=facts.url,
        date=facts.published or shown.published or facts.in_address or facts.modified or shown.modified,
        language=facts.language,
        front=front.lines,
    )


def _seen(root: HtmlElement) -> HtmlElement:
    """Return *root* without what a browser does not show."""
    drop([element for element in root.iter() if is_hidden(element)])
    return root


def _has_text(pieces: list[Piece]) -> bool:
    return any(piece.kind is not Kind.HEADING for piece in pieces)


def _front_lines(pieces: list[Piece]) -> list[str]:
    return [piece.text for piece in pieces[:FRONT_LINES]]


def _blocks(pieces: list[Piece]) -> list[tuple[Kind, str, int]]:
    return [(piece.kind, piece.text, piece.level) for piece in pieces]
