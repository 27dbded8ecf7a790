"""What the steps for dates share."""

from datetime import date, datetime
from typing import Any

from app.engine.errors import StepFailed
from app.engine.fields import Choice
from app.engine.ports import Ports
from app.engine.values import Given
from app.lib.date_reading import DateRefused, Order, read
from app.lib.date_sums import WORKING_DAYS
from app.nodes.list_items import list_of

ORDER = Choice(
    label="A date such as 3/4/2026 is",
    options=(("dmy", "3 April (day first)"), ("mdy", "March 4 (month first)")),
)
MAX_DAYS_OFF = 1_000


def date_of(value: Any, label: str, ports: Ports, *, order: Order = "dmy") -> date:
    """The day or moment in a setting, in the workspace's time zone; raises StepFailed."""
    try:
        return read(value, zone=ports.timezone, now=ports.clock(), order=order)
    except DateRefused as refused:
        raise StepFailed(f"“{label}”: {refused.sentence}", can_retry=False) from None


def days_off_of(given: Given, ports: Ports) -> frozenset[date]:
    """The days off that count for the chosen unit: a list, or a text with commas or lines."""
    value = given["days_off"] if given["unit"] == WORKING_DAYS else None
    if isinstance(value, str) and not value.lstrip().startswith("["):
        value = [line for line in value.replace(",", "\n").splitlines() if line.strip()]
    items = list_of(value or None, "Days off")
    if len(items) > MAX_DAYS_OFF:
        raise StepFailed(f"“Days off” can have {MAX_DAYS_OFF:,} days at most.", can_retry=False)
    found = [date_of(one, "Days off", ports) for one in items]
    return frozenset(one.date() if isinstance(one, datetime) else one for one in found)
