"""An item: what a source tells of one document, before that is fetched."""

import hashlib
from dataclasses import dataclass, replace

from bot.library.reading import Reading


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a feed or address of a sitemap. `id` tells it from the source's others.

    `hash` changes when it does. `reading` is what the source itself holds of it, None where that is only its
    `address`; `is_whole` tells that this is all of the text.
    """

    id: str
    hash: str
    address: str | None = None
    reading: Reading | None = None
    is_whole: bool = False


def key_of(told: str | bytes) -> str:
    """Return what stands for *told*, however long, in 64 characters."""
    return hashlib.sha256(told.encode("utf-8", "replace") if isinstance(told, str) else told).hexdigest()


def completed(page: Reading, told: Reading | None) -> Reading:
    """Return the fetched *page* with what its source *told* of it, which knows title and date better."""
    if told is None:
        return page
    return replace(
        page,
        title=told.title or page.title,
        author=told.author or page.author,
        publisher=page.publisher or told.publisher,
        url=page.url or told.url,
        date=told.date or page.date,
        language=page.language or told.language,
    )
