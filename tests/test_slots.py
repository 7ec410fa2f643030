"""When schedules fall due: in every zone, through every change of the clocks."""

import datetime
import zoneinfo
from itertools import pairwise

import pytest

from digests.slots import Slot, When, next_slot, slots

UTC = datetime.UTC


def at(*moment: int) -> datetime.datetime:
    return datetime.datetime(*moment, tzinfo=UTC)


def due(when: When, after: datetime.datetime, until: datetime.datetime) -> list[tuple[str, str]]:
    return [(slot.name, f"{slot.due:%m-%d %H:%M}") for slot in slots(when, after, until)]


def test_a_weekly_slot_keeps_its_local_time_when_the_clocks_change():
    monday = When(0, "09:00", "Europe/Berlin")

    assert due(monday, at(2026, 3, 20), at(2026, 4, 1)) == [
        ("2026-03-23", "03-23 08:00"),
        ("2026-03-30", "03-30 07:00"),
    ]


def test_a_time_that_the_clocks_leave_out_is_moved_on():
    assert due(When(6, "02:30", "Europe/Berlin"), at(2026, 3, 28), at(2026, 3, 30)) == [
        ("2026-03-29", "03-29 01:30")  # 03:30 by the new time.
    ]


def test_of_a_time_that_the_clocks_show_twice_it_is_the_first():
    assert due(When(6, "02:30", "Europe/Berlin"), at(2026, 10, 24), at(2026, 10, 26)) == [
        ("2026-10-25", "10-25 00:30")
    ]


def test_a_day_that_a_zone_left_out_has_no_slot_of_its_own():
    apia = When(None, "09:00", "Pacific/Apia")

    assert [name for name, _ in due(apia, at(2011, 12, 28), at(2011, 12, 31, 12))] == [
        "2011-12-28", "2011-12-29", "2011-12-31",
    ]  # fmt: skip


def test_the_next_slot_is_after_the_moment_and_not_at_it():
    monday = When(0, "09:00", "UTC")

    assert next_slot(monday, at(2026, 3, 2, 8, 59)) == Slot("2026-03-02", at(2026, 3, 2, 9))
    assert next_slot(monday, at(2026, 3, 2, 9)) == Slot("2026-03-09", at(2026, 3, 9, 9))


def distinct_zones() -> list[str]:
    """Every zone of the database whose offsets are not another's at each week of the ten years."""
    days = [at(2026, 1, 1) + datetime.timedelta(days=day) for day in range(0, 3660, 3)]
    known: dict[tuple[object, ...], str] = {}
    for name in sorted(zoneinfo.available_timezones()):
        zone = zoneinfo.ZoneInfo(name)
        known.setdefault(tuple(day.astimezone(zone).utcoffset() for day in days), name)
    return list(known.values())


ZONES = distinct_zones()


@pytest.mark.parametrize("half_hour", range(48))
def test_weekly_slots_of_ten_years_come_one_after_the_other_in_every_zone(half_hour: int):
    first = datetime.date(2026, 1, 5)
    hour, half = divmod(half_hour, 2)
    for zone in ZONES:
        when = When(0, f"{hour:02}:{30 * half:02}", zone)

        found = list(slots(when, at(2026, 1, 2), at(2036, 1, 2)))

        assert [slot.name for slot in found] == [
            str(first + datetime.timedelta(weeks=week)) for week in range(len(found))
        ]
        gaps = [later.due - earlier.due for earlier, later in pairwise(found)]
        assert min(gaps) > datetime.timedelta(days=6)
        assert max(gaps) < datetime.timedelta(days=7, hours=4)
        assert len(found) in {521, 522}
