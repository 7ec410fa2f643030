"""Answers ordered by meaning as well, with a small model that is made here."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import NOW
from model2vec import StaticModel
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from bot.app import Briefbot
from bot.config import Config
from bot.document import Document, Passage
from bot.errors import ConfigError
from bot.search.answer import Answer
from bot.search.explaining import explained
from bot.search.search import Searcher
from bot.store.records import Draft

MEANT = {
    "port": (1, 0),
    "harbour": (1, 0),
    "quay": (1, 0),
    "cargo": (0.9, 0.1),
    "wine": (0, 1),
    "grape": (0, 1),
}
"""Words and what they mean, in two dimensions; others mean nothing."""

TEXTS = [
    "A port of the finest grape and the oldest wine was poured.",
    "A port for more cargo than the quay could ever bear was built.",
    *(f"Nothing of the sort was said on day {n}." for n in range(30)),
]

Searching = Callable[[str], Searcher]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    words = ["[UNK]", *MEANT]
    tokenizer = Tokenizer(WordLevel({word: at for at, word in enumerate(words)}, unk_token="[UNK]"))  # noqa: S106 - a token, no secret
    tokenizer.pre_tokenizer = Whitespace()
    vectors = np.array([(0, 0), *MEANT.values()], dtype=np.float32)
    StaticModel(vectors, tokenizer).save_pretrained(tmp_path / "model")
    return tmp_path / "model"


@pytest.fixture
def searching(briefbot: Briefbot, config: Config) -> Searching:
    """Return what answers with the model of a folder, '' for none."""
    for number, text in enumerate(TEXTS):
        draft = Draft(Document(id="", title=None), f"test:{number}", (), (Passage(text),), text, "1")
        briefbot.library.put(draft, now=NOW)
    briefbot.index.follow(briefbot.library)

    def searching_(folder: str) -> Searcher:
        semantic = replace(config.search, semantic=folder)
        return Searcher(briefbot.index, replace(config, topics={}, names=(), search=semantic))

    return searching_


def ask(searcher: Searcher, question: str) -> Answer:
    return searcher.search(question, today=NOW.date())


def test_what_is_meant_comes_before_what_only_has_the_word(searching: Searching, model: Path):
    plain, meant = ask(searching(""), "port"), ask(searching(str(model)), "port")

    assert [hit.excerpt.text for hit in plain.hits] == TEXTS[:2]
    assert [hit.excerpt.text for hit in meant.hits] == [TEXTS[1], TEXTS[0]]
    told = explained(meant.hits[1].excerpt, meant.hits[1].ranked, meant.concepts)
    assert any("others nearer in meaning" in sentence for sentence in told)


def test_a_model_finds_nothing_that_the_words_do_not(searching: Searching, model: Path):
    with_model = searching(str(model))

    assert ask(with_model, "harbour").hits == (), "what only means the same is no answer"
    assert ask(with_model, "nothing").total == ask(searching(""), "nothing").total == 30


@pytest.mark.parametrize(
    ("lacks", "told"),
    [
        ("model.safetensors", "has no model.safetensors"),
        ("tokenizer.json", "has no tokenizer.json"),
    ],
)
def test_a_folder_that_lacks_a_file_is_refused(searching: Searching, model: Path, lacks: str, told: str):
    (model / lacks).unlink()

    with pytest.raises(ConfigError, match=told):
        searching(str(model))


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "config.json"])
def test_a_file_that_is_none_is_refused(searching: Searching, model: Path, name: str):
    (model / name).write_bytes(b"\0\xff no model")

    with pytest.raises(ConfigError, match="cannot be read as a model"):
        searching(str(model))


def test_nothing_of_it_is_loaded_where_none_is_configured():
    program = "import sys, bot.app, bot.search.search; print(sorted({'model2vec', 'tokenizers'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
