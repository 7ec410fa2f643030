"""What may be called rising, and what is a part of it."""

import datetime
from dataclasses import replace

from digests.themes.judging import GROWTH, checked, overlap, stories, telling
from digests.themes.phrases import Phrase
from digests.themes.rising import Rising
from digests.themes.theme import Theme, Week
from digests.themes.trend import Trend
from digests.themes.window import Window

NOON = datetime.datetime(2026, 3, 2, 12, 0, tzinfo=datetime.UTC)
WINDOW = Window("T", 0, 9, NOON - datetime.timedelta(days=7), NOON, "UTC")
WEEK = Week(WINDOW, count=50, documents=40, sources=5, begins=0)
RISES = Theme("Lumen", '"Lumen"', 9, 3, Trend("Lumen", (0, 0, 0, 0, 0, 1, 3, 9)), evidence=20.0)
EACH = (50,) * 8


def test_what_is_less_than_in_the_period_before_does_not_rise():
    falls = replace(RISES, trend=Trend("Lumen", (0, 0, 0, 0, 0, 1, 20, 9)))

    assert checked(WEEK, RISES, EACH).is_rising
    assert not checked(WEEK, falls, EACH).is_rising


def test_one_source_makes_nothing_rise_unless_there_is_no_other():
    lone = replace(RISES, sources=1)

    assert not checked(WEEK, lone, EACH).is_rising
    assert checked(replace(WEEK, sources=1), lone, EACH).is_rising


def test_longer_documents_make_nothing_rise():
    usual = sum(RISES.trend.counts[:-1]) / (7 * 50)

    assert checked(WEEK, RISES, (*EACH[:7], int(9 / usual / GROWTH))).is_rising
    assert not checked(WEEK, RISES, (*EACH[:7], int(9 / usual / GROWTH) + 1)).is_rising


def test_what_stands_in_the_documents_of_a_better_story_is_none_of_its_own():
    story, part, other = (
        Rising(Phrase((name,), name), tuple(documents), 0.0, 20.0, 10.0, 1.0)
        for name, documents in (("lumen", "abcdefgh"), ("trays", "abcdz"), ("strait", "hxyz"))
    )

    assert stories([story, part, other]) == [story, other]


def test_a_name_that_holds_another_tells_the_same():
    assert overlap("Lumen X9", "Lumen X9 chip")
    assert overlap("open source", "Open-source")
    assert not overlap("Lumen X9", "Lumen X8")


def test_topics_come_by_change_and_then_by_sources():
    topics = [
        Theme(name, f"topic:{name}", counts[-1], sources, Trend(name, counts))
        for name, counts, sources in (
            ("fell", (20,) * 7 + (9,), 8),
            ("steady", (9,) * 7 + (10,), 1),
            ("wide", (9,) * 7 + (9,), 4),
            ("grew", (3,) * 7 + (12,), 2),
        )
    ]

    order = sorted(topics, key=lambda theme: telling(WEEK, theme))

    assert [theme.name for theme in order] == ["grew", "wide", "steady", "fell"]
