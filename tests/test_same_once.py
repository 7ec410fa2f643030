"""The same report from many places is one document with many sources; another report never is."""

import datetime
import hashlib
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from conftest import NOW

from bot.document import Document, Passage
from bot.store.database import Database, open_database
from bot.store.library import Library
from bot.store.records import Draft, Outcome, Removed
from bot.store.tables import sketch

LATER = NOW + datetime.timedelta(days=1)
DAY = datetime.date(2026, 3, 2)

RELEASE = (
    "Halvorsen Marine said on Monday that it will build a second battery ferry in Bergen for 48 million euros, and "
    "that the first of its crews begin their training in May.",
    "“We had to rebuild the northern pier before anyone could charge a boat of that size,” said Ida Juul, who runs "
    "the harbour. The pier takes 4,500 passengers a day, up 12% from the year before.",
    "The islands pay a third of the price. Neighbours of the pier fear the noise of the new chargers, a view that the "
    "council does not share, and ask for a wall of trees along the road to the school.",
)
SUMMARY = (
    "Halvorsen Marine will build a second battery ferry in Bergen. The islands pay a third of the price."
)
CHINESE = (
    "海文海事公司周一表示，将在卑尔根建造第二艘电动渡轮，造价为四千八百万欧元，首批船员将于五月开始培训。",
    "“在给这么大的船充电之前，我们必须重建北码头，”港口负责人尤尔说。码头每天接待4500名乘客，比去年增加12%。",
    "各岛屿支付三分之一的费用。码头附近的居民担心新充电设备的噪音，但市议会不同意这种看法。",
)
FOOT = (
    "About Halvorsen Marine",
    "Halvorsen Marine has built boats since 1911. This release contains statements about what is to come, and what "
    "comes may be something else. Press: +47 55 123 456.",
)


def draft(
    *texts: str,
    feed: str = "a",
    address: str | None = "",
    title: str | None = "A second ferry",
    day: datetime.date | None = DAY,
    workspace: str = "",
) -> Draft:
    """An article as a feed brings it: at an address of its own where none is given."""
    url = f"https://{feed}.example/ferry" if address == "" else address
    return Draft(
        document=Document(id="", workspace=workspace, title=title, url=url, date=day),
        key=f"feed:{feed}",
        topics=(),
        passages=tuple(Passage(text, (), at + 1) for at, text in enumerate(texts)),
        content_hash=hashlib.sha256(repr((url, title, day, texts)).encode()).hexdigest(),
        made_by="1",
        address=url,
    )


def changed(was: str, becomes: str, texts: tuple[str, ...] = RELEASE) -> tuple[str, ...]:
    assert any(was in text for text in texts)
    return tuple(text.replace(was, becomes) for text in texts)


def texts(library: Library, document_id: str) -> tuple[str, ...]:
    """The passages of a document in order, none of one that is gone."""
    held = [change.excerpts for change in library.changes(0) if change.document_id == document_id]
    return tuple(excerpt.text for excerpt in held[0])


def living(library: Library) -> int:
    return sum(bool(change.excerpts) for change in library.changes(0))


REPRINTS = {
    "the same words elsewhere": RELEASE,
    "a dateline": (f"BERGEN, March 2 (Newswire) – {RELEASE[0]}", *RELEASE[1:]),
    "a foot": (*RELEASE, *FOOT),
    "a byline and a credit": (
        "By Otto Palm",
        *RELEASE,
        "Reporting by Otto Palm; editing by Rosa Storm. © 2026.",
    ),
    "straight quotes": changed("“", '"', changed("”", '"')),
    "other signs": changed("12%", "12 per cent", changed("4,500", "4500", changed("48 million", "48m"))),
    "other spelling": changed("Neighbours", "Neighbors"),
    "a sentence less": (RELEASE[0], RELEASE[1].partition(" The pier")[0], RELEASE[2]),
    "a sentence more": (*RELEASE, "The council meets again next week."),
    "a word put right": changed("trees", "bushes"),
    "other paragraphs": (" ".join(RELEASE[:2]), RELEASE[2]),
}

REPORTS_OF_THEIR_OWN = {
    "another figure": changed("12%", "9%"),
    "a figure in words": changed(
        "a third", "half", changed("second", "third", changed("48 million", "four"))
    ),
    "another day": changed("Monday", "Tuesday"),
    "another place": changed("Bergen", "Molde"),
    "another company": changed("Halvorsen Marine", "Nordlicht Boats"),
    "another thing": changed("pier", "lock"),
    "figures of next month, and a foot": (*changed("48", "51", changed("12%", "13%")), *FOOT),
    "another person, named elsewhere": changed("Ida Juul", "Ida Halvorsen"),
    "an article that has all of it and says more": (
        *RELEASE,
        "That is the third order of its kind in a year, and the yards are full. Whoever orders now waits until the "
        "winter after next, brokers say, and pays a fifth more than the first buyers did.",
        "Norway has more such boats than all other countries taken together. They charge at night, when power costs "
        "little, and their owners save what they paid for the batteries within nine years, a study found.",
        "Not all of them are content. Two boats lay in the harbour for most of last winter, since their chargers froze, "
        "and the crews were sent home without pay until the courts decided otherwise.",
    ),
}


@pytest.mark.parametrize("edited", REPRINTS.values(), ids=REPRINTS)
def test_a_reprint_is_another_source_of_the_first(library: Library, edited: tuple[str, ...]):
    _, document_id = library.put(draft(*RELEASE), now=NOW)

    outcome, same_id = library.put(draft(*edited, feed="b", title="Ferry news"), now=LATER)

    assert (outcome, same_id) == (Outcome.COPY, document_id)
    assert library.siblings(document_id) == ["feed:a", "feed:b"]
    assert texts(library, document_id) == RELEASE


@pytest.mark.parametrize("other", REPORTS_OF_THEIR_OWN.values(), ids=REPORTS_OF_THEIR_OWN)
def test_another_report_in_the_same_words_is_a_document_of_its_own(library: Library, other: tuple[str, ...]):
    library.put(draft(*RELEASE), now=NOW)

    assert library.put(draft(*other, feed="b"), now=LATER)[0] is Outcome.NEW

    assert living(library) == 2


def test_one_release_in_six_feeds_is_one_document_with_six_sources(library: Library):
    feeds = "abcdef"
    kinds = [RELEASE, *REPRINTS.values()]

    put = [library.put(draft(*text, feed=feed), now=NOW) for feed, text in zip(feeds, kinds, strict=False)]

    assert [outcome for outcome, _ in put] == [Outcome.NEW, *[Outcome.COPY] * 5]
    [document_id] = {document_id for _, document_id in put}
    assert library.addresses(document_id) == [f"https://{feed}.example/ferry" for feed in feeds]


def test_chinese_reprints_are_found_and_other_chinese_reports_are_not(library: Library):
    _, document_id = library.put(draft(*CHINESE), now=NOW)
    reprint = (f"新华社卑尔根3月2日电 {CHINESE[0]}", CHINESE[1].replace("12%", "１２％"), CHINESE[2])

    assert library.put(draft(*reprint, feed="b"), now=NOW) == (Outcome.COPY, document_id)
    for feed, other in (
        ("c", changed("12%", "9%", CHINESE)),
        ("d", changed("四千八百", "五千一百", CHINESE)),
        ("e", changed("码头", "船闸", CHINESE)),
    ):
        assert library.put(draft(*other, feed=feed), now=NOW)[0] is Outcome.NEW


def test_what_comes_again_every_week_in_the_same_words_is_not_the_same(library: Library):
    library.put(draft(*RELEASE), now=NOW)
    week = datetime.timedelta(days=7)

    assert library.put(draft(*RELEASE, feed="b", day=DAY + week), now=LATER)[0] is Outcome.NEW
    assert library.put(draft(*RELEASE, feed="c", day=None), now=LATER)[0] is Outcome.COPY
    assert library.put(draft(*RELEASE, feed="d", day=DAY + week), now=LATER)[0] is Outcome.COPY


def test_short_texts_are_the_same_only_if_all_words_and_the_title_are(library: Library):
    _, document_id = library.put(draft("The shares rose in the morning.", title="Halvorsen"), now=NOW)

    for feed, text, title, outcome in (
        ("b", "The shares rose in the morning!", "Halvorsen", Outcome.COPY),
        ("c", "The shares rose in the morning.", "Nordlicht", Outcome.NEW),
        ("d", "The shares rose in the evening.", "Halvorsen", Outcome.NEW),
    ):
        assert library.put(draft(text, feed=feed, title=title), now=NOW)[0] is outcome
    assert library.siblings(document_id) == ["feed:a", "feed:b"]


def test_files_are_copies_only_if_they_are_the_same(library: Library):
    library.put(draft(*RELEASE, address=None), now=NOW)

    assert library.put(draft(*RELEASE, *FOOT, feed="b", address=None), now=NOW)[0] is Outcome.NEW
    assert library.put(draft(*RELEASE, "The end.", feed="c"), now=NOW)[0] is Outcome.NEW


def test_workspaces_share_no_sources(library: Library):
    library.put(draft(*RELEASE, workspace="T1"), now=NOW)

    assert library.put(draft(*RELEASE, *FOOT, feed="b", workspace="T2"), now=NOW)[0] is Outcome.NEW
    assert library.put(draft(*RELEASE, feed="c", workspace="T2"), now=NOW)[0] is Outcome.COPY


def test_the_same_near_copy_again_changes_nothing(library: Library):
    library.put(draft(*RELEASE), now=NOW)
    library.put(draft(*RELEASE, *FOOT, feed="b"), now=NOW)
    before = library.state()

    assert library.put(draft(*RELEASE, *FOOT, feed="b"), now=LATER)[0] is Outcome.UNCHANGED
    assert library.put(draft(*RELEASE), now=LATER)[0] is Outcome.UNCHANGED
    assert library.state() == before


def test_a_near_copy_that_is_edited_stays_one_or_becomes_a_document_of_its_own(library: Library):
    _, document_id = library.put(draft(*RELEASE), now=NOW)
    library.put(draft(*RELEASE, *FOOT, feed="b"), now=NOW)

    assert library.put(draft("By Otto Palm", *RELEASE, feed="b"), now=LATER) == (Outcome.COPY, document_id)
    assert library.put(draft("By Otto Palm", *RELEASE, feed="b"), now=LATER)[0] is Outcome.UNCHANGED
    outcome, other_id = library.put(draft(*changed("12%", "9%"), feed="b"), now=LATER)

    assert outcome is Outcome.NEW
    assert library.siblings(document_id) == ["feed:a"]
    assert texts(library, other_id) == changed("12%", "9%")
    assert texts(library, document_id) == RELEASE


def test_an_edit_of_the_first_source_changes_the_document(library: Library):
    _, document_id = library.put(draft(*RELEASE), now=NOW)
    library.put(draft(*RELEASE, *FOOT, feed="b"), now=NOW)
    edited = changed("12%", "9%")

    assert library.put(draft(*edited), now=LATER) == (Outcome.CHANGED, document_id)

    assert texts(library, document_id) == edited
    assert library.put(draft(*RELEASE, *FOOT, feed="b"), now=LATER)[0] is Outcome.UNCHANGED
    # It is found by the words that it has now, and no more by those that it had.
    assert library.put(draft(*edited, *FOOT, feed="c"), now=LATER) == (Outcome.COPY, document_id)
    assert library.put(draft(*RELEASE, "The end.", feed="d"), now=LATER)[0] is Outcome.NEW


def test_a_first_source_that_tells_something_else_leaves_the_document_to_the_others(library: Library):
    _, document_id = library.put(draft(*RELEASE), now=NOW)
    library.put(draft(*RELEASE, *FOOT, feed="b"), now=NOW)

    outcome, other_id = library.put(draft("The page has moved to another harbour."), now=LATER)

    assert outcome is Outcome.NEW
    assert library.siblings(document_id) == ["feed:b"]
    assert library.siblings(other_id) == ["feed:a"]
    assert texts(library, document_id) == RELEASE


def test_a_correction_that_all_sources_make_arrives_in_the_document(library: Library):
    _, document_id = library.put(draft(*RELEASE), now=NOW)
    library.put(draft(*RELEASE, feed="b"), now=NOW)
    edited = changed("trees", "bushes")

    library.put(draft(*edited, feed="b"), now=LATER)
    assert texts(library, document_id) == RELEASE
    library.put(draft(*edited), now=LATER)

    assert texts(library, document_id) == edited
    assert library.siblings(document_id) == ["feed:a", "feed:b"]


def test_a_document_that_becomes_a_reprint_of_another_is_one_with_it(library: Library):
    _, document_id = library.put(draft(*RELEASE), now=NOW)
    _, second_id = library.put(draft(SUMMARY, feed="b"), now=NOW)

    assert library.put(draft(*RELEASE, *FOOT, feed="b"), now=LATER) == (Outcome.COPY, document_id)

    assert isinstance(library.document(second_id, workspace=""), Removed)
    assert library.siblings(document_id) == ["feed:a", "feed:b"]


def test_the_others_keep_a_document_whose_first_source_is_gone(library: Library):
    _, document_id = library.put(draft(*RELEASE), now=NOW)
    library.put(draft(*RELEASE, *FOOT, feed="b"), now=NOW)

    assert not library.detach("", "feed:a", now=LATER)
    assert texts(library, document_id) == RELEASE
    assert library.put(draft(*RELEASE, *FOOT, feed="b"), now=LATER)[0] is Outcome.UNCHANGED
    # Nobody has its wording any more: the next edit brings one.
    assert library.put(draft(*RELEASE, "The end.", feed="b"), now=LATER) == (Outcome.CHANGED, document_id)
    assert texts(library, document_id) == (*RELEASE, "The end.")

    assert library.detach("", "feed:b", now=LATER)
    assert isinstance(library.document(document_id, workspace=""), Removed)


def test_a_removed_document_has_no_further_sources(library: Library):
    _, document_id = library.put(draft(*RELEASE), now=NOW)
    library.remove(document_id, now=NOW)

    outcome, other_id = library.put(draft(*RELEASE, *FOOT, feed="b"), now=LATER)

    assert outcome is Outcome.NEW
    assert other_id != document_id
    # Its own source, coming again, finds the other one.
    assert library.put(draft(*RELEASE), now=LATER) == (Outcome.COPY, other_id)


def test_nothing_is_kept_to_find_a_removed_document_by(library: Library, database: Database):
    _, document_id = library.put(draft(*RELEASE), now=NOW)
    kept = sa.select(sa.func.count()).select_from(sketch)

    with database.reading() as connection:
        assert connection.scalar(kept)
    library.remove(document_id, now=NOW)

    with database.reading() as connection:
        assert not connection.scalar(kept)


PAGE = "https://halvorsen.example/ferry"


@pytest.mark.parametrize("first", ["summary", "whole"])
def test_of_a_summary_and_the_whole_text_of_one_page_the_whole_stays(library: Library, first: str):
    summary = draft(SUMMARY, feed="a", address=PAGE)
    whole = draft(*RELEASE, feed="b", address=PAGE)
    one, other = (summary, whole) if first == "summary" else (whole, summary)

    _, document_id = library.put(one, now=NOW)
    outcome, same_id = library.put(other, now=NOW)

    assert same_id == document_id
    assert outcome is (Outcome.CHANGED if first == "summary" else Outcome.COPY)
    for again in (summary, whole, summary):
        assert library.put(again, now=LATER) == (Outcome.UNCHANGED, document_id)
    assert texts(library, document_id) == RELEASE
    assert library.addresses(document_id) == [PAGE]


def test_the_whole_text_is_shortened_by_the_source_that_has_it(library: Library):
    _, document_id = library.put(draft(*RELEASE, address=PAGE), now=NOW)
    library.put(draft(SUMMARY, feed="b", address=PAGE), now=NOW)

    assert library.put(draft(RELEASE[0], address=PAGE), now=LATER) == (Outcome.CHANGED, document_id)

    assert texts(library, document_id) == RELEASE[:1]
    assert library.siblings(document_id) == ["feed:a", "feed:b"]


def test_entries_that_all_lead_to_one_page_are_documents_of_their_own(library: Library):
    library.put(draft(*RELEASE, address=PAGE), now=NOW)
    week = datetime.timedelta(days=7)

    for feed, other in (
        ("b", draft(*FOOT, feed="b", address=PAGE, title="About us")),
        ("c", draft(*changed("12%", "9%"), feed="c", address=PAGE, day=DAY + week)),
    ):
        assert library.put(other, now=NOW)[0] is Outcome.NEW, feed


def test_the_address_of_the_wording_comes_first(library: Library):
    _, document_id = library.put(draft(*RELEASE, feed="z"), now=NOW)
    library.put(draft(*RELEASE, *FOOT, feed="b"), now=NOW)
    library.put(draft(*RELEASE, *FOOT, feed="c", address="https://b.example/ferry"), now=NOW)
    _, file_id = library.put(draft("North.", address=None), now=NOW)

    assert library.addresses(document_id) == ["https://z.example/ferry", "https://b.example/ferry"]
    assert library.addresses(file_id) == []


def test_two_processes_make_one_document_of_one_release(database_url: str, tmp_path: Path):
    opened = [open_database(database_url, tmp_path / "data") for _ in range(2)]
    start = threading.Barrier(2)

    def fill(database: Database, feed: str) -> None:
        start.wait()
        for number in range(10):
            told = [
                f"{text} Berth {number} is the one that is meant here, at pier {number}." for text in RELEASE
            ]
            foot = FOOT if feed == "b" else ()
            library = Library(database)
            library.put(draft(*told, *foot, feed=f"{feed}{number}"), now=NOW)

    threads = [threading.Thread(target=fill, args=pair) for pair in zip(opened, "ab", strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    held = [change for change in Library(opened[0]).changes(0) if change.excerpts]
    siblings = [Library(opened[0]).siblings(change.document_id) for change in held]
    assert sorted(siblings) == [[f"feed:a{number}", f"feed:b{number}"] for number in range(10)]
    for database in opened:
        database.close()
