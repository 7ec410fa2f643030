"""What arrived and what was published when, on SQLite and PostgreSQL alike."""

import datetime
from dataclasses import replace

import pytest
from conftest import NOW
from test_store import LATER, draft

from bot.store.database import Database
from bot.store.library import Library
from bot.store.records import Draft
from bot.store.timeline import Timeline


@pytest.fixture
def timeline(database: Database) -> Timeline:
    return Timeline(database)


def dated(day: int, *texts: str, workspace: str = "", **stated: str) -> Draft:
    """A document of a day in March, with a source key of its own."""
    made = draft(*texts, key=f"file:///{day}{texts[0]}.md", workspace=workspace)
    document = replace(made.document, date=datetime.date(2026, 3, day), **stated)
    return replace(made, document=document)


def test_what_arrives_is_told_once_and_what_is_edited_is_not(library: Library, timeline: Timeline):
    library.put(draft("North.", "North.", "South."), now=NOW)
    first = library.state().revision
    assert len(timeline.arrived("T1", after=0, upto=first)) == 2, "of two equal ones, one"
    library.put(draft("North.", "North.", "South, twice a day, and on Sundays three times."), now=LATER)
    library.put(draft("West.", key="file:///w.md"), now=LATER)

    later = timeline.arrived("T1", after=first, upto=library.state().revision)
    texts = [excerpt.text for excerpt, _hash in timeline.excerpts([one.excerpt_id for one in later])]
    assert texts == ["South, twice a day, and on Sundays three times.", "West."]
    assert timeline.last_arrival("T1", upto=first) == NOW
    assert timeline.last_arrival("T1", upto=0) is None


def test_what_is_published_comes_document_by_document_within_its_days(library: Library, timeline: Timeline):
    library.put(dated(9, "Nine.", publisher="Harbour Post"), now=NOW)
    library.put(dated(2, "Two.", "Two again.", author="Olsen", based_on="The Log"), now=NOW)
    library.put(dated(16, "Sixteen."), now=NOW)
    library.put(draft("Undated."), now=NOW)
    upto = library.state().revision
    library.put(dated(3, "Too late."), now=LATER)

    days = {"since": datetime.date(2026, 3, 2), "before": datetime.date(2026, 3, 16)}
    found = list(timeline.published("T1", upto=upto, **days))

    assert [(one.text, one.source) for one in found] == [
        ("Two.", "The Log"), ("Two again.", "The Log"), ("Nine.", "Harbour Post"),
    ]  # fmt: skip
    assert found[0].day == datetime.date(2026, 3, 2)


def test_a_workspace_sees_its_own_and_what_is_common(library: Library, timeline: Timeline):
    library.put(dated(2, "Common."), now=NOW)
    library.put(dated(2, "Ours.", workspace="T1"), now=NOW)
    library.put(dated(2, "Theirs.", workspace="T2"), now=NOW)
    upto = library.state().revision

    days = {"since": datetime.date(2026, 3, 1), "before": datetime.date(2026, 4, 1)}
    assert {one.text for one in timeline.published("T1", upto=upto, **days)} == {"Common.", "Ours."}
    assert len(timeline.arrived("T1", after=0, upto=upto)) == 2
    assert len(timeline.arrived("", after=0, upto=upto)) == 1
