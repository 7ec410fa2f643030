"""What comes first, what is shown once, and what else can be asked of an answer."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from conftest import NOW

from bot.app import Briefbot
from bot.config import Config
from bot.document import Document, Passage
from bot.errors import StoreError
from bot.search.answer import Answer
from bot.search.explaining import explained
from bot.store.records import Draft

Ask = Callable[..., Answer]

FILLER = [f"Nothing of interest stands in passage number {n} of this long report." for n in range(20)]


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, topics={}, names=())


def put(briefbot: Briefbot, name: str, *texts: str, **described: str | date) -> None:
    """Store a document of these passages."""
    document = Document(id="", **{"title": None, **described})  # type: ignore[arg-type]
    passages = tuple(Passage(text, paragraph=n) for n, text in enumerate(texts, start=1))
    briefbot.library.put(Draft(document, f"test:{name}", (), passages, " ".join(texts), "1"), now=NOW)


@pytest.fixture
def ask(briefbot: Briefbot) -> Ask:
    for n, text in enumerate(FILLER):
        put(briefbot, f"filler {n}", text)

    def ask_(question: str, **how: int) -> Answer:
        briefbot.index.follow(briefbot.library)
        return briefbot.searcher.search(question, today=NOW.date(), **how)  # type: ignore[arg-type]

    return ask_


def texts(answer: Answer) -> list[str]:
    return [hit.excerpt.text for hit in answer.hits]


def test_a_word_that_is_asked_for_twice_counts_twice(briefbot: Briefbot, ask: Ask):
    put(briefbot, "a", "The herring came late this year, and the quota was gone.")
    put(briefbot, "b", "Herring and herring alone: the cod came late this year, and it was gone.")

    assert texts(ask("quota herring"))[0].startswith("The herring")
    assert texts(ask("herring herring cod"))[0].startswith("Herring and")


def test_a_title_says_what_its_passages_are_about(briefbot: Briefbot, ask: Ask):
    text = "The boats of {} stay in port when the wind blows from the north for three days."
    put(briefbot, "a", text.format("Elgin"), title="Storms")
    put(briefbot, "b", text.format("Skerry"), title="Ferries")

    assert "Skerry" in texts(ask("boats ferries"))[0]


def test_a_passage_gains_by_others_of_its_document(briefbot: Briefbot, ask: Ask):
    put(
        briefbot,
        "alone",
        "The lighthouse of Saltmouth was painted in June, said the council.",
        "Bread is dear.",
    )
    put(
        briefbot,
        "kept to it",
        "The lighthouse of Greyfell was painted in June, said the council.",
        "A lighthouse needs a keeper, a lamp and a boat.",
    )

    hits = ask("lighthouse council").hits

    assert "Greyfell" in hits[0].excerpt.text
    assert hits[0].ranked
    assert hits[0].ranked.kin > 0


def test_the_first_five_are_of_several_documents_if_there_are(briefbot: Briefbot, ask: Ask):
    long = [f"Kelp is cut in month {n}, and kelp feeds the town." for n in range(8)]
    put(briefbot, "long", *long)
    for n in range(3):
        put(briefbot, f"short {n}", f"Some kelp was seen from boat number {n} off the coast, people say.")

    documents = [hit.excerpt.document.id for hit in ask("kelp", limit=20).hits]

    assert max(documents[:5].count(one) for one in documents) == 2
    assert len(documents) == 11


def test_an_only_document_fills_the_first_five(briefbot: Briefbot, ask: Ask):
    put(briefbot, "long", *[f"Kelp is cut in month {n}, and kelp feeds the town." for n in range(8)])

    assert len(ask("kelp").hits) == 5


def test_what_says_the_same_is_shown_once_with_where_else_it_stands(briefbot: Briefbot, ask: Ask):
    told = "The council of Saltmouth will buy {} ferries from the yard at Elgin before the winter."
    put(briefbot, "a", told.format("four"), title="Herald")
    put(briefbot, "b", told.format("four") + " ", title="Courier")
    put(briefbot, "c", told.format("41"), title="Gazette")

    answer = ask("ferries yard")

    assert len(answer.hits) == 2, "another figure is another fact"
    assert answer.total == 3
    assert {hit.excerpt.document.title for hit in answer.hits} >= {"Gazette"}
    assert [[other.title for other in hit.also_in] for hit in answer.hits if hit.also_in] in (
        [["Courier"]],
        [["Herald"]],
    )


def test_pages_follow_each_other_without_gap_or_repeat(briefbot: Briefbot, ask: Ask):
    for n in range(130):
        put(briefbot, f"kelp {n}", f"Boat {n} brought {'kelp and ' * (n % 5)}herring to harbour {n % 7}.")

    whole = texts(ask("herring kelp", limit=130))
    pages = [
        text for offset in range(0, 130, 13) for text in texts(ask("herring kelp", limit=13, offset=offset))
    ]

    assert len(set(pages)) == len(pages) == ask("herring kelp").total == 130
    assert pages[:64] == whole[:64]


def test_of_many_answers_the_least_there_are_is_told(briefbot: Briefbot, ask: Ask):
    for n in range(80):
        put(briefbot, f"kelp {n}", f"Kelp, herring, cod and turbot were landed on day {n}.")

    answer = ask("kelp herring cod turbot")

    assert not answer.is_exact
    assert answer.counted == "over 30 passages"
    assert ask("kelp").counted == "80 passages"


def test_the_same_question_has_the_same_answer(briefbot: Briefbot, ask: Ask):
    for n in range(90):
        put(briefbot, f"kelp {n}", f"Kelp number {n % 9} was landed with {n % 4} herring in harbour {n % 6}.")

    answers = {
        tuple((hit.excerpt.id, hit.score) for hit in ask("kelp herring", limit=50).hits) for _ in "abc"
    }
    briefbot.index.rebuild(briefbot.library)

    assert answers == {tuple((hit.excerpt.id, hit.score) for hit in ask("kelp herring", limit=50).hits)}


def test_a_place_is_explained(briefbot: Briefbot, ask: Ask):
    put(briefbot, "a", "The kelp quota was set in June. The kelp boats may land nine tons.", "Kelp is green.")
    answer = ask("kelp quota turbot")
    hit = answer.hits[0]
    assert hit.ranked

    told = explained(hit.excerpt, hit.ranked, answer.concepts)

    assert told[0].startswith("It has ")
    assert "kelp (" in told[0]
    assert ") twice" in told[0]
    assert told[1] == "It lacks turbot."
    assert any("stand together" in line for line in told)
    points = [
        float(word) for line in told for word in line.split() if word[:1] in "+-" and word[1:2].isdigit()
    ]
    assert sum(points) == pytest.approx(hit.score, abs=0.03)


def test_what_is_around_a_passage_is_its_document_in_order(briefbot: Briefbot, ask: Ask):
    put(briefbot, "other", "Before it stands another document.")
    put(
        briefbot,
        "one",
        *(f"This is the {n} part of the story of the kelp." for n in ("first", "second", "third")),
    )
    second = next(hit.excerpt for hit in ask("second kelp").hits if "second" in hit.excerpt.text)

    def around(beside: int, workspace: str = "") -> list[str]:
        found = briefbot.searcher.around(second.id, workspace=workspace, beside=beside)
        return [excerpt.text.split()[3] for excerpt in found]

    assert around(1) == around(7) == ["first", "second", "third"]
    assert around(0) == ["second"]
    assert briefbot.searcher.around("unknown", workspace="") == []


def test_what_is_like_a_passage_is_not_the_same(briefbot: Briefbot, ask: Ask):
    put(briefbot, "one", "The turbines at the sea wall of Saltmouth feed two thousand homes.")
    put(briefbot, "same", "The turbines at the sea wall of Saltmouth feed two thousand homes!")
    put(briefbot, "like", "In Elgin, turbines at a sea wall feed the homes of fishermen.")
    one = ask("turbines Saltmouth").hits[0].excerpt

    alike = briefbot.searcher.more_like(one.id, workspace="")

    assert [hit.excerpt.text.split(",")[0] for hit in alike][:1] == ["In Elgin"]
    assert one.id not in {hit.excerpt.id for hit in alike}
    assert all(0 < hit.score < 1 for hit in alike)


def test_facets_count_topics_sources_and_years(briefbot: Briefbot, ask: Ask):
    put(briefbot, "a", "Kelp is cut in June.", publisher="Herald", date=date(2024, 1, 1))
    put(briefbot, "b", "Kelp is cut in July.", publisher="Herald", date=date(2025, 1, 1))
    put(briefbot, "c", "Kelp is cut in May.")
    ask("kelp")

    facets = briefbot.searcher.facets("kelp", workspace="", today=NOW.date())

    assert (facets.counted, facets.is_all) == (3, True)
    assert facets.sources == {"Herald": 2}
    assert facets.years == {2024: 1, 2025: 1}


@pytest.mark.parametrize(
    ("question", "found", "marked"),
    [
        ("华为", "华为发布了新的芯片。", "华为"),
        ("铁路12306", "铁路12306网站的购票很方便。", "铁路12306"),
        ("解析pdf", "解析pdf文件的方法很多。", "解析pdf"),
        ("网", "铁路12306网站的购票很方便。", "网"),
        ("手机性能", "这款手机的性能很好。", "手机"),
        ("天気", "今日の天気は晴れです。", "天気"),
        ("반도체", "한국의 반도체 수출이 늘었다.", "반도체"),
    ],
)
def test_text_without_spaces_is_found(briefbot: Briefbot, ask: Ask, question: str, found: str, marked: str):
    for n, text in enumerate(
        [
            "华为发布了新的芯片。", "为华丽的演出鼓掌。", "铁路12306网站的购票很方便。", "解析pdf文件的方法很多。",
            "这款手机的性能很好。", "今日の天気は晴れです。", "한국의 반도체 수출이 늘었다.",
        ]
    ):  # fmt: skip
        put(briefbot, f"cjk {n}", text)

    hit = ask(question).hits[0]

    assert hit.excerpt.text == found
    assert marked in [found[start:end] for start, end in hit.marks]


def test_other_languages_are_stemmed_where_a_document_says_so(briefbot: Briefbot, ask: Ask):
    put(briefbot, "de", "Die Häuser der Städte brauchen Halbleitern.", language="de-AT")
    put(briefbot, "fr", "Les puces électroniques sont exportées vers la Chine.", language="French")
    put(briefbot, "none", "Die Häusern der Inseln sind alt.")

    assert texts(ask("Haus Stadt")) == ["Die Häuser der Städte brauchen Halbleitern."]
    assert ask("puce electronique").total == 1
    assert ask("Stadt -Haus").total == 0, "what is left out is left out in each language"
    hit = ask("Stadt").hits[0]
    assert [hit.excerpt.text[start:end] for start, end in hit.marks] == ["Städte"]


def test_pages_of_many_answers_bring_all_that_answer(briefbot: Briefbot, ask: Ask):
    chance = random.Random(4)  # noqa: S311 - words, not secrets
    words = [f"word{letter}" for letter in "abcdefghijklmnopqrst"]
    for n in range(300):
        put(briefbot, f"random {n}", " ".join(chance.choices(words, k=12)))

    question = " ".join(words[:6])
    pages = [texts(ask(question, limit=5, offset=offset)) for offset in range(0, 300, 5)]
    listed = [text for page in pages for text in page]

    count = briefbot.searcher.count(question, workspace="", today=NOW.date())
    assert len(set(listed)) == len(listed) == count
    assert all(len(page) == 5 for page in pages[: count // 5])
    assert texts(ask(question, limit=20)) == listed[:20]


def test_what_only_covers_the_question_is_found_on_every_page(briefbot: Briefbot, ask: Ask):
    for n in range(60):
        put(briefbot, f"h {n}", f"Harbour, harbour, harbour, harbour and harbour {n}.")
    for n in range(25):
        for word in ("regulation", "bridge", "tunnel"):
            put(briefbot, f"{word} {n}", f"Of a {word} it is told in report {n}.")
    whole = "The harbour has a bridge, a tunnel and a regulation, " + "and much else besides " * 20
    put(briefbot, "whole", whole)

    assert texts(ask("harbour regulation bridge tunnel"))[0] == whole
    assert ask("harbour regulation bridge tunnel", offset=40).total > 0


def test_what_is_no_answer_is_not_listed_either(briefbot: Briefbot, ask: Ask):
    for word in ("quantum", "pension", "volcano"):
        put(briefbot, word, f"There is a {word} in it.")

    assert ask("quantum pension volcano").total == 0
    last = briefbot.searcher.last("quantum pension volcano", workspace="", today=NOW.date(), limit=3)
    assert last == []


@pytest.mark.parametrize("question", ["57 per cent", "inflation per cent", "57%", '"57 per cent"', "percent"])
def test_per_cent_is_one_word(briefbot: Briefbot, ask: Ask, question: str):
    put(briefbot, "a", "Inflation of 57 per cent hit the town.")

    assert ask(question).total == 1


def test_a_language_changes_no_word_of_another(briefbot: Briefbot, ask: Ask):
    put(briefbot, "en", "The rat lives in town.")
    put(briefbot, "de", "Die Häuser der Städte.", language="de")

    assert ask("rate").total == 0
    assert ask("town -rate").total == 1


def test_a_name_that_another_workspace_clipped_is_no_name_here(briefbot: Briefbot, ask: Ask):
    put(briefbot, "common", "Much of the semiconductor business is told in small letters.")
    clip = Document(id="", workspace="T1", title=None)
    text = "Much of the Semiconductor business was clipped."
    briefbot.library.put(Draft(clip, "clip", (), (Passage(text),), text, "1"), now=NOW)

    assert ask("about Semicondcutor").corrections == ()


def test_a_damaged_forward_index_is_told_in_words(briefbot: Briefbot, ask: Ask, config: Config):
    put(briefbot, "a", "Kelp is cut in June.")
    ask("kelp")
    path = config.data / "index" / "passages.forward"
    path.write_bytes(b"\xff" * path.stat().st_size)

    with pytest.raises(StoreError, match="being mended"):
        ask("kelp")
    assert not briefbot.index.check(briefbot.library)
    assert ask("kelp").total == 1


def test_a_name_of_nothing_but_stop_words_is_found_where_it_is_counted(briefbot: Briefbot, ask: Ask):
    for n in range(70):
        put(briefbot, f"twice {n}", f"Of the the boats that came, {n} were told of.")

    answer = ask("thethe")

    assert answer.total == briefbot.searcher.count("thethe", workspace="", today=NOW.date()) == 70
    assert len(answer.hits) == 5
