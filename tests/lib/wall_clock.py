"""Moments as a clock on the wall shows them."""

from datetime import datetime
from zoneinfo import ZoneInfo


def at(text: str, zone: str = "UTC") -> datetime:
    """A moment from what a clock in the zone shows."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def shown(moments: list[datetime], zone: str = "UTC") -> list[str]:
    """The moments as a clock in the zone shows them."""
    return [one.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M") for one in moments]
