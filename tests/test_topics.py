"""A passage bears the topics that it is about, whatever else the library holds."""

from collections.abc import Callable

import pytest
from conftest import Write
from hypothesis import given
from hypothesis import strategies as st

from bot.app import Briefbot
from bot.config import Topic
from bot.library import topics as rules
from bot.library.ingest import Summary
from bot.library.marking import mark_again
from bot.library.topics import Topics

TOPICS = Topics(
    {
        "boats": Topic(keywords=("trawler", "rowing boat", "harbour"), aliases=("渔船",)),
        "power": Topic(keywords=("turbine", "rotor", "people")),
        "lamps": Topic(keywords=("lantern", "lighthouse")),
    }
)
KEYWORDS = ["trawlers", "rowing boats", "harbour", "turbine", "rotor", "lantern", "lighthouses"]
PROSE = "the fog of that winter was thick and nobody who lived on the island spoke of anything else"
FILLING = PROSE.split()


def passage(length: int, *mentions: str) -> str:
    """A passage of *length* words with the *mentions* in it."""
    return " ".join([*mentions, *(FILLING * length)[: length - len(mentions)]])


def test_a_passage_that_names_two_things_once_is_about_both():
    assert TOPICS.of(passage(60, "trawlers", "turbines")) == ("boats", "power")


def test_a_short_passage_about_one_thing_may_be_about_another_as_well():
    told = passage(60, "turbine", "turbine", "turbine", "rotor", "rotors", "lantern")

    assert TOPICS.of(told) == ("power", "lamps")


def test_a_passing_mention_in_a_long_article_is_no_topic_of_it():
    told = passage(400, *["turbine"] * 5, *["rotor"] * 5, "lantern")

    assert TOPICS.of(told) == ("power",)
    assert set(TOPICS.scored(told)) == {"power", "lamps"}


def test_an_article_with_one_mention_of_one_topic_is_about_it():
    assert TOPICS.of(passage(400, "lantern")) == ("lamps",)


def test_a_word_that_is_everywhere_needs_a_second_mention():
    assert TOPICS.of(passage(60, "turbine")) == ("power",)

    common = Topics({"crowds": Topic(keywords=("time",))})
    assert common.of(passage(60, "time")) == ()
    assert common.of(passage(60, "time", "time")) == ("crowds",)


def test_a_phrase_of_common_words_is_not_common():
    common = Topics({"work": Topic(keywords=("new time",))})

    assert common.of(passage(60, "new", "times")) == ("work",)


def test_headings_count_as_the_text_does():
    assert TOPICS.of(passage(60, "turbine"), beside=("Lanterns", "")) == ("power", "lamps")


def test_names_in_chinese_count():
    assert TOPICS.of("这艘渔船很新。") == ("boats",)


@given(st.lists(st.sampled_from([*KEYWORDS, *FILLING]), max_size=80), st.sampled_from(KEYWORDS))
def test_a_further_mention_never_lowers_a_score(told: list[str], more: str):
    before, after = TOPICS.scored(" ".join(told)), TOPICS.scored(" ".join([*told, more]))

    assert all(after[name] >= score > 0 for name, score in before.items())
    assert sum(after.values()) > sum(before.values())


@given(st.lists(st.sampled_from([*KEYWORDS, *FILLING]), max_size=80))
def test_the_strongest_topic_of_a_passage_is_one_of_its_topics(told: list[str]):
    scores = TOPICS.scored(" ".join(told))

    marked = TOPICS.of(" ".join(told))

    assert set(marked) <= set(scores)
    if scores:
        assert max(scores, key=lambda name: scores[name]) in marked


def test_a_library_marked_by_older_rules_is_marked_anew(
    write: Write, ingest: Callable[..., Summary], briefbot: Briefbot, monkeypatch: pytest.MonkeyPatch
):
    mark_again(briefbot.library, briefbot.config)
    ingest(write("chips.txt", passage(60, "chips", "chips")))
    [(_, [marked])] = briefbot.library.living()
    briefbot.library.mark(marked.document.id, {marked.id: ("energy",)})
    assert mark_again(briefbot.library, briefbot.config) == 0

    monkeypatch.setattr(rules, "SCORING", rules.SCORING + 1)

    assert mark_again(briefbot.library, briefbot.config) == 1
    [(_, [anew])] = briefbot.library.living()
    assert anew.topics == ("chips",)
