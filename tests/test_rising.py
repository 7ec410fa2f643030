"""What is called rising, and what is not."""

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from digests.themes.evidence import g2, null
from digests.themes.phrases import Names
from digests.themes.rising import Rising, Told, rising

WORDS = [
    a + b + c
    for a in ("ba", "de", "ko", "mu", "ri")
    for b in ("lon", "ter", "vis", "gam")
    for c in ("ka", "to", "rin")
]


def week(period: int, *texts: str, count: int = 40, source: str = "") -> list[Told]:
    """Return *count* documents of a period: those of *texts*, then others that say nothing in common."""
    told = [*texts, *("Of bread." for _ in range(count - len(texts)))]
    return [Told(f"{period}-{at}-{source}", (text,), source, period) for at, text in enumerate(told)]


def weeks(count: int = 4) -> list[Told]:
    return [told for period in range(1, count + 1) for told in week(period)]


def found(now: Sequence[Told], before: Sequence[Told]) -> list[Rising]:
    return rising(now, iter(before), names=Names([("DeepSeek", "Deep Seek", "深度求索")]))


def surfaces(now: Sequence[Told], before: Sequence[Told]) -> list[str]:
    return [one.phrase.surface for one in found(now, before) if one.is_evident]


def test_a_phrase_in_many_documents_that_was_in_none_rises():
    (one,) = found(week(0, *["The crude oil shortage."] * 9), weeks())

    assert one.phrase.surface == "crude oil shortage"
    assert one.is_evident
    assert one.documents == tuple(f"0-{at}-" for at in range(9))
    assert one.usual == 0


def test_the_usual_level_is_what_a_period_holds_on_average():
    before = [told for period in range(1, 5) for told in week(period, *["With cocoa."] * (period % 2))]

    (one,) = found(week(0, *["With cocoa."] * 12), before)

    assert one.usual == 0.5


def test_the_usual_level_counts_documents_and_not_their_passages():
    before = weeks()
    before[0] = Told("1", ("With cocoa.", "The cocoa."), period=1)

    (one,) = found(week(0, *["With cocoa."] * 12), before)

    assert one.usual == 0.25


def test_what_is_usual_does_not_rise():
    before = [told for period in range(1, 5) for told in week(period, *["With cocoa."] * 9)]

    assert surfaces(week(0, *["With cocoa."] * 9), before) == []


def test_one_document_that_says_it_often_is_one():
    now = week(0)
    now[0] = Told("0", ("With cocoa, cocoa, cocoa.",) * 20)

    assert found(now, weeks()) == []


def test_with_fewer_than_four_earlier_periods_nothing_rises():
    now = week(0, *["With cocoa."] * 9)

    assert found(now, weeks(3)) == []
    assert surfaces(now, weeks(4)) == ["cocoa"]


def test_documents_of_a_new_source_are_no_evidence():
    now = [*week(0), *week(0, *["With cocoa."] * 9, source="New Feed")]

    assert found(now, weeks()) == []


def test_documents_of_a_known_source_or_of_none_are_evidence():
    before = [*weeks(), Told("old", ("Of bread.",), "Old Feed", 2)]

    assert surfaces([*week(0), *week(0, *["With cocoa."] * 9, source="Old Feed")], before) == ["cocoa"]
    assert surfaces([*week(0), *week(0, *["With cocoa."] * 9, source="")], before) == ["cocoa"]


def test_overlapping_phrases_are_one_story():
    texts = ["Of crude oil prices.", "The oil prices.", "With crude."] * 4

    assert len(surfaces(week(0, *[" ".join(texts)] * 9), weeks())) == 1


def test_phrases_that_share_a_word_and_their_documents_are_one_story():
    now = week(0, *["The crude tariff on crude."] * 6, *["The crude shortage of crude."] * 6)

    assert surfaces(now, weeks()) == ["crude"]


def test_what_the_whole_library_says_does_not_rise_beside_a_common_word():
    before = [told for period in range(1, 5) for told in week(period, *["Of AI."] * 20)]

    assert surfaces(week(0, *["The AI solutions."] * 12), before) == []
    assert surfaces(week(0, *["The AI chips, the chips, by chips."] * 12), before) == ["AI chips"]


def test_two_stories_are_two():
    now = week(0, *["Of cocoa."] * 9, *["With tin."] * 9)

    assert set(surfaces(now, weeks())) == {"cocoa", "tin"}


def test_names_in_all_scripts_count_together():
    now = week(0, "With Deep Seek.", "With DeepSeek.", "深度求索发布", *["深度求索"] * 6)

    assert surfaces(now, weeks()) == ["DeepSeek"]


def test_the_earlier_documents_are_read_once():
    before = iter(weeks())

    rising(week(0), before, names=Names())

    assert next(before, None) is None


@pytest.mark.parametrize("count", [60, 200])
def test_weeks_dealt_blindly_are_quiet(count: int):
    chance = random.Random(7)  # noqa: S311
    texts = [
        " and ".join(WORDS[min(int(chance.expovariate(0.06)), len(WORDS) - 1)] for _ in range(12))
        for _ in range(5 * count)
    ]

    loud = 0
    for _ in range(40):
        chance.shuffle(texts)
        dealt = [Told(str(at), (text,), period=at // count) for at, text in enumerate(texts)]
        loud += any(one.is_evident for one in found(dealt[:count], dealt[count:]))

    assert loud <= 2


def test_the_more_is_looked_at_the_more_chance_reaches():
    few = null([(3, 3)] * 10, of_now=200, of_before=800)
    many = null([(3, 3)] * 1000, of_now=200, of_before=800)

    assert 0 < few < many


def test_g2_is_dunnings():
    # 10 of 100 against 10 of 400, by hand: 2 x (10 ln(10/4) + 10 ln(10/16) + 90 ln(90/96) + 390 ln(390/384)).
    assert g2(10, 10, of_now=100, of_before=400) == pytest.approx(9.40, abs=0.01)
    assert g2(1, 10, of_now=100, of_before=400) == 0


def test_the_order_of_documents_changes_nothing():
    now = week(0, *["Of cocoa."] * 9, *["With tin."] * 9)
    before = weeks()

    one = [(each.phrase, each.score) for each in found(now, before)]
    two = [(each.phrase, each.score) for each in found([replace(t) for t in reversed(now)], before[::-1])]

    assert one == two
