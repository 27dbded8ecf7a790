"""The setting that says when something happens again and again, built from plain words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from app.engine.field import Field, FormData
from app.engine.values import Json
from app.lib import clock, recurrence
from app.lib.recurrence import DAYS, PLACES, Every
from app.lib.time_zones import time_zones

SHOWN_AHEAD = 5
_TIMES_OF_DAY = frozenset({Every.DAYS, Every.WEEKDAYS, Every.WEEKS, Every.MONTHS})


@dataclass(frozen=True, slots=True)
class Preview:
    """A schedule as people read it: its words, its zone, and its next times on a clock there."""

    words: str
    zone: str
    times: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Schedule(Field):
    """A schedule as `app.lib.recurrence` reads it.

    In a posted form the controls are called `<prefix>-every`, `-count`, `-hours`, `-minute`,
    `-times`, `-days-mon` …, `-day`, `-cron` and `-timezone`; only those count that belong to
    what was chosen.
    """

    kind: ClassVar[str] = "schedule"
    templated: ClassVar[bool] = False
    choices: ClassVar[tuple[tuple[str, str], ...]] = (
        (Every.MINUTES.value, "Every so many minutes"),
        (Every.HOURS.value, "Every so many hours"),
        (Every.DAYS.value, "Every day"),
        (Every.WEEKDAYS.value, "Every weekday, Monday to Friday"),
        (Every.WEEKS.value, "On days of the week that you choose"),
        (Every.MONTHS.value, "Once a month"),
        (Every.CRON.value, "As a cron expression says"),
    )
    days: ClassVar[tuple[tuple[str, str], ...]] = tuple(DAYS.items())
    month_days: ClassVar[tuple[tuple[str, tuple[tuple[str, str], ...]], ...]] = (
        (
            "Day of the month",
            (*((str(day), f"Day {day}") for day in range(1, 32)), ("last", "The last day")),
        ),
        (
            "Day of the week",
            tuple(
                (f"{place}-{day}", f"The {words} {name}")
                for place, words in PLACES.items()
                for day, name in DAYS.items()
            ),
        ),
    )

    @property
    def zones(self) -> tuple[str, ...]:
        """The time zones to choose from."""
        return time_zones()

    def initial(self) -> Json:
        """Every day at nine, in the workspace's time zone."""
        return dict(recurrence.EVERY_DAY_AT_NINE)

    def parse_form(self, data: FormData, prefix: str) -> Json:
        """The schedule as typed; times of day are tidied where they can be read."""
        every = data.get(f"{prefix}-every", "")
        typed: dict[str, Json] = {"every": every}
        if every == Every.MINUTES:
            typed["count"] = _whole(data.get(f"{prefix}-count", ""))
        elif every == Every.HOURS:
            typed["count"] = _whole(data.get(f"{prefix}-hours", ""))
            typed["minute"] = _whole(data.get(f"{prefix}-minute", "") or "0")
        elif every == Every.CRON:
            typed["cron"] = " ".join(data.get(f"{prefix}-cron", "").split())
        elif every in _TIMES_OF_DAY:
            typed["times"] = _times(data.get(f"{prefix}-times", ""))
        if every == Every.WEEKS:
            typed["days"] = [day for day in DAYS if data.get(f"{prefix}-days-{day}")]
        if every == Every.MONTHS:
            typed["day"] = data.get(f"{prefix}-day", "")
        return {**typed, "timezone": data.get(f"{prefix}-timezone", "")}

    def check(self, value: Json) -> list[str]:
        """A schedule that names moments."""
        return list(recurrence.problems(value))

    def shown(self, value: Any, name: str, default: str) -> Any:
        """One part of the schedule for its control; the default where it has none."""
        part = value.get(name) if isinstance(value, dict) else None
        return default if part is None else part

    def preview(self, value: Any, timezone: str, now: datetime | None = None) -> Preview:
        """What people see of it; `timezone` is the workspace's, `now` the present by default."""
        zone = recurrence.zone_of(value, timezone)
        moments = recurrence.upcoming(value, now or clock.now(), SHOWN_AHEAD, timezone=timezone)
        times = tuple(recurrence.on_the_clock(one, zone) for one in moments)
        return Preview(recurrence.words(value), zone, times)

    def json_schema(self) -> dict[str, Json]:
        """An object whose parts depend on `every`."""
        texts: Json = {"type": "array", "items": {"type": "string"}}
        return self._described(
            {
                "type": "object",
                "properties": {
                    "every": {"type": "string", "enum": [one.value for one in Every]},
                    "count": {"type": "integer", "minimum": 1},
                    "minute": {"type": "integer", "minimum": 0, "maximum": 59},
                    "times": texts,
                    "days": texts,
                    "day": {"type": "string"},
                    "cron": {"type": "string"},
                    "timezone": {"type": "string"},
                },
                "required": ["every"],
            }
        )


def _whole(typed: str) -> Json:
    typed = typed.strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else typed


def _times(typed: str) -> list[Json]:
    parts = typed.replace(";", ",").replace(" and ", ",").split(",")
    return [recurrence.tidy_time(part) for part in parts if part.strip()]
