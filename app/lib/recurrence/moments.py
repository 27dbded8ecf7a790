"""From what the clock on the wall shows to moments, also on days when the clock is changed.

A time that does not exist, because the clock jumps over it, is the first moment after the jump.
One that exists twice is its first. Schedules that come at least every hour keep their rhythm
instead: they come in both of the hours that look alike, and nothing is made up for the hour that
was jumped over.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.lib.recurrence.reading import Schedule, ScheduleRefused, read
from app.lib.recurrence.wall_clock import goes_round_the_clock, wall_times

_NEAR = timedelta(hours=26)  # a change of the clock further away than this plays no part
_SECOND = timedelta(seconds=1)


def next_after(schedule: Any, moment: datetime, *, timezone: str = "UTC") -> datetime | None:
    """The first time (aware UTC) later than `moment`; None when the schedule is not right.

    `timezone` is the one to use when the schedule names none.
    """
    try:
        return _next(read(schedule, timezone), moment.astimezone(UTC))
    except ScheduleRefused:
        return None


def upcoming(
    schedule: Any, moment: datetime, count: int, *, timezone: str = "UTC"
) -> list[datetime]:
    """The next `count` times later than `moment`."""
    try:
        known = read(schedule, timezone)
    except ScheduleRefused:
        return []
    times: list[datetime] = []
    found = _next(known, moment.astimezone(UTC))
    while found is not None and len(times) < count:
        times.append(found)
        found = _next(known, found)
    return times


def last_up_to(
    schedule: Any, moment: datetime, *, since: datetime, timezone: str = "UTC"
) -> datetime | None:
    """The latest time in (`since`, `moment`], found from the end of that span."""
    try:
        known = read(schedule, timezone)
    except ScheduleRefused:
        return None
    moment, span = moment.astimezone(UTC), timedelta(minutes=2)
    while True:
        start = max(since.astimezone(UTC), moment - span)
        found = _next(known, start)
        if found is not None and found <= moment:
            return _last(known, found, moment)
        if start <= since:
            return None
        span *= 2


def _last(schedule: Schedule, found: datetime, moment: datetime) -> datetime:
    later = _next(schedule, found)
    while later is not None and later <= moment:
        found, later = later, _next(schedule, later)
    return found


def _next(schedule: Schedule, moment: datetime) -> datetime | None:
    """The earliest of the moments that the wall clock's times stand for."""
    zone = schedule.zone
    wall = moment.astimezone(zone).replace(tzinfo=None, fold=0)
    keeps_rhythm = goes_round_the_clock(schedule)
    found = _first_times(schedule, wall, moment, keeps_rhythm)
    if not keeps_rhythm or _offset(moment - _NEAR, zone) == _offset(moment + _NEAR, zone):
        return found
    again = _second_times(schedule, wall, moment)
    return min((one for one in (found, again) if one is not None), default=None)


def _first_times(
    schedule: Schedule, wall: datetime, moment: datetime, keeps_rhythm: bool
) -> datetime | None:
    for one in wall_times(schedule, wall):
        if _exists(one, schedule.zone):
            at = one.replace(tzinfo=schedule.zone).astimezone(UTC)
        elif keeps_rhythm:
            continue
        else:
            at = _after_jump(one, schedule.zone)
        if at > moment:
            return at
    return None


def _second_times(schedule: Schedule, wall: datetime, moment: datetime) -> datetime | None:
    for one in _until(wall_times(schedule, wall - _NEAR), wall + _NEAR):
        first = one.replace(tzinfo=schedule.zone).astimezone(UTC)
        second = one.replace(tzinfo=schedule.zone, fold=1).astimezone(UTC)
        if second > first and second > moment:
            return second
    return None


def _until(walls: Iterator[datetime], last: datetime) -> Iterator[datetime]:
    for wall in walls:
        if wall > last:
            return
        yield wall


def _exists(wall: datetime, zone: ZoneInfo) -> bool:
    there_and_back = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return there_and_back.replace(tzinfo=None, fold=0) == wall


def _after_jump(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment of the jump over `wall` (PEP 495: the two folds lie on either side of it)."""
    later = wall.replace(tzinfo=zone).astimezone(UTC)
    earlier = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    before = _offset(earlier, zone)
    while later - earlier > _SECOND:
        middle = earlier + (later - earlier) / 2
        if _offset(middle, zone) == before:
            earlier = middle
        else:
            later = middle
    return later.replace(microsecond=0)


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta | None:
    return moment.astimezone(zone).utcoffset()
