"""English words near a misspelt one: it may be a form, which the library lacks, of a word that it has.

They are looked up as the library's own are, in a file beside those: to build it takes a tenth of a second.
"""

import logging
from functools import lru_cache
from pathlib import Path

from bot.library.english import english
from bot.search import arrays
from bot.search.neighbours import Neighbours
from bot.search.spelling import Candidate, channel, is_enough, may_be_misspelt
from bot.search.vocabulary import is_kept

FILE = "english.base"

log = logging.getLogger(__name__)


def forms_of(word: str, folder: Path) -> list[Candidate]:
    """Return the English words one edit from *word*, as if each stood once, the likeliest first."""
    if not may_be_misspelt(word):
        return []
    near = {one for one in _english(folder).near(word, edits=1) if is_enough(word, one.word)}
    found = [Candidate(one.word, channel(one.word, word, one.edits), 1) for one in near]
    return sorted(found, key=lambda one: (-one.likelihood, -english()[one.word], one.word))


def settle(folder: Path) -> None:
    """Write the file into *folder* if it is not there as it should be; a full disk leaves it in memory."""
    if _loaded(folder) is None:
        try:
            arrays.save(folder / FILE, _built().arrays(), _told())
        except OSError as error:
            log.warning("the English words stay in memory: %s", error)


def make_ready(folder: Path) -> None:
    """Do what the first misspelt word would wait for."""
    _english(folder)


@lru_cache(maxsize=1)
def _english(folder: Path) -> Neighbours:
    return _loaded(folder) or _built()


def _loaded(folder: Path) -> Neighbours | None:
    loaded = arrays.load(folder / FILE)
    return Neighbours(**loaded[0]) if loaded and loaded[1] == _told() else None


def _built() -> Neighbours:
    return Neighbours.of(dict.fromkeys(filter(is_kept, english()), False))


def _told() -> dict[str, int]:
    """Return what tells one list of words from another."""
    return {"words": len(english()), "counted": sum(english().values())}
