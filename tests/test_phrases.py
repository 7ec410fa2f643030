"""What phrases a text holds, and which of them tell what it is about."""

import pytest

from digests.themes.key_phrases import Background, key_phrases
from digests.themes.phrases import Names, phrases_in
from digests.themes.wording import wordings

GROUPS = (
    ("DeepSeek", "Deep Seek", "深度求索"),
    ("Nvidia", "英伟达"),
    ("United States", "US"),
    ("artificial intelligence", "AI"),
)
TOWNS = ("Oslo", "Rome", "Bonn", "Kiel", "Bern")


def keys(text: str, names: Names | None = None) -> set[tuple[str, ...]]:
    return {occurrence.key for occurrence in phrases_in(text, names or Names())}


def written(*texts: str, names: Names | None = None) -> set[str]:
    """Return the phrases of *texts* as they are printed."""
    names = names or Names(GROUPS)
    wanted = {occurrence.key for text in texts for occurrence in phrases_in(text, names)}
    seen = wordings(texts, wanted, names)
    phrases = [seen[key].phrase(key, names) for key in seen]
    return {phrase.surface for phrase in phrases if phrase}


def best(texts: list[str], background: list[str], *, limit: int = 10) -> list[str]:
    found = key_phrases(texts, Background([*background, *texts], names=Names(GROUPS)), limit=limit)
    return [one.phrase.surface for one in found]


def test_a_phrase_stands_between_stop_words_and_punctuation():
    found = keys("Prices of crude oil, export controls and tariffs.")

    assert ("crude", "oil") in found
    assert ("export", "control") in found
    assert ("oil", "export") not in found
    assert ("control", "tariff") not in found


def test_plural_and_singular_are_one_phrase_in_the_commoner_form():
    found = written("The export controls bite.", "Of export controls.", "An export control in force.")

    assert "export controls" in found
    assert "export control" not in found


@pytest.mark.parametrize("text", ["With Nvidia's chips.", "With Nvidia’s chips."])
def test_a_possessive_is_no_part_of_a_phrase(text: str):
    assert {"Nvidia", "chips"} <= written(text)


def test_a_phrase_is_printed_as_people_write_it():
    found = written("They use the DeepSeek model on the Nvidia H20 and GPT-4.")

    assert {"DeepSeek", "Nvidia H20", "GPT-4"} <= found


def test_the_capital_of_a_sentence_does_not_count():
    found = written("Tariffs rose. The tariffs of May.")

    assert "tariffs" in found
    assert "Tariffs" not in found


def test_all_names_of_a_thing_are_one_phrase_printed_by_the_first():
    names = Names(GROUPS)

    assert (
        keys("With Deep Seek.", names) == keys("With DeepSeek.", names) == keys("深度求索发布新模型", names)
    )
    assert "DeepSeek" in written("With Deep Seek.", "深度求索和英伟达合作")


def test_text_without_spaces_yields_names_and_no_pieces():
    assert keys("深度求索用英伟达的芯片训练模型", Names(GROUPS)) == {("deepseek",), ("nvidia",)}


def test_a_country_is_not_a_pronoun():
    names = Names(GROUPS)

    assert ("united state",) in keys("Tariffs of the US hold.", names)
    assert ("united state",) in keys("Tariffs of the U.S. hold.", names)
    assert ("united state",) not in keys("They told us.", names)


def test_a_name_is_not_cut():
    found = written(
        "It is the New Generation Artificial Intelligence Development Plan of May.", names=Names()
    )

    assert "New Generation Artificial Intelligence Development Plan" in found
    assert not {"Generation Artificial", "Generation", "Intelligence Development", "Plan"} & found


def test_half_a_name_is_no_phrase_unless_it_stands_alone_as_well():
    always = ["In Beijing, Xi Jinping met them."] * 3
    alone = ["In Beijing, Nvidia H20 chips are banned.", "With Nvidia they grow.", "By Nvidia itself."]

    assert "Jinping" not in written(*always)
    assert "Nvidia" in written(*alone)


@pytest.mark.parametrize(
    "text",
    [
        "He said on Monday.",
        "In March, 2024, 15 percent.",
        "They quickly declared it.",
        "Reported by Reuters.",
        "The 21st year.",
        "To concentrate.",
    ],
)
def test_verbs_adverbs_times_numbers_and_bylines_are_no_phrases(text: str):
    assert written(text) == set()


def test_a_word_that_only_ever_describes_the_next_is_no_phrase():
    found = written("The national grid.", "A national standard.", "Of national pride.")

    assert "national" not in found
    assert "national standard" in found


def test_what_only_ever_describes_what_follows_is_no_phrase():
    found = written("Of green data halls.", "With green data rooms.", "By green data farms.")

    assert "green data halls" in found
    assert "green data" not in found


def test_a_word_that_is_a_verb_more_often_than_a_noun_is_no_phrase():
    assert "fund" not in written("They fund it.", "We fund them.", "The fund.")
    assert "fund" in written("They fund it.", "Of the fund.", "The fund.")


def test_a_supply_is_no_adverb():
    assert "supply chain" in written("The supply chain.")


def test_what_the_whole_library_says_names_nothing_and_nor_does_a_common_word_beside_it():
    library = [
        f"The AI of {town} grew, and AI solutions came." for town in ["Oslo", "Rome", "Bonn", "Kiel", "Bern"]
    ] * 5

    found = best(
        [
            "AI chips are scarce, the chips dear, by the chips of Kiel: AI solutions, the solutions, by solutions."
        ]
        * 3,
        library,
    )

    assert "AI chips" in found
    assert not {"artificial intelligence", "AI", "AI solutions"} & set(found)


def test_a_word_that_stands_beside_the_librarys_word_alone_names_nothing():
    library = [f"AI in {town}." for town in TOWNS] * 5

    found = best(["The AI landscape is wide.", "The AI landscape of robots."], library)

    assert "robots" in found
    assert not {"AI landscape", "landscape"} & set(found)


def test_what_stands_within_a_longer_phrase_is_left_to_it():
    found = best(["The wind turbine of Kiel."] * 3, ["Of bread."] * 30)

    assert "wind turbine" in found
    assert not {"wind", "turbine"} & set(found)


def test_what_is_rare_elsewhere_comes_first():
    library = ["The bank of the city."] * 8 + ["Of bread."] * 60

    assert best(["The bank and the cocoa."], library) == ["cocoa", "bank"]


def test_nothing_is_said_of_nothing():
    assert best([], []) == []
    assert best([""], []) == []
