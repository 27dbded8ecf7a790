"""When a trigger that goes by the clock is to be looked at next."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.lib import recurrence
from app.triggers.models import TriggerKind


def first_due(
    kind: TriggerKind, settings: Mapping[str, Any], now: datetime, *, timezone: str
) -> datetime | None:
    """The first moment after `now` (aware UTC); None for triggers that wait for a call.

    `timezone` is the workspace's, for schedules that name none of their own.
    """
    if kind is TriggerKind.SCHEDULE:
        return recurrence.next_after(settings.get("schedule"), now, timezone=timezone)
    return now if kind is TriggerKind.EMAIL else None
