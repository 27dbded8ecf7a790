"""The step that reads a date and tells all about it."""

import calendar
from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar

from app.engine.fields import Field, Value
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import said, strong
from app.lib.date_reading import moment, text_of
from app.nodes.date_steps import ORDER, date_of


class ReadDate(StepType):
    """Reads a date and gives its parts.

    Its day, month, weekday, week and more. It knows `2026-12-24`, `24.12.2026`, `12/24/2026`,
    `24 December 2026`, `Dec 24, 2026`, dates of mails, seconds since 1970, and `now`,
    `today`, `tomorrow`, `yesterday`, each also with a time such as `18:30` or `6:30 pm`. A
    time without a zone is one of the workspace's time zone. Later date steps take what it
    gives as `date`.
    """

    type: ClassVar[str] = "read_date"
    title: ClassVar[str] = "Read date"
    group: ClassVar[str] = "Text and dates"
    icon: ClassVar[str] = "calendar-search"
    fields: ClassVar[Mapping[str, Field]] = {
        "date": Value(label="Date", required=True, default="{{ now }}"),
        "order": ORDER,
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "date": "the date in one form: 2026-12-24, or with a time 2026-12-24T18:30:00+01:00",
        "day": "the day of the month",
        "month": "the month, 1 to 12",
        "year": "the year",
        "hour": "the hour, 0 to 23",
        "minute": "the minute",
        "weekday": "Monday to Sunday",
        "weekday_number": "1 for Monday to 7 for Sunday",
        "is_weekend": "true on Saturday and Sunday",
        "week": "the number of the week",
        "month_end": "the last day of the month",
        "seconds": "seconds since 1970, for other programs",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """The date and its parts."""
        found = date_of(given["date"], "Date", ports, order=given["order"])
        at = moment(found, ports.timezone)
        last = calendar.monthrange(found.year, found.month)[1]
        value: dict[str, Json] = {
            "date": text_of(found),
            "day": found.day,
            "month": found.month,
            "year": found.year,
            "hour": found.hour if isinstance(found, datetime) else 0,
            "minute": found.minute if isinstance(found, datetime) else 0,
            "weekday": calendar.day_name[found.weekday()],
            "weekday_number": found.isoweekday(),
            "is_weekend": found.isoweekday() > 5,
            "week": found.isocalendar().week,
            "month_end": date(found.year, found.month, last).isoformat(),
            "seconds": int(at.timestamp()),
        }
        return Output(value)

    def tell(self, given: Given, output: Given) -> str:
        """Which day."""
        return said("Read the date ", strong(output["date"]), f", a {output['weekday']}")
