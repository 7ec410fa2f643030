"""A folder of a hundred mixed files is ingested whole, and right."""

import difflib
from collections.abc import Callable
from pathlib import Path

import mixed
import pytest
from pages import tokens

from bot.app import Briefbot
from bot.document import Document, Excerpt
from bot.library.ingest import Summary

FURNITURE = {
    "drafts.doc": b"\xd0\xcf\x11\xe0",
    ".hidden.txt": b"Nobody reads me.",
    "photo.jpg": b"\xff\xd8\xff",
}
"""What is of no known kind, or hidden, and lies there, too."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "a team's reading"


@pytest.fixture
def files(folder: Path) -> mixed.Files:
    told = mixed.made(folder)
    for name, data in FURNITURE.items():
        (folder / name).write_bytes(data)
    return told


def test_a_hundred_mixed_files_are_ingested_whole(
    folder: Path, files: mixed.Files, briefbot: Briefbot, ingest: Callable[..., Summary]
):
    assert len(files) == 100

    summary = ingest(folder)

    assert summary.refused == []
    assert summary.counts == {"new": sum(map(len, files.values()))}
    held = documents(briefbot)
    assert held.keys() == files.keys()
    for name, told in files.items():
        assert len(held[name]) == len(told), name
        for one, (document, excerpts) in zip(by_title(told), sorted(held[name], key=title), strict=True):
            check(name, one, document, excerpts)
    assert ingest(folder).counts == {"unchanged": summary.counts["new"]}


def check(name: str, told: mixed.Told, document: Document, excerpts: list[Excerpt]) -> None:
    """Hold a document against what it was made from."""
    assert document.title == told.title, name
    assert document.date == told.date, name
    assert told.language in {None, document.language}, name
    text = [part for one in excerpts for part in (*one.section, one.text)]
    belongs, got = tokens(told.belongs), tokens(text)
    assert (belongs & got).total() >= 0.99 * belongs.total(), name
    # Numbers of pages are those of headings, too.
    strange = {word: n for word, n in tokens(told.foreign).items() if word not in belongs and word.isalpha()}
    assert sum(min(n, got[word]) for word, n in strange.items()) <= 0.02 * sum(strange.values()), name
    if told.is_ordered:
        assert in_order(told.belongs, [one.text for one in excerpts]) >= 0.98, name
    if told.pages:
        placed = [one.page or 0 for one in excerpts]
        assert placed == sorted(placed), name
        assert (placed[0], placed[-1]) == (1, told.pages), name
        assert excerpts[0].locator.endswith("page 1, paragraph 1"), name


def in_order(told: tuple[str, ...], got: list[str]) -> float:
    """Return which share of the words of *told* stands in *got* in the same order."""
    wanted = [word for part in told for word in _words(part)]
    found = [word for part in got for word in _words(part)]
    matched = difflib.SequenceMatcher(None, wanted, found, autojunk=False).get_matching_blocks()
    return sum(block.size for block in matched) / max(len(wanted), 1)


def _words(text: str) -> list[str]:
    return [word for word in text.split() if any(letter.isalnum() for letter in word)]


def documents(briefbot: Briefbot) -> dict[str, list[tuple[Document, list[Excerpt]]]]:
    """Return what the library has of each file."""
    held: dict[str, list[tuple[Document, list[Excerpt]]]] = {}
    for _topics, excerpts in briefbot.library.living():
        document = excerpts[0].document
        held.setdefault(str(document.file), []).append((document, list(excerpts)))
    return held


def by_title(told: list[mixed.Told]) -> list[mixed.Told]:
    return sorted(told, key=lambda one: str(one.title))


def title(one: tuple[Document, list[Excerpt]]) -> str:
    return str(one[0].title)
