"""Schedules: plain JSON in, the moments they name out, right across changes of the clock.

A schedule is `{"every", …, "timezone"}`:

- `minutes` with `count`; `hours` with `count` and `minute`: counted from midnight
- `days`, `weekdays` (Monday to Friday), `weeks` with `days` ("mon" … "sun"), `months` with `day`
  ("1" … "31", "last", "first-mon" … "last-sun"): each with `times`, a list of "HH:MM"
- `cron` with `cron`, five parts

An empty `timezone` stands for the one that callers give.
"""

from app.lib.recurrence.moments import last_up_to, next_after, upcoming
from app.lib.recurrence.reading import (
    DAYS,
    EVERY_DAY_AT_NINE,
    PLACES,
    Every,
    problems,
    tidy_time,
)
from app.lib.recurrence.telling import in_zone, on_the_clock, words, zone_of

__all__ = [
    "DAYS",
    "EVERY_DAY_AT_NINE",
    "PLACES",
    "Every",
    "in_zone",
    "last_up_to",
    "next_after",
    "on_the_clock",
    "problems",
    "tidy_time",
    "upcoming",
    "words",
    "zone_of",
]
