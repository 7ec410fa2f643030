"""Near copies are found, whatever was cut or added; what only sounds alike is not one."""

from hypothesis import given
from hypothesis import strategies as st

from digests.themes.alike import COMMON, Seen, are_alike, groups

FERRY = (
    "The ferry to the northern islands will run twice a day from April, the harbour office said on Monday, "
    "because the new pier can take two boats at once. Tickets stay at nine crowns for residents. "
    "The office expects forty thousand passengers this summer, a third more than last year."
)
LAMPS = (
    "Nine lighthouses along the coast get electric lamps this autumn, and their keepers will be moved to the "
    "radio station on the mainland, where they are to watch all of the lamps from one room."
)
WORDS = ["pier", "boat", "lamp", "fog", "harbour", "ferry", "keeper", "autumn"]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join)


def test_a_copy_with_a_sentence_before_it_is_alike():
    assert are_alike(FERRY, "As reported by the island's newspaper on Tuesday: " + FERRY)


def test_a_copy_cut_to_two_thirds_is_alike():
    assert are_alike(FERRY, FERRY[: len(FERRY) * 2 // 3])


def test_a_copy_with_every_eighth_word_changed_is_alike():
    changed = " ".join("something" if at % 8 == 4 else word for at, word in enumerate(FERRY.split()))

    assert are_alike(FERRY, changed)


def test_texts_that_share_a_sentence_are_not_alike():
    shared = "The harbour office said on Monday that it would tell more in spring."

    assert not are_alike(f"{FERRY} {shared}", f"{LAMPS} {shared}")


def test_case_and_punctuation_do_not_matter():
    assert are_alike(FERRY, FERRY.upper().replace(",", " -"))


def test_a_short_text_is_alike_only_to_itself():
    assert are_alike("The pier is new.", "the pier is new")
    assert not are_alike("The pier is new.", "The pier is old.")
    assert not are_alike("The new pier", FERRY)


def test_texts_without_words_are_alike_only_where_they_are_equal():
    assert are_alike("…", " … ")
    assert not are_alike("…", "!")


def test_texts_without_spaces_are_compared_too():
    told = "港务局周一表示，从四月起，开往北方岛屿的渡轮将每天运行两次，因为新码头可以同时停靠两艘船。"

    assert are_alike(told, "据报道，" + told[:30])
    assert not are_alike(told, "九座灯塔今年秋天将安装电灯，守塔人将搬到大陆的无线电台，在那里看守所有的灯。")


def test_a_copy_belongs_to_the_original_that_it_is_most_alike():
    seen = Seen()
    seen.add(FERRY)
    seen.add(LAMPS)

    assert seen.add(f"{LAMPS} {FERRY[: len(FERRY) * 3 // 4]}") == 1


def test_a_foot_that_all_texts_share_makes_none_alike_and_hides_no_copy():
    foot = (
        "Forwarded by a friend? Sign up for the letter of the northern islands and never miss a boat again."
    )
    texts = [f"{' '.join(f'w{n}x{at}' for at in range(25))}. {foot}" for n in range(COMMON + 50)]
    seen = Seen()

    assert {seen.add(text) for text in texts} == {None}
    assert seen.add(texts[-1].replace("x9", "y9")) == len(texts) - 1


def test_groups_begin_with_their_originals():
    assert groups([FERRY, LAMPS, FERRY + " More follows.", "Fog.", "fog"]) == [[0, 2], [1], [3, 4]]


@given(st.lists(TEXTS))
def test_every_text_is_in_one_group(texts: list[str]):
    found = groups(texts)

    assert sorted(number for group in found for number in group) == list(range(len(texts)))
    assert all(group == sorted(group) for group in found)


@given(TEXTS, TEXTS)
def test_alikeness_has_no_direction(one: str, other: str):
    assert are_alike(one, one)
    assert are_alike(one, other) == are_alike(other, one)
