"""The step that takes one of many ways."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.conditions import row_holds
from app.engine.field_cases import Cases, is_cases, label_of
from app.engine.fields import Field
from app.engine.ports import Port, Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import said, strong

OTHERWISE = Port("otherwise", "Otherwise")


class Switch(StepType):
    """Takes the way of the first case that is true, else “Otherwise”.

    Cases are looked at from the top. Each has a name, which is also what its way out is called.
    Values are compared as in the step “If”.
    """

    type: ClassVar[str] = "switch"
    title: ClassVar[str] = "Switch"
    group: ClassVar[str] = "Logic"
    icon: ClassVar[str] = "list-tree"
    fields: ClassVar[Mapping[str, Field]] = {"cases": Cases(label="Cases", required=True)}
    outputs: ClassVar[Mapping[str, str] | None] = {"case": "the name of the case that was true"}

    def run(self, given: Given, ports: Ports) -> Output:
        """Look at the cases in turn."""
        for number, row in enumerate(given["cases"], start=1):
            if row_holds(row):
                return Output({"case": label_of(row, number)}, port=row["id"])
        return Output({"case": OTHERWISE.label}, port=OTHERWISE.id)

    def tell(self, given: Given, output: Given) -> str:
        """Which case it was."""
        if output["case"] == OTHERWISE.label:
            return said("Found that none of the ", strong(len(given["cases"])), " cases is true")
        return said("Found the case ", strong(output["case"]))

    def ports_out(self, fields: Mapping[str, Json]) -> tuple[Port, ...]:
        """One for each case, in their order, and one for all else."""
        cases = fields.get("cases")
        if not is_cases(cases):
            return (OTHERWISE,)
        ways = [Port(str(row["id"]), label_of(row, n)) for n, row in enumerate(cases, start=1)]
        return (*ways, OTHERWISE)
