"""How well and how fast misspelt words are put right: `spelling.py [--words N]`.

A vocabulary of N words: the English ones as common as in English at large, and others made up of their parts,
most of them rare, as names and terms are in a library of a million passages. What is asked are words as often
as they would be written, each with one letter left out, doubled, replaced or swapped. Prints JSON: `words`;
`build_s`, `disk_mb`, `open_ms`, and `memory_mb`, by how much resident memory grew, mapped files included;
`right`, the share of misspelt words that are put right by their frequency alone; `ms` a word, and
`question_ms` of 64 words that nobody knows; `nearest_ms` of the terms offered where there is no answer;
`known_harmed`, the share of words spelt right that are changed; and beside them `baseline_ms` and
`baseline_right` of RapidFuzz's `extractOne` over all words.
"""

import argparse
import json
import math
import multiprocessing
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "tests" / "benchmarks"))

from rapidfuzz import fuzz, process
from retrieval import LETTERS, misspelt

from bot.library.english import PASSAGE, english
from bot.library.words import STOP_WORDS
from bot.search.correcting import put_right
from bot.search.query import parse
from bot.search.spelling import Speller
from bot.search.vocabulary import LIST, Vocabulary

PASSAGES = 1_000_000
"""Of the library that the words are counted in."""

ASKED = 3_000
"""Words that are asked for, misspelt and right."""

BASELINE = 30
"""Words that the baseline is asked for, at a tenth of a second each."""

BEFORE = [
    "re",
    "un",
    "over",
    "non",
    "pre",
    "anti",
    "micro",
    "inter",
    "multi",
    "sub",
    "super",
    "trans",
    "de",
    "dis",
    "mis",
    "bio",
    "geo",
    "neo",
    "auto",
    "cyber",
]
AFTER = [
    "s",
    "ed",
    "ing",
    "er",
    "ers",
    "ness",
    "less",
    "able",
    "ly",
    "ist",
    "ism",
    "ity",
    "ization",
    "like",
    "wise",
    "ful",
    "ware",
    "tech",
    "soft",
    "corp",
    "ova",
    "ski",
]


@dataclass(frozen=True, slots=True)
class Library:
    """Words that are known by their frequency alone, as `correcting` asks for them."""

    speller: Speller
    frequencies: Mapping[str, int]
    size: int = PASSAGES

    def is_right(self, word: str) -> bool:
        """Tell whether somebody wrote *word*."""
        return word in self.frequencies

    knows = is_right

    def together(self, word: str, other: str) -> int:
        """Return in how many passages both stand: in none."""
        return 0

    def right(self, words: str) -> str:
        """Return *words* put right."""
        return " ".join(put_right(parse(words, topics={}, today=date(2026, 1, 1), most=10_000), self))


def main() -> int:
    """Make the words, measure, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--words", type=int, default=1_000_000, metavar="N")
    options = parser.parse_args()
    chance = random.Random(1)  # noqa: S311 - words, not secrets
    frequencies = made(options.words, chance)
    asked = drawn(frequencies, chance)
    print(json.dumps(measured(frequencies, asked, chance), indent=2))
    return 0


def made(count: int, chance: random.Random) -> dict[str, int]:
    """Return *count* words, and in how many passages each stands."""
    total = sum(english().values())
    kept = [word for word in english() if word.isalpha() and len(word) >= 4 and word not in STOP_WORDS]
    frequencies = {
        word: max(1, round(-PASSAGES * math.expm1(-PASSAGE * english()[word] / total)))
        for word in kept[:count]
    }
    while len(frequencies) < count:
        # Half of the words that a text has in its tail stand there once (Zipf 1935).
        frequencies.setdefault(_made_up(kept, chance), int(chance.paretovariate(1)))
    return frequencies


def _made_up(known: Sequence[str], chance: random.Random) -> str:
    word, other = chance.choice(known), chance.choice(known)
    mixed = word[: chance.randint(2, 6)] + other[-chance.randint(2, 6) :]
    return chance.choice((word + chance.choice(AFTER), chance.choice(BEFORE) + word, word + other, mixed))[
        :40
    ]


def drawn(frequencies: Mapping[str, int], chance: random.Random) -> list[str]:
    """Return words as often as they are written, those that could be misspelt."""
    words = [word for word in frequencies if len(word) >= LETTERS]
    return chance.choices(words, weights=[frequencies[word] for word in words], k=ASKED)


def measured(frequencies: Mapping[str, int], asked: Sequence[str], chance: random.Random) -> dict[str, Any]:
    """Return the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # In a process of its own: what building leaves behind is not what serving takes.
        builder = multiprocessing.get_context("fork").Process(target=built, args=(folder, frequencies))
        builder.start()
        builder.join()
        length = (folder / LIST).stat().st_size
        before = _resident_mb()
        vocabulary, opened = _timed(lambda: Vocabulary.open(folder, length))
        speller = Speller(vocabulary, lambda word: frequencies.get(word, 0), Vocabulary.of(()))
        library = Library(speller, frequencies)
        errors = [misspelt(word, chance) for word in asked]
        put, took = zip(*(_timed(lambda word=word: library.right(word)) for word in errors), strict=True)
        strange = " ".join("".join(chance.sample("abcdefghijklmnopqrstuvwxyz", 8)) for _ in range(64))
        grown = _resident_mb() - before
        return {
            "words": len(frequencies),
            "build_s": float((folder / "build_s").read_text()),
            "disk_mb": _mb(sum(path.stat().st_size for path in folder.iterdir())),
            "open_ms": _ms([opened]),
            "memory_mb": round(grown),
            "right": _share(one == other for one, other in zip(put, asked, strict=True)),
            "ms": _percentiles(took),
            "question_ms": _ms([_timed(lambda: library.right(strange))[1] for _ in range(9)]),
            "nearest_ms": _percentiles([_timed(lambda w=w: speller.similar(w))[1] for w in errors[:500]]),
            "known_harmed": _share(library.right(word) != word for word in asked),
            **_baseline(list(frequencies), asked, errors),
        }


def built(folder: Path, frequencies: Mapping[str, int]) -> None:
    """Build the vocabulary in *folder*, and leave there how many seconds it took."""
    kept = Vocabulary.open(folder, 0).add(frequencies)
    _, took = _timed(kept.settled)
    (folder / "build_s").write_text(str(round(took, 2)))


def _baseline(words: list[str], asked: Sequence[str], errors: Sequence[str]) -> dict[str, Any]:
    found, took = zip(
        *(_timed(lambda e=e: process.extractOne(e, words, scorer=fuzz.ratio)[0]) for e in errors[:BASELINE]),
        strict=True,
    )
    right = _share(one == other for one, other in zip(found, asked, strict=False))
    return {"baseline_ms": _percentiles(took), "baseline_right": right}


def _timed(do: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    return do(), time.perf_counter() - started


def _resident_mb() -> float:
    told = Path("/proc/self/status").read_text().split("VmRSS:")[1]
    return int(told.split()[0]) / 1024


def _mb(size: int) -> float:
    return round(size / 1e6, 1)


def _ms(seconds: Sequence[float]) -> float:
    return round(1000 * statistics.median(seconds), 3)


def _percentiles(seconds: Sequence[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {f"p{at}": round(1000 * ordered[len(ordered) * at // 100], 3) for at in (50, 95, 99)}


def _share(told: Iterable[bool]) -> float:
    return round(statistics.mean(told), 4)


if __name__ == "__main__":
    sys.exit(main())
