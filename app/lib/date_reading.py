"""Dates as people and programs write them, read into a day or a moment."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

# A day without a time is a date; a moment is an aware datetime in the zone that was asked for.
Day: TypeAlias = date
Order: TypeAlias = Literal["dmy", "mdy"]

MAX_CHARS = 100
_MONTHS: Mapping[str, int] = {
    **{
        name[:length]: number
        for number, names in enumerate(
            (
                *("january januar", "february februar", "march märz", "april", "may mai"),
                *("june juni", "july juli", "august", "september", "october oktober"),
                *("november", "december dezember"),
            ),
            start=1,
        )
        for name in names.split()
        for length in (3, len(name))
    },
    "sept": 9,
    "mrz": 3,
}
_WEEKDAY = re.compile(
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun|montag|dienstag|mittwoch|donnerstag"
    r"|freitag|samstag|sonntag|mo|di|mi|do|fr|sa|so)(?:day)?\.?,?\s+"
)
_DIGITS = re.compile(r"(\d{1,4})([./-])\s?(\d{1,2})\2\s?(\d{2,4})(?![\d.:])")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?([^\W\d]{3,9})\.?,?\s+(\d{4})\b")
_MONTH_DAY = re.compile(r"([^\W\d]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b")
_TIME = re.compile(
    r"(?:[\s,]|at|um)*(\d{1,2})(?::(\d\d))?(?::(\d\d)(?:[.,]\d{1,9})?)?\s*(am|pm|uhr)?"
    r"\s*(z|utc|gmt|[+-]\d\d:?\d\d)?\Z"
)
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z|\d{8}\Z|\d{4}-w\d\d-\d\Z")
_ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[t ]\d\d:\d\d")
_MILLISECONDS_FROM = 100_000_000_000


class DateRefused(ValueError):
    """Something is no date, or leads to none; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def read(value: Any, *, zone: ZoneInfo, now: datetime, order: Order = "dmy") -> date:
    """The day or moment that a text, or a number of seconds since 1970, stands for.

    `order` decides about 3/4/2026; with dots the day always comes first. A moment without a zone
    is one of `zone`. Raises DateRefused.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_seconds(value, zone)
    text = value.strip() if isinstance(value, str) else ""
    if not text or len(text) > MAX_CHARS:
        raise DateRefused(_unreadable(value))
    low = text.lower()
    if low.isdecimal() and len(low) in (10, 13):
        return _from_seconds(int(low), zone)
    try:
        found = _relative(low, now.astimezone(zone)) or _iso(low, zone)
        return found or _written(low, zone, order, text)
    except DateRefused:
        raise
    except (ValueError, OverflowError):
        raise DateRefused(f"“{text}” is not a date that exists.") from None


def moment(value: date, zone: ZoneInfo) -> datetime:
    """A day's first moment in the zone, a moment as that zone's clocks show it."""
    if isinstance(value, datetime):
        return value.astimezone(zone)
    return at_wall(datetime(value.year, value.month, value.day), zone)  # noqa: DTZ001  # a wall clock


def at_wall(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment when the clocks of the zone show `wall`.

    A time that the spring change leaves out is moved on by that hour, one that comes twice in
    autumn is the first of the two.
    """
    return wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)


def text_of(value: date) -> str:
    """As ISO 8601: `2026-12-24`, or `2026-12-24T18:00:00+01:00`."""
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()


def _from_seconds(number: float, zone: ZoneInfo) -> datetime:
    seconds = number / 1000 if abs(number) >= _MILLISECONDS_FROM else number
    try:
        return datetime.fromtimestamp(seconds, UTC).astimezone(zone)
    except (ValueError, OverflowError, OSError):
        raise DateRefused(f"“{str(number)[:40]}” is not a date that exists.") from None


def _relative(text: str, now: datetime) -> date | None:
    if text == "now":
        return now.replace(microsecond=0)
    days = {"today": 0, "tomorrow": 1, "yesterday": -1}.get(text)
    return None if days is None else now.date() + timedelta(days)


def _iso(text: str, zone: ZoneInfo) -> date | None:
    if _ISO_DAY.match(text):
        return date.fromisoformat(text.upper())
    if _ISO_MOMENT.match(text):
        found = datetime.fromisoformat(text.upper())
        found = at_wall(found, zone) if found.tzinfo is None else found.astimezone(zone)
        return found.replace(microsecond=0)
    return None


def _written(text: str, zone: ZoneInfo, order: Order, shown: str) -> date:
    weekday = _WEEKDAY.match(text)
    rest = text[weekday.end() :] if weekday else text
    if digits := _DIGITS.match(rest):
        day, end = _by_order(digits, order), digits.end()
    elif named := _DAY_MONTH.match(rest):
        day, end = date(int(named[3]), _month(named[2], shown), int(named[1])), named.end()
    elif named := _MONTH_DAY.match(rest):
        day, end = date(int(named[3]), _month(named[1], shown), int(named[2])), named.end()
    else:
        raise DateRefused(_unreadable(shown))
    behind = rest[end:]
    return day if not behind.strip() else _with_time(day, behind, zone, shown)


def _by_order(found: re.Match[str], order: Order) -> date:
    first, mark, second, third = int(found[1]), found[2], int(found[3]), int(found[4])
    if len(found[1]) == 4:
        return date(first, second, third)
    year = third if len(found[4]) == 4 else third + (1900 if third > 68 else 2000)
    if mark != "." and order == "mdy":
        return date(year, first, second)
    return date(year, second, first)


def _month(name: str, shown: str) -> int:
    if name not in _MONTHS:
        raise DateRefused(_unreadable(shown))
    return _MONTHS[name]


def _with_time(day: date, text: str, zone: ZoneInfo, shown: str) -> datetime:
    found = _TIME.match(text)
    if found is None or (found[2] is None and found[4] is None):
        raise DateRefused(_unreadable(shown))
    hour = int(found[1])
    if found[4] in ("am", "pm"):
        if not 1 <= hour <= 12:
            raise DateRefused(f"“{shown}” is not a date that exists.")
        hour = hour % 12 + (12 if found[4] == "pm" else 0)
    wall = datetime(day.year, day.month, day.day, hour, int(found[2] or 0), int(found[3] or 0))  # noqa: DTZ001  # a wall clock
    if not found[5]:
        return at_wall(wall, zone)
    offset = "+00:00" if found[5][0] in "zug" else found[5]
    return datetime.fromisoformat(f"{wall.isoformat()}{offset}").astimezone(zone)


def _unreadable(value: Any) -> str:
    if value is None or value == "":
        return "There is no date: the value is empty."
    text = str(value)
    shown = text if len(text) <= 60 else text[:59] + "…"
    return (
        f"“{shown}” cannot be read as a date. Write it like 2026-12-24, 24.12.2026 or "
        "24 December 2026 18:30."
    )
