"""The step that gives names to values, for later steps to use."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.fields import Field, KeyValues
from app.engine.ports import Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import count, said, strong


class SetValues(StepType):
    """Works out values and gives them names.

    Each row is a name and a value. A value can be a text with references in it, such as
    `Dear {{ trigger.name }}`, or one reference alone, which keeps its kind: a number stays a
    number. Sums are done with filters: `{{ trigger.amount | times: 1.1 | round: 2 }}`. Later
    steps use a value by its name: `{{ steps.set_values.total }}`.
    """

    type: ClassVar[str] = "set_values"
    title: ClassVar[str] = "Set values"
    group: ClassVar[str] = "Data"
    icon: ClassVar[str] = "braces"
    fields: ClassVar[Mapping[str, Field]] = {
        "values": KeyValues(
            label="Values",
            hint="Names are best short, of small letters, digits and _.",
            required=True,
            unique=True,
        ),
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """The rows as named values."""
        return Output({str(row["name"]).strip(): row["value"] for row in given["values"]})

    def tell(self, given: Given, output: Given) -> str:
        """One value is told, several are counted."""
        if len(output) == 1:
            name, value = next(iter(output.items()))
            return said("Set ", strong(name), " to ", strong(value))
        return said("Worked out ", strong(count(len(output), "value")))

    def offers(self, fields: Mapping[str, Json]) -> Mapping[str, str] | None:
        """The names typed; not known when a name itself is a reference."""
        rows = fields.get("values")
        names = [
            str(row.get("name", "")).strip()
            for row in (rows if isinstance(rows, list) else [])
            if isinstance(row, dict)
        ]
        return None if any("{{" in name for name in names) else {name: name for name in names}
