"""How deadlines are written, and how the inbox is divided by them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.approvals.inbox import Waiting
from app.engine.words import count
from app.lib import clock
from app.web.words import local

SOON = timedelta(hours=4)
GROUPS = ("Before noon", "Today", "Tomorrow", "Within a week", "Later", "No deadline")


def minute() -> int:
    """The present minute; what is written here is another then."""
    return int(clock.now().timestamp() // 60)


def by_when(due: datetime) -> str:
    """`12:00` today, `tomorrow 12:00`, `Friday 18:00`, `12 November, 18:00`."""
    here, today = local(due), local(clock.now()).date()
    days = (here.date() - today).days
    if days == 0:
        return f"{here:%H:%M}"
    if days == 1:
        return f"tomorrow {here:%H:%M}"
    if 1 < days < 7:
        return f"{here:%A %H:%M}"
    year = "" if here.year == today.year else f" {here.year}"
    return f"{here.day} {here:%B}{year}, {here:%H:%M}"


def left(due: datetime) -> str:
    """`in 12 min`, `in 2 h 36 min`, `in 3 days`; empty when it is over."""
    minutes = int((due - clock.now()).total_seconds() // 60)
    if minutes < 0:
        return ""
    if minutes < 60:
        return f"in {max(minutes, 1)} min"
    if minutes < 48 * 60:
        return f"in {minutes // 60} h {minutes % 60:02d} min"
    return f"in {count(minutes // (24 * 60), 'day')}"


def is_soon(due: datetime | None) -> bool:
    """Whether there are only hours left."""
    return due is not None and due - clock.now() < SOON


def grouped(lines: Sequence[Waiting]) -> list[tuple[str, list[Waiting]]]:
    """The lines under their headings, in the order of GROUPS; headings without lines left out."""
    now = local(clock.now())
    found: dict[str, list[Waiting]] = {heading: [] for heading in GROUPS}
    for line in lines:
        found[_group(line.due, now)].append(line)
    return [(heading, those) for heading, those in found.items() if those]


def _group(due: datetime | None, now: datetime) -> str:
    if due is None:
        return "No deadline"
    here = local(due)
    days = (here.date() - now.date()).days
    if days <= 0:
        is_morning = now.hour < 12 and (here.hour, here.minute) <= (12, 0)
        return "Before noon" if is_morning else "Today"
    if days == 1:
        return "Tomorrow"
    return "Within a week" if days < 7 else "Later"
