"""When a trigger that goes by the clock is to be looked at next."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.triggers.models import TriggerKind


def first_due(kind: TriggerKind, settings: Mapping[str, Any], now: datetime) -> datetime | None:
    """The first moment from `now` on (aware UTC); None for triggers that wait for a call."""
    return now if kind is TriggerKind.EMAIL else None
