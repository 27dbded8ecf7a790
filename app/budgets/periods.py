"""Days and months of a workspace: when a budget began, and when it begins anew."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.budgets.models import Period


def begun(period: Period, day: date) -> date:
    """The first day of the period that this day is in."""
    return day if period is Period.DAY else day.replace(day=1)


def next_begin(period: Period, first: date, timezone: str) -> datetime:
    """The moment at which the period after the one of `first` begins, in the time zone."""
    if period is Period.DAY:
        following = first + timedelta(days=1)
    else:
        following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    return datetime.combine(following, time(), tzinfo=ZoneInfo(timezone))
