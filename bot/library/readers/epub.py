"""Books (EPUB 2 and 3): chapters in the order of reading, without contents, covers and marks of notes."""

import posixpath
import re
from collections.abc import Iterator
from typing import BinaryIO

from bot.errors import ReadError
from bot.library.byline import date_in
from bot.library.decode import storable
from bot.library.facts import language_in
from bot.library.readers.archive import Archive
from bot.library.readers.epub_package import WHAT, Said, pages_of
from bot.library.readers.markup import blocks_of, one_line
from bot.library.readers.tree import Element, attribute, child, local, refuse_entities, tree_of
from bot.library.reading import Kind, Reading, Unreadable, number

_CONTAINER, _ENCRYPTION = "META-INF/container.xml", "META-INF/encryption.xml"
_OBFUSCATED = {"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"}
"""What fonts are obfuscated with, which locks nobody out (EPUB 3.3, 4.3)."""

_LEFT_TYPES = {
    "toc", "landmarks", "page-list", "loi", "lot", "cover", "pagebreak", "noteref", "backlink",
    "doc-toc", "doc-pagelist", "doc-cover", "doc-pagebreak", "doc-noteref", "doc-backlink",
}  # fmt: skip
_MARK = re.compile(r"[\[(]?(?:\d{1,4}|[a-z]|[ivx]{1,5}|[*†‡§¶]{1,4}|↩︎?|↑|\^)[\])]?")
_CLASSED = re.compile(r"note-?_?ref|fn-?ref|footnote-(?:ref|back)|endnote-?ref", re.IGNORECASE)
_BARE = re.compile(r"\d{1,4}|[a-z]|[ivx]{1,5}")


def read(file: BinaryIO, most: int) -> Iterator[Reading | Unreadable]:
    """Yield the book's reading, and what chapters it lacks. Raises ReadError if it is locked or no book."""
    archive = Archive(file, most)
    if _CONTAINER not in archive:
        raise ReadError("is no book in EPUB; save it anew")
    _refuse_locked(archive)
    path = _package_path(archive)
    package = tree_of(archive.read(path), what=WHAT)
    blocks: list[tuple[Kind, str, int]] = []
    for page in pages_of(archive, package, posixpath.dirname(path)):
        if page.path not in archive:
            yield Unreadable(storable(page.path), "is missing in the book")
            continue
        told = _blocks(archive.read(page.path))
        if told and page.label and all(kind is not Kind.HEADING for kind, _, _ in told):
            told.insert(0, (Kind.HEADING, page.label, 1))
        blocks += told
    if not blocks:
        raise ReadError("holds no text; what it shows may be pictures")
    said = Said(child(package, "metadata"))
    yield Reading(
        number(blocks),
        title=said.first("title"),
        author=said.authors(),
        publisher=said.first("publisher"),
        date=date_in(said.published() or ""),
        language=language_in(said.first("language")),
    )


def _refuse_locked(archive: Archive) -> None:
    if _ENCRYPTION not in archive:
        return
    locks = tree_of(archive.read(_ENCRYPTION), what=WHAT).iter()
    methods = [attribute(lock, "Algorithm") for lock in locks if local(lock) == "EncryptionMethod"]
    if any(method not in _OBFUSCATED for method in methods):
        raise ReadError("is encrypted (DRM); only its shop's programs can open it")


def _package_path(archive: Archive) -> str:
    for element in tree_of(archive.read(_CONTAINER), what=WHAT).iter():
        if local(element) == "rootfile" and (path := attribute(element, "full-path")):
            return path
    raise ReadError("is damaged: it names no package; save it anew")


def _blocks(chapter: bytes) -> list[tuple[Kind, str, int]]:
    if not chapter.strip(b"\xef\xbb\xbf \r\n\t\x00"):
        return []
    refuse_entities(chapter, what=WHAT)
    return blocks_of(chapter, is_left=_is_left)


def _is_left(element: Element) -> bool:
    """Tell whether *element* is for finding one's way: contents, a page's number, a note's mark."""
    types = {*element.get("epub:type", "").split(), *element.get("role", "").split()}
    if element.tag == "nav" or types & _LEFT_TYPES:
        return True
    if element.tag == "sup":
        return element.find(".//a") is not None and _is_mark(element)
    if element.tag != "a" or "#" not in element.get("href", "") or not _is_mark(element):
        return False
    # A bare number in a link may be part of the text: `see chapter 3`.
    is_raised = element.find(".//sup") is not None or _CLASSED.search(element.get("class", ""))
    return bool(is_raised) or not _BARE.fullmatch(one_line("".join(element.itertext())))


def _is_mark(element: Element) -> bool:
    return _MARK.fullmatch(one_line("".join(element.itertext()))) is not None
