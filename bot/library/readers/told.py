"""What a feed says of itself and of its entries, before anything is made of it: the same for all dialects."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of text; `is_html` is None where the dialect leaves open which it is."""

    text: str
    is_html: bool | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One entry, as its feed tells it: texts unchanged, links as they are resolved against their base.

    `is_link` tells that its id is its address too. `published` are dates in the order in which they are
    believed. `contents` are said to be the whole text, `summary` may be a part or all of it.
    """

    id: str | None = None
    is_link: bool = False
    link: str | None = None
    title: Said | None = None
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    published: tuple[str, ...] = ()
    updated: str | None = None
    language: str | None = None
    categories: tuple[str, ...] = ()
    contents: tuple[Said, ...] = ()
    summary: Said | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """A whole feed, as it tells itself; `every` is in seconds."""

    title: Said | None
    home: str | None
    language: str | None
    entries: tuple[Told, ...]
    every: int | None = None
