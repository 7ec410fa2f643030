"""What is typed after `subscribe` and `digest`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BotError
from digests.schedule import Cadence
from digests.wish import Wish, read_wish

DAILY, WEEKLY, INSTANT = Cadence.DAILY, Cadence.WEEKLY, Cadence.INSTANT


@pytest.mark.parametrize(
    ("typed", "wish"),
    [
        ("chips", Wish("chips")),
        ("chips instant", Wish("chips", cadence=INSTANT)),
        ("export controls", Wish("export controls")),
        ('"trusted data spaces" -sports daily 08:30', Wish('"trusted data spaces" -sports', False, DAILY, None, "08:30")),
        ("here policy weekly monday 09:00", Wish("policy", True, WEEKLY, 0, "09:00")),
        ("policy here weekly", Wish("policy", True, WEEKLY)),
        ("here monday 9am", Wish("", True, WEEKLY, 0, "09:00")),
        ("chips every friday at 5:30pm", Wish("chips", False, WEEKLY, 4, "17:30")),
        ("chips every day at 7.15", Wish("chips", False, DAILY, None, "07:15")),
        ("chips Wed 12am Asia/Tokyo", Wish("chips", False, WEEKLY, 2, "00:00", "Asia/Tokyo")),
        ("chips daily utc", Wish("chips", False, DAILY, None, None, "UTC")),
        ("chips 18:00", Wish("chips", False, DAILY, None, "18:00")),
        ("daily news", Wish("daily news")),
        ("the day after", Wish("the day after")),
        ("AI 2024", Wish("AI 2024")),
        ("open at", Wish("open at")),
        ("", Wish("")),
    ],
)  # fmt: skip
def test_the_end_tells_how_often_and_when(typed: str, wish: Wish):
    assert read_wish(typed) == wish


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("chips daily 25:00", "25:00 is no time of day"),
        ("chips daily 9:75", "9:75 is no time of day"),
        ("chips 13pm", "13pm is no time of day"),
        ("chips daily monday", "how often twice"),
        ("chips monday tuesday", "which day twice"),
        ("chips daily 08:00 09:00", "when twice"),
        ("chips instant 09:00", "comes at no time of day"),
    ],
)
def test_what_contradicts_itself_is_told(typed: str, told: str):
    with pytest.raises(BotError, match=told):
        read_wish(typed)


@given(st.text(max_size=80))
def test_whatever_is_typed_is_read_or_refused_in_words(typed: str):
    try:
        read_wish(typed)
    except BotError as error:
        assert str(error).endswith((".", "09:00"))
