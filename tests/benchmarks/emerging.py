"""Phrases measured: `emerging.py FOLDER [--seed S]` prints JSON.

Key phrases of news articles against those that readers chose (FOLDER/keyphrase/*.jsonl: id, text, keys),
and themes put into weeks of dated news (FOLDER/topics/reuters.jsonl: id, title, text, date, labels).
"""

import argparse
import datetime
import json
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import Stemmer

from digests.themes.key_phrases import Background, key_phrases
from digests.themes.phrases import Key, Names
from digests.themes.rising import Rising, Told, rising

WEEK = 200
"""Documents of a week."""

INJECTED = 6
"""Documents of a theme that are put into the current week."""

WEEKS = range(10, 15)
"""Of 1987; the last is the current one."""

BEST = 10
"""Key phrases of an article that are compared with those that readers chose."""

NAMES = Names()

_porter = Stemmer.Stemmer("porter")


@dataclass(frozen=True, slots=True)
class Story:
    """A dated article and its labels."""

    id: str
    title: str
    text: str
    week: int
    labels: frozenset[str]


def phrases(folder: Path) -> dict[str, float]:
    """Return the share of an article's ten key phrases that readers chose, ours and YAKE's (macro average)."""
    import yake  # noqa: PLC0415 - wanted here only

    told = [
        json.loads(line)
        for path in sorted((folder / "keyphrase").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    background = Background((" ".join(one["text"].split()) for one in told), names=NAMES)
    extractor = yake.KeywordExtractor(lan="en", n=3, top=BEST)
    ours, theirs = [], []
    for one in told:
        text = " ".join(one["text"].split())
        gold = {_stemmed(key) for key in one["keys"]}
        best = key_phrases([text], background, limit=BEST)
        ours.append(_precision([found.phrase.surface for found in best], gold))
        theirs.append(_precision([found for found, _score in extractor.extract_keywords(text)], gold))
    return {f"p@{BEST}": round(sum(ours) / len(ours), 4), "baseline": round(sum(theirs) / len(theirs), 4)}


def _precision(found: Iterable[str], gold: set[str]) -> float:
    return len({_stemmed(key) for key in found} & gold) / BEST


def _stemmed(phrase: str) -> str:
    return " ".join(_porter.stemWords(re.findall(r"\w+", phrase.lower())))


def stories(folder: Path) -> list[Story]:
    """Return the articles; `week` is 0 for those of other years."""
    told = []
    with (folder / "topics" / "reuters.jsonl").open(encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            year, week, _day = datetime.date.fromisoformat(line["date"][:10]).isocalendar()
            text = " ".join(line["text"].replace("\x03", " ").split())
            told.append(
                Story(line["id"], line["title"], text, week if year == 1987 else 0, frozenset(line["labels"]))
            )
    return told


def emerging(folder: Path, *, seed: int) -> dict[str, float]:
    """Return how early the phrases of a new theme stand in the list, and how often a week without one is quiet.

    `baseline` is the hit@10 of growth alone. What stands in the list and is evident as well goes to stderr.
    """
    told = stories(folder)
    chance = random.Random(seed)  # noqa: S311 - weeks, not secrets
    counts = Counter(label for story in told for label in story.labels)
    labels = sorted(label for label, count in counts.items() if 40 <= count <= 400)
    holders = _holders(told)
    ranks: dict[str, list[int]] = defaultdict(list)
    for label in labels:
        weeks = _injected(told, label, chance)
        if not weeks:
            continue
        bearing = {place for place, story in enumerate(told) if label in story.labels}
        lists = _lists(weeks)
        for name, keys in lists.items():
            ranks[name].append(_rank(keys, holders, bearing))
    return _figures(ranks) | {"quiet": _quiet(told, chance)}


def _injected(told: Sequence[Story], label: str, chance: random.Random) -> list[Told]:
    """Return weeks without *label*, but for its documents of one week, now put into the current one."""
    counts = Counter(story.week for story in told if label in story.labels)
    weeks = sorted(week for week, count in counts.items() if week and count >= INJECTED)
    if not weeks:
        return []
    theirs = chance.choice(weeks)
    others = [story for story in told if label not in story.labels]
    drawn = _drawn(others, chance)
    theme = chance.sample([s for s in told if label in s.labels and s.week == theirs], INJECTED)
    for at, story in enumerate(theme):
        drawn[at] = replace(story, week=WEEKS[-1])
    return [_told(story) for story in drawn]


def _drawn(told: Sequence[Story], chance: random.Random) -> list[Story]:
    """Return a week's documents of each week, those of the current one first."""
    return [
        story
        for week in reversed(WEEKS)
        for story in chance.sample([story for story in told if story.week == week], WEEK)
    ]


def _told(story: Story) -> Told:
    return Told(story.id, (story.text,), period=WEEKS[-1] - story.week)


def _lists(weeks: Sequence[Told]) -> dict[str, list[Key]]:
    now = [told for told in weeks if not told.period]
    found = rising(now, (told for told in weeks if told.period), names=NAMES, limit=50)
    return {
        "all": [one.phrase.key for one in found],
        "evident": [one.phrase.key for one in found if one.is_evident],
        "growth": _by_growth(now, [told for told in weeks if told.period]),
    }


def _by_growth(now: Sequence[Told], before: Sequence[Told]) -> list[Key]:
    """Return the phrases of now by the growth of their documents alone, those within others left out."""
    here, there = _holders(now), _holders(before)
    found = {key: len(places) for key, places in here.items() if len(places) >= 3 and len(key) <= 3}
    growth = {key: count / (len(there.get(key, ())) / 4 + 0.5) for key, count in found.items()}
    order: list[Key] = []
    for key in sorted(growth, key=lambda key: (-growth[key], -found[key], key)):
        if not any(set(key) & set(other) and here[key] & here[other] for other in order):
            order.append(key)
        if len(order) == 50:
            break
    return order


def _holders(told: Iterable[Story] | Iterable[Told]) -> dict[Key, set[int]]:
    """Return in which documents (their places) each phrase stands."""
    holders: dict[Key, set[int]] = defaultdict(set)
    for place, story in enumerate(told):
        for text in (story.text,) if isinstance(story, Story) else story.texts:
            for key in _keys(NAMES.folded(text)):
                holders[key].add(place)
    return holders


def _keys(words: Sequence[str]) -> Iterator[Key]:
    for start in range(len(words)):
        for end in range(start + 1, min(start + 4, len(words)) + 1):
            if not words[end - 1]:
                break
            yield tuple(words[start:end])


def _rank(keys: Sequence[Key], holders: dict[Key, set[int]], bearing: set[int]) -> int:
    """Return the place (from 1) of the first phrase at least half of whose documents bear the label, or 0."""
    for rank, key in enumerate(keys, start=1):
        held = holders.get(key, set())
        if len(held) >= 4 and 2 * len(held & bearing) >= len(held):
            return rank
    return 0


def _figures(ranks: dict[str, list[int]]) -> dict[str, float]:
    found, evident, growth = ranks["all"], ranks["evident"], ranks["growth"]
    print(f"hit@10 with evidence alone: {_hit(evident, 10):.3f} of {len(found)} labels", file=sys.stderr)
    return {
        "hit@5": _hit(found, 5),
        "hit@10": _hit(found, 10),
        "mrr": round(sum(1 / rank for rank in found if rank) / len(found), 4),
        "baseline": _hit(growth, 10),
    }


def _hit(ranks: Sequence[int], most: int) -> float:
    return round(sum(0 < rank <= most for rank in ranks) / len(ranks), 4)


def _quiet(told: Sequence[Story], chance: random.Random, *, weeks: int = 100) -> float:
    """Return the share of weeks with nothing evident, when the dates of the documents are permuted."""
    return sum(not _evident(told, chance) for _ in range(weeks)) / weeks


def _evident(told: Sequence[Story], chance: random.Random, *, week: int = WEEK) -> list[Rising]:
    dated = [story for story in told if story.week in WEEKS]
    dealt = [_told(story) for story in chance.sample(dated, len(WEEKS) * week)]
    weeks = [replace(story, period=at // week) for at, story in enumerate(dealt)]
    found = rising(weeks[:week], iter(weeks[week:]), names=NAMES)
    return [one for one in found if one.is_evident]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    figures: dict[str, Any] = {
        "phrases": phrases(options.folder),
        "emerging": emerging(options.folder, seed=options.seed),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
