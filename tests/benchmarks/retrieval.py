"""How well the right documents come first, on judged collections: `retrieval.py FOLDER... [--typos SEED] [--semantic MODEL]`.

FOLDER holds `corpus.jsonl` (`_id`, `title`, `text`), `queries.jsonl` (`_id`, `text`) and `qrels.tsv` (query,
document, grade). Each is read by the ingest into a fresh store and asked as `/brief` asks, but for the length
of a question: people's are cut at `limits.query_characters`, a collection's are not. Passages stand for their
documents, the best of each. Prints JSON: nDCG@10, recall@100 and MRR@10 (means over the judged queries) and
milliseconds a query. With `--typos` one letter of each word of five and more is left out, doubled, replaced or
swapped with the next. With `--semantic` a sentence model orders as well. Topics and names are none: those of `config.yml` are of another subject.
"""

import argparse
import datetime
import json
import math
import random
import re
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from string import ascii_lowercase
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tqdm import tqdm

from bot.app import Briefbot, open_briefbot
from bot.config import Limits
from bot.errors import QueryError
from bot.library.ingest import Ingest
from bot.loading import load

DEPTH = 400
"""Passages that are asked for: enough for a hundred documents."""

LETTERS = 5
"""A word of so many letters and more gets a typing error."""

SYNTAX = re.compile(r'["“”()*:]|(?<!\S)-+|\b(?:AND|OR|NOT)\b')
"""What would mean something in a question of ours and is prose in theirs."""

Grades = Mapping[str, Mapping[str, int]]


def main() -> int:
    """Measure each FOLDER, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--typos", type=int, metavar="SEED")
    parser.add_argument("--semantic", default="", metavar="MODEL")
    options = parser.parse_args()
    told = {str(one): measured(one, options.typos, semantic=options.semantic) for one in options.folders}
    print(json.dumps(told, indent=2))
    return 0


def measured(folder: Path, seed: int | None, *, semantic: str = "") -> dict[str, Any]:
    """Return the figures of the collection in *folder*."""
    queries = {str(q["_id"]): str(q["text"]) for q in _lines(folder / "queries.jsonl")}
    grades = _grades(folder / "qrels.tsv")
    asked = {key: text for key, text in queries.items() if any(grades.get(key, {}).values())}
    if seed is not None:
        chance = random.Random(seed)  # noqa: S311 - typing errors, not secrets
        asked = {key: misspelt(text, chance) for key, text in asked.items()}
    with tempfile.TemporaryDirectory() as data:
        briefbot = filled(folder, Path(data), semantic=semantic)
        ranked, took = _asked(briefbot, asked, desc=folder.name)
        briefbot.close()
    return {
        "ndcg@10": _mean(ndcg(ranked[key], grades[key], 10) for key in asked),
        "recall@100": _mean(recall(ranked[key], grades[key], 100) for key in asked),
        "mrr@10": _mean(reciprocal_rank(ranked[key], grades[key], 10) for key in asked),
        "ms_per_query": round(1000 * statistics.mean(took), 3),
        "queries": len(asked),
    }


def filled(folder: Path, data: Path, *, semantic: str = "") -> Briefbot:
    """Return a Briefbot whose library is the collection in *folder*."""
    shipped = load({"BRIEFBOT_DATA": str(data)})
    config = replace(
        shipped,
        topics={},
        names=(),
        limits=Limits(query_characters=1_000_000),
        search=replace(shipped.search, semantic=semantic and str(Path(semantic).resolve())),
    )
    documents = data / "documents.jsonl"
    with documents.open("w") as file:
        for told in _lines(folder / "corpus.jsonl"):
            text = told["text"] or told["title"] or "-"
            file.write(json.dumps({"id": told["_id"], "title": told["title"], "text": text}) + "\n")
    briefbot = open_briefbot(config)
    now = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    Ingest(briefbot.library, config).run([documents], now=lambda: now)
    briefbot.index.follow(briefbot.library)
    return briefbot


def _asked(
    briefbot: Briefbot, asked: Mapping[str, str], *, desc: str
) -> tuple[dict[str, list[str]], list[float]]:
    """Return the ids of the documents that answer each question, best first, and the seconds it took."""
    sources: dict[str, list[str]] = {}
    ranked: dict[str, list[str]] = {}
    took = []
    for key, text in tqdm(asked.items(), desc=desc, disable=None, leave=False):
        question = SYNTAX.sub(" ", text)
        started = time.perf_counter()
        try:
            hits = briefbot.searcher.search(question, limit=DEPTH, today=datetime.date(2026, 1, 1)).hits
        except QueryError:
            hits = ()
        took.append(time.perf_counter() - started)
        found: dict[str, None] = {}
        for owner in (document.id for hit in hits for document in (hit.excerpt.document, *hit.also_in)):
            if owner not in sources:
                sources[owner] = [one.rsplit("#", 1)[1] for one in briefbot.library.siblings(owner)]
            found |= dict.fromkeys(sources[owner])
        ranked[key] = list(found)
    return ranked, took


def misspelt(text: str, chance: random.Random) -> str:
    """Return *text* with one typing error in each word of LETTERS letters and more."""
    return re.sub(r"[A-Za-z]+", lambda word: _with_error(word[0], chance), text)


def _with_error(word: str, chance: random.Random) -> str:
    if len(word) < LETTERS:
        return word
    at = chance.randrange(1, len(word) - 1)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    errors = (
        before + after,
        before + letter + letter + after,
        before + chance.choice(ascii_lowercase) + after,
        before + after[0] + letter + after[1:],
    )
    return chance.choice(errors)


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], depth: int) -> float:
    """Return the normalized discounted cumulative gain (Jaervelin and Kekaelaeinen 2002), gains as graded."""
    gained = sum(grades.get(one, 0) / math.log2(at + 2) for at, one in enumerate(ranked[:depth]))
    best = sorted(grades.values(), reverse=True)[:depth]
    return gained / sum(grade / math.log2(at + 2) for at, grade in enumerate(best))


def recall(ranked: Sequence[str], grades: Mapping[str, int], depth: int) -> float:
    """Return the share of the relevant documents among the first *depth*."""
    relevant = {one for one, grade in grades.items() if grade > 0}
    return len(relevant & set(ranked[:depth])) / len(relevant)


def reciprocal_rank(ranked: Sequence[str], grades: Mapping[str, int], depth: int) -> float:
    """Return one by the rank of the first relevant document, 0 if it is not among the first *depth*."""
    return next((1 / at for at, one in enumerate(ranked[:depth], start=1) if grades.get(one, 0) > 0), 0.0)


def _mean(values: Any) -> float:
    return round(statistics.mean(values), 4)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _grades(path: Path) -> Grades:
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for line in path.read_text(encoding="utf-8").splitlines():
        query, document, grade = line.split("\t")
        if grade.isdigit():  # The first line may name the columns.
            grades[query][document] = int(grade)
    return grades


if __name__ == "__main__":
    sys.exit(main())
