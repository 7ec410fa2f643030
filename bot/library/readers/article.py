"""A page's tree to the pieces of its article, in order."""

import itertools
from collections.abc import Iterator, Sequence

from lxml.html import HtmlElement

from bot.library.byline import is_byline
from bot.library.readers import furniture
from bot.library.readers.main_text import core_of, strip
from bot.library.readers.page_tree import drop
from bot.library.readers.pieces import Piece, pieces_of, title_at, unbolded
from bot.library.reading import Kind

PROSE = 60
"""Characters of a piece that is text and no label, also where it does not end as sentences do."""

LINKED = 0.5
"""Of a short piece: what is links, for it to be there for them."""

LISTED = 0.8
"""Of a list or a table: what is links, for it to be there for them."""

LONG_LINK = 200
"""Characters of a piece of links that is text all the same."""

TAIL, TAIL_LINKED = 500, 0.15
"""Characters of the lines that a page ends in, and how much of them is links."""


def article_of(root: HtmlElement, title: str | None) -> list[Piece]:
    """Return the pieces of the article on the page below *root*, which loses what is not of it."""
    strip(root, title=title)
    outer, inner = (set(element.iter()) for element in core_of(root))
    pieces = pieces_of(root)
    begin = _begin(pieces, outer, title)
    end = max((at for at, piece in enumerate(pieces) if piece.element in inner), default=-1)
    within = [
        at == begin
        or piece.element in inner
        or ((at < end or piece.element in outer) and _may_be_text(piece))
        for at, piece in enumerate(pieces)
    ]
    told = [piece for at, piece in enumerate(pieces) if at >= begin and within[at]]
    return _without_tail(_without_bare(pieces, _kept(told)))


def fragment_of(root: HtmlElement) -> list[Piece]:
    """Return the pieces of what is a text of its own and no page, as an entry of a feed."""
    strip(root)
    return [piece for piece in pieces_of(root) if furniture.any_words([piece.text])]


def remnant_of(root: HtmlElement) -> list[Piece]:
    """Return what a page below *root* has that is neither menu nor form, where it has no article."""
    drop(list(root.iter("nav", "footer", "aside", "form", "button", "input", "textarea")))
    return [unbolded(piece) for piece in _kept(pieces_of(root)) if piece.link_share < LINKED]


def _begin(pieces: Sequence[Piece], inside: set[HtmlElement], title: str | None) -> int:
    """Return where the article begins: at its title, else where its element does."""
    first = next((at for at, piece in enumerate(pieces) if piece.element in inside), 0)
    at = title_at(pieces, title)
    if at < 0 or (at > first and pieces[at].element not in inside):
        return first
    above = sum(len(piece.text) for piece in pieces[first:at] if _is_prose(piece))
    return at if above < LONG_LINK else first


def _may_be_text(piece: Piece) -> bool:
    """Tell whether *piece*, which stands beside where the text is, seems to be of it."""
    is_heading = (
        piece.kind is Kind.HEADING and piece.link_share < LINKED and not furniture.may_be_label(piece.text)
    )
    return (
        _is_prose(piece)
        or is_heading
        or is_byline(piece.text)
        or piece.element.tag in {"figcaption", "td", "th", "caption"}
    )


def _is_prose(piece: Piece) -> bool:
    return (len(piece.text) >= PROSE or piece.is_sentence) and piece.link_share < LINKED


def _kept(pieces: Sequence[Piece]) -> list[Piece]:
    """Return *pieces* without those that are there for their links, with the heading that had only them."""
    away = _lists_away(pieces)
    return [p for at, p in enumerate(pieces) if at not in away and not _is_away(p)]


def _is_away(piece: Piece) -> bool:
    """Tell whether a piece of its own leads to another page, says whose the page is, or says nothing."""
    text = piece.text
    if not furniture.any_words([text]) or furniture.is_label(text) or furniture.asks_for_scripts(text):
        return piece.level != 1 or piece.kind is not Kind.HEADING
    if piece.kind is Kind.PARAGRAPH:
        if furniture.leads_away(text) and piece.link_share > 0.4:
            return True
        is_line = len(text) < LONG_LINK and not piece.is_sentence
        return (piece.link_share >= LINKED and is_line) or furniture.claims_rights(text)
    return False


def _lists_away(pieces: Sequence[Piece]) -> set[int]:
    """Return which pieces are items of lists, or rows of tables, that are there for their links."""
    away: set[int] = set()
    for run in _runs(pieces):
        items = [pieces[at] for at in run]
        linked = sum(p.linked for p in items) / max(1, sum(len(p.text) for p in items))
        before = pieces[run[0] - 1] if run[0] else None
        is_led_in = before is not None and (
            before.text.endswith((":", "：")) or furniture.LISTED.fullmatch(before.text)
        )
        is_notes = any(furniture.names_notes(around) for around in _around(items[0].element))
        if linked >= LISTED and not is_led_in and not is_notes and not all(p.is_sentence for p in items):
            away.update(run)
    return away


def _runs(pieces: Sequence[Piece]) -> Iterator[list[int]]:
    run: list[int] = []
    for at, piece in enumerate(pieces):
        if piece.kind is Kind.ITEM:
            run.append(at)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _around(element: HtmlElement) -> Iterator[HtmlElement]:
    yield element
    for _, around in zip(range(4), element.iterancestors(), strict=False):
        yield around


def _without_tail(pieces: list[Piece]) -> list[Piece]:
    """Return *pieces* without the short lines at their end, if links are among them."""
    end = len(pieces)
    while end and _is_in_tail(pieces[end - 1]):
        end -= 1
    tail = pieces[end:]
    size = sum(len(p.text) for p in tail)
    is_furniture = 0 < size < TAIL and sum(p.linked for p in tail) >= TAIL_LINKED * size
    return pieces[:end] if is_furniture and end else pieces


def _is_in_tail(piece: Piece) -> bool:
    is_linked = piece.link_share >= TAIL_LINKED and not piece.is_sentence and len(piece.text) < TAIL
    return piece.kind is Kind.PARAGRAPH and (len(piece.text) < PROSE or is_linked)


def _without_bare(before: Sequence[Piece], pieces: list[Piece]) -> list[Piece]:
    """Return *pieces* without headings that had something below them *before* and have nothing now."""
    had = {id(p) for p, below in itertools.pairwise(before) if below.kind is not Kind.HEADING}
    kept: list[Piece] = []
    for piece in reversed(pieces):
        below = kept[-1] if kept else None
        is_bare = below is None or (below.kind is Kind.HEADING and below.level <= piece.level)
        if not (piece.kind is Kind.HEADING and piece.level > 1 and is_bare and id(piece) in had):
            kept.append(piece)
    return kept[::-1]
