"""Schedules on every day from 2026 to 2028 on which a clock is changed."""

from datetime import timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.lib import recurrence
from tests.lib.wall_clock import at, shown

# Every change of the clock in the three years: day, time of day that is looked at, and what a
# daily schedule at that time does on that day. Kolkata never changes.
CHANGES = [
    ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T03:00:00+02:00"),
    ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T02:30:00+02:00"),
    ("Europe/Berlin", "2027-03-28", "02:00", "2027-03-28T03:00:00+02:00"),
    ("Europe/Berlin", "2027-10-31", "02:00", "2027-10-31T02:00:00+02:00"),
    ("Europe/Berlin", "2028-03-26", "02:59", "2028-03-26T03:00:00+02:00"),
    ("Europe/Berlin", "2028-10-29", "02:59", "2028-10-29T02:59:00+02:00"),
    ("America/New_York", "2026-03-08", "02:30", "2026-03-08T03:00:00-04:00"),
    ("America/New_York", "2026-11-01", "01:30", "2026-11-01T01:30:00-04:00"),
    ("America/New_York", "2027-03-14", "02:00", "2027-03-14T03:00:00-04:00"),
    ("America/New_York", "2027-11-07", "01:00", "2027-11-07T01:00:00-04:00"),
    ("America/New_York", "2028-03-12", "02:59", "2028-03-12T03:00:00-04:00"),
    ("America/New_York", "2028-11-05", "01:59", "2028-11-05T01:59:00-04:00"),
    ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-05T01:45:00+11:00"),
    ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-04T02:30:00+11:00"),
    ("Australia/Lord_Howe", "2027-04-04", "01:30", "2027-04-04T01:30:00+11:00"),
    ("Australia/Lord_Howe", "2027-10-03", "02:00", "2027-10-03T02:30:00+11:00"),
    ("Australia/Lord_Howe", "2028-04-02", "01:59", "2028-04-02T01:59:00+11:00"),
    ("Australia/Lord_Howe", "2028-10-01", "02:29", "2028-10-01T02:30:00+11:00"),
    ("Asia/Kolkata", "2026-03-29", "02:30", "2026-03-29T02:30:00+05:30"),
    ("Asia/Kolkata", "2027-10-31", "02:30", "2027-10-31T02:30:00+05:30"),
    ("Asia/Kolkata", "2028-10-01", "02:15", "2028-10-01T02:15:00+05:30"),
]


def changes_of(zone: str) -> set[str]:
    """The days on which the clock is changed, worked out from the zone itself."""
    hours = [at("2026-01-01") + timedelta(hours=n) for n in range(3 * 365 * 24 + 24)]
    there = [one.astimezone(ZoneInfo(zone)) for one in hours]
    return {
        str(later.date()) for one, later in pairwise(there) if one.utcoffset() != later.utcoffset()
    }


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_the_table_has_every_change(zone: str) -> None:
    assert {day for name, day, *_ in CHANGES if name == zone} == changes_of(zone)
    assert changes_of("Asia/Kolkata") == set()


@pytest.mark.parametrize(("zone", "day", "time", "expected"), CHANGES)
@pytest.mark.parametrize("kind", ["days", "cron"])
def test_a_daily_schedule_comes_once_on_the_day_of_a_change(
    zone: str, day: str, time: str, expected: str, kind: str
) -> None:
    hour, minute = time.split(":")
    schedule = {
        "every": kind,
        "times": [time],
        "cron": f"{int(minute)} {int(hour)} * * *",
        "timezone": zone,
    }
    start, end = at(f"{day} 00:00", zone), at(f"{day} 23:59", zone)
    on_the_day = [one for one in recurrence.upcoming(schedule, start, 3) if one <= end]
    assert [one.astimezone(ZoneInfo(zone)).isoformat() for one in on_the_day] == [expected]
    week = recurrence.upcoming(schedule, start - timedelta(days=3), 7)
    assert len({one.astimezone(ZoneInfo(zone)).date() for one in week}) == 7


@pytest.mark.parametrize(("zone", "day", "_time", "_expected"), CHANGES)
@pytest.mark.parametrize(
    "schedule", [{"every": "minutes", "count": 15}, {"every": "cron", "cron": "*/15 * * * *"}]
)
def test_a_quarter_of_an_hour_keeps_its_rhythm(
    zone: str, day: str, _time: str, _expected: str, schedule: dict[str, Any]
) -> None:
    moments = recurrence.upcoming(
        {**schedule, "timezone": zone}, at(f"{day} 00:00", zone) - timedelta(hours=2), 40
    )
    assert {later - one for one, later in pairwise(moments)} == {timedelta(minutes=15)}


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_an_hour_keeps_its_rhythm(zone: str) -> None:
    for name, day, *_ in CHANGES:
        if name == zone:
            schedule = {"every": "hours", "minute": 10, "timezone": zone}
            moments = recurrence.upcoming(schedule, at(f"{day} 00:00", zone), 12)
            assert {later - one for one, later in pairwise(moments)} == {timedelta(hours=1)}


def test_two_times_in_one_jump_come_once() -> None:
    schedule = {"every": "days", "times": ["02:15", "02:45", "03:00"], "timezone": "Europe/Berlin"}
    moments = recurrence.upcoming(schedule, at("2026-03-29 00:00", "Europe/Berlin"), 2)
    assert shown(moments, "Europe/Berlin") == ["2026-03-29 03:00", "2026-03-30 02:15"]


def test_a_whole_day_that_was_left_out() -> None:
    schedule = {"every": "days", "times": ["08:30"], "timezone": "Pacific/Apia"}
    moments = recurrence.upcoming(schedule, at("2011-12-29 12:00", "Pacific/Apia"), 2)
    assert shown(moments, "Pacific/Apia") == ["2011-12-31 00:00", "2011-12-31 08:30"]
