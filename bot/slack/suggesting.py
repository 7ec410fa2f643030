"""What is suggested while someone types: words, names and topics of the library, and its sources."""

from bot.config import Config
from bot.search.search import Searcher
from bot.slack.blocks import Block, options
from bot.slack.text import shown, units
from bot.store.library import Library

MOST = 20
"""Suggestions at once; Slack takes a hundred, and people read few."""

VALUE_UNITS = 150
"""Characters of what a suggestion carries."""


class Suggesting:
    """Suggests what a workspace's library has."""

    def __init__(self, searcher: Searcher, library: Library, config: Config) -> None:
        self._searcher = searcher
        self._library = library
        self._config = config
        self._seen = searcher.snapshot
        self._publishers: dict[str, list[str]] = {}

    def words(self, typed: str, workspace: str) -> list[Block]:
        """Return what was typed, and ways to go on from it."""
        before, _, start = typed.rpartition(" ")
        lowered = typed.lower()
        topics = [name for name in self._config.topics if name.startswith(lowered)]
        names = [name for names in self._config.names for name in names if name.lower().startswith(lowered)]
        found = self._searcher.beginning(start.lower(), workspace, MOST) if start else []
        told = [typed, *topics, *names, *(f"{before} {word}".strip() for word in found)]
        return _options(told)

    def sources(self, typed: str, workspace: str) -> list[Block]:
        """Return the publishers whose names have what was typed."""
        known = self._of(workspace)
        return _options([name for name in known if typed.lower() in name.lower()])

    def _of(self, workspace: str) -> list[str]:
        """Return the publishers of a workspace; they are kept until the library changes."""
        if self._seen is not self._searcher.snapshot:
            self._seen, self._publishers = self._searcher.snapshot, {}
        if workspace not in self._publishers:
            self._publishers[workspace] = self._library.publishers(workspace)
        return self._publishers[workspace]


def _options(told: list[str]) -> list[Block]:
    kept = dict.fromkeys(
        one for one in told if shown(one).strip() and units(one) <= VALUE_UNITS and '"' not in one
    )
    return options([(one, one) for one in list(kept)[:MOST]])
