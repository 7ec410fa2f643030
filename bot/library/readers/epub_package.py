"""What a book's package says: what it is, which pages it has in which order, and what they are called."""

import posixpath
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.errors import ReadError
from bot.library.facts import LONGEST
from bot.library.readers.archive import Archive
from bot.library.readers.markup import one_line
from bot.library.readers.tree import Element, attribute, child, content, local, tree_of

WHAT = "book"

_CHAPTERS = {"application/xhtml+xml", "text/html", "text/x-oeb1-document"}
_LEFT_PAGES = {"cover", "toc", "loi", "lot"}


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the book: its path in the archive, and what the book's contents call it."""

    path: str
    label: str | None


def pages_of(archive: Archive, package: Element, folder: str) -> Iterator[Page]:
    """Yield the pages of the spine but for covers and contents."""
    manifest = {attribute(item, "id"): item for item in content(package, "manifest")}
    guide = {
        _path(folder, attribute(place, "href"))
        for place in content(package, "guide")
        # Where a book is one page, its contents are a place on that.
        if attribute(place, "type") in _LEFT_PAGES and "#" not in (attribute(place, "href") or "")
    }
    labels = _labels(archive, manifest, child(package, "spine"), folder)
    seen: set[str] = set()
    for reference in content(package, "spine"):
        item = manifest.get(attribute(reference, "idref"))
        path = _path(folder, attribute(item, "href"))
        # A page stands in the spine once, or a small book could be made as long as one likes.
        is_chapter = path not in seen and attribute(item, "media-type") in _CHAPTERS
        if is_chapter and path not in guide and "nav" not in (attribute(item, "properties") or "").split():
            seen.add(path)
            yield Page(path, labels.get(path))


def _path(folder: str, address: str | None) -> str:
    """Return where in the archive *address* leads; one that would leave it leads to nothing there."""
    return posixpath.normpath(posixpath.join(folder, urllib.parse.unquote((address or "").partition("#")[0])))


def _labels(
    archive: Archive, manifest: Mapping[str | None, Element], spine: Element | None, folder: str
) -> dict[str, str]:
    """Return what the book's contents call each page."""
    navigation = [e for e in manifest.values() if "nav" in (attribute(e, "properties") or "").split()]
    contents = manifest.get(attribute(spine, "toc"))
    labels: dict[str, str] = {}
    for item in [*navigation, *([] if contents is None else [contents])]:
        path = _path(folder, attribute(item, "href"))
        if path not in archive:
            continue
        try:
            root = tree_of(archive.read(path), what=WHAT)
        except ReadError:
            continue  # A book can be read without its contents.
        for address, label in _entries(root):
            labels.setdefault(_path(posixpath.dirname(path), address), label)
    return labels


def _entries(root: Element) -> Iterator[tuple[str, str]]:
    """Yield addresses and labels of a table of contents, of either version of EPUB."""
    for element in root.iter():
        if local(element) == "navPoint":
            named, place = child(child(element, "navLabel"), "text"), child(element, "content")
            address = attribute(place, "src")
        elif local(element) == "a":
            named, address = element, attribute(element, "href")
        else:
            continue
        label = "" if named is None else one_line("".join(named.itertext()))
        if address and 0 < len(label) <= LONGEST:
            yield address, label


class Said:
    """What the book says of itself."""

    def __init__(self, metadata: Element | None) -> None:
        self._elements = [] if metadata is None else list(metadata.iter())
        self._roles: dict[str | None, str] = {
            (attribute(e, "refines") or "#")[1:]: one_line(e.text or "")
            for e in self._elements
            if attribute(e, "property") == "role"
        }

    def _all(self, name: str) -> list[tuple[Element, str]]:
        found = [(e, one_line(e.text or "")) for e in self._elements if local(e) == name]
        return [(element, text) for element, text in found if 0 < len(text) <= LONGEST]

    def first(self, name: str) -> str | None:
        """Return the first text *name*, None if there is none."""
        return next((text for _element, text in self._all(name)), None)

    def authors(self) -> str | None:
        """Return who wrote it, not who translated or drew."""
        names = [
            text
            for element, text in self._all("creator")
            if (attribute(element, "role") or self._roles.get(attribute(element, "id") or "") or "aut")
            == "aut"
        ]
        return ", ".join(dict.fromkeys(names))[:LONGEST] or None

    def published(self) -> str | None:
        """Return the date of publication, rather than of the file or of the first print."""
        dates = self._all("date")
        events = {attribute(element, "event"): text for element, text in dates}
        return events.get("publication") or events.get(None)
