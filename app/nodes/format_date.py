"""The step that writes a date the way people read it."""

from collections.abc import Mapping
from email.utils import format_datetime
from typing import ClassVar

from app.engine.fields import Choice, Field, Text, Value
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given
from app.engine.words import said, strong
from app.lib.date_reading import moment, text_of
from app.lib.resolver import FILTERS
from app.nodes.date_steps import ORDER, date_of

_FORMS = (
    ("D MMMM YYYY", "24 December 2026"),
    ("DDDD, D MMMM YYYY", "Thursday, 24 December 2026"),
    ("D MMM YYYY, HH:mm", "24 Dec 2026, 18:30"),
    ("DD.MM.YYYY", "24.12.2026"),
    ("DD.MM.YYYY HH:mm", "24.12.2026 18:30"),
    ("MM/DD/YYYY", "12/24/2026"),
    ("DD/MM/YYYY", "24/12/2026"),
    ("YYYY-MM-DD", "2026-12-24"),
    ("iso", "2026-12-24T18:30:00+01:00, for programs"),
    ("mail", "Thu, 24 Dec 2026 18:30:00 +0100, as in mails"),
    ("own", "A form of your own"),
)


class FormatDate(StepType):
    """Writes a date as people read it.

    It is written in the workspace's time zone. A form of your own is made of `D` `DD` for the
    day, `DDDD` for the weekday, `MM` `MMM` `MMMM` for the month, `YYYY` for the year, `HH`
    `mm` `ss` for the time; all else stands as it is.
    """

    type: ClassVar[str] = "format_date"
    title: ClassVar[str] = "Write date"
    group: ClassVar[str] = "Text and dates"
    icon: ClassVar[str] = "calendar-check"
    fields: ClassVar[Mapping[str, Field]] = {
        "date": Value(label="Date", required=True, default="{{ now }}"),
        "form": Choice(label="Write it as", options=_FORMS),
        "own": Text(
            label="Form of your own",
            required=True,
            default="D MMMM YYYY",
            max_chars=200,
            only_if=("form", frozenset({"own"})),
        ),
        "order": ORDER,
    }
    outputs: ClassVar[Mapping[str, str] | None] = {"text": "the date in words or digits"}

    def run(self, given: Given, ports: Ports) -> Output:
        """The date as text."""
        found = date_of(given["date"], "Date", ports, order=given["order"])
        at = moment(found, ports.timezone)
        form = given["own"] if given["form"] == "own" else given["form"]
        if form == "iso":
            return Output({"text": text_of(at)})
        if form == "mail":
            return Output({"text": format_datetime(at)})
        return Output({"text": FILTERS["date"].work(text_of(at), form)})

    def tell(self, given: Given, output: Given) -> str:
        """How it reads."""
        return said("Wrote the date as ", strong(output["text"]))
