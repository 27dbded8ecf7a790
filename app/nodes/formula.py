"""The step that works out one formula."""

from collections.abc import Mapping
from typing import ClassVar

from app.engine.errors import StepFailed
from app.engine.fields import Code, Field
from app.engine.ports import Ports
from app.engine.sandbox_port import CodeFailed
from app.engine.step_type import Output, StepType
from app.engine.values import Given, Json
from app.engine.words import said, strong
from app.nodes.named_values import FIELD, by_name, name_problems, number_or_text, refused


class Formula(StepType):
    """Works out one formula, such as price * 1.19.

    The names in it are those of the rows below: `price * quantity * 1.19`. A row that holds a
    plain number, also as text, is a number; all else keeps its kind. There is `+ - * /`, `//`
    for whole parts and `%` for the rest, `round(total, 2)`, `min`, `max`, `sum`, `len`,
    comparisons, and a choice: `"large" if total > 100 else "small"`. A group's values stand
    in brackets: `order["price"]`. It may take 1 second and 16 MB of memory.
    """

    TIME_S: ClassVar[float] = 1.0
    MEMORY_BYTES: ClassVar[int] = 16_000_000

    type: ClassVar[str] = "formula"
    title: ClassVar[str] = "Formula"
    group: ClassVar[str] = "Data"
    icon: ClassVar[str] = "calculator"
    is_slow: ClassVar[bool] = True
    fields: ClassVar[Mapping[str, Field]] = {
        "expression": Code(label="Formula", required=True, rows=3, max_chars=5_000),
        "values": FIELD,
    }
    outputs: ClassVar[Mapping[str, str] | None] = {"value": "the result"}

    def run(self, given: Given, ports: Ports) -> Output:
        """The result; a number has 15 digits at most, so that 0.1 + 0.2 is 0.3."""
        expression = given["expression"].strip()
        inputs = {name: number_or_text(one) for name, one in by_name(given["values"]).items()}
        if found := name_problems(given["values"]):
            raise StepFailed(found[0], can_retry=False)
        try:
            done = ports.sandbox.run(
                f"({expression}\n)", inputs, time_s=self.TIME_S, memory_bytes=self.MEMORY_BYTES
            )
        except CodeFailed as failed:
            failure = refused(failed, several_lines="\n" in expression)
            words = failure.sentence.replace("The code ", "The formula ", 1)
            if not words.startswith(("The formula", "The result", "Line ")):
                words = f"The formula cannot be worked out: {words}"
            raise StepFailed(words, can_retry=failure.can_retry) from None
        return Output({"value": _tidy(done.value)})

    def tell(self, given: Given, output: Given) -> str:
        """The result."""
        return said("Worked out ", strong(output["value"]))

    def problems(self, fields: Mapping[str, Json]) -> list[tuple[str | None, str]]:
        """Names that no formula could use."""
        return [("values", sentence) for sentence in name_problems(fields.get("values"))]


def _tidy(value: Json) -> Json:
    return float(f"{value:.15g}") if isinstance(value, float) else value
