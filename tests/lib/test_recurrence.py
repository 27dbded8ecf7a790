"""Schedules: the moments they name, their words, and what is wrong with them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lib import recurrence
from tests.lib.wall_clock import at, shown


@pytest.mark.parametrize(
    ("schedule", "words", "times"),
    [
        (
            {"every": "minutes", "count": 15},
            "Every 15 minutes",
            ["2026-01-30 12:15", "2026-01-30 12:30"],
        ),
        ({"every": "minutes"}, "Every minute", ["2026-01-30 12:06", "2026-01-30 12:07"]),
        (
            {"every": "hours", "count": 6, "minute": 10},
            "Every 6 hours, 10 past the hour",
            ["2026-01-30 12:10", "2026-01-30 18:10", "2026-01-31 00:10"],
        ),
        ({"every": "hours"}, "Every hour, on the hour", ["2026-01-30 13:00"]),
        (
            {"every": "days", "times": ["17:00", "08:30"]},
            "Every day at 8:30 and 17:00",
            ["2026-01-30 17:00", "2026-01-31 08:30"],
        ),
        (
            {"every": "weekdays", "times": ["08:30"]},
            "Every weekday at 8:30",
            ["2026-02-02 08:30", "2026-02-03 08:30"],
        ),
        (
            {"every": "weeks", "days": ["sun", "mon"], "times": ["08:30"]},
            "Every Monday and Sunday at 8:30",
            ["2026-02-01 08:30", "2026-02-02 08:30", "2026-02-08 08:30"],
        ),
        (
            {"every": "months", "day": "31", "times": ["09:00"]},
            "On day 31 of every month (or the last, where it is shorter) at 9:00",
            ["2026-01-31 09:00", "2026-02-28 09:00", "2026-03-31 09:00", "2026-04-30 09:00"],
        ),
        (
            {"every": "months", "day": "last", "times": ["09:00"]},
            "On the last day of every month at 9:00",
            ["2026-01-31 09:00", "2026-02-28 09:00"],
        ),
        (
            {"every": "months", "day": "first-mon", "times": ["09:00"]},
            "On the first Monday of every month at 9:00",
            ["2026-02-02 09:00", "2026-03-02 09:00", "2026-04-06 09:00"],
        ),
        (
            {"every": "months", "day": "last-fri", "times": ["09:00"]},
            "On the last Friday of every month at 9:00",
            ["2026-02-27 09:00", "2026-03-27 09:00", "2026-04-24 09:00"],
        ),
        (
            {"every": "cron", "cron": "30 8 * * 1-5"},
            "At 08:30 on Monday through Friday",
            ["2026-02-02 08:30", "2026-02-03 08:30"],
        ),
    ],
)
def test_it_works(schedule: dict[str, Any], words: str, times: list[str]) -> None:
    assert list(recurrence.problems(schedule)) == []
    assert recurrence.words(schedule) == words
    friday = at("2026-01-30 12:05")
    assert shown(recurrence.upcoming(schedule, friday, len(times))) == times


def test_the_schedules_own_zone_wins() -> None:
    schedule = {"every": "days", "times": ["08:30"], "timezone": "Asia/Kolkata"}
    moment = at("2026-01-30 12:00")
    assert recurrence.next_after(schedule, moment) == at("2026-01-31 03:00")
    assert recurrence.zone_of(schedule, "Europe/Berlin") == "Asia/Kolkata"
    there = {**schedule, "timezone": ""}
    assert recurrence.next_after(there, moment, timezone="Europe/Berlin") == at("2026-01-31 07:30")
    assert recurrence.zone_of(there, "Europe/Berlin") == "Europe/Berlin"


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        (None, "how often"),
        ({"every": "now and then"}, "how often"),
        ({"every": "days"}, "at what time"),
        ({"every": "days", "times": ["25:00"]}, "“25:00” is not a time of day"),
        ({"every": "days", "times": ["09:00"] * 25}, "24 times of day at most"),
        ({"every": "minutes", "count": 0}, "from 1 to 720"),
        ({"every": "minutes", "count": True}, "from 1 to 720"),
        ({"every": "hours", "count": 24}, "from 1 to 23"),
        ({"every": "hours", "count": 1, "minute": 60}, "from 0 to 59"),
        ({"every": "weeks", "times": ["09:00"], "days": []}, "at least one day"),
        ({"every": "weeks", "times": ["09:00"], "days": ["someday"]}, "at least one day"),
        ({"every": "months", "times": ["09:00"], "day": "32"}, "a day of the month"),
        ({"every": "months", "times": ["09:00"], "day": "fifth-mon"}, "a day of the month"),
        ({"every": "cron", "cron": ""}, "Write a cron expression"),
        ({"every": "cron", "cron": "@daily"}, "five parts"),
        ({"every": "cron", "cron": "* * * * * *"}, "five parts"),
        ({"every": "cron", "cron": "99 * * * *"}, "look at the minute"),
        ({"every": "cron", "cron": "0 0 30 2 *"}, "look at the day of month"),
        ({"every": "cron", "cron": "* * * * someday"}, "look at the day of week"),
        ({"every": "minutes", "timezone": "Atlantis"}, "time zone"),
        ({"every": "minutes", "timezone": "../etc/passwd"}, "time zone"),
        ({"every": "minutes", "timezone": 1}, "time zone"),
    ],
)
def test_what_is_wrong_is_said(schedule: Any, said: str) -> None:
    (sentence,) = recurrence.problems(schedule)
    assert said in sentence
    assert recurrence.next_after(schedule, at("2026-01-30 12:00")) is None
    assert recurrence.upcoming(schedule, at("2026-01-30 12:00"), 5) == []
    assert recurrence.words(schedule) == "Not set up yet"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("8", "08:00"),
        ("8:30", "08:30"),
        (" 8.30 ", "08:30"),
        ("8h30", "08:30"),
        ("8:30 pm", "20:30"),
        ("12 am", "00:00"),
        ("12:15 p.m.", "12:15"),
        ("13 pm", "13 pm"),
        ("24:00", "24:00"),
        ("8:3", "8:3"),
        ("noon", "noon"),
    ],
)
def test_times_are_read_as_people_write_them(typed: str, kept: str) -> None:
    assert recurrence.tidy_time(typed) == kept


ZONES = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]
)
TIMES = st.times().map(lambda one: one.strftime("%H:%M"))
SOME_TIMES = st.lists(TIMES, min_size=1, max_size=4)
SCHEDULES = st.one_of(
    st.fixed_dictionaries(
        {"every": st.just("minutes"), "count": st.integers(1, 720), "timezone": ZONES}
    ),
    st.fixed_dictionaries(
        {
            "every": st.just("hours"),
            "count": st.integers(1, 23),
            "minute": st.integers(0, 59),
            "timezone": ZONES,
        }
    ),
    st.fixed_dictionaries(
        {
            "every": st.sampled_from(["days", "weekdays", "weeks", "months"]),
            "times": SOME_TIMES,
            "days": st.lists(st.sampled_from(list(recurrence.DAYS)), min_size=1),
            "day": st.sampled_from(["1", "29", "31", "last", "third-wed", "last-sun"]),
            "timezone": ZONES,
        }
    ),
    st.fixed_dictionaries(
        {
            "every": st.just("cron"),
            "cron": st.sampled_from(["*/7 * * * *", "30 2 * * *", "0 1-3 * * 0", "5 4 29 2 *"]),
            "timezone": ZONES,
        }
    ),
)
MOMENTS = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001  # the strategy adds the zone
    datetime(2028, 12, 31),  # noqa: DTZ001  # the same
    timezones=st.just(UTC),
)


@given(SCHEDULES, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=2)))
def test_time_only_goes_forward(
    schedule: dict[str, Any], moment: datetime, later: timedelta
) -> None:
    first = recurrence.next_after(schedule, moment)
    assert first is not None
    assert first > moment
    second = recurrence.next_after(schedule, moment + later)
    assert second is not None
    assert second >= first
    # Nothing lies between: asking again just before it gives the same moment.
    assert recurrence.next_after(schedule, first - timedelta(microseconds=1)) == first


@given(SCHEDULES, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=9)))
def test_the_last_one_is_found_from_the_end(
    schedule: dict[str, Any], since: datetime, span: timedelta
) -> None:
    last = recurrence.last_up_to(schedule, since + span, since=since)
    following = recurrence.next_after(schedule, last or since)
    assert following is not None
    assert following > since + span
    assert last is None or since < last <= since + span
