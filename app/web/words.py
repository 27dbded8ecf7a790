"""How times, durations and amounts are written on pages."""

from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask import Flask, g
from flask_login import current_user

from app.lib import clock


def install(app: Flask) -> None:
    """Give templates the filters of this module."""
    app.jinja_env.filters.update(
        time_of_day=time_of_day,
        moment=moment,
        day=day,
        duration=duration,
        ago=ago,
        until=until,
        due_at=due_at,
        plural=plural,
        money=money,
        spent=spent,
    )


def local(at: datetime) -> datetime:
    """The moment in the reader's time zone, or the workspace's, or UTC."""
    return at.astimezone(_zone())


def time_of_day(at: datetime) -> str:
    """`09:18:04`."""
    return local(at).strftime("%H:%M:%S")


def day(at: datetime) -> str:
    """`12 November 2026`."""
    here = local(at)
    return f"{here.day} {here:%B %Y}"


def moment(at: datetime) -> str:
    """`09:18 today`, `yesterday 17:40`, `12 November, 17:40`, with the year when it is not this."""
    zone = _zone()
    here, today = at.astimezone(zone), clock.now().astimezone(zone)
    days = (today.date() - here.date()).days
    if days == 0:
        return f"{here:%H:%M} today"
    if days == 1:
        return f"yesterday {here:%H:%M}"
    year = "" if here.year == today.year else f" {here.year}"
    return f"{here.day} {here:%B}{year}, {here:%H:%M}"


def ago(at: datetime) -> str:
    """`a moment ago`, `4 min ago`, `3 h ago`, `2 days ago`."""
    seconds = (clock.now() - at).total_seconds()
    if seconds < 60:
        return "a moment ago"
    if seconds < 3600:
        return f"{int(seconds // 60)} min ago"
    if seconds < 86_400:
        return f"{int(seconds // 3600)} h ago"
    return plural(int(seconds // 86_400), "day") + " ago"


def until(at: datetime) -> str:
    """`any moment now`, `in 12 min`, `in 9 h`, `in 3 days`."""
    seconds = (at - clock.now()).total_seconds()
    if seconds < 60:
        return "any moment now"
    if seconds < 3600:
        return f"in {int(seconds // 60)} min"
    if seconds < 86_400:
        return f"in {int(seconds // 3600)} h"
    return f"in {plural(int(seconds // 86_400), 'day')}"


def due_at(at: datetime) -> str:
    """A time ahead: `09:30` today, `Wed 07:30` within a week, `24 November, 07:30` later."""
    here, today = local(at), local(clock.now())
    days = (here.date() - today.date()).days
    if days == 0:
        return f"{here:%H:%M}"
    if 0 < days < 7:
        return f"{here:%a %H:%M}"
    year = "" if here.year == today.year else f" {here.year}"
    return f"{here.day} {here:%B}{year}, {here:%H:%M}"


def duration(seconds: float | None) -> str:
    """`0.1 s`, `14 s`, `2 min 06 s`, `1 h 04 min`; empty for None."""
    if seconds is None:
        return ""
    seconds = max(seconds, 0.0)
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def plural(count: int, one: str, many: str = "") -> str:
    """`1 step`, `3 steps`; `many` where adding an s is not enough."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def money(micros: int) -> str:
    """`0.3 cents`, `12 cents`, `$4.20` from millionths of a dollar; `nothing` for 0."""
    if micros == 0:
        return "nothing"
    cents = Decimal(micros) / 10_000
    if cents >= 100:
        return f"${cents / 100:,.2f}"
    places = 0 if cents >= 10 else 1 if cents >= Decimal("0.1") else 2
    shown = f"{cents:.{places}f}"
    if not shown.strip("0."):
        return "less than 0.01 cents"
    return "1 cent" if shown in {"1", "1.0"} else f"{shown.removesuffix('.0')} cents"


def spent(tokens: int, cost: int, unpriced: int) -> str:
    """`1,240 tokens, 0.3 cents`; `unpriced` of the tokens are not in the cost."""
    counted = plural(tokens, "token")
    if unpriced and not cost:
        return f"{counted}, price unknown"
    more = ", and some at an unknown price" if unpriced else ""
    return f"{counted}, {money(cost) if cost else 'free'}{more}"


def reader_zone() -> tzinfo:
    """The zone in which the reader of this page sees and types times."""
    return _zone()


def _zone() -> tzinfo:
    zone: tzinfo | None = g.get("zone")
    if zone is None:  # a list writes dozens of times for the same reader
        zone = g.zone = _reader_zone()
    return zone


def _reader_zone() -> tzinfo:
    if current_user.is_authenticated and current_user.timezone != "UTC":
        return ZoneInfo(current_user.timezone)
    workspace = g.get("workspace")
    return ZoneInfo(workspace.timezone) if workspace is not None else UTC
