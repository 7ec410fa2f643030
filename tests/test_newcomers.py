"""A source that is new to the library makes no topic rise: it is the source that is new."""

import datetime
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from conftest import Write

from bot.app import Briefbot
from bot.config import Config, Topic
from bot.library.ingest import Summary
from bot.store.timeline import Timeline
from digests.themes.weeks import Weeks
from digests.themes.window import Window

MONDAY = datetime.datetime(2026, 3, 9, 9, 0, tzinfo=datetime.UTC)
WEEK = datetime.timedelta(days=7)
PAPERS = ("Daily Ledger", "Evening Bell", "Coast Courier")


@pytest.fixture
def config(config: Config) -> Config:
    return replace(
        config, topics={"chips": Topic(keywords=("wafer",)), "harbours": Topic(keywords=("quay",))}
    )


def note(number: int, publisher: str, word: str, *, weeks_ago: int) -> str:
    """Return a document that is unlike the others, as a line of JSONL."""
    day = (MONDAY - WEEK * weeks_ago - datetime.timedelta(days=3)).date()
    text = (
        f"Number {number * 7919} of {publisher} tells at length of a {word} that was seen at gate {number}."
    )
    stated = {"id": f"note {number}", "title": f"Note {number}", "publisher": publisher, "text": text}
    return json.dumps({**stated, "date": day.isoformat()})


@pytest.mark.parametrize(("publisher", "rises"), [("Coast Courier", True), ("Upland Record", False)])
def test_only_sources_that_spoke_before_make_a_topic_rise(
    briefbot: Briefbot, write: Write, ingest: Callable[..., Summary], publisher: str, rises: bool
):
    told = [(paper, "quay", back) for back in range(8) for paper in PAPERS for _ in range(5)]
    told += [(paper, "wafer", back) for back in range(8) for paper in PAPERS[:2]]
    told += [(publisher, "wafer", 0)] * 12
    notes = [note(at, paper, word, weeks_ago=back) for at, (paper, word, back) in enumerate(told)]
    ingest(write("news.jsonl", "\n".join(notes)), now=MONDAY - datetime.timedelta(days=1))

    weeks = Weeks(Timeline(briefbot.database), briefbot.searcher, briefbot.config)
    week = weeks.week(Window("", 0, briefbot.library.state().revision, MONDAY - WEEK, MONDAY, "UTC"))

    assert {theme.name: theme.is_rising for theme in week.topics} == {"chips": rises, "harbours": False}
