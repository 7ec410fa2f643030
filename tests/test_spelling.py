"""What is misspelt becomes what was most likely meant, at a bounded price; what is spelt right stays."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from conftest import NOW

from bot.app import Briefbot
from bot.document import Document, Passage
from bot.library.words import words
from bot.search import at_large
from bot.search.answer import Answer
from bot.search.at_large import forms_of
from bot.search.correcting import LOOKS, put_right
from bot.search.query import parse
from bot.search.spelling import Speller
from bot.search.vocabulary import Vocabulary
from bot.store.records import Draft

NONE = Vocabulary.of(())


def speller(
    frequencies: Mapping[str, int], *, names: Vocabulary = NONE, told: tuple[str, ...] = ()
) -> Speller:
    """Return one over a library in which words stand so often; *told* are seen written as names."""
    return Speller(Vocabulary.of(frequencies, told), lambda word: frequencies.get(word, 0), names)


@dataclass
class Library:
    """Words and how often they stand, alone and with others."""

    frequencies: Mapping[str, int]
    pairs: Mapping[frozenset[str], int] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    size: int = 1_000
    looks: int = 0

    @property
    def speller(self) -> Speller:
        return speller(self.frequencies, told=self.names)

    def is_right(self, word: str) -> bool:
        return word in self.frequencies

    knows = is_right

    def together(self, word: str, other: str) -> int:
        self.looks += 1
        return self.pairs.get(frozenset({word, other}), 0)

    def ask(self, text: str) -> str:
        return " ".join(put_right(parse(text, topics={}, today=NOW.date(), most=5_000), self))


def likeliest(frequencies: Mapping[str, int], word: str) -> list[str]:
    return [one.word for one in speller(frequencies).candidates(word)]


@pytest.mark.parametrize(
    ("typed", "meant", "other"),
    [
        ("taxirm", "taxrim", "taxism"),
        ("taxxrim", "taxrim", "tazxrim"),
        ("taxim", "taxrim", "taxhm"),
        ("zabrim", "zabrin", "fabrim"),
    ],
)
def test_of_equally_common_words_the_likelier_slip_was_made(typed: str, meant: str, other: str):
    assert likeliest({meant: 5, other: 5}, typed) == [meant, other]


def test_a_common_word_is_likelier_than_a_rare_one_that_is_as_near():
    assert likeliest({"kelpix": 3, "kelpox": 9}, "kelpax") == ["kelpox", "kelpix"]


def test_a_long_word_may_be_two_edits_away_and_a_short_one_may_not():
    for typed in ("turbnise", "tubrinse", "turbinesis", "turbs", "tarnbines", "tubinse"):
        assert likeliest({"turbines": 9}, typed) == (["turbines"] if len(typed) > 6 else []), typed
    assert likeliest({"lamps": 9}, "lpmas") == []


def test_what_nobody_may_see_is_never_suggested():
    library = speller({"marmalade": 0, "marmelade": 1, "quicksilver": 0})

    assert [one.word for one in library.candidates("marmalaed")] == ["marmelade"]
    assert library.candidates("quicksliver") == library.similar("quicksliver") == []
    assert library.similar("marmalade") == ["marmelade"]


def test_a_name_becomes_another_name_or_nothing():
    library = Library({"saltmouth": 3, "saltmoath": 90, "turbines": 5}, names=("saltmouth",))

    assert library.ask("turbines of Saltmuoth") == "turbines saltmouth"
    assert library.ask("the Turbnies") == "turbnies"
    assert library.ask("Turbnies of Saltmouth") == "turbines saltmouth"
    assert library.ask("It blew. Turbnies stood still") == "blew turbines stood still"


def test_a_name_that_is_declared_counts_though_it_stands_nowhere():
    library = speller({"turbines": 9}, names=Vocabulary.of(["energy"], ["Huawei".lower()]))

    assert [one.word for one in library.candidates("enegry")] == ["energy"]
    assert [one.word for one in library.candidates("huawie", is_name=True)] == ["huawei"]
    assert library.is_name("energy")
    assert not library.is_name("turbines")


@pytest.mark.parametrize(
    ("there", "commoner", "put"), [(1, 200, True), (1, 199, False), (3, 400, False), (2, 400, True)]
)
def test_a_known_word_gives_way_to_one_that_is_two_hundred_times_as_frequent(
    there: int, commoner: int, put: bool
):
    library = Library({"turbiens": there, "turbines": commoner})

    assert library.ask("turbiens") == ("turbines" if put else "turbiens")


@pytest.mark.parametrize("word", ["turbiens", "Turbiens today", "wigs"])
def test_neither_a_known_name_nor_an_english_word_ever_gives_way(word: str):
    library = Library({"turbiens": 1, "turbines": 900, "wigs": 1, "wings": 900}, names=("turbiens",))

    assert library.ask(f"{word}") == " ".join(words(word))


def test_only_where_most_is_misspelt_an_english_word_may_be_as_well():
    library = Library({"tidal": 30, "turbines": 40, "currents": 20, "shock": 350, "clock": 19})

    assert library.ask("tidla turbnies sock") == "tidal turbines shock"
    assert library.ask("tidal turbnies sock") == "tidal turbines sock"
    assert library.ask("tidla turbnies Sock") == "tidal turbines sock"
    assert library.ask("tidla turbnies curents crocks") == "tidal turbines currents crocks"


def test_company_decides_between_words_that_are_about_as_likely():
    frequencies = {"turbot": 9, "crane": 9, "kelpex": 2, "kelpix": 3, "kelpox": 90}
    pairs = {frozenset({"turbot", "kelpex"}): 2, frozenset({"crane", "kelpix"}): 2}

    assert Library({**frequencies, "kelpox": 0}, pairs).ask("turbot kelpax") == "turbot kelpex"
    assert Library({**frequencies, "kelpox": 0}, pairs).ask("crane kelpax") == "crane kelpix"
    assert Library(frequencies, pairs).ask("turbot kelpax") == "turbot kelpox"


def test_a_question_looks_only_so_often_which_words_stand_together():
    endings = [f"{a}{b}" for a in "bcdfghj" for b in "klmnpqr"]
    library = Library({f"zu{end}x{a}": 5 for end in endings for a in "ae"} | {"turbot": 3, "crane": 4})

    put = library.ask("turbot crane " + " ".join(f"zu{end}xi" for end in endings))

    assert 0 < library.looks <= LOOKS
    assert all(word in library.frequencies for word in put.split())


def test_all_words_of_a_long_question_are_put_right(filled: Callable[[str], Answer]):
    answer = filled("tidla turbnies of teh harbuor generaet electricty wheneevr strnog curents")

    assert [(c.typed, c.taken) for c in answer.corrections] == [
        ("tidla", "tidal"),
        ("turbnies", "turbines"),
        ("harbuor", "harbour"),
        ("generaet", "generate"),
        ("electricty", "electricity"),
        ("wheneevr", "whenever"),
        ("strnog", "strong"),
        ("curents", "currents"),
    ]


def test_a_form_that_the_library_lacks_comes_before_a_word_that_is_farther(filled: Callable[[str], Answer]):
    assert [(c.typed, c.taken) for c in filled("shipyard intterests").corrections] == [
        ("intterests", "interests")
    ]
    assert filled("shipyard intterests").hits[0].excerpt.text.startswith("Export")


@pytest.mark.parametrize("asked", ["exportcontrols", "exprot controls", "export-controls", "exportt contrls"])
def test_words_run_together_or_misspelt_find_the_same(filled: Callable[[str], Answer], asked: str):
    assert [hit.excerpt.text for hit in filled(asked).hits] == ["Export controls bind the shipyard."]


@pytest.fixture
def filled(briefbot: Briefbot) -> Callable[[str], Answer]:
    """Ask a library of three passages."""
    texts = (
        "Tidal turbines of the harbour generate electricity whenever strong currents run.",
        "Export controls bind the shipyard.",
        "Nothing of interest stands in this long report: interposed.",
    )
    for n, text in enumerate(texts):
        draft = Draft(Document(id="", title=None), f"p:{n}", (), (Passage(text),), text, "1")
        briefbot.library.put(draft, now=NOW)
    briefbot.index.follow(briefbot.library)
    return lambda question: briefbot.searcher.search(question, limit=9, today=NOW.date())


def test_english_words_are_looked_up_in_a_file_that_a_damaged_one_gives_way_to(tmp_path: Path):
    in_memory = forms_of("goverment", tmp_path)
    at_large.settle(tmp_path)
    whole = (tmp_path / at_large.FILE).read_bytes()
    at_large._english.cache_clear()

    assert in_memory == forms_of("goverment", tmp_path)
    (tmp_path / at_large.FILE).write_bytes(whole[:5000] + b"\xff" + whole[5001:])
    at_large._english.cache_clear()
    assert in_memory == forms_of("goverment", tmp_path)
    at_large.settle(tmp_path)
    assert whole == (tmp_path / at_large.FILE).read_bytes()
    assert in_memory[0].word == "government"
