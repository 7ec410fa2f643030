"""What the library suggests to whoever declares its topics."""

import datetime
import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import Briefbot, open_briefbot
from bot.config import Config, Topic
from bot.library.ingest import Summary
from bot.loading import load
from bot.store.timeline import Timeline
from digests import suggestions as thinking
from digests.advice import reported, told
from digests.suggestions import OfTopic, Suggestions, suggestions
from digests.themes.phrases import Names
from digests.themes.shared import Sharing, Text
from tests.conftest import NOW, Run, Write

TODAY = datetime.date(2026, 3, 2)
TOWNS = ("Aldburgh", "Brightholm", "Corvaig", "Dunmere", "Eastrey", "Farhaven", "Greyfell", "Holmsund")
TOPICS = {
    "tides": Topic(keywords=("tidal turbine", "sea wall"), aliases=("estuary power",)),
    "ferries": Topic(keywords=("ferry", "ferry company")),
}
SUBJECTS = {
    "tides": "Here at {town} there is a tidal turbine, with its rotor blades from there, as it has always been in {town}.",
    "ferries": "From here to {town} there is a ferry, with a gangway from there, as it has always been in {town}.",
    "none": "Out of {town} there is the heather honey from there, as it has always been in {town}.",
}

Suggest = Callable[..., Suggestions]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Two topics of our own."""
    return replace(load({"BRIEFBOT_DATA": str(tmp_path / "data")}), topics=TOPICS, names=())


@pytest.fixture
def articles(write: Write, ingest: Callable[..., Summary]) -> None:
    """Eight articles on each subject."""
    for subject, text in SUBJECTS.items():
        for town in TOWNS:
            write(f"{subject}-{town}.txt", f"{text.format(town=town)}\n")
    ingest(write("last.txt", "Nothing of note.\n").parent)


@pytest.fixture
def suggest(briefbot: Briefbot) -> Suggest:
    """Return what the library suggests, with other topics if they are given."""

    def suggest_(topics: dict[str, Topic] | None = None) -> Suggestions:
        timeline = Timeline(briefbot.database)
        if topics is None:
            return suggestions(timeline, briefbot.searcher, briefbot.config, today=TODAY)
        again = open_briefbot(replace(briefbot.config, topics=topics))  # Marks all passages anew.
        try:
            return suggestions(Timeline(again.database), again.searcher, again.config, today=TODAY)
        finally:
            again.close()

    return suggest_


def topic(found: Suggestions, name: str) -> OfTopic:
    return next(one for one in found.topics if one.name == name)


def lacking(found: Suggestions, name: str) -> list[str]:
    return [one.phrase.surface for one in topic(found, name).lacking]


def test_each_topic_tells_how_much_there_is_on_it(articles: None, suggest: Suggest):
    tides = topic(suggest(), "tides")

    assert (tides.passages, tides.documents, tides.recent) == (8, 8, 8)


def test_only_what_arrived_in_the_last_thirty_days_is_recent(articles: None, briefbot: Briefbot):
    later = TODAY + datetime.timedelta(days=40)
    found = suggestions(Timeline(briefbot.database), briefbot.searcher, briefbot.config, today=later)

    assert (topic(found, "tides").passages, topic(found, "tides").recent) == (8, 0)


def test_a_phrase_that_a_topics_passages_share_is_suggested_with_its_counts(articles: None, suggest: Suggest):
    (blades,) = (one for one in topic(suggest(), "tides").lacking if one.phrase.surface == "rotor blades")

    assert (blades.inside, blades.outside, blades.documents) == (8, 0, 8)
    assert blades.g2 > 10


def test_a_keyword_that_was_taken_away_is_suggested_again(articles: None, suggest: Suggest):
    found = suggest({"tides": Topic(keywords=("rotor blades",)), "ferries": TOPICS["ferries"]})

    assert "tidal turbine" in lacking(found, "tides")


def test_what_a_topic_is_called_already_is_not_suggested(articles: None, suggest: Suggest):
    named = {
        "tides": Topic(keywords=("tidal turbine",), aliases=("Rotor Blade",)),
        "ferries": Topic(keywords=("ferry", "gangways")),
    }

    found = {name.lower() for one in suggest(named).topics for name in lacking(suggest(named), one.name)}

    assert not {"rotor blades", "tidal turbine", "ferry", "gangway", "gangways"} & found


def test_a_phrase_that_holds_a_keyword_adds_nothing(articles: None, suggest: Suggest):
    found = suggest({"tides": Topic(keywords=("turbine",)), "ferries": TOPICS["ferries"]})

    assert lacking(found, "tides")
    assert "tidal turbine" not in lacking(found, "tides")


def test_what_other_topics_say_as_well_is_not_suggested(articles: None, suggest: Suggest):
    assert not set(TOWNS) & set(lacking(suggest(), "tides"))


def test_what_names_another_topic_is_not_suggested(articles: None, suggest: Suggest):
    found = suggest({"tides": Topic(keywords=("tidal turbine",)), "rotors": Topic(keywords=("rotor blade",))})

    assert topic(found, "tides").passages == 8
    assert "rotor blades" not in lacking(found, "tides")


def shared(inside: list[str], outside: list[str], *, documents: int = 100) -> list[str]:
    """Return what the texts *inside* a group share, all together from at most so many documents."""
    texts = [*inside, *outside]
    passages = [
        Text(f"p{at}", f"d{at % documents}", f"d{at % documents}", text) for at, text in enumerate(texts)
    ]
    sharing = Sharing(passages, {"group": range(len(inside))}, names=Names())
    return [one.phrase.surface for one in sharing.of("group", is_known=lambda _phrase: False, limit=50)]


def test_what_one_document_alone_says_is_not_suggested():
    inside, outside = [f"At the osprey nest of {town}." for town in TOWNS], ["At the quay."] * 20

    assert shared(inside, outside, documents=100) == ["osprey nest"]
    assert shared(inside, outside, documents=1) == []


def test_what_is_copied_word_for_word_is_said_once():
    assert shared(["At the osprey nest of Oslo."] * 8, ["At the quay."] * 20) == []


def test_chance_alone_suggests_half_a_phrase_on_average():
    begins, ends = ("kal", "mor", "tis", "ven", "rud"), ("dova", "rill", "stak", "peng", "holo", "quim")
    birds = [f"{first}{middle}{last}" for first in begins for middle in begins for last in ends]
    dealt = [f"At the {bird} from {at}." for bird in birds for at in range(4)]
    found = 0
    for deal in range(10):
        random.Random(deal).shuffle(dealt)  # noqa: S311 - the same every time
        found += len(shared(dealt[:150], dealt[150:], documents=1000))

    assert found <= 5


def test_what_others_say_a_third_as_often_is_not_suggested():
    nests, quays = [f"At the osprey nest of {at}." for at in range(90)], ["At the quay."] * 1000

    assert shared(nests[:30] + quays[:70], nests[30:60] + quays[:370]) == ["osprey nest"]
    assert shared(nests[:30] + quays[:70], nests[30:78] + quays[:352]) == []


def test_a_keyword_that_stands_nowhere_is_named(articles: None, suggest: Suggest):
    assert topic(suggest(), "tides").absent == ("sea wall",)


def test_a_keyword_that_goes_by_another_name_is_not_missed(
    articles: None, briefbot: Briefbot, suggest: Suggest
):
    named = replace(briefbot.config, names=(("tidal turbine", "sea wall"),))

    found = suggestions(Timeline(briefbot.database), briefbot.searcher, named, today=TODAY)

    assert topic(found, "tides").absent == ()


def test_a_keyword_that_stands_in_most_passages_is_too_wide(articles: None, suggest: Suggest):
    found = suggest({"tides": Topic(keywords=("tidal turbine", "ferry")), "fairs": Topic(keywords=("with",))})

    assert [keyword for keyword, _share in topic(found, "fairs").wide] == ["with"]
    assert topic(found, "tides").wide == ()


def test_what_falls_under_no_topic_is_counted_and_what_it_shares_told(articles: None, suggest: Suggest):
    found = suggest()

    assert found.on_none == 9
    (honey,) = (one for one in found.shared if one.phrase.surface == "heather honey")
    assert (honey.inside, honey.outside) == (8, 0)
    assert len(honey.examples) == 3


def test_an_id_of_an_example_opens_its_passage(articles: None, suggest: Suggest, briefbot: Briefbot):
    (honey,) = (one for one in suggest().shared if one.phrase.surface == "heather honey")

    excerpt = briefbot.searcher.excerpt(honey.examples[0])

    assert excerpt
    assert "heather honey" in excerpt.text


def test_a_topic_that_nothing_is_about_is_named(articles: None, suggest: Suggest):
    found = suggest({**TOPICS, "comets": Topic(keywords=("comet", "perihelion"))})

    assert "comets: nothing is about it." in told(found)
    assert "keywords that stand nowhere: comet, perihelion" in told(found)


def test_each_suggestion_can_be_pasted_into_the_configuration(
    articles: None, suggest: Suggest, tmp_path: Path
):
    lines = told(suggest()).splitlines()
    keywords = [line for line in lines if line.startswith("      ")]
    topics = [line for line in lines if "{keywords: [" in line]
    path = tmp_path / "pasted.yml"

    path.write_text("\n".join(["topics:", *topics, "  tides:", "    keywords: [", *keywords, "    ]"]))

    pasted = load({"BRIEFBOT_CONFIG": str(path)}).topics
    assert "rotor blades" in pasted["tides"].keywords
    assert pasted["heather honey"].keywords == ("heather honey",)


def test_without_topics_it_says_what_the_documents_speak_of(articles: None, suggest: Suggest):
    found = suggest({})

    assert "No topics are declared" in told(found)
    assert "  Aldburgh: {keywords: [Aldburgh]}  # in 3 passages of 3 documents: " in told(found)


def test_an_empty_library_says_how_to_fill_it(suggest: Suggest):
    assert told(suggest()) == ("The library is empty: fill it with python -m bot ingest, then look again.")


def test_the_same_library_suggests_the_same(articles: None, suggest: Suggest):
    assert json.dumps(reported(suggest())) == json.dumps(reported(suggest()))


def test_of_a_large_library_an_even_sample_is_read_and_said_to_be_one(
    articles: None, suggest: Suggest, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(thinking, "MOST_READ", 10)

    found = suggest()

    assert (found.passages, found.read) == (25, 10)
    assert topic(found, "tides").passages == 8
    assert 0 < topic(found, "tides").read < 8
    assert "an even sample of 10" in told(found)


def test_what_only_the_sample_lacks_does_not_stand_nowhere(
    articles: None, suggest: Suggest, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(thinking, "MOST_READ", 1)

    found = suggest()

    assert topic(found, "tides").absent == ("sea wall",)
    assert topic(found, "ferries").absent == ("ferry company",)


def test_the_command_line_prints_lines_or_one_object(run: Run):
    run("ingest")

    lines, as_json = run("topics"), run("topics", "--json")

    assert lines.returncode == as_json.returncode == 0
    assert "84 passages in 4 documents." in lines.stdout
    assert "chips: 21 passages of 3 documents, 21 arrived in the last 30 days" in lines.stdout
    found = json.loads(as_json.stdout)
    assert {one["name"]: one["passages"] for one in found["topics"]}["chips"] == 21
    assert set(found) == {"passages", "documents", "read", "topics", "no_topic"}


def test_what_is_edited_still_counts(
    articles: None, write: Write, ingest: Callable[..., Summary], suggest: Suggest
):
    edited = SUBJECTS["tides"].format(town="Aldburgh").replace("Here", "Right here")
    path = write("tides-Aldburgh.txt", f"{edited}\n")
    ingest(path, now=NOW + datetime.timedelta(hours=1))

    assert topic(suggest(), "tides").passages == 8
