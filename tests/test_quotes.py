"""What is quoted stands there word for word, stands on its own feet, and comes from several sources."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.themes.quotes import LEANING, quotation, representative

PIER = "The new pier takes two ferries at once."
CROWNS = "Residents still pay nine crowns for the crossing."
IT = "It was paid for by the islands themselves."
LONG = (
    "The harbour office, which has run the ferries since the war and lost money in all but three of those years, "
    "hopes for forty thousand passengers this summer, a third more than it carried in the last one, when storms "
    "kept the boats in the harbour for nineteen days and the newspapers wrote of little else."
)
THEME = [
    "Ferries to the islands run twice a day.",
    "The ferries run twice a day to the islands.",
    "Tickets for the ferries to the islands cost nine crowns a day.",
    "A cook on the mainland was given a prize for her soup.",
]


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_the_passages_that_stand_for_a_theme_are_near_its_middle_and_unlike_each_other():
    assert representative(THEME, 2) == [0, 2]


def test_what_is_far_from_the_theme_comes_last():
    assert representative(THEME, 9)[-1] == 3


def test_no_source_is_quoted_twice_before_all_are_quoted_once():
    sources = ["coast", "coast", "coast", "inland"]

    chosen = representative(THEME, 3, source_of=lambda place: sources[place])

    assert sources[chosen[0]] == "coast"
    assert [sources[place] for place in chosen[1:]] == ["inland", "coast"]


def test_words_count_as_the_background_says():
    assert representative(THEME, 1, background=lambda word: float(word == "soup")) == [3]


def test_a_short_passage_is_quoted_whole():
    assert quotation(f"{PIER} {CROWNS}\n") == f"{PIER} {CROWNS}"


def test_a_quotation_ends_where_a_sentence_does():
    assert quotation(f"{PIER} {CROWNS} {LONG}", most=120) == f"{PIER} {CROWNS}"


def test_a_quotation_says_what_the_theme_is_about():
    assert quotation(f"{PIER} {CROWNS}", most=60) == PIER
    assert quotation(f"{PIER} {CROWNS}", most=60, about=["ticket", "crown"]) == CROWNS


@pytest.mark.parametrize("leaning", [IT, "However, residents pay nine crowns.", "This pier is new."])
def test_a_quotation_does_not_begin_with_what_leans_on_another_sentence(leaning: str):
    assert quotation(f"{leaning} {PIER}", most=len(f"{leaning} {PIER}") - 1) == PIER
    assert quotation(f"{leaning} {PIER}") == PIER
    assert quotation(leaning) == leaning, "there is nothing better"


def test_a_sentence_that_is_too_long_is_cut_at_the_end_of_a_clause():
    assert quotation(LONG, most=150) == LONG[: LONG.index(", hopes")] + "…"


def test_a_clause_that_is_too_long_is_cut_at_the_end_of_a_word():
    assert quotation("The new pier takes two ferries at once", most=20) == "The new pier takes…"


def test_a_whole_sentence_is_better_than_one_that_is_cut():
    assert quotation(f"{LONG} {PIER}", most=150) == PIER


def test_a_lead_in_is_not_quoted_without_what_it_leads_to():
    assert quotation(f"Two things changed:\n{PIER}", most=45) == PIER


def test_nothing_is_quoted_of_nothing():
    assert quotation(" \n ") == ""
    assert representative([], 3) == []


@given(
    st.one_of(
        st.text(max_size=600),
        st.lists(st.sampled_from([PIER, CROWNS, IT, LONG, "他们来了。", "So, "]), max_size=9).map(" ".join),
    ),
    st.integers(10, 300),
    st.lists(st.sampled_from(["pier", "crowns", "storm"])),
)
def test_every_quotation_is_word_for_word_and_fits(text: str, most: int, about: list[str]):
    quoted = quotation(text, most=most, about=about)

    assert len(quoted) <= most
    assert bool(quoted) == bool(text.strip())
    assert bare(quoted) in bare(text) or bare(quoted.removesuffix("…")) in bare(text)


@given(st.lists(st.sampled_from([PIER, CROWNS, IT, LONG, ""])), st.integers(0, 9))
def test_as_many_passages_are_chosen_as_there_are_and_none_twice(passages: list[str], limit: int):
    chosen = representative(passages, limit)

    assert len(set(chosen)) == len(chosen) == min(limit, len(passages))
    assert set(chosen) <= set(range(len(passages)))


def test_words_that_lean_are_words_as_texts_have_them():
    assert all(word == word.lower() and word.isalpha() for word in LEANING)
