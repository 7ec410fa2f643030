"""A made-up library of any size whose words are as frequent, as many and as clustered as in natural text.

Three words in four are drawn from the English list by its counts, one in fifty from a long tail of made-up
words and names, so that the vocabulary grows with the library (Heaps 1978): some 480,000 words at a million
excerpts. The others are the document's own: it comes back to those of its area and to names of its own.
"""

import datetime
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, count, pairwise, product
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from bot.config import Config
from bot.document import new_id
from bot.library.english import english
from bot.library.topics import Topics
from bot.store.database import open_database
from bot.store.tables import document, excerpt, library, source
from bot.store.writing import text_hash

PASSAGES = 12
"""Excerpts of a document."""

WORDS = 50, 75
"""Words of an excerpt, at least and at most."""

SENTENCE = 12, 24
"""Words of a sentence."""

OWN = 0.2
"""The share of a text's words that are its document's."""

TAIL = 0.02
"""The share of all others that is made up."""

TAIL_WORDS, TAIL_SLOPE, TAIL_START = 2**24, 1.2, 100
"""How many words can be made up, and how much rarer each is than the one before: Zipf's exponent, and the rank
of the first (Mandelbrot), so that none is common."""

AREAS, AREA_WORDS = 500, 300
"""What documents are about, and of how many words each draws its own."""

OWN_WORDS, OWN_NAMES = 24, 12
"""Words of its area and made-up ones that a document comes back to, the first of them most."""

COMMONEST, RAREST = 300, 40_000
"""Ranks in the English list between which an area's words stand."""

AT_ONCE = 500
"""Documents that are drawn at once."""

CACHE = 400_000
"""Kilobytes of the store that are kept in memory while it is filled: ids come in no order."""

END = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
SPAN = datetime.timedelta(days=5 * 365)
"""The documents are dated, and arrive, evenly over this long until END."""

PUBLISHERS = ("The Courier", "Daily Ledger", "Northern Wire", "Harbour Post", "Policy Review", "Chip Letter")

CAPITAL, COMMA, STOP, FORMS = 1, 2, 4, 8
"""How a word is written, added to FORMS times its number."""

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Written:
    """A document as it is made up."""

    title: str
    texts: tuple[str, ...]


class Spelt(dict[int, str]):
    """Words by number and form, spelt when they are first asked for."""

    def __init__(self, known: Sequence[str]) -> None:
        super().__init__()
        self._known = known
        onsets = ["b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "br"]
        rimes = ["a", "e", "i", "o", "u", "an", "en", "in", "on", "un", "ar", "er", "or", "al", "el", "is"]
        self._syllables = ["".join(parts) for parts in product(onsets, rimes)]

    def __missing__(self, key: int) -> str:
        number, form = divmod(key, FORMS)
        made_up = number - len(self._known)
        word = self._known[number] if made_up < 0 else self._made_up(made_up)
        if form & CAPITAL:
            word = word[0].upper() + word[1:]
        word += "," if form & COMMA else "." if form & STOP else ""
        self[key] = word
        return word

    def _made_up(self, number: int) -> str:
        """Return a word of three syllables, another for each number; every other one is a name."""
        scattered = number * 0x9E3779B1 % TAIL_WORDS
        word = "".join(self._syllables[scattered >> shift & 255] for shift in (0, 8, 16))
        return word.capitalize() if number % 2 else word


class Author:
    """Writes documents; the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self._chance = np.random.default_rng(seed)
        counted = np.array(list(english().values()), dtype=np.float64)
        self._spelt = Spelt(list(english()))
        self._shares = np.cumsum(counted / counted.sum())
        # Rarer words make up more of what an area is about than of what is written on it.
        weights = np.sqrt(counted[COMMONEST:RAREST])
        drawn = self._chance.random((AREAS, AREA_WORDS))
        self._areas = COMMONEST + np.searchsorted(np.cumsum(weights / weights.sum()), drawn)

    def documents(self) -> Iterator[Written]:
        """Yield documents without end."""
        while True:
            subjects = self._subjects(AT_ONCE)
            titles = self._titles(subjects)
            texts = self._texts(np.repeat(subjects, PASSAGES, axis=0))
            for number, title in enumerate(titles):
                yield Written(title, tuple(texts[number * PASSAGES : (number + 1) * PASSAGES]))

    def _subjects(self, many: int) -> Numbers:
        """Return the words that each of *many* documents comes back to, a row each."""
        areas = self._chance.integers(AREAS, size=(many, 1))
        words = self._areas[areas, self._chance.integers(AREA_WORDS, size=(many, OWN_WORDS))]
        names = self._tail(many * OWN_NAMES).reshape(many, OWN_NAMES)
        return self._chance.permuted(np.concatenate([words, names], axis=1), axis=1)

    def _titles(self, subjects: Numbers) -> list[str]:
        told = subjects[:, :5] * FORMS
        told[:, 0] += CAPITAL
        return [" ".join(map(self._spelt.__getitem__, row)) for row in told.tolist()]

    def _texts(self, subjects: Numbers) -> list[str]:
        """Return an excerpt on each of *subjects*."""
        lengths = self._chance.integers(*WORDS, size=len(subjects), endpoint=True)
        numbers = self._drawn(int(lengths.sum()))
        own = np.flatnonzero(self._chance.random(len(numbers)) < OWN)
        whose = np.repeat(np.arange(len(subjects)), lengths)[own]
        columns = subjects.shape[1] * self._chance.random(len(own)) ** 1.5
        numbers[own] = subjects[whose, columns.astype(np.int64)]
        forms = (numbers * FORMS + self._forms(lengths)).tolist()
        spelt = list(map(self._spelt.__getitem__, forms))
        bounds = accumulate(lengths.tolist(), initial=0)
        return [" ".join(spelt[start:end]) for start, end in pairwise(bounds)]

    def _drawn(self, many: int) -> Numbers:
        """Return *many* words of any subject."""
        numbers = np.searchsorted(self._shares, self._chance.random(many))
        made_up = np.flatnonzero(self._chance.random(many) < TAIL)
        numbers[made_up] = self._tail(len(made_up))
        return numbers

    def _tail(self, many: int) -> Numbers:
        """Return *many* made-up words, as frequent as Zipf has it: a bounded Pareto variate, cut."""
        rest, power = self._chance.random(many), 1 - TAIL_SLOPE
        first, last = TAIL_START**power, (TAIL_START + TAIL_WORDS) ** power
        ranks = (first + rest * (last - first)) ** (1 / power)
        numbers: Numbers = len(self._shares) + ranks.astype(np.int64) - TAIL_START
        return numbers

    def _forms(self, lengths: Numbers) -> Numbers:
        """Return how each word of excerpts with these *lengths* is written."""
        starts = np.repeat(np.cumsum(lengths) - lengths, lengths)
        at = np.arange(len(starts)) - starts
        sentence = np.repeat(self._chance.integers(*SENTENCE, size=len(lengths), endpoint=True), lengths)
        begins = at % sentence == 0
        ends = (at % sentence == sentence - 1) | (at == np.repeat(lengths, lengths) - 1)
        pauses = ~ends & (self._chance.random(len(at)) < 0.06)
        forms: Numbers = begins * CAPITAL + pauses * COMMA + ends * STOP
        return forms


def fill(config: Config, *, excerpts: int, seed: int) -> None:
    """Fill the empty store in the configuration's folder with so many *excerpts*."""
    topics, chance = Topics(config.topics), np.random.default_rng([seed, 1])
    total = -(-excerpts // PASSAGES)
    database = open_database("", config.data)
    written = zip(count(1), Author(seed).documents(), strict=False)
    with tqdm(total=excerpts, unit="excerpt", desc="store", disable=None) as progress:
        for first in range(0, total, AT_ONCE):
            owners: list[dict[str, Any]] = []
            held: list[dict[str, Any]] = []
            for revision, one in (next(written) for _ in range(min(AT_ONCE, total - first))):
                owner = _owner(one.title, revision, END - SPAN * ((total - revision) / total))
                wanted = one.texts[: excerpts - (revision - 1) * PASSAGES]
                owners.append(owner)
                held += _excerpts(wanted, owner, _marks(list(topics.declared), chance))
            with database.writing() as connection:
                connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE}")
                connection.execute(document.insert(), owners)
                connection.execute(source.insert(), [_source(owner) for owner in owners])
                connection.execute(excerpt.insert(), held)
                connection.execute(library.update().values(revision=first + len(owners)))
            progress.update(len(held))
    with database.writing() as connection:
        connection.execute(library.update().values(topics_mark=topics.mark))
    database.close()


def _marks(topics: Sequence[str], chance: np.random.Generator) -> list[list[str]]:
    """Return the topics of a document's excerpts: half of the documents are on one, in every other excerpt."""
    topic, *drawn = chance.random(PASSAGES + 1).tolist()
    about = [topics[int(2 * topic * len(topics))]] if topic < 0.5 else []
    return [about if one < 0.5 else [] for one in drawn]


def _owner(title: str, revision: int, moment: datetime.datetime) -> dict[str, Any]:
    return {
        "id": new_id("document", revision),
        "workspace": "",
        "title": title,
        "publisher": PUBLISHERS[revision % len(PUBLISHERS)],
        "date": moment.date(),
        "language": "en",
        "file": f"{revision}.md",
        "topics": [],
        "content_hash": text_hash(str(revision)),
        "made_by": "",
        "added_at": moment,
        "changed_at": moment,
        "revision": revision,
    }


def _source(owner: dict[str, Any]) -> dict[str, Any]:
    return {"workspace": "", "key": owner["file"], "document_id": owner["id"], "file": owner["file"]}


def _excerpts(
    texts: Sequence[str], owner: dict[str, Any], marks: Sequence[list[str]]
) -> Iterator[dict[str, Any]]:
    for ordinal, (text, topics) in enumerate(zip(texts, marks, strict=False)):
        yield {
            "id": new_id(owner["id"], ordinal),
            "workspace": "",
            "document_id": owner["id"],
            "ordinal": ordinal,
            "text": text,
            "section": [],
            "paragraph": ordinal + 1,
            "topics": topics,
            "text_hash": text_hash(text),
            "edited": False,
            "added_at": owner["added_at"],
            "revision": owner["revision"],
        }
