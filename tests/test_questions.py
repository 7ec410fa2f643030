"""The documents in `seeds/` answer what analysts type, and say nothing on what they do not hold."""

import json
from collections.abc import Callable
from pathlib import Path

from benchmarks.probe import probe
from conftest import NOW

from bot.app import Briefbot
from bot.config import ROOT
from bot.library.ingest import Summary
from bot.search.report import report

QUESTIONS = Path(__file__).parent / "questions.jsonl"


def test_seeds_answer_the_questions(ingest: Callable[..., Summary], briefbot: Briefbot):
    ingest(ROOT / "seeds")
    questions = [json.loads(line) for line in QUESTIONS.read_text().splitlines()]

    answers = [
        report(briefbot.searcher.search(question["query"], today=NOW.date()), took_ms=0.0)
        for question in questions
    ]

    told = probe(questions, answers, ROOT / "seeds")
    assert told["verbatim"]
    right = told["right"]
    assert right["fact"] >= 0.97, told
    assert right["broad"] >= 0.97, told
    assert right["typo"] >= 0.92, told
    assert right["phrase"] == 1.0, told
    assert right["alias"] >= 0.85, told
    assert right["absent"] >= 0.95, told
