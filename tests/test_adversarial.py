"""Whatever is asked, however: an answer or why there is none, at once, and nothing that was left out."""

import random
from collections.abc import Callable

import pytest
from conftest import NOW
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.app import Briefbot
from bot.document import Document, Passage
from bot.errors import QueryError
from bot.library.words import STOP_WORDS, stem, words
from bot.search.answer import Answer
from bot.search.index import Index
from bot.search.query import Query
from bot.store.records import Draft

WORDS = [
    "herring",
    "kelp",
    "turbot",
    "crane",
    "harbour",
    "lamp",
    "ferry",
    "vault",
    "barley",
    "rotor",
    "tariff",
    "chip",
    "export",
    "quota",
    "wafer",
    "fog",
    "the",
    "of",
    "and",
    "41",
    "2023",
    "GPT-4",
    "U.S.",
    "40%",
    "芯片",
    "出口",
    "Häuser",
]
SYNTAX = ['"', "“", "-", "- ", "(", ")", " OR ", " AND ", " NOT ", "|", "*", ":", "topic:", "topic:chips", "lang:de",
          "source:herald", "-lang:en", "after:2020", 'before:"3 months ago"', "added:30d", "chi*", "-h*", "-ke*"]  # fmt: skip

Typed = st.lists(
    st.one_of(st.sampled_from(WORDS), st.sampled_from(SYNTAX), st.text(max_size=8), st.just(" ")), max_size=30
).map("".join)


@pytest.fixture
def ask(briefbot: Briefbot) -> Callable[[str], Answer]:
    """Ask a library of two hundred passages of the words above."""
    chance = random.Random(7)  # noqa: S311 - words, not secrets
    for n in range(50):
        texts = [" ".join(chance.choices(WORDS, k=20)) for _ in range(4)]
        described = {"title": chance.choice(WORDS), "language": chance.choice(["en", "de", None])}
        document = Document(id="", publisher="Herald", **described)  # type: ignore[arg-type]
        draft = Draft(document, f"a:{n}", (), tuple(map(Passage, texts)), str(n), "1")
        briefbot.library.put(draft, now=NOW)
    briefbot.index.follow(briefbot.library)
    return lambda typed: briefbot.searcher.search(typed, limit=100, today=NOW.date())


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(Typed)
def test_any_question_is_answered_or_refused_in_words(ask: Callable[[str], Answer], typed: str):
    try:
        answer = ask(typed)
    except QueryError as error:
        assert str(error).strip()
        return
    shown = [hit.excerpt.id for hit in answer.hits]
    assert len(shown) == len(set(shown)) <= answer.total
    assert bool(shown) == bool(answer.total)
    for hit in answer.hits:
        assert all(0 <= start < end <= len(hit.excerpt.text) for start, end in hit.marks)
        assert not excluded(hit.excerpt.text, answer.query)
        assert not {hit.excerpt.document.language} & set(answer.query.without_languages)


def excluded(text: str, query: Query) -> bool:
    """Tell whether *text* has a word or a phrase that *query* leaves out."""
    told = words(text)
    stems = {stem(word) for word in told if word not in STOP_WORDS} | set(told)
    for phrase in query.without:
        has = any(tuple(told[at : at + len(phrase)]) == phrase for at in range(len(told)))
        if has or (len(phrase) == 1 and phrase[0] not in STOP_WORDS and stem(phrase[0]) in stems):
            return True
    return False


@pytest.mark.parametrize(
    "typed",
    [
        "herring " * 2000,
        '"' + "the " * 120 + '"',
        "(" * 400 + "kelp" + ")" * 400,
        " OR ".join(WORDS * 4),
        "-" + " -".join(WORDS) + " kelp",
        " ".join(f"{chr(97 + n % 26) * 5}{n % 7}x" for n in range(60)),
        "kelp* " * 80,
        "\ud800kelp\x00",
        "kelp\u202eherring",
    ],
)
def test_the_worst_questions_are_bounded(ask: Callable[[str], Answer], typed: str):
    try:
        answer = ask(typed)
    except QueryError:
        return
    assert len(answer.query.text) <= 500
    assert len(answer.concepts) <= 64


def test_beginnings_of_words_are_few(ask: Callable[[str], Answer]):
    answer = ask("kelp* " * 80)

    assert len(answer.concepts) == 8
    assert "left out" in " ".join(answer.query.notes)
    with pytest.raises(QueryError, match="too much at once"):
        ask("herring " + "-kelp* " * 9)


def test_beginnings_that_narrow_are_of_few_words(
    ask: Callable[[str], Answer], briefbot: Briefbot, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bot.search.search.BEGUN", 1)

    for typed in ("herring -ke*", "herring -(ke* OR lamp)", "(ke* OR -lamp) herring"):
        assert ask(typed).total  # Of kelp alone.
    for typed in (
        "herring -ha*",
        "herring -(ha* OR lamp)",
        "(ha* OR -lamp) herring",
        "(herring OR -ha*)",
        "lamp -cr* -ke*",
    ):
        with pytest.raises(QueryError, match=r"(ha|cr)\* is too much at once"):
            ask(typed)
    assert ask("ha*").total
    assert briefbot.searcher.count("herring -ha*", workspace="", today=NOW.date())  # What was saved goes on.


def test_phrases_of_stop_words_are_few(ask: Callable[[str], Answer]):
    with pytest.raises(QueryError, match="Add a word"):
        ask('"of the" "in the" "to the" kelp')


def test_the_index_s_own_entry_is_in_no_answer(ask: Callable[[str], Answer], briefbot: Briefbot):
    briefbot.library.put(Draft(Document(id=""), "x", (), (Passage("Undated kelp."),), "x", "1"), now=NOW)

    for typed in ("(kelp OR -herring)", "kelp after:2020", "added:2026", "lang:en", "(-kelp OR topic:chips)"):
        assert all(hit.excerpt.text for hit in ask(typed).hits)


def test_panics_of_a_damaged_index_are_told_and_looked_into(
    ask: Callable[[str], Answer], briefbot: Briefbot, monkeypatch: pytest.MonkeyPatch
):
    suspected = []
    monkeypatch.setattr(Index, "suspect", lambda _self: suspected.append(1))
    monkeypatch.setattr(briefbot.index.snapshot, "best", broken)

    with pytest.raises(Exception, match="being mended"):
        ask("kelp herring")

    assert suspected


class PanicException(BaseException):
    """What Tantivy raises, by its name."""


def broken(*_arguments: object) -> None:
    raise PanicException("called `Option::unwrap()` on a `None` value")
