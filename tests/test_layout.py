"""What a digest says of a week, whatever the week was read from."""

import datetime
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bot.local_slack.draw import draw
from digests.delivery import Content, Delivery
from digests.digest import lay_out
from digests.schedule import Cadence, Kind, Plan, Schedule, Setter
from digests.themes.theme import Theme, Week
from digests.themes.trend import Trend
from digests.themes.window import Window

NOON = datetime.datetime(2026, 3, 2, 12, 0, tzinfo=datetime.UTC)
WINDOW = Window("T", 0, 9, NOON - datetime.timedelta(days=7), NOON, "UTC")
COUNTS = (1, 1, 1, 1, 1, 1, 1, 9)
CHIPS = Theme("chips", "topic:chips", 9, 3, Trend("chips", COUNTS))
LUMEN = Theme("Lumen", '"Lumen"', 9, 3, Trend("Lumen", COUNTS), evidence=20.0, is_topic=False)
WEEK = Week(WINDOW, count=50, documents=40, sources=5, read=50, recent=50, topics=(CHIPS,), begins=0)


def told(week: Week) -> Content:
    plan = Plan("T", "C0CHIPS", Kind.DIGEST, Cadence.WEEKLY, "UTC")
    schedule = Schedule("s", plan, Setter("U0ANNA", "anna"), NOON, 0, WINDOW.since, None, None, None)
    delivery = Delivery("d", schedule, "", NOON, 0, 9, WINDOW.since, False, 0, ())
    return lay_out(week, set(), delivery, command="/brief")


def seen(content: Content) -> str:
    return draw({"blocks": content.messages[0]["blocks"]}, width=1000)


def clickable(content: Content) -> Iterator[dict[str, Any]]:
    for message in content.messages:
        for block in message["blocks"]:
            yield from block["elements"] if block["type"] == "actions" else ()


def test_a_question_too_long_for_a_menu_stands_on_its_button():
    name = "the ministry of foreign affairs and of trade and of " * 3
    long = replace(CHIPS, name=name, query=f'topic:"{name}"')

    content = told(replace(WEEK, topics=(long, CHIPS)))

    buttons = {one["value"] for one in clickable(content) if one["type"] == "button"}
    options = [option["value"] for one in clickable(content) for option in one.get("options", ())]
    assert f"{long.query} {WINDOW.added}" in buttons
    assert f"topic:chips {WINDOW.added}" in options
    assert max(map(len, options)) <= 150 < len(long.query)


def test_no_menu_carries_what_was_published_on_more_topics_than_it_can():
    window = replace(WINDOW, topics=tuple(f"a topic with number {number}" for number in range(6)))

    content = told(replace(WEEK, window=window, recent=20))

    assert all(len(option["value"]) <= 150 for one in clickable(content) for option in one.get("options", ()))


def test_a_phrase_at_rest_is_named_as_still_up():
    content = told(replace(WEEK, resting=(LUMEN,)))

    assert "Still up: Lumen (9, usually 1)" in seen(content)
    assert "Lumen: 9 new" in str(content.messages[0]["blocks"])
    assert "Lumen" not in content.themes
