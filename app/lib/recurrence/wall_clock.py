"""What a clock on the wall shows when a schedule comes due; no time zone is known here."""

import calendar
from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from cronsim import CronSim

from app.lib.recurrence.reading import DAYS, HAS_TIMES, PLACES, Every, Schedule

DAYS_TO_LOOK = 366
_ONE_DAY = timedelta(days=1)
_FRIDAY = 4
_HOURS_A_DAY = 24


def wall_times(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    """Naive local times later than `after`, in order; they may lie where the clock jumps."""
    if schedule.every is Every.CRON:
        return iter(CronSim(schedule.cron, after))
    return _from_days(schedule, after)


def goes_round_the_clock(schedule: Schedule) -> bool:
    """Whether it comes at least every hour, so that people expect a rhythm, not times of day."""
    if schedule.every is Every.MINUTES:
        return schedule.count <= 60
    if schedule.every is Every.HOURS:
        return schedule.count == 1
    if schedule.every is Every.CRON:
        hours = CronSim(schedule.cron, datetime(2024, 1, 1)).hours  # noqa: DTZ001  # wall clock
        return len(hours) == _HOURS_A_DAY
    return False


def _from_days(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    times = _times_of_day(schedule)
    day = after.date()
    for number in range(DAYS_TO_LOOK):
        if _is_on(schedule, day):
            start = bisect_right(times, after.time()) if number == 0 else 0
            for one in times[start:]:
                yield datetime.combine(day, one)
        day += _ONE_DAY


@lru_cache(maxsize=256)
def _times_of_day(schedule: Schedule) -> tuple[time, ...]:
    if schedule.every in HAS_TIMES:
        return schedule.times
    if schedule.every is Every.HOURS:
        return tuple(time(hour, schedule.minute) for hour in range(0, 24, schedule.count))
    return tuple(time(*divmod(minute, 60)) for minute in range(0, 24 * 60, schedule.count))


def _is_on(schedule: Schedule, day: date) -> bool:
    if schedule.every is Every.WEEKDAYS:
        return day.weekday() <= _FRIDAY
    if schedule.every is Every.WEEKS:
        return day.weekday() in schedule.days
    if schedule.every is Every.MONTHS:
        return day.day == _day_of_month(schedule.day, day)
    return True


def _day_of_month(wanted: str, month: date) -> int:
    """Which day of this month it is; months that are too short give their last."""
    first_weekday, last = calendar.monthrange(month.year, month.month)
    if wanted == "last":
        return last
    if wanted.isdigit():
        return min(int(wanted), last)
    place, _, name = wanted.partition("-")
    weekday = list(DAYS).index(name)
    if place == "last":
        return last - (first_weekday + last - 1 - weekday) % 7
    return 1 + (weekday - first_weekday) % 7 + 7 * list(PLACES).index(place)
