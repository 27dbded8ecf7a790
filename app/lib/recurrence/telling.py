"""A schedule in plain words: "Every weekday at 8:30"."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from cronsim import CronSim

from app.lib.recurrence.reading import DAYS, Every, Schedule, ScheduleRefused, read

NOT_SET = "Not set up yet"


def words(schedule: Any) -> str:
    """What the schedule says, without its time zone."""
    try:
        return _told(read(schedule))
    except ScheduleRefused:
        return NOT_SET


def zone_of(schedule: Any, timezone: str) -> str:
    """The IANA name of the zone that the schedule goes by."""
    named = schedule.get("timezone") if isinstance(schedule, dict) else None
    return str(named or timezone)


def in_zone(moment: datetime, zone: str) -> str:
    """`2026-11-23T08:30:00+01:00`: ISO 8601 with the zone's own offset."""
    return moment.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")


def on_the_clock(moment: datetime, zone: str) -> str:
    """`Mon 23 November 2026, 8:30`, as a clock in the zone shows it."""
    there = moment.astimezone(ZoneInfo(zone))
    return f"{there:%a} {there.day} {there:%B} {there.year}, {there.hour}:{there:%M}"


def _told(schedule: Schedule) -> str:
    at = _at(schedule.times)
    match schedule.every:
        case Every.MINUTES:
            return _every(schedule.count, "minute")
        case Every.HOURS:
            past = f", {schedule.minute} past the hour" if schedule.minute else ", on the hour"
            return _every(schedule.count, "hour") + past
        case Every.DAYS:
            return f"Every day {at}"
        case Every.WEEKDAYS:
            return f"Every weekday {at}"
        case Every.WEEKS:
            names = [name for number, name in enumerate(DAYS.values()) if number in schedule.days]
            return f"Every {_listed(names)} {at}"
        case Every.MONTHS:
            return f"{_day_of_month(schedule.day)} {at}"
        case Every.CRON:
            return CronSim(schedule.cron, datetime(2024, 1, 1)).explain()  # noqa: DTZ001  # wall clock


def _every(count: int, unit: str) -> str:
    return f"Every {unit}" if count == 1 else f"Every {count} {unit}s"


def _day_of_month(day: str) -> str:
    if day == "last":
        return "On the last day of every month"
    if not day.isdigit():
        place, _, name = day.partition("-")
        return f"On the {place} {DAYS[name]} of every month"
    shorter = " (or the last, where it is shorter)" if int(day) > 28 else ""
    return f"On day {int(day)} of every month{shorter}"


def _at(times: Sequence[time]) -> str:
    return "at " + _listed([f"{one.hour}:{one.minute:02d}" for one in times])


def _listed(words_: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words_[:-1]), words_[-1]))) if words_ else ""
