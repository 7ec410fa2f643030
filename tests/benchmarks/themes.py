"""How well topics, phrases, near copies and excerpts are told: `themes.py FOLDER [--seed N]`, printed as JSON.

FOLDER holds judged documents, JSONL; what is missing is left out of the report:
topics/NAME*.jsonl     `title`, `text`, `labels` or `label`; with topics/NAME.keywords.json, {label: [keyword]}
keyphrase/*.jsonl      `text`, `keys`
excerpts/*.jsonl       `text`, `ref`: sentences of the text, chosen by people
NAME ends at the first `_` or `.`. Beside each figure stands that of the usual method, from the same run.
"""

import argparse
import itertools
import json
import random
import re
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from emerging import emerging, phrases

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bot.config import Topic
from bot.library.sentences import sentences
from bot.library.topics import Topics
from bot.library.words import words
from digests.themes.alike import groups
from digests.themes.quotes import representative

PARAGRAPHS, COPIES = 2000, 400
SHORTEST, LONGEST = 25, 160
PERMUTATIONS, JACCARD = 128, 0.5
PRIME = (1 << 61) - 1
PREFIXES = (
    "This report was first sent to our subscribers early this morning and is shown here unchanged.",
    "From our archive:",
    "The following comes from a partner of this service, who alone answers for what it says.",
    "Our correspondent writes that little has been heard since, and sends these lines.",
)

Record = dict[str, Any]
Pairs = set[tuple[int, int]]


def main() -> int:
    """Measure what FOLDER has the documents for, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(json.dumps(report(options.folder, seed=options.seed), indent=2))
    return 0


def report(folder: Path, *, seed: int) -> dict[str, Any]:
    """Return the figures of all parts that *folder* has the documents for."""
    measured: dict[str, Any] = {}
    parts: dict[str, tuple[bool, Callable[[], Any]]] = {
        "topics": (_has(folder, "topics/*.keywords.json"), lambda: topics(folder)),
        "phrases": (_has(folder, "keyphrase/*.jsonl"), lambda: phrases(folder)),
        "emerging": (_has(folder, "topics/reuters.jsonl"), lambda: emerging(folder, seed=seed)),
        "duplicates": (
            _has(folder, "excerpts/*.jsonl") or _has(folder, "topics/*.jsonl"),
            lambda: duplicates(folder, seed=seed),
        ),
        "excerpts": (_has(folder, "excerpts/*.jsonl"), lambda: excerpts(folder)),
    }
    for name, (is_there, measure) in parts.items():
        if is_there:
            print(f"{name} …", file=sys.stderr)
            measured[name] = measure()
    return measured


def topics(folder: Path) -> dict[str, dict[str, float]]:
    """Return for each set how well topics are told by keywords, and by any mention: micro-averaged F1."""
    found = {}
    for path in sorted(folder.glob("topics/*.keywords.json")):
        name = path.name.removesuffix(".keywords.json")
        keywords = json.loads(path.read_text())
        records = [r for r in _records(folder, f"topics/{name}[._]*jsonl") if _labels(r) & keywords.keys()]
        if not records:
            continue
        declared = Topics({label: Topic(keywords=tuple(told)) for label, told in keywords.items()})
        gold = {(n, label) for n, r in enumerate(records) for label in _labels(r) & keywords.keys()}
        beside = [(r.get("title") or "",) for r in records]
        told = list(zip((r["text"] for r in records), beside, strict=True))
        marked = {
            (n, label) for n, (text, over) in enumerate(told) for label in declared.of(text, beside=over)
        }
        hit = {
            (n, label) for n, (text, over) in enumerate(told) for label in declared.scored(text, beside=over)
        }
        found[name] = {"micro_f1": _f1(marked, gold), "baseline": _f1(hit, gold)}
    return found


def duplicates(folder: Path, *, seed: int) -> dict[str, float]:
    """Return how well edited copies of paragraphs are found, and by MinHash: F1 over pairs."""
    chance = random.Random(seed)  # noqa: S311 - the same draw for the same seed
    pattern = "excerpts/*.jsonl" if _has(folder, "excerpts/*.jsonl") else "topics/*.jsonl"
    kept = _paragraphs(record["text"] for record in _records(folder, pattern))
    chance.shuffle(kept)
    kept = kept[:PARAGRAPHS]
    originals = chance.sample(range(len(kept)), min(COPIES, len(kept)))
    texts = [*kept, *(_copy(kept[number], kept, chance) for number in originals)]
    order = list(range(len(texts)))
    chance.shuffle(order)
    place = {number: at for at, number in enumerate(order)}
    gold = {_pair(place[number], place[len(kept) + n]) for n, number in enumerate(originals)}
    shuffled = [texts[number] for number in order]
    told = {pair for group in groups(shuffled) for pair in itertools.combinations(group, 2)}
    return {"f1": _f1(told, gold), "baseline": _f1(_minhash(shuffled, chance), gold)}


def excerpts(folder: Path) -> dict[str, float]:
    """Return how near three sentences are to those that people chose, and the first three: ROUGE-2, F."""
    chosen, first = [], []
    for record in _records(folder, "excerpts/*.jsonl"):
        told = sentences(_capitalized(record["text"]))
        chosen.append(
            _rouge(" ".join(told[place] for place in sorted(representative(told, 3))), record["ref"])
        )
        first.append(_rouge(" ".join(told[:3]), record["ref"]))
    return {"rouge2": _mean(chosen), "baseline": _mean(first)}


def _paragraphs(texts: Iterable[str]) -> list[str]:
    """Return the paragraphs of a passage's length, each once."""
    paragraphs = (part.strip() for text in texts for part in text.split("\n"))
    by_words = {tuple(words(part)): part for part in paragraphs if SHORTEST <= len(part.split()) <= LONGEST}
    return list(by_words.values())


def _copy(paragraph: str, others: Sequence[str], chance: random.Random) -> str:
    """Return *paragraph* edited in one to three ways, as who reprints it does."""
    told = paragraph.split()
    for edit in chance.sample((_changed, _prefixed, _shortened), chance.randint(1, 3)):
        told = edit(told, others, chance)
    return " ".join(told)


def _changed(told: list[str], others: Sequence[str], chance: random.Random) -> list[str]:
    """Replace up to 15 % of the words."""
    changed = list(told)
    for at in chance.sample(range(len(told)), int(len(told) * chance.uniform(0, 0.15))):
        changed[at] = chance.choice(chance.choice(others).split())
    return changed


def _prefixed(told: list[str], _others: Sequence[str], chance: random.Random) -> list[str]:
    """Put a sentence before it: one of ours, as another paragraph's would make it a copy of that as well."""
    return [*chance.choice(PREFIXES).split(), *told]


def _shortened(told: list[str], _others: Sequence[str], chance: random.Random) -> list[str]:
    """Cut up to a third off its start or its end."""
    cut = int(len(told) * chance.uniform(0, 1 / 3))
    return told[cut:] if chance.random() < 0.5 else told[: len(told) - cut]


def _minhash(texts: Sequence[str], chance: random.Random) -> Pairs:
    """Return the pairs whose MinHash signatures (Broder 1997) agree in JACCARD of their places."""
    seeds = [(chance.randrange(1, PRIME), chance.randrange(PRIME)) for _ in range(PERMUTATIONS)]
    hashed = []
    for text in texts:
        told = words(text)
        hashed.append({zlib.crc32(" ".join(told[at : at + 3]).encode()) for at in range(len(told) - 2)})
    agreeing: Counter[tuple[int, int]] = Counter()
    for a, b in seeds:
        holders = defaultdict(list)
        for number, shingles in enumerate(hashed):
            holders[min((a * shingle + b) % PRIME for shingle in shingles)].append(number)
        agreeing.update(pair for held in holders.values() for pair in itertools.combinations(held, 2))
    return {pair for pair, times in agreeing.items() if times >= JACCARD * PERMUTATIONS}


def _rouge(told: str, reference: str) -> float:
    """Return ROUGE-2 (Lin 2004) of *told*: F1 of pairs of words, without stemming."""
    has, wanted = _bigrams(told), _bigrams(reference)
    shared = sum((has & wanted).values())
    return 2 * shared / (sum(has.values()) + sum(wanted.values())) if shared else 0.0


def _bigrams(text: str) -> Counter[tuple[str, str]]:
    return Counter(itertools.pairwise(re.findall(r"[a-z0-9]+", text.lower())))


def _capitalized(text: str) -> str:
    """Return a *text* that was lowered with capital letters where sentences may begin."""
    if text != text.lower():
        return text
    return re.sub(r"(?:^|\n|[.!?][\"')]*\s+)[\"'(]?[a-z]", lambda match: match[0].upper(), text)


def _f1(told: set[Any], gold: set[Any]) -> float:
    return round(2 * len(told & gold) / (len(told) + len(gold)), 4)


def _mean(shares: Sequence[float]) -> float:
    return round(sum(shares) / len(shares), 4)


def _pair(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def _labels(record: Record) -> set[str]:
    told = record.get("labels") or record.get("label") or []
    return {told} if isinstance(told, str) else set(told)


def _has(folder: Path, pattern: str) -> bool:
    return any(folder.glob(pattern))


def _records(folder: Path, pattern: str) -> Iterator[Record]:
    for path in sorted(folder.glob(pattern)):
        with path.open(encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if line.strip())


if __name__ == "__main__":
    raise SystemExit(main())
