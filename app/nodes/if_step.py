"""The step that takes one of two ways."""

from collections.abc import Mapping
from typing import Any, ClassVar

from app.engine.conditions import OPERATORS, holds, told_condition
from app.engine.fields import Conditions, Field
from app.engine.ports import Port, Ports
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import Part, said, strong


class If(StepType):
    """Takes the way “Yes” when its conditions are true, else the way “No”.

    Texts are compared without regard to capitals and spaces at the ends; numbers and dates are
    compared as such, so 9 is less than 10 even when they came as text. “Is more than” and its
    like are not true when one side is neither a number nor a date.
    """

    type: ClassVar[str] = "if"
    title: ClassVar[str] = "If"
    group: ClassVar[str] = "Logic"
    icon: ClassVar[str] = "split"
    fields: ClassVar[Mapping[str, Field]] = {
        "conditions": Conditions(label="Conditions", required=True),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {"result": "true or false"}

    def run(self, given: Given, ports: Ports) -> Output:
        """Compare, and choose the way out."""
        conditions = given["conditions"]
        result = holds(conditions["rows"], conditions["match"])
        return Output({"result": result}, port="yes" if result else "no")

    def tell(self, given: Given, output: Given) -> str:
        """What it found."""
        rows, result = given["conditions"]["rows"], bool(output["result"])
        if len(rows) == 1:
            return said("Found that ", *_found(rows[0], result))
        answer = strong("yes" if result else "no")
        return said(f"Compared {len(rows)} conditions with the answer ", answer)

    def does(self, fields: Mapping[str, Json]) -> str:
        """Which condition it looks at, if it is one."""
        conditions = fields.get("conditions")
        rows = conditions.get("rows") if isinstance(conditions, dict) else None
        if isinstance(rows, list) and len(rows) == 1 and isinstance(rows[0], dict):
            return f"looks whether {told_condition(rows[0])}"
        return "takes one of two ways by its conditions"

    def ports_out(self, fields: Mapping[str, Json]) -> tuple[Port, ...]:
        """Yes and no."""
        return (Port("yes", "Yes"), Port("no", "No"))


def _found(row: Mapping[str, Any], holds: bool) -> tuple[str | Part, ...]:
    operator = OPERATORS[row["operator"]]
    words = operator.words if holds else operator.words_not
    value = row.get("value")
    first = strong("the list" if isinstance(value, list) else value, 40)
    if not operator.needs_second:
        return (first, f" {words}")
    return (first, f" {words} ", strong(row.get("value2"), 40))
