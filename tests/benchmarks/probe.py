"""How often a folder of documents answers a set of questions: `probe.py FOLDER QUESTIONS`.

QUESTIONS is JSONL, an object a line: `query`, `kind` (a name to count by), `expect` (strings of which one
must stand in the text of a hit; none at all: nothing must be found) and `within` (how far down, default 1).
Case, white space and the shape of quotes do not matter. Prints JSON: shares by kind, misses, times, and
whether every text stands in its file word for word.
"""

import argparse
import collections
import json
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Ingest FOLDER into a fresh store, ask all QUESTIONS through the command line, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("questions", type=Path)
    options = parser.parse_args()
    questions = [json.loads(line) for line in options.questions.read_text().splitlines() if line.strip()]
    with tempfile.TemporaryDirectory() as data:
        _bot(data, "ingest", str(options.folder.resolve()))
        typed = "".join(f"{question['query']}\n" for question in questions)
        answers = [json.loads(line) for line in _bot(data, "search", "-", typed=typed).splitlines()]
    report = probe(questions, answers, options.folder)
    print(json.dumps(report, ensure_ascii=False, indent=2))
    return 0


def probe(questions: list[dict[str, Any]], answers: list[dict[str, Any]], folder: Path) -> dict[str, Any]:
    """Return the report on *answers* to *questions* over the documents in *folder*."""
    asked: collections.Counter[str] = collections.Counter()
    right: collections.Counter[str] = collections.Counter()
    missed = []
    for question, answer in zip(questions, answers, strict=True):
        asked[question["kind"]] += 1
        if is_right(question, answer):
            right[question["kind"]] += 1
        else:
            missed.append(question["query"])
    whole = {
        path.name: _bare(path.read_text(errors="replace")) for path in folder.rglob("*") if path.is_file()
    }
    hits = [hit for answer in answers for hit in answer["hits"]]
    times = sorted(answer["took_ms"] for answer in answers)
    return {
        "questions": len(questions),
        "right": {kind: round(right[kind] / asked[kind], 4) for kind in sorted(asked)},
        "missed": missed,
        "verbatim": all(_bare(hit["text"]) in whole[Path(hit["document"]["file"]).name] for hit in hits),
        "took_ms": {"p50": statistics.median(times), "max": times[-1]},
    }


def is_right(question: dict[str, Any], answer: dict[str, Any]) -> bool:
    """Tell whether *answer* has what *question* expects, or nothing where nothing is expected."""
    if not question["expect"]:
        return not answer["hits"]
    told = [_folded(hit["text"]) for hit in answer["hits"][: question.get("within", 1)]]
    return any(_folded(expected) in text for expected in question["expect"] for text in told)


def _bot(data: str, *arguments: str, typed: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "BRIEFBOT_DATA": data, "PYTHONUTF8": "1"},
        input=typed,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def _folded(text: str) -> str:
    straight = text.translate(str.maketrans("‘’“”", "''\"\""))
    return " ".join(straight.casefold().split())


def _bare(text: str) -> str:
    return re.sub(r"[\s•*·‣▪●○◦–—-]+", "", text)


if __name__ == "__main__":
    sys.exit(main())
