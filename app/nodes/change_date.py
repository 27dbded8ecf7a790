"""The step that reckons from a date to another."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.errors import StepFailed
from app.engine.fields import Choice, Field, Number, Value
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given
from app.engine.words import said, strong
from app.lib.date_reading import DateRefused, text_of
from app.lib.date_sums import add, edge
from app.nodes.date_steps import ORDER, date_of, days_off_of

UNITS = (
    ("days", "Days"),
    ("working_days", "Working days (Monday to Friday)"),
    ("weeks", "Weeks"),
    ("months", "Months"),
    ("quarters", "Quarters"),
    ("years", "Years"),
    ("hours", "Hours"),
    ("minutes", "Minutes"),
)
_MOVES = ("what", frozenset({"add", "subtract"}))
_EDGES = ("what", frozenset({"start", "end"}))


class ChangeDate(StepType):
    """Adds to a date or takes from it.

    It also finds the start or end of a week, month or year. A month that is too short gives
    its last day: one month after 31 January is 28 February. From days on the time of day
    stays as it is, also when the clocks change; hours and minutes are counted as they pass.
    Weeks begin on Monday. Working days pass over Saturday, Sunday and the days off you name.
    """

    type: ClassVar[str] = "change_date"
    title: ClassVar[str] = "Change date"
    group: ClassVar[str] = "Text and dates"
    icon: ClassVar[str] = "calendar-plus"
    fields: ClassVar[Mapping[str, Field]] = {
        "date": Value(label="Date", required=True, default="{{ now }}"),
        "what": Choice(
            label="Do",
            options=(
                ("add", "Add"),
                ("subtract", "Take away"),
                ("start", "Go to the start of its"),
                ("end", "Go to the end of its"),
            ),
        ),
        "amount": Number(label="How many", default=1, required=True, only_if=_MOVES),
        "unit": Choice(label="Of what", options=UNITS, only_if=_MOVES),
        "days_off": Value(
            label="Days off",
            hint="For working days: a list of dates, or dates with commas.",
            only_if=("unit", frozenset({"working_days"})),
        ),
        "span": Choice(
            label="Start or end of its",
            options=(
                ("month", "Month"),
                ("week", "Week"),
                ("quarter", "Quarter"),
                ("year", "Year"),
                ("day", "Day"),
                ("hour", "Hour"),
                ("quarter_hour", "Quarter of an hour"),
            ),
            only_if=_EDGES,
        ),
        "order": ORDER,
    }
    outputs: ClassVar[Mapping[str, str] | None] = {"date": "the new date"}

    def run(self, given: Given, ports: Ports) -> Output:
        """The new date."""
        start = date_of(given["date"], "Date", ports, order=given["order"])
        if given["what"] in ("start", "end"):
            found = edge(start, given["span"], is_end=given["what"] == "end", zone=ports.timezone)
            return Output({"date": text_of(found)})
        off = days_off_of(given, ports)
        amount = given["amount"] if given["what"] == "add" else -given["amount"]
        try:
            found = add(start, amount, given["unit"], zone=ports.timezone, days_off=off)
        except DateRefused as refused:
            raise StepFailed(refused.sentence, can_retry=False) from None
        return Output({"date": text_of(found)})

    def tell(self, given: Given, output: Given) -> str:
        """The new date."""
        return said("Reckoned the date ", strong(output["date"]))
