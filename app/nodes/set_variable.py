"""The step that keeps a value for later runs."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.errors import StepFailed
from app.engine.fields import Field, Text, Value
from app.engine.ports import Ports
from app.engine.states import Effect
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.variable_names import name_problem
from app.engine.words import said, short, strong


class SetVariable(StepType):
    """Keeps a value under a name, for later runs of any agent in this workspace.

    Steps read it as `{{ vars.name }}`. A run sees the variables as they were when it began, so a
    later step of the same run uses this step's result instead. A variable that is not there yet is
    made. Everybody in the workspace can read variables: a password or key belongs in a connection.
    """

    type: ClassVar[str] = "set_variable"
    title: ClassVar[str] = "Set a variable"
    group: ClassVar[str] = "Data"
    icon: ClassVar[str] = "variable"
    effect: ClassVar[Effect] = Effect.WRITE
    writes: ClassVar[tuple[str, str, str]] = ("variable", "variables", "set")
    fields: ClassVar[Mapping[str, Field]] = {
        "name": Text(
            label="Name",
            required=True,
            max_chars=40,
            placeholder="last_invoice",
            hint="Small letters, digits and _.",
        ),
        "value": Value(label="Value", hint="A single reference keeps its kind, such as a list."),
    }
    outputs: ClassVar[Mapping[str, str] | None] = {
        "value": "what the variable holds now",
        "before": "what it held before, nothing when it is new",
    }

    def run(self, given: Given, ports: Ports) -> Output:
        """Set it."""
        name = str(given["name"]).strip()
        problem = name_problem(name)
        if problem:
            raise StepFailed(problem, can_retry=False)
        before = ports.variables.set(name, given["value"])
        return Output({"value": given["value"], "before": before})

    def does(self, fields: Mapping[str, Json]) -> str:
        """Which one."""
        return f"sets the variable “{short(fields.get('name'))}”"

    def tell(self, given: Given, output: Given) -> str:
        """What it is now."""
        verb = "Would have set " if output.get("rehearsed") else "Set "
        return said(verb, strong(given["name"]), " to ", strong(given["value"]))

    def rehearse(self, given: Given) -> Output:
        """The value, as if it had been kept."""
        return Output({"rehearsed": True, "value": given["value"], "before": None})

    def problems(self, fields: Mapping[str, Json]) -> list[tuple[str | None, str]]:
        """A name that cannot be one."""
        name = fields.get("name")
        if not isinstance(name, str) or not name.strip() or "{{" in name:
            return []
        problem = name_problem(name.strip())
        return [("name", problem)] if problem else []
