"""Which topics a passage is about: those whose keywords or other names stand in it."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from bot.config import Topic
from bot.library.words import singular, words


class Topics:
    """The declared topics, ready to be looked for in many passages."""

    def __init__(self, declared: Mapping[str, Topic]) -> None:
        self.declared = declared
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name, topic in declared.items():
            for phrase in (name, *topic.keywords, *topic.aliases):
                folded = tuple(singular(word) for word in words(phrase))
                if folded:
                    self._phrases.setdefault(folded[0], []).append((folded, name))

    @property
    def mark(self) -> str:
        """What changes when the declared topics do."""
        told = {name: asdict(topic) for name, topic in self.declared.items()}
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def named(self, name: str) -> str:
        """Return the declared topic that *name* is a name of, or *name* as it is."""
        wanted = [singular(word) for word in words(name)]
        for declared, topic in self.declared.items():
            if wanted in [[singular(w) for w in words(known)] for known in (declared, *topic.aliases)]:
                return declared
        return name

    def of(self, *texts: str) -> tuple[str, ...]:
        """Return the names of the topics that the *texts* are about, in the order of `config.yml`."""
        found = {name for text in texts for name in self._found([singular(w) for w in words(text)])}
        return tuple(name for name in self.declared if name in found)

    def _found(self, folded: Sequence[str]) -> Iterator[str]:
        for at, word in enumerate(folded):
            for phrase, name in self._phrases.get(word, ()):
                if tuple(folded[at : at + len(phrase)]) == phrase:
                    yield name
