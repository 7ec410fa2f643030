"""What people and channels subscribe to reaches them once, at the right local minute, for weeks."""

import datetime
import json
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from conftest import Write
from world import World, opened

from bot.app import Briefbot

UTC = datetime.UTC
SPRING, AUTUMN = datetime.datetime(2026, 3, 6, tzinfo=UTC), datetime.datetime(2026, 10, 2, tzinfo=UTC)
"""In the five weeks from each, clocks change in Berlin, New York and on Lord Howe Island."""


@pytest.fixture(params=[SPRING, AUTUMN], ids=["spring", "autumn"])
def world(request: pytest.FixtureRequest, briefbot: Briefbot, write: Write) -> Iterator[World]:
    with opened(briefbot, write, request.param) as made:
        yield made


def local_days(world: World, start: datetime.datetime, zone: str, at: str) -> list[str]:
    """Every local day from *start* until now at a time of day, as a message's moment is told."""
    hour, minute = map(int, at.split(":"))
    told = []
    day = start.astimezone(ZoneInfo(zone)).date()
    while True:
        moment = datetime.datetime.combine(day, datetime.time(hour, minute), ZoneInfo(zone))
        if moment > world.now:
            return told
        if moment > start:
            told.append(f"{moment:%a %Y-%m-%d %H:%M}")
        day += datetime.timedelta(days=1)


def test_weeks_with_three_people_and_two_channels(world: World):
    start = world.now
    world.say("subscribe chips")
    world.say('subscribe "trusted data spaces" -harbour daily 08:30', user="U0BELA")
    world.say("subscribe policy weekly monday 09:00", user="U0CLEO")
    world.say("digest here monday 09:00 Europe/Berlin", channel="C0POLICY")
    world.say("subscribe here energy daily 18:00 America/New_York", user="U0BELA", channel="C0CHIPS")
    arrived: list[tuple[datetime.datetime, str]] = []
    while world.now < start + datetime.timedelta(weeks=5):
        number = len(arrived)
        world.arrive(
            f"Factory {number} has shipped wafer lot {number} of its new semiconductor chips abroad.",
            f"Trusted data spaces were opened in town {number} by the mayor for firms and hospitals.",
            f"Trusted data spaces of harbour {number} are run by the port and by no one else at all.",
            f"Regulation number {number} of the ministry is the government's policy on machine learning.",
            f"Power plant {number} now runs data centers on renewable energy and sells the rest of it.",
        )
        arrived.append((world.now, f" {number} "))
        world.run_until(world.now + datetime.timedelta(hours=36), minutes=30)

    assert_alerts_came_at_once(world, arrived)
    assert_daily(world, start, arrived, ("D0BELA", "America/New_York", "08:30"), "in town{}by")
    assert_daily(world, start, arrived, ("C0CHIPS", "America/New_York", "18:00"), "plant{}now")
    assert not any("of harbour" in text for _, text in world.sent("D0BELA")), "what is left out"
    for channel, zone in (("D0CLEO", "Australia/Lord_Howe"), ("C0POLICY", "Europe/Berlin")):
        parents = [moment for moment, _ in dict.fromkeys(world.sent(channel, zone=zone))]
        mondays = [day for day in local_days(world, start, zone, "09:00") if day.startswith("Mon")]
        assert sorted(set(parents)) == sorted(mondays)
    weekly = [text for _, text in world.sent("D0CLEO")]
    due = [number for came, number in arrived if came < world.now - datetime.timedelta(days=7)]
    assert [sum(text.count(f"number{number}of") for text in weekly) for number in due] == [1] * len(due)
    keys = [m.metadata["event_payload"]["key"] for m in world.slack.messages if m.metadata]
    assert len(keys) == len(set(keys))


def assert_alerts_came_at_once(world: World, arrived: list[tuple[datetime.datetime, str]]) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    alerts = [message for message in world.slack.visible("D0ANNA") if message.metadata]
    assert len(alerts) == len(arrived)
    for alert, (came, number) in zip(alerts, arrived, strict=True):
        moment = datetime.datetime.fromtimestamp(float(alert.ts), berlin)
        is_night = not 7 <= came.astimezone(berlin).hour < 22
        assert f"lot{number}of" in json.dumps(alert.blocks)
        assert 7 <= moment.hour < 22
        if is_night:
            assert (moment.hour, moment.minute) == (7, 0), "held back until the morning"
        else:
            assert moment - came < datetime.timedelta(minutes=31)


def assert_daily(
    world: World,
    start: datetime.datetime,
    arrived: list[tuple[datetime.datetime, str]],
    audience: tuple[str, str, str],
    wanted: str,
) -> None:
    """Each document's passage came once, at the first slot after it arrived."""
    channel, zone, at = audience
    sent = world.sent(channel, zone=zone)
    slots = local_days(world, start, zone, at)
    for came, number in arrived:
        here = f"{came.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
        following = [slot for slot in slots if slot[4:] > here][:1]
        assert [moment for moment, text in sent if wanted.format(number) in text] == following
