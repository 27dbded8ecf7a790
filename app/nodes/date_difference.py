"""The step that says how long it is from one date to another."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.fields import Choice, Field, Value
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given
from app.engine.words import said, strong
from app.lib.date_sums import between, in_words
from app.nodes.change_date import UNITS
from app.nodes.date_steps import ORDER, date_of, days_off_of


class DateDifference(StepType):
    """Says how long it is between two dates.

    The number is negative when the second date is the earlier one, and may have a fraction;
    `whole` is without it, for instance an age in years. Days go by what the clocks show. Working
    days count the days after the first date up to the second, without Saturday, Sunday and the
    days off you name.
    """

    type: ClassVar[str] = "date_difference"
    title: ClassVar[str] = "Time between dates"
    group: ClassVar[str] = "Text and dates"
    icon: ClassVar[str] = "calendar-range"
    fields: ClassVar[Mapping[str, Field]] = {
        "first": Value(label="From", required=True),
        "second": Value(label="To", required=True, default="{{ now }}"),
        "unit": Choice(label="In", options=(*UNITS, ("seconds", "Seconds"))),
        "days_off": Value(
            label="Days off",
            hint="For working days: a list of dates, or dates with commas.",
            only_if=("unit", frozenset({"working_days"})),
        ),
        "order": ORDER,
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "value": "the number, with a fraction if there is one",
        "whole": "the number without its fraction",
        "words": "the time in words, such as 2 days 3 hours",
        "is_past": "true when the second date is the earlier one",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """The time between, as a number and in words."""
        first = date_of(given["first"], "From", ports, order=given["order"])
        second = date_of(given["second"], "To", ports, order=given["order"])
        off = days_off_of(given, ports)
        number = between(first, second, given["unit"], zone=ports.timezone, days_off=off)
        words = in_words(first, second, zone=ports.timezone)
        return Output(
            {"value": number, "whole": int(number), "words": words, "is_past": number < 0}
        )

    def tell(self, given: Given, output: Given) -> str:
        """The number with its unit."""
        unit = dict(UNITS).get(given["unit"], "Seconds").partition(" (")[0].lower()
        return said("Found ", strong(output["value"]), f" {unit} between the dates")
