"""Reckoning with days and moments as people do: months end where they end, clocks may change."""

import calendar
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.lib.date_reading import DateRefused, at_wall, moment

SECONDS: Mapping[str, int] = {"seconds": 1, "minutes": 60, "hours": 3_600}
DAYS: Mapping[str, int] = {"days": 1, "weeks": 7}
MONTHS: Mapping[str, int] = {"months": 1, "quarters": 3, "years": 12}
WORKING_DAYS = "working_days"
MAX_WORKING_DAYS = 20_000
_SATURDAY = 5


def add(
    value: date, amount: float, unit: str, *, zone: ZoneInfo, days_off: Collection[date] = ()
) -> date:
    """The day or moment that is `amount` later, or earlier if it is negative.

    Hours and less are counted on a stopwatch; from days on the clock shows the same time, and a
    month that is too short gives its last day. Raises DateRefused.
    """
    try:
        if unit in SECONDS:
            later = _utc(value, zone) + timedelta(seconds=amount * SECONDS[unit])
            return later.astimezone(zone)
        whole = _whole(amount, unit)
        if unit in DAYS:
            return _moved(value, lambda day: day + timedelta(whole * DAYS[unit]), zone)
        if unit in MONTHS:
            return _moved(value, lambda day: _months_on(day, whole * MONTHS[unit]), zone)
        return _moved(value, lambda day: _working_days_on(day, whole, days_off), zone)
    except (OverflowError, ValueError) as error:
        if isinstance(error, DateRefused):
            raise
        raise DateRefused("That leads to a date that cannot be written down.") from None


def edge(value: date, unit: str, *, is_end: bool, zone: ZoneInfo) -> date:
    """The first or last of the day, week (Monday to Sunday), month, quarter, year, hour or
    quarter of an hour. A day gives a day, a moment the first or last second."""
    if unit in ("hour", "quarter_hour"):
        at = moment(value, zone)
        minute = 0 if unit == "hour" else at.minute // 15 * 15
        start = _utc(at, zone) - timedelta(minutes=at.minute - minute, seconds=at.second)
        length = timedelta(minutes=60 if unit == "hour" else 15, seconds=-1)
        return (start + length if is_end else start).astimezone(zone)
    local = value.astimezone(zone) if isinstance(value, datetime) else value
    first, last = _span(date(local.year, local.month, local.day), unit)
    day = last if is_end else first
    if not isinstance(value, datetime):
        return day
    clock = (23, 59, 59) if is_end else (0, 0, 0)
    return at_wall(datetime(day.year, day.month, day.day, *clock), zone)  # noqa: DTZ001  # a wall clock


def between(
    first: date, second: date, unit: str, *, zone: ZoneInfo, days_off: Collection[date] = ()
) -> float:
    """How many units lie between the two; negative when the second is earlier.

    Days and weeks go by what clocks show: from noon to noon is one day, also when they change.
    """
    if unit in SECONDS:
        seconds = (_utc(second, zone) - _utc(first, zone)).total_seconds()
        return _rounded(seconds / SECONDS[unit])
    if unit == WORKING_DAYS:
        return _working_days_between(_day(first, zone), _day(second, zone), days_off)
    start, end = (moment(one, zone).replace(tzinfo=None) for one in (first, second))
    if unit in DAYS:
        return _rounded((end - start) / timedelta(days=DAYS[unit]))
    return _rounded(_months_between(start, end) / MONTHS[unit])


def in_words(first: date, second: date, *, zone: ZoneInfo) -> str:
    """`2 days 3 hours`: the two largest parts of the time between."""
    seconds = abs(int((_utc(second, zone) - _utc(first, zone)).total_seconds()))
    if not isinstance(first, datetime) and not isinstance(second, datetime):
        days = abs((second - first).days)
        return f"{days:,} day{'' if days == 1 else 's'}"
    parts = []
    for word, length in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        number, seconds = divmod(seconds, length)
        if number:
            parts.append(f"{number:,} {word}{'' if number == 1 else 's'}")
    return " ".join(parts[:2]) or "no time"


def _utc(value: date, zone: ZoneInfo) -> datetime:
    """For sums: two moments of one zone are otherwise subtracted by what their clocks show."""
    return moment(value, zone).astimezone(UTC)


def _moved(value: date, move: Callable[[date], date], zone: ZoneInfo) -> date:
    """A day moved, or a moment moved to the same time of another day."""
    if not isinstance(value, datetime):
        return move(value)
    local = value.astimezone(zone)
    day = move(local.date())
    return at_wall(datetime.combine(day, local.time()), zone)


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _working_days_on(day: date, number: int, days_off: Collection[date]) -> date:
    if abs(number) > MAX_WORKING_DAYS:
        raise DateRefused(f"At most {MAX_WORKING_DAYS:,} working days can be counted.")
    step = timedelta(1 if number > 0 else -1)
    left = abs(number)
    while left:
        day += step
        left -= _is_working(day, days_off)
    return day


def _working_days_between(first: date, second: date, days_off: Collection[date]) -> int:
    """The days after the first up to the second that are worked on."""
    low, high = min(first, second), max(first, second)
    weeks, rest = divmod((high - low).days, 7)
    found = weeks * 5
    if first <= second:
        counted = [high - timedelta(number) for number in range(rest)]
    else:
        counted = [low + timedelta(number) for number in range(rest)]
    found += sum(one.weekday() < _SATURDAY for one in counted)
    off = {one for one in days_off if one.weekday() < _SATURDAY}
    found -= sum(low < one <= high if first <= second else low <= one < high for one in off)
    return found if first <= second else -found


def _is_working(day: date, days_off: Collection[date]) -> bool:
    return day.weekday() < _SATURDAY and day not in days_off


def _months_between(start: datetime, end: datetime) -> Decimal:
    """Whole months, and of the last one its share of days."""
    sign = 1 if start <= end else -1
    low, high = min(start, end), max(start, end)
    whole = (high.year - low.year) * 12 + high.month - low.month
    reached = datetime.combine(_months_on(low.date(), whole), low.time())
    if reached > high:
        whole -= 1
        reached = datetime.combine(_months_on(low.date(), whole), low.time())
    following = datetime.combine(_months_on(low.date(), whole + 1), low.time())
    share = Decimal((high - reached).total_seconds()) / Decimal(
        (following - reached).total_seconds()
    )
    return sign * (whole + share)


def _span(day: date, unit: str) -> tuple[date, date]:
    if unit == "day":
        return day, day
    if unit == "week":
        monday = day - timedelta(day.weekday())
        return monday, monday + timedelta(6)
    length = {"month": 1, "quarter": 3, "year": 12}[unit]
    first = date(day.year, (day.month - 1) // length * length + 1, 1)
    last_month = first.month + length - 1
    return first, date(day.year, last_month, calendar.monthrange(day.year, last_month)[1])


def _day(value: date, zone: ZoneInfo) -> date:
    return value.astimezone(zone).date() if isinstance(value, datetime) else value


def _whole(amount: float, unit: str) -> int:
    if amount != int(amount):
        words = unit.replace("_", " ")
        raise DateRefused(f"{amount:g} {words} cannot be added: use whole {words}.")
    return int(amount)


def _rounded(number: float | Decimal) -> float:
    found = round(float(number), 6)
    return int(found) if found == int(found) else found
