"""Reads a schedule from plain JSON, and says in sentences what is wrong with it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

MAX_TIMES = 24
MAX_CRON_CHARS = 120
MOST_MINUTES = 720
MOST_HOURS = 23
CRON_PARTS = 5
DAYS: Mapping[str, str] = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
PLACES: Mapping[str, str] = {
    "first": "first",
    "second": "second",
    "third": "third",
    "fourth": "fourth",
    "last": "last",
}
EVERY_DAY_AT_NINE: Mapping[str, Any] = {"every": "days", "times": ["09:00"], "timezone": ""}
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2})?)?\s*([ap])?\.?m?\.?", re.ASCII | re.IGNORECASE)
_PLACE = re.compile(f"({'|'.join(PLACES)})-({'|'.join(DAYS)})")


class Every(StrEnum):
    """What a schedule goes by."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKDAYS = "weekdays"
    WEEKS = "weeks"
    MONTHS = "months"
    CRON = "cron"


HAS_TIMES = frozenset({Every.DAYS, Every.WEEKDAYS, Every.WEEKS, Every.MONTHS})


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule that is right. `days` count from Monday as 0; `times` are in order."""

    every: Every
    zone: ZoneInfo
    count: int = 1
    minute: int = 0
    days: tuple[int, ...] = ()
    day: str = "1"
    times: tuple[time, ...] = ()
    cron: str = ""


class ScheduleRefused(ValueError):
    """A schedule that names no moments; `sentences` say why."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


def read(schedule: Any, timezone: str = "UTC") -> Schedule:
    """The schedule, in `timezone` when it names none. Raises ScheduleRefused."""
    wrong = tuple(problems(schedule))
    if wrong:
        raise ScheduleRefused(wrong)
    every = Every(schedule["every"])
    return Schedule(
        every=every,
        zone=ZoneInfo(schedule.get("timezone") or timezone),
        count=schedule.get("count", 1),
        minute=schedule.get("minute", 0),
        days=tuple(list(DAYS).index(day) for day in schedule.get("days", ())),
        day=str(schedule.get("day", "1")),
        times=tuple(sorted({time.fromisoformat(one) for one in schedule.get("times", ())})),
        cron=schedule.get("cron", ""),
    )


def problems(schedule: Any) -> Iterator[str]:
    """What is wrong with a schedule, in sentences a person can act on."""
    if not isinstance(schedule, dict) or schedule.get("every") not in set(Every):
        yield "Choose how often it happens."
        return
    every = Every(schedule["every"])
    if every in HAS_TIMES:
        yield from _about_times(schedule.get("times"))
    if every is Every.MINUTES:
        yield from _about_number(schedule.get("count", 1), "Minutes", 1, MOST_MINUTES)
    if every is Every.HOURS:
        yield from _about_number(schedule.get("count", 1), "Hours", 1, MOST_HOURS)
        yield from _about_number(schedule.get("minute", 0), "The minute of the hour", 0, 59)
    if every is Every.WEEKS and not _are_days(schedule.get("days")):
        yield "Choose at least one day of the week."
    if every is Every.MONTHS and not is_month_day(schedule.get("day")):
        yield "Choose a day of the month."
    if every is Every.CRON:
        yield from _about_cron(schedule.get("cron"))
    if not _is_zone(schedule.get("timezone", "")):
        yield "Choose a time zone from the list."


def tidy_time(typed: str) -> str:
    """`8:30`, `8.30`, `8h30`, `8` and `8:30 pm` as `HH:MM`; anything else as it was typed."""
    found = _TIME.fullmatch(typed.strip())
    if not found:
        return typed.strip()
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif half:
        return typed.strip()
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else typed.strip()


def is_month_day(day: object) -> bool:
    """Whether a month has such a day: "31", "last", "first-mon"."""
    if not isinstance(day, str):
        return False
    is_number = day.isascii() and day.isdigit() and len(day) <= 2 and 1 <= int(day) <= 31
    return is_number or day == "last" or _PLACE.fullmatch(day) is not None


def _about_times(times: object) -> Iterator[str]:
    if not isinstance(times, list) or not times:
        yield "Say at what time of day, such as 8:30."
        return
    if len(times) > MAX_TIMES:
        yield f"Use {MAX_TIMES} times of day at most, or choose “every so many hours”."
    for one in times[:MAX_TIMES]:
        if not _is_time(one):
            yield f"“{str(one)[:20]}” is not a time of day. Write it as 8:30 or 17:00."


def _about_number(value: object, name: str, least: int, most: int) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        yield f"{name}: use a whole number from {least} to {most}."


def _about_cron(expression: object) -> Iterator[str]:
    if not isinstance(expression, str) or not expression.strip():
        yield "Write a cron expression, such as 30 8 * * 1-5."
        return
    if len(expression) > MAX_CRON_CHARS or len(expression.split()) != CRON_PARTS:
        yield "A cron expression has five parts: minute, hour, day, month and day of the week."
        return
    try:
        never = next(CronSim(expression, datetime(2024, 1, 1)), None) is None  # noqa: DTZ001  # wall clock
    except (CronSimError, ValueError) as error:
        part = str(error).removeprefix("Bad ").replace("-", " ")
        yield f"This cron expression cannot be read: look at the {part}."
        return
    if never:
        yield "This cron expression names no moment that ever comes."


def _are_days(days: object) -> bool:
    return isinstance(days, list) and bool(days) and all(day in DAYS for day in days)


def _is_time(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value) is not None


def _is_zone(name: object) -> bool:
    if not isinstance(name, str):
        return False
    try:
        return name == "" or ZoneInfo(name).key == name
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return False
