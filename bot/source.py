"""A source: where documents come from again and again, as `config.yml` and people name it."""

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

EVERY = {"folder": 1, "feed": 60, "page": 1440, "sitemap": 360}
"""Minutes from one visit to the next, by kind, where nothing else is said: feeds hourly, as readers commonly
do; pages daily, as few change more often. A folder is watched as well."""

LONGEST_ADDRESS = 1500
"""Characters of an address; longer ones do not fit into a button of Slack with what else it carries."""


@dataclass(frozen=True, slots=True)
class Source:
    """One of a folder (or file), a feed, a page and a sitemap; the last three by their addresses.

    `topics` are what all of its documents are about, `language` (as `de`) theirs where they do not say.
    `limit` is how many of its documents the first visit takes, the newest; later ones take each that is new.
    `every` are minutes between visits, 0 for those of EVERY. `workspace` is '' where all see its documents.
    One that `is_added` stands in the store and not in `config.yml`: what it is, its first visit tells.
    """

    folder: str = field(default="", metadata={"short": True})
    feed: str = ""
    page: str = ""
    sitemap: str = ""
    name: str = ""
    topics: tuple[str, ...] = ()
    language: str = ""
    limit: int = 100
    every: int = 0
    workspace: str = field(default="", metadata={"environment": True})
    is_added: bool = field(default=False, metadata={"environment": True})

    @property
    def kind(self) -> str:
        """`folder`, `feed`, `page` or `sitemap`."""
        return next((kind for kind in EVERY if getattr(self, kind)), "folder")

    @property
    def address(self) -> str:
        """The folder's path, or the address."""
        return str(getattr(self, self.kind))

    @property
    def is_on_net(self) -> bool:
        """Tell whether its documents are fetched."""
        return self.kind != "folder"

    @property
    def title(self) -> str:
        """What people read of it: its name, or else its address."""
        return self.name or self.address

    @property
    def interval(self) -> timedelta:
        """How long after one visit the next is due."""
        return timedelta(minutes=self.every or EVERY[self.kind])

    def turned(self, kind: str) -> "Source":
        """Return it as another *kind*: what was added tells by itself what it is."""
        kinds: dict[str, Any] = {self.kind: "", kind: self.address}
        return replace(self, **kinds)

    def fault(self) -> str:
        """Return what is wrong with it and what to write instead, '' if nothing is."""
        named = [kind for kind in EVERY if getattr(self, kind)]
        if len(named) != 1:
            found = " and ".join(named) or "none of them"
            return f"has {found}; name one folder, feed, page or sitemap for each source"
        if self.is_on_net and not re.fullmatch(r"https?://[^\s/]\S*", self.address):
            return f"{self.address!r} is no address; write https://..."
        if len(self.address) > LONGEST_ADDRESS:
            return f"an address has at most {LONGEST_ADDRESS} characters"
        if self.language and not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", self.language):
            return f"{self.language!r} is no language; write one as en or zh"
        return ""
