"""A made-up library of many weeks: words as frequent as in English, fixed phrases, names, topics that come up."""

import datetime
import random
import sys
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

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

WORDS = range(50, 76)
"""Words of an excerpt."""

WEEKS = 20
"""Over which the documents are dated; those that are new are of the last."""

PUBLISHERS = ("The Courier", "Daily Ledger", "Northern Wire", "Harbour Post", "Policy Review", "Chip Letter")

RISING = ("Halden reactor", "quantum repeater", "Meridian accord")
"""Phrases of the last week: in every twentieth document of it, in every five hundredth of those before."""

OWN = 0.3
"""The share of a text's words that are its subject's."""


class Language:
    """Draws words: three quarters as frequent as in English, the others in fixed phrases and names."""

    def __init__(self, config: Config, chance: random.Random) -> None:
        self._chance = chance
        words = english()
        singles, weights = list(words), list(words.values())
        rare = singles[2000:40_000]
        pairs = [
            f"{chance.choice(singles[100:6000])} {chance.choice(singles[100:6000])}" for _ in range(20_000)
        ]
        names = [chance.choice(rare).capitalize() for _ in range(3000)]
        names += [
            f"{chance.choice(rare).capitalize()} {chance.choice(rare).capitalize()}" for _ in range(3000)
        ]
        self._subjects = [*pairs, *names, *rare]
        self._keywords = [topic.keywords for topic in config.topics.values()]
        self._units = [*singles, *pairs, *names]
        every = sum(weights)
        shares = [0.75 * weight / every for weight in weights]
        self._weights = [
            *accumulate([*shares, *_zipf(len(pairs), 0.17), *_zipf(len(names), 0.08)]),
        ]

    def subject(self) -> list[str]:
        """Return what a document comes back to; in every other one a topic's keywords are among it."""
        own = self._chance.choices(self._subjects, k=40)
        if self._chance.random() < 0.5:
            own += 4 * list(self._chance.choices(self._chance.choice(self._keywords), k=3))
        return own

    def passage(self, subject: Sequence[str], told: str = "") -> str:
        """Return a passage of some sentences on *subject*, one of which tells of *told*."""
        chance = self._chance
        length = chance.choice(WORDS)
        units = chance.choices(self._units, cum_weights=self._weights, k=length)
        for at in range(length):
            if chance.random() < OWN:
                units[at] = chance.choice(subject)
        if told:
            units[length // 3] = told
        sentences, at = [], 0
        while at < length:
            end = at + chance.randrange(12, 25)
            sentence = " ".join(units[at:end])
            sentences.append(f"{sentence[0].upper()}{sentence[1:]}.")
            at = end
        return " ".join(sentences)


def _zipf(many: int, share: float) -> list[float]:
    every = sum(1 / rank for rank in range(1, many + 1))
    return [share / rank / every for rank in range(1, many + 1)]


def store(config: Config, *, excerpts: int, new: int, now: datetime.datetime) -> int:
    """Fill the store in the configuration's folder; return the revision a week before *now*.

    So many *excerpts* in all arrive as they are published, *new* of them in the week before *now*.
    """
    chance = random.Random(1)  # noqa: S311 - words, not secrets
    language, topics = Language(config, chance), Topics(config.topics)
    total, recent = excerpts // PASSAGES, new // PASSAGES
    week = datetime.timedelta(days=7)
    arrived = sorted(
        now - week * (chance.random() * (WEEKS - 1) + 1 if number >= recent else chance.random())
        for number in range(total)
    )
    database = open_database(config.database_url, config.data)
    batch: list[tuple[dict[str, Any], list[dict[str, Any]]]] = []
    with database.writing() as connection:
        for revision, moment in enumerate(tqdm(arrived, unit="document", disable=None), start=1):
            is_new = moment > now - week
            told = chance.choice(RISING) if chance.random() < (0.15 if is_new else 0.006) else ""
            batch.append(_document(language, topics, chance, revision, moment, told))
            if len(batch) == 500 or revision == total:
                connection.execute(document.insert(), [owner for owner, _ in batch])
                connection.execute(source.insert(), [_source(owner) for owner, _ in batch])
                connection.execute(excerpt.insert(), [one for _, held in batch for one in held])
                batch.clear()
        connection.execute(library.update().values(revision=total, topics_mark=topics.mark))
    database.close()
    return sum(moment <= now - week for moment in arrived)


def _source(owner: dict[str, Any]) -> dict[str, Any]:
    return {"workspace": "", "key": owner["file"], "document_id": owner["id"], "file": owner["file"]}


def _document(
    language: Language,
    topics: Topics,
    chance: random.Random,
    revision: int,
    moment: datetime.datetime,
    told: str,
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    subject = language.subject()
    document_id = new_id("document", revision)
    passages = list(_passages(language, subject, told))
    owner = {
        "id": document_id,
        "workspace": "",
        "title": " ".join(chance.choices(subject, k=4)).capitalize(),
        "publisher": chance.choice(PUBLISHERS),
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
    held = [
        {
            "id": new_id(document_id, ordinal),
            "workspace": "",
            "document_id": document_id,
            "ordinal": ordinal,
            "text": text,
            "section": [],
            "paragraph": ordinal + 1,
            "topics": list(topics.of(text)),
            "text_hash": text_hash(text),
            "edited": False,
            "added_at": moment,
            "revision": revision,
        }
        for ordinal, text in enumerate(passages)
    ]
    return owner, held


def _passages(language: Language, subject: Sequence[str], told: str) -> Iterator[str]:
    for number in range(PASSAGES):
        yield language.passage(subject, told if number % 4 == 0 else "")
